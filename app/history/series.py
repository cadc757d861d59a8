"""The numbers a history file gives to points: short, dense, and never given twice."""

import sqlite3
import zlib
from collections.abc import Iterable

from app.errors import StoreBroken
from app.history.statements import ADD_SERIES, ALL_SERIES, SERIES_NAMED, SERIES_NUMBERED, listed
from app.model.reading import PointId


def all_numbers(connection: sqlite3.Connection) -> dict[PointId, int]:
    """Return the numbers of every point in the file."""
    return _checked(connection.execute(ALL_SERIES).fetchall())


def numbers_of(connection: sqlite3.Connection, points: Iterable[PointId]) -> dict[PointId, int]:
    """Return the numbers of those of the points that the file knows."""
    return _checked(connection.execute(SERIES_NAMED, (listed(points),)).fetchall())


def points_of(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, PointId]:
    """Return the points behind the numbers; every number must be there."""
    wanted = set(numbers)
    found = _checked(connection.execute(SERIES_NUMBERED, (listed(wanted),)).fetchall())
    points = {number: point for point, number in found.items()}
    if missing := wanted - points.keys():
        raise StoreBroken(f"it holds samples of {len(missing)} points it has no name for")
    return points


def add(
    connection: sqlite3.Connection, points: Iterable[PointId], known: dict[PointId, int]
) -> dict[PointId, int]:
    """Number the points that are not yet known, and return them; ``known`` stays as it is."""
    fresh: dict[PointId, int] = {}
    following = len(known) + 1  # numbers are dense from 1 and never taken back
    for point in points:
        if point not in known:
            fresh.setdefault(point, following + len(fresh))
    connection.executemany(
        ADD_SERIES, [(number, point, _seal(point, number)) for point, number in fresh.items()]
    )
    return fresh


def _checked(rows: Iterable[tuple[int, str, int]]) -> dict[PointId, int]:
    numbers = {}
    for number, point, seal in rows:
        if not isinstance(point, str) or seal != _seal(point, number):
            raise StoreBroken(
                f"it is damaged: the name of point {number} does not fit its seal"
            )
        numbers[PointId(point)] = number
    return numbers


def _seal(point: str, number: int) -> int:
    return zlib.crc32(point.encode("utf-8", "surrogatepass"), number)
