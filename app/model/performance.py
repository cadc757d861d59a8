"""How many of the readings that were due came, and how far they may be trusted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.model.reading import PointId, Quality

# Of these qualities a reading came; a stale one only repeats what came before.
RECEIVED = frozenset({Quality.GOOD, Quality.UNCERTAIN, Quality.MANUAL})


@dataclass(frozen=True, slots=True)
class Performance:
    """The readings of one point in a period, at most one for each interval."""

    point: PointId
    since: datetime  # UTC: the period's begin, or when the device came, if that is later
    until: datetime  # UTC: the period's end, or now
    expected: int  # one an interval
    by_quality: Mapping[Quality, int] = field(default_factory=dict)  # of what is stored

    @property
    def received(self) -> int:
        """How many of the expected readings came."""
        return sum(count for quality, count in self.by_quality.items() if quality in RECEIVED)

    @property
    def missing(self) -> int:
        """For how many intervals nothing is stored at all."""
        return self.expected - sum(self.by_quality.values())

    @property
    def percent(self) -> float | None:
        """What came of what was expected; None where nothing was."""
        return 100 * self.received / self.expected if self.expected else None

    def share(self, quality: Quality) -> float | None:
        """What is of one quality, in percent of what was expected."""
        return 100 * self.by_quality.get(quality, 0) / self.expected if self.expected else None
