"""A day in a heating central is one an engineer would believe."""

from dataclasses import dataclass, field
from datetime import timedelta
from statistics import mean

import pytest

from app.errors import BadInput
from app.model.heat import KW_PER_M3H_KELVIN
from drivers.simulators.central import MODE_PNUS, OVERRIDE_PNU, Central
from drivers.simulators.regulator import Mode, Status
from drivers.simulators.weather import Season
from tests.drivers.simulators.plant import TUESDAY_NOON, central, live


@dataclass
class Day:
    """A day of a central, looked at every ten seconds."""

    central: Central
    hours: list[float] = field(default_factory=list)
    room_c: list[float] = field(default_factory=list)
    flow_c: list[float] = field(default_factory=list)
    desired_c: list[float] = field(default_factory=list)
    return_c: list[float] = field(default_factory=list)
    tank_c: list[float] = field(default_factory=list)
    power_kw: list[float] = field(default_factory=list)
    charges: int = 0
    reversals: int = 0
    _direction: float = 0.0
    _charging: bool = False

    def look(self) -> None:
        """Note what the sensors say."""
        water, memory = self.central.substation.state, self.central.regulator.memory
        local = self.central.clock.local(self.central.at)
        self.hours.append(local.hour + local.minute / 60.0)
        self.room_c.append(water.room_c)
        self.flow_c.append(water.flow_c)
        self.desired_c.append(memory.desired_flow_c)
        self.return_c.append(water.heat_return_c)
        self.tank_c.append(water.tank_middle_c)
        self.power_kw.append(water.power_kw)
        if memory.charging and not self._charging:
            self.charges += 1
        self._charging = memory.charging
        motor_s = self.central.commands.heat_motor_s
        if motor_s:
            self.reversals += motor_s * self._direction < 0
            self._direction = motor_s

    def during(self, values: list[float], start: float, end: float) -> list[float]:
        """Return the values between two hours of the clock."""
        return [
            value for hour, value in zip(self.hours, values, strict=True) if start <= hour < end
        ]


@pytest.fixture(scope="module")
def day() -> Day:
    """One simulated winter day."""
    seen = Day(central())
    live(seen.central, 24 * 3600, seen.look, every_s=10)
    return seen


def test_rooms_stay_around_twenty_degrees(day: Day) -> None:
    assert min(day.room_c) > 18.0
    assert max(day.room_c) < 22.0
    assert 19.3 < mean(day.during(day.room_c, 12, 22)) < 21.0


def test_the_flow_follows_its_desired_temperature(day: Day) -> None:
    errors = [abs(a - b) for a, b in zip(day.flow_c, day.desired_c, strict=True)]
    assert mean(errors) < 0.8
    assert sum(error > 3.0 for error in errors) < 0.05 * len(errors)


def test_the_valve_does_not_hunt(day: Day) -> None:
    assert day.reversals < 100, "fewer than four changes of direction an hour"


def test_night_saving_is_visible(day: Day) -> None:
    assert mean(day.during(day.flow_c, 0, 4)) < mean(day.during(day.flow_c, 8, 20)) - 3.0
    assert mean(day.during(day.power_kw, 0, 4)) < 0.85 * mean(day.during(day.power_kw, 8, 20))


def test_the_tank_is_charged_several_times_a_day_and_stays_warm_by_day(day: Day) -> None:
    assert 5 <= day.charges <= 40
    assert min(day.during(day.tank_c, 8, 22)) > 44.0
    assert max(day.tank_c) < 62.0


def test_the_district_network_gets_cool_water_back(day: Day) -> None:
    assert 25.0 < mean(day.return_c) < 45.0


def test_power_is_what_the_house_was_built_for(day: Day) -> None:
    design_kw = day.central.substation.design.design_kw
    assert 0.2 * design_kw < mean(day.power_kw) < 0.9 * design_kw
    assert max(day.power_kw) < 1.5 * design_kw


def test_the_meter_counts_second_by_second() -> None:
    made = central(5)
    before_kwh = made.substation.state.counted_kwh
    kwh = 0.0

    def integrate() -> None:
        nonlocal kwh
        water = made.substation.state
        spread_k = water.supply_c - water.return_c
        kwh += KW_PER_M3H_KELVIN * water.flow_m3h * spread_k / 3600.0

    live(made, 6 * 3600, integrate)
    counted_kwh = made.substation.state.counted_kwh - before_kwh
    assert counted_kwh > 20.0
    assert counted_kwh == pytest.approx(kwh, rel=1e-9)


def test_the_same_seed_lives_the_same_day_however_often_it_is_looked_at() -> None:
    often, seldom = central(4), central(4)
    live(often, 3600)
    seldom.advance(seldom.at + timedelta(seconds=3600))
    assert often.substation.state == seldom.substation.state
    assert often.substation.state != central(5).substation.state


def test_a_higher_room_comfort_makes_the_house_warmer() -> None:
    plain, warm = central(), central()
    warm.registers[11180] = 220
    warm.settings_changed()
    for made in (plain, warm):
        live(made, 5 * 3600, every_s=3600)
    assert warm.substation.state.flow_c > plain.substation.state.flow_c + 3.0
    assert warm.substation.state.room_c > plain.substation.state.room_c + 0.2


def test_a_room_set_point_shifts_the_desired_flow_by_slope_times_two_and_a_half() -> None:
    made = central()
    made.forced[2] = None  # no room sensor: no room influence in the way
    made.forced[1] = 0.0
    made.settings_changed()
    live(made, 60)
    before_c = made.regulator.memory.desired_flow_c
    made.registers[11180] = 215
    made.settings_changed()
    live(made, 2)
    assert made.regulator.memory.desired_flow_c - before_c == pytest.approx(1.5 * 1.2 * 2.5)


