"""Two periods beside each other: what was counted, or the mean of what was measured."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.model.reading import PointId


@dataclass(frozen=True, slots=True)
class Period:
    """A time from its start to before its end; both aware."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """One of the periods, part by part; a value is None where nothing is known, never 0."""

    unit: str
    starts: tuple[datetime, ...]  # UTC, of each part
    ends_at: datetime  # of the last part
    values: tuple[Decimal | None, ...]  # with the decimals of the point
    complete: tuple[bool, ...]  # whether it is the whole truth of that part

    @property
    def total(self) -> Decimal | None:
        """What was counted in all; None where nothing is known. Of means it says nothing."""
        known = [value for value in self.values if value is not None]
        return sum(known, Decimal(0)) if known else None


@dataclass(frozen=True, slots=True)
class Compared:
    """One point in two periods; the nth parts stand beside each other."""

    point: PointId
    counted: bool  # an index: amounts of each part; else their means
    sides: tuple[Side, Side]
