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
_EIGHT = np.arange(_WORD_BYTES)
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
    first = numbers[rows.starts]
    widths, planes = np.zeros(len(rows), np.int64), list[bytes]()
    smallest: Ints | None = np.zeros(len(rows), np.int64)
    if len(first) and not (numbers == first[0]).all():  # as the times of a tick are not
        words = numbers.view(np.uint64)
        steps = np.empty(len(words), np.uint64)
        steps[1:] = words[1:] - words[:-1]
        smallest = _common_step(steps, rows)
    if smallest is None:
        signed = steps.view(np.int64)
        signed[rows.starts] = np.iinfo(np.int64).max  # no step leads to a row's first number
        smallest = np.minimum.reduceat(signed, rows.starts)
        smallest[rows.counts == 1] = 0
        rest = steps - rows.spread(smallest.view(np.uint64))
        rest[rows.starts] = 0
        widths = np.searchsorted(_WIDTH_LIMITS, np.maximum.reduceat(rest, rows.starts))
        planes = _planes(rest, int(widths.max()))
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


def _common_step(steps: _Words, rows: Rows) -> Ints | None:
    """Return each row's step where it is the same throughout all of them, else None.

    Such are the times of a tick, the numbers of its points, and settings nobody touches.
    """
    if len(steps) == len(rows):
        return np.zeros(len(rows), np.int64)
    common = steps[rows.starts[int(np.argmax(rows.counts > 1))] + 1]
    different = steps != common
    different[rows.starts] = False
    if different.any():
        return None
    return np.where(rows.counts > 1, common.view(np.int64), 0)


@dataclass(frozen=True, slots=True)
class Heads:
    """What each row's column begins with, and where its parts lie."""

    first: Ints
    smallest: Ints  # step
    widths: Ints  # bytes each difference takes; 0: a fixed rhythm
    planes_at: Ints
    ends: Ints

    @classmethod
    def of(cls, packed: bytes, at: Ints, counts: Ints) -> "Heads":
        """Return the heads of the columns that begin at some places."""
        if len(at) == 1:  # by far the quickest where there is but one
            head, planes = _one_head(packed, int(at[0]))
            first, smallest, widths = (np.array([each], np.int64) for each in head)
            planes_at = np.array([planes])
        else:
            first, smallest, widths, planes_at = _heads(np.frombuffer(packed, np.uint8), at)
        return cls(first, smallest, widths, planes_at, planes_at + widths * counts)

    def part(self, rows: slice) -> "Heads":
        """Return the heads of some of the rows."""
        return Heads(
            self.first[rows],
            self.smallest[rows],
            self.widths[rows],
            self.planes_at[rows],
            self.ends[rows],
        )


def unpack(packed: bytes, at: Ints, rows: Rows) -> tuple[Ints, Ints]:
    """Return all rows' numbers, and where each row's column ends.

    Args:
        packed: The bytes that hold all columns.
        at: Where each row's column begins.
        rows: How many numbers each row has.
    """
    heads = Heads.of(packed, at, rows.counts)
    return unpack_below(packed, heads, rows), heads.ends


def unpack_below(packed: bytes, heads: Heads, rows: Rows) -> Ints:
    """Return all rows' numbers, their heads being known."""
    first, smallest, widths = heads.first, heads.smallest, heads.widths
    each = rows.equal_count()
    if each and not widths.any():  # a fixed rhythm, as the quarter hours of whole days have
        return (first[:, None] + smallest[:, None] * np.arange(each)).ravel()
    steps = _unplaned(packed, heads.planes_at, rows.counts, widths)
    if len(rows) == 1:
        steps += smallest.view(np.uint64)[0]
        steps[0] = first.view(np.uint64)[0]
        return np.cumsum(steps, out=steps).view(np.int64)
    if smallest.any():
        steps += rows.spread(smallest.view(np.uint64))
    # Each row's first step leads there from the end of the row before, so that one sum
    # over all of them does.
    steps[rows.starts] = 0
    lasts = first.view(np.uint64) + np.add.reduceat(steps, rows.starts)
    steps[rows.starts] = first.view(np.uint64)
    steps[rows.starts[1:]] -= lasts[:-1]
    return np.cumsum(steps, out=steps).view(np.int64)


