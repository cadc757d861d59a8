"""Pack columns of whole numbers into few bytes: differences to the neighbour, byte by byte.

Many columns are packed and unpacked at a time, one for each chunk; they lie one after
the other in one array. A packed column is

    1 byte   sizes: of the first number (low half) and of the smallest step (high half)
    1 byte   w, the bytes each difference takes
    …        the first number, signed, low byte first
    …        the smallest step from one number to the next, signed, low byte first
    w·n      how much larger each step is: all lowest bytes, then all second bytes …
             (none leads to the first number: 0)

so equal numbers, and times in a fixed rhythm, take a few bytes however many they are.
Steps wrap around at 64 bits, which makes the way back exact for any numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.history.samples import Codes, Ints

_Words = NDArray[np.uint64]
_N = TypeVar("_N", bound=np.generic)
_WORD_BYTES = 8
_SIZE_LIMITS = np.array([1 << (8 * size - 1) for size in range(1, 8)], np.int64)
_WIDTH_LIMITS = np.array([(1 << (8 * width)) - 1 for width in range(8)], np.uint64)


@dataclass(frozen=True, slots=True)
class Rows:
    """How many numbers each chunk has, in one array after the other; none is empty."""

    counts: Ints
    starts: Ints

    @classmethod
    def of(cls, counts: Ints | Sequence[int]) -> "Rows":
        """Return rows of the given lengths, each at least 1."""
        lengths = np.asarray(counts, np.int64)
        return cls(lengths, np.cumsum(lengths) - lengths)

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def total(self) -> int:
        """How many numbers all rows have together."""
        return int(self.counts.sum())

    def equal_count(self) -> int:
        """Return how many numbers every row has when all have the same, else 0."""
        count = int(self.counts[0])
        return count if (self.counts == count).all() else 0

    def spread(self, one_each: NDArray[_N]) -> NDArray[_N]:
        """Return one value per row repeated for each of the row's numbers."""
        return np.repeat(one_each, self.counts)


def pack(numbers: Ints, rows: Rows) -> list[bytes]:
    """Return each row's numbers as a packed column."""
    words = numbers.view(np.uint64)
    steps = np.empty(len(words), np.uint64)
    steps[1:] = words[1:] - words[:-1]
    signed = steps.view(np.int64)
    signed[rows.starts] = np.iinfo(np.int64).max  # no step leads to a row's first number
    smallest = np.minimum.reduceat(signed, rows.starts)
    smallest[rows.counts == 1] = 0
    rest = steps - rows.spread(smallest.view(np.uint64))
    rest[rows.starts] = 0
    widths = np.searchsorted(_WIDTH_LIMITS, np.maximum.reduceat(rest, rows.starts))
    planes = _planes(rest, int(widths.max()))
    first = numbers[rows.starts]
    return [
        b"".join(
            [
                bytes((first_size | step_size << 4, width)),
                start.to_bytes(first_size, "little", signed=True),
                step.to_bytes(step_size, "little", signed=True),
                *[plane[begin : begin + count] for plane in planes[:width]],
            ]
        )
        for first_size, step_size, width, start, step, begin, count in zip(
            _sizes(first).tolist(),
            _sizes(smallest).tolist(),
            widths.tolist(),
            first.tolist(),
            smallest.tolist(),
            rows.starts.tolist(),
            rows.counts.tolist(),
            strict=True,
        )
    ]


def unpack(packed: bytes, at: Ints, rows: Rows) -> tuple[Ints, Ints]:
    """Return all rows' numbers, and where each row's column ends.

    Args:
        packed: The bytes that hold all columns.
        at: Where each row's column begins.
        rows: How many numbers each row has.
    """
    raw = np.frombuffer(packed, np.uint8)
    first, smallest, widths, planes_at = _heads(raw, at)
    ends = planes_at + widths * rows.counts
    each = rows.equal_count()
    if each and not widths.any():  # a fixed rhythm, as the quarter hours of whole days have
        return (first[:, None] + smallest[:, None] * np.arange(each)).ravel(), ends
    steps = _unplaned(packed, planes_at, rows.counts, widths)
    steps += rows.spread(smallest.view(np.uint64))
    # Each row's first step leads there from the end of the row before, so that one sum
    # over all of them does.
    steps[rows.starts] = 0
    lasts = first.view(np.uint64) + np.add.reduceat(steps, rows.starts)
    steps[rows.starts] = first.view(np.uint64)
    steps[rows.starts[1:]] -= lasts[:-1]
    return np.cumsum(steps, out=steps).view(np.int64), ends


