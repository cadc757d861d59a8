"""What is taken out of the history is gone from its files, and nothing beside it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from app.history.readings import to_ms
from app.history.store import EmbeddedHistory
from app.model.reading import Quality, Reading
from tests.app.history.plant import (
    MIDNIGHT,
    RETURN,
    SUPPLY,
    always,
    moments,
    quarters,
    reading,
    record_quarters,
)

NEXT_DAY = MIDNIGHT + timedelta(days=1, hours=1)
SIX, NOON = MIDNIGHT + timedelta(hours=6), MIDNIGHT + timedelta(hours=12)
WORD = "Zwischenzähler-Hinterhaus"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedHistory]:
    store = EmbeddedHistory(tmp_path / "history")
    yield store
    store.close()


@pytest.mark.parametrize("together", [False, True])
def test_a_span_of_one_point_goes_and_all_else_stays(
    store: EmbeddedHistory, *, together: bool
) -> None:
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
def test_the_moments_to_keep_keep_their_values(
    store: EmbeddedHistory, *, together: bool
) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 96)
    if together:
        store.compact(NEXT_DAY, always)
    (before,) = store.ranges([SUPPLY], SIX, SIX + timedelta(minutes=1), "quarter")
    kept = {SUPPLY: np.array([to_ms(SIX)], np.int64)}
    assert store.forget([SUPPLY], MIDNIGHT, NEXT_DAY, kept) == 95
    (after,) = store.ranges([SUPPLY], MIDNIGHT, NEXT_DAY, "quarter")
    assert moments(after) == [SIX]
    assert after.values.tolist() == before.values.tolist()


def test_nothing_is_left_in_any_file_not_even_in_free_pages(
    store: EmbeddedHistory, tmp_path: Path
) -> None:
    said = Reading(SUPPLY, WORD, Quality.GOOD, SIX)
    store.append([said], "quarter")
    store.append([said], "fast")
    (held,) = store.ranges([SUPPLY], SIX, NOON, "fast")
    assert len(held) == 1
    files = [each for each in (tmp_path / "history").iterdir() if each.is_file()]
    assert any(WORD.encode() in each.read_bytes() for each in files)
    assert store.forget([SUPPLY], SIX, NOON, {}) == 2
    for stream in ("quarter", "fast"):
        assert len(store.range(SUPPLY, MIDNIGHT, NEXT_DAY, stream)) == 0
    files = [each for each in (tmp_path / "history").iterdir() if each.is_file()]
    assert not any(WORD.encode() in each.read_bytes() for each in files)


def test_years_that_are_not_meant_stay_untouched(store: EmbeddedHistory) -> None:
    old = datetime(MIDNIGHT.year - 1, 6, 1, tzinfo=UTC)
    record_quarters(store, [SUPPLY], old, 4)
    record_quarters(store, [SUPPLY], MIDNIGHT, 4)
    store.forget([SUPPLY], MIDNIGHT, NEXT_DAY, {})
    assert len(store.range(SUPPLY, old, NEXT_DAY, "quarter")) == 4


def test_recording_goes_on_after_it(store: EmbeddedHistory) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 4)
    store.forget([SUPPLY], MIDNIGHT, NEXT_DAY, {})
    store.append([reading(SUPPLY, NOON, 51.5)], "quarter")
    assert store.range(SUPPLY, MIDNIGHT, NEXT_DAY, "quarter").values.tolist() == [51.5]
