"""The registers of application A266.1 as figures a control loop can reckon with."""

from collections.abc import Mapping
from dataclasses import dataclass

from drivers.simulators.registers.a266 import SETTINGS

_BY_PNU = {setting.pnu: setting for setting in SETTINGS}


def _value(registers: Mapping[int, int], pnu: int) -> float | None:
    return _BY_PNU[pnu].decoded(registers[pnu])


def _figure(registers: Mapping[int, int], pnu: int) -> float:
    return registers[pnu] / _BY_PNU[pnu].scale


@dataclass(frozen=True, slots=True)
class DeviationAlarm:
    """When a temperature is too far from the desired one for too long."""

    upper_k: float | None
    lower_k: float | None
    delay_s: float
    lowest_c: float  # below this desired temperature nobody is alarmed

    def deviates(self, actual_c: float | None, desired_c: float) -> bool:
        """Tell whether the temperature is off right now, the delay aside."""
        if actual_c is None or desired_c < self.lowest_c:
            return False
        too_hot = self.upper_k is not None and actual_c > desired_c + self.upper_k
        too_cold = self.lower_k is not None and actual_c < desired_c - self.lower_k
        return too_hot or too_cold

    @classmethod
    def of(cls, registers: Mapping[int, int], circuit: int) -> "DeviationAlarm":
        """Return the alarm settings 1x147 … 1x150 of a circuit."""
        base = 10000 + 1000 * circuit
        return cls(
            upper_k=_value(registers, base + 147),
            lower_k=_value(registers, base + 148),
            delay_s=60.0 * _figure(registers, base + 149),
            lowest_c=_figure(registers, base + 150),
        )


@dataclass(frozen=True, slots=True)
class HeatingSettings:
    """Circuit 1; temperatures in °C, influences in K per K."""

    curve_c: tuple[float, ...]
    slope: float
    min_c: float
    max_c: float
    room_comfort_c: float
    room_saving_c: float
    auto_saving_c: float
    room_influence_max: float
    room_influence_min: float
    return_line: tuple[tuple[float, float], tuple[float, float]]  # (outdoor, limit): warm, cold
    return_influence: tuple[float, float]  # above, below the limit
    return_integrator_s: float | None
    total_stop: bool
    dhw_priority: bool
    cut_out_c: float | None
    cut_out_filter: float | None
    frost_c: float
    pump_heat_c: float
    pump_frost_c: float
    pump_post_run_s: float
    xp_k: float
    tn_s: float
    motor_run_s: float
    neutral_zone_k: float
    shortest_s: float
    alarm: DeviationAlarm

    @classmethod
    def of(cls, registers: Mapping[int, int]) -> "HeatingSettings":
        """Return circuit 1's settings from its registers (signed)."""

        def figure(pnu: int) -> float:
            return _figure(registers, pnu)

        return cls(
            curve_c=tuple(figure(11400 + place) for place in range(6)),
            slope=figure(11175),
            min_c=figure(11177),
            max_c=figure(11178),
            room_comfort_c=figure(11180),
            room_saving_c=figure(11181),
            auto_saving_c=figure(11011),
            room_influence_max=figure(11182),
            room_influence_min=figure(11183),
            return_line=((figure(11031), figure(11032)), (figure(11033), figure(11034))),
            return_influence=(figure(11035), figure(11036)),
            return_integrator_s=_value(registers, 11037),
            total_stop=registers[11021] == 1,
            dhw_priority=registers[11052] == 1,
            cut_out_c=_value(registers, 11179),
            cut_out_filter=_value(registers, 11395),
            frost_c=figure(11093),
            pump_heat_c=figure(11078),
            pump_frost_c=figure(11077),
            pump_post_run_s=60.0 * figure(11040),
            xp_k=figure(11184),
            tn_s=figure(11185),
            motor_run_s=figure(11186),
            neutral_zone_k=figure(11187),
            shortest_s=0.02 * figure(11189),
            alarm=DeviationAlarm.of(registers, 1),
        )


@dataclass(frozen=True, slots=True)
class HotWaterSettings:
    """Circuit 2; temperatures in °C, influences in K per K."""

    comfort_c: float
    saving_c: float
    min_c: float
    max_c: float
    frost_c: float
    return_limit_c: float
    return_influence: tuple[float, float]
    return_integrator_s: float | None
    pump_post_run_s: float
    anti_bacteria_c: float | None
    xp_k: float
    tn_s: float
    motor_run_s: float
    neutral_zone_k: float
    shortest_s: float
    alarm: DeviationAlarm

    @classmethod
    def of(cls, registers: Mapping[int, int]) -> "HotWaterSettings":
        """Return circuit 2's settings from its registers (signed)."""

        def figure(pnu: int) -> float:
            return _figure(registers, pnu)

        return cls(
            comfort_c=figure(12190),
            saving_c=figure(12191),
            min_c=figure(12177),
            max_c=figure(12178),
            frost_c=figure(12093),
            return_limit_c=figure(12030),
            return_influence=(figure(12035), figure(12036)),
            return_integrator_s=_value(registers, 12037),
            pump_post_run_s=60.0 * figure(12040),
            anti_bacteria_c=_value(registers, 12125),
            xp_k=figure(12184),
            tn_s=figure(12185),
            motor_run_s=figure(12186),
            neutral_zone_k=figure(12187),
            shortest_s=0.02 * figure(12189),
            alarm=DeviationAlarm.of(registers, 2),
        )
