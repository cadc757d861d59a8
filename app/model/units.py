"""Units as operators write them: what they measure, and what one is worth in another, exactly.

The table holds fractions, not floats: a kilowatt-hour is 3,600,000 joules and a gigajoule
277.777… kWh without a last digit being lost. The tests hold every pair of it against pint,
a library for units; docs/decisions/0014 says why the product itself does not load it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import floor, log10

from app.errors import BadInput
from app.model.profile import UNIT_NOT_SET
from app.words import _

_HOUR_S = 3600
_TINY = 1e-9  # of a logarithm: powers of ten must come out whole
_MOST_DECIMALS = 3
_FULL = 10_000  # from here on a figure is told in the next larger unit
_PREFIXES = {
    "m": Fraction(1, 1000),
    "": Fraction(1),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One way to write a quantity down."""

    sign: str  # as shown: "kWh", "m³/h"
    kind: str  # what it measures; only units of one kind can be told in each other
    size: Fraction  # one of it in the kind's base unit: J, W, m³, m³/h, Pa, kg, V, A, s …
    zero: Fraction = Fraction(0)  # where its 0 lies in the base unit: 0 °C is 273.15 K


def _prefixed(kind: str, sign: str, prefixes: Iterable[str], one: int = 1) -> list[Unit]:
    return [Unit(prefix + sign, kind, _PREFIXES[prefix] * one) for prefix in prefixes]


def _sized(kind: str, sizes: Mapping[str, Fraction | int]) -> list[Unit]:
    return [Unit(sign, kind, Fraction(size)) for sign, size in sizes.items()]


# In each kind from the smallest to the largest, so that a figure can be told in a larger one.
_ALL: tuple[Unit, ...] = (
    *_prefixed("energy", "Wh", ("", "k", "M", "G"), _HOUR_S),
    *_prefixed("energy", "J", ("", "k", "M", "G")),
    *_prefixed("reactive energy", "varh", ("", "k", "M"), _HOUR_S),
    *_prefixed("apparent energy", "VAh", ("", "k", "M"), _HOUR_S),
    *_prefixed("power", "W", ("", "k", "M", "G")),
    *_prefixed("reactive power", "var", ("", "k", "M")),
    *_prefixed("apparent power", "VA", ("", "k", "M")),
    *_sized("volume", {"l": Fraction(1, 1000), "dm³": Fraction(1, 1000), "m³": 1}),
    *_sized(
        "flow",
        {
            "l/h": Fraction(1, 1000),
            "l/min": Fraction(60, 1000),
            "m³/h": 1,
            "l/s": Fraction(_HOUR_S, 1000),
        },
    ),
    Unit("°C", "temperature", Fraction(1), Fraction(27315, 100)),
    *_sized("temperature difference", {"K": 1}),
    *_sized(
        "pressure",
        {"Pa": 1, "mbar": 100, "kPa": 1000, "bar": 100_000, "MPa": 1_000_000},
    ),
    *_sized("mass", {"kg": 1, "t": 1000}),
    *_prefixed("voltage", "V", ("m", "", "k")),
    *_prefixed("current", "A", ("m", "", "k")),
    *_prefixed("frequency", "Hz", ("", "k")),
    *_sized("time", {"s": 1, "min": 60, "h": _HOUR_S, "d": 24 * _HOUR_S}),
    *_sized("share", {"%": Fraction(1, 100)}),
)
_UNITS: Mapping[str, Unit] = {unit.sign: unit for unit in _ALL}
_CODE = re.compile("[A-Z]{3}", re.ASCII)  # of a currency, ISO 4217
# The step from one to the next when a figure is told in the largest unit that fits it.
_LADDERS = (
    ("Wh", "kWh", "MWh", "GWh"),
    ("J", "kJ", "MJ", "GJ"),
    ("varh", "kvarh", "Mvarh"),
    ("VAh", "kVAh", "MVAh"),
    ("W", "kW", "MW", "GW"),
    ("l", "m³"),
    ("dm³", "m³"),
    ("l/h", "m³/h"),
    ("kg", "t"),
)
# What a figure of each kind is usually read in, to which the decimals of a profile belong.
_USUAL = {
    "energy": "MWh",
    "power": "kW",
    "flow": "m³/h",
    "volume": "m³",
    "mass": "t",
    "pressure": "bar",
}


