"""Totals worked out: what each entry counted, what is left of it, and what all of it is.

Every figure of an index is rounded once, where it enters; all others are sums and differences
of these. So whatever is looked at, the whole, its parts or the leaves of the tree, comes to the
same total to the last digit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum

from app.model.totals import Entry, Kind, Medium, TotalsPlan

_HUNDREDTH = -2  # as a power of ten: a percent


@dataclass(frozen=True, slots=True)
class Amount:
    """What was counted in a time; None where nothing is known, never 0."""

    value: Decimal | None
    whole: bool = True  # whether it is all that was counted
    estimated: bool = False

    @property
    def is_negative(self) -> bool:
        """Whether less than nothing is told."""
        return self.value is not None and self.value < 0


UNKNOWN = Amount(None, whole=False)


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of one entry, rest or total, in the unit of its medium."""

    id: str  # of the entry; of a total the medium's
    parts: tuple[Amount, ...]
    amount: Amount  # of the whole time; holds what has no place in any part, too

    @property
    def is_negative(self) -> bool:
        """Whether any of it is less than nothing: its parts counted more than it did."""
        return any(each.is_negative for each in (*self.parts, self.amount))


class Doubt(Enum):
    """What makes a total doubtful."""

    NEGATIVE = "negative"  # what is left over is less than nothing
    SAME_METER = "same-meter"  # two entries count, and one serial number is behind both
    NO_GAS_VALUE = "no-gas-value"  # gas was counted before the first calorific value
    UNKNOWN_POINT = "unknown-point"  # the device of an entry is gone, or is no index


@dataclass(frozen=True, slots=True)
class Found:
    """One doubt about one entry."""

    doubt: Doubt
    about: str  # the id of the entry
    other: str = ""  # the other entry


