"""Which samples of a month stay when the others go, so that every sum stays what it was.

Of what is measured the first of each local day (or month) stays. Of an index those stay that
its sums stand on: the readings at the edges of days or months, or the two around an edge
where none lies on it; everything around what a person stated, around a tenant's move and
around whatever the rules for indexes found odd. What is left is then counted once more, and
where the days would not come out to the last digit, nothing of that month goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np

from app.errors import BadInput
from app.history.counters.course import Course
from app.history.counters.marks import INCOMPLETE, Bools, Ints, Mark
from app.history.counters.rules import Checks, validate
from app.history.counters.sums import sums
from app.history.energydays import Bins, Step, edges_between
from app.history.samples import BELIEVABLE, Floats
from app.model.counter import Edit, IndexRules
from app.model.retention import Stage
from app.series import Series

DAY_MS = 86_400_000
AROUND_MS = 2 * DAY_MS  # as much as is looked at around whatever is summed
_ODD_SAMPLE = (
    Mark.WITHDRAWN | Mark.FELL | Mark.SPIKE | Mark.OPEN | Mark.RANGE | Mark.FROZEN | Mark.JUMP
)
_ODD_STRETCH = (
    Mark.JUMP | Mark.BROKEN | Mark.ROLLOVER | Mark.UNKNOWN | Mark.ESTIMATED | Mark.ENTERED
)
_MOST_FALLS = 3  # in a month, of what may be an index; what falls more often is measured
_NONE = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Told:
    """What a point's figures of days say, so that its readings of those days need not."""

    days: Ints  # begin of each local day (ms) that its first and last reading tell whole
    times_ms: Ints  # of these readings
    values: Floats


@dataclass(frozen=True, slots=True)
class Month:
    """A month to be thinned out, and the edges of the plant's calendar around it."""

    zone: ZoneInfo
    begin_ms: int
    end_ms: int  # not in it any more

    @property
    def around(self) -> tuple[int, int]:
        """What must be at hand for it to be judged."""
        return self.begin_ms - 2 * AROUND_MS, self.end_ms + 2 * AROUND_MS

    def edges(self, step: Step) -> Ints:
        """Return the edges of days or months in it, and on both sides of it."""
        begin, end = self.begin_ms - AROUND_MS, self.end_ms + AROUND_MS
        return edges_between(self.zone, step, begin, end)

    def inside(self, times_ms: Ints) -> Bools:
        """Return which moments lie in it."""
        found: Bools = (times_ms >= self.begin_ms) & (times_ms < self.end_ms)
        return found


@dataclass(frozen=True, slots=True)
class Kept:
    """Which samples of a series stay."""

    stays: Bools
    for_sums: int = 0  # that stay only because a sum or a statement needs them


def of_measured(series: Series, month: Month, stage: Stage) -> Kept:
    """Return what stays of a quantity that is no index."""
    inside = month.inside(series.times_ms)
    if stage is Stage.ALL:
        return Kept(np.ones(len(series), np.bool_))
    stays = ~inside
    if stage is not Stage.NOTHING:
        edges = month.edges(Step.DAY if stage is Stage.DAILY else Step.MONTH)
        part = np.searchsorted(edges, series.times_ms, "right")
        fine = BELIEVABLE[series.quality] & np.isfinite(series.values)
        # the first believed one of each part; where none is, the first one
        order = np.lexsort((series.times_ms, ~fine, part))
        first = part[order] > 0  # of what begins before all edges the first is not at hand
        first[1:] &= part[order][1:] != part[order][:-1]
        stays[order[first]] = True
    return Kept(stays)


def of_index(
    series: Series,
    month: Month,
    stage: Stage,
    rules: IndexRules,
    edits: Sequence[Edit] = (),
    protected: Sequence[tuple[int, int]] = (),
    told: Told | None = None,
) -> Kept:
    """Return what stays of an index.

    Args:
        series: Its samples of `Month.around`.
        month: Which.
        stage: How much is kept.
        rules: How it counts.
        edits: What was stated and holds.
        protected: Times (ms) of which nothing goes, both ends included.
        told: What its figures of days tell; where one sample a month is kept, the sums of
            days are theirs.
    """
    everything = Kept(np.ones(len(series), np.bool_))
    if stage is Stage.ALL or not len(series):
        return everything
    try:
        before = validate(_with(series, told), rules, Checks(), edits)
        own = before if told is None else validate(series, rules, Checks(), edits)
    except BadInput:
        return everything  # nobody can say what it counts: nobody may throw it away
    edges = month.edges(Step.DAY)
    anchors = own.course.times_ms
    needed = _around_edges(edges, anchors)
    stated = _touched(series.times_ms, protected)
    odd = np.concatenate(
        [
            series.times_ms[own.marks & _ODD_SAMPLE != 0],
            anchors[own.course.marks & _ODD_STRETCH != 0],
        ]
    )
    stated |= _touched(series.times_ms, _days_around(odd, edges))
    if stage is Stage.DAILY:
        kept = np.isin(series.times_ms, needed) | stated
    else:
        lasting = stated | np.isin(series.times_ms, _untold(edges, anchors, told))
        months = month.edges(Step.MONTH)
        wanted = _around_edges(months, anchors) if stage is Stage.MONTHLY else _NONE
        kept = lasting | np.isin(series.times_ms, wanted)
    stays = ~month.inside(series.times_ms) | kept
    left = _with(_take(series, stays), told)
    if not _same(before.course, validate(left, rules, Checks(), edits).course, month):
        return Kept(everything.stays, int(month.inside(series.times_ms).sum()))
    return Kept(stays, int((stated & month.inside(series.times_ms)).sum()))


