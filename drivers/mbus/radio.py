"""Frames on the air (EN 13757-4): formats A and B with their checks, and already stripped."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from app.words import _
from drivers.mbus.checks import crc
from drivers.mbus.names import maker_letters
from drivers.mbus.telegram import Address, BrokenTelegram, FrameKind, Why

HEAD = 10  # bytes of length, control, maker and address
_BLOCK, _CHECK = 16, 2
_CHECKED_WITHIN = (0x8D, 0x8F)  # CI fields of sessions, whose first two bytes are a check
_FIRST_OF_B = 126  # bytes that the first check of format B covers
_MOST_BEHIND = 16  # bytes that receivers put behind a frame: noise, their own words
_SYNC = (b"\x54\xcd", b"\x54\x3d")  # of mode C, formats A and B, where a receiver leaves it


class RadioFrame(NamedTuple):
    """A frame without its checks; a plain tuple, since thousands are made a second."""

    kind: FrameKind
    control: int
    sender: Address
    sender_bytes: bytes  # maker and address as sent, eight bytes
    user: bytes  # from the CI field on
    behind: bytes = b""  # more than its length tells, put there by its receiver
    doubt: BrokenTelegram | None = None  # what it is where nothing within it proves it


def radio_frame(data: bytes, stripped: bool | None = None) -> RadioFrame:
    """Return the frame in ``data``, whichever of the three formats it has.

    ``stripped`` tells whether the receiver took the checks off; None: nobody knows. A frame of
    format B whose only check is wrong looks like a stripped one then.

    A frame whose checks fit is one, whatever stands behind it. Without checks one with bytes
    behind it, or with as many fewer as checks were taken off without a word to the length, is
    returned with the ``doubt`` that is raised where nothing within proves it.

    Raises:
        BrokenTelegram: A wrong check, a length that fits no format, or too few bytes.
    """
    if data[:2] in _SYNC and len(data) > 2 + HEAD and not _is_bare(data):
        data = data[2:]
    if len(data) < HEAD + 1:
        raise BrokenTelegram(
            Why.TRUNCATED, len(data), _("{n} bytes are no telegram").format(n=len(data))
        )
    behind, doubt = b"", None
    try:
        kind, bare = _without_checks(data, stripped)
    except BrokenTelegram as fault:
        kind, bare, behind, doubt = _otherwise(data, stripped, fault)
    address = Address(
        maker_letters(int.from_bytes(bare[2:4], "little")), bare[7:3:-1].hex(), bare[8], bare[9]
    )
    return RadioFrame(kind, bare[1], address, bare[2:HEAD], bare[HEAD:], behind, doubt)


@dataclass(frozen=True, slots=True)
class FrameLayout:
    """Where the bytes of a frame stand among those received."""

    kind: FrameKind
    places: tuple[int, ...]  # of each byte of the frame without its checks
    checks: tuple[tuple[int, int], ...] = ()  # first byte, and the one behind the last


def frame_layout(data: bytes) -> FrameLayout:
    """Return where a frame's bytes and its checks stand, whether the checks fit or not."""
    start = 2 if data[:2] in _SYNC and len(data) > 2 + HEAD and not _is_bare(data) else 0
    frame = data[start:]
    if len(frame) > HEAD:
        frame = frame[: _own_size(frame, None)]
    end = start + len(frame)
    if frame and len(frame) == _size_of_a(frame[0]) and not _is_bare(frame):
        sizes = [HEAD, *[_BLOCK] * (len(frame) // _BLOCK)]
        return _laid_out(FrameKind.RADIO_A, end, start, sizes)
    if frame and _is_bare(frame):
        blocks = _blocks_of_b(frame)
        if any(_right_in_b(frame)):
            sizes = [len(block) for _at, block, _check in blocks]
            return _laid_out(FrameKind.RADIO_B, end, start, sizes)
    return FrameLayout(FrameKind.RADIO_BARE, tuple(range(start, end)))


def _laid_out(kind: FrameKind, end: int, at: int, sizes: list[int]) -> FrameLayout:
    places: list[int] = []
    checks: list[tuple[int, int]] = []
    for size in sizes:
        ends = min(at + size, end - _CHECK)
        if ends <= at:
            break
        places += range(at, ends)
        checks.append((ends, ends + _CHECK))
        at = ends + _CHECK
    return FrameLayout(kind, tuple(places), tuple(checks))


def _is_bare(data: bytes) -> bool:
    return len(data) == data[0] + 1


def _otherwise(
    data: bytes, stripped: bool | None, fault: BrokenTelegram
) -> tuple[FrameKind, bytes, bytes, BrokenTelegram | None]:
    """Return a frame with bytes behind it or too few, what stands behind, and the doubt in it.

    Raises ``fault``, by which it is none as it stands, where it is none of these either.
    """
    if stripped is not False and _lacks_checks(data):
        return FrameKind.RADIO_BARE, data, b"", fault
    own = _own_size(data, stripped)
    if own == len(data):
        raise fault
    kind, bare = _without_checks(data[:own], stripped)
    return kind, bare, data[own:], fault if kind is FrameKind.RADIO_BARE else None


def _own_size(data: bytes, stripped: bool | None) -> int:
    """Return how many bytes are the frame's own, behind which a receiver put some of its own.

    All of them where their number is what it should be, or nothing speaks for another.
    """
    size, told, checked = len(data), data[0] + 1, _size_of_a(data[0])
    if size == told or (size == checked and any(_right_in_a(data))):
        return size
    if HEAD < checked < size <= checked + _MOST_BEHIND and all(_right_in_a(data[:checked])):
        return checked
    if not HEAD < told < size <= told + _MOST_BEHIND or _check_fits(data, 0, HEAD):
        return size
    checks = list(_right_in_b(data[:told]))
    if all(checks):
        return told
    # One that is right when the length is mended: that was damaged on the way.
    mended = any(_right_in_b(bytes([size - 1 & 0xFF]) + data[1:]))
    return size if any(checks) or mended or stripped is False else told


def _lacks_checks(data: bytes) -> bool:
    """Tell whether a frame's checks of format B are off and still counted.

    Only of one that carries another check within: a session of the extended link layer.
    """
    told = data[0] + 1
    lacks = _CHECK if told <= _FIRST_OF_B + _CHECK else 2 * _CHECK
    return len(data) == told - lacks and data[HEAD] in _CHECKED_WITHIN


def _right_in_a(data: bytes) -> Iterator[bool]:
    """Tell of each check of a frame of format A whether it is right."""
    starts = [0, *range(HEAD + _CHECK, len(data), _BLOCK + _CHECK)]
    ends = [*starts[1:], len(data)]
    blocks = zip(starts, ends, strict=True)
    return (_check_fits(data, start, end - _CHECK) for start, end in blocks)


def _right_in_b(data: bytes) -> Iterator[bool]:
    """Tell of each check of a frame of format B whether it is right."""
    for _at, block, check in _blocks_of_b(data):
        yield crc(block) == int.from_bytes(check, "big")


def _check_fits(data: bytes, start: int, end: int) -> bool:
    return crc(data[start:end]) == int.from_bytes(data[end : end + _CHECK], "big")


def _without_checks(data: bytes, stripped: bool | None) -> tuple[FrameKind, bytes]:
    told = data[0] + 1
    if len(data) == _size_of_a(data[0]) and told != len(data):
        return FrameKind.RADIO_A, _stripped_a(data)
    if len(data) != told:
        raise _told_wrong(told, len(data))
    if stripped:
        return FrameKind.RADIO_BARE, data
    blocks = _blocks_of_b(data)
    good = list(_right_in_b(data))
    if all(good):
        return FrameKind.RADIO_B, b"".join(block for _at, block, _check in blocks)
    # Of two checks one that fits is no accident: the other block is damaged.
    if any(good) or stripped is False:
        at = blocks[good.index(False)][0]
        raise _wrong_check(at)
    return FrameKind.RADIO_BARE, data


def _told_wrong(told: int, found: int) -> BrokenTelegram:
    said = _("the length says {told} bytes, and {found} are there")
    why = Why.LENGTH if found > told else Why.TRUNCATED
    return BrokenTelegram(why, 0, said.format(told=told, found=found))


def _size_of_a(length: int) -> int:
    behind = length - (HEAD - 1)
    return length + 1 + _CHECK * (1 + -(-behind // _BLOCK)) if behind >= 0 else -1


def _stripped_a(data: bytes) -> bytes:
    bare = bytearray()
    at, size = 0, HEAD
    while at < len(data):
        end = min(at + size, len(data) - _CHECK)
        if crc(data[at:end]) != int.from_bytes(data[end : end + _CHECK], "big"):
            raise _wrong_check(at)
        bare += data[at:end]
        at, size = end + _CHECK, _BLOCK
    return bytes(bare)


def _blocks_of_b(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return where each block of format B begins, its bytes and its check."""
    cuts = [0, *([_FIRST_OF_B + _CHECK] if len(data) > _FIRST_OF_B + _CHECK else []), len(data)]
    return [
        (start, data[start : end - _CHECK], data[end - _CHECK : end])
        for start, end in pairwise(cuts)
    ]


def _wrong_check(at: int) -> BrokenTelegram:
    return BrokenTelegram(
        Why.CRC, at, _("the check of the block at byte {at} is wrong").format(at=at)
    )
