"""What is known of a meter's index, and what a person states about its past.

A meter's running total is its **index**. What a device sent stays as it came; what people
know better – the meter was exchanged, that figure was mistyped – stands beside it as a
**statement**. Consumption is always worked out anew from both, so taking a statement back
brings back exactly what was there before.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import NewType

from app.errors import BadInput
from app.model.point import PointSpec
from app.model.reading import PointId
from app.words import _

INDEX_ROLES = frozenset(
    {"meter.energy", "meter.energy_export", "meter.energy_cooling", "meter.volume"}
)  # of points
StatementId = NewType("StatementId", str)

HOUR_MS = 3_600_000
_MOST_DIGITS = 18  # that whole numbers of 64 bits hold
LONGEST_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class IndexRules:
    """How an index counts.

    Attributes:
        unit: In which the meter tells it.
        decimals: How many it tells, by which everything is counted.
        wraps_at: How many steps of the last digit bring it back to 0: 10**7 for seven
            digits, decimals included, or 2**32; None when nobody knows, and then a fall is
            never taken for a rollover.
        most_per_hour: What it can count in an hour at the very most, in its unit, such as
            twice the connected power; None when nobody knows.
        gap_ms: A longer time without a sample is a gap: what was counted in it has no place.
    """

    unit: str
    decimals: int = 0
    wraps_at: int | None = None
    most_per_hour: Decimal | None = None
    gap_ms: int = 3 * HOUR_MS

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= _MOST_DIGITS or self.gap_ms <= 0:
            raise ValueError(f"an index cannot have {self.decimals} decimals or no time")
        if self.wraps_at is not None and not 1 < self.wraps_at <= 10**_MOST_DIGITS:
            raise ValueError(f"an index cannot wrap at {self.wraps_at}")


def wraps_after(digits: int) -> int:
    """Return where an index of so many digits goes back to 0, decimals counted as digits."""
    return int(10**digits)


def rules_of(spec: PointSpec) -> IndexRules:
    """Return how an index counts as far as its profile tells."""
    most = spec.most_per_hour
    return IndexRules(
        spec.unit,
        spec.decimals,
        wraps_at=None if spec.digits is None else wraps_after(spec.digits),
        most_per_hour=None if most is None else Decimal(str(most)),
    )


class Break(Enum):
    """Why an index does not go on from where it stood."""

    EXCHANGE = "exchange"  # another meter
    RESET = "reset"  # the same meter, set to another figure
    UNIT = "unit"  # the same count, told in another unit or with other decimals


@dataclass(frozen=True, slots=True)
class Broken:
    """At this moment the index was broken off, and went on otherwise.

    ``final`` is what the old one showed then, ``initial`` what the new one began with, each
    in its own unit; None for what nobody knows: what was counted there stays unknown, and
    is told as unknown. ``rules`` are those from then on, None: as before. ``photo`` is a
    document of the device that shows it, "" for none.
    """

    at: datetime
    kind: Break
    final: Decimal | None = None
    initial: Decimal | None = None
    rules: IndexRules | None = None
    estimated: bool = False  # the final reading is a person's guess
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What the device sent from ``start`` to before ``end`` is not to be believed."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """At this moment the index read ``value``, whatever was sent; ``photo`` as in `Broken`."""

    at: datetime
    value: Decimal
    photo: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The jumps from ``start`` to ``end`` are real: they were counted, and count."""

    start: datetime
    end: datetime


class Shape(Enum):
    """After what the energy of a gap is spread."""

    EVEN = "even"
    WEEK_BEFORE = "week-before"  # as the same index counted in the weeks before


@dataclass(frozen=True, slots=True)
class Spread:
    """What was counted in the gaps between ``start`` and ``end`` is spread, as an estimate."""

    start: datetime
    end: datetime
    shape: Shape = Shape.EVEN


Edit = Broken | Withdrawn | Entered | Accepted | Spread


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The statement no longer holds, as if it had never been made."""

    statement: StatementId


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody stated about an index, and why; none is ever changed or thrown away."""

    id: StatementId
    point: PointId
    says: Edit | TakenBack
    reason: str
    author: str
    at: datetime  # when it was made

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise BadInput(_("say why: a figure is not changed without a reason"))
        if len(self.reason) > LONGEST_REASON:
            raise BadInput(
                _("a reason takes at most {count} characters").format(count=LONGEST_REASON)
            )


def in_force(statements: tuple[Statement, ...]) -> tuple[Edit, ...]:
    """Return what holds of statements given in the order they were made.

    A statement that takes another one back can itself be taken back: then the other holds
    again.
    """
    return tuple(
        each.statement.says
        for each in as_listed(statements)
        if each.holds and not isinstance(each.statement.says, TakenBack)
    )


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement as it is listed: whether it holds by now."""

    statement: Statement
    holds: bool


def as_listed(statements: tuple[Statement, ...]) -> tuple[Stated, ...]:
    """Return statements given in the order they were made, each with whether it holds."""
    void: set[StatementId] = set()
    for each in reversed(statements):
        if isinstance(each.says, TakenBack) and each.id not in void:
            void.add(each.says.statement)
    return tuple(Stated(each, each.id not in void) for each in statements)


def moments(edit: Edit) -> tuple[datetime, datetime]:
    """Return the first and the last moment an edit speaks of."""
    if isinstance(edit, Broken | Entered):
        return edit.at, edit.at
    return edit.start, edit.end
