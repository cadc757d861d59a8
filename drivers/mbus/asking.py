"""What a master says on a wired bus (EN 13757-2, -3): frames, addresses, commands, timing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.errors import BadInput
from app.words import _
from drivers.mbus.names import maker_letters
from drivers.mbus.wired import LONG_START, SHORT_START, STOP

SND_NKE, SND_UD, REQ_UD1, REQ_UD2 = 0x40, 0x53, 0x5A, 0x5B
FCB = 0x20  # the bit that a master turns over from one request to the next
LAST_PRIMARY = 250  # 0: a meter as it comes from its maker
SELECTED, BROADCAST = 0xFD, 0xFF
CI_SELECT, CI_APPLICATION_RESET, CI_DATA = 0x52, 0x50, 0x51
CI_BAUD = {300: 0xB8, 600: 0xB9, 1200: 0xBA, 2400: 0xBB, 4800: 0xBC, 9600: 0xBD}
CI_BAUD |= {19200: 0xBE, 38400: 0xBF}
USUAL_BAUD = 2400
# In which order a meter's rate is found by trying: as meters come from their makers.
RATES_TRIED = (2400, 300, 9600, 1200, 4800, 600, 19200, 38400)
BITS_A_BYTE = 11  # start, eight, even parity, stop
ANSWER_BITS, ANSWER_S = 330, 0.05  # the longest a meter may think: EN 13757-2, 5.5.3
ANY_ID, ANY_MAKER, ANY = "FFFFFFFF", 0xFFFF, 0xFF
_SECONDARY = re.compile(
    r"([0-9F]{8})(?:-([A-Z]{3}|FFFF)(?:-([0-9A-F]{2})(?:-([0-9A-F]{2}))?)?)?"
)
_MOST_USER = 252  # bytes behind C and A


@dataclass(frozen=True, slots=True)
class Secondary:
    """The address a meter has from its maker; ``F`` and all bits set stand for any.

    ``id`` is eight digits, ``maker`` the number of three letters (EN 62056-21).
    """

    id: str = ANY_ID
    maker: int = ANY_MAKER
    version: int = ANY
    medium: int = ANY

    @classmethod
    def parsed(cls, text: str) -> "Secondary":
        """Return the address written ``12345678`` or ``12345678-KAM-35-04``.

        Raises:
            BadInput: It is written otherwise.
        """
        match = _SECONDARY.fullmatch(text.strip().upper())
        if match is None:
            raise BadInput(
                _(
                    "‘{text}’ is no secondary address: eight digits, as in 12345678-KAM-35-04"
                ).format(text=text)
            )
        number, letters, version, medium = match.groups()
        known = letters is not None and letters != "FFFF"
        return cls(
            number,
            maker_number(letters) if known else ANY_MAKER,
            int(version or "FF", 16),
            int(medium or "FF", 16),
        )

    @classmethod
    def of_bytes(cls, eight: bytes) -> "Secondary":
        """Return the address as it stands in a telegram's head or in a selection."""
        return cls(
            eight[3::-1].hex().upper(),
            int.from_bytes(eight[4:6], "little"),
            eight[6],
            eight[7],
        )

    def encoded(self) -> bytes:
        """Return its eight bytes."""
        number = bytes.fromhex(self.id)[::-1]
        return number + self.maker.to_bytes(2, "little") + bytes((self.version, self.medium))

    def covers(self, other: "Secondary") -> bool:
        """Tell whether a meter of the ``other`` address is meant by this one."""
        return (
            all(mine in ("F", its) for mine, its in zip(self.id, other.id, strict=True))
            and self.maker in (ANY_MAKER, other.maker)
            and self.version in (ANY, other.version)
            and self.medium in (ANY, other.medium)
        )

    def __str__(self) -> str:
        letters = "FFFF" if self.maker == ANY_MAKER else maker_letters(self.maker)
        return f"{self.id}-{letters}-{self.version:02X}-{self.medium:02X}"


def maker_number(letters: str) -> int:
    """Return the number of a maker's three letters (EN 62056-21)."""
    number = 0
    for letter in letters:
        number = number << 5 | (ord(letter) - 0x40)
    return number


def short_frame(control: int, address: int) -> bytes:
    """Return a frame of the fields C and A alone."""
    return bytes((SHORT_START, control, address, (control + address) & 0xFF, STOP))


def long_frame(control: int, address: int, user: bytes) -> bytes:
    """Return a frame with ``user`` from its CI field on, 1 to 253 bytes."""
    inner = bytes((control, address)) + user
    size = len(inner)
    if size - 2 not in range(1, _MOST_USER + 2):
        raise BadInput(_("a frame takes 1 to 253 bytes, not {n}").format(n=len(user)))
    head = bytes((LONG_START, size, size, LONG_START))
    return head + inner + bytes((sum(inner) & 0xFF, STOP))


def selection(wanted: Secondary) -> bytes:
    """Return what selects the meters of an address: those listen at `SELECTED` from then on."""
    return long_frame(SND_UD, SELECTED, bytes((CI_SELECT,)) + wanted.encoded())