def signs() -> tuple[str, ...]:
    """Return every unit there is but those of money, as shown."""
    return tuple(_UNITS)


def unit(sign: str) -> Unit:
    """Return a unit by its sign; three capital letters are a currency's code of ISO 4217.

    Raises:
        BadInput: There is no such unit.
    """
    found = _UNITS.get(sign)
    if found is None and is_currency(sign):
        return Unit(sign, sign, Fraction(1))
    if sign == UNIT_NOT_SET:
        raise BadInput(
            _(
                "the unit is not set, and the meter does not tell it: look at its display, and "
                "let an engineer set it among the options of the device"
            )
        )
    if found is None:
        raise BadInput(_("{sign} is no unit that Heatdesk knows").format(sign=sign))
    return found


def is_known(sign: str) -> bool:
    """Whether a sign is a unit; that of a device whose unit nobody chose is none."""
    return sign in _UNITS or is_currency(sign)


def is_currency(sign: str) -> bool:
    """Whether a sign is that of money; money is never told in other money."""
    return _CODE.fullmatch(sign) is not None and sign not in _UNITS


def factor(source: str, target: str) -> Fraction:
    """Return how many ``target`` one ``source`` is, exactly: 1 kWh is 18/5 MJ.

    Raises:
        BadInput: They measure different things, one is unknown, or their zeros differ.
    """
    one, other = unit(source), unit(target)
    _require_same(one, other)
    if one.zero != other.zero:
        raise BadInput(_("{sign} has a zero of its own").format(sign=source))
    return one.size / other.size


def converted(value: float | Decimal | Fraction, source: str, target: str) -> Fraction:
    """Return a value in another unit, exactly: rounding is for who shows it.

    Raises:
        BadInput: They measure different things, or one is unknown.
    """
    one, other = unit(source), unit(target)
    _require_same(one, other)
    return (Fraction(value) * one.size + one.zero - other.zero) / other.size


@lru_cache(maxsize=256)
def least_digit(sign: str, decimals: int) -> Fraction:
    """Return what the last digit of an index is worth, in the base unit of its kind."""
    return unit(sign).size / Fraction(10) ** decimals


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Return a value with so many decimals, halves to the even digit."""
    scaled = round(value * Fraction(10) ** decimals)
    return Decimal(scaled).scaleb(-decimals)


def decimals_told(source: str, decimals: int, target: str) -> int:
    """Return how many decimals a figure may have in another unit: none the source had not.

    One digit of an index in MWh with three decimals is 1 kWh, so in kWh it has none; in GJ,
    where that is 0.0036, it has two: a third would show steps the meter does not make.
    """
    return max(floor(decimals + log10(factor(target, source)) + _TINY), 0)


def readable(value: Fraction, sign: str) -> str:
    """Return the unit in which a figure takes at most four digits before its point.

    Its own or a larger one of its family, never a smaller one: a figure of 5 kWh is not one
    of 5,000 Wh. The largest one when none does.
    """
    ladder = next((steps[steps.index(sign) :] for steps in _LADDERS if sign in steps), (sign,))
    for step in ladder:
        if abs(converted(value, sign, step)) < _FULL:
            return step
    return ladder[-1]


def decimals_in(sign: str, decimals: int) -> int:
    """Return the decimals of a figure in a unit that has ``decimals`` in the usual one.

    0.001 MWh is 1 kWh: a meter that resolves the one shows no decimals of the other. A
    unit that is not known keeps ``decimals``.
    """
    known = _UNITS.get(sign)
    usual = None if known is None else _USUAL.get(known.kind)
    if usual is None:
        return decimals
    return min(decimals_told(usual, decimals, sign), max(_MOST_DECIMALS, decimals))


def _require_same(one: Unit, other: Unit) -> None:
    if one.kind != other.kind:
        raise BadInput(
            _("{one} and {other} measure different things").format(
                one=one.sign, other=other.sign
            )
        )
