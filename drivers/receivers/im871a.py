"""IMST iM871A modules: messages begin with A5; telegrams come without their checks.

A message: A5, flags and endpoint, number, length, content, then what the flags say: a time
(4 bytes), a level, a CRC. Told to add the level; its radio mode stays as it was set.
"""

from collections.abc import Sequence

from drivers.receivers.dongle import Found, dongle

_START, _HEAD = 0xA5, 4
_RADIO_LINK, _TELEGRAM = 2, 3
_RESERVED, _TIME, _LEVEL, _CRC = 0x10, 0x20, 0x40, 0x80
_ENDPOINTS = range(1, 5)
# Set the configuration, for now only: no field of the first group, of the second the level.
_GREETING = bytes([_START, 0x01, 0x03, 0x04, 0x00, 0x00, 0x10, 0x01])
_CCITT = 0x8408  # reflected


def cut(data: bytes) -> tuple[Sequence[Found], int]:
    """Return the telegrams in whole messages; bytes that begin none are passed over."""
    found: list[Found] = []
    at = 0
    while len(data) - at >= _HEAD:
        flags = data[at + 1]
        if data[at] != _START or flags & _RESERVED or flags & 0x0F not in _ENDPOINTS:
            at += 1
            continue
        behind = 4 * bool(flags & _TIME) + bool(flags & _LEVEL) + 2 * bool(flags & _CRC)
        end = at + _HEAD + data[at + 3] + behind
        if end > len(data):
            break
        message = data[at:end]
        if flags & _CRC and not _proved(message[1:]):
            at += 1
            continue
        if (flags & 0x0F, message[2]) == (_RADIO_LINK, _TELEGRAM):
            found.append(_telegram(message, flags))
        at = end
    return found, at


def _telegram(message: bytes, flags: int) -> Found:
    ends = _HEAD + message[3]
    level = ends + 4 * bool(flags & _TIME)
    return message[3:ends], _dbm(message[level]) if flags & _LEVEL else None


def _dbm(raw: int) -> float:
    """Return the level in dBm: a straight line through the points of the data sheet."""
    return min(-100.0 + (raw - 45) / 2, 0.0)


def _proved(data: bytes) -> bool:
    """Whether the last two bytes are the complemented CRC-CCITT of those before."""
    value = 0xFFFF
    for byte in data[:-2]:
        value ^= byte
        for _bit in range(8):
            value = value >> 1 ^ _CCITT if value & 1 else value >> 1
    return value ^ 0xFFFF == int.from_bytes(data[-2:], "little")


RECEIVER = dongle("im871a", 57_600, _GREETING, cut)
