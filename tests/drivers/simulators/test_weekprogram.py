"""The week program asks for comfort exactly when its registers say so."""

from datetime import datetime, timedelta

import pytest

from drivers.simulators import weekprogram
from drivers.simulators.weekprogram import HEATING_BASE, HOT_WATER_BASE, comfort_at

MONDAY = datetime(2026, 2, 2)  # noqa: DTZ001 - a controller's clock has no zone


def test_seven_days_of_six_registers_with_gaps_between() -> None:
    pnus = weekprogram.program_pnus(HEATING_BASE)
    assert len(pnus) == 42
    assert pnus[:7] == (3110, 3111, 3112, 3113, 3114, 3115, 3120)
    assert pnus[-1] == 3175
    assert weekprogram.program_pnus(HOT_WATER_BASE)[0] == 3210


def test_comfort_begins_with_start_and_ends_with_stop() -> None:
    registers = dict.fromkeys(weekprogram.program_pnus(HEATING_BASE), 0)
    registers |= {3110: 530, 3111: 800, 3114: 1600, 3115: 2400}
    expected = {(5, 29): False, (5, 30): True, (7, 59): True, (8, 0): False, (23, 59): True}
    for (hour, minute), comfort in expected.items():
        at = MONDAY + timedelta(hours=hour, minutes=minute)
        assert comfort_at(registers, HEATING_BASE, at) is comfort
    assert not comfort_at(registers, HEATING_BASE, MONDAY + timedelta(days=1, hours=6))


def test_the_first_program_has_longer_weekends() -> None:
    registers = weekprogram.start_program(HEATING_BASE)
    saturday = MONDAY + timedelta(days=5)
    assert comfort_at(registers, HEATING_BASE, MONDAY + timedelta(hours=6))
    assert not comfort_at(registers, HEATING_BASE, saturday + timedelta(hours=6))
    assert comfort_at(registers, HEATING_BASE, saturday + timedelta(hours=22, minutes=30))


@pytest.mark.parametrize(
    ("raw", "fits"),
    [(0, True), (2400, True), (659, True), (660, False), (2401, False), (-1, False)],
)
def test_times_are_hours_and_minutes(raw: int, fits: bool) -> None:
    assert weekprogram.is_time_of_day(raw) is fits
