"""A telegram taken apart byte by byte, for people who want to see what stands where."""

from dataclasses import dataclass
from enum import StrEnum

from app.model.undecoded import Undecoded
from app.model.verified import Proof

Span = tuple[int, int]  # first byte, and the one behind the last, in the telegram as received


class PartKind(StrEnum):
    """What a part of a telegram is."""

    LINK = "link"  # layers
    EXTENDED = "extended"
    NETWORK = "network"
    AUTHENTICATION = "authentication"
    TRANSPORT = "transport"
    RECORDS = "records"
    CHECKS = "checks"
    SYNC = "sync"  # fields
    START = "start"
    LENGTH = "length"
    CONTROL = "control"
    BUS_ADDRESS = "bus-address"
    MANUFACTURER = "manufacturer"
    NUMBER = "number"
    VERSION = "version"
    MEDIUM = "medium"
    CI = "ci"
    ACCESS = "access"
    STATUS = "status"
    CONFIGURATION = "configuration"
    COMMUNICATION = "communication"
    SESSION = "session"
    PAYLOAD_CHECK = "payload-check"
    FIELDS = "fields"
    SIGNATURE = "signature"
    FORMAT_CHECK = "format-check"
    RECORD = "record"
    FILLER = "filler"
    MAKERS = "makers"
    SEALED = "sealed"
    UNREAD = "unread"  # what could not be read
    BEHIND = "behind"  # what a receiver put behind the telegram
    CHECK = "check"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of a telegram and what they say.

    Attributes:
        layer: It is a layer; the fields behind it, up to the next layer, are its own.
        spans: Its bytes, as received; more than one where checks stand between them.
        said: What they say: digits, letters, a value with its unit.
        name: Of a record, which value it is: "Energy, storage 1".
        sealed: Its bytes were sealed and are shown opened.
    """

    kind: PartKind
    spans: tuple[Span, ...]
    said: str = ""
    name: str = ""
    layer: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A telegram taken apart.

    Attributes:
        received: Its bytes in hexadecimal digits.
        opened: The same with what was sealed in plain; equal to ``received`` without a seal.
        meter: Who sent it: maker and number.
        medium: What it measures, as the standard's word: "heat".
        profile: The label of the meter profile that speaks, "" without one.
        cannot: Why it tells no readings, or not all of them; None: it tells all.
        proof: What stands behind the reading of this make; None where it tells nothing.
    """

    received: str
    opened: str
    parts: tuple[Part, ...]
    meter: str = ""
    profile: str = ""
    cannot: Undecoded | None = None
    proof: Proof | None = None
    medium: str = ""
