"""What an index counted in each hour, day, month or year, and what of it has no place.

A part's amount is the index at its end minus the index at its begin. Where no sample lies on
an edge, what was counted between the two around it is shared out by time, in whole counts.
What was counted in a **gap** is shared out to nobody: it belongs to a part only if the whole
gap lies within it, and is told as unplaced otherwise. So the hours and what is unplaced among
them add up to the days, the days to the months, and all of it to final minus initial.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.history.counters.course import Course, Scale, steps
from app.history.counters.marks import Bools, Ints, Mark, Marked, Marks
from app.history.energydays import Bins

_FINE = 1 << 31  # ms; two numbers below it multiply without running over
# Marks of a stretch that are handed on to every part it touches.
_HANDED_ON = (
    Mark.ROLLOVER,
    Mark.SILENT,
    Mark.GAP,
    Mark.JUMP,
    Mark.BROKEN,
    Mark.UNKNOWN,
    Mark.ESTIMATED,
)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """An amount that was counted between two samples, nobody knows when."""

    start_ms: int
    end_ms: int
    counts: int
    why: Mark  # `Mark.GAP`, or `Mark.JUMP` until somebody says that it is real


@dataclass(frozen=True, slots=True)
class Sums(Marked):
    """What was counted in each part, in counts of the scale, and what is to be said of it."""

    bins: Bins
    scale: Scale
    counts: Ints
    marks: Marks
    unplaced: tuple[Unplaced, ...]  # all that touches the period

    @property
    def placed(self) -> int:
        """What has a place, in all."""
        return int(self.counts.sum())

    def within(self) -> int:
        """Return what was counted in gaps that lie within the period as a whole."""
        edges = self.bins.edges_ms
        return sum(
            each.counts
            for each in self.unplaced
            if len(edges) and edges[0] <= each.start_ms and each.end_ms <= edges[-1]
        )


def sums(course: Course, bins: Bins) -> Sums:
    """Return what an index counted in each part."""
    times, edges = course.times_ms, bins.edges_ms
    if not len(bins):
        nothing = np.empty(0, np.int64)
        return Sums(bins, course.scale, nothing, nothing.astype(np.int64), ())
    lost = _without_place(course, edges)
    placed = steps(course.totals, int(course.totals[0]) if len(course) else 0)
    placed[lost] = 0
    totals = np.cumsum(placed)
    at_edges, divided = _at(edges, times, totals)
    marks = _marks(course, edges, lost)
    marks[divided[:-1] | divided[1:]] |= Mark.DIVIDED
    return Sums(
        bins,
        course.scale,
        np.diff(at_edges),
        marks,
        tuple(_told(course, lost, int(edges[0]), int(edges[-1]))),
    )


def totals_at(course: Course, moments_ms: Ints) -> Ints:
    """Return what had been counted at each moment, gaps shared out by time like the rest."""
    return _at(moments_ms, course.times_ms, course.totals)[0]


def _without_place(course: Course, edges: Ints) -> Bools:
    """Return the stretches of which no part may claim what was counted."""
    lost: Bools = (course.marks & Mark.JUMP) != 0
    gaps = np.flatnonzero(course.marks & Mark.GAP)
    begins, ends = course.times_ms[gaps - 1], course.times_ms[gaps]
    lost[gaps] |= np.searchsorted(edges, begins, "right") < np.searchsorted(edges, ends)
    return lost


def _at(edges: Ints, times: Ints, totals: Ints) -> tuple[Ints, Bools]:
    """Return the total at each edge, and whether it had to be shared out by time."""
    divided = np.zeros(len(edges), np.bool_)
    if not len(times):
        return np.zeros(len(edges), np.int64), divided
    after = np.searchsorted(times, edges)
    inside = (after > 0) & (after < len(times))
    found = np.where(after < len(times), totals[np.minimum(after, len(times) - 1)], totals[-1])
    found[after == 0] = 0
    which = np.flatnonzero(inside)
    ends = after[which]
    which, ends = which[times[ends] != edges[which]], ends[times[ends] != edges[which]]
    counted = totals[ends] - totals[ends - 1]
    passed = edges[which] - times[ends - 1]
    found[which] = totals[ends - 1] + shared(counted, passed, times[ends] - times[ends - 1])
    divided[which] = counted > 0
    return found, divided


def shared(counts: Ints, passed_ms: Ints, whole_ms: Ints) -> Ints:
    """Return the share of counts that falls to the time passed, in whole counts, downwards."""
    if not len(counts):
        return counts
    each, rest = np.divmod(counts, whole_ms)
    if int(whole_ms.max()) < _FINE:
        return each * passed_ms + rest * passed_ms // whole_ms
    exact = [
        count * passed // whole
        for count, passed, whole in zip(
            counts.tolist(), passed_ms.tolist(), whole_ms.tolist(), strict=True
        )
    ]
    return np.array(exact, np.int64)


def _marks(course: Course, edges: Ints, lost: Bools) -> Marks:
    """Return what is to be said of each part, from the stretches that touch it."""
    times = course.times_ms
    marks = np.zeros(len(edges) - 1, np.int64)
    if not len(times):
        marks |= Mark.MISSING
        return marks
    first, last = times[0], times[-1]
    alone = first == last  # one reading: it was not read again, so nothing was counted, nor 0
    marks[(edges[1:] <= first) | (edges[:-1] >= last) | alone] |= Mark.MISSING
    begins = (edges[:-1] < first) & (edges[1:] > first)
    ends = (edges[:-1] < last) & (edges[1:] > last)
    marks[begins | ends] |= Mark.PARTLY
    marks[ends & ~begins] |= Mark.ENDS
    there = int(np.bitwise_or.reduce(course.marks))
    for mark in _HANDED_ON:
        if there & mark:
            _hand_on(marks, mark, np.flatnonzero(course.marks & mark), times, edges)
    _hand_on(marks, Mark.UNPLACED, np.flatnonzero(lost), times, edges)
    return marks


def _hand_on(marks: Marks, mark: Mark, stretches: Ints, times: Ints, edges: Ints) -> None:
    """Set a mark at every part that one of the stretches touches."""
    if not len(stretches):
        return
    begins = np.searchsorted(edges, times[np.maximum(stretches - 1, 0)], "right") - 1
    ends = np.searchsorted(edges, times[stretches])
    change = np.zeros(len(edges) + 1, np.int64)
    begins = np.clip(begins, 0, len(marks))
    np.add.at(change, begins, 1)
    np.subtract.at(change, np.maximum(np.clip(ends, 0, len(marks)), begins), 1)
    marks[np.cumsum(change)[: len(marks)] > 0] |= mark


def _told(course: Course, lost: Bools, first_ms: int, last_ms: int) -> Iterator[Unplaced]:
    for nth in np.flatnonzero(lost).tolist():
        start, end = int(course.times_ms[nth - 1]), int(course.times_ms[nth])
        if start < last_ms and end > first_ms:
            counted = int(course.totals[nth] - course.totals[nth - 1])
            is_jump = course.marks[nth] & Mark.JUMP
            yield Unplaced(start, end, counted, Mark.JUMP if is_jump else Mark.GAP)
