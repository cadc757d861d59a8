"""What is taken out of the history is gone from its files, also from their free pages."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from app.model.reading import Quality, Reading
from tests.app.history.plant import (
    MIDNIGHT,
    SUPPLY,
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


def test_a_broken_file_is_told_and_not_taken_for_empty(tmp_path: Path) -> None:
    with closing(EmbeddedHistory(tmp_path / "history")) as store:
        record_quarters(store, [SUPPLY], MIDNIGHT, 8)
    (file,) = [each for each in (tmp_path / "history").rglob("*.*") if each.is_file()]
    file.write_bytes(b"\xff" * file.stat().st_size)
    with closing(EmbeddedHistory(tmp_path / "history")) as store, pytest.raises(StoreBroken):
        store.forget([SUPPLY], MIDNIGHT, MIDNIGHT + timedelta(hours=1), {})
