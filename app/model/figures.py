"""What is told of a point for each day or month: readings, means, what came, what was used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.model.consumption import Consumption, UnplacedAmount
from app.model.performance import Performance
from app.model.reading import PointId

Figure = float | None  # in the point's unit; None where nothing was believed


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one point, one entry for each part of the period."""

    point: PointId
    unit: str
    starts: tuple[datetime, ...]  # UTC, of each part
    ends_at: datetime  # of the last part
    first: tuple[Figure, ...]  # the first reading within the part
    last: tuple[Figure, ...]
    least: tuple[Figure, ...]
    most: tuple[Figure, ...]
    mean: tuple[Figure, ...]  # of the samples of the part, each counted alike
    came: tuple[Performance, ...]  # of the readings due in the part
    counted: Consumption | None = None  # what an index counted; None for any other point
    samples: tuple[int, ...] = ()  # that were believed, each part's mean is of so many

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class WholeFigures:
    """What all parts of a period are together: one figure of each kind."""

    point: PointId
    unit: str
    first: Figure
    last: Figure
    least: Figure
    most: Figure
    mean: Figure  # of all samples, each counted alike
    change: Decimal | None = None  # what an index counted; None: nothing is known of it
    is_whole: bool = True  # whether the change is all that was counted
    estimated: bool = False
    runs: bool = False  # nothing lacks but what comes after the newest reading


def together(told: Figures) -> WholeFigures:
    """Return the figures of a whole period from those of its parts.

    What an index counted in a gap nobody can give to a day, but to the period that the
    whole gap lies in; a jump that nobody has said to be real is given to none.
    """
    means = [
        (mean, many)
        for mean, many in zip(told.mean, told.samples, strict=True)
        if mean is not None and many
    ]
    total = sum(many for _mean, many in means)
    change, is_whole, estimated = _counted(told)
    return WholeFigures(
        told.point,
        told.unit,
        next((each for each in told.first if each is not None), None),
        next((each for each in reversed(told.last) if each is not None), None),
        min((each for each in told.least if each is not None), default=None),
        max((each for each in told.most if each is not None), default=None),
        sum(mean * many for mean, many in means) / total if total else None,
        change,
        is_whole,
        estimated,
        told.counted is not None and runs(told.counted),
    )


def whole_of(counted: Consumption) -> WholeFigures:
    """Return what an index counted in a whole period from its parts; no other figure."""
    nothing = (None,) * 5
    told = counted_in(counted)
    return WholeFigures(counted.point, counted.unit, *nothing, *told, runs(counted))


def runs(counted: Consumption) -> bool:
    """Whether the last part lacks only its end, and the parts before it lack nothing."""
    if not any(counted.so_far[-1:]):
        return False
    inside = _inside(counted)
    return all(list(_explained(counted, inside))[:-1])


def _counted(told: Figures) -> tuple[Decimal | None, bool, bool]:
    """Return what was counted, whether that is all of it, and whether a guess is in it."""
    return (None, True, False) if told.counted is None else counted_in(told.counted)


def counted_in(counted: Consumption) -> tuple[Decimal | None, bool, bool]:
    """Return what an index counted in all parts, whether that is all, whether guessed.

    What was counted in a gap that lies inside is among it, though no part can have it.
    """
    inside = _inside(counted)
    known = [each for each in counted.amounts if each is not None]
    if not known and not inside:
        return None, False, False
    change = sum(known, Decimal(0)) + sum((each.amount for each in inside), Decimal(0))
    return change, all(_explained(counted, inside)), any(counted.estimated)


def _inside(counted: Consumption) -> list[UnplacedAmount]:
    """Return what was counted in gaps that lie within the period."""
    begin = counted.starts[0] if counted.starts else counted.ends_at
    return [
        each
        for each in counted.unplaced
        if not each.jump and begin <= each.start and each.end <= counted.ends_at
    ]


def _explained(counted: Consumption, inside: list[UnplacedAmount]) -> Iterator[bool]:
    """Yield of each part whether it is whole, or lacks only what a gap added to the sum."""
    ends = (*counted.starts[1:], counted.ends_at)
    for start, end, whole in zip(counted.starts, ends, counted.complete, strict=True):
        yield whole or any(each.start < end and each.end > start for each in inside)
