"""When a disk will be full: by what a month takes, and what rules give back as it ages."""

from collections import Counter
from collections.abc import Callable, Collection
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.databaseserver import DatabaseServer
from app.history.history import History
from app.history.readings import to_ms
from app.history.retention.room import Usual, full_at, room_of
from app.history.samples import Bulk
from app.history.schema import QUARTER
from app.history.serverhistory import ServerHistory
from app.history.sqliteplace import SqlitePlace
from app.history.store import EmbeddedHistory
from app.history.streamhistory import StreamHistory
from app.model.reading import PointId
from app.model.retention import DataKind, KeepRule, KeepRules, Room, Stage, Then
from benchmarks.history_load import _column
from tests.app.history.plant import plant_points
from tests.postgres import Postgres

NOW = datetime(2026, 6, 5, tzinfo=UTC)
MB = 1_000_000
ZONE = ZoneInfo("Europe/Copenhagen")
FOR_EVER = KeepRules({kind: KeepRule(0, 0) for kind in DataKind})


def usual(figures: int = 0) -> Usual:
    """A month of 30 MB: 10 of each kind, of 1,000 points each."""
    return Usual(
        Counter(dict.fromkeys(DataKind, 10 * MB)),
        Counter(dict.fromkeys(DataKind, 1000)),
        figures,
    )


def months_until(at: datetime | None) -> float:
    assert at is not None
    return (at - NOW) / timedelta(days=30.44)


def test_without_rules_every_month_takes_as_much_as_the_last() -> None:
    assert usual().monthly_bytes == 30 * MB
    assert months_until(full_at(usual(), FOR_EVER, 300 * MB, 5, NOW)) == pytest.approx(10)
    assert months_until(full_at(usual(), FOR_EVER, 315 * MB, 5, NOW)) == pytest.approx(10.5)


def test_rules_put_the_end_off_and_a_large_disk_lasts() -> None:
    rules = KeepRules()
    ruled = months_until(full_at(usual(), rules, 280 * MB, 5, NOW))
    assert ruled > months_until(full_at(usual(), FOR_EVER, 280 * MB, 5, NOW)) * 5
    assert full_at(usual(), rules, 10_000 * MB, 20, NOW) is None


def test_a_young_plant_gives_nothing_back_before_its_first_month_is_old() -> None:
    ten_months = full_at(usual(), KeepRules(), 300 * MB, 1, NOW)
    assert months_until(ten_months) == pytest.approx(10)


def test_what_stays_for_good_fills_a_disk_in_the_end() -> None:
    full = full_at(usual(figures=MB), KeepRules(), 500 * MB, 20, NOW)
    assert 300 < months_until(full) < 500


def test_no_room_at_all_is_full_now() -> None:
    assert full_at(usual(), KeepRules(), 0, 20, NOW) == NOW
    assert full_at(usual(), KeepRules(), -5, 20, NOW) == NOW


def test_backups_on_the_disk_grow_as_often_as_they_are_kept() -> None:
    alone = months_until(full_at(usual(), FOR_EVER, 2400 * MB, 5, NOW))
    with_seven = months_until(full_at(usual(), FOR_EVER, 2400 * MB, 5, NOW, 8))
    assert alone == pytest.approx(80)
    assert with_seven == pytest.approx(10)
    beside = months_until(full_at(usual(), FOR_EVER, 2400 * MB, 5, NOW, 1, 30 * MB))
    assert beside == pytest.approx(40)
    ruled = full_at(usual(), KeepRules(), 8 * 280 * MB, 5, NOW, 8)
    assert ruled == full_at(usual(), KeepRules(), 280 * MB, 5, NOW)


@pytest.mark.parametrize(
    ("stage", "least", "most"),
    [
        (Stage.ALL, 10 * MB, 10 * MB),
        (Stage.DAILY, 50_000, 500_000),
        (Stage.MONTHLY, 10_000, 50_000),
        (Stage.NOTHING, 0, 0),
    ],
)
def test_a_thinned_month_takes_a_little(stage: Stage, least: int, most: int) -> None:
    assert least <= usual().left(DataKind.MEASURED, stage) <= most


def test_nothing_left_gives_all_back() -> None:
    rules = KeepRules({kind: KeepRule(13, 2, Then.NOTHING) for kind in DataKind})
    assert full_at(usual(), rules, 600 * MB, 30, NOW) is None


@dataclass(frozen=True)
class Course:
    """How a history grew: its bytes on the disk, and what was foretold, month after month."""

    sizes: list[int]
    foretold: list[Room]

    def deviation(self, first: int, months: int) -> float:
        """Return by how much the months from one on were foretold wrong, 0.1 for 10 %."""
        grew = self.sizes[first + months] - self.sizes[first]
        return self.foretold[first].monthly_bytes * months / grew - 1


