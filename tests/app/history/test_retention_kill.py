"""Retention killed in the middle of its work: counts by the rules, sums to the last digit."""

from pathlib import Path

import pytest

from tests.app.history.retentionkill import run


@pytest.mark.campaign
def test_a_few_kills_leave_every_sum_and_count_as_it_must_be(tmp_path: Path) -> None:
    found = run(tmp_path, kills=2, months=6)
    assert found.kills == 2
    assert found.wrong == []
    assert found.sums > 300


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_six_years_of_retention_killed_a_hundred_times(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(tmp_path, kills=100, months=74)
    with capsys.disabled():
        print(f"\n{found}")  # noqa: T201 - figures for docs/history-figures.md
    assert found.kills == 100
    assert found.wrong == []
