"""When a disk will be full: by what a month takes, and what rules give back as it ages."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from app.history.retention.room import Usual, full_at
from app.model.retention import DataKind, KeepRule, KeepRules, Stage, Then

NOW = datetime(2026, 6, 5, tzinfo=UTC)
MB = 1_000_000
FOR_EVER = KeepRules({kind: KeepRule(0, 0) for kind in DataKind})


def usual(figures: int = 0) -> Usual:
    """A month of 30 MB: 10 of each kind, of 1,000 points each."""
    return Usual(
        Counter(dict.fromkeys(DataKind, 10 * MB)),
        Counter(dict.fromkeys(DataKind, 1000)),
        figures,
    )


def months_until(at: datetime | None) -> float:
    assert at is not None
    return (at - NOW) / timedelta(days=30.44)


def test_without_rules_every_month_takes_as_much_as_the_last() -> None:
    assert usual().monthly_bytes == 30 * MB
    assert months_until(full_at(usual(), FOR_EVER, 300 * MB, 5, NOW)) == pytest.approx(10)
    assert months_until(full_at(usual(), FOR_EVER, 315 * MB, 5, NOW)) == pytest.approx(10.5)


def test_rules_put_the_end_off_and_a_large_disk_lasts() -> None:
    rules = KeepRules()
    ruled = months_until(full_at(usual(), rules, 280 * MB, 5, NOW))
    assert ruled > months_until(full_at(usual(), FOR_EVER, 280 * MB, 5, NOW)) * 5
    assert full_at(usual(), rules, 10_000 * MB, 20, NOW) is None


def test_a_young_plant_gives_nothing_back_before_its_first_month_is_old() -> None:
    ten_months = full_at(usual(), KeepRules(), 300 * MB, 1, NOW)
    assert months_until(ten_months) == pytest.approx(10)


def test_what_stays_for_good_fills_a_disk_in_the_end() -> None:
    full = full_at(usual(figures=MB), KeepRules(), 500 * MB, 20, NOW)
    assert 300 < months_until(full) < 500


def test_no_room_at_all_is_full_now() -> None:
    assert full_at(usual(), KeepRules(), 0, 20, NOW) == NOW
    assert full_at(usual(), KeepRules(), -5, 20, NOW) == NOW


@pytest.mark.parametrize(
    ("stage", "least", "most"),
    [
        (Stage.ALL, 10 * MB, 10 * MB),
        (Stage.DAILY, 50_000, 500_000),
        (Stage.MONTHLY, 10_000, 50_000),
        (Stage.NOTHING, 0, 0),
    ],
)
def test_a_thinned_month_takes_a_little(stage: Stage, least: int, most: int) -> None:
    assert least <= usual().left(DataKind.MEASURED, stage) <= most


def test_nothing_left_gives_all_back() -> None:
    rules = KeepRules({kind: KeepRule(13, 2, Then.NOTHING) for kind in DataKind})
    assert full_at(usual(), rules, 600 * MB, 30, NOW) is None
