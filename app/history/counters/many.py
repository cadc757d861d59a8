"""What thousands of indexes counted, all at once: a month of 15,000 meters in a moment.

The same sums as of one index alone, worked out on long columns. An index that is not plain –
it fell, leapt, or a person stated something about it – is followed on its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.history.counters.course import Scale
from app.history.counters.marks import Bools, Ints, Mark, Marked, Marks
from app.history.counters.spreading import validated
from app.history.counters.sums import shared, sums
from app.history.energydays import Bins
from app.history.samples import BELIEVABLE, Codes, Floats
from app.model.counter import HOUR_MS, Edit, IndexRules
from app.model.reading import PointId, Quality
from app.model.units import least_digit
from app.series import CODE_OF, Series

_AT_A_TIME = 1 << 17  # samples: their columns stay in the processor's cache
_APART = 1 << 43  # ms between two indexes on one line of time: more than any moment
_LARGEST = float(1 << 53)  # what a float holds to the last digit
_ANYTHING = 1e22  # counts an hour: no limit
_NEARLY = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Indexes:
    """Samples of many indexes one after the other; ``starts`` has one more than there are."""

    points: Sequence[PointId]
    starts: Ints  # where each begins; the last is the length of the columns
    times_ms: Ints  # rising within each index
    values: Floats  # NaN where nothing is believable
    quality: Codes | None = None  # None: all good

    def of(self, nth: int) -> Series:
        """Return the samples of one of them."""
        here = slice(int(self.starts[nth]), int(self.starts[nth + 1]))
        times, values = self.times_ms[here], self.values[here]
        if self.quality is not None:
            return Series(self.points[nth], times, values, self.quality[here])
        good = np.full(len(times), CODE_OF[Quality.GOOD], np.uint8)
        good[~np.isfinite(values)] = CODE_OF[Quality.BAD]
        return Series(self.points[nth], times, values, good)


@dataclass(frozen=True, slots=True)
class ManySums(Marked):
    """A row for each index, a column for each part; see `Sums`."""

    bins: Bins
    scales: Sequence[Scale]
    counts: Ints
    marks: Marks
    unplaced: Ints  # counts of each index in gaps that touch the period and have no place


def many_sums(
    indexes: Indexes,
    rules: Sequence[IndexRules],
    bins: Bins,
    edits: Mapping[int, Sequence[Edit]] | None = None,
    at_a_time: int = _AT_A_TIME,
) -> ManySums:
    """Return what each index counted in each part.

    Args:
        indexes: Their samples, those before and after the period included that its first and
            last edge need.
        rules: One for each index.
        bins: The parts.
        edits: What holds of those indexes, by position, of which something was stated.
        at_a_time: So many samples are worked on together; it makes no other difference.

    Raises:
        BadInput: As `validated` does, for an index that is followed on its own.
    """
    stated = edits or {}
    width = len(bins)
    kinds, of = _kinds(rules)
    scale_of = [
        Scale(each.unit, each.decimals, least_digit(each.unit, each.decimals)) for each in kinds
    ]
    scales = [scale_of[kind] for kind in of.tolist()]
    counts = np.zeros((len(rules), width), np.int64)
    marks = np.zeros((len(rules), width), np.int64)
    unplaced = np.zeros(len(rules), np.int64)
    for part in _parts(indexes.starts, at_a_time):
        some = _Some(indexes, kinds, of, part)
        here = slice(part.start, part.stop)
        counts[here], marks[here], unplaced[here] = some.sums(bins.edges_ms)
        alone = some.odd | {nth for nth in stated if nth in part}
        for nth in sorted(alone):
            course = validated(indexes.of(nth), rules[nth], stated.get(nth, ()))
            own = sums(course, bins)
            scales[nth], counts[nth], marks[nth] = own.scale, own.counts, own.marks
            unplaced[nth] = sum(each.counts for each in own.unplaced)
    return ManySums(bins, scales, counts, marks, unplaced)


def _kinds(rules: Sequence[IndexRules]) -> tuple[list[IndexRules], Ints]:
    """Return the different rules there are, and which of them each index has."""
    numbers: dict[int, int] = {}
    of = [numbers.setdefault(id(each), len(numbers)) for each in rules]
    kinds = dict(zip(of, rules, strict=True))
    return [kinds[number] for number in range(len(kinds))], np.array(of, np.int64)


def _parts(starts: Ints, at_a_time: int) -> Iterator[range]:
    """Yield ranges of indexes that have not too many samples together."""
    begin, count = 0, len(starts) - 1
    while begin < count:
        end = int(np.searchsorted(starts, starts[begin] + at_a_time, "right")) - 1
        end = min(max(end, begin + 1), count)
        yield range(begin, end)
        begin = end


class _Some:
    """Some of the indexes, side by side; ``odd`` are those that must be followed alone."""

    def __init__(
        self, indexes: Indexes, kinds: Sequence[IndexRules], of: Ints, part: range
    ) -> None:
        here = slice(int(indexes.starts[part.start]), int(indexes.starts[part.stop]))
        starts = indexes.starts[part.start : part.stop + 1] - here.start
        times, values = indexes.times_ms[here], indexes.values[here]
        fine = np.isfinite(values)
        if indexes.quality is not None:
            fine &= BELIEVABLE[indexes.quality[here]]
        if not fine.all():
            starts = np.concatenate([[0], np.cumsum(fine)])[starts]
            times, values = times[fine], values[fine]
        self._starts, self._times = starts, times
        self._owner = np.repeat(np.arange(len(part)), np.diff(starts))
        self._of = of[part.start : part.stop]
        powers = self._each([10.0**each.decimals for each in kinds])
        exact = np.rint(values * powers)
        self._counts = exact.astype(np.int64)
        self._gained = np.diff(self._counts, prepend=self._counts[:1])
        self._passed = np.diff(times, prepend=times[:1])
        begins = starts[:-1][starts[:-1] < len(times)]
        self._gained[begins] = self._passed[begins] = 0
        odd = (self._gained < 0) | (self._passed < 0) | (np.abs(exact) >= _LARGEST)
        odd |= (self._passed == 0) & (self._gained != 0)
        odd |= self._leaps(kinds)
        self.odd = {part.start + nth for nth in np.unique(self._owner[odd]).tolist()}
        self._long = self._passed > self._each([each.gap_ms for each in kinds])

    def _each(self, values: Sequence[float]) -> NDArray[np.float64] | float:
        """Return the value of its kind for each sample; one if it is the same of all."""
        if len(set(values)) <= 1:
            return values[0] if values else 0.0
        return np.array(values, np.float64)[self._of][self._owner]

    def _leaps(self, kinds: Sequence[IndexRules]) -> Bools:
        """Return which samples are further from the one before than the index can count."""
        most = [
            _ANYTHING
            if each.most_per_hour is None
            else float(int(each.most_per_hour.scaleb(each.decimals)))
            for each in kinds
        ]
        if min(most, default=_ANYTHING) == _ANYTHING:
            return np.zeros(len(self._times), np.bool_)
        # A float may be off by a little: who comes close is followed alone, and exactly.
        limit = np.floor(self._each(most) * self._passed / HOUR_MS * _NEARLY) + 1
        leaps: Bools = self._gained > limit
        return leaps

    def sums(self, edges: Ints) -> tuple[Ints, Marks, Ints]:
        """Return counts and marks of each part, and what has no place, of each index."""
        many = len(self._starts) - 1
        width = max(len(edges) - 1, 0)
        if not width or not len(self._times):
            nothing = np.zeros((many, width), np.int64)
            return nothing, np.full_like(nothing, Mark.MISSING), np.zeros(many, np.int64)
        lost = self._lost(edges)
        at_edges, divided = self._at(edges, lost)
        marks = self._marks(edges, lost)
        marks[divided[:, :-1] | divided[:, 1:]] |= Mark.DIVIDED
        unplaced = np.zeros(many, np.int64)
        if len(lost):
            inside = (self._times[lost - 1] < edges[-1]) & (self._times[lost] > edges[0])
            np.add.at(unplaced, self._owner[lost[inside]], self._gained[lost[inside]])
        return np.diff(at_edges, axis=1), marks, unplaced

    def _lost(self, edges: Ints) -> Ints:
        """Return the samples that end a gap over an edge, in which something was counted."""
        gaps = np.flatnonzero(self._long & (self._gained > 0))
        begins, ends = self._times[gaps - 1], self._times[gaps]
        over = np.searchsorted(edges, begins, "right") < np.searchsorted(edges, ends)
        return gaps[over]

    def _at(self, edges: Ints, lost: Ints) -> tuple[Ints, Bools]:
        """Return what each index had counted at each edge, without what has no place."""
        totals, gained = self._counts, self._gained
        if len(lost):
            gained = gained.copy()
            missing = np.zeros(len(totals), np.int64)
            missing[lost] = gained[lost]
            gained[lost] = 0
            totals = totals - np.cumsum(missing)
        first, after_last = self._starts[:-1, None], self._starts[1:, None]
        line = self._times + self._owner * _APART
        asked = np.arange(len(self._starts) - 1)[:, None] * _APART + edges
        after = np.searchsorted(line, asked.ravel()).reshape(asked.shape)
        last = np.maximum(after_last - 1, 0)
        at = np.minimum(np.maximum(after, first), last)
        at_edges = totals[np.minimum(at, len(totals) - 1)]
        between = (after > first) & (after < after_last)
        between &= self._times[np.minimum(at, len(totals) - 1)] != edges
        row, column = np.nonzero(between)
        ends = after[row, column]
        share = shared(gained[ends], edges[column] - self._times[ends - 1], self._passed[ends])
        at_edges[row, column] = totals[ends] - gained[ends] + share
        divided = np.zeros(asked.shape, np.bool_)
        divided[row, column] = gained[ends] > 0
        return at_edges, divided

    def _marks(self, edges: Ints, lost: Ints) -> Marks:
        starts, ends = self._starts[:-1], self._starts[1:]
        some = ends > starts
        first = np.where(some, self._times[np.minimum(starts, len(self._times) - 1)], 0)
        last = np.where(some, self._times[np.maximum(ends - 1, 0)], 0)
        begin, end = edges[:-1], edges[1:]
        first, last = first[:, None], last[:, None]
        marks = np.zeros((len(starts), len(begin)), np.int64)
        begins, stops = (begin < first) & (end > first), (begin < last) & (end > last)
        marks[begins | stops] |= Mark.PARTLY
        marks[stops & ~begins] |= Mark.ENDS
        alone = (first == last) | ~some[:, None]
        marks[(end <= first) | (begin >= last) | alone] |= Mark.MISSING
        gaps = np.flatnonzero(self._long)
        counted = self._gained[gaps] > 0
        self._hand_on(marks, Mark.GAP, gaps[counted], edges)
        self._hand_on(marks, Mark.SILENT, gaps[~counted], edges)
        self._hand_on(marks, Mark.UNPLACED, lost, edges)
        return marks

    def _hand_on(self, marks: Marks, mark: Mark, samples: Ints, edges: Ints) -> None:
        """Set a mark at every part that the time before one of the samples touches."""
        if not len(samples):
            return
        width = marks.shape[1]
        begins = np.searchsorted(edges, self._times[samples - 1], "right") - 1
        ends = np.clip(np.searchsorted(edges, self._times[samples]), 0, width)
        begins = np.clip(begins, 0, width)
        change = np.zeros((len(marks), width + 1), np.int64)
        np.add.at(change, (self._owner[samples], begins), 1)
        np.subtract.at(change, (self._owner[samples], np.maximum(ends, begins)), 1)
        marks[np.cumsum(change, axis=1)[:, :width] > 0] |= mark
