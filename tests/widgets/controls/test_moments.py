"""Times are local on the screen, also on the two nights when clocks change."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from widgets.controls.moments import (
    age_text,
    clock_text,
    day_text,
    moment_text,
    since_text,
    zone_text,
)

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (11520, "3 h 12 min"),
        (3660, "1 h 01 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_ages_are_told_in_the_units_that_matter(seconds: float, text: str) -> None:
    assert age_text(seconds) == text


def test_the_doubled_hour_is_told_apart_by_its_zone() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    again = first + timedelta(hours=1)
    assert clock_text(first, COPENHAGEN) == clock_text(again, COPENHAGEN) == "02:30:00"
    assert (zone_text(first, COPENHAGEN), zone_text(again, COPENHAGEN)) == ("CEST", "CET")


def test_a_zone_without_a_name_tells_its_offset() -> None:
    noon = datetime(2026, 1, 20, 11, tzinfo=UTC)
    assert zone_text(noon, timezone(timedelta(hours=-3, minutes=-30))) == "UTC\u221203:30"
    assert zone_text(noon, timezone(timedelta(hours=5))) == "UTC+05:00"


def test_days_and_moments_are_local() -> None:
    late = datetime(2026, 1, 20, 23, 30, tzinfo=UTC)
    assert day_text(late, COPENHAGEN) == "21 Jan 2026"
    assert moment_text(late, COPENHAGEN) == "21 Jan 2026 00:30:00"


def test_a_moment_of_today_needs_no_day() -> None:
    now = datetime(2026, 1, 20, 11, tzinfo=UTC)
    assert since_text(now - timedelta(hours=1), now, COPENHAGEN) == "11:00"
    assert since_text(now - timedelta(hours=13), now, COPENHAGEN) == "19 Jan 2026 23:00"
    assert since_text(None, now, COPENHAGEN) == ""
