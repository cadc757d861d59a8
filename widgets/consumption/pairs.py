"""What an index counted, part beside part of another time, as rows with their remarks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from fractions import Fraction

from app.errors import BadInput
from app.model.consumption import Consumption, UnplacedAmount
from app.model.units import converted, decimals_told, readable, rounded
from widgets.consumption.stretch import Beside, Stretch
from widgets.controls.quality import NO_VALUE, figures


@dataclass(frozen=True, slots=True)
class Part:
    """What was counted in one part of time; ``amount`` is None where nothing is known."""

    start: datetime  # UTC
    end: datetime
    amount: Decimal | None  # in the unit of its index
    whole: bool  # whether it is all that was counted
    estimated: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A part beside the same one of another time; one of them may not exist there."""

    now: Part | None
    before: Part | None


@dataclass(frozen=True, slots=True)
class Told:
    """The unit figures are told in, and how those of an index come to it."""

    source: str
    unit: str
    decimals: int  # told in ``unit``: none that the index does not resolve

    def value(self, amount: Decimal) -> Decimal:
        """Return an amount in the unit shown, as exactly as the index tells it."""
        if self.source == self.unit:
            return amount
        return rounded(converted(amount, self.source, self.unit), self.decimals)

    def words(self, amount: Decimal | None) -> str:
        """Return an amount as it is shown, without its unit."""
        if amount is None:
            return NO_VALUE
        return figures(float(self.value(amount)), self.decimals)


@dataclass(frozen=True, slots=True)
class Consumed:
    """A time and what stands beside it, ready to be shown."""

    stretch: Stretch
    other: Stretch | None
    pairs: tuple[Pair, ...]
    now: Told
    before: Told
    unplaced: tuple[UnplacedAmount, ...]

    @property
    def unit(self) -> str:
        """In which everything is told."""
        return self.now.unit

    def total(self, *, like: bool = False) -> Decimal | None:
        """Return what was counted in all; None where nothing is known.

        ``like``: only in the parts that are known of both, so that a day that is not over
        stands beside the same hours of another one, and of a day of 25 hours the hour that
        the other one did not have is left out.
        """
        return total_of(pair.now for pair in self.pairs if not like or _known_of_both(pair))

    def total_before(self, *, like: bool = False) -> Decimal | None:
        """Return what was counted in all beside it; ``like`` as in `total`."""
        return total_of(pair.before for pair in self.pairs if not like or _known_of_both(pair))

    def change(self, pair: Pair) -> tuple[Decimal, float | None] | None:
        """Return how much more the first is than the second, in the unit shown and in %.

        None unless both are known; no % of nothing.
        """
        if pair.now is None or pair.before is None:
            return None
        return self.change_of(pair.now.amount, pair.before.amount)

    def change_of(
        self, amount: Decimal | None, before: Decimal | None
    ) -> tuple[Decimal, float | None] | None:
        """Return the same of two amounts, each in the unit of its index."""
        if amount is None or before is None or self.now.unit != self.before.unit:
            return None
        one, other = self.now.value(amount), self.before.value(before)
        return one - other, float(100 * (one - other) / other) if other else None


def _known_of_both(pair: Pair) -> bool:
    return all(part is not None and part.amount is not None for part in (pair.now, pair.before))


def total_of(parts: Iterable[Part | None]) -> Decimal | None:
    """Return the sum of what is known; None where nothing is."""
    known = [each.amount for each in parts if each is not None and each.amount is not None]
    return sum(known, Decimal(0)) if known else None


def consumed(
    stretch: Stretch,
    how: Beside,
    counted: Consumption,
    before: Consumption | None,
    zone: tzinfo | None,
) -> Consumed:
    """Put two times beside each other, part by part, in one unit."""
    other = stretch.beside(how)
    by_weekday = how is Beside.WEEKDAYS
    rows: dict[tuple[int, ...], list[Part | None]] = {}
    for side, (times, found) in enumerate(((stretch, counted), (other, before))):
        if times is None or found is None:
            continue
        for part in parts_of(found):
            key = times.key(part.start, zone, by_weekday=by_weekday)
            rows.setdefault(key, [None, None])[side] = part
    pairs = tuple(Pair(*rows[key]) for key in sorted(rows))
    sizes = [abs(each) for each in counted.amounts if each is not None]
    largest = max(sizes, default=Decimal(0))
    unit = readable_unit(largest, counted.unit)
    now = told_in(counted, unit)
    return Consumed(
        stretch,
        other if before is not None else None,
        pairs,
        now,
        now if before is None else told_in(before, unit),
        counted.unplaced,
    )


def parts_of(counted: Consumption) -> list[Part]:
    """Return the parts of an answer."""
    ends = (*counted.starts[1:], counted.ends_at)
    return [
        Part(*each)
        for each in zip(
            counted.starts,
            ends,
            counted.amounts,
            counted.complete,
            counted.estimated,
            strict=True,
        )
    ]


def readable_unit(largest: Decimal, unit: str) -> str:
    """Return the unit in which the largest of some figures has few digits."""
    try:
        return readable(Fraction(largest), unit)
    except BadInput:  # a unit of a profile that nobody can convert
        return unit


def told_in(counted: Consumption, unit: str) -> Told:
    """Return how an answer's figures are told; its decimals are those it was answered with."""
    decimals = max((_decimals(each) for each in counted.amounts if each is not None), default=0)
    if counted.unit == unit:
        return Told(unit, unit, decimals)
    try:
        return Told(counted.unit, unit, decimals_told(counted.unit, decimals, unit))
    except BadInput:  # another quantity: it cannot stand beside it and keeps its unit
        return Told(counted.unit, counted.unit, decimals)


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0
