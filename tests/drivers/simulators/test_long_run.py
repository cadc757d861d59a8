"""Weeks in many houses: nothing runs away, nothing counts backwards."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from drivers.simulators.central import Central
from drivers.simulators.weather import Season, Weather
from tests.drivers.simulators.plant import COPENHAGEN, TUESDAY_NOON, central

SLOW = pytest.mark.campaign  # seconds of processor each


def hold_together(made: Central, hours: int) -> None:
    """Live on and look every ten minutes that all figures are believable."""
    last_kwh, last_m3 = made.substation.state.energy_kwh, made.substation.state.volume_m3
    start = made.at
    for tens in range(1, hours * 6 + 1):
        made.advance(start + timedelta(minutes=10 * tens))
        water = made.substation.state
        assert all(math.isfinite(value) for value in water.kept().values())
        assert water.energy_kwh >= last_kwh
        assert water.volume_m3 >= last_m3
        last_kwh, last_m3 = water.energy_kwh, water.volume_m3
        assert 14.0 < water.room_c < 30.0
        assert 8.0 < water.tank_bottom_c <= water.tank_top_c + 8.0 < 100.0
        assert 15.0 < water.flow_c < 90.0
        assert 15.0 < water.return_c <= water.supply_c < 97.0
        assert 0.0 <= water.heat_valve <= 1.0
        assert 0.0 <= water.power_kw < 3.0 * made.substation.design.design_kw


@pytest.mark.parametrize(
    "season",
    [
        Season.CALENDAR,
        *(
            pytest.param(each, marks=pytest.mark.campaign)
            for each in Season
            if each.name != "CALENDAR"
        ),
    ],
)
def test_a_day_of_any_season_holds_together(season: Season) -> None:
    hold_together(central(9, season=season), 24)


@pytest.mark.parametrize(
    "start",
    [
        datetime(2026, 3, 28, 20, 0, tzinfo=UTC),  # the night clocks go forward
        datetime(2026, 10, 24, 20, 0, tzinfo=UTC),  # the night an hour comes twice
        pytest.param(datetime(2027, 12, 31, 20, 0, tzinfo=UTC), marks=SLOW),
        pytest.param(datetime(2028, 2, 28, 20, 0, tzinfo=UTC), marks=SLOW),
    ],
)
def test_odd_nights_pass_like_others(start: datetime) -> None:
    made = central(2, at=start)
    hold_together(made, 14)
    shown = made.clock.local(made.at)
    true = made.at.astimezone(COPENHAGEN).replace(tzinfo=None)
    assert shown == true


@pytest.mark.parametrize(
    "changed",
    [
        {11184: 5, 11185: 1, 11187: 1},  # the sharpest control there is
        pytest.param({11184: 250, 11185: 999}, marks=SLOW),  # the laziest
        {11186: 5, 12186: 5},
        pytest.param({11175: 40, 11178: 150}, marks=SLOW),
        pytest.param({11177: 150, 11178: 150, 12190: 1100, 12178: 150}, marks=SLOW),
        {11032: 10, 11034: 10, 11035: -99, 12030: 10, 12035: -99},
        pytest.param({4066: 1, 4067: 2}, marks=SLOW),
        pytest.param({4201: 0, 4202: 0}, marks=SLOW),
        pytest.param({11180: 50, 11181: 50}, marks=SLOW),
    ],
)
def test_no_setting_makes_the_model_run_away(changed: dict[int, int]) -> None:
    made = central(5)
    made.registers |= changed
    made.settings_changed()
    start = made.at
    for hour in range(1, 13):
        made.advance(start + timedelta(hours=hour))
        water = made.substation.state
        assert all(math.isfinite(value) for value in water.kept().values())
        assert 5.0 < water.room_c < 45.0
        assert water.flow_c < 97.0
        assert water.tank_top_c < 97.0


@pytest.mark.campaign
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seed", range(8))
def test_ten_days_in_eight_houses_hold_together(seed: int) -> None:
    made = Central(seed, Weather(seed % 4), COPENHAGEN, TUESDAY_NOON)
    hold_together(made, 10 * 24)
