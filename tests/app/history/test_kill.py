"""A recorder killed without warning loses nothing it acknowledged, and doubles nothing."""

import sys
from pathlib import Path

import pytest

from benchmarks.history_kill import Findings, run


def told(found: Findings) -> None:
    sys.stdout.write(f"{found}\n")


def test_five_kills_under_load_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "history", kills=5, points=400, seed=3, longest_life_s=0.8)
    told(found)
    assert found.kills == 5
    assert found.acknowledged > 0
    assert found.acknowledged_fast > 100
    assert found.sound, found


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_a_hundred_kills_under_full_load_lose_and_double_nothing(tmp_path: Path) -> None:
    found = run(tmp_path / "history", kills=100, points=4000, seed=1)
    told(found)
    assert found.acknowledged > 100
    assert found.sound, found
    assert found.slowest_open_s < 10
