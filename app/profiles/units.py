"""How many decimals a meter's figure has in each unit it may be set to show."""

from collections.abc import Mapping
from math import floor, log10

# What one of each unit is in the one people usually read, which comes first (1 kWh = 3.6 MJ).
_KINDS: tuple[Mapping[str, float], ...] = (
    {"MWh": 1.0, "Wh": 1e-6, "kWh": 1e-3, "GWh": 1e3, "MJ": 1 / 3600, "GJ": 1 / 3.6},
    {"kW": 1.0, "W": 1e-3, "MW": 1e3},
    {"m³/h": 1.0, "l/h": 1e-3, "l/min": 0.06, "l/s": 3.6},
    {"m³": 1.0, "l": 1e-3},
    {"t": 1.0, "kg": 1e-3},
    {"bar": 1.0, "kPa": 1e-2, "mbar": 1e-3, "MPa": 10.0},
)
_TINY = 1e-9  # of a logarithm: powers of ten must come out whole
_MOST_DECIMALS = 3


def decimals_in(unit: str, decimals: int) -> int:
    """Return the decimals of a figure in ``unit`` that has ``decimals`` in the usual one.

    0.001 MWh is 1 kWh: a meter that resolves the one shows no decimals of the other. A
    unit that is not known keeps ``decimals``.
    """
    size = next((kind[unit] for kind in _KINDS if unit in kind), 1.0)
    return min(max(floor(decimals + log10(size) + _TINY), 0), max(_MOST_DECIMALS, decimals))
