"""A small plant whose years pass in moments, and what it truly counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from app.history.counters.marks import Ints
from app.history.energydays import Step, bins
from app.history.history import History
from app.history.readings import to_ms
from app.history.samples import Bulk, Floats
from app.model.counter import Statement
from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, Quality
from app.series import CODE_OF

ZONE = ZoneInfo("Europe/Copenhagen")
ENERGY, VOLUME = PointId("house.energy"), PointId("house.volume")
OUTDOOR, MODE = PointId("house.outdoor"), PointId("house.mode")
SPECS: Mapping[PointId, PointSpec] = {
    ENERGY: PointSpec("energy", "Energy", "kWh", 1, role="meter.energy", digits=8),
    VOLUME: PointSpec("volume", "Volume", "m³", 2, role="meter.volume", digits=8),
    OUTDOOR: PointSpec("outdoor", "Outdoor", "°C", 1),
    MODE: PointSpec("mode", "Mode", kind=ValueKind.CHOICE),
}
QUARTER_MS = 900_000
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


class Stated:
    """What was stated, as a `StatementBook` that is only read."""

    def __init__(self, statements: Sequence[Statement] = ()) -> None:
        self._statements = tuple(statements)

    def points(self) -> Collection[PointId]:
        return {each.point for each in self._statements}

    def of(self, points: Collection[PointId]) -> Mapping[PointId, tuple[Statement, ...]]:
        return {
            point: tuple(each for each in self._statements if each.point == point)
            for point in points
        }

    def state(self, *_what: object) -> Statement:
        raise AssertionError("nothing is stated by a retention")


@dataclass
class Known:
    """What the retention is told of the plant."""

    statements: Stated = field(default_factory=Stated)
    moved: dict[PointId, Sequence[datetime]] = field(default_factory=dict)
    specs: Mapping[PointId, PointSpec] = field(default_factory=lambda: SPECS)

    def spec_of(self, point: PointId) -> PointSpec | None:
        return self.specs.get(point)

    def moves(self, points: Collection[PointId]) -> Mapping[PointId, Sequence[datetime]]:
        return {point: self.moved[point] for point in points if point in self.moved}


@dataclass
class Years:
    """Quarter hours from `BEGIN` on: what each point showed, reproducible by seed."""

    seed: int = 5
    every: int = 1  # quarters between two samples
    total: int = 7 * 366 * 96
    counts: dict[PointId, Ints] = field(init=False)

    def __post_init__(self) -> None:
        chance = np.random.default_rng(self.seed)
        quarters = np.arange(self.total)
        cold = 1 + 0.9 * np.cos(quarters / 96 / 365.25 * 2 * np.pi)
        day = 1 + 0.5 * np.sin(quarters / 96 * 2 * np.pi)
        used = chance.poisson(12 * cold * day)  # tenths of a kWh in a quarter of an hour
        flowed = chance.poisson(3 + 15 * cold * day)
        outdoor = np.rint(
            80 - 90 * (cold - 1) + 40 * (day - 1) + chance.normal(0, 10, self.total)
        )
        mode = (quarters // 40) % 3
        self.counts = {
            ENERGY: np.cumsum(used) + 123_456,
            VOLUME: np.cumsum(flowed) + 9_000,
            OUTDOOR: outdoor.astype(np.int64),
            MODE: mode,
        }

    def times(self) -> Ints:
        return to_ms(BEGIN) + np.arange(0, self.total, self.every) * QUARTER_MS

    def values(self, point: PointId) -> Floats:
        found: Floats = self.counts[point][:: self.every] / 10.0 ** SPECS[point].decimals
        return found

    def record(self, store: History, begin: datetime, end: datetime) -> None:
        """Store what was sampled from ``begin`` to before ``end``, month by month."""
        points = tuple(self.counts)
        times = self.times()
        inside = (times >= to_ms(begin)) & (times < to_ms(end))
        many = int(inside.sum())
        store.bring(
            Bulk(
                points,
                np.tile(np.arange(len(points)), many),
                np.repeat(times[inside], len(points)),
                np.stack([self.values(each)[inside] for each in points], axis=1).ravel(),
                np.full(many * len(points), CODE_OF[Quality.GOOD], np.uint8),
            ),
            "quarter",
        )

    def counted(self, point: PointId, step: Step, begin: datetime, end: datetime) -> list[int]:
        """Return what an index counted in each part, in its last digit, from every sample."""
        edges = bins(ZONE, step, begin, end).edges_ms
        at = (edges - to_ms(BEGIN)) // QUARTER_MS
        return [int(each) for each in np.diff(self.counts[point][at])]


def months_from(begin: datetime, count: int) -> list[datetime]:
    """Return the begins (UTC) of so many months, and of the one after."""
    return [
        datetime(
            begin.year + (begin.month - 1 + nth) // 12,
            (begin.month - 1 + nth) % 12 + 1,
            1,
            tzinfo=UTC,
        )
        for nth in range(count + 1)
    ]


def settled_at(moment: datetime) -> datetime:
    """Return when the month before a moment is merged."""
    return moment + timedelta(days=5)
