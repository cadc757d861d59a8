"""The controller regulates as its manual says: curve, shift, limits, pumps, alarms."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from app.errors import BadInput
from drivers.simulators.central import start_registers
from drivers.simulators.registers.a266 import curve_points_c
from drivers.simulators.regulator import (
    Memory,
    Mode,
    Orders,
    Regulator,
    Sensed,
    curve_flow_c,
    return_limit_c,
    room_influence_k,
    saving_room_c,
)
from drivers.simulators.settings import HeatingSettings, HotWaterSettings

DAY = Orders(Mode.SCHEDULED, Mode.SCHEDULED, True, True, False)
NIGHT = replace(DAY, heat_comfort=False, dhw_comfort=False)
FREEZING = Sensed(0.0, None, 49.0, 53.0, 35.0, 35.0)
ON_CURVE_C = 49.0  # slope 1.2 at 0 °C outdoors


def regulator(changed: Mapping[int, int] | None = None) -> Regulator:
    registers = start_registers() | dict(changed or {})
    return Regulator(HeatingSettings.of(registers), HotWaterSettings.of(registers), Memory())


def desired_c(
    made: Regulator, sensed: Sensed = FREEZING, orders: Orders = DAY, steps: int = 1
) -> float:
    for _ in range(steps):
        made.step(sensed, orders, 1.0)
    return made.memory.desired_flow_c


def test_the_published_curve_of_slope_one_is_met_and_all_slopes_cross() -> None:
    assert curve_points_c(1.0) == (75, 60, 50, 45, 40, 28)
    for slope in (0.1, 0.5, 1.0, 2.0, 4.0):
        at_15, at_20 = curve_points_c(slope)[-1], 24.6
        assert at_15 == pytest.approx(at_20 + slope * 3.4, abs=0.51)


def test_the_curve_is_straight_between_its_points_and_level_beyond_the_coldest() -> None:
    curve = tuple(float(each) for each in curve_points_c(1.0))
    assert curve_flow_c(curve, -15.0) == 60.0
    assert curve_flow_c(curve, -10.0) == 55.0
    assert curve_flow_c(curve, -40.0) == 75.0
    assert curve_flow_c(curve, 20.0) == pytest.approx(22.0)


def test_flow_follows_the_curve_within_its_limits() -> None:
    assert desired_c(regulator()) == pytest.approx(ON_CURVE_C)
    assert desired_c(regulator({11178: 45})) == 45.0
    assert desired_c(regulator({11177: 55})) == 55.0


@pytest.mark.parametrize(("room_raw", "shift_k"), [(210, 3.0), (220, 6.0), (190, -3.0)])
def test_a_room_set_point_shifts_the_flow_by_slope_times_two_and_a_half(
    room_raw: int, shift_k: float
) -> None:
    assert desired_c(regulator({11180: room_raw})) == pytest.approx(ON_CURVE_C + shift_k)


def test_a_warm_room_lowers_the_flow_and_a_cold_one_raises_it_only_if_asked() -> None:
    heating = regulator().heating
    assert room_influence_k(heating, 20.0, 21.0) == pytest.approx(-4.8)
    assert room_influence_k(heating, 20.0, 19.0) == 0.0
    assert room_influence_k(regulator({11183: 20}).heating, 20.0, 19.0) == pytest.approx(2.4)
    assert desired_c(regulator(), replace(FREEZING, room_c=21.0)) == pytest.approx(44.2)


def test_auto_saving_follows_the_published_example() -> None:
    heating = regulator().heating  # setting −15, comfort 20, saving 17
    assert saving_room_c(heating, -5.0) == pytest.approx(17.0 + 0.6 * 3.0)
    assert saving_room_c(heating, 12.0) == 17.0
    assert saving_room_c(heating, -20.0) == 20.0


def test_nights_are_cooler_and_total_stop_leaves_only_frost_protection() -> None:
    assert desired_c(regulator(), orders=NIGHT) == pytest.approx(ON_CURVE_C - 5.4)
    stopped = regulator({11021: 1})
    assert desired_c(stopped, orders=NIGHT) == 10.0
    assert desired_c(stopped, orders=DAY) == pytest.approx(ON_CURVE_C)


@pytest.mark.parametrize(
    ("mode", "expected_c"),
    [(Mode.COMFORT, 49.0), (Mode.SAVING, 43.6), (Mode.FROST, 10.0), (Mode.SCHEDULED, 43.6)],
)
def test_a_mode_overrules_the_week_program(mode: Mode, expected_c: float) -> None:
    assert desired_c(regulator(), orders=replace(NIGHT, heat_mode=mode)) == pytest.approx(
        expected_c
    )


def test_heating_is_cut_out_on_a_warm_day_and_the_pump_runs_on_for_its_minutes() -> None:
    made = regulator({11395: 0})  # no filter: at once

    def after(outdoor_c: float, steps: int) -> tuple[bool, bool]:
        """Return whether heating is wanted and whether the pump runs."""
        flow_c = desired_c(made, replace(FREEZING, outdoor_c=outdoor_c), steps=steps)
        return flow_c > 10.0, made.memory.heat_pump

    assert after(12.0, 1) == (True, True)
    assert after(21.0, 170) == (False, True)
    assert after(21.0, 20) == (False, False)
    assert after(1.0, 1) == (True, True)


def test_the_pump_runs_in_frost_even_without_demand() -> None:
    made = regulator()
    frost = replace(DAY, heat_mode=Mode.FROST)
    desired_c(made, replace(FREEZING, outdoor_c=5.0), frost)
    assert made.step(replace(FREEZING, outdoor_c=1.0), frost, 1.0).heat_pump
    assert not made.step(replace(FREEZING, outdoor_c=5.0), frost, 200.0).heat_pump


def test_cut_out_waits_for_the_slow_outdoor_temperature() -> None:
    made = regulator()
    desired_c(made, replace(FREEZING, outdoor_c=10.0))
    assert desired_c(made, replace(FREEZING, outdoor_c=25.0), steps=600) > 20.0
    assert desired_c(made, replace(FREEZING, outdoor_c=25.0), steps=20_000) == 10.0


def test_too_warm_a_return_lowers_the_flow_by_the_factor_per_kelvin() -> None:
    made = regulator()
    assert return_limit_c(made.heating, 15.0) == 50.0
    assert return_limit_c(made.heating, -15.0) == 60.0
    assert return_limit_c(made.heating, 0.0) == 55.0
    assert return_limit_c(made.heating, 30.0) == 50.0
    too_warm = replace(FREEZING, heat_return_c=57.0)
    assert desired_c(made, too_warm, steps=4000) == pytest.approx(ON_CURVE_C - 4.0, abs=0.01)
    assert desired_c(regulator({11037: 0}), too_warm, steps=4000) == ON_CURVE_C


def test_the_valve_opens_when_too_cold_closes_when_too_hot_and_rests_in_between() -> None:
    def moved_s(flow_c: float) -> float:
        made = regulator()
        made.memory.heat_error_k = ON_CURVE_C - flow_c
        return sum(
            made.step(replace(FREEZING, flow_c=flow_c), DAY, 1.0).heat_motor_s
            for _ in range(120)
        )

    assert moved_s(44.0) > 1.0
    assert moved_s(54.0) < -1.0
    assert moved_s(48.7) == 0.0
    assert moved_s(39.0) == pytest.approx(2.0 * moved_s(44.0), abs=0.5)


def test_a_sudden_error_moves_the_valve_by_its_share_of_the_proportional_band() -> None:
    made = regulator({11185: 999})
    seconds = [
        made.step(replace(FREEZING, flow_c=29.0), DAY, 1.0).heat_motor_s for _ in range(40)
    ]
    assert sum(seconds) == pytest.approx(20.0 / 40.0 * 70.0, rel=0.1)


def test_a_valve_that_nobody_can_judge_closes() -> None:
    made = regulator()
    assert made.step(replace(FREEZING, flow_c=None), DAY, 1.0).heat_motor_s == -1.0


def test_no_pulse_is_shorter_than_the_shortest_activation() -> None:
    made = regulator({11189: 50})  # one second
    pulses = [
        made.step(replace(FREEZING, flow_c=47.0), DAY, 1.0).heat_motor_s for _ in range(600)
    ]
    assert {round(pulse, 6) for pulse in pulses if pulse} == {1.0}


def test_the_tank_is_charged_from_one_neutral_zone_below_up_to_its_set_point() -> None:
    made = regulator()

    def charging(tank_c: float) -> bool:
        made.step(replace(FREEZING, tank_c=tank_c), DAY, 1.0)
        return made.memory.charging

    assert not charging(51.0)
    assert charging(49.9)
    assert charging(52.9)
    assert made.memory.charge_pump
    assert not charging(53.1)
    assert made.memory.charge_pump, "the pump runs on"
    for _ in range(200):
        charging(53.1)
    assert not made.memory.charge_pump


def test_hot_water_follows_mode_program_and_the_anti_bacteria_hours() -> None:
    def wanted(made: Regulator, orders: Orders) -> float:
        made.step(FREEZING, orders, 1.0)
        return made.memory.desired_dhw_c

    assert wanted(regulator(), DAY) == 53.0
    assert wanted(regulator(), NIGHT) == 45.0
    assert wanted(regulator(), replace(NIGHT, dhw_mode=Mode.COMFORT)) == 53.0
    assert wanted(regulator(), replace(DAY, dhw_mode=Mode.FROST)) == 10.0
    boiling = replace(NIGHT, kills_bacteria=True)
    assert wanted(regulator({12125: 65}), boiling) == 65.0
    assert wanted(regulator(), boiling) == 45.0, "OFF: nothing happens"
    assert wanted(regulator({12178: 50}), DAY) == 50.0


def test_hot_water_priority_closes_the_heating_valve_while_the_tank_charges() -> None:
    cold_tank = replace(FREEZING, tank_c=40.0)
    assert regulator({11052: 1}).step(cold_tank, DAY, 1.0).heat_motor_s == -1.0
    assert regulator().step(cold_tank, DAY, 1.0).heat_motor_s == 0.0


def test_manual_mode_of_one_circuit_stops_both_and_frost_protection_with_them() -> None:
    made = regulator()
    frozen = replace(FREEZING, outdoor_c=-20.0, flow_c=5.0, tank_c=5.0)
    for orders in (replace(DAY, heat_mode=Mode.MANUAL), replace(DAY, dhw_mode=Mode.MANUAL)):
        commands = made.step(frozen, orders, 1.0)
        assert (commands.heat_motor_s, commands.dhw_motor_s) == (0.0, 0.0)
        assert not commands.heat_pump
        assert not commands.charge_pump


def test_a_flow_off_its_desired_temperature_raises_an_alarm_after_the_delay() -> None:
    made = regulator({11148: 5, 11149: 2})
    cold = replace(FREEZING, flow_c=40.0)
    desired_c(made, cold, steps=115)
    assert made.alarms() == ()
    desired_c(made, cold, steps=10)
    assert made.alarms() == (1,)
    desired_c(made, FREEZING)
    assert made.alarms() == ()


def test_no_alarm_by_default_nor_below_the_lowest_temperature() -> None:
    cold = replace(FREEZING, flow_c=20.0)
    silent = regulator()
    desired_c(silent, cold, steps=3000)
    assert silent.alarms() == ()
    lukewarm = regulator({11148: 1, 11149: 1, 11150: 50})
    desired_c(lukewarm, cold, steps=3000)
    assert lukewarm.alarms() == ()


def test_hot_water_has_an_alarm_of_its_own() -> None:
    made = regulator({12147: 5, 12149: 1})
    desired_c(made, replace(FREEZING, tank_c=70.0), steps=70)
    assert made.alarms() == (2,)


def test_an_open_outdoor_sensor_does_not_stop_the_heating() -> None:
    assert desired_c(regulator(), replace(FREEZING, outdoor_c=None)) == pytest.approx(
        ON_CURVE_C
    )


def test_memory_survives_being_written_down() -> None:
    made = regulator()
    desired_c(made, replace(FREEZING, flow_c=40.0, tank_c=40.0), steps=30)
    assert Memory.revived(made.memory.kept()) == made.memory
    with pytest.raises(BadInput, match="'charging' is no number"):
        Memory.revived({k: v for k, v in made.memory.kept().items() if k != "charging"})
