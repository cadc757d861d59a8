"""What the meters of a street have counted at any moment, without a memory.

Every answer depends on the seed, the meter's number in the street and the moment alone, so
that ten thousand of them can be asked in any order. Power is a constant, a swing of the
year and a swing of the day; energy is its integral in closed form, and a heat meter's
volume is its energy over the heat its water gives off between supply and return.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from app.model.heat import KW_PER_M3H_KELVIN
from drivers.simulators.weather import unit_noise

_YEAR_S, _DAY_S, _HOUR_S = 365.25 * 86_400.0, 86_400.0, 3_600.0
_COLDEST_S = 25 * _DAY_S  # late January
_EVENING_S = 18.5 * _HOUR_S
_BEGINNING_S = 1_704_067_200.0  # 2024-01-01: so long ago the first meter was fitted
_HEAT_MEDIUM, _WATER_MEDIUM = 0x04, 0x16
_WATER_SHARE = 0.3
MOST_METERS = 10_000
_FIRST_NUMBER = 60_000_000
_SUPPLY_C = 74.0


@dataclass(frozen=True, slots=True)
class Counted:
    """What a meter shows, in its own units."""

    energy_kwh: float  # 0 for water
    volume_m3: float
    power_kw: float
    flow_m3h: float
    supply_c: float
    return_c: float


@dataclass(frozen=True, slots=True)
class StreetMeter:
    """One meter; ``place`` counts from 0."""

    seed: int
    place: int

    @property
    def number(self) -> str:
        """Return its number, eight digits."""
        return f"{_FIRST_NUMBER + 20_000 * (self.seed % 1_000) + self.place:08d}"

    @property
    def heat(self) -> bool:
        """Tell whether it counts heat; else cold water."""
        return self._noise(1) >= _WATER_SHARE

    @property
    def medium(self) -> int:
        """Return its medium as EN 13757-7 counts."""
        return _HEAT_MEDIUM if self.heat else _WATER_MEDIUM

    @property
    def key(self) -> bytes:
        """Return the key it was delivered with."""
        words = (int(unit_noise(self.seed, self.place, 900 + at) * 2**32) for at in range(4))
        return b"".join(word.to_bytes(4, "big") for word in words)

    def at(self, moment: datetime) -> Counted:
        """Return what it shows at a moment."""
        seconds = moment.timestamp()
        mean, of_year, of_day = self._shape()
        cold = 2 * math.pi * (seconds - _COLDEST_S) / _YEAR_S
        evening = 2 * math.pi * (seconds - _EVENING_S) / _DAY_S
        rate = mean * (1 + of_year * math.cos(cold) + of_day * math.cos(evening))
        total = self._total(seconds) - self._total(_BEGINNING_S) + self._before()
        if not self.heat:
            return Counted(0.0, total, 0.0, rate, 0.0, 0.0)
        drop_k = self._drop_k()
        supply_c = _SUPPLY_C + 6.0 * math.cos(cold) + 2.0 * self._noise(4)
        a_m3 = KW_PER_M3H_KELVIN * drop_k
        return Counted(total, total / a_m3, rate, rate / a_m3, supply_c, supply_c - drop_k)

    def _shape(self) -> tuple[float, float, float]:
        """Return the mean (kW or m³/h) and the swings of year and day as shares of it."""
        if self.heat:
            return 1.2 + 5.0 * self._noise(2), 0.75, 0.2
        return 0.006 + 0.02 * self._noise(2), 0.05, 0.9

    def _total(self, seconds: float) -> float:
        """Return the integral of the rate since any moment, in kWh or m³."""
        mean, of_year, of_day = self._shape()
        year = of_year * _YEAR_S / (2 * math.pi)
        day = of_day * _DAY_S / (2 * math.pi)
        swung = year * math.sin(2 * math.pi * (seconds - _COLDEST_S) / _YEAR_S)
        swung += day * math.sin(2 * math.pi * (seconds - _EVENING_S) / _DAY_S)
        return mean * (seconds + swung) / _HOUR_S

    def _before(self) -> float:
        mean, _of_year, _of_day = self._shape()
        return mean * 8_766.0 * 8.0 * self._noise(3)  # up to eight years of hours

    def _drop_k(self) -> float:
        return 26.0 + 16.0 * self._noise(5)

    def _noise(self, what: int) -> float:
        return unit_noise(self.seed, self.place, what)