def test_saving_mode_cools_the_flow_at_noon_and_shows_in_the_status() -> None:
    made = central()
    assert made.status(1) is Status.COMFORT
    before_c = made.substation.state.flow_c
    made.registers[MODE_PNUS[0]] = Mode.SAVING
    made.settings_changed()
    live(made, 1800, every_s=1800)
    assert made.status(1) is Status.SAVING
    assert made.substation.state.flow_c < before_c - 4.0


def test_a_higher_hot_water_set_point_ends_in_hotter_water() -> None:
    made = central()
    made.registers[12190] = 600
    made.settings_changed()
    live(made, 2 * 3600, every_s=3600)
    assert made.substation.state.tank_middle_c > 54.0


def test_total_stop_at_night_turns_the_heating_off() -> None:
    night = TUESDAY_NOON.replace(hour=23)
    made = central(at=night)
    made.registers[11021] = 1
    made.settings_changed()
    live(made, 3600, every_s=600)
    assert made.regulator.memory.desired_flow_c == 10.0
    assert made.substation.state.heat_valve == 0.0
    assert made.substation.state.flow_c < 35.0


def test_a_pump_held_off_from_outside_stops_and_the_temperatures_show_it() -> None:
    made = central()
    assert made.relay(1)
    return_c = made.substation.state.heat_return_c
    made.registers[OVERRIDE_PNU] = 1
    live(made, 3600, every_s=600)
    assert not made.relay(1)
    assert not made.substation.state.heat_pump_runs
    assert made.substation.state.heat_return_c > return_c + 20.0
    made.registers[OVERRIDE_PNU] = 0
    live(made, 3600, every_s=600)
    assert made.relay(1)
    assert made.substation.state.heat_return_c < return_c + 5.0


def test_a_relay_set_at_the_display_outranks_the_override_and_manual_mode_ends_it() -> None:
    made = central()
    made.registers[OVERRIDE_PNU + 2] = 2
    assert made.relay(3)
    made.registers[4028] = 1
    assert not made.relay(3)
    made.registers[4028] = 0
    made.registers[MODE_PNUS[0]] = made.registers[MODE_PNUS[1]] = Mode.MANUAL
    assert not made.relay(3), "in manual mode overrides do nothing"


def test_the_alarm_relay_is_drawn_while_an_alarm_stands() -> None:
    made = central()
    assert not made.relay(6)
    made.registers |= {11147: 1, 11149: 1}
    made.forced[3] = 70.0
    made.settings_changed()
    live(made, 120, every_s=60)
    assert made.regulator.alarms() == (1,)
    assert made.relay(6)


def test_in_summer_the_heating_rests_and_hot_water_goes_on() -> None:
    made = central(season=Season.SUMMER, at=TUESDAY_NOON.replace(month=7, day=14))
    made.registers[11179] = 15
    made.settings_changed()
    live(made, 12 * 3600, every_s=3600)
    memory, water = made.regulator.memory, made.substation.state
    assert memory.desired_flow_c == 10.0
    assert not memory.heat_pump
    assert water.tank_middle_c > 41.0, "saving less one neutral zone"


def test_a_forced_outdoor_sensor_is_real_weather_for_the_house_and_an_open_one_is_not() -> None:
    made = central()
    made.forced[1] = -12.0
    made.settings_changed()
    assert made.around.outdoor_c == -12.0
    made.forced[1] = None
    made.settings_changed()
    assert made.sensed().outdoor_c is None
    assert made.around.outdoor_c > -12.0


def test_a_central_goes_on_where_it_was_kept() -> None:
    told, restarted = central(), central(at=TUESDAY_NOON + timedelta(minutes=40))
    told.registers[11180] = 215
    told.settings_changed()
    live(told, 1213, every_s=1213)
    kept = told.kept()
    live(told, 1187, every_s=1187)
    restarted.revive(kept, TUESDAY_NOON + timedelta(minutes=40))
    assert restarted.substation.state == told.substation.state
    assert restarted.registers == told.registers


def test_after_days_of_rest_it_catches_up_coarsely_and_the_index_never_falls() -> None:
    told = central()
    kept = told.kept()
    later = TUESDAY_NOON + timedelta(days=2)
    restarted = central(at=later)
    restarted.revive(kept, later)
    assert restarted.at == later
    gained = restarted.substation.state.energy_kwh - told.substation.state.energy_kwh
    assert gained > 24.0 * 0.2 * told.substation.design.design_kw


def test_a_state_that_does_not_fit_is_refused() -> None:
    kept = dict(central().kept())
    kept["water"] = {"room_c": 20.0}
    with pytest.raises(BadInput):
        central().revive(kept, TUESDAY_NOON)


def test_a_clock_set_back_or_far_ahead_does_not_freeze_the_central() -> None:
    made = central()
    made.advance(TUESDAY_NOON - timedelta(hours=3))
    assert made.at == TUESDAY_NOON - timedelta(hours=3)
    made.advance(TUESDAY_NOON + timedelta(days=400))
    assert made.at == TUESDAY_NOON + timedelta(days=400)


def test_anti_bacteria_hours_heat_the_tank_on_their_day_only() -> None:
    def hottest_c(days: int) -> float:
        made = central(at=TUESDAY_NOON.replace(hour=23))  # Wednesday begins at 23:00 UTC
        made.registers |= {12122: days, 12123: 2, 12124: 120, 12125: 65}
        made.settings_changed()
        temperatures: list[float] = []
        live(
            made,
            4 * 3600,
            lambda: temperatures.append(made.substation.state.tank_middle_c),
            every_s=60,
        )
        return max(temperatures)

    assert hottest_c(0b0000100) > 63.0
    assert hottest_c(0b0001000) < 56.0
