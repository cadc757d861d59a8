"""The electricity of a building on three phases: voltages, loads, a little sun on the roof."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.errors import BadInput
from drivers.simulators.clocks import utc_second
from drivers.simulators.weather import Weather, unit_noise, wander

PHASES = 3
_MOST_STEPS = 50_000
_MOST_CATCH_UP_S = 7 * 24 * 3600
_DEMAND_S = 900.0  # demand is the mean of a quarter hour
_INDEX_SINCE_S = 1_735_689_600  # 2025-01-01
_HOUR_S = 3600.0
_J_A_KWH = 3.6e6
# share of the daily peak by local hour
_DAY = (
    *(30, 27, 25, 25, 26, 32, 48, 62, 60, 55, 52, 54),
    *(60, 56, 52, 54, 64, 82, 98, 100, 92, 76, 56, 40),
)


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase at one moment."""

    volts: float
    watts: float  # positive: taken from the grid
    power_factor: float

    @property
    def amps(self) -> float:
        """Return the current in A, never negative."""
        return abs(self.watts) / (self.volts * self.power_factor)

    @property
    def volt_amps(self) -> float:
        """Return the apparent power in VA."""
        return abs(self.watts) / self.power_factor

    @property
    def vars(self) -> float:
        """Return the reactive power in var, inductive positive."""
        return self.volt_amps * math.sqrt(1.0 - self.power_factor * self.power_factor)


class ElectricMeter:
    """Counts a building's electricity; the indexes are the sum of power over whole seconds.

    Within a second power is constant, so that index differences equal the
    integral of the power the registers show. Deterministic by seed; one thread.
    """

    def __init__(
        self, seed: int, weather: Weather, zone: ZoneInfo, start: datetime, pv_kw: float
    ) -> None:
        self._seed = seed
        self._weather = weather
        self._zone = zone
        self._pv_w = 1000.0 * pv_kw
        self._peak_w = 1500.0 + 6000.0 * unit_noise(seed, 501)  # on one phase, in the evening
        self._second = int(start.timestamp())
        self.forced: dict[int, float] = {}  # phase 1 … 3 → watts
        self._index_kwh = [self._grown(start, place) for place in range(PHASES)]
        self._imported_j = [0.0] * PHASES  # since then: apart, to add watts without rounding
        self._exported_j = [0.0] * PHASES
        self._look_around()
        self.phases = self._phases()
        self.demand_w = self.watts

    @property
    def at(self) -> datetime:
        """Return the simulated moment reached."""
        return utc_second(self._second)

    @property
    def watts(self) -> float:
        """Return the power of all phases, positive taken from the grid."""
        return sum(phase.watts for phase in self.phases)

    @property
    def imported_kwh(self) -> Sequence[float]:
        """Return the import index of each phase in kWh."""
        counted = zip(self._index_kwh, self._imported_j, strict=True)
        return [index_kwh + joules / _J_A_KWH for index_kwh, joules in counted]

    @property
    def exported_kwh(self) -> Sequence[float]:
        """Return the export index of each phase in kWh."""
        return [joules / _J_A_KWH for joules in self._exported_j]

    @property
    def hertz(self) -> float:
        """Return the grid's frequency."""
        return 50.0 + 0.03 * wander(11, float(self._second), 40.0)

    def distortion(self, phase: int) -> float:
        """Return the voltage's total harmonic distortion of phase 1 … 3 in percent."""
        return 2.1 + 0.6 * wander(self._seed + 510 + phase, float(self._second), 900.0)

    def advance(self, to: datetime) -> None:
        """Let whole seconds pass until ``to``; far behind, it catches up over several calls."""
        until = int(to.timestamp())
        if until - self._second > _MOST_CATCH_UP_S or until < self._second - 60:
            self._second = until
            self._look_around()
            self.phases = self._phases()
        for _ in range(min(_MOST_STEPS, max(0, until - self._second))):
            self._step()

    def kept(self) -> dict[str, object]:
        """Return what must survive a restart of the process."""
        return {
            "second": self._second,
            "index_kwh": list(self._index_kwh),
            "imported_j": list(self._imported_j),
            "exported_j": list(self._exported_j),
        }

    def revive(self, kept: Mapping[str, object], now: datetime) -> None:
        """Go on where `kept` left off; raises `BadInput` when it does not fit."""
        second = kept.get("second")
        if not isinstance(second, int):
            raise BadInput("saved state: no electricity meter's")
        self._index_kwh = _three(kept.get("index_kwh"))
        self._imported_j = _three(kept.get("imported_j"))
        self._exported_j = _three(kept.get("exported_j"))
        self._second = second
        self._look_around()
        self.phases = self._phases()
        self.advance(now)

    def refresh(self) -> None:
        """Show forced powers at once."""
        self.phases = self._phases()

    def _step(self) -> None:
        for place, phase in enumerate(self.phases):
            if phase.watts >= 0.0:
                self._imported_j[place] += phase.watts
            else:
                self._exported_j[place] -= phase.watts
        self.demand_w += (self.watts - self.demand_w) / _DEMAND_S
        self._second += 1
        if self._second % 60 == 0:
            self._look_around()
        self.phases = self._phases()

    def _look_around(self) -> None:
        """Once a minute: the hour of the day and the sun."""
        at = utc_second(self._second // 60 * 60)
        local = at.astimezone(self._zone)
        share = local.minute / 60.0
        before, after = _DAY[local.hour], _DAY[(local.hour + 1) % 24]
        self._busy = (before + share * (after - before)) / 100.0
        self._sun = self._weather.sun(at)

    def _phases(self) -> tuple[Phase, ...]:
        return tuple(self._phase(place) for place in range(PHASES))

    def _phase(self, place: int) -> Phase:
        seconds, seed = float(self._second), self._seed + 520 + 10 * place
        share = 0.75 + 0.5 * unit_noise(seed)
        tide = 1.0 + 0.25 * wander(seed, seconds, 700.0)
        load_w = 120.0 + self._peak_w * share * self._busy * tide
        if unit_noise(seed, 7, self._second // 180) < 0.06 * self._busy:
            load_w += 1800.0  # somebody boils water for three minutes
        load_w += 25.0 * wander(seed + 1, seconds, 7.0)
        watts = self.forced.get(place + 1, load_w - self._pv_w / PHASES * self._sun)
        volts = 231.0 + 2.5 * wander(seed + 2, seconds, 500.0) - 0.0004 * watts
        factor = 0.955 + 0.03 * wander(seed + 3, seconds, 600.0)
        return Phase(volts, watts, factor)

    def _grown(self, start: datetime, place: int) -> float:
        """Return the index of a phase at the start, grown to the date."""
        years = 1.0 + max(0.0, start.timestamp() - _INDEX_SINCE_S) / (8766.0 * _HOUR_S)
        yearly_kwh = self._peak_w * 0.55 * 8.766 * (0.9 + 0.2 * unit_noise(self._seed, place))
        return float(int(yearly_kwh * years))


def _three(kept: object) -> list[float]:
    """Return one figure a phase; raises `BadInput`."""
    if not isinstance(kept, list) or len(kept) != PHASES:
        raise BadInput("saved state: no electricity meter's")
    return [float(each) for each in kept]
