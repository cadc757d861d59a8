"""Hours in which a receiver is expected to hear something, by the clock of its own zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from drivers.wireless.hours import hours_of

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
MONDAY = datetime(2026, 2, 2, tzinfo=COPENHAGEN)


def expected(text: str, days: int = 7) -> list[tuple[int, int]]:
    """Return the half hours of the week in which something is expected: day, half hour."""
    hours = hours_of(text)
    moments = (
        (day, half, MONDAY + timedelta(days=day, minutes=30 * half))
        for day in range(days)
        for half in range(48)
    )
    return [(day, half) for day, half, at in moments if hours.expects(at.astimezone(UTC))]


def test_without_hours_something_is_always_expected() -> None:
    assert len(expected("")) == len(expected("  ")) == 7 * 48


def test_a_window_of_some_days_begins_and_ends_by_the_civil_clock() -> None:
    found = expected("Mon-Fri 06:00-22:00 Europe/Copenhagen")
    assert found == [(day, half) for day in range(5) for half in range(12, 44)]


def test_windows_stand_side_by_side_and_one_day_is_enough() -> None:
    found = expected("mon 00:00-01:00, Sat 08:00-12:00, 23:30-24:00 Europe/Copenhagen")
    wanted = {(0, 0), (0, 1), *((5, half) for half in range(16, 24))}
    assert set(found) == wanted | {(day, 47) for day in range(7)}


def test_a_window_over_midnight_belongs_to_the_day_it_begins() -> None:
    found = expected("Sun 22:00-02:00 Europe/Copenhagen")
    assert found == [(0, half) for half in range(4)] + [(6, half) for half in range(44, 48)]


def test_days_go_on_over_the_end_of_the_week() -> None:
    days = {day for day, _half in expected("Fri-Mon 08:00-09:00 Europe/Copenhagen")}
    assert days == {4, 5, 6, 0}


def test_summer_time_moves_the_window_with_the_clock() -> None:
    hours = hours_of("06:00-22:00 Europe/Copenhagen")
    assert not hours.expects(datetime(2026, 2, 2, 4, 30, tzinfo=UTC))
    assert hours.expects(datetime(2026, 7, 2, 4, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        "always",
        "06:00-22:00",
        "Mon-Fri 06:00-22:00 Moon/Base",
        "Mon-Fry 06:00-22:00 UTC",
        "6-22 UTC",
        "06:00-22:60 UTC",
        "06:00-25:00 UTC",
        "Mon-Fri 06:00-22:00,, UTC",
        "Mon-Fri 06:00-22:00 ../UTC",
    ],
)
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="are no hours"):
        hours_of(text)
