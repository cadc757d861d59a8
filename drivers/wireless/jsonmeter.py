"""What wmbusmeters decoded: fields named ``quantity_unit``, taken as points of their own."""

import math
from collections.abc import Mapping
from typing import Any

from app.model.point import PointSpec, ValueKind
from app.model.reading import Quality
from drivers.mbus.points import MeterPoint

# The ending of a field's name → our unit, factor to it, decimals.
_UNITS: Mapping[str, tuple[str, float, int]] = {
    "kwh": ("kWh", 1.0, 3),
    "mj": ("GJ", 0.001, 6),
    "gj": ("GJ", 1.0, 3),
    "m3": ("m³", 1.0, 3),
    "l": ("m³", 0.001, 6),
    "m3h": ("m³/h", 1.0, 3),
    "lh": ("m³/h", 0.001, 6),
    "kw": ("kW", 1.0, 3),
    "c": ("°C", 1.0, 2),
    "k": ("K", 1.0, 2),
    "bar": ("bar", 1.0, 3),
    "v": ("V", 1.0, 1),
    "a": ("A", 1.0, 2),
    "hz": ("Hz", 1.0, 2),
    "h": ("h", 1.0, 0),
    "min": ("min", 1.0, 0),
    "s": ("s", 1.0, 0),
    "rh": ("%", 1.0, 1),
    "m3c": ("m³·°C", 1.0, 1),
}
_ROLES = {
    "total_energy_consumption_kwh": "meter.energy",
    "total_volume_m3": "meter.volume",
    "total_m3": "meter.volume",
    "volume_flow_m3h": "meter.flow",
    "power_kw": "meter.power",
    "t1_temperature_c": "meter.supply",
    "t2_temperature_c": "meter.return",
}
_NO_POINTS = frozenset(
    ("_", "media", "meter", "name", "id", "timestamp", "device", "rssi_dbm", "driver")
)
_MOST = 200  # points of one line
_LONGEST = 60


def points_in(values: Mapping[str, Any]) -> list[MeterPoint]:
    """Return the points of a line."""
    found = []
    for key, value in list(values.items())[:_MOST]:
        if key not in _NO_POINTS and (point := _point(key, value)) is not None:
            found.append(point)
    return found


def _point(key: str, value: object) -> MeterPoint | None:
    name, _bar, ending = key.lower().rpartition("_")
    key = "".join(c if c.isalnum() and c.isascii() else "_" for c in key.lower())[:_LONGEST]
    if not key[:1].isalpha() or isinstance(value, bool):
        return None
    words = (name or key).replace("_", " ").capitalize()
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return None
        unit, factor, decimals = _UNITS.get(ending, ("", 1.0, 3)) if name else ("", 1.0, 3)
        spec = PointSpec(key, words, unit, decimals, role=_ROLES.get(key, ""))
        counts = key.startswith("total_") and "_at_" not in key
        return MeterPoint(spec, value * factor, Quality.GOOD, counts=counts)
    if isinstance(value, str):
        spec = PointSpec(key, key.replace("_", " ").capitalize(), kind=ValueKind.TEXT)
        return MeterPoint(spec, value, Quality.GOOD)
    return None
