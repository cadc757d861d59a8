"""Whatever points and time are taken out of the history, all else reads as before."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.errors import StoreBroken
from app.history.readings import to_ms
from app.history.store import EmbeddedHistory
from app.model.reading import PointId
from tests.app.history.plant import (
    MIDNIGHT,
    QUARTER,
    RETURN,
    SUPPLY,
    all_of,
    always,
    moments,
    quarters,
    record_quarters,
)

EVE = datetime(2026, 12, 31, 20, tzinfo=UTC)  # 16 quarters before another year's file
COUNT = 32
NOWHERE = PointId("nowhere.supply")
PLACES = st.integers(-2, COUNT + 2)
SPANS = st.tuples(PLACES, PLACES)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    with closing(EmbeddedHistory(tmp_path / "history")) as made:
        yield made


@settings(max_examples=8, deadline=None)
@given(SPANS, st.sets(st.integers(0, COUNT - 1), max_size=4), st.booleans())
@example((0, COUNT), set(), True)
@example((15, 17), {15, 16}, False)
def test_any_span_goes_across_the_turn_of_the_year_but_what_is_to_stay(
    span: tuple[int, int], staying: set[int], together: bool
) -> None:
    begin, end = (EVE + QUARTER * each for each in span)
    kept = [EVE + QUARTER * each for each in sorted(staying)]
    with (
        tempfile.TemporaryDirectory() as place,
        closing(EmbeddedHistory(Path(place) / "history")) as store,
    ):
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


def test_nobody_s_points_and_no_time_at_all_take_nothing(store: EmbeddedHistory) -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    assert store.forget([SUPPLY], MIDNIGHT, noon, {}) == 0  # nothing was recorded so far
    record_quarters(store, [SUPPLY], MIDNIGHT, 8)
    assert store.forget([], MIDNIGHT, noon, {}) == 0
    assert store.forget([NOWHERE], MIDNIGHT, noon, {}) == 0
    assert store.forget([SUPPLY], MIDNIGHT, MIDNIGHT, {}) == 0
    assert store.forget([SUPPLY], noon, MIDNIGHT, {}) == 0
    assert len(all_of(store, SUPPLY)) == 8


def test_the_last_moment_of_a_span_is_the_next_one_s(store: EmbeddedHistory) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 3)
    second, third = MIDNIGHT + QUARTER, MIDNIGHT + 2 * QUARTER
    assert store.forget([SUPPLY], second, third, {}) == 1
    assert moments(all_of(store, SUPPLY)) == [MIDNIGHT, third]
    millisecond = timedelta(milliseconds=1)
    assert store.forget([SUPPLY], third, third + millisecond, {}) == 1


def test_moments_to_keep_that_were_never_recorded_keep_nothing(store: EmbeddedHistory) -> None:
    record_quarters(store, [SUPPLY, RETURN], MIDNIGHT, 4)
    between = np.array([to_ms(MIDNIGHT) + 1], np.int64)
    end = MIDNIGHT + timedelta(hours=1)
    assert store.forget([SUPPLY], MIDNIGHT, end, {SUPPLY: between, RETURN: between}) == 4
    assert len(all_of(store, RETURN)) == 4


def test_a_broken_file_is_told_and_not_taken_for_empty(tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path / "history")) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 8)
    (file,) = [each for each in (tmp_path / "history").rglob("*.*") if each.is_file()]
    file.write_bytes(b"\xff" * file.stat().st_size)
    with closing(EmbeddedHistory(tmp_path / "history")) as store, pytest.raises(StoreBroken):
        store.forget([SUPPLY], MIDNIGHT, MIDNIGHT + timedelta(hours=1), {})
