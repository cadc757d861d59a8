"""The layers between a radio frame and its records (EN 13757-4, -7): ELL, AFL, TPL."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.words import _
from drivers.mbus.names import maker_letters
from drivers.mbus.telegram import Address, BrokenTelegram, Why

LONG, SHORT, BARE = "long", "short", "none"
_TPL = {  # the head behind a CI field, and what follows it
    0x72: (LONG, "records"),
    0x7A: (SHORT, "records"),
    0x78: (BARE, "records"),
    0x73: (LONG, "compact"),
    0x7B: (SHORT, "compact"),
    0x79: (BARE, "compact"),
    0x6B: (LONG, "format"),
    0x6A: (SHORT, "format"),
    0x69: (BARE, "format"),
    0x70: (BARE, "error"),
    0x6E: (SHORT, "error"),
    0x6F: (LONG, "error"),
    0x71: (BARE, "alarm"),
    0x74: (SHORT, "alarm"),
    0x75: (LONG, "alarm"),
    0x80: (LONG, "nothing"),
    0x8A: (SHORT, "nothing"),
    0x8B: (LONG, "nothing"),
}
_PROPRIETARY = range(0xA0, 0xB8)
_EXTENDED_MODES = (7, 8, 9, 10, 11, 13)  # one more byte of configuration
_DERIVED_MODE = 7
_COUNTED, _VERSIONED = 0x2000, 0x40  # Z of its configuration, V of the byte behind it
_DERIVING = 0x30  # DD: which function derives the telegram's own key; 0 none does
_COUNTER = 4  # bytes
AFL_CI = 0x90
NETWORK_CI = b"\x81"
_AFL_MORE, _AFL_MCL, _AFL_LENGTH, _AFL_COUNTER, _AFL_MAC, _AFL_KEY = (
    0x4000,
    0x2000,
    0x1000,
    0x0800,
    0x0400,
    0x0200,
)
_AFL_NUMBER = 0x00FF
_MAC_SIZES = {3: 2, 4: 4, 5: 8, 6: 12, 7: 16, 8: 12}


@dataclass(frozen=True, slots=True)
class Extended:
    """The extended link layer's fields."""

    control: int
    access_no: int
    address: bytes | None = None  # of the second station, eight bytes
    session: bytes | None = None

    @property
    def sealed(self) -> bool:
        """Tell whether what follows is sealed by AES-CTR."""
        return self.session is not None and self.session[3] >> 5 == 1

    @property
    def mode(self) -> int:
        """Return how the session is sealed: 0 not at all, 1 by AES-CTR."""
        return self.session[3] >> 5 if self.session else 0


@dataclass(frozen=True, slots=True)
class Fragment:
    """The authentication and fragmentation layer's fields."""

    control: bytes = b""  # of the message, MCL
    counter: bytes | None = None
    mac: bytes = b""
    length: bytes = b""
    derives: bool | None = None  # whether the key is derived; None: it says nothing of that
    number: int = 0  # of this part, from 1 on; 0: the message is in one piece
    more: bool = False  # parts follow
    key: bytes = b""  # what it tells of the key (KI)


class Head(NamedTuple):
    """The transport layer's head, and the bytes behind it."""

    form: str
    content: str
    address: Address | None
    address_bytes: bytes | None  # maker, number, version, medium: as the keys' maths want it
    access_no: int | None
    status: int | None
    config: int  # the configuration field, 0 without one
    extension: int  # the byte behind it in some modes
    rest: bytes
    at: int  # where ``rest`` begins in the telegram's user data
    counter: bytes | None = None  # of messages, which mode 7 may carry here

    @property
    def mode(self) -> int:
        """Return how the records are sealed."""
        return self.config >> 8 & 0x1F

    @property
    def derives(self) -> bool:
        """Tell whether mode 7 seals by a key derived for this one telegram."""
        return bool(self.extension & _DERIVING)

    @property
    def sealed_blocks(self) -> int:
        """Return how many blocks of 16 bytes are sealed."""
        return self.config >> 4 & 0x0F


def extended(user: bytes) -> tuple[Extended | None, int]:
    """Return the extended link layer at the beginning, and how many bytes it takes.

    Where it holds a session, the two bytes of its check are not among them.
    """
    _need(user, 1)
    ci = user[0]
    if ci not in (0x8C, 0x8D, 0x8E, 0x8F):
        return None, 0
    with_address, with_session = ci in (0x8E, 0x8F), ci in (0x8D, 0x8F)
    size = 3 + 8 * with_address + 4 * with_session
    _need(user, size + 1)
    address = user[3:11] if with_address else None
    session = user[size - 4 : size] if with_session else None
    return Extended(user[1], user[2], address, session), size


def relayed(user: bytes) -> int:
    """Return the bytes of the network layer at the beginning; 0 where there is none.

    A relay or its meter puts it there (EN 13757-5; Sontex 868, for one): a CI field and, in
    every telegram published, one byte, which tells nothing of the readings.
    """
    if user[:1] != NETWORK_CI:
        return 0
    _need(user, 3)
    return 2


