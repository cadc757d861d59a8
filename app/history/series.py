"""The numbers a history gives to points: short, dense, and never given twice."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from app.errors import StoreBroken, StoreDamaged
from app.history.engine import PointRow, Points
from app.history.samples import Ints
from app.history.schema import GROUP_SIZE
from app.model.reading import PointId


class Numbered:
    """Points, and the numbers they have in a place."""

    def __init__(self, points: Sequence[PointId], numbers: Ints) -> None:
        """``numbers`` as many as points."""
        self.points, self.numbers = points, numbers

    @cached_property
    def order(self) -> Ints | None:
        """The order of the numbers: groups lie together then; None where it is theirs."""
        rising = (self.numbers[1:] > self.numbers[:-1]).all()
        return None if rising else np.argsort(self.numbers, kind="stable")

    @cached_property
    def begins(self) -> Ints:
        """Where, in that order, each group of points begins."""
        numbers = self.numbers if self.order is None else self.numbers[self.order]
        groups = numbers // GROUP_SIZE
        return np.append(0, np.flatnonzero(groups[1:] != groups[:-1]) + 1)


def all_numbers(table: Points) -> dict[PointId, int]:
    """Return the numbers of every point there."""
    return checked(table.all())


def under_names_of(
    points: Iterable[PointId], numbers: dict[PointId, int]
) -> dict[PointId, int]:
    """Return the same numbers under the names that who asks holds, as far as there are such.

    Read from a file each name is another text of 70 bytes: two hundred thousand that are kept
    take 15 MB.
    """
    held = {point: numbers[point] for point in points if point in numbers}
    return held | numbers


def numbers_of(table: Points, points: Iterable[PointId]) -> dict[PointId, int]:
    """Return the numbers of those of the points that are known."""
    return checked(table.named(points))


def points_of(table: Points, numbers: Iterable[int]) -> dict[int, PointId]:
    """Return the points behind the numbers; every number must be there."""
    wanted = set(numbers)
    found = checked(table.numbered(wanted))
    points = {number: point for point, number in found.items()}
    if missing := wanted - points.keys():
        raise StoreBroken(f"it holds samples of {len(missing)} points it has no name for")
    return points


def names_of(named: Mapping[int, PointId], numbers: Iterable[int]) -> list[PointId]:
    """Return the point behind each number; `StoreBroken` where one has no name."""
    try:
        return [named[number] for number in numbers]
    except KeyError as error:
        raise StoreBroken(f"it holds samples of point {error}, which has no name") from error


def add(
    table: Points, points: Iterable[PointId], known: dict[PointId, int]
) -> dict[PointId, int]:
    """Number the points that are not yet known, and return them; ``known`` stays as it is."""
    fresh: dict[PointId, int] = {}
    following = len(known) + 1  # numbers are dense from 1 and never taken back
    for point in points:
        if point not in known:
            fresh.setdefault(point, following + len(fresh))
    table.add([(number, point, seal_of(point, number)) for point, number in fresh.items()])
    return fresh


def checked(rows: Iterable[PointRow]) -> dict[PointId, int]:
    """Return the numbers of points as a table hands them out; `StoreBroken` for damage."""
    numbers = {}
    for number, point, seal in rows:
        if not isinstance(point, str) or seal != seal_of(point, number):
            raise StoreDamaged(
                f"it is damaged: the name of point {number} does not fit its seal"
            )
        numbers[PointId(point)] = number
    return numbers


def seal_of(point: str, number: int) -> int:
    """Return what stands beside a point's name, so that damage of either shows."""
    return zlib.crc32(point.encode("utf-8", "surrogatepass"), number)