def one(packed: bytes, at: int, count: int) -> tuple[Ints, int]:
    """Return the numbers of a single column, and where it ends; see `unpack`."""
    (first, smallest, width), planes_at = _one_head(packed, at)
    if not width:
        if not smallest:
            return np.full(count, first, np.int64), planes_at
        return np.int64(first) + np.int64(smallest) * np.arange(count), planes_at
    steps = np.frombuffer(packed, np.uint8, count, planes_at).astype(np.int64)
    for place in range(1, width):
        plane = np.frombuffer(packed, np.uint8, count, planes_at + place * count)
        steps |= plane.astype(np.int64) << (8 * place)
    if smallest:
        steps += smallest
    steps[0] = first
    return np.cumsum(steps, out=steps), planes_at + width * count


def end_of_one(packed: bytes, at: int, count: int) -> int:
    """Return where a single column ends, without unpacking it."""
    (_, _, width), planes_at = _one_head(packed, at)
    return planes_at + width * count


def after(packed: bytes, at: Ints, rows: Rows) -> Ints:
    """Return where each row's column ends, without unpacking it."""
    return Heads.of(packed, at, rows.counts).ends


def pack_doubles(bits: Ints, rows: Rows) -> list[bytes]:
    """Return each row's 64-bit numbers byte by byte: all lowest bytes first."""
    octets = bits.astype("<i8", copy=False).view(np.uint8).reshape(-1, _WORD_BYTES)
    return [
        octets[start : start + count].T.tobytes()  # a row stays in the processor's cache
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
    widest = int(widths.max(initial=0))
    total = int(counts.sum())
    if widest == 0:
        return np.zeros(total, np.uint64)
    if widest == int(widths.min()):  # all rows alike, as most are
        lowest = _plane(packed, at, counts)
        words = lowest.astype(np.uint64)
        for place in range(1, widest):
            plane = _plane(packed, at + place * counts, counts)
            words |= plane.astype(np.uint64) << np.uint64(8 * place)
        return words
    words = np.zeros(total, np.uint64)
    for place in range(widest):
        has = widths > place
        plane = _plane(packed, (at + place * counts)[has], counts[has])
        words[np.repeat(has, counts)] |= plane.astype(np.uint64) << np.uint64(8 * place)
    return words


def _plane(packed: bytes, begins: Ints, counts: Ints) -> Codes:
    """Return one plane of all rows, one after the other."""
    if len(begins) == 1:
        return np.frombuffer(packed, np.uint8, int(counts[0]), int(begins[0]))
    ends = (begins + counts).tolist()
    spans = zip(begins.tolist(), ends, strict=True)
    return np.frombuffer(b"".join([packed[a:b] for a, b in spans]), np.uint8)


def _one_head(packed: bytes, at: int) -> tuple[tuple[int, int, int], int]:
    """Return first number, smallest step and width of one column, and where its planes lie."""
    sizes, width = packed[at], packed[at + 1]
    step_at = at + 2 + (sizes & 15)
    planes_at = step_at + (sizes >> 4)
    first = int.from_bytes(packed[at + 2 : step_at], "little", signed=True)
    smallest = int.from_bytes(packed[step_at:planes_at], "little", signed=True)
    return (first, smallest, width), planes_at


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
    places = at[:, None] + _EIGHT
    words = raw.take(places, mode="clip").view("<i8").ravel()  # what is too much is cut off
    unused_bits = 64 - 8 * np.maximum(sizes, 1)
    numbers: Ints = (words << unused_bits) >> unused_bits
    numbers[sizes == 0] = 0
    return numbers


def _sizes(numbers: Ints) -> Ints:
    """Return how many bytes each signed number takes; 0 for the number 0."""
    magnitudes = np.where(numbers < 0, ~numbers, numbers)
    sizes = np.searchsorted(_SIZE_LIMITS, magnitudes, side="right") + 1
    return np.where(numbers == 0, 0, sizes)
