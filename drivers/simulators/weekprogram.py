"""The comfort periods of a week as an ECL keeps them: three a day, HHMM in registers."""

from collections.abc import Mapping
from datetime import datetime

HEATING_BASE = 3110
HOT_WATER_BASE = 3210
_PERIODS = 3
_MIDNIGHT = 2400
_WORKDAY = {HEATING_BASE: (530, 2200), HOT_WATER_BASE: (430, 2300)}
_WEEKEND = {HEATING_BASE: (630, 2300), HOT_WATER_BASE: (530, 2330)}
_SATURDAY = 5


def program_pnus(base: int) -> tuple[int, ...]:
    """Return the readable PNUs of a week; the four between two days are not served."""
    return tuple(base + 10 * day + place for day in range(7) for place in range(2 * _PERIODS))


def start_program(base: int) -> dict[int, int]:
    """Return the program the simulation starts with: one comfort period a day."""
    registers = dict.fromkeys(program_pnus(base), 0)
    for day in range(7):
        start, stop = (_WEEKEND if day >= _SATURDAY else _WORKDAY)[base]
        registers[base + 10 * day] = start
        registers[base + 10 * day + 1] = stop
    return registers


def is_time_of_day(raw: int) -> bool:
    """Tell whether ``raw`` reads as HHMM between 0000 and 2400."""
    return 0 <= raw <= _MIDNIGHT and raw % 100 < 60  # noqa: PLR2004 - minutes


def comfort_at(registers: Mapping[int, int], base: int, local: datetime) -> bool:
    """Tell whether the program asks for comfort; equal start and stop is an unused period."""
    day = base + 10 * local.weekday()
    clock = 100 * local.hour + local.minute
    return any(
        registers[day + 2 * period] <= clock < registers[day + 2 * period + 1]
        for period in range(_PERIODS)
    )