def after(packed: bytes, at: Ints, rows: Rows) -> Ints:
    """Return where each row's column ends, without unpacking it."""
    _, _, widths, planes_at = _heads(np.frombuffer(packed, np.uint8), at)
    return planes_at + widths * rows.counts


def pack_doubles(bits: Ints, rows: Rows) -> list[bytes]:
    """Return each row's 64-bit numbers byte by byte: all lowest bytes first."""
    planes = _planes(bits.view(np.uint64), _WORD_BYTES)
    return [
        b"".join([plane[start : start + count] for plane in planes])
        for start, count in zip(rows.starts.tolist(), rows.counts.tolist(), strict=True)
    ]


def unpack_doubles(packed: bytes, at: Ints, rows: Rows) -> tuple[Ints, Ints]:
    """Return all rows' 64-bit numbers, and where each row ends; inverse of `pack_doubles`."""
    widths = np.full(len(rows), _WORD_BYTES, np.int64)
    bits = _unplaned(packed, at, rows.counts, widths)
    return bits.view(np.int64), at + _WORD_BYTES * rows.counts


def _planes(words: _Words, width: int) -> list[bytes]:
    """Return the lowest bytes of all words, then their second bytes … ``width`` of them."""
    columns = words.astype("<u8", copy=False).view(np.uint8).reshape(-1, _WORD_BYTES)
    return [columns[:, place].tobytes() for place in range(width)]


def _unplaned(packed: bytes, at: Ints, counts: Ints, widths: Ints) -> _Words:
    """Return the words whose bytes lie in planes, of all rows."""
    words = np.zeros(int(counts.sum()), np.uint64)
    for place in range(int(widths.max(initial=0))):
        has = widths > place
        begins = (at + place * counts)[has]
        ends = begins + counts[has]
        plane = np.frombuffer(
            b"".join(
                [packed[a:b] for a, b in zip(begins.tolist(), ends.tolist(), strict=True)]
            ),
            np.uint8,
        ).astype(np.uint64) << np.uint64(8 * place)
        if has.all():
            words |= plane
        else:
            words[np.repeat(has, counts)] |= plane
    return words


def _heads(raw: Codes, at: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return first number, smallest step, width and begin of the planes of each column."""
    sizes = raw[at]
    first_size = (sizes & 15).astype(np.int64)
    step_size = (sizes >> 4).astype(np.int64)
    widths = raw[at + 1].astype(np.int64)
    first = _signed(raw, at + 2, first_size)
    smallest = _signed(raw, at + 2 + first_size, step_size)
    return first, smallest, widths, at + 2 + first_size + step_size


def _signed(raw: Codes, at: Ints, sizes: Ints) -> Ints:
    """Return one signed number of ``sizes`` bytes from each place, low byte first."""
    words = np.zeros(len(at), np.uint64)
    for place in range(int(sizes.max(initial=0))):
        there = sizes > place
        words[there] |= raw[at[there] + place].astype(np.uint64) << np.uint64(8 * place)
    unused_bits = (64 - 8 * np.maximum(sizes, 1)).astype(np.uint64)
    return (words << unused_bits).view(np.int64) >> unused_bits.view(np.int64)


def _sizes(numbers: Ints) -> Ints:
    """Return how many bytes each signed number takes; 0 for the number 0."""
    magnitudes = np.where(numbers < 0, ~numbers, numbers)
    sizes = np.searchsorted(_SIZE_LIMITS, magnitudes, side="right") + 1
    return np.where(numbers == 0, 0, sizes)
