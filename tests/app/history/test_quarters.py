"""Every quarter of an hour is due exactly once, whatever the computer's clock does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.quarters import Due, QuarterClock, following_boundary

NOON = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def started(after_noon: timedelta, last: timedelta | None = None) -> QuarterClock:
    return QuarterClock(NOON + after_noon, None if last is None else NOON + last)


def passing(clock: QuarterClock, start: datetime, end: datetime, step: timedelta) -> list[Due]:
    """Tell the clock the time again and again, and return what was due."""
    due = []
    while start <= end:
        due.append(clock.due(start))
        start += step
    return [each for each in due if each.held or each.missed or each.note]


def held(due: list[Due]) -> list[datetime]:
    return [at for each in due for at in each.held]


def test_a_plant_that_is_read_all_the_time_has_every_boundary() -> None:
    clock = started(7 * SECOND)
    due = passing(clock, NOON + 7 * SECOND, NOON + 24 * HOUR, 10 * SECOND)
    assert held(due) == [NOON + n * QUARTER for n in range(1, 96)]
    assert all(each == Due(each.held) for each in due)


def test_the_first_boundary_is_the_next_one() -> None:
    assert started(timedelta()).next_at == NOON + QUARTER
    assert started(QUARTER - SECOND).next_at == NOON + QUARTER
    assert started(QUARTER).next_at == NOON + 2 * QUARTER


def test_a_boundary_recorded_before_a_restart_is_not_recorded_again() -> None:
    clock = started(QUARTER - 2 * SECOND, last=QUARTER)  # the clock went back 3 s meanwhile
    assert clock.next_at == NOON + 2 * QUARTER
    assert started(timedelta(), last=HOUR).next_at == NOON + 5 * QUARTER


def test_a_last_row_far_in_the_future_does_not_stop_the_recording() -> None:
    assert started(timedelta(), last=timedelta(days=3650)).next_at == NOON + QUARTER


def test_late_by_less_than_half_a_minute_still_holds() -> None:
    clock = started(QUARTER - timedelta(seconds=29))
    assert clock.due(NOON + QUARTER + 29 * SECOND) == Due((NOON + QUARTER,))


def test_a_blocked_loop_holds_the_boundary_it_slept_into_and_out_of() -> None:
    clock = started(QUARTER - 5 * SECOND)
    due = clock.due(NOON + 4 * QUARTER + 5 * SECOND)
    assert due.held == (NOON + QUARTER, NOON + 4 * QUARTER)
    assert due.missed == (NOON + 2 * QUARTER, NOON + 3 * QUARTER)
    assert due.note == "2 quarter hours passed unseen before 13:00 UTC"


def test_a_night_in_suspend_is_missed_boundary_by_boundary() -> None:
    clock = started(5 * 60 * SECOND)
    due = clock.due(NOON + 8 * HOUR + 5 * 60 * SECOND)
    assert due.held == ()
    assert due.missed == tuple(NOON + n * QUARTER for n in range(1, 33))


def test_a_gap_of_days_is_left_as_a_gap_and_told() -> None:
    clock = started(5 * 60 * SECOND)
    due = clock.due(NOON + 48 * HOUR + 60 * SECOND)
    assert due == Due(note="192 quarter hours passed unseen before 12:01 UTC")
    assert clock.next_at == NOON + 48 * HOUR + QUARTER


def test_a_clock_put_forward_an_hour_misses_what_it_jumped_over() -> None:
    clock = started(10 * 60 * SECOND)
    due = passing(clock, NOON + HOUR + 10 * 60 * SECOND, NOON + 2 * HOUR, 10 * SECOND)
    assert due[0].missed == tuple(NOON + n * QUARTER for n in range(1, 5))
    assert held(due) == [NOON + n * QUARTER for n in range(5, 9)]


def test_a_clock_put_back_an_hour_doubles_nothing() -> None:
    clock = started(timedelta())
    before = passing(clock, NOON, NOON + HOUR + 60 * SECOND, 10 * SECOND)
    after = passing(clock, NOON + 70 * SECOND, NOON + 2 * HOUR, 10 * SECOND)
    assert held(before) + held(after) == [NOON + n * QUARTER for n in range(1, 9)]
    assert not any(each.missed or each.note for each in before + after)


def test_a_time_server_moving_the_clock_back_over_a_boundary_doubles_nothing() -> None:
    clock = started(QUARTER - SECOND)
    assert clock.due(NOON + QUARTER).held == (NOON + QUARTER,)
    assert clock.due(NOON + QUARTER - 2 * SECOND) == Due()
    assert clock.due(NOON + QUARTER + SECOND) == Due()
    assert clock.next_at == NOON + 2 * QUARTER


def test_a_clock_put_back_a_day_was_wrong_before_and_is_believed_now() -> None:
    clock = started(60 * SECOND)
    note = clock.due(NOON - 24 * HOUR).note
    assert note == "the clock was put back to 2026-10-23 12:00 UTC"
    due = passing(clock, NOON - 24 * HOUR, NOON - 23 * HOUR, 10 * SECOND)
    assert held(due) == [NOON - 24 * HOUR + n * QUARTER for n in range(1, 5)]


def test_ten_years_ahead_and_back_again_leave_no_hole() -> None:
    clock = started(60 * SECOND)
    ahead = clock.due(NOON + timedelta(days=3650))
    assert len(ahead.held) == 1  # the boundary it was put upon
    assert not ahead.missed
    clock.due(NOON + 90 * SECOND)
    due = passing(clock, NOON + 90 * SECOND, NOON + HOUR, 10 * SECOND)
    assert held(due) == [NOON + n * QUARTER for n in range(1, 5)]


@pytest.mark.parametrize("zone", ["Europe/Copenhagen", "Asia/Kathmandu", "Asia/Kolkata"])
def test_boundaries_are_quarters_of_local_time_too_also_when_summer_ends(zone: str) -> None:
    clock = QuarterClock(NOON)
    due = passing(clock, NOON, NOON + 24 * HOUR, 10 * SECOND)  # the night of 25 October
    times = [at.astimezone(ZoneInfo(zone)) for at in held(due)]
    assert len(times) == len({time.timestamp() for time in times}) == 96
    assert {(time.minute, time.second) for time in times} == {(0, 0), (15, 0), (30, 0), (45, 0)}


def test_the_boundary_that_follows_a_moment() -> None:
    assert following_boundary(NOON) == NOON
    assert following_boundary(NOON + SECOND) == NOON + QUARTER


@given(st.lists(st.integers(0, 3 * 3600), max_size=60))
def test_however_time_passes_every_boundary_comes_once(steps_s: list[int]) -> None:
    clock = started(timedelta())
    now, due = NOON, []
    for step_s in steps_s:
        now += timedelta(seconds=step_s)
        due.append(clock.due(now))
    found = sorted(at for each in due for at in each.held + each.missed)
    count = (now - NOON) // QUARTER
    assert found == [NOON + n * QUARTER for n in range(1, count + 1)]


@given(st.lists(st.integers(-1800, 3600), max_size=60))
def test_small_steps_back_never_double_a_boundary(steps_s: list[int]) -> None:
    clock = started(timedelta())
    now, due, highest = NOON, [], NOON
    for step_s in steps_s:
        now = max(now + timedelta(seconds=step_s), highest - 2 * HOUR)
        highest = max(highest, now)
        due.append(clock.due(now))
    found = [at for each in due for at in each.held + each.missed]
    assert len(found) == len(set(found)) == (highest - NOON) // QUARTER
