"""Reads times of which samples were thinned out as if all were there, as far as can be told.

The figures of days and months were worked out while every sample was there, and stay. For the
sums of an index a day's first and last reading say all that its days' sums need; for means the
sum and the count of a day do.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from app.history import figures
from app.history.counters.marks import Ints
from app.history.dayparts import DayParts
from app.history.energydays import Bins, Step, edges_between, local_days
from app.history.history import History
from app.history.outlines import days_of
from app.history.readings import to_moment, to_ms
from app.history.samples import BELIEVABLE, Floats
from app.history.schema import QUARTER
from app.history.thinnedmonths import thinned_months
from app.model.reading import PointId
from app.ports import HistoryStore
from app.series import Series

_EPOCH = date(1970, 1, 1)
_DAY_MS = 86_400_000
_SIDE = timedelta(days=2)
_OF_DAYS = frozenset({Step.DAY, Step.MONTH, Step.YEAR, Step.DECADE})
_FIRST, _LAST, _LEAST, _MOST, _SUM = range(5)  # rows of the figures


def thinned_span(
    store: HistoryStore, start: datetime, end: datetime
) -> tuple[datetime, datetime] | None:
    """Return in what part of a time samples may have been thinned out; None: nowhere."""
    if not isinstance(store, History):
        return None
    years = range(start.astimezone(UTC).year, end.astimezone(UTC).year + 1)
    months: set[int] = set()
    for place in store.there(QUARTER, years):
        with place.place.reading() as reader:
            if reader is not None:
                months |= {month for _, month in thinned_months(reader.tables.months.all())}
    if not months:
        return None
    first = to_moment(days_of(min(months))[0] * _DAY_MS)
    last = to_moment((days_of(max(months))[-1] + 1) * _DAY_MS)
    begin, stop = max(start, first), min(end, last)
    return (begin, stop) if begin < stop else None


def for_sums(
    store: HistoryStore, points: Sequence[PointId], start: datetime, end: datetime
) -> Sequence[Series]:
    """Return the samples of indexes, and what figures of days tell where samples went.

    Only readings that once were there are returned. A day of which not everything was
    believed, or in which an index fell, has kept what its sums need.
    """
    found = store.ranges(points, start, end, "quarter")
    span = thinned_span(store, start, end)
    if span is None or not isinstance(store, History):
        return found
    days = told_days(store, points, *span)
    bounds = np.searchsorted(days.series, np.arange(len(points) + 1))
    begin, stop = to_ms(start), to_ms(end)
    return [
        _joined(series, days.take(np.arange(*bounds[nth : nth + 2])), begin, stop)
        for nth, series in enumerate(found)
    ]


def told_days(
    store: History, points: Sequence[PointId], start: datetime, end: datetime
) -> DayParts:
    """Return the figures of those local days that tell an index whole, by point, then day."""
    zone = store.zone
    first = (start - _SIDE).astimezone(zone).date()
    last = (end + _SIDE).astimezone(zone).date()
    days = figures.days(store, points, first, last)
    believed = days.counts[BELIEVABLE].sum(axis=0) == days.samples
    with np.errstate(invalid="ignore"):
        rose = (days.figures[_FIRST] == days.figures[_LEAST]) & (
            days.figures[_LAST] == days.figures[_MOST]
        )
    return days.take(believed & rose)


def readings_told(days: DayParts) -> tuple[Ints, Floats]:
    """Return the moments and values of the first and last readings of days, each once."""
    times = np.concatenate([days.first_ms, days.last_ms])
    values = np.concatenate([days.figures[_FIRST], days.figures[_LAST]])
    times, first = np.unique(times, return_index=True)
    return times, values[first]


def day_begins(zone: ZoneInfo, days: Ints) -> Ints:
    """Return when local days, counted from 1970, begin (ms)."""
    if not len(days):
        return days
    around = (int(days.min()) - 2) * _DAY_MS, (int(days.max()) + 3) * _DAY_MS
    edges = edges_between(zone, Step.DAY, *around)
    begins: Ints = edges[np.searchsorted(local_days(zone, edges), days)]
    return begins


def _joined(series: Series, days: DayParts, begin_ms: int, end_ms: int) -> Series:
    times, values = readings_told(days)
    fresh = ~np.isin(times, series.times_ms) & (times >= begin_ms) & (times < end_ms)
    if not fresh.any():
        return series
    joined = np.concatenate([series.times_ms, times[fresh]])
    order = np.argsort(joined, kind="stable")
    good = np.zeros(int(fresh.sum()), np.uint8)
    return Series(
        series.point,
        joined[order],
        np.concatenate([series.values, values[fresh]])[order],
        np.concatenate([series.quality, good])[order],
    )


def means_told(
    store: HistoryStore, points: Sequence[PointId], parts: Bins
) -> tuple[Floats, Ints] | None:
    """Return sums and counts of what is believed of each point in each part of whole days.

    One row a point, from the figures of days. None where every sample is there still, and
    for parts shorter than a day, of which nobody kept any figures.
    """
    edges = parts.edges_ms
    ends = to_moment(int(edges[0])), to_moment(int(edges[-1]))
    if parts.step not in _OF_DAYS or thinned_span(store, *ends) is None:
        return None
    if not isinstance(store, History) or store.zone.key != parts.zone.key:
        return None
    starts = [_EPOCH + timedelta(days=int(each)) for each in local_days(store.zone, edges)]
    days = figures.days(store, points, starts[0], starts[-1] - timedelta(days=1))
    at = np.searchsorted(edges, day_begins(store.zone, days.days), "right") - 1
    shape = len(points), len(parts)
    sums, counts = np.zeros(shape), np.zeros(shape, np.int64)
    believed = days.counts[BELIEVABLE].sum(axis=0)
    np.add.at(sums, (days.series, at), np.nan_to_num(days.figures[_SUM]))
    np.add.at(counts, (days.series, at), believed)
    return sums, counts
