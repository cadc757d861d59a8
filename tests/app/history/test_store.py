"""The embedded history has a file for each year and one for the last two days."""

import math
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from tests.app.history.plant import (
    FAR_OFF,
    MIDNIGHT,
    RETURN,
    SUPPLY,
    all_of,
    always,
    moments,
    plant_points,
    quarters,
    reading,
    record_quarters,
)

NEXT_DAY = MIDNIGHT + timedelta(days=1, hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    store = EmbeddedHistory(tmp_path / "history")
    yield store
    store.close()


def test_a_year_has_its_own_file_and_a_range_spans_them(
    store: EmbeddedHistory, tmp_path: Path
) -> None:
    eve = datetime(2026, 12, 31, 23, 0, tzinfo=UTC)
    record_quarters(store, [SUPPLY, RETURN], eve, 10)
    names = sorted(path.name for path in (tmp_path / "history").glob("*.sqlite"))
    assert names == ["2026.sqlite", "2027.sqlite"]
    assert moments(all_of(store, RETURN)) == list(quarters(eve, 10))
    store.compact(eve + timedelta(days=5), always)
    assert moments(all_of(store, RETURN)) == list(quarters(eve, 10))
    (tmp_path / "history" / "2026.sqlite").unlink()
    again = EmbeddedHistory(tmp_path / "history")
    assert moments(all_of(again, RETURN)) == list(quarters(eve, 10))[4:]
    again.close()


def test_the_year_is_that_of_utc_wherever_the_time_was_taken(
    store: EmbeddedHistory, tmp_path: Path
) -> None:
    from zoneinfo import ZoneInfo

    new_year_there = datetime(2027, 1, 1, 0, 30, tzinfo=ZoneInfo("Europe/Copenhagen"))
    store.append([reading(SUPPLY, new_year_there)], "quarter")
    assert (tmp_path / "history" / "2026.sqlite").exists()
    assert moments(all_of(store, SUPPLY)) == [new_year_there]


def test_the_files_are_named(store: EmbeddedHistory) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 1)
    store.append([reading(SUPPLY, MIDNIGHT)], "fast")
    names = [Path(place).name for place in store.stats().places]
    assert names == ["2026.sqlite", "fast.sqlite"]


def test_nothing_handed_over_makes_no_file(store: EmbeddedHistory, tmp_path: Path) -> None:
    store.append([], "quarter", MIDNIGHT)
    store.append([], "fast")
    store.compact(FAR_OFF, always)
    store.drop_fast_before(FAR_OFF)
    assert not (tmp_path / "history").exists()


def test_a_damaged_file_is_named_where_the_newest_moment_is_asked(
    store: EmbeddedHistory, tmp_path: Path
) -> None:
    record_quarters(store, plant_points(3), MIDNIGHT, 1)
    store.close()
    file = tmp_path / "history" / "2026.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE batch SET packed = substr(packed, 1, 9) || 'x'")
    with pytest.raises(StoreBroken, match=r"2026\.sqlite"):
        store.newest_moment("quarter", FAR_OFF)


def test_a_chunk_is_a_fraction_of_rows(store: EmbeddedHistory, tmp_path: Path) -> None:
    points = plant_points(400)
    for day in range(5):
        record_quarters(
            store,
            points,
            MIDNIGHT + timedelta(days=day),
            96,
            lambda n, quarter: round(40 + n % 30 + 5 * math.sin(quarter / 15 + n), 1),
        )
    store.compact(MIDNIGHT + timedelta(days=7), always)
    store.close()
    with sqlite3.connect(tmp_path / "history" / "2026.sqlite") as connection:
        [packed] = connection.execute("SELECT sum(length(packed)) FROM chunk").fetchone()
    connection.close()
    assert packed / (400 * 5 * 96) < 1.2
