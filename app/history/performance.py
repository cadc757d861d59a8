"""Reading performance: what came of what was due, counted from samples or figures of days.

A reading is due at every interval from the day the device came. The samples of local days
have been counted already. Their counts serve for the whole days of a period where no interval
may have two of them: where samples follow each other no closer than intervals do, and local
days begin with one. Where a reading is due once in some days, the counts of each day of UTC
serve whatever they are of. Samples are asked for the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from app.history import figures
from app.history.dayparts import DAY_MS
from app.history.energydays import Step, bins, local_days
from app.history.history import History
from app.history.readings import to_moment, to_ms
from app.history.samples import Ints
from app.model.performance import Performance
from app.model.reading import PointId, Quality
from app.ports import HistoryStore
from app.series import CODE_OF, QUALITY_CODES, Series

_EPOCH = date(1970, 1, 1)
_AT_ONCE = 500_000  # samples
_NOTHING = np.zeros(len(QUALITY_CODES), np.int64)
_TRUST = (
    Quality.GOOD,
    Quality.MANUAL,
    Quality.UNCERTAIN,
    Quality.STALE,
    Quality.BAD,
    Quality.OFFLINE,
)  # of several samples in an interval the first of these counts
_RANK = np.array([_TRUST.index(quality) for quality in QUALITY_CODES], np.int64)
_BY_RANK = np.array([CODE_OF[quality] for quality in _TRUST], np.int64)


@dataclass(frozen=True, slots=True)
class Due:
    """The period of a question, and how often a reading is due in it."""

    start: datetime
    end: datetime  # not ahead of now
    interval: timedelta

    def since(self, installed: datetime | None) -> datetime:
        """Return from when on readings of a device are due."""
        return self.start if installed is None else min(max(self.start, installed), self.end)

    def expected(self, since: datetime) -> int:
        """Return how many readings are due from a moment on."""
        step = self.interval // timedelta(milliseconds=1)
        return max(0, _round_up(to_ms(self.end), step) - _round_up(to_ms(since), step))


def _round_up(time_ms: int, step: int) -> int:
    return -(-time_ms // step)


def performance(
    store: HistoryStore,
    zone: ZoneInfo,
    points: Sequence[PointId],
    due: Due,
    installed: Mapping[PointId, datetime],
) -> list[Performance]:
    """Return how many of the readings that were due came; blocks."""
    starts = {point: due.since(installed.get(point)) for point in points}
    counts: dict[PointId, Ints] = {}
    for begin, some in _alike(zone, starts, due).items():
        found = _counted(store, zone, some, replace(due, start=begin))
        late = {point: starts[point] for point in some if starts[point] < begin}
        for point, more in _first_day(store, late, begin, due.interval).items():
            found[point] = found[point] + more
        counts |= found
    expected = {since: due.expected(since) for since in set(starts.values())}
    qualities: dict[bytes, Mapping[Quality, int]] = {}  # of a fleet most are alike
    told = []
    for point in points:
        since, each = starts[point], counts[point]
        name = each.tobytes()
        if name not in qualities:
            qualities[name] = _told(each)
        told.append(Performance(point, since, due.end, expected[since], qualities[name]))
    return told


def _alike(
    zone: ZoneInfo, starts: Mapping[PointId, datetime], due: Due
) -> dict[datetime, list[PointId]]:
    """Return the points that can be counted together, by the moment they can be from.

    Of devices that came in the midst of the period that is the end of their first day, where
    intervals end with days: thousands that came one by one are as many days, not questions.
    """
    edges = bins(zone, Step.DAY, due.start, due.end).edges_ms
    step = due.interval // timedelta(milliseconds=1)
    by_days = len(edges) > 0 and not (edges % step).any()
    begins: dict[datetime, datetime] = {}
    found: dict[datetime, list[PointId]] = {}
    for point, since in starts.items():
        if since not in begins:
            begins[since] = since
            if by_days and since != due.start:
                ended = edges[np.searchsorted(edges, to_ms(since))]
                begins[since] = min(to_moment(int(ended)), due.end)
        found.setdefault(begins[since], []).append(point)
    return found


def _first_day(
    store: HistoryStore,
    starts: Mapping[PointId, datetime],
    end: datetime,
    interval: timedelta,
) -> dict[PointId, Ints]:
    """Return the counts of points by quality, each from a moment of its own to the ``end``."""
    if not starts:
        return {}
    step = interval // timedelta(milliseconds=1)
    found = store.ranges(list(starts), min(starts.values()), end, "quarter")
    moments = {since: to_ms(since) for since in set(starts.values())}
    return _by_quality(found, step, [moments[starts[series.point]] for series in found])


def _told(counts: Ints) -> Mapping[Quality, int]:
    return {
        quality: count
        for quality, count in zip(QUALITY_CODES, counts.tolist(), strict=True)
        if count
    }


def _counted(
    store: HistoryStore, zone: ZoneInfo, points: Sequence[PointId], due: Due
) -> dict[PointId, Ints]:
    """Return the counts by quality, of whole local days from their figures where they serve."""
    if not points:
        return {}
    edges = bins(zone, Step.DAY, due.start, due.end).edges_ms
    inside = edges[(edges >= to_ms(due.start)) & (edges <= to_ms(due.end))]
    step = due.interval // timedelta(milliseconds=1)
    serves = not step % DAY_MS or not (inside % step).any()
    here = isinstance(store, History) and store.zone == zone
    if not serves or not here or len(inside) <= 1:
        return _of_samples(store, points, due.start, due.end, due.interval)
    begin, end, start = int(inside[0]), int(inside[-1]), to_ms(due.start)
    if step % DAY_MS:
        found = _of_days(store, points, inside, step)
    else:
        begin = _round_up(begin, step) * step
        end = end if end == to_ms(due.end) else max(begin, end // step * step)
        found = _once_in_days(store, points, inside, (begin, end), step)
    head = [(due.start, to_moment(begin))] if _round_up(start, step) * step < begin else []
    for part in (*head, (to_moment(end), due.end)):
        for point, counts in _of_samples(store, list(found), *part, due.interval).items():
            found[point] = found[point] + counts
    odd = [point for point in points if point not in found]
    return found | _of_samples(store, odd, due.start, due.end, due.interval)


def _of_days(
    store: HistoryStore, points: Sequence[PointId], edges_ms: Ints, step: int
) -> dict[PointId, Ints]:
    """Return the counts by quality of whole local days, of points with one sample a step."""
    assert isinstance(store, History)  # noqa: S101 - looked at by who calls
    days = local_days(store.zone, edges_ms)
    parts = figures.days(store, points, *_dates(days))
    counts = np.zeros((len(points), len(QUALITY_CODES)), np.int64)
    np.add.at(counts, parts.series, parts.counts.T)
    odd = set(parts.series[parts.gaps_ms < step].tolist())
    return {point: counts[nth] for nth, point in enumerate(points) if nth not in odd}


def _once_in_days(
    store: HistoryStore,
    points: Sequence[PointId],
    edges_ms: Ints,
    ends: tuple[int, int],
    step: int,
) -> dict[PointId, Ints]:
    """Return how many spans of some days of UTC are of each quality, by their best sample.

    Those that begin between the ``ends``, which lie within the local days of ``edges_ms``.
    """
    assert isinstance(store, History)  # noqa: S101 - looked at by who calls
    found = np.zeros((len(points), len(QUALITY_CODES)), np.int64)
    days = local_days(store.zone, edges_ms)
    parts = figures.parts_of_days(store, points, *_dates(days))
    spans = parts.first_ms // step
    inside = (spans * step >= ends[0]) & (spans * step < ends[1])
    parts, spans = parts.take(inside), spans[inside]
    quality, entry = np.nonzero(parts.counts)
    owners, spans, ranks = parts.series[entry], spans[entry], _RANK[quality]
    order = np.lexsort((ranks, spans, owners))
    owners, spans, ranks = owners[order], spans[order], ranks[order]
    best = np.ones(len(owners), np.bool_)
    best[1:] = (owners[1:] != owners[:-1]) | (spans[1:] != spans[:-1])
    np.add.at(found, (owners[best], _BY_RANK[ranks[best]]), 1)
    return dict(zip(points, found, strict=True))


def _dates(days: Ints) -> tuple[date, date]:
    """Return the first and the last of local days, of which one more tells the end."""
    first, last = int(days[0]), int(days[-1]) - 1
    return _EPOCH + timedelta(days=first), _EPOCH + timedelta(days=last)


def _of_samples(
    store: HistoryStore,
    points: Sequence[PointId],
    start: datetime,
    end: datetime,
    interval: timedelta,
) -> dict[PointId, Ints]:
    if start >= end or not points:
        return dict.fromkeys(points, _NOTHING)
    step = interval // timedelta(milliseconds=1)
    found = store.ranges(points, start, end, "quarter")
    return _by_quality(found, step, [to_ms(start)] * len(found))


def _by_quality(
    found: Sequence[Series], step: int, starts_ms: Sequence[int]
) -> dict[PointId, Ints]:
    """Return how many intervals of each point are of each quality, by its best sample.

    ``starts_ms`` are from when on the intervals of each begin. A fleet's few samples each are
    looked through together: one by one the looking takes longer than the samples do.
    """
    counts: dict[PointId, Ints] = {}
    for begin, end in _together([len(series.times_ms) for series in found]):
        some, many = found[begin:end], len(QUALITY_CODES)
        owners = np.repeat(np.arange(len(some)), [len(each.times_ms) for each in some])
        slots = np.concatenate([each.times_ms for each in some]) // step
        ranks = _RANK[np.concatenate([each.quality for each in some])]
        inside = slots * step >= np.array(starts_ms[begin:end], np.int64)[owners]
        owners, slots, ranks = owners[inside], slots[inside], ranks[inside]
        order = np.lexsort((ranks, slots, owners))
        owners, slots, ranks = owners[order], slots[order], ranks[order]
        best = np.ones(len(owners), np.bool_)
        best[1:] = (owners[1:] != owners[:-1]) | (slots[1:] != slots[:-1])
        places = owners[best] * many + _BY_RANK[ranks[best]]
        rows = np.bincount(places, minlength=len(some) * many).reshape(len(some), many)
        counts |= dict(zip((each.point for each in some), rows, strict=True))
    return counts


def _together(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield begin and end of what is looked through at once, so that memory stays small."""
    begin = samples = 0
    for end, length in enumerate(lengths):
        if samples and samples + length > _AT_ONCE:
            yield begin, end
            begin = end
            samples = 0
        samples += length
    if begin < len(lengths):
        yield begin, len(lengths)
