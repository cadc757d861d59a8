"""Five ways to look at totals, each a list of lines that adds up to its last one.

All five take their figures from one and the same working out, so the same time comes to the
same sums in each of them.
"""

from dataclasses import dataclass, replace
from enum import Enum

from app.model.balance import Doubt, Found, Leaf, Told, Totals, leaves, left, of_one
from app.model.totals import Entry, Medium, TotalsPlan
from app.words import _


class View(Enum):
    """What is looked at."""

    TOTAL = "total"  # of one medium, by its circuits
    GLOBAL = "global"  # of every medium
    PART = "part"  # one entry, by what stands under it
    COMPARE = "compare"  # two entries beside each other
    DETAILS = "details"  # of one medium, by everything that counts and is no sum of others


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; the last of a view is what the others come to."""

    name: str
    unit: str
    told: Told
    sign: int = 1  # how it goes into the last line; 0: not at all
    is_sum: bool = False
    entry: str = ""  # the id of the entry it is about; "" for a total


def lines(
    plan: TotalsPlan,
    totals: Totals,
    view: View,
    medium: Medium,
    entry: str = "",
    other: str = "",
) -> list[Line]:
    """Return the lines of a view; none where there is nothing to be looked at.

    Args:
        plan: What counts.
        totals: Worked out of it.
        view: What is looked at.
        medium: Of the total or the details.
        entry: The one looked at, or compared.
        other: What it is compared with.
    """
    if view is View.GLOBAL:
        return _every_medium(plan, totals)
    if view is View.COMPARE:
        return _beside(plan, totals, entry, other)
    if view is View.PART:
        own, told = plan.of(entry), totals.entry(entry)
        if own is None or told is None:
            return []
        inside = [_line(leaf) for leaf in of_one(plan, totals, entry)]
        return [*inside, Line(own.name, own.medium.unit, told, 1, True, own.id)]
    found = (
        _circuits(plan, totals, medium) if view is View.TOTAL else leaves(plan, totals, medium)
    )
    total = totals.total(medium)
    if total is None:
        return []
    return [*map(_line, found), Line(medium_name(medium), medium.unit, total, 1, True)]


def medium_name(medium: Medium) -> str:
    """Return what the total of a medium is called."""
    return {
        Medium.ELECTRICITY: _("Electricity, total"),
        Medium.HEAT: _("Heat, total"),
        Medium.COOLING: _("Cooling, total"),
        Medium.GAS: _("Gas, total"),
        Medium.WATER: _("Water, total"),
    }[medium]


def place_words(plan: TotalsPlan, point: str) -> str:
    """Return in which total an index counts; "" where there is no plan at all."""
    if not plan.entries:
        return ""
    own = next((each for each in plan.entries if each.point == point and each.counts), None)
    own = own or next((each for each in plan.entries if each.point == point), None)
    if own is None:
        return _("Counts in no total")
    total, above = medium_name(own.medium), plan.of(own.above)
    if not own.counts:
        return _("Left out of “{total}”").format(total=total)
    at = above
    while at is not None:
        if not at.counts:
            words = _("Part of {above}, which is left out of “{total}”")
            return words.format(above=at.name, total=total)
        at = plan.of(at.above)
    if above is not None:
        words = _("Counts in “{total}” as a part of {above}")
        return words.format(total=total, above=above.name)
    words = _("Taken off “{total}”") if own.outward else _("Counts in “{total}”")
    return words.format(total=total)


def _circuits(plan: TotalsPlan, totals: Totals, medium: Medium) -> list[Leaf]:
    """Return what stands at the top, or, where it is one meter, what stands under that."""
    tops = [
        Leaf(each, False, each.sign, told)
        for each in plan.tops(medium)
        if each.sign and (told := totals.entry(each.id)) is not None
    ]
    if len(tops) != 1:
        return tops
    (top,) = tops
    inside = of_one(plan, totals, top.entry.id)
    whole = all(each.told.amount.value is not None for each in inside)
    return (
        [replace(each, sign=top.sign * each.sign) for each in inside]
        if inside and whole
        else tops
    )


def _every_medium(plan: TotalsPlan, totals: Totals) -> list[Line]:
    """Return a line for each medium; unlike media have no sum."""
    found: list[Line] = []
    for medium in plan.media():
        total = totals.total(medium)
        if total is not None:
            found.append(Line(medium_name(medium), medium.unit, total, 0, True))
        if medium is Medium.GAS and totals.gas_kwh is not None:
            found.append(Line(_("Gas, as energy"), "kWh", totals.gas_kwh, 0, True))
    return found


def _beside(plan: TotalsPlan, totals: Totals, entry: str, other: str) -> list[Line]:
    found: list[tuple[Entry, Told]] = []
    for name in (entry, other):
        own, told = plan.of(name), totals.entry(name)
        if own is None or told is None:
            return []
        found.append((own, told))
    (one, first), (two, second) = found
    made = [
        Line(own.name, own.medium.unit, told, sign, False, own.id)
        for (own, told), sign in zip(found, (1, -1), strict=True)
    ]
    if one.medium.unit != two.medium.unit or _is_gas(one) != _is_gas(two):
        return made  # a cubic metre of gas and one of water have no difference
    return [*made, Line(_("Difference"), one.medium.unit, left(first, [(1, second)]), 1, True)]


def _is_gas(entry: Entry) -> bool:
    return entry.medium is Medium.GAS


def _line(leaf: Leaf) -> Line:
    unit = leaf.entry.medium.unit
    name = _("Rest of {name}").format(name=leaf.entry.name) if leaf.is_rest else leaf.entry.name
    return Line(name, unit, leaf.told, leaf.sign, False, leaf.entry.id)


def doubt_words(plan: TotalsPlan, found: Found) -> str:
    """Return a doubt as a sentence."""
    name, other = _name(plan, found.about), _name(plan, found.other)
    said = {
        Doubt.NEGATIVE: _("{name}: the parts counted more than the meter above them"),
        Doubt.SAME_METER: _("{name}: it has the serial number of {other}, so it counts twice"),
        Doubt.NO_GAS_VALUE: _("{name}: gas was counted before the first calorific value"),
        Doubt.UNKNOWN_POINT: _("{name}: its device is gone, or tells no index of that medium"),
    }[found.doubt]
    return said.format(name=name, other=other)


def _name(plan: TotalsPlan, own: str) -> str:
    entry = plan.of(own)
    return own if entry is None else entry.name
