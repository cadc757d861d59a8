"""Takes chunks of many points apart straight into the room of all their values.

Chunks that lie one after the other and hold numbers of one kind are worked on together, as
many as stay in the processor's cache. Where samples that wait follow a point's last chunk,
room is left for them behind it, so that nothing has to be moved.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.history import columns, rarities
from app.history.codec import HAS_DELAY, HAS_LAG, HEAD_BYTES, heads_of, values_at
from app.history.columns import Heads, Rows
from app.history.line import Line
from app.history.numbers import Kind, scale
from app.history.places import Places
from app.history.samples import BELIEVABLE, Floats, Ints

_RUN_SAMPLES = 64_000
_SHORT_RUN = 6_000  # samples; shorter runs of rows alike are worked on with their neighbours
_BLOCK_BYTES = 4_000_000
_NOT_ALIKE = -1
# As plain numbers: arrays are compared with them many times as fast as with an enum.
_DIVIDED, _MULTIPLIED = int(Kind.DIVIDED), int(Kind.MULTIPLIED)


class SharedTimes:
    """Times that many points have in common, each made once; nobody may change them."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, bytes], Ints] = {}
        self._held: list[Ints] = []  # so that no address is given twice meanwhile

    def rhythms(self, rows: Ints) -> Ints:
        """Return the times of one point's rows: first time, step and count of each."""
        key = (0, rows.tobytes())
        if key not in self._made:
            self._made[key] = _frozen(_rhythm(*rows.T))
        return self._made[key]

    def one_after_the_other(self, early: Ints, late: Ints) -> Ints:
        """Return two spans of times as one."""
        key = (id(early), late.tobytes())
        if key not in self._made:
            self._made[key] = _frozen(np.concatenate([early, late]))
            self._held.append(early)
        return self._made[key]