def fragment(user: bytes) -> tuple[Fragment | None, int]:
    """Return the authentication and fragmentation layer at the beginning, and its size."""
    if user[:1] != bytes([AFL_CI]):
        return None, 0
    _need(user, 4)
    size = 2 + user[1]
    flags = int.from_bytes(user[2:4], "little")
    number, more = flags & _AFL_NUMBER, bool(flags & _AFL_MORE)
    _need(user, size if number > 1 else size + 1)  # the last part may hold the proof alone
    if more and not number:
        raise BrokenTelegram(
            Why.MALFORMED, 2, _("the telegram is one part of several, and does not say which")
        )
    fields = _Fields(user[4:size])
    control = fields.take(1) if flags & _AFL_MCL else b""
    key = fields.take(2 if flags & _AFL_KEY else 0)
    counter = fields.take(4) if flags & _AFL_COUNTER else None
    proof = mac_size(control)
    if number > 1 and not control:  # of which size it is the first part told
        proof = max(0, fields.left - (2 if flags & _AFL_LENGTH else 0))
    mac = fields.take(proof if flags & _AFL_MAC else 0)
    length = fields.take(2 if flags & _AFL_LENGTH else 0)
    if not fields.fit:
        raise BrokenTelegram(
            Why.MALFORMED, 1, _("the layer that authenticates has a length that fits no fields")
        )
    derives = bool(key[0] & _DERIVING) if key else None
    return Fragment(control, counter, mac, length, derives, number, more, key), size


def mac_size(control: bytes) -> int:
    """Return the bytes of the proof that the message control field (MCL) promises."""
    return _MAC_SIZES.get(control[0] & 0x0F, 0) if control else 0


class _Fields:
    """Fields one behind the other, and whether they fill their layer."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, size: int) -> bytes:
        """Return the next field; a short one where the layer ends."""
        self._at += size
        return self._data[self._at - size : self._at]

    @property
    def left(self) -> int:
        """Return how many bytes are not taken yet."""
        return len(self._data) - self._at

    @property
    def fit(self) -> bool:
        """Tell whether the fields taken are all there was."""
        return self._at == len(self._data)


def head(user: bytes, at: int = 0) -> Head:
    """Return the transport layer's head that begins at ``at``.

    Raises:
        BrokenTelegram: A CI field of a maker's own, or one that carries no readings.
    """
    _need(user, at + 1)
    ci = user[at]
    if ci in _PROPRIETARY:
        raise BrokenTelegram(
            Why.PROPRIETARY,
            at,
            _("the maker's own telegram (CI {ci}); only its maker knows how to read it").format(
                ci=f"{ci:02X}"
            ),
        )
    if ci not in _TPL:
        raise BrokenTelegram(
            Why.UNSUPPORTED,
            at,
            _("a telegram with CI {ci} carries no readings we know to read").format(
                ci=f"{ci:02X}"
            ),
        )
    form, content = _TPL[ci]
    if form == BARE:
        return Head(form, content, None, None, None, None, 0, 0, user[at + 1 :], at + 1)
    first = at + 1 + (8 if form == LONG else 0)
    _need(user, first + 4)
    access_no, status = user[first], user[first + 1]
    config = int.from_bytes(user[first + 2 : first + 4], "little")
    extension, counter, ends = _extension(user, first + 4, config)
    address, sent = None, None
    if form == LONG:
        sent = user[at + 5 : at + 7] + user[at + 1 : at + 5] + user[at + 7 : at + 9]
        address = address_of(sent)
    fields = (form, content, address, sent, access_no, status, config, extension)
    return Head(*fields, user[ends:], ends, counter)


def _extension(user: bytes, at: int, config: int) -> tuple[int, bytes | None, int]:
    """Return the byte behind the configuration, mode 7's own counter, and where they end."""
    mode = config >> 8 & 0x1F
    if mode not in _EXTENDED_MODES or len(user) <= at:
        return 0, None, at
    extension, counter, ends = user[at], None, at + 1
    if mode == _DERIVED_MODE:
        if config & _COUNTED:
            _need(user, ends + _COUNTER)
            counter, ends = user[ends : ends + _COUNTER], ends + _COUNTER
        ends += bool(extension & _VERSIONED)
    return extension, counter, ends


@lru_cache(maxsize=20_000)  # the same meters are heard again and again
def address_of(sent: bytes) -> Address:
    """Return the address in eight bytes: maker, number, version, medium."""
    return Address(
        maker_letters(int.from_bytes(sent[:2], "little")), sent[5:1:-1].hex(), sent[6], sent[7]
    )


def _need(user: bytes, size: int) -> None:
    if len(user) < size:
        raise BrokenTelegram(Why.TRUNCATED, len(user), _("the telegram ends within its head"))