def grown(
    store: History,
    size: Callable[[], int],
    kind: str,
    points: int,
    minutes: int,
    months: int,
    part: int,
    foretell: Collection[int] = range(99),
) -> Course:
    """Record points for some months, ``part`` days at a time, as a core does by itself.

    Its growth is foretold as the months of ``foretell`` are over; ``size`` is asked after
    each part.
    """
    names, per_day = tuple(plant_points(points)), 24 * 60 // minutes
    begin, days = datetime(2025, 1, 1, tzinfo=UTC), 31 * (months + 1)
    values = np.array([_column(kind, nth, 0, per_day * days) for nth in range(points)])
    found = Course([], [])
    day = 0
    while len(found.sizes) < months:
        at = begin + timedelta(days=day)
        now = min(part, (_following(at) - at).days)
        count = now * per_day
        times = to_ms(at) + np.arange(count) * minutes * 60_000
        store.bring(
            Bulk(
                names,
                np.repeat(np.arange(points), count),
                np.tile(times, points),
                values[:, day * per_day : day * per_day + count].ravel(),
                np.zeros(count * points, np.uint8),
            ),
            "quarter",
        )
        day += now
        end = begin + timedelta(days=day)
        store.compact(end + timedelta(hours=1), lambda: True)
        taken = size()
        if end.day == 1:
            later = end + timedelta(days=9)
            store.compact(later, lambda: True)
            found.sizes.append(max(taken, size()))
            if len(found.sizes) - 1 in foretell:
                found.foretold.append(room_of(store, _measured, FOR_EVER, 10**12, later))
    return found


def grown_file(folder: Path, *plant: Any, **asked: Any) -> Course:
    """Let files grow so; see `grown`."""
    with closing(EmbeddedHistory(folder, ZONE)) as store:
        return grown(
            store, lambda: sum(map(_pages_bytes, store.there(QUARTER))), *plant, **asked
        )


def grown_server(postgres: Postgres, *plant: Any, **asked: Any) -> Course:
    """Let the tables of a server grow so, which cleans up as it does by itself elsewhere."""
    place = postgres.new_place()
    with (
        closing(DatabaseServer(place, postgres.password)) as way,
        closing(ServerHistory(way, ZONE)) as store,
        closing(postgres.connect(place.database)) as own,
    ):

        def size() -> int:
            own.execute(b"VACUUM")
            return sum(each.place.size_bytes() for each in store.there(QUARTER))

        return grown(store, size, *plant, **asked)


def _pages_bytes(place: StreamHistory) -> int:
    """Return what a file has come to, with what is free in it; its log apart."""
    assert isinstance(place.place, SqlitePlace)
    with place.place.file.reading() as reader:
        assert reader is not None
        ask = reader.connection.execute
        pages, size = (
            ask(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
        )
    return int(pages) * int(size)


def _measured(_point: PointId) -> DataKind:
    return DataKind.MEASURED


def _following(at: datetime) -> datetime:
    return (at.replace(day=1) + timedelta(days=32)).replace(day=1)


def test_a_years_file_comes_to_what_was_foretold(tmp_path: Path) -> None:
    """A few points, foretold when the first month was over, and when the year was."""
    course = grown_file(tmp_path, "controllers", 6, 360, 12, 31, foretell={0, 11})
    for room in course.foretold:
        assert 12 * room.monthly_bytes == pytest.approx(course.sizes[-1], rel=0.1)


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("kind", "points", "minutes"),
    [
        ("controllers", 150, 15),
        ("controllers", 60, 60),
        ("meters", 400, 60),
        ("meters", 150, 60),
    ],
)
def test_any_year_of_a_plant_grows_as_was_foretold(
    tmp_path: Path, kind: str, points: int, minutes: int
) -> None:
    """A day at a time, for two years and a month."""
    course = grown_file(tmp_path, kind, points, minutes, 25, 1)
    found = [course.deviation(first, 12) for first in range(13)]
    assert max(map(abs, found)) <= 0.1, (found, course.sizes)


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("kind", "points", "minutes"),
    [("controllers", 60, 60), ("meters", 400, 60), ("meters", 150, 60)],
)
def test_any_year_on_a_server_grows_as_was_foretold(
    postgres: Postgres, kind: str, points: int, minutes: int
) -> None:
    course = grown_server(postgres, kind, points, minutes, 25, 1)
    found = [course.deviation(first, 12) for first in range(13)]
    assert max(map(abs, found)) <= 0.1, (found, course.sizes)