class Straight:
    """Takes chunks apart; all of a point's follow each other, and points come once.

    Args:
        bodies: What was sealed, by point, then slot.
        places: Where each belongs.
        later: What follows some of the points' chunks, by the numbers of the points.
    """

    def __init__(
        self, bodies: Sequence[bytes], places: Places, later: Mapping[int, Line]
    ) -> None:
        self._bodies, self._begins = bodies, places.begins_ms
        self._ends = np.cumsum(np.fromiter(map(len, bodies), np.int64, len(bodies)))
        self._bits, self._kinds, self._exponents, counts = heads_of(bodies)
        if len(counts) != len(bodies) or not counts.all():
            raise ValueError("a block without samples was never written")
        owners = places.owners
        changes = np.flatnonzero(owners[1:] != owners[:-1]) + 1
        self._edges = [0, *changes.tolist(), len(owners)]
        self._points: list[int] = owners[self._edges[:-1]].tolist()
        self.joined: set[int] = set()  # points whose later samples follow the others now
        # Room among few samples would cut the work into small pieces.
        worth = int(counts.sum()) >= _SHORT_RUN * len(self._points)
        self._later: Mapping[int, Line] = later if worth else {}
        starts = np.cumsum(counts) - counts
        if self._later:
            room = [len(self._later.get(point, ())) for point in self._points]
            left = np.zeros(len(counts), np.int64)
            left[changes] = room[:-1]
            starts += np.cumsum(left)
            total = int(counts.sum()) + sum(room)
        else:
            total = int(counts.sum())
        self._rows = Rows(counts, starts)
        self._values = np.empty(total)
        self._quality = np.zeros(total, np.uint8)
        self._rhythm = np.zeros((len(bodies), 3), np.int64)  # first time, step, count
        self._uneven = np.zeros(len(bodies), bool)
        self._times: Ints | None = None  # of all samples, once any row is uneven

    def lines(self) -> dict[int, Line]:
        """Return the line of each point."""
        for begin, end in pairwise([0, *_edges_every(self._ends, _BLOCK_BYTES)]):
            self._take(slice(begin, end))
        shared = SharedTimes()
        lines = {}
        for point, first, end in zip(
            self._points, self._edges[:-1], self._edges[1:], strict=True
        ):
            lines[point] = self._line(point, slice(first, end), shared)
        return lines

    def _line(self, point: int, rows: slice, shared: SharedTimes) -> Line:
        begin = int(self._rows.starts[rows.start])
        end = int(self._rows.starts[rows.stop - 1] + self._rows.counts[rows.stop - 1])
        times = self._times_of(rows, slice(begin, end), shared)
        later = self._later.get(point)
        if later is not None and later.times_ms[0] > times[-1]:
            self.joined.add(point)
            times = shared.one_after_the_other(times, later.times_ms)
            room = slice(end, end + len(later))
            self._values[room], self._quality[room] = later.values, later.quality
            end = room.stop
        return Line(times, self._values[begin:end], self._quality[begin:end])

    def _times_of(self, rows: slice, span: slice, shared: SharedTimes) -> Ints:
        uneven = self._uneven[rows]
        if self._times is None or not uneven.any():
            return shared.rhythms(self._rhythm[rows])
        for row in (np.flatnonzero(~uneven) + rows.start).tolist():
            begin, count = int(self._rows.starts[row]), int(self._rows.counts[row])
            self._times[begin : begin + count] = _rhythm(*self._rhythm[row : row + 1].T)
        return self._times[span]

    def _take(self, block: slice) -> None:
        """Take the chunks of some rows apart."""
        packed = b"".join(self._bodies[block])
        before = int(self._ends[block.start - 1]) if block.start else 0
        at = np.append(0, self._ends[block.start : block.stop - 1] - before) + HEAD_BYTES
        rows = Rows(self._rows.counts[block], self._rows.starts[block])
        at = self._take_times(packed, at, rows, block)
        bits = self._bits[block]
        for bit in (HAS_LAG, HAS_DELAY):
            has = bits & bit != 0
            if has.any():
                at[has] = Heads.of(packed, at[has], rows.counts[has]).ends
        ends = self._take_values(packed, at, rows, block)
        for row in np.flatnonzero(bits & rarities.ANY).tolist():
            self._take_rare(packed, ends[row : row + 1], rows, row, bits[row : row + 1])

    def _take_times(self, packed: bytes, at: Ints, rows: Rows, block: slice) -> Ints:
        """Note the rhythm of each row, unpack the times of the uneven; return the ends."""
        heads = Heads.of(packed, at, rows.counts)
        begins = self._begins[block]
        rhythm = self._rhythm[block]
        rhythm[:, 0], rhythm[:, 1] = heads.first + begins, heads.smallest
        rhythm[:, 2] = rows.counts
        uneven = self._uneven[block] = heads.widths > 0
        if uneven.any():
            if self._times is None:
                self._times = np.empty(len(self._values), np.int64)
            for part in _marked(uneven, rows):
                mine = Rows.of(rows.counts[part])
                place = int(rows.starts[part.start])
                found = columns.unpack_below(packed, heads.part(part), mine)
                found += mine.spread(begins[part])
                self._times[place : place + mine.total] = found
        return heads.ends

    def _take_values(self, packed: bytes, at: Ints, rows: Rows, block: slice) -> Ints:
        """Unpack the values; return where each row's end."""
        kinds, exponents = self._kinds[block], self._exponents[block]
        whole = (kinds == _DIVIDED) | (kinds == _MULTIPLIED)
        heads = _heads_of(whole, packed, at, rows)
        ends = heads.ends
        alike = np.where(whole, (kinds << 16) + (exponents << 8) + heads.widths, _NOT_ALIKE)
        for part, same in _runs(alike, rows):
            mine = Rows.of(rows.counts[part])
            place = int(rows.starts[part.start])
            room = self._values[place : place + mine.total]
            if same:
                _numbers_into(room, packed, heads.part(part), mine)
                scale(int(kinds[part.start]), int(exponents[part.start]), room)
            else:
                room[:], ends[part] = values_at(
                    packed, at[part], mine, kinds[part], exponents[part]
                )
        return ends

    def _take_rare(self, packed: bytes, at: Ints, rows: Rows, row: int, bits: Ints) -> None:
        begin, count = int(rows.starts[row]), int(rows.counts[row])
        values = self._values[begin : begin + count]
        rare = rarities.unpack(packed, at, bits, Rows.of([count]), values, values_only=True)
        self._quality[begin : begin + count] = rare.quality
        values[~BELIEVABLE[rare.quality]] = np.nan
        if rare.word is not None:
            values[rare.word != 0] = np.nan


