"""Local time along a chart, above all on the two days a year when the clock jumps."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from widgets.charts.axes import round_step
from widgets.charts.period import Period, Span
from widgets.charts.timescale import STEPS_S, day_bounds, label, local, step_for, ticks

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
HOUR = 3600
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def words(day: date, step_s: int, zone: ZoneInfo = COPENHAGEN) -> list[str]:
    start, end = day_bounds(day, zone)
    moments = ticks(start.timestamp(), end.timestamp(), step_s, zone)
    assert moments == sorted(moments)
    return [label(moment, zone) for moment in moments]


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 1, 20), 24), (SPRING, 23), (AUTUMN, 25)]
)
def test_a_day_has_the_hours_it_has(day: date, hours: int) -> None:
    start, end = day_bounds(day, COPENHAGEN)
    assert end - start == timedelta(hours=hours)
    assert (local(start.timestamp(), COPENHAGEN).hour, start.tzinfo) == (0, UTC)


def test_an_ordinary_day_shows_its_hours_and_names_its_ends() -> None:
    assert words(date(2026, 1, 20), 6 * HOUR) == [
        "Tue 20 Jan",
        "06:00",
        "12:00",
        "18:00",
        "Wed 21 Jan",
    ]


def test_the_hour_that_passes_twice_is_shown_twice_and_told_apart() -> None:
    shown = words(AUTUMN, HOUR)
    assert shown[1:6] == ["01:00", "02:00 UTC+2", "02:00 UTC+1", "03:00", "04:00"]
    assert len(shown) == 26


def test_where_ticks_stand_hours_apart_the_second_one_makes_room() -> None:
    assert words(AUTUMN, 2 * HOUR)[:4] == ["Sun 25 Oct", "02:00 UTC+2", "04:00", "06:00"]


def test_the_hour_that_never_was_has_no_tick() -> None:
    shown = words(SPRING, HOUR)
    assert shown[1:4] == ["01:00", "03:00", "04:00"]
    assert len(shown) == 24


def test_ticks_stay_on_whole_hours_where_the_clock_jumps_by_half_an_hour() -> None:
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    for day in (date(2026, 4, 5), date(2026, 10, 4)):
        minutes = {text[-5:][3:5] for text in words(day, HOUR, lord_howe)[1:-1] if ":" in text}
        assert minutes <= {"00", "C+"}, minutes


@pytest.mark.parametrize("step_s", STEPS_S)
def test_every_step_gives_evenly_spaced_ticks_on_an_ordinary_day(step_s: int) -> None:
    start, end = day_bounds(date(2026, 6, 2), COPENHAGEN)
    moments = ticks(start.timestamp(), end.timestamp(), step_s, COPENHAGEN)
    assert len(moments) == 24 * HOUR // step_s + 1
    assert {b - a for a, b in pairwise(moments)} == {float(step_s)}


def test_only_what_is_looked_at_gets_ticks() -> None:
    start, _end = day_bounds(date(2026, 1, 20), COPENHAGEN)
    near = start.timestamp() + 3.2 * HOUR
    assert [label(one, COPENHAGEN) for one in ticks(near, near + HOUR, 900, COPENHAGEN)] == [
        "03:15",
        "03:30",
        "03:45",
        "04:00",
    ]


def test_ticks_are_as_close_as_there_is_room() -> None:
    assert step_for(24 * HOUR, 12) == 2 * HOUR
    assert step_for(24 * HOUR, 25) == HOUR
    assert step_for(HOUR, 6) == 600
    assert step_for(40 * 24 * HOUR, 5) == 24 * HOUR


def test_without_a_zone_the_computers_own_clock_is_shown() -> None:
    start, end = day_bounds(date(2026, 1, 20), None)
    assert local(start.timestamp(), None).hour == 0
    assert ticks(start.timestamp(), end.timestamp(), HOUR, None)


@pytest.mark.parametrize(
    ("least", "step"), [(0.3, 0.5), (1.0, 1.0), (1.1, 2.0), (3, 5), (6, 10), (70, 100), (0, 1)]
)
def test_numbers_stand_at_round_steps(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)


NOON = datetime(2026, 1, 20, 11, 0, tzinfo=UTC)


def test_a_day_goes_back_and_never_beyond_today() -> None:
    yesterday = Period().moved(-1)
    assert yesterday.words(NOON, COPENHAGEN) == "19 Jan 2026"
    assert not yesterday.holds_the_present
    assert yesterday.moved(1) == Period()
    assert Period().moved(5) == Period()


def test_a_day_is_that_of_the_plant_not_of_greenwich() -> None:
    late = datetime(2026, 1, 20, 23, 30, tzinfo=UTC)
    assert Period().words(late, COPENHAGEN) == "21 Jan 2026"


def test_the_last_day_and_night_is_told_from_when_to_when() -> None:
    period = Period(Span.LAST_24_H)
    assert period.bounds(NOON, COPENHAGEN) == (NOON - timedelta(hours=24), NOON)
    assert period.words(NOON, COPENHAGEN) == "19 Jan 2026 12:00 – 20 Jan 2026 12:00"
