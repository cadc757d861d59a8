"""Local time along a chart, above all on the two days a year when the clock jumps."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from widgets.charts.axes import round_step
from widgets.charts.period import Period, Span, custom, recalled
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
    assert step_for(5 * 24 * HOUR, 5) == 24 * HOUR
    assert step_for(40 * 24 * HOUR, 5) == 14 * 24 * HOUR
    assert step_for(400 * 365 * 24 * HOUR, 2) == 60 * 30 * 24 * HOUR


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
    yesterday = Period().moved(-1, NOON)
    assert yesterday.words(NOON, COPENHAGEN) == "19 Jan 2026"
    assert not yesterday.holds_the_present(NOON)
    assert yesterday.moved(1, NOON) == Period()
    assert Period().moved(5, NOON) == Period()


def test_a_day_is_that_of_the_plant_not_of_greenwich() -> None:
    late = datetime(2026, 1, 20, 23, 30, tzinfo=UTC)
    assert Period().words(late, COPENHAGEN) == "21 Jan 2026"


def test_the_last_day_and_night_is_told_from_when_to_when() -> None:
    period = Period(Span.LAST_24_H)
    assert period.bounds(NOON, COPENHAGEN) == (NOON - timedelta(hours=24), NOON)
    assert period.words(NOON, COPENHAGEN) == "19 Jan 2026 12:00 – 20 Jan 2026 12:00"


def test_24_hours_of_the_past_stay_where_they_are() -> None:
    past = Period(Span.LAST_24_H).moved(-1, NOON)
    later = NOON + timedelta(minutes=50)
    assert past.bounds(later, COPENHAGEN) == past.bounds(NOON, COPENHAGEN)
    assert past.moved(1, later) == Period(Span.LAST_24_H)


def shown(period: Period, now: datetime = NOON) -> tuple[str, str]:
    first, last = (moment.astimezone(COPENHAGEN) for moment in period.bounds(now, COPENHAGEN))
    return f"{first:%Y-%m-%d %H:%M}", f"{last:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("period", "first", "after"),
    [
        (Period(Span.WEEK), "2026-01-19", "2026-01-26"),
        (Period(Span.WEEK, 3), "2025-12-29", "2026-01-05"),
        (Period(Span.MONTH), "2026-01-01", "2026-02-01"),
        (Period(Span.MONTH, 1), "2025-12-01", "2026-01-01"),
        (Period(Span.MONTH, 13), "2024-12-01", "2025-01-01"),
        (Period(Span.QUARTER), "2026-01-01", "2026-04-01"),
        (Period(Span.QUARTER, 1), "2025-10-01", "2026-01-01"),
        (Period(Span.YEAR), "2026-01-01", "2027-01-01"),
        (Period(Span.YEAR, 2), "2024-01-01", "2025-01-01"),
    ],
)
def test_calendar_periods_begin_and_end_at_local_midnight(
    period: Period, first: str, after: str
) -> None:
    assert shown(period) == (f"{first} 00:00", f"{after} 00:00")


def test_a_period_endlessly_far_back_is_still_one() -> None:
    for span in (Span.DAY, Span.WEEK, Span.MONTH, Span.QUARTER, Span.YEAR):
        start, end = Period(span, 10_000_000).bounds(NOON, COPENHAGEN)
        assert start < end


def test_the_month_the_clock_is_set_has_an_hour_less() -> None:
    march = Period(Span.MONTH, 0)
    start, end = march.bounds(NOON.replace(month=3), COPENHAGEN)
    assert end - start == timedelta(days=31, hours=-1)


def test_a_period_of_ones_own_moves_by_its_width_up_to_now() -> None:
    own = custom(NOON - timedelta(hours=6), NOON - timedelta(hours=2))
    assert own.moved(-1, NOON).bounds(NOON, None)[0] == NOON - timedelta(hours=10)
    assert own.moved(1, NOON).bounds(NOON, None)[1] == NOON
    assert not own.holds_the_present(NOON)
    assert custom(NOON - timedelta(hours=1), NOON + timedelta(hours=1)).holds_the_present(NOON)


def test_ends_the_wrong_way_round_and_nothing_at_all_are_brought_into_bounds() -> None:
    own = custom(NOON, NOON - timedelta(hours=1))
    assert own.bounds(NOON, None) == (NOON - timedelta(hours=1), NOON)
    start, end = custom(NOON, NOON).bounds(NOON, None)
    assert end - start == timedelta(minutes=1)


@pytest.mark.parametrize(
    "period",
    [
        *(Period(), Period(Span.WEEK, 4), Period(Span.YEAR), Period(Span.LAST_24_H)),
        custom(NOON, NOON + timedelta(days=2)),
        Period(Span.LAST_24_H).moved(-3, NOON),
    ],
)
def test_a_period_is_remembered(period: Period) -> None:
    assert recalled(period.memory()) == period


@pytest.mark.parametrize(
    "rubbish",
    [
        *(None, 3, "week", [], {}, {"span": "moon"}, {"span": "custom"}),
        *({"span": "custom", "start": 1}, {"span": "week", "back": "x"}),
        {"span": "day", "back": -4},
        {"span": "24h", "start": "x", "end": "y"},
    ],
)
def test_what_nobody_can_read_is_a_day_or_at_least_a_period(rubbish: object) -> None:
    assert recalled(rubbish).back == 0


def test_a_year_has_ticks_at_the_months_and_weeks_at_mondays() -> None:
    start, end = Period(Span.YEAR).bounds(NOON, COPENHAGEN)
    months = ticks(start.timestamp(), end.timestamp(), 30 * 24 * HOUR, COPENHAGEN)
    walls = [local(at, COPENHAGEN) for at in months]
    assert [(wall.month, wall.day, wall.hour) for wall in walls[:12]] == [
        (month, 1, 0) for month in range(1, 13)
    ]
    weeks = ticks(start.timestamp(), end.timestamp(), 7 * 24 * HOUR, COPENHAGEN)
    assert {local(at, COPENHAGEN).weekday() for at in weeks} == {0}
    assert step_for((end - start).total_seconds(), 13) == 30 * 24 * HOUR