def application_reset(subcode: int | None = None) -> bytes:
    """Return user data that lets a meter begin its readout anew.

    ``subcode`` chooses what is read out (EN 13757-3, table 2: 0 all, 0x10 user data,
    0x20 simple billing, 0x30 enhanced billing, 0x40 multi tariff, 0x50 instantaneous …).
    """
    chosen = b"" if subcode is None else bytes((subcode,))
    return bytes((CI_APPLICATION_RESET,)) + chosen


def new_primary(address: int) -> bytes:
    """Return user data that gives a meter a primary address; raises `BadInput`."""
    if not 0 <= address <= LAST_PRIMARY:
        raise BadInput(
            _("a primary address is a number from 0 to 250, not {n}").format(n=address)
        )
    return bytes((CI_DATA, 0x01, 0x7A, address))


def clock_setting(at: datetime) -> bytes:
    """Return user data that sets a meter's clock to local time ``at`` (type F)."""
    if not 2000 <= at.year <= 2099:  # noqa: PLR2004 - what type F can say
        raise BadInput(_("a meter's clock takes years from 2000 to 2099"))
    year = at.year - 2000
    return bytes((CI_DATA, 0x04, 0x6D)) + bytes(
        (at.minute, at.hour, at.day | (year & 7) << 5, at.month | year >> 3 << 4)
    )


def output_selection(headings: Sequence[bytes]) -> bytes:
    """Return user data that chooses what a meter reads out, by VIFs with their VIFEs.

    Each is sent behind the DIF 08, "selection for readout" (EN 13757-3, 6.4.4).
    """
    if not headings:
        raise BadInput(_("say which values are to be read out"))
    return bytes((CI_DATA,)) + b"".join(b"\x08" + heading for heading in headings)


def baud_change(baud: int) -> bytes:
    """Return user data that lets a meter speak at another rate; raises `BadInput`."""
    if baud not in CI_BAUD:
        rates = ", ".join(str(each) for each in CI_BAUD)
        raise BadInput(
            _("{baud} is no baud rate of M-Bus: {rates}").format(baud=baud, rates=rates)
        )
    return bytes((CI_BAUD[baud],))


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take on a line; all results are seconds of the wall clock.

    ``network_s`` is what the way to the line and back takes at most. ``lapse`` is 1 but on
    simulated lines, which run so many times faster than their baud rate.
    """

    baud: int = USUAL_BAUD
    network_s: float = 0.2
    lapse: float = 1.0
    patience_s: float = 0.0  # of a meter that thinks longer than the standard allows

    def line_s(self, count: int) -> float:
        """Return how long ``count`` bytes take."""
        return count * BITS_A_BYTE / self.baud / self.lapse

    @property
    def answer_s(self) -> float:
        """How long after the last byte of a request an answer may begin."""
        think_s = ANSWER_BITS / self.baud + ANSWER_S + self.patience_s
        return think_s / self.lapse + self.network_s

    @property
    def gap_s(self) -> float:
        """A pause this long ends an answer: 33 bit times, and what the network stretches."""
        return 33 / self.baud / self.lapse + self.network_s


def frame_in(data: bytes, *, acknowledged: bool = False) -> tuple[bytes, int] | None:
    """Return the first sound frame in ``data``, and where it begins; None: there is none.

    Without proof by a checksum the single byte E5 counts only where it is all that came;
    ``acknowledged`` lets it count behind bytes that are no frame.
    """
    if data == b"\xe5" or (acknowledged and data[-1:] == b"\xe5"):
        return b"\xe5", len(data) - 1
    for at in range(len(data)):
        size = _size_at(data, at)
        if size and _sound(data[at : at + size]):
            return data[at : at + size], at
    return None


def telegram_in(data: bytes) -> tuple[bytes, int] | None:
    """Return the first sound long frame in ``data``, and where it begins; None: there is none.

    A short frame is never a meter's answer, and five bytes of a collision may look like one.
    """
    for at in range(len(data)):
        size = _size_at(data, at)
        if data[at] == LONG_START and size and _sound(data[at : at + size]):
            return data[at : at + size], at
    return None


def awaited(data: bytes) -> int:
    """Return how many bytes a frame at the beginning of ``data`` still lacks; 0: unknown."""
    size = _size_at(data, 0)
    return max(0, size - len(data))


def _size_at(data: bytes, at: int) -> int:
    """Return how long a frame that begins here would be; 0: none does."""
    if data[at] == SHORT_START:
        return 5
    head = data[at : at + 4]
    if len(head) == 4 and head[0] == head[3] == LONG_START and head[1] == head[2] > 2:  # noqa: PLR2004
        return head[1] + 6
    return 0


def _sound(frame: bytes) -> bool:
    start = 1 if frame[0] == SHORT_START else 4
    whole = 5 if start == 1 else frame[1] + 6
    return (
        len(frame) == whole and frame[-1] == STOP and sum(frame[start:-2]) & 0xFF == frame[-2]
    )
