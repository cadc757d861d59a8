"""Registers become the figures a control loop reckons with."""

import pytest

from drivers.simulators.central import start_registers
from drivers.simulators.settings import DeviationAlarm, HeatingSettings, HotWaterSettings


def test_heating_figures_carry_their_units() -> None:
    heating = HeatingSettings.of(start_registers())
    assert heating.room_comfort_c == 20.0
    assert heating.room_saving_c == 17.0
    assert heating.slope == 1.2
    assert heating.room_influence_max == -4.0
    assert heating.return_line == ((15.0, 50.0), (-15.0, 60.0))
    assert heating.pump_post_run_s == 180.0
    assert heating.shortest_s == pytest.approx(0.1)
    assert heating.cut_out_c == 20.0
    assert not heating.total_stop


def test_off_is_no_figure() -> None:
    registers = start_registers() | {11179: 0, 11037: 0, 11395: 0}
    heating = HeatingSettings.of(registers)
    assert heating.cut_out_c is None
    assert heating.return_integrator_s is None
    assert heating.cut_out_filter is None
    assert HotWaterSettings.of(registers).anti_bacteria_c is None
    assert HotWaterSettings.of(registers | {12125: 65}).anti_bacteria_c == 65.0


def test_hot_water_figures_carry_their_units() -> None:
    water = HotWaterSettings.of(start_registers())
    assert (water.comfort_c, water.saving_c) == (53.0, 45.0)
    assert (water.xp_k, water.tn_s, water.motor_run_s) == (35.0, 600.0, 70.0)
    assert water.neutral_zone_k == 3.0


@pytest.mark.parametrize(
    ("actual_c", "desired_c", "off"),
    [
        (50.0, 50.0, False),
        (56.0, 50.0, True),
        (44.0, 50.0, True),
        (54.9, 50.0, False),
        (60.0, 29.0, False),
        (None, 50.0, False),
    ],
)
def test_a_deviation_is_one_beyond_its_difference_and_above_the_lowest(
    actual_c: float | None, desired_c: float, off: bool
) -> None:
    registers = start_registers() | {11147: 5, 11148: 5, 11149: 2}
    alarm = DeviationAlarm.of(registers, 1)
    assert alarm.delay_s == 120.0
    assert alarm.deviates(actual_c, desired_c) is off


def test_differences_that_are_off_never_deviate() -> None:
    alarm = DeviationAlarm.of(start_registers(), 2)
    assert not alarm.deviates(0.0, 60.0)
    assert not alarm.deviates(120.0, 60.0)
