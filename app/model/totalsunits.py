"""In which units the lines of totals are told: in what fits them, or as a person wishes.

All units differ by powers of ten, so nothing is rounded: lines add up in each of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from app.model.balance import Amount, Told
from app.model.totalsviews import Line
from app.model.units import readable

_POWERS = {"Wh": 3, "kWh": 0, "MWh": -3, "GWh": -6, "dm³": 3, "m³": 0}  # of ten, from kWh or m³
_MOST_DECIMALS = 3  # of kWh and m³


class Wish(Enum):
    """The unit of energy that is wished, and the one of volume beside it."""

    FITTING = ("", "")  # the smallest that leaves the largest figure four digits
    SMALL = ("Wh", "dm³")
    KILO = ("kWh", "m³")
    MEGA = ("MWh", "m³")
    GIGA = ("GWh", "m³")


def in_units(found: Sequence[Line], wish: Wish) -> list[Line]:
    """Return the lines of a view in the units wished; those of one medium have the same."""
    units = {each.unit for each in found}
    targets = {unit: _target(unit, wish, found) for unit in units}
    return [_told_in(each, targets[each.unit]) for each in found]


def most_decimals(unit: str) -> int:
    """Return how many decimals of a unit are shown at most: down to a Wh, a cubic decimetre."""
    return max(_MOST_DECIMALS - _POWERS.get(unit, 0), 0)


def _target(unit: str, wish: Wish, found: Sequence[Line]) -> str:
    energy, volume = wish.value
    if unit not in _POWERS:
        return unit
    if wish is not Wish.FITTING:
        return volume if unit == "m³" else energy
    return readable(Fraction(max(_sizes(unit, found), default=Decimal(0))), unit)


def _sizes(unit: str, found: Iterable[Line]) -> list[Decimal]:
    amounts = (each.told.amount.value for each in found if each.unit == unit)
    return [abs(each) for each in amounts if each is not None]


def _told_in(line: Line, unit: str) -> Line:
    power = _POWERS.get(unit, 0) - _POWERS.get(line.unit, 0)
    if not power:
        return line
    told = Told(
        line.told.id,
        tuple(_scaled(each, power) for each in line.told.parts),
        _scaled(line.told.amount, power),
    )
    return replace(line, unit=unit, told=told)


def _scaled(amount: Amount, power: int) -> Amount:
    value = amount.value
    return amount if value is None else replace(amount, value=value.scaleb(power))
