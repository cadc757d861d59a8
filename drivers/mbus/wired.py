"""Frames on the wire (EN 13757-2): their envelope checked, their user data taken out."""

from dataclasses import dataclass

from app.words import _
from drivers.mbus.telegram import BrokenTelegram, Why

LONG_START, SHORT_START, STOP, ACKNOWLEDGED = 0x68, 0x10, 0x16, 0xE5
_ENVELOPE = 6  # bytes around the user data: two starts, two lengths, checksum, stop
_SHORT, _FIELDS = 5, 3  # bytes of a short frame; the fields C, A, CI of a long one
_RSP_UD = 0x08  # the low half of the C field of a meter's answer


@dataclass(frozen=True, slots=True)
class WiredFrame:
    """A frame's fields; ``user`` are the bytes from the CI field on, None in a short one."""

    control: int
    address: int
    user: bytes | None

    @property
    def answers(self) -> bool:
        """Tell whether a meter sent this, and not the master."""
        return self.control & 0x4F == _RSP_UD


def is_wired(data: bytes) -> bool:
    """Tell whether bytes begin as a wired frame does."""
    if data == bytes([ACKNOWLEDGED]):
        return True
    if data[:1] == bytes([SHORT_START]):
        return len(data) == _SHORT and data[-1] == STOP
    return data[:1] == bytes([LONG_START]) and data[3:4] == bytes([LONG_START])


def wired_frame(data: bytes) -> WiredFrame | None:
    """Return the frame in ``data``; None is the single byte that acknowledges.

    Raises:
        BrokenTelegram: Lengths that differ, a wrong checksum or stop, bytes missing or over.
    """
    if data == bytes([ACKNOWLEDGED]):
        return None
    if data[0] == SHORT_START:
        _check(data, 1, 3)
        return WiredFrame(data[1], data[2], None)
    length = data[1]
    if length != data[2]:
        raise BrokenTelegram(
            Why.LENGTH,
            1,
            _("the two lengths differ: {first} and {second}").format(
                first=length, second=data[2]
            ),
        )
    if length < _FIELDS or len(data) > length + _ENVELOPE:
        raise _wrong_length(length, len(data))
    if len(data) < length + _ENVELOPE:
        raise BrokenTelegram(
            Why.TRUNCATED,
            len(data),
            _("the frame ends after {n} of {all} bytes").format(
                n=len(data), all=length + _ENVELOPE
            ),
        )
    _check(data, 4, 4 + length)
    return WiredFrame(data[4], data[5], data[6 : 4 + length])


def _check(data: bytes, start: int, end: int) -> None:
    """Refuse a frame whose sum from ``start`` to ``end`` is not the byte there."""
    if sum(data[start:end]) & 0xFF != data[end]:
        raise BrokenTelegram(
            Why.CHECKSUM,
            end,
            _("the checksum is {found}, and the bytes add up to {sum}").format(
                found=f"{data[end]:02X}", sum=f"{sum(data[start:end]) & 0xFF:02X}"
            ),
        )
    if data[end + 1] != STOP:
        raise BrokenTelegram(Why.LENGTH, end + 1, _("the frame does not end with 16"))


def _wrong_length(told: int, found: int) -> BrokenTelegram:
    return BrokenTelegram(
        Why.LENGTH,
        1,
        _("the length says {told} bytes, and {found} are there").format(
            told=told + _ENVELOPE, found=found
        ),
    )
