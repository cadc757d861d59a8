"""Whatever points and time are taken out of the history, all else reads as before."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.history.history import History
from app.history.readings import to_ms
from app.model.reading import PointId
from tests.app.history.contract.engines import Engine
from tests.app.history.plant import (
    MIDNIGHT,
    QUARTER,
    RETURN,
    SUPPLY,
    all_of,
    always,
    moments,
    quarters,
    reading,
    record_quarters,
)

EVE = datetime(2026, 12, 31, 20, tzinfo=UTC)  # 16 quarters before another year's file
COUNT = 32
NOWHERE = PointId("nowhere.supply")
PLACES = st.integers(-2, COUNT + 2)
SPANS = st.tuples(PLACES, PLACES)
NEXT_DAY = MIDNIGHT + timedelta(days=1, hours=1)
SIX, NOON = MIDNIGHT + timedelta(hours=6), MIDNIGHT + timedelta(hours=12)


@settings(max_examples=8, deadline=None)
@given(SPANS, st.sets(st.integers(0, COUNT - 1), max_size=4), st.booleans())
@example((0, COUNT), set(), True)
@example((15, 17), {15, 16}, False)
def test_any_span_goes_across_the_turn_of_the_year_but_what_is_to_stay(
    engine: Engine, span: tuple[int, int], staying: set[int], together: bool
) -> None:
    begin, end = (EVE + QUARTER * each for each in span)
    kept = [EVE + QUARTER * each for each in sorted(staying)]
    with tempfile.TemporaryDirectory() as place, engine.kept(Path(place)) as opened:
        store = opened()
        record_quarters(store, [SUPPLY, RETURN], EVE, COUNT)
        if together:
            store.compact(EVE + timedelta(days=2), always)
        before = dict(zip(quarters(EVE, COUNT), all_of(store, SUPPLY).values, strict=True))
        left = [at for at in before if not begin <= at < end or at in kept]
        stays = {SUPPLY: np.array([to_ms(at) for at in kept], np.int64)}
        gone = store.forget([SUPPLY, NOWHERE], begin, end, stays)
        ours, other = all_of(store, SUPPLY), all_of(store, RETURN)
    assert gone == COUNT - len(left)
    assert moments(ours) == left
    assert ours.values.tolist() == [before[at] for at in left]
    assert len(other) == COUNT


def test_nobody_s_points_and_no_time_at_all_take_nothing(store: History) -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    assert store.forget([SUPPLY], MIDNIGHT, noon, {}) == 0  # nothing was recorded so far
    record_quarters(store, [SUPPLY], MIDNIGHT, 8)
    assert store.forget([], MIDNIGHT, noon, {}) == 0
    assert store.forget([NOWHERE], MIDNIGHT, noon, {}) == 0
    assert store.forget([SUPPLY], MIDNIGHT, MIDNIGHT, {}) == 0
    assert store.forget([SUPPLY], noon, MIDNIGHT, {}) == 0
    assert len(all_of(store, SUPPLY)) == 8


def test_the_last_moment_of_a_span_is_the_next_one_s(store: History) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 3)
    second, third = MIDNIGHT + QUARTER, MIDNIGHT + 2 * QUARTER
    assert store.forget([SUPPLY], second, third, {}) == 1
    assert moments(all_of(store, SUPPLY)) == [MIDNIGHT, third]
    millisecond = timedelta(milliseconds=1)
    assert store.forget([SUPPLY], third, third + millisecond, {}) == 1


def test_moments_to_keep_that_were_never_recorded_keep_nothing(store: History) -> None:
    record_quarters(store, [SUPPLY, RETURN], MIDNIGHT, 4)
    between = np.array([to_ms(MIDNIGHT) + 1], np.int64)
    end = MIDNIGHT + timedelta(hours=1)
    assert store.forget([SUPPLY], MIDNIGHT, end, {SUPPLY: between, RETURN: between}) == 4
    assert len(all_of(store, RETURN)) == 4


@pytest.mark.parametrize("together", [False, True])
def test_a_span_of_one_point_goes_and_all_else_stays(store: History, *, together: bool) -> None:
    record_quarters(store, [SUPPLY, RETURN], MIDNIGHT, 96)
    if together:
        store.compact(NEXT_DAY, always)
    assert store.forget([SUPPLY], SIX, NOON, {}) == 24
    ours, other = store.ranges([SUPPLY, RETURN], MIDNIGHT, NEXT_DAY, "quarter")
    kept = [at for at in quarters(MIDNIGHT, 96) if not SIX <= at < NOON]
    assert moments(ours) == kept
    assert moments(other) == list(quarters(MIDNIGHT, 96))
    assert store.forget([SUPPLY], SIX, NOON, {}) == 0  # again does nothing


@pytest.mark.parametrize("together", [False, True])
def test_the_moments_to_keep_keep_their_values(store: History, *, together: bool) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 96)
    if together:
        store.compact(NEXT_DAY, always)
    (before,) = store.ranges([SUPPLY], SIX, SIX + timedelta(minutes=1), "quarter")
    kept = {SUPPLY: np.array([to_ms(SIX)], np.int64)}
    assert store.forget([SUPPLY], MIDNIGHT, NEXT_DAY, kept) == 95
    (after,) = store.ranges([SUPPLY], MIDNIGHT, NEXT_DAY, "quarter")
    assert moments(after) == [SIX]
    assert after.values.tolist() == before.values.tolist()


def test_years_that_are_not_meant_stay_untouched(store: History) -> None:
    old = datetime(MIDNIGHT.year - 1, 6, 1, tzinfo=UTC)
    record_quarters(store, [SUPPLY], old, 4)
    record_quarters(store, [SUPPLY], MIDNIGHT, 4)
    store.forget([SUPPLY], MIDNIGHT, NEXT_DAY, {})
    assert len(store.range(SUPPLY, old, NEXT_DAY, "quarter")) == 4


def test_recording_goes_on_after_it(store: History) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 4)
    store.forget([SUPPLY], MIDNIGHT, NEXT_DAY, {})
    store.append([reading(SUPPLY, NOON, 51.5)], "quarter")
    assert store.range(SUPPLY, MIDNIGHT, NEXT_DAY, "quarter").values.tolist() == [51.5]
