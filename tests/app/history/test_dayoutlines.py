"""The outline of a day that is over is kept: a chart needs no samples of it."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.history.dayoutlines import MOST_DAYS
from app.history.figures import outlines
from app.history.readings import to_ms
from app.history.salvage import bring_back, found_in
from app.history.samples import Bulk
from app.history.schema import QUARTER as KEPT
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from tests.app.history.plant import FAR_OFF, all_of, always, plant_points, record_quarters
from tests.app.history.plant import reading as read

POINTS = plant_points(6)
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
DAY, EIGHT = timedelta(days=1), timedelta(hours=8)
YEAR = "2026.sqlite"
Drawn = list[tuple[list[int], list[float]]]


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedHistory:
    return EmbeddedHistory(tmp_path / "history")


def live(
    store: EmbeddedHistory,
    days: int,
    begin: datetime = BEGIN,
    points: Callable[[int], Sequence[PointId]] = lambda _day: POINTS,
) -> datetime:
    """Record days one after the other, each put together when it is over."""
    for day in range(days):
        at = begin + day * DAY
        whole_day(store, points(day), at)
        store.compact(at + DAY + timedelta(minutes=5), always)
    return begin + days * DAY


def whole_day(store: EmbeddedHistory, points: Sequence[PointId], at: datetime) -> None:
    """Record a day of quarters in one commit."""
    quarters = np.arange(96)
    values = [50 * n + at.day + 9 * np.sin(quarters / 9) for n in range(len(points))]
    bulk = Bulk(
        tuple(points),
        np.repeat(np.arange(len(points)), 96),
        np.tile(to_ms(at) + 900_000 * quarters, len(points)),
        np.concatenate(values),
        np.zeros(96 * len(points), np.uint8),
    )
    store.bring(bulk, "quarter")


def drawn(
    store: EmbeddedHistory,
    points: Sequence[PointId] = POINTS,
    begin: datetime = BEGIN,
    end: datetime = BEGIN + 40 * DAY,
) -> Drawn:
    found = outlines(store, points, begin, end)
    return [(each.times_ms.tolist(), each.values.tolist()) for each in found]


def worked_out(store: EmbeddedHistory, points: Sequence[PointId] = POINTS) -> Drawn:
    """The same from every sample, the plainest way."""
    told: Drawn = []
    for point in points:
        times, values = list[int](), list[float]()
        series = all_of(store, point)
        buckets = series.times_ms // 28_800_000
        for bucket in np.unique(buckets).tolist():
            inside = series.values[buckets == bucket]
            times += [bucket * 28_800_000, bucket * 28_800_000 + 14_400_000]
            values += [float(inside.min()), float(inside.max())]
        told.append((times, values))
    return told


def rows(store: EmbeddedHistory, table: str = "outline") -> list[tuple[int, int, int]]:
    store.close()
    [file] = list(store._folder.glob("2026.sqlite"))
    with closing(sqlite3.connect(file)) as connection:
        asked = f"SELECT series, slot, slots FROM {table} ORDER BY series, slot"
        return connection.execute(asked).fetchall()


def without_samples(store: EmbeddedHistory) -> EmbeddedHistory:
    """The same history after somebody took all its chunks away."""
    store.close()
    with closing(sqlite3.connect(store._folder / YEAR)) as connection:
        connection.execute("DELETE FROM chunk")
        connection.commit()
    return EmbeddedHistory(store._folder)


def test_a_chart_of_days_that_are_over_needs_none_of_their_samples(
    store: EmbeddedHistory,
) -> None:
    end = live(store, 5)
    expected = worked_out(store)
    assert drawn(store, end=end) == expected
    assert len(expected[0][0]) == 5 * 6
    with closing(without_samples(store)) as bare:
        assert drawn(bare, end=end) == expected
        assert len(all_of(bare, POINTS[0])) == 0


def test_a_row_takes_some_days_and_never_those_of_two_months(store: EmbeddedHistory) -> None:
    live(store, 13, BEGIN + 20 * DAY)  # the first month is not merged yet
    lengths = [slots for point, _, slots in rows(store) if point == 1]
    assert lengths == [MOST_DAYS, 11 - MOST_DAYS, 2]
    expected = worked_out(store)
    assert drawn(store) == expected
    with closing(without_samples(store)) as bare:
        assert drawn(bare) == expected


def test_what_comes_late_is_in_the_chart_and_in_the_same_row(store: EmbeddedHistory) -> None:
    end = live(store, 6)
    before, lying = drawn(store), rows(store)
    at = BEGIN + 2 * DAY + timedelta(hours=3, minutes=7)
    store.append([read(POINTS[3], at, 900.0), read(POINTS[1], at, -900.0)], "quarter", at)
    waiting = drawn(store)
    store.compact(end + timedelta(minutes=5), always)
    assert rows(store) == lying
    assert drawn(store) == waiting == worked_out(store)
    assert waiting[3][1][2 * 6 + 1] == 900.0
    assert waiting[1][1][2 * 6] == -900.0
    assert waiting[0] == before[0]
    with closing(without_samples(store)) as bare:
        assert drawn(bare) == waiting


def test_what_waits_of_one_meter_leaves_the_days_of_its_neighbours(
    store: EmbeddedHistory,
) -> None:
    live(store, 6)
    late, neighbour = POINTS[1], POINTS[4]
    before = drawn(store, [neighbour])
    for day in range(6):
        at = BEGIN + day * DAY + timedelta(hours=3, minutes=7)
        store.append([read(late, at, 900.0)], "quarter", at)
    told = worked_out(store, [late])
    assert drawn(store, [late]) == told, "what waits of it is in its own chart"
    with closing(without_samples(store)) as bare:
        assert drawn(bare, [neighbour]) == before, "nothing of the neighbour is worked out anew"
        assert len(all_of(bare, neighbour)) == 0
        assert drawn(bare, [late]) != told


def test_a_point_that_was_silent_for_a_day_begins_a_row_of_its_own(
    store: EmbeddedHistory,
) -> None:
    live(store, 6, points=lambda day: POINTS if day != 2 else POINTS[:5])
    per_point = [[slots for p, _, slots in rows(store) if p == n] for n in (1, 6)]
    assert per_point == [[6], [2, 3]]
    assert drawn(store) == worked_out(store)
    at = BEGIN + 2 * DAY
    record_quarters(store, POINTS[5:], at, 40, lambda _n, q: q / 4)  # it had kept them
    store.compact(BEGIN + 6 * DAY + timedelta(minutes=5), always)
    assert drawn(store) == worked_out(store)


def test_of_a_day_that_goes_on_nothing_is_kept_until_it_is_over(store: EmbeddedHistory) -> None:
    now = live(store, 2)
    record_quarters(store, POINTS, now, 40)
    store.compact(now + timedelta(hours=10), always)
    assert rows(store, "chunk")[2][1:] == ((now - datetime(1970, 1, 1, tzinfo=UTC)).days, 1)
    assert {slots for _, _, slots in rows(store)} == {2}
    assert drawn(store) == worked_out(store)
    record_quarters(store, POINTS[:1], now + timedelta(hours=10), 56)  # the others fell silent
    store.compact(now + DAY + timedelta(minutes=5), always)
    assert drawn(store) == worked_out(store)


def test_a_clock_put_back_over_midnight_leaves_no_outline_behind(
    store: EmbeddedHistory,
) -> None:
    end = live(store, 3)
    last = end - DAY
    for quarter in range(20):  # the day that was over goes on once more
        at = last + quarter * timedelta(minutes=15) + timedelta(minutes=1)
        store.append([read(point, at, 1000.0 + quarter) for point in POINTS], "quarter", at)
    store.compact(last + timedelta(hours=6), always)
    assert drawn(store) == worked_out(store)
    assert drawn(store)[0][1][-5] == 1019.0
    store.compact(end + timedelta(minutes=5), always)
    assert drawn(store) == worked_out(store)


def test_a_month_that_is_merged_has_one_row_of_each_point(store: EmbeddedHistory) -> None:
    live(store, 31)
    before = drawn(store)
    assert len(rows(store)) == 4 * len(POINTS)
    store.compact(BEGIN + 40 * DAY, always)
    assert [slots for _, _, slots in rows(store)] == [31] * len(POINTS)
    assert drawn(store) == before == worked_out(store)
    late = BEGIN + 4 * DAY
    store.append([read(POINTS[2], late, 5000.0)], "quarter", late)
    store.compact(BEGIN + 41 * DAY, always)
    assert [slots for _, _, slots in rows(store)] == [31] * len(POINTS)
    assert drawn(store) == worked_out(store)
    store.compact(BEGIN + 80 * DAY, always)  # merged once more
    assert [slots for _, _, slots in rows(store)] == [31] * len(POINTS)
    assert drawn(store) == worked_out(store)


def test_what_is_taken_out_is_taken_out_of_the_outline(store: EmbeddedHistory) -> None:
    live(store, 4)
    span = BEGIN + DAY, BEGIN + 2 * DAY
    assert store.forget([POINTS[0]], *span, {}) == 96
    assert drawn(store) == worked_out(store)
    assert len(drawn(store)[0][0]) == 3 * 6


def test_no_outline_of_a_day_is_ever_salvaged_as_samples(tmp_path: Path) -> None:
    """Samples every four hours lie where an outline's values lie."""
    folder = tmp_path / "old"
    with closing(EmbeddedHistory(folder)) as store:
        for day in range(3):
            for nth in range(6):
                at = BEGIN + day * DAY + nth * EIGHT / 2
                store.append([read(POINTS[0], at, float(6 * day + nth))], "quarter", at)
            whole_day(store, POINTS[1:2], BEGIN + day * DAY)
            store.compact(BEGIN + (day + 1) * DAY + timedelta(minutes=5), always)
        expected = [all_of(store, point).values.tolist() for point in POINTS[:2]]
        there = rows(store, "chunk"), rows(store)
    assert set(found_in(folder / YEAR, KEPT).chunks) == set(there[0])
    assert {slots for _, _, slots in there[1]} == {3}
    with closing(EmbeddedHistory(tmp_path / "new")) as new:
        told = bring_back(folder / YEAR, YEAR, new)
        assert (told.samples, told.brought) == (18 + 3 * 96, 18 + 3 * 96)
        assert [all_of(new, point).values.tolist() for point in POINTS[:2]] == expected
        new.compact(FAR_OFF, always)
        assert drawn(new, POINTS[:2]) == worked_out(new, POINTS[:2])
