"""Which readings came in the fake plant: most do, one device is silent, one came late."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from app.model.performance import Performance
from app.model.reading import PointId, Quality, split_point
from tests.fakes.smallplant import NOON

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SILENT, NEW, DOUBTFUL, LOSSY = "lindevej-8", "skovvej-118", "egevænget-5", "birkevej-27"
SILENT_SINCE = NOON - timedelta(hours=26)
CAME = NOON - timedelta(days=1)
EVERY, OF = 37, 40  # of a lossy line the last three of forty are lost


def quality_at(device: str, number: int, at: datetime) -> Quality | None:
    """Return of which quality the reading of an interval is; None for none at all."""
    if device == SILENT and at >= SILENT_SINCE:
        return Quality.OFFLINE
    if device == LOSSY and number % OF >= EVERY:
        return None
    if device == DOUBTFUL and number % 9 == 0:
        return Quality.UNCERTAIN
    return Quality.GOOD


def came(point: PointId, start: datetime, end: datetime, interval_s: int = 900) -> Performance:
    """Return what came of one point from a moment to before another, up to noon."""
    device, _key = split_point(point)
    since = max(start, CAME) if device == NEW else start
    until = max(min(end, NOON), since)
    step = timedelta(seconds=interval_s)
    first, last = -(-(since - EPOCH) // step), -(-(until - EPOCH) // step)
    met = Counter(
        quality_at(device, number, EPOCH + number * step) for number in range(first, last)
    )
    by_quality = {quality: count for quality, count in met.items() if quality is not None}
    return Performance(point, since, until, max(last - first, 0), by_quality)
