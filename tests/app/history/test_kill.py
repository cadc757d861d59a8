"""A recorder killed without warning loses nothing it acknowledged, and doubles nothing."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.history.store import EmbeddedHistory
from benchmarks import history_kill
from benchmarks.history_kill import Findings, run

FAR = datetime(2030, 1, 1, tzinfo=UTC)


def told(found: Findings) -> None:
    sys.stdout.write(f"{found}\n")


def test_fifty_kills_under_load_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "history", kills=50, points=200, seed=3, life_s=(0.0, 0.2))
    told(found)
    assert found.kills == 50
    assert found.acknowledged > 0
    assert found.acknowledged_fast > 100
    assert found.sound, found


@pytest.mark.parametrize("slow", [(9.0, 0.2), (9.0, 8.0)], ids=["once", "again"])
def test_an_opening_that_is_slow_is_looked_at_again_as_the_kill_left_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slow: tuple[float, float]
) -> None:
    """Who fills the disk beside us is not what a kill costs; what stays slow is."""
    taken_s, opening = iter(slow), history_kill._opening

    def opened(folder: Path) -> tuple[EmbeddedHistory, float]:
        store, _taken_s = opening(folder)
        assert len(store.newest("quarter", FAR)) == 50, "both hold what was killed"
        return store, next(taken_s)

    monkeypatch.setattr(history_kill, "_opening", opened)
    found = run(tmp_path / "history", kills=1, points=50, seed=3, life_s=(0.2, 0.3))
    assert found.acknowledged
    assert found.slowest_open_s == slow[1]
    assert found.slow_once == (slow[1] < 1)


@pytest.mark.campaign
@pytest.mark.timeout(14400)
def test_a_thousand_kills_under_full_load_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "history", kills=1000, points=4000, seed=1, all_every=50)
    told(found)
    assert found.acknowledged > 1000
    assert found.sound, found
    assert found.slowest_open_s <= 2
