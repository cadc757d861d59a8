"""A controller's clock keeps local time, drifts as told, and refuses days that are none."""

from datetime import UTC, datetime, timedelta

import pytest

from app.errors import BadInput
from drivers.simulators.clocks import DeviceClock, SimulatedTime, utc_second, zone_of
from tests.drivers.simulators.plant import COPENHAGEN, TUESDAY_NOON, Hands

HOUR, MINUTE, DAY, MONTH, YEAR = 64045, 64046, 64047, 64048, 64049


def shown(clock: DeviceClock, at: datetime) -> tuple[int, ...]:
    return tuple(clock.register(pnu, at) for pnu in (HOUR, MINUTE, DAY, MONTH, YEAR))


def test_the_registers_show_local_time_and_tick() -> None:
    clock = DeviceClock(COPENHAGEN)
    assert shown(clock, TUESDAY_NOON) == (12, 0, 3, 2, 2026)
    assert shown(clock, TUESDAY_NOON + timedelta(hours=13, minutes=1)) == (1, 1, 4, 2, 2026)


def test_an_offset_shows_as_a_wrong_clock() -> None:
    clock = DeviceClock(COPENHAGEN, timedelta(minutes=-7))
    assert shown(clock, TUESDAY_NOON) == (11, 53, 3, 2, 2026)


def test_summer_time_comes_by_itself_unless_switched_off() -> None:
    july = TUESDAY_NOON.replace(month=7)
    assert shown(DeviceClock(COPENHAGEN), july)[0] == 13
    assert shown(DeviceClock(COPENHAGEN, summer_time=False), july)[0] == 12


def test_the_hour_that_happens_twice_is_shown_twice() -> None:
    clock = DeviceClock(COPENHAGEN)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert shown(clock, first) == (2, 30, 25, 10, 2026)
    assert shown(clock, first + timedelta(hours=1)) == (2, 30, 25, 10, 2026)


def test_setting_one_figure_leaves_the_others_and_the_clock_goes_on() -> None:
    clock = DeviceClock(COPENHAGEN)
    assert clock.accept(HOUR, 15, TUESDAY_NOON)
    assert clock.accept(MINUTE, 42, TUESDAY_NOON)
    assert shown(clock, TUESDAY_NOON) == (15, 42, 3, 2, 2026)
    assert shown(clock, TUESDAY_NOON + timedelta(minutes=20))[:2] == (16, 2)


def test_a_date_that_would_not_exist_meanwhile_is_refused() -> None:
    clock = DeviceClock(COPENHAGEN)
    month_end = datetime(2026, 1, 31, 11, 0, tzinfo=UTC)
    assert not clock.accept(MONTH, 2, month_end), "there is no 31 February"
    assert clock.accept(DAY, 28, month_end)
    assert clock.accept(MONTH, 2, month_end)
    assert not clock.accept(DAY, 29, month_end)
    assert clock.accept(YEAR, 2028, month_end)
    assert clock.accept(DAY, 29, month_end)
    assert shown(clock, month_end) == (12, 0, 29, 2, 2028)


@pytest.mark.parametrize(
    ("pnu", "value"),
    [
        (HOUR, 24),
        (MINUTE, 60),
        (DAY, 0),
        (DAY, 32),
        (MONTH, 0),
        (MONTH, 13),
        (YEAR, 2008),
        (YEAR, 2100),
    ],
)
def test_figures_out_of_range_are_refused(pnu: int, value: int) -> None:
    clock = DeviceClock(COPENHAGEN)
    assert not clock.accept(pnu, value, TUESDAY_NOON)
    assert clock.shift == timedelta()


def test_simulated_time_runs_faster_and_may_have_run_ahead() -> None:
    hands = Hands()
    fast = SimulatedTime.starting(hands, 60.0)
    hands.pass_s(10.0)
    assert fast() == TUESDAY_NOON + timedelta(minutes=10)
    ahead = SimulatedTime.starting(hands, 60.0, story=fast() + timedelta(days=1))
    assert ahead() == TUESDAY_NOON + timedelta(days=1, minutes=10)
    behind = SimulatedTime.starting(hands, 1.0, story=TUESDAY_NOON - timedelta(days=1))
    assert behind() == hands()


def test_zones_are_known_or_named() -> None:
    assert zone_of("Europe/Berlin").key == "Europe/Berlin"
    with pytest.raises(BadInput, match="time zone 'Europe/Atlantis' is not known"):
        zone_of("Europe/Atlantis")
    assert utc_second(0) == datetime(1970, 1, 1, tzinfo=UTC)
