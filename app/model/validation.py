"""What the rules found in an index: nothing is thrown away, each finding names its rule."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from app.model.reading import PointId


class Rule(Enum):
    """By which rule a figure, or a day, stands out."""

    RANGE = "range"  # below the least or above the most its digits can show
    SPIKE = "spike"  # more than it can count in that time
    NEGATIVE = "negative"  # it fell, and that is no rollover
    FROZEN = "frozen"  # it repeats itself while the meter counts otherwise
    SUM = "sum"  # the meter's own intervals do not add up to it
    PHYSICS = "physics"  # energy is not volume times spread


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands out, from the first to the last sample, or for a part of time."""

    rule: Rule
    start: datetime
    end: datetime
    samples: int = 0  # 0: a part of time was compared
    counted: float | None = None  # of a part, in the unit of the index
    expected: float | None = None
    figure: float | None = None  # of samples: what the first of them told


@dataclass(frozen=True, slots=True)
class Checked:
    """One index after every rule that its meter's points allow."""

    point: PointId
    findings: tuple[Finding, ...]
    ran: frozenset[Rule]  # those that could be run
    most_per_hour: Decimal | None  # the limit that held: stated, of its profile, or learnt
    fault: str = ""  # the sentence why no rule could be run, such as a unit nobody set
