"""The rows of one stream in one SQLite file, within one transaction."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from app.history import statements
from app.history.engine import (
    BatchRow,
    Chunk,
    ChunkRow,
    Counts,
    DayRow,
    MonthRow,
    NewestRow,
    PointRow,
    Waiting,
)
from app.history.statements import LONGEST, BatchStatements, ChunkStatements, Statements, listed
from app.model.reading import PointId


class SqlitePoints:
    """`Points` of a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> Iterable[PointRow]:
        """Yield every point: rows of two hundred thousand never lie in memory together."""
        return self._connection.execute(statements.ALL_SERIES)

    def named(self, names: Iterable[PointId]) -> Iterable[PointRow]:
        """Return those of the points that are known."""
        asked = (listed(names),)
        return self._connection.execute(statements.SERIES_NAMED, asked).fetchall()

    def numbered(self, numbers: Iterable[int]) -> Iterable[PointRow]:
        """Return the points of some numbers, those that are known."""
        asked = (listed(numbers),)
        return self._connection.execute(statements.SERIES_NUMBERED, asked).fetchall()

    def after(self, number: int) -> Iterable[PointRow]:
        """Yield the points of higher numbers than one."""
        return self._connection.execute(statements.SERIES_AFTER, (number,))

    def add(self, rows: Iterable[PointRow]) -> None:
        """Add points; a number or a name given twice is an error."""
        self._connection.executemany(statements.ADD_SERIES, rows)


class SqliteBatches:
    """`Batches` of a file; the row numbers of SQLite tell which was written later."""

    def __init__(self, connection: sqlite3.Connection, sql: BatchStatements) -> None:
        self._connection, self._sql = connection, sql

    def add(self, rows: Iterable[BatchRow]) -> None:
        """Add batches, which count as written after all that are there."""
        self._connection.executemany(self._sql.add, rows)

    def of(self, groups: Collection[int], first: int, last: int) -> Sequence[Waiting]:
        """Return the batches of some groups and a span of slots, as written."""
        asked = (listed(groups), first, last)
        return self._connection.execute(self._sql.of, asked).fetchall()

    def all(self) -> Sequence[Waiting]:
        """Return every batch, as written."""
        return self._connection.execute(self._sql.all).fetchall()

    def later(self) -> Sequence[NewestRow]:
        """Return (group, slot, id, packed) of what no row of `Newest` has, as written."""
        return self._connection.execute(self._sql.later).fetchall()

    def slots(self, last: int) -> Sequence[int]:
        """Return the slots up to one that have batches, the newest first."""
        found = self._connection.execute(self._sql.slots, (last,)).fetchall()
        return [slot for (slot,) in found]

    def of_slot(self, slot: int) -> Iterator[Waiting]:
        """Hand out the batches of a slot one by one, as written."""
        return self._connection.execute(self._sql.of_slot, (slot,))

    def places(self, open_slot: int) -> Sequence[tuple[int, int]]:
        """Return each (slot, group) before a slot that has batches, by slot, then group."""
        return self._connection.execute(self._sql.places, (open_slot,)).fetchall()

    def crowded(self, open_slot: int, least: int) -> Sequence[tuple[int, int]]:
        """Return each (slot, group) from a slot on with so many batches, in the same order."""
        return self._connection.execute(self._sql.crowded, (open_slot, least)).fetchall()

    def at(self, group: int, slot: int) -> Sequence[tuple[int, bytes]]:
        """Return (id, packed) of the batches of one group and slot, as written."""
        return self._connection.execute(self._sql.at, (group, slot)).fetchall()

    def put(self, group: int, slot: int, number: int, samples: int, packed: bytes) -> None:
        """Put other bytes into the batch of an id."""
        self._connection.execute(self._sql.put, (samples, packed, number))

    def drop(self, group: int, slot: int, numbers: Iterable[int]) -> None:
        """Remove the batches of some ids."""
        self._connection.executemany(self._sql.drop, [(each,) for each in numbers])

    def drop_before(self, slot: int) -> None:
        """Remove the batches of all slots before one."""
        self._connection.execute(self._sql.drop_before, (slot,))

    def counts(self) -> Counts:
        """Count the batches and their samples."""
        counted: Counts = self._connection.execute(self._sql.counts).fetchone()
        return counted


