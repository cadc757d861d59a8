"""A recorder killed without warning loses nothing it acknowledged, and doubles nothing."""

import sys
from pathlib import Path

import pytest

from benchmarks.history_kill import Findings, run


def told(found: Findings) -> None:
    sys.stdout.write(f"{found}\n")


def test_fifty_kills_under_load_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "history", kills=50, points=200, seed=3, life_s=(0.0, 0.2))
    told(found)
    assert found.kills == 50
    assert found.acknowledged > 0
    assert found.acknowledged_fast > 100
    assert found.sound, found


@pytest.mark.campaign
@pytest.mark.timeout(14400)
def test_a_thousand_kills_under_full_load_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "history", kills=1000, points=4000, seed=1, all_every=50)
    told(found)
    assert found.acknowledged > 1000
    assert found.sound, found
    assert found.slowest_open_s <= 2
