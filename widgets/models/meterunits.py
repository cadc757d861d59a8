"""Figures of a meter in the units of the trade, with no digit the meter did not deliver."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import floor, log10

from app.model.point import PointSpec, ValueKind
from app.model.reading import Reading

# What a card shows by role, and what one of each unit is in it (SI; 1 kWh = 3.6 MJ).
_WANTED: Mapping[str, tuple[str, Mapping[str, float]]] = {
    "meter.energy": (
        "kWh",
        {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3, "GWh": 1e6, "MJ": 1 / 3.6, "GJ": 1e3 / 3.6},
    ),
    "meter.power": ("kW", {"W": 1e-3, "kW": 1.0, "MW": 1e3}),
    "meter.flow": ("l/h", {"l/h": 1.0, "m³/h": 1e3, "l/min": 60.0, "l/s": 3600.0}),
    "meter.volume": ("m³", {"l": 1e-3, "m³": 1.0}),
}
_TINY = 1e-9  # of a logarithm: powers of ten must come out whole
_MOST_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Turned:
    """How a point is shown: its description in the other unit, and what one of its own is."""

    spec: PointSpec
    factor: float = 1.0

    def reading(self, reading: Reading) -> Reading:
        """Return a reading in the unit shown; quality, time and reason stay."""
        if self.factor == 1.0 or not isinstance(reading.value, int | float):
            return reading
        return replace(reading, value=reading.value * self.factor)


def in_trade_units(spec: PointSpec) -> Turned:
    """Return how a meter's figure is shown: energy in kWh, power kW, flow l/h, volume m³.

    The decimals are those that the meter's own step fills: a step of 0.001 MWh is 1 kWh.
    Where even the last whole digit would be invented (a step of 1 MWh), and for units
    that are not known, the meter's own unit stays.
    """
    unit, known = _WANTED.get(spec.role, ("", {}))
    factor = known.get(spec.unit)
    if factor is None or factor == 1.0 or spec.kind is not ValueKind.NUMBER:
        return Turned(spec)
    decimals = floor(spec.decimals - log10(factor) + _TINY)
    if decimals < 0:
        return Turned(spec)
    return Turned(replace(spec, unit=unit, decimals=min(decimals, _MOST_DECIMALS)), factor)
