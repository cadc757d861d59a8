"""A small plant whose history is written and read in these tests."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.history.history import History
from app.history.sqlitefile import SqliteFile
from app.history.sqliteplace import SqlitePlace
from app.history.store import EmbeddedHistory
from app.model.reading import PointId, Quality, Reading, Value
from app.series import Series

MIDNIGHT = datetime(2026, 7, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SUPPLY = PointId("ahornvej14.supply")
RETURN = PointId("ahornvej14.return")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
FAR_OFF = datetime(2100, 1, 1, tzinfo=UTC)


def always() -> bool:
    return True


def reading(
    point: PointId,
    at: datetime,
    value: Value | None = 20.0,
    quality: Quality = Quality.GOOD,
    reason: str = "",
) -> Reading:
    return Reading(point, value, quality, at, reason)


def plant_points(count: int) -> list[PointId]:
    """Points of devices with twenty points each."""
    return [PointId(f"device-{n // 20}.p{n % 20}") for n in range(count)]


def quarters(start: datetime, count: int) -> Iterator[datetime]:
    return (start + n * QUARTER for n in range(count))


def record_quarters(
    store: History,
    points: Sequence[PointId],
    start: datetime,
    count: int,
    value: Callable[[int, int], float] = lambda n, quarter: n + quarter / 10,
) -> None:
    """Store a reading of every point at each of some quarters of an hour."""
    for quarter, at in enumerate(quarters(start, count)):
        store.append(
            [reading(point, at, value(n, quarter)) for n, point in enumerate(points)],
            "quarter",
            at,
        )


def moments(series: Series) -> list[datetime]:
    return [datetime.fromtimestamp(ms / 1000, UTC) for ms in series.times_ms.tolist()]


def all_of(store: History, point: PointId, stream: str = "quarter") -> Series:
    return store.range(point, LONG_AGO, FAR_OFF, stream)


def sqlite_file(store: EmbeddedHistory, path: Path) -> SqliteFile:
    """Return what lies behind a file that the store has used."""
    place = store._files[path].place
    assert isinstance(place, SqlitePlace)
    return place.file
