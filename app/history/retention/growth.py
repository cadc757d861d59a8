"""How many bytes of a file a byte of samples takes: tried out on one in memory.

SQLite keeps rows in pages of a B-tree. A blob of more than about a thousand bytes goes on in
pages of its own, of which the last is seldom full; rows of later months come between those of
earlier ones, so pages part, and are half empty then. No formula tells it as well as SQLite
itself does: some points' rows of a year, put in month by month, take what a year's file takes.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import numpy as np

from app.history.schema import QUARTER
from app.history.statements import PUT_DAY, ChunkStatements

MONTHS = 12  # a file holds a year
_DAYS = 93  # tried out for a month
HEAD = 40  # bytes that a blob of a few days has more than its part of a month's
_POINTS = 60  # tried out; more tell the same


@dataclass(frozen=True, slots=True)
class Growth:
    """How a kind of database grows; see the functions of this module for each."""

    empty_bytes: Callable[[], int]
    share_of_points: Callable[[Sequence[int], int, str], float]
    share_of_groups: Callable[[Sequence[int]], float]


def empty_bytes() -> int:
    """Return what a year's file takes with nothing in it."""
    with _empty() as connection:
        return _bytes(connection)


def share_of_points(months: Sequence[int], parts: int, table: str) -> float:
    """Return bytes of a file for one of blobs in a table that has one a point and month.

    Until a month is over its samples lie in rows of some days each; then these go, and what
    they took is room for the next month's, but for no later year's, which has its own file.

    Args:
        months: How long the points' blobs of a month are, in their order, bytes.
        parts: In how many rows a month lies before it is over.
        table: ``"chunk"`` or ``"outline"``.
    """
    some = _some(months, _POINTS)
    texts = ChunkStatements(table, by_slot=False)

    def month(connection: sqlite3.Connection, nth: int) -> None:
        slots = range(nth * parts, (nth + 1) * parts)
        for slot in slots:
            rows = [
                (point, slot, 0, 1, bytes(each // parts + HEAD))
                for point, each in enumerate(some)
            ]
            connection.executemany(texts.put, rows)
        gone = [(point, slot, 0) for point in range(len(some)) for slot in slots]
        connection.executemany(texts.drop, gone)
        whole = [(point, slots[-1], 1, 1, bytes(each)) for point, each in enumerate(some)]
        connection.executemany(texts.put, whole)

    return _tried(month, sum(some))


def share_of_groups(days: Sequence[int]) -> float:
    """Return the same of figures of days, of which each group of points has one a day.

    Args:
        days: How long those of some days were, bytes: they differ, and those of a small plant
            lie about the length from which a blob takes a page more.
    """
    some = _some(days, _DAYS)

    def month(connection: sqlite3.Connection, nth: int) -> None:
        for day, length in enumerate(some):  # each is put in as its day is over
            connection.execute(PUT_DAY, (0, nth * len(some) + day, bytes(length)))

    return _tried(month, sum(some))


def _some(lengths: Sequence[int], most: int) -> list[int]:
    """Return as many lengths, from everywhere among them."""
    at = np.unique(np.linspace(0, len(lengths) - 1, min(most, len(lengths))).astype(int))
    return [lengths[each] for each in at.tolist()] if len(lengths) else []


def _tried(month: Callable[[sqlite3.Connection, int], None], put_in: int) -> float:
    """Return what a year takes, for one byte of blobs."""
    if not put_in:
        return 1.0
    with _empty() as connection:
        empty = _bytes(connection)
        for nth in range(MONTHS):
            month(connection, nth)
        return max((_bytes(connection) - empty) / (MONTHS * put_in), 1.0)


@contextmanager
def _empty() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in QUARTER.ddl():
            connection.execute(statement)
        yield connection


def _bytes(connection: sqlite3.Connection) -> int:
    counts = [
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("page_count", "page_size")
    ]
    return counts[0] * counts[1]


IN_A_FILE = Growth(empty_bytes, share_of_points, share_of_groups)