def _frozen(times: Ints) -> Ints:
    times.flags.writeable = False
    return times


def _heads_of(whole: NDArray[np.bool_], packed: bytes, at: Ints, rows: Rows) -> Heads:
    """Return the heads of the columns of whole numbers; other rows have none."""
    if whole.all():
        return Heads.of(packed, at, rows.counts)
    none = np.zeros(len(rows), np.int64)
    heads = Heads(none, none.copy(), none.copy(), at.copy(), at.copy())
    if whole.any():
        found = Heads.of(packed, at[whole], rows.counts[whole])
        heads.first[whole], heads.smallest[whole] = found.first, found.smallest
        heads.widths[whole] = found.widths
        heads.planes_at[whole], heads.ends[whole] = found.planes_at, found.ends
    return heads


def _numbers_into(room: Floats, packed: bytes, heads: Heads, rows: Rows) -> None:
    """Put the numbers of rows that are alike into their room."""
    if not heads.widths[0] and not heads.smallest.any():  # nothing ever changed
        room[:] = heads.first[0] if len(rows) == 1 else rows.spread(heads.first)
    else:
        room[:] = columns.unpack_below(packed, heads, rows)


def _rhythm(firsts: Ints, steps: Ints, counts: Ints) -> Ints:
    """Return the times of rows that begin somewhere and go on in equal steps."""
    step = int(steps[0])
    if step and (steps == step).all() and (np.diff(firsts) == step * counts[:-1]).all():
        return int(firsts[0]) + step * np.arange(int(counts.sum()))
    rows = Rows.of(counts)
    place = np.arange(rows.total) - rows.spread(rows.starts)
    return rows.spread(firsts) + rows.spread(steps) * place


def _runs(alike: Ints, rows: Rows) -> Iterator[tuple[slice, bool]]:
    """Yield spans of rows that are alike, and between them spans of those that are not."""
    ends = rows.starts + rows.counts
    edges = [*(np.flatnonzero(alike[1:] != alike[:-1]) + 1).tolist(), len(rows)]
    mixed = first = 0
    for edge in edges:
        samples = int(ends[edge - 1] - rows.starts[first])
        if samples >= _SHORT_RUN and alike[first] != _NOT_ALIKE:
            yield from ((part, False) for part in _cut(mixed, first, rows))
            yield from ((part, True) for part in _cut(first, edge, rows))
            mixed = edge
        first = edge
    yield from ((part, False) for part in _cut(mixed, len(rows), rows))


def _marked(which: NDArray[np.bool_], rows: Rows) -> Iterator[slice]:
    """Yield the spans of the rows that are marked."""
    edges = [0, *(np.flatnonzero(which[1:] != which[:-1]) + 1).tolist(), len(rows)]
    for begin, end in pairwise(edges):
        if which[begin]:
            yield from _cut(begin, end, rows)


def _cut(begin: int, end: int, rows: Rows) -> Iterator[slice]:
    """Yield a span of rows in parts without gaps that stay in the processor's cache."""
    if begin < end:
        counts, starts = rows.counts[begin:end], rows.starts[begin:end]
        ends = np.cumsum(counts)
        gaps = (np.flatnonzero(np.diff(starts) != counts[:-1]) + 1).tolist()
        edges = sorted({0, *gaps, *_edges_every(ends, _RUN_SAMPLES)})
        for first, last in pairwise(edges):
            yield slice(begin + first, begin + last)


def _edges_every(ends: Ints, most: int) -> list[int]:
    """Return after how many parts to cut, so that none is far larger than so much."""
    if ends[-1] <= most:
        return [len(ends)]
    changes = np.flatnonzero(np.diff(ends // most)) + 1
    return [*changes.tolist(), len(ends)]
