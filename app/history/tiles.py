"""What is told of parts of time: outlines of any length, and the figures of days and months.

Of whole local days and months figures are kept beside the samples, and of eight hours the
least and the most; where they serve they are taken, and for what was thinned out they are
all there is. Anything else is worked out of the samples.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from app.errors import BadInput
from app.history import figures
from app.history.dayparts import Cuts, DayParts, nothing, parts_of
from app.history.energydays import Bins, Step, bins, local_days
from app.history.history import History
from app.history.outlines import BUCKET_MS, whole_buckets
from app.history.readings import to_moment, to_ms
from app.history.samples import BELIEVABLE, Codes, Floats, Ints, Samples, joined
from app.model.reading import PointId
from app.ports import HistoryStore
from app.series import Outline, Series, Tile
from app.words import _

MOST_TILES = 2_000_000  # of an answer, over all points
_EPOCH = date(1970, 1, 1)
_UTC = ZoneInfo("UTC")
_LENGTH = {
    Tile.HOUR: timedelta(hours=1),
    Tile.EIGHT_HOURS: timedelta(hours=8),
    Tile.DAY: timedelta(hours=23),
}
_LEAST, _MOST, _SUM = range(2, 5)  # rows of the figures


def checked(points: int, start: datetime, end: datetime, tile: Tile) -> None:
    """Raise `BadInput` for more tiles than anybody can look at."""
    if (end - start) / _LENGTH[tile] * points > MOST_TILES:
        raise BadInput(_("these are too many figures at once: ask for longer parts"))


def outline(
    store: HistoryStore,
    zone: ZoneInfo,
    points: Sequence[PointId],
    start: datetime,
    end: datetime,
    tile: Tile,
) -> list[Outline]:
    """Return one outline a point, of all tiles that touch the period; blocks."""
    if start >= end:
        none = np.empty(0, np.int64)
        no_quality = np.empty(0, np.uint8)
        return [_outline(point, none, none, np.empty((3, 0)), no_quality) for point in points]
    alone = list(dict.fromkeys(points))
    if tile is Tile.EIGHT_HOURS and isinstance(store, History):
        kept = (_of_kept(series) for series in figures.outlines(store, alone, start, end))
        found = {each.point: each for each in kept}
    else:
        parts = _tiles(zone, tile, start, end)
        told = told_parts(store, alone, parts)
        bounds = np.searchsorted(told.series, np.arange(len(alone) + 1))
        found = {
            point: _of_parts(point, told.take(slice(*bounds[nth : nth + 2])), parts.edges_ms)
            for nth, point in enumerate(alone)
        }
    return [found[point] for point in points]


def told_parts(store: HistoryStore, points: Sequence[PointId], parts: Bins) -> DayParts:
    """Return the figures of each part, by point, then part; blocks.

    ``series`` is the position of a point, each of which may be named but once, and ``days``
    the position of a part. A part of which a point has no sample has no entry.
    """
    if not len(parts) or not points:
        return nothing()
    serves = isinstance(store, History) and store.zone.key == parts.zone.key
    if not serves or parts.step not in {Step.DAY, Step.MONTH}:
        return _of_samples(store, points, parts)
    assert isinstance(store, History)  # noqa: S101 - looked at above
    numbers = local_days(store.zone, parts.edges_ms[:-1])
    if parts.step is Step.MONTH:
        numbers = numbers.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        told = figures.months(store, points, int(numbers[0]), int(numbers[-1]))
    else:
        ends = (_EPOCH + timedelta(days=int(each)) for each in (numbers[0], numbers[-1]))
        told = figures.days(store, points, *ends)
    at = np.searchsorted(numbers, told.days)
    return replace(told, days=at)


def means_of(told: DayParts) -> Floats:
    """Return the mean of what is believed in each entry, NaN where nothing is."""
    many = told.counts[BELIEVABLE].sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.where(many > 0, told.figures[_SUM] / many, np.nan)
    return mean


def _of_samples(store: HistoryStore, points: Sequence[PointId], parts: Bins) -> DayParts:
    edges = parts.edges_ms
    ends = to_moment(int(edges[0])), to_moment(int(edges[-1]))
    found = store.ranges(points, *ends, "quarter")
    samples = joined([_numbered(nth, series) for nth, series in enumerate(found)])
    return parts_of(samples, Cuts(edges[:-1], np.arange(len(parts))))


def _numbered(nth: int, series: Series) -> Samples:
    return Samples(
        np.full(len(series), nth, np.int64), series.times_ms, series.values, series.quality
    )


def _tiles(zone: ZoneInfo, tile: Tile, start: datetime, end: datetime) -> Bins:
    if tile is Tile.EIGHT_HOURS:
        begin, stop = whole_buckets(to_ms(start), to_ms(end))
        return Bins(Step.HOUR, _UTC, np.arange(begin, stop + 1, BUCKET_MS, dtype=np.int64))
    if tile is Tile.HOUR:
        return bins(_UTC, Step.HOUR, start.astimezone(UTC), end.astimezone(UTC))
    return bins(zone, Step.DAY, start, end)


def _of_kept(series: Series) -> Outline:
    """Return the outline of what is kept of eight hours: least, then most, no mean."""
    starts = series.times_ms[0::2]
    figures_of = np.array(
        [series.values[0::2], series.values[1::2], np.full(len(starts), np.nan)]
    )
    return _outline(series.point, starts, starts + BUCKET_MS, figures_of, series.quality[0::2])


def _of_parts(point: PointId, told: DayParts, edges_ms: Ints) -> Outline:
    least_most_mean = np.array([told.figures[_LEAST], told.figures[_MOST], means_of(told)])
    starts, ends = edges_ms[:-1][told.days], edges_ms[1:][told.days]
    return _outline(point, starts, ends, least_most_mean, _quality(told.counts))


def _quality(counts: Ints) -> Codes:
    """Return the worst quality that is believed; where none is, the mildest of the others."""
    some = counts > 0
    believed = some & BELIEVABLE[:, None]
    worst = len(counts) - 1 - np.argmax(believed[::-1], axis=0)
    mildest = np.argmax(some, axis=0)
    code: Codes = np.where(believed.any(axis=0), worst, mildest).astype(np.uint8)
    return code


def _outline(
    point: PointId, starts: Ints, ends: Ints, figures_of: Floats, quality: Codes
) -> Outline:
    least, most, mean = figures_of
    return Outline(
        point,
        starts.astype(np.int64),
        ends.astype(np.int64),
        least,
        most,
        mean,
        quality.astype(np.uint8),
    )
