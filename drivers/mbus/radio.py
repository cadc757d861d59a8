"""Frames on the air (EN 13757-4): formats A and B with their checks, and already stripped."""

from dataclasses import dataclass
from itertools import pairwise

from app.words import _
from drivers.mbus.checks import crc
from drivers.mbus.names import maker_letters
from drivers.mbus.telegram import Address, BrokenTelegram, FrameKind, Why

HEAD = 10  # bytes of length, control, maker and address
_BLOCK, _CHECK = 16, 2
_FIRST_OF_B = 126  # bytes that the first check of format B covers
_SYNC = (b"\x54\xcd", b"\x54\x3d")  # of mode C, formats A and B, where a receiver leaves it


@dataclass(frozen=True, slots=True)
class RadioFrame:
    """A frame without its checks."""

    kind: FrameKind
    control: int
    sender: Address
    sender_bytes: bytes  # maker and address as sent, eight bytes
    user: bytes  # from the CI field on


def radio_frame(data: bytes, stripped: bool | None = None) -> RadioFrame:
    """Return the frame in ``data``, whichever of the three formats it has.

    ``stripped`` tells whether the receiver took the checks off; None: nobody knows. A frame of
    format B whose only check is wrong looks like a stripped one then.

    Raises:
        BrokenTelegram: A wrong check, a length that fits no format, or too few bytes.
    """
    if data[:2] in _SYNC and len(data) > 2 + HEAD and not _is_bare(data):
        data = data[2:]
    if len(data) < HEAD + 1:
        raise BrokenTelegram(
            Why.TRUNCATED, len(data), _("{n} bytes are no telegram").format(n=len(data))
        )
    kind, bare = _without_checks(data, stripped)
    address = Address(
        maker_letters(int.from_bytes(bare[2:4], "little")), bare[7:3:-1].hex(), bare[8], bare[9]
    )
    return RadioFrame(kind, bare[1], address, bare[2:HEAD], bare[HEAD:])


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
    if frame and len(frame) == _size_of_a(frame[0]) and not _is_bare(frame):
        sizes = [HEAD, *[_BLOCK] * (len(frame) // _BLOCK)]
        return _laid_out(FrameKind.RADIO_A, len(data), start, sizes)
    if frame and _is_bare(frame):
        blocks = _blocks_of_b(frame)
        if any(crc(block) == int.from_bytes(check, "big") for _at, block, check in blocks):
            sizes = [len(block) for _at, block, _check in blocks]
            return _laid_out(FrameKind.RADIO_B, len(data), start, sizes)
    return FrameLayout(FrameKind.RADIO_BARE, tuple(range(start, len(data))))


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


def _without_checks(data: bytes, stripped: bool | None) -> tuple[FrameKind, bytes]:
    told = data[0] + 1
    if len(data) == _size_of_a(data[0]) and told != len(data):
        return FrameKind.RADIO_A, _stripped_a(data)
    if len(data) != told:
        raise BrokenTelegram(
            Why.LENGTH if len(data) > told else Why.TRUNCATED,
            0,
            _("the length says {told} bytes, and {found} are there").format(
                told=told, found=len(data)
            ),
        )
    if stripped:
        return FrameKind.RADIO_BARE, data
    blocks = _blocks_of_b(data)
    good = [crc(block) == int.from_bytes(check, "big") for _at, block, check in blocks]
    if all(good):
        return FrameKind.RADIO_B, b"".join(block for _at, block, _check in blocks)
    # Of two checks one that fits is no accident: the other block is damaged.
    if any(good) or stripped is False:
        at = blocks[good.index(False)][0]
        raise _wrong_check(at)
    return FrameKind.RADIO_BARE, data


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
