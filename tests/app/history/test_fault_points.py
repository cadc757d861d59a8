"""Work that is cut off at any point leaves the history as before it or as after it.

SQLite is made to give up after so many steps of its own, one step later each time, until
the work gets through; each time the file is looked at as after a crash: a new store opens
it and finds what was there.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.history.store import STREAMS, EmbeddedHistory
from app.model.reading import PointId
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    always,
    plant_points,
    reading,
    record_quarters,
    sqlite_file,
)

POINTS = plant_points(6)
NEXT_WEEK = MIDNIGHT + timedelta(days=7)
STEPS = 7  # of SQLite's machine between two points at which it may give up

Held = dict[PointId, list[tuple[int, float]]]


def held(folder: Path, stream: str) -> Held:
    """Return all samples, and make sure that none is stored twice."""
    store = EmbeddedHistory(folder)
    found = {
        series.point: list(zip(series.times_ms.tolist(), series.values.tolist(), strict=True))
        for series in store.ranges(POINTS, LONG_AGO, FAR_OFF, stream)
    }
    counts = store.samples_per_point(stream)
    assert {point: counts.get(point, 0) for point in POINTS} == {
        point: len(samples) for point, samples in found.items()
    }
    store.close()
    return found


def cut_off_everywhere(
    folder: Path, stream: str, work: Callable[[EmbeddedHistory], object], every: int = 1
) -> tuple[int, list[Held]]:
    """Cut the work off ever later; return how often, and every state that was seen."""
    states = [held(folder, stream)]
    for point in range(0, 10_000, every):
        store = EmbeddedHistory(folder)
        give_up_after(store, folder, stream, point)
        try:
            work(store)
        except StoreBroken:
            store.close()
            state = held(folder, stream)
            if state not in states:
                states.append(state)
            continue
        store.close()
        states.append(held(folder, stream))
        return point // every, states
    raise AssertionError("the work never got through")


def give_up_after(store: EmbeddedHistory, folder: Path, stream: str, points: int) -> None:
    """Let the writing connection fail after so many points."""
    name = "fast.sqlite" if stream == "fast" else "2026.sqlite"
    store.there(STREAMS[stream])
    with sqlite_file(store, folder / name).writing() as connection:
        left = iter(range(points))
        connection.set_progress_handler(lambda: next(left, None) is None, STEPS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "history"


def test_a_commit_cut_off_anywhere_is_there_or_not_there(folder: Path) -> None:
    store = EmbeddedHistory(folder)
    record_quarters(store, POINTS[:4], MIDNIGHT, 3)
    store.close()

    def commit(store: EmbeddedHistory) -> None:
        record_quarters(store, POINTS, MIDNIGHT + 3 * QUARTER, 1)

    cuts, states = cut_off_everywhere(folder, "quarter", commit)
    assert cuts > 5
    assert len(states) == 2
    assert [len(states[-1][point]) for point in POINTS] == [4, 4, 4, 4, 1, 1]


def test_putting_together_cut_off_anywhere_changes_no_answer(folder: Path) -> None:
    store = EmbeddedHistory(folder)
    record_quarters(store, POINTS, MIDNIGHT, 20)
    store.compact(NEXT_WEEK, always)
    record_quarters(store, POINTS, MIDNIGHT + 20 * QUARTER, 20, lambda n, q: n - q)  # late
    store.close()
    cuts, states = cut_off_everywhere(
        folder, "quarter", lambda store: store.compact(NEXT_WEEK, always)
    )
    assert cuts > 10
    assert all(state == states[0] for state in states)


def test_throwing_away_cut_off_anywhere_takes_all_or_nothing(folder: Path) -> None:
    store = EmbeddedHistory(folder)
    for n in range(30):
        at = MIDNIGHT + n * timedelta(minutes=4)
        store.append([reading(point, at, n) for point in POINTS], "fast")
    store.compact(MIDNIGHT + timedelta(hours=1), always)
    store.close()
    cuts, states = cut_off_everywhere(
        folder, "fast", lambda store: store.drop_fast_before(MIDNIGHT + timedelta(minutes=90))
    )
    assert cuts > 3
    assert [len(state[POINTS[0]]) for state in states] == [30, 7]


def test_merging_a_month_cut_off_anywhere_changes_no_answer(folder: Path) -> None:
    store = EmbeddedHistory(folder)
    for day in (0, 9, 20):
        record_quarters(store, POINTS, MIDNIGHT + timedelta(days=day), 3)
    store.compact(MIDNIGHT + timedelta(days=22), always)
    store.close()
    cuts, states = cut_off_everywhere(
        folder, "quarter", lambda store: store.compact(FAR_OFF, always), every=7
    )
    assert cuts > 10
    assert all(state == states[0] for state in states)
    assert [len(states[0][point]) for point in POINTS] == [9] * 6
