"""What thousands of indexes counted, from the figures of local days instead of every sample.

A day's first and last reading tell what was counted in it as exactly as all its readings do,
as long as the index only rose and each of them can be believed. A day of which that is not
known is read sample by sample, and an index that fell, leapt or of which a person stated
something is left to whoever follows it through all its samples.

A jump within a day is looked for by the day: one that counted more than four usual days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TypeGuard
from zoneinfo import ZoneInfo

import numpy as np

from app.history import figures
from app.history.counters.many import Indexes
from app.history.counters.marks import Bools, Ints
from app.history.dayparts import DayParts
from app.history.energydays import Bins, Step, edges_between, local_days
from app.history.history import History
from app.history.readings import to_moment
from app.history.samples import BELIEVABLE, Floats
from app.model.reading import PointId
from app.ports import HistoryStore

_EPOCH = date(1970, 1, 1)
_USUAL_DAYS = 4  # more than so many of them in one is followed through its samples
_DAY_STEPS = frozenset({Step.DAY, Step.MONTH, Step.YEAR, Step.DECADE})
_FIRST, _LAST, _LEAST, _MOST = range(4)  # rows of the figures


@dataclass(frozen=True, slots=True)
class Thinned:
    """Readings enough for the sums of whole days, and which indexes need all of theirs."""

    indexes: Indexes
    odd: Bools  # of each index


def serves(store: HistoryStore, zone: ZoneInfo, step: Step) -> TypeGuard[History]:
    """Whether figures of days can tell parts of such a length."""
    return isinstance(store, History) and store.zone.key == zone.key and step in _DAY_STEPS


def thinned(store: History, points: Sequence[PointId], parts: Bins, around_ms: int) -> Thinned:
    """Return the readings that the sums of some parts need, and ``around_ms`` on both sides.

    Blocks. Raises `StoreBroken` where a file cannot be read.
    """
    begin, end = int(parts.edges_ms[0]) - around_ms, int(parts.edges_ms[-1]) + around_ms
    edges = edges_between(store.zone, Step.DAY, begin - around_ms, end + around_ms)
    bounds = dict(
        zip(local_days(store.zone, edges).tolist(), pairwise(edges.tolist()), strict=False)
    )
    whole = [day for day, (first, last) in bounds.items() if first < end and last > begin]
    ends = (_EPOCH + timedelta(days=each) for each in (whole[0], whole[-1]))
    days = figures.days(store, points, *ends)
    sure, nothing = _sure(days), _nothing(days)
    lines = _Lines()
    lines.add(days.series[sure], days.first_ms[sure], days.figures[_FIRST, sure])
    lines.add(days.series[sure], days.last_ms[sure], days.figures[_LAST, sure])
    unsure = np.flatnonzero(~sure & ~nothing)
    for day in np.unique(days.days[unsure]).tolist():
        mine = days.series[unsure[days.days[unsure] == day]].tolist()
        first_of, end_of = (to_moment(each) for each in bounds[day])
        asked = [points[nth] for nth in mine]
        found = store.ranges(asked, first_of, end_of, "quarter")
        for nth, series in zip(mine, found, strict=True):
            fine = BELIEVABLE[series.quality] & np.isfinite(series.values)
            times = series.times_ms[fine]
            lines.add(np.full(len(times), nth), times, series.values[fine])
    owner, times, values = lines.sorted()
    starts = np.searchsorted(owner, np.arange(len(points) + 1))
    odd = _falling(owner, values, len(points)) | _leaping(days, sure, len(points))
    return Thinned(Indexes(points, starts.astype(np.int64), times, values), odd)


class _Lines:
    """Readings of many indexes, one below the other."""

    def __init__(self) -> None:
        self._owner: list[Ints] = [np.empty(0, np.int64)]
        self._times: list[Ints] = [np.empty(0, np.int64)]
        self._values: list[Floats] = [np.empty(0, np.float64)]

    def add(self, owner: Ints, times: Ints, values: Floats) -> None:
        """Add some, in any order."""
        self._owner.append(owner)
        self._times.append(times)
        self._values.append(values)

    def sorted(self) -> tuple[Ints, Ints, Floats]:
        """Return owners, times and values by owner, then time."""
        owner, times = np.concatenate(self._owner), np.concatenate(self._times)
        order = np.lexsort((times, owner))
        return owner[order], times[order], np.concatenate(self._values)[order]


def _sure(days: DayParts) -> Bools:
    """Return of which days everything is believed, and only rose."""
    believed = days.counts[BELIEVABLE].sum(axis=0) == days.samples
    with np.errstate(invalid="ignore"):
        rose: Bools = (days.figures[_FIRST] == days.figures[_LEAST]) & (
            days.figures[_LAST] == days.figures[_MOST]
        )
    sure: Bools = believed & rose
    return sure


def _nothing(days: DayParts) -> Bools:
    """Return of which days nothing at all is believed."""
    nothing: Bools = days.counts[BELIEVABLE].sum(axis=0) == 0
    return nothing


def _falling(owner: Ints, values: Floats, many: int) -> Bools:
    odd = np.zeros(many, np.bool_)
    fell = (np.diff(values) < 0) & (np.diff(owner) == 0)
    odd[owner[1:][fell]] = True
    return odd


def _leaping(days: DayParts, sure: Bools, many: int) -> Bools:
    """Return which indexes counted far more on a day than on their usual ones."""
    odd = np.zeros(many, np.bool_)
    rise = days.figures[_LAST, sure] - days.figures[_FIRST, sure]
    owner = days.series[sure]
    counted = rise > 0
    rise, owner = rise[counted], owner[counted]
    order = np.lexsort((rise, owner))
    rise, owner = rise[order], owner[order]
    starts = np.searchsorted(owner, np.arange(many + 1))
    begins, ends = starts[:-1], starts[1:]
    some = ends > begins
    middle = np.minimum((begins + ends) // 2, max(len(rise) - 1, 0))
    if len(rise):
        most = rise[np.maximum(ends - 1, 0)]
        odd[some] = (most > _USUAL_DAYS * rise[middle])[some]
    return odd