class SqliteChunks:
    """`Chunks` of a file, which lie there in the order of their key."""

    def __init__(
        self, connection: sqlite3.Connection, sql: ChunkStatements, *, by_slot: bool
    ) -> None:
        self._connection, self._sql, self._by_slot = connection, sql, by_slot

    def of(self, points: Collection[int], first: int, last: int) -> Sequence[Chunk]:
        """Return the chunks that cover any slot of a span, by point, then slot."""
        if not self._by_slot:
            asked = (listed(points), first, last + LONGEST - 1, last)
            return self._connection.execute(self._sql.of, asked).fetchall()
        begin, end = self._connection.execute(self._sql.ends).fetchone()
        if begin is None:
            return []
        there = range(max(begin, first), min(end, last) + 1)
        looked_up = (listed(points), listed(there))
        return self._connection.execute(self._sql.looked_up, looked_up).fetchall()

    def newest(self, spans: Iterable[tuple[int, int, int]]) -> Sequence[Chunk]:
        """Return for each (point, first slot, last slot) the chunk of the newest slot in it."""
        return list(chain.from_iterable(self._newest(*span) for span in spans))

    def newest_slot(self, last: int) -> int | None:
        """Return the newest slot up to one that any chunk covers."""
        asked = {"last": last, "reach": last + LONGEST - 1}
        [slot] = self._connection.execute(self._sql.newest_slot, asked).fetchone()
        return None if slot is None else int(slot)

    def of_slot(self, slot: int) -> Iterator[Chunk]:
        """Hand out the chunks that cover a slot one by one, by point."""
        asked = {"slot": slot, "reach": slot + LONGEST - 1}
        return self._connection.execute(self._sql.of_slot, asked)

    def put(self, rows: Iterable[ChunkRow]) -> None:
        """Put chunks, each in the place of the one that covers the same slots."""
        self._connection.executemany(self._sql.put, rows)

    def drop(self, keys: Iterable[tuple[int, int, int]]) -> None:
        """Remove some chunks: (point, last slot, slots)."""
        self._connection.executemany(self._sql.drop, keys)

    def drop_before(self, slot: int) -> None:
        """Remove the chunks of all slots before one."""
        self._connection.execute(self._sql.drop_before, (slot,))

    def counts(self) -> Counts:
        """Count the chunks and their samples."""
        counted: Counts = self._connection.execute(self._sql.counts).fetchone()
        return counted

    def samples(self) -> Iterable[tuple[int, int]]:
        """Return how many samples of each point lie in chunks: (number, count)."""
        return self._connection.execute(self._sql.samples).fetchall()

    def room(self, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """Return (number, samples, bytes) of the chunks that end in a span of slots."""
        return self._connection.execute(self._sql.room, (first, last)).fetchall()

    def _newest(self, point: int, first: int, last: int) -> list[Chunk]:
        asked = (point, first, last + LONGEST - 1, last)
        newest: Chunk | None = self._connection.execute(self._sql.newest, asked).fetchone()
        if newest is None:
            return []
        _, slot, slots, _ = newest
        if slots == 1:
            return [newest]
        there = (listed([point]), slot - slots + 1, slot, slot)
        return self._connection.execute(self._sql.of, there).fetchall()


class SqliteDays:
    """`Days` of a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def of(self, groups: Collection[int], first: int, last: int) -> Sequence[DayRow]:
        """Return the rows of some groups and a span of slots, by group, then slot."""
        asked = (listed(groups), first, last)
        return self._connection.execute(statements.DAYS, asked).fetchall()

    def put(self, rows: Iterable[DayRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        self._connection.executemany(statements.PUT_DAY, rows)

    def room(self) -> int:
        """Return how many bytes all rows take."""
        [size] = self._connection.execute(statements.ROOM_OF_DAYS).fetchone()
        return int(size)


class SqliteMonths:
    """`Months` of a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[MonthRow]:
        """Return every row that is noted, by group, then month."""
        return self._connection.execute(statements.MONTHS).fetchall()

    def put(self, rows: Iterable[MonthRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        self._connection.executemany(statements.PUT_MONTH, rows)

    def open(self, group: int, month: int) -> None:
        """Note that a month has chunks of days; when it was merged stays as it was."""
        self._connection.execute(statements.OPEN_MONTH, (group, month))


class SqliteNewest:
    """`Newest` of a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[NewestRow]:
        """Return every row, by group."""
        return self._connection.execute(statements.ALL_NEWEST).fetchall()

    def of(self, group: int) -> NewestRow | None:
        """Return a group's row."""
        row: NewestRow | None = self._connection.execute(
            statements.NEWEST_OF, (group,)
        ).fetchone()
        return row

    def put(self, rows: Iterable[NewestRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        self._connection.executemany(statements.PUT_NEWEST, rows)

    def drop(self, groups: Collection[int]) -> None:
        """Remove the rows of some groups."""
        self._connection.execute(statements.DROP_NEWEST, (listed(groups),))


class SqliteTables:
    """`Tables` over a connection that is within a transaction."""

    def __init__(
        self, connection: sqlite3.Connection, sql: Statements, *, by_slot: bool
    ) -> None:
        self._connection = connection
        self.points = SqlitePoints(connection)
        self.batches = SqliteBatches(connection, sql.batches)
        self.chunks = SqliteChunks(connection, sql.chunks, by_slot=by_slot)
        self.outlines = SqliteChunks(connection, sql.outlines, by_slot=False)
        self.days = SqliteDays(connection)
        self.months = SqliteMonths(connection)
        self.newest = SqliteNewest(connection)

    def write_over(self) -> None:
        """From here on write over what is removed."""
        self._connection.execute("PRAGMA secure_delete=ON").fetchone()