def of_unknown(series: Series, month: Month, stage: Stage) -> Kept:
    """Return what stays of a point of which no profile tells any more what it is.

    It may be an index: both readings around the edge of each day stay, and the days on
    which it fell, where it did so seldom.
    """
    if stage is Stage.ALL or not len(series):
        return Kept(np.ones(len(series), np.bool_))
    fine = BELIEVABLE[series.quality] & np.isfinite(series.values)
    times, values = series.times_ms[fine], series.values[fine]
    fell = np.flatnonzero(np.diff(values) < 0)
    if len(fell) > _MOST_FALLS:
        return of_measured(series, month, stage)
    edges = month.edges(Step.DAY)
    wanted = _around_edges(edges if stage is Stage.DAILY else month.edges(Step.MONTH), times)
    stays = ~month.inside(series.times_ms) | np.isin(series.times_ms, wanted)
    spans = _days_around(np.concatenate([times[fell], times[fell + 1]]), edges)
    stays |= _touched(series.times_ms, spans)
    return Kept(stays)


def _with(series: Series, told: Told | None) -> Series:
    """Return a series with the readings that its figures of days tell."""
    if told is None or not len(told.times_ms):
        return series
    fresh = ~np.isin(told.times_ms, series.times_ms)
    times = np.concatenate([series.times_ms, told.times_ms[fresh]])
    order = np.argsort(times, kind="stable")
    good = np.zeros(int(fresh.sum()), np.uint8)
    return Series(
        series.point,
        times[order],
        np.concatenate([series.values, told.values[fresh]])[order],
        np.concatenate([series.quality, good])[order],
    )


def _take(series: Series, which: Bools) -> Series:
    return replace(
        series,
        times_ms=series.times_ms[which],
        values=series.values[which],
        quality=series.quality[which],
    )


def _around_edges(edges: Ints, anchors: Ints) -> Ints:
    """Return the anchors on the edges, and where none is the one before and the one after."""
    if not len(anchors):
        return _NONE
    after = np.searchsorted(anchors, edges)
    there = after < len(anchors)
    exact = np.zeros(len(edges), np.bool_)
    exact[there] = anchors[after[there]] == edges[there]
    before = after[~exact & (after > 0)] - 1
    return np.unique(np.concatenate([anchors[after[there]], anchors[before]]))


def _untold(edges: Ints, anchors: Ints, told: Told | None) -> Ints:
    """Return the anchors around the edges of those days that no figures tell."""
    untold = ~np.isin(edges[:-1], _NONE if told is None else told.days)
    here = np.searchsorted(edges, anchors, "right") - 1
    filled = np.isin(np.arange(len(untold)), here)  # a day without any anchor needs none
    wanted = untold & filled
    return _around_edges(np.union1d(edges[:-1][wanted], edges[1:][wanted]), anchors)


def _days_around(moments: Ints, edges: Ints) -> list[tuple[int, int]]:
    """Return the spans of whole days around some moments, two days on each side."""
    if not len(moments) or not len(edges):
        return []
    first = np.searchsorted(edges, moments - AROUND_MS, "right") - 1
    last = np.searchsorted(edges, moments + AROUND_MS)
    begins = np.where(first < 0, moments - AROUND_MS, edges[np.maximum(first, 0)])
    beyond = last >= len(edges)
    ends = np.where(beyond, moments + AROUND_MS, edges[np.minimum(last, len(edges) - 1)])
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _touched(times_ms: Ints, spans: Sequence[tuple[int, int]]) -> Bools:
    touched = np.zeros(len(times_ms), np.bool_)
    for begin, end in spans:
        first, last = np.searchsorted(times_ms, [begin, end + 1])
        touched[first:last] = True
    return touched


def _same(before: Course, after: Course, month: Month) -> bool:
    """Whether two courses counted the same on every day that the month touches."""
    edges = month.edges(Step.DAY)
    touching = (edges[1:] > month.begin_ms) & (edges[:-1] < month.end_ms)
    first, last = np.flatnonzero(touching)[[0, -1]].tolist()
    days = Bins(Step.DAY, month.zone, edges[first : last + 2])
    one, other = sums(before, days), sums(after, days)
    return bool(
        (one.counts == other.counts).all()
        and ((one.marks & INCOMPLETE) == (other.marks & INCOMPLETE)).all()
        and one.unplaced == other.unplaced
    )
