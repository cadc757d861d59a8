"""Which of several samples of a point is its newest, and what an older file lacks for that."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from app.errors import StoreBroken
from app.history.latestvalues import last_of_each, newest_of
from app.history.samples import ORIGIN_CODES, Samples
from app.history.schema import LAYOUT
from app.history.schema import QUARTER as QUARTER_STREAM
from app.history.store import EmbeddedHistory
from app.model.reading import Origin, Quality
from app.series import CODE_OF
from tests.app.history.contract.engines import ZONE
from tests.app.history.plant import (
    MIDNIGHT,
    QUARTER,
    always,
    plant_points,
    reading,
    record_quarters,
)

POINTS = plant_points(5)
BACK = ORIGIN_CODES.index(Origin.BACK_FILLED)
LIVE = ORIGIN_CODES.index(Origin.LIVE)
GOOD, STALE = CODE_OF[Quality.GOOD], CODE_OF[Quality.STALE]


def samples(*rows: tuple[int, int, float, int, int]) -> Samples:
    """Return samples: number, time, value, quality, origin of each."""
    number, time, value, quality, origin = zip(*rows, strict=True)
    return Samples(
        np.array(number, np.int64),
        np.array(time, np.int64),
        np.array(value, np.float64),
        np.array(quality, np.uint8),
        np.array(origin, np.uint8),
    )


def values(found: Samples) -> dict[int, float]:
    assert len(set(found.series.tolist())) == len(found)
    return dict(zip(found.series.tolist(), found.values.tolist(), strict=True))


def test_the_later_moment_counts_whichever_part_it_is_in() -> None:
    early = samples((1, 100, 1.0, GOOD, LIVE), (2, 900, 2.0, GOOD, LIVE))
    late = samples((1, 200, 10.0, GOOD, LIVE), (2, 800, 20.0, GOOD, LIVE))
    only = samples((3, 5, 30.0, GOOD, LIVE))
    assert values(newest_of([early, late, only], 4)) == {1: 10.0, 2: 2.0, 3: 30.0}
    assert values(newest_of([late, only, early], 4)) == {1: 10.0, 2: 2.0, 3: 30.0}
    assert values(newest_of([early], 4)) == {1: 1.0, 2: 2.0}
    assert len(newest_of([], 4)) == 0


@pytest.mark.parametrize(
    ("first", "second", "holds"),
    [
        ((GOOD, LIVE), (GOOD, LIVE), 2.0),
        ((GOOD, LIVE), (STALE, LIVE), 2.0),  # a live one stands for itself
        ((GOOD, LIVE), (STALE, BACK), 1.0),  # nothing worse is filled in behind
        ((STALE, LIVE), (STALE, BACK), 2.0),
        ((GOOD, BACK), (GOOD, BACK), 2.0),
    ],
)
def test_of_one_moment_the_one_written_last_counts_unless_it_is_worse(
    first: tuple[int, int], second: tuple[int, int], holds: float
) -> None:
    parts = [samples((1, 100, 1.0, *first)), samples((1, 100, 2.0, *second))]
    assert values(newest_of(parts, 2)) == {1: holds}


def test_the_last_of_each_point_is_taken_of_settled_samples() -> None:
    settled = samples(
        (1, 100, 1.0, GOOD, LIVE),
        (1, 200, 2.0, GOOD, LIVE),
        (4, 50, 3.0, GOOD, LIVE),
    )
    assert values(last_of_each(settled)) == {1: 2.0, 4: 3.0}


def layout_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        [version] = connection.execute("SELECT version FROM layout").fetchone()
        return int(version)


def test_a_file_without_the_rows_answers_and_gets_them_with_the_next_sample(
    tmp_path: Path,
) -> None:
    """As layout 2 had it; its months that were merged stay merged."""
    file = tmp_path / f"{MIDNIGHT.year}.sqlite"
    with closing(EmbeddedHistory(tmp_path, ZONE)) as store:
        record_quarters(store, POINTS, MIDNIGHT - timedelta(days=60), 3)
        store.compact(MIDNIGHT, always)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE newest")
        connection.execute("UPDATE layout SET version = 2")
        connection.commit()
        months = connection.execute("SELECT * FROM month").fetchall()
    with closing(EmbeddedHistory(tmp_path, ZONE)) as store:
        before = {each.point: each.value for each in store.latest()}
        assert len(before) == len(POINTS)
        assert layout_of(file) == 2
        store.append([reading(POINTS[0], MIDNIGHT, 99.0)], "quarter", MIDNIGHT)
        assert layout_of(file) == LAYOUT
        after = {each.point: each.value for each in store.latest()}
        assert after == before | {POINTS[0]: 99.0}
        store.compact(MIDNIGHT, always)
        assert {each.point: each.value for each in store.latest()} == after
    with closing(sqlite3.connect(file)) as connection:
        assert set(months) <= set(connection.execute("SELECT * FROM month").fetchall())
        assert connection.execute("SELECT count(*) FROM newest").fetchone() == (1,)


def test_a_damaged_row_is_told_and_never_believed(tmp_path: Path) -> None:
    file = tmp_path / f"{MIDNIGHT.year}.sqlite"
    with closing(EmbeddedHistory(tmp_path, ZONE)) as store:
        record_quarters(store, POINTS, MIDNIGHT, 3)
        store.compact(MIDNIGHT + QUARTER * 4, always)
        [place] = store.there(QUARTER_STREAM)
        with place.place.reading() as reader:
            assert reader is not None
            [row] = reader.tables.newest.all()
    spoilt = bytearray(row[3])
    spoilt[len(spoilt) // 2] ^= 4
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE newest SET packed = ?", (bytes(spoilt),))
        connection.commit()
    with (
        closing(EmbeddedHistory(tmp_path, ZONE)) as store,
        pytest.raises(StoreBroken, match=file.name),
    ):
        store.latest()


def test_points_are_numbered_otherwise_in_each_year_and_none_is_mistaken(
    tmp_path: Path,
) -> None:
    """The older year knows more points, in another order; some were never heard of again."""
    before = MIDNIGHT.replace(year=MIDNIGHT.year - 1)
    with closing(EmbeddedHistory(tmp_path, ZONE)) as store:
        record_quarters(store, POINTS, before, 2, lambda n, _quarter: 100.0 + n)
        turned = POINTS[:3][::-1]
        record_quarters(store, turned, MIDNIGHT, 2, lambda n, _quarter: 200.0 + n)
        store.append([reading(POINTS[1], MIDNIGHT + 9 * QUARTER, 7.0)], "fast")
        for _asked in range(2):  # what they are called is remembered the second time
            found = store.newest_values.all()
            told = dict(zip(found.names(), found.samples.values.tolist(), strict=True))
            assert told == {
                POINTS[0]: 202.0,
                POINTS[1]: 7.0,
                POINTS[2]: 200.0,
                POINTS[3]: 103.0,
                POINTS[4]: 104.0,
            }
        fresh = plant_points(6)[5]
        store.append([reading(fresh, MIDNIGHT, 5.0)], "quarter", MIDNIGHT)
        assert {each.point: each.value for each in store.latest()} == told | {fresh: 5.0}
        later = before + timedelta(days=1)
        store.append([reading(POINTS[4], later, 1.0)], "quarter", later)
        store.append([reading(POINTS[0], later, 1.0)], "quarter", later)
        values = {each.point: each.value for each in store.latest()}
        assert values == told | {fresh: 5.0, POINTS[4]: 1.0}


def test_nothing_recorded_has_no_newest_values(tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path, ZONE)) as store:
        assert store.latest() == []
        assert len(store.newest_values.all().samples) == 0
