"""What an index counted in each hour, day, month or year, as it is asked for and answered."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from app.model.reading import PointId


class Step(Enum):
    """How long the parts are that a period is told in."""

    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    DECADE = "decade"  # 2020 to 2029


@dataclass(frozen=True, slots=True)
class UnplacedAmount:
    """What was counted between two samples, nobody knows when."""

    start: datetime
    end: datetime
    amount: Decimal
    jump: bool  # more than it can have counted in that time; else a gap


@dataclass(frozen=True, slots=True)
class Consumption:
    """The consumption of one index; an amount is None where nothing is known, never 0."""

    point: PointId
    unit: str
    starts: tuple[datetime, ...]  # UTC, of each part
    ends_at: datetime  # of the last part
    amounts: tuple[Decimal | None, ...]  # with the decimals of the index
    complete: tuple[bool, ...]  # whether it is the whole truth of that part
    estimated: tuple[bool, ...]
    unplaced: tuple[UnplacedAmount, ...] = ()
    so_far: tuple[bool, ...] = ()  # whether it is the whole truth up to the newest reading

    def __len__(self) -> int:
        return len(self.starts)
