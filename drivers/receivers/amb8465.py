"""AMBER AMB8465 modules that wrap telegrams in messages: FF, command, length, content, XOR.

Such a message is wrapped as 03 or 83; a level stands before the last byte where the module
was set to add one. Nothing is set here: the module stays as its maker's program left it.
"""

from collections.abc import Sequence
from functools import reduce

from drivers.receivers.dongle import Found, chipcon_dbm, dongle

_START, _HEAD = 0xFF, 3
_TELEGRAM = (0x03, 0x83)


def cut(data: bytes) -> tuple[Sequence[Found], int]:
    """Return the telegrams in whole messages; bytes that begin none are passed over."""
    found: list[Found] = []
    at = 0
    while len(data) - at > _HEAD:
        if data[at] != _START:
            at += 1
            continue
        end = at + _HEAD + data[at + 2]
        ends = [last for last in (end, end + 1) if last < len(data) and _sound(data, at, last)]
        if not ends and end + 1 >= len(data):
            break  # more of it may come
        if not ends:
            at += 1
            continue
        if data[at + 1] in _TELEGRAM:
            level = chipcon_dbm(data[end]) if ends[0] > end else None
            found.append((data[at + 2 : end], level))
        at = ends[0] + 1
    return found, at


def _sound(data: bytes, at: int, last: int) -> bool:
    return reduce(lambda one, other: one ^ other, data[at:last]) == data[last]


RECEIVER = dongle("amb8465", 9_600, b"", cut)
