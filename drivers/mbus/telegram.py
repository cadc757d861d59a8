"""What a telegram of a meter says: its head, its records, and how it was sealed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from app.errors import PlantError

Moment = datetime | date | time  # the meter's own clock, without a zone: nobody tells it


class Function(StrEnum):
    """Which value of a quantity a record holds."""

    INSTANTANEOUS = "instantaneous"
    MAXIMUM = "maximum"
    MINIMUM = "minimum"
    ERROR = "error"  # the value while an error stood


class State(StrEnum):
    """Whether a record's value can be believed, and in whose words it is told."""

    OK = "ok"
    INVALID = "invalid"  # the meter shows an error in place of a number or a time
    UNKNOWN_VIF = "unknown-vif"  # a number of a quantity the standard does not name
    MANUFACTURER = "manufacturer"  # a number whose meaning only its maker knows


class FrameKind(StrEnum):
    """How a telegram was wrapped."""

    WIRED = "wired"
    RADIO_A = "wmbus-a"
    RADIO_B = "wmbus-b"
    RADIO_BARE = "wmbus-bare"  # its checksums were taken off by the receiver


class Sealed(StrEnum):
    """Whether a telegram could be read without, or with, a key."""

    NONE = "none"
    DECRYPTED = "decrypted"
    NO_KEY = "no-key"
    WRONG_KEY = "wrong-key"
    UNSUPPORTED = "unsupported"


class Authentic(StrEnum):
    """Whether the code (MAC) that proves a telegram was held against its meter's key."""

    NONE = "none"  # it carries none
    CHECKED = "checked"
    UNCHECKED = "unchecked"  # there is no key, or somebody opened its seal on the way


class Why(StrEnum):
    """Why a telegram, or the rest of one, cannot be decoded."""

    NOT_HEX = "not-hex"
    LENGTH = "length"
    CHECKSUM = "checksum"
    CRC = "crc"
    MAC = "mac"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    UNSUPPORTED = "unsupported"
    PROPRIETARY = "proprietary"
    ENCRYPTED = "encrypted"
    UNKNOWN_FORMAT = "unknown-format"
    DEVICE_ERROR = "device-error"


class BrokenTelegram(PlantError):
    """A telegram, or the rest of one, that cannot be decoded; none of its values is told."""

    def __init__(self, why: Why, offset: int, sentence: str) -> None:
        """Say ``why``, at which byte of the telegram, and a ``sentence`` for people."""
        super().__init__(sentence)
        self.why = why
        self.offset = offset


# What the bytes of one record mean: a number, a text, a time, and whether it is to be believed.
# A plain tuple: some hundred thousand are made a second.
Value = tuple[float | None, str | None, Moment | None, bool]


@dataclass(frozen=True, slots=True)
class Heading:
    """What the DIF and VIF bytes before a value say of it."""

    function: Function
    storage: int
    tariff: int
    subunit: int
    quantity: str
    unit: str
    qualifiers: tuple[str, ...]  # of the VIFEs, such as "backward flow" or "at phase L1"
    state: State
    dif_vif: bytes
    size: int  # bytes of the value; ``VARIABLE`` when its first byte tells
    read: Callable[[bytes], Value] = field(repr=False, compare=False)
    decimals: int = 0  # that a whole number of steps has in the unit


VARIABLE = -1


class Record(NamedTuple):
    """One value of a telegram."""

    heading: Heading
    value: float | None  # in the heading's unit, scaled
    text: str | None
    time: Moment | None
    state: State
    raw: bytes  # the value's bytes as they came
    offset: int  # of the record in the decrypted user data


@dataclass(frozen=True, slots=True)
class Security:
    """How a telegram was sealed; ``mode`` as EN 13757-7 counts, ELL-CTR as 0 and ``ell``."""

    mode: int = 0
    state: Sealed = Sealed.NONE
    ell: bool = False
    mac: Authentic = Authentic.NONE


@dataclass(frozen=True, slots=True)
class Address:
    """Who sent a telegram."""

    manufacturer: str = ""  # three letters
    id: str = ""  # eight digits
    version: int = 0
    medium: int = 0


NOBODY, UNSEALED = Address(), Security()


class Body(NamedTuple):
    """The records of a telegram, and what follows them."""

    records: tuple[Record, ...] = ()
    manufacturer_data: bytes | None = None
    more_follows: bool = False
    fault: BrokenTelegram | None = None  # where the rest could not be taken apart


EMPTY = Body()


@dataclass(slots=True)
class Telegram:
    """A telegram taken apart, filled layer by layer while it is."""

    frame: FrameKind
    address: Address = NOBODY
    sender: Address = NOBODY  # of the radio module; of a wired meter nothing is known
    access_no: int | None = None
    status: int | None = None
    security: Security = UNSEALED
    body: Body = EMPTY
    bus_address: int | None = None  # primary address, wired
    behind: bytes = b""  # what the receiver put behind a radio frame's own bytes
    part: int = 0  # of a message of which more is awaited: which part this is; 0: all is here
