"""A day, week, month, year or ten years of the plant, and what stands beside each."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.energydays import bins
from widgets.consumption.stretch import (
    BESIDES,
    STEPS,
    Beside,
    Scale,
    Stretch,
    own,
    part_words,
    recalled,
    stretch_of,
    tick_words,
    today_of,
)

COPENHAGEN, SANTIAGO = ZoneInfo("Europe/Copenhagen"), ZoneInfo("America/Santiago")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # half an hour of summer time
ZONES = (COPENHAGEN, SANTIAGO, LORD_HOWE, ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu"))
DAYS = st.dates(date(2000, 1, 1), date(2090, 1, 1))
SCALES = st.sampled_from(Scale)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def dates(told: Stretch | None) -> tuple[date, date] | None:
    return None if told is None else (told.first, told.after)


@pytest.mark.parametrize(
    ("scale", "day", "first", "after"),
    [
        (Scale.DAY, date(2026, 1, 20), date(2026, 1, 20), date(2026, 1, 21)),
        (Scale.DAY, date(2026, 12, 31), date(2026, 12, 31), date(2027, 1, 1)),
        (Scale.WEEK, date(2026, 1, 20), date(2026, 1, 19), date(2026, 1, 26)),
        (Scale.WEEK, date(2026, 1, 19), date(2026, 1, 19), date(2026, 1, 26)),
        (Scale.WEEK, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 4)),
        (Scale.MONTH, date(2026, 2, 28), date(2026, 2, 1), date(2026, 3, 1)),
        (Scale.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        (Scale.YEAR, date(2024, 2, 29), date(2024, 1, 1), date(2025, 1, 1)),
        (Scale.DECADE, date(2026, 5, 1), date(2017, 1, 1), date(2027, 1, 1)),
        (Scale.DECADE, date(2024, 2, 29), date(2015, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_day_lies_in_its_week_month_and_year(
    scale: Scale, day: date, first: date, after: date
) -> None:
    told = stretch_of(scale, day)
    assert dates(told) == (first, after)
    assert told.holds(day)
    assert not told.holds(after)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 1, 20), 24), (SPRING, 23), (AUTUMN, 25)]
)
def test_a_day_is_as_long_as_the_plant_lived_it(day: date, hours: int) -> None:
    bounds = stretch_of(Scale.DAY, day).bounds(COPENHAGEN)
    assert bounds.end - bounds.start == timedelta(hours=hours)
    parts = bins(COPENHAGEN, STEPS[Scale.DAY], bounds.start, bounds.end)
    assert len(parts) == hours


@settings(max_examples=40)
@given(SCALES, DAYS, st.sampled_from(ZONES))
def test_the_parts_asked_for_are_whole_and_fill_the_time(
    scale: Scale, day: date, zone: ZoneInfo
) -> None:
    told = stretch_of(scale, day)
    bounds = told.bounds(zone)
    parts = bins(zone, STEPS[scale], bounds.start, bounds.end)
    moments = parts.moments()
    assert (moments[0], moments[-1]) == (bounds.start, bounds.end)
    keys = [told.key(each, zone, by_weekday=False) for each in moments[:-1]]
    assert keys == sorted(set(keys)), "no two parts stand in one row, and time goes on"


@given(SCALES, DAYS, st.integers(-30, 30))
def test_one_goes_back_and_comes_again(scale: Scale, day: date, steps: int) -> None:
    told = stretch_of(scale, day)
    there = told.moved(steps)
    assert there.scale is scale
    if there != told:  # else the calendar ends there
        assert there.moved(-steps) == told
    if steps > 0 and there != told:
        assert there.first >= told.after


def test_nobody_goes_further_than_the_calendar() -> None:
    first = stretch_of(Scale.DECADE, date(1985, 1, 1))
    assert first.moved(-1) == first
    assert stretch_of(Scale.DAY, date(1971, 1, 1)).moved(-1).first == date(1971, 1, 1)


@pytest.mark.parametrize(
    ("scale", "day", "how", "first", "after"),
    [
        (Scale.DAY, date(2026, 1, 20), Beside.BEFORE, date(2026, 1, 19), date(2026, 1, 20)),
        (Scale.DAY, date(2026, 1, 20), Beside.WEEKDAYS, date(2026, 1, 13), date(2026, 1, 14)),
        (Scale.DAY, date(2026, 1, 20), Beside.YEAR, date(2025, 1, 20), date(2025, 1, 21)),
        (Scale.DAY, date(2024, 2, 29), Beside.YEAR, date(2023, 2, 28), date(2023, 3, 1)),
        (Scale.WEEK, date(2026, 1, 20), Beside.BEFORE, date(2026, 1, 12), date(2026, 1, 19)),
        (Scale.WEEK, date(2026, 1, 20), Beside.YEAR, date(2025, 1, 20), date(2025, 1, 27)),
        (Scale.MONTH, date(2026, 3, 9), Beside.BEFORE, date(2026, 2, 1), date(2026, 3, 1)),
        (Scale.MONTH, date(2026, 3, 9), Beside.WEEKDAYS, date(2026, 2, 1), date(2026, 3, 4)),
        (Scale.MONTH, date(2026, 3, 9), Beside.YEAR, date(2025, 3, 1), date(2025, 4, 1)),
        (Scale.YEAR, date(2026, 3, 9), Beside.BEFORE, date(2025, 1, 1), date(2026, 1, 1)),
        (Scale.DECADE, date(2026, 3, 9), Beside.BEFORE, date(2007, 1, 1), date(2017, 1, 1)),
    ],
)
def test_what_stands_beside_it(
    scale: Scale, day: date, how: Beside, first: date, after: date
) -> None:
    assert dates(stretch_of(scale, day).beside(how)) == (first, after)


OWN = own(date(2024, 2, 27), date(2024, 3, 8))  # ten days, one of them the 29th of February


@pytest.mark.parametrize(
    ("how", "first", "after"),
    [
        (Beside.BEFORE, date(2024, 2, 17), date(2024, 2, 27)),
        (Beside.WEEKDAYS, date(2024, 2, 13), date(2024, 2, 23)),
        (Beside.YEAR, date(2023, 2, 27), date(2023, 3, 9)),
    ],
)
def test_beside_days_of_ones_own_stand_as_many(how: Beside, first: date, after: date) -> None:
    other = OWN.beside(how)
    assert dates(other) == (first, after)
    assert other is not None
    assert other.scale is Scale.CUSTOM
    begins = [each.bounds(COPENHAGEN).start for each in (OWN, other)]
    keys_of = [
        each.key(start, COPENHAGEN, by_weekday=how is Beside.WEEKDAYS)
        for each, start in zip((OWN, other), begins, strict=True)
    ]
    assert keys_of == [(0,), (0,)], "the first day stands beside the first"


def test_days_of_ones_own_are_told_moved_gone_into_and_remembered() -> None:
    assert OWN.words(COPENHAGEN) == "27 Feb 2024 – 7 Mar 2024"
    assert dates(OWN.moved(1)) == (date(2024, 3, 8), date(2024, 3, 18))
    assert own(date(1971, 1, 5), date(1971, 1, 15)).moved(-1).first == date(1971, 1, 5)
    assert OWN.finer(date(2024, 3, 1)) == stretch_of(Scale.DAY, date(2024, 3, 1))
    assert OWN.beside(Beside.NOTHING) is None
    assert recalled(OWN.memory(), date(2026, 1, 20)) == OWN


@given(SCALES, DAYS)
def test_weekdays_stand_beside_weekdays(scale: Scale, day: date) -> None:
    told = stretch_of(scale, day)
    for how in Beside:
        other = told.beside(how)
        assert (other is None) == (how is Beside.NOTHING or how not in BESIDES[scale])
        if other is not None and how is Beside.WEEKDAYS:
            assert other.first.weekday() == told.first.weekday()
            assert other.after - other.first == told.after - told.first
        if other is not None and how is not Beside.WEEKDAYS:
            assert other.scale is scale
            assert other.after <= told.first


def keys(day: date, zone: ZoneInfo = COPENHAGEN) -> Sequence[tuple[int, ...]]:
    told = stretch_of(Scale.DAY, day)
    bounds = told.bounds(zone)
    parts = bins(zone, STEPS[Scale.DAY], bounds.start, bounds.end).moments()[:-1]
    return [told.key(each, zone, by_weekday=False) for each in parts]


def test_the_hour_that_comes_twice_has_two_rows_and_the_one_left_out_none() -> None:
    usual = keys(date(2026, 1, 20))
    assert set(keys(SPRING)) == set(usual) - {(2, 0, 0)}
    assert set(keys(AUTUMN)) == set(usual) | {(2, 0, 1)}
    half = keys(date(2026, 4, 5), LORD_HOWE)
    assert (1, 30, 1) in half, "there the clock goes back by half an hour"


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (stretch_of(Scale.DAY, date(2026, 1, 20)), "20 Jan 2026"),
        (stretch_of(Scale.WEEK, date(2026, 1, 20)), "Week 4: 19 Jan 2026 – 25 Jan 2026"),
        (stretch_of(Scale.MONTH, date(2026, 1, 20)), "January 2026"),
        (stretch_of(Scale.YEAR, date(2026, 1, 20)), "2026"),
        (stretch_of(Scale.DECADE, date(2026, 1, 20)), "2017 – 2026"),
    ],
)
def test_a_time_is_called_as_people_call_it(told: Stretch, words: str) -> None:
    assert told.words(COPENHAGEN) == words


def test_four_weeks_before_a_month_are_told_by_their_days() -> None:
    other = stretch_of(Scale.MONTH, date(2026, 3, 9)).beside(Beside.WEEKDAYS)
    assert other is not None
    assert other.words(COPENHAGEN) == "1 Feb 2026 – 3 Mar 2026"


@pytest.mark.parametrize(
    ("scale", "start", "hours", "words", "tick"),
    [
        (Scale.DAY, datetime(2026, 1, 20, 7, tzinfo=UTC), 1, "08:00 – 09:00", "08"),
        (Scale.DAY, datetime(2026, 10, 25, 0, tzinfo=UTC), 1, "02:00 – 02:00 CEST", "02"),
        (Scale.DAY, datetime(2026, 10, 25, 1, tzinfo=UTC), 1, "02:00 – 03:00 CET", "02"),
        (Scale.WEEK, datetime(2026, 1, 19, 23, tzinfo=UTC), 24, "Tue 20 Jan 2026", "Tue"),
        (Scale.MONTH, datetime(2026, 1, 19, 23, tzinfo=UTC), 24, "Tue 20 Jan 2026", "20"),
        (Scale.CUSTOM, datetime(2026, 1, 19, 23, tzinfo=UTC), 24, "Tue 20 Jan 2026", "20"),
        (Scale.YEAR, datetime(2025, 12, 31, 23, tzinfo=UTC), 744, "January 2026", "Jan"),
        (Scale.DECADE, datetime(2025, 12, 31, 23, tzinfo=UTC), 8760, "2026", "2026"),
    ],
)
def test_a_part_is_named_whole_in_its_row_and_shortly_below_its_bar(
    scale: Scale, start: datetime, hours: int, words: str, tick: str
) -> None:
    end = start + timedelta(hours=hours)
    assert part_words(scale, start, end, COPENHAGEN) == words
    assert tick_words(scale, start, COPENHAGEN) == tick


@given(SCALES, DAYS)
def test_what_is_remembered_comes_back(scale: Scale, day: date) -> None:
    told = stretch_of(scale, day)
    assert recalled(told.memory(), date(2026, 1, 20)) == told


@pytest.mark.parametrize(
    "memory",
    [
        None,
        "day",
        {},
        {"scale": "day"},
        {"scale": "day", "first": "yesterday"},
        {"scale": "aeon", "first": "2026-01-01"},
        {"scale": "day", "first": "0001-01-01"},
        {"scale": "decade", "first": "9999-01-01"},
        {"scale": 7, "first": 7},
        {"scale": "custom", "first": "2026-01-10", "after": "2026-01-10"},
        {"scale": "custom", "first": "2020-01-10", "after": "2026-01-10"},
        {"scale": "custom", "first": "2026-01-10"},
        {"scale": "custom", "first": "2026-01-10", "after": "soon"},
    ],
)
def test_what_nobody_can_read_is_this_month(memory: object) -> None:
    assert recalled(memory, date(2026, 1, 20)) == stretch_of(Scale.MONTH, date(2026, 1, 20))


@pytest.mark.parametrize(
    ("scale", "finer"),
    [
        (Scale.DECADE, Scale.YEAR),
        (Scale.YEAR, Scale.MONTH),
        (Scale.MONTH, Scale.DAY),
        (Scale.WEEK, Scale.DAY),
        (Scale.DAY, None),
        (Scale.CUSTOM, Scale.DAY),
    ],
)
def test_a_part_is_gone_into_until_there_are_hours(scale: Scale, finer: Scale | None) -> None:
    day = date(2026, 1, 20)
    found = stretch_of(scale, day).finer(day)
    assert found == (None if finer is None else stretch_of(finer, day))


def test_today_is_the_day_of_the_plant() -> None:
    late = datetime(2026, 1, 20, 23, 30, tzinfo=UTC)
    assert today_of(late, COPENHAGEN) == date(2026, 1, 21)
    assert today_of(late, SANTIAGO) == date(2026, 1, 20)