@dataclass(frozen=True, slots=True)
class Totals:
    """All figures of a plan in a time."""

    starts: tuple[datetime, ...]  # UTC, of each part
    ends_at: datetime
    entries: tuple[Told, ...]  # in the order of the plan
    rests: tuple[Told, ...]  # of each meter with others under it, by its id
    totals: tuple[Told, ...]  # by medium
    gas_kwh: Told | None = None  # the total of gas in kWh; None without a calorific value
    doubts: tuple[Found, ...] = ()

    def entry(self, own: str) -> Told | None:
        """Return the figures of an entry."""
        return next((each for each in self.entries if each.id == own), None)

    def rest(self, own: str) -> Told | None:
        """Return what is left of a meter beyond those under it."""
        return next((each for each in self.rests if each.id == own), None)

    def total(self, medium: Medium) -> Told | None:
        """Return the total of a medium."""
        return next((each for each in self.totals if each.id == medium.value), None)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One of the figures that make up a total, none of them in another."""

    entry: Entry
    is_rest: bool
    sign: int
    told: Told


def worked_out(
    plan: TotalsPlan,
    measured: Mapping[str, Told],
    starts: tuple[datetime, ...],
    ends_at: datetime,
) -> Totals:
    """Return all figures; ``measured`` has those of the indexes by id of the entry."""
    found: dict[str, Told] = {}
    unknown = (UNKNOWN,) * len(starts)
    for each in _from_below(plan):
        if each.kind is Kind.METER:
            told = measured.get(each.id, Told(each.id, unknown, UNKNOWN))
        elif each.kind is Kind.SUM:
            told = _added(each.id, _signed(plan.under(each.id), found), len(starts))
        else:  # worked out with the meter above, once all beside it are known
            continue
        found[each.id] = told
        _share_out(plan, each, found)
    rests = {
        each.id: left(found[each.id], _signed(plan.under(each.id), found))
        for each in plan.entries
        if each.kind is Kind.METER and any(one.counts for one in plan.under(each.id))
    }
    totals = tuple(
        _added(medium.value, _signed(plan.tops(medium), found), len(starts))
        for medium in plan.media()
    )
    entries = tuple(found[each.id] for each in plan.entries)
    return Totals(
        starts,
        ends_at,
        entries,
        tuple(rests.values()),
        totals,
        None,
        _negative(plan, found, rests),
    )


def leaves(plan: TotalsPlan, totals: Totals, medium: Medium) -> list[Leaf]:
    """Return the finest figures that a total is made of; with their signs they add up to it."""
    return [leaf for top in plan.tops(medium) for leaf in _leaves(plan, totals, top, 1)]


def of_one(plan: TotalsPlan, totals: Totals, own: str) -> list[Leaf]:
    """Return what directly makes up an entry: those under it that count, and its rest."""
    above = plan.of(own)
    found = [
        Leaf(each, False, each.sign, told)
        for each in plan.under(own)
        if each.sign and (told := totals.entry(each.id)) is not None
    ]
    rest = totals.rest(own)
    if above is not None and rest is not None and not _has_remainder(plan, above):
        found.append(Leaf(above, True, 1, rest))
    return found


def added(amounts: Iterable[tuple[int, Amount]]) -> Amount:
    """Return signed amounts together: what is known of them, and whether that is all."""
    every = list(amounts)
    known = [(sign, each.value) for sign, each in every if each.value is not None]
    if not known:
        return UNKNOWN
    return Amount(
        sum((sign * value for sign, value in known), Decimal(0)),
        len(known) == len(every) and all(each.whole for _sign, each in every),
        any(each.estimated for _sign, each in every),
    )


def left(own: Told, signed: Sequence[tuple[int, Told]]) -> Told:
    """Return one figure less others; unknown wherever one of them is."""
    return Told(
        own.id,
        tuple(
            _less(part, [(sign, told.parts[at]) for sign, told in signed])
            for at, part in enumerate(own.parts)
        ),
        _less(own.amount, [(sign, told.amount) for sign, told in signed]),
    )


def _leaves(plan: TotalsPlan, totals: Totals, entry: Entry, sign: int) -> list[Leaf]:
    told, sign = totals.entry(entry.id), sign * entry.sign
    if not sign or told is None:
        return []
    inside = of_one(plan, totals, entry.id)
    if not inside or (entry.kind is Kind.METER and not _explains(totals, entry)):
        return [Leaf(entry, False, sign, told)]
    found: list[Leaf] = []
    for leaf in inside:
        if leaf.is_rest:
            found.append(replace(leaf, sign=sign))
        else:
            found += _leaves(plan, totals, leaf.entry, sign)
    return found


def _explains(totals: Totals, entry: Entry) -> bool:
    """Whether what is left of a meter is known, so that its parts may stand for it."""
    rest = totals.rest(entry.id)
    return rest is not None and rest.amount.value is not None


def _from_below(plan: TotalsPlan) -> list[Entry]:
    """Return the entries so that what stands under one comes before it."""
    found: list[Entry] = []

    def down(entry: Entry) -> None:
        for each in plan.under(entry.id):
            down(each)
        found.append(entry)

    for each in plan.entries:
        if not each.above:
            down(each)
    return found


def _share_out(plan: TotalsPlan, above: Entry, found: dict[str, Told]) -> None:
    """Work out the virtual parts of a meter: its shares, then what its remainder is."""
    own, virtual = found[above.id], plan.under(above.id)
    for each in virtual:
        if each.kind is Kind.SHARE:
            found[each.id] = Told(
                each.id,
                tuple(_part(one, each.percent) for one in own.parts),
                _part(own.amount, each.percent),
            )
    for each in virtual:
        if each.kind is Kind.REMAINDER:
            others = [one for one in virtual if one.kind is not Kind.REMAINDER]
            found[each.id] = replace(left(own, _signed(others, found)), id=each.id)


def _part(amount: Amount, percent: Decimal) -> Amount:
    if amount.value is None:
        return amount
    return replace(amount, value=(amount.value * percent).scaleb(_HUNDREDTH))


def _signed(entries: Sequence[Entry], found: Mapping[str, Told]) -> list[tuple[int, Told]]:
    return [(each.sign, found[each.id]) for each in entries if each.sign]


def _added(own: str, signed: Sequence[tuple[int, Told]], width: int) -> Told:
    return Told(
        own,
        tuple(added((sign, told.parts[at]) for sign, told in signed) for at in range(width)),
        added((sign, told.amount) for sign, told in signed),
    )


def _less(own: Amount, others: Sequence[tuple[int, Amount]]) -> Amount:
    """Return what is left; unknown as soon as anything of it is."""
    if own.value is None or any(each.value is None for _sign, each in others):
        return UNKNOWN
    return added([(1, own), *((-sign, each) for sign, each in others)])


def _has_remainder(plan: TotalsPlan, above: Entry) -> bool:
    return any(each.kind is Kind.REMAINDER and each.counts for each in plan.under(above.id))


def _negative(
    plan: TotalsPlan, found: Mapping[str, Told], rests: Mapping[str, Told]
) -> tuple[Found, ...]:
    doubts = [
        Found(Doubt.NEGATIVE, each.id)
        for each in plan.entries
        if each.kind is Kind.REMAINDER and found[each.id].is_negative
    ]
    doubts += [
        Found(Doubt.NEGATIVE, own)
        for own, told in rests.items()
        if told.is_negative and not _has_remainder(plan, _known(plan, own))
    ]
    return tuple(doubts)


def _known(plan: TotalsPlan, own: str) -> Entry:
    return next(each for each in plan.entries if each.id == own)
