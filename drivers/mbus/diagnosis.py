"""Which of the causes stands behind a telegram that could not be decoded."""

from app.model.undecoded import Cause, Undecoded
from app.words import _
from drivers.mbus.decoder import Refused
from drivers.mbus.telegram import BrokenTelegram, Sealed, Why

_CAUSES = {
    Why.CRC: Cause.CRC,
    Why.CHECKSUM: Cause.CRC,
    Why.MAC: Cause.WRONG_KEY,
    Why.TRUNCATED: Cause.TRUNCATED,
    Why.LENGTH: Cause.TRUNCATED,
    Why.PROPRIETARY: Cause.PROPRIETARY,
    Why.UNKNOWN_FORMAT: Cause.UNKNOWN_FORMAT,
}
_SEALED = {
    Sealed.NO_KEY: Cause.NO_KEY,
    Sealed.WRONG_KEY: Cause.WRONG_KEY,
    Sealed.UNSUPPORTED: Cause.MODE,
}


_ENVELOPE, _START, _STOP = 6, 0x68, 0x16  # of a frame on the wire (EN 13757-2)
_HEAD, _BLOCK, _CHECK = 10, 16, 2  # bytes, of a radio frame of format A (EN 13757-4)
_LEAST_OF_RADIO = 11  # bytes: length, control, maker, address and a CI field
_SENT = (0x44, 0x46, 0x47, 0x48, 0x08)  # C fields of what meters send by radio (EN 13757-4)


def undecoded(fault: BrokenTelegram, data: bytes = b"") -> Undecoded:
    """Return why a telegram tells no readings; of ``data``, where that is at hand.

    A telegram that was heard before is none of the decoder's business: who keeps count of
    what was heard tells `Cause.REPLAY`.
    """
    if fault.why is Why.ENCRYPTED and isinstance(fault, Refused):
        cause = _SEALED.get(fault.head.security.state, Cause.MODE)
    elif fault.why is Why.LENGTH and behind(data):
        cause = Cause.TOO_LONG
    else:
        cause = _CAUSES.get(fault.why, Cause.NO_TELEGRAM)
    return Undecoded(cause, told(fault, data), fault.offset)


def told(fault: BrokenTelegram, data: bytes) -> str:
    """Return the sentence of a fault, and of bytes too many whether a telegram begins there."""
    rest = behind(data) if fault.why is Why.LENGTH else b""
    if not _begins(rest):
        return str(fault)
    said = _("{fault}; the {count} bytes behind it begin like another telegram")
    return said.format(fault=fault, count=len(rest))


def behind(data: bytes) -> bytes:
    """Return what stands behind the bytes that a telegram's length tells; b"" for nothing."""
    if _is_wired(data):
        return data[data[1] + _ENVELOPE :]
    if not data or len(data) <= _with_checks(data[0]):
        return b""
    return data[data[0] + 1 :]


def _with_checks(length: int) -> int:
    """Return how many bytes a radio frame has with the checks of format A, the longest."""
    blocks = 1 + max(-(-(length + 1 - _HEAD) // _BLOCK), 0)
    return length + 1 + _CHECK * blocks


def _is_wired(data: bytes) -> bool:
    return data[:1] == data[3:4] == bytes([_START]) and data[1] == data[2]


def _begins(rest: bytes) -> bool:
    """Whether bytes begin like a telegram that ends within them."""
    if _is_wired(rest):
        end = rest[1] + _ENVELOPE
        return len(rest) >= end and rest[end - 1] == _STOP
    return len(rest) >= _LEAST_OF_RADIO and rest[1] in _SENT and rest[0] < len(rest)
