"""The rows of one stream in one schema of a PostgreSQL server, within one transaction."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import psycopg

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
from app.history.serverstatements import BatchTexts, ChunkTexts, Texts
from app.history.statements import LONGEST
from app.model.reading import PointId

Connection = psycopg.Connection[Any]


def _rows(connection: Connection, text: str, *asked: object) -> list[Any]:
    """Return the answer's rows; bytes travel as they are, not as letters."""
    return connection.execute(text.encode(), asked, binary=True).fetchall()


class ServerPoints:
    """`Points` of a schema."""

    def __init__(self, connection: Connection, texts: Texts) -> None:
        self._connection, self._texts = connection, texts

    def all(self) -> Iterable[PointRow]:
        """Return every point."""
        return _rows(self._connection, self._texts.all_series)

    def named(self, names: Iterable[PointId]) -> Iterable[PointRow]:
        """Return those of the points that are known."""
        return _rows(self._connection, self._texts.series_named, list(names))

    def numbered(self, numbers: Iterable[int]) -> Iterable[PointRow]:
        """Return the points of some numbers, those that are known."""
        return _rows(self._connection, self._texts.series_numbered, list(numbers))

    def after(self, number: int) -> Iterable[PointRow]:
        """Return the points of higher numbers than one."""
        return _rows(self._connection, self._texts.series_after, number)

    def add(self, rows: Iterable[PointRow]) -> None:
        """Add points; a number or a name given twice is an error."""
        with self._connection.cursor() as cursor, cursor.copy(self._texts.add_series) as copy:
            copy.set_types(("int4", "text", "int8"))
            for row in rows:
                copy.write_row(row)


class ServerBatches:
    """`Batches` of a schema; who writes gives the ids, each above all of its group and slot."""

    def __init__(self, connection: Connection, texts: BatchTexts) -> None:
        self._connection, self._texts = connection, texts
        self.added = False

    def add(self, rows: Iterable[BatchRow]) -> None:
        """Add batches, which count as written after all that are there."""
        given = list(rows)
        slots, groups = [row[0] for row in given], [row[1] for row in given]
        found = _rows(self._connection, self._texts.last_ids, groups, slots)
        last = {(group, slot): number for group, slot, number in found}
        with self._connection.cursor() as cursor, cursor.copy(self._texts.add) as copy:
            copy.set_types(("int4", "int8", "int8", "int4", "bytea"))
            for slot, group, samples, packed in given:
                number = last[group, slot] = last.get((group, slot), 0) + 1
                copy.write_row((group, slot, number, samples, packed))
        self.added = self.added or bool(given)

    def of(self, groups: Collection[int], first: int, last: int) -> Sequence[Waiting]:
        """Return the batches of some groups and a span of slots, as written."""
        return _rows(self._connection, self._texts.of, list(groups), first, last)

    def all(self) -> Sequence[Waiting]:
        """Return every batch, as written."""
        return _rows(self._connection, self._texts.all)

    def later(self) -> Sequence[NewestRow]:
        """Return (group, slot, id, packed) of what no row of `Newest` has, as written."""
        return _rows(self._connection, self._texts.later)

    def slots(self, last: int) -> Sequence[int]:
        """Return the slots up to one that have batches, the newest first."""
        return [slot for (slot,) in _rows(self._connection, self._texts.slots, last)]

    def of_slot(self, slot: int) -> Iterator[Waiting]:
        """Hand out the batches of a slot one by one, as written."""
        return iter(_rows(self._connection, self._texts.of_slot, slot))

    def places(self, open_slot: int) -> Sequence[tuple[int, int]]:
        """Return each (slot, group) before a slot that has batches, by slot, then group."""
        return _rows(self._connection, self._texts.places, open_slot)

    def crowded(self, open_slot: int, least: int) -> Sequence[tuple[int, int]]:
        """Return each (slot, group) from a slot on with so many batches, in the same order."""
        return _rows(self._connection, self._texts.crowded, open_slot, least)

    def at(self, group: int, slot: int) -> Sequence[tuple[int, bytes]]:
        """Return (id, packed) of the batches of one group and slot, as written."""
        return _rows(self._connection, self._texts.at, group, slot)

    def put(self, group: int, slot: int, number: int, samples: int, packed: bytes) -> None:
        """Put other bytes into the batch of an id."""
        asked = (samples, packed, group, slot, number)
        self._connection.execute(self._texts.put.encode(), asked)

    def drop(self, group: int, slot: int, numbers: Iterable[int]) -> None:
        """Remove the batches of some ids."""
        self._connection.execute(self._texts.drop.encode(), (group, slot, list(numbers)))

    def drop_before(self, slot: int) -> None:
        """Remove the batches of all slots before one."""
        self._connection.execute(self._texts.drop_before.encode(), (slot,))

    def counts(self) -> Counts:
        """Count the batches and their samples."""
        counted: Counts = _rows(self._connection, self._texts.counts)[0]
        return counted


class ServerChunks:
    """`Chunks` of a schema."""

    def __init__(self, connection: Connection, texts: ChunkTexts) -> None:
        self._connection, self._texts = connection, texts

    def of(self, points: Collection[int], first: int, last: int) -> Sequence[Chunk]:
        """Return the chunks that cover any slot of a span, by point, then slot."""
        asked = (list(points), first, last + LONGEST - 1, last)
        return _rows(self._connection, self._texts.of, *asked)

    def newest(self, spans: Iterable[tuple[int, int, int]]) -> Sequence[Chunk]:
        """Return for each (point, first slot, last slot) the chunk of the newest slot in it.

        Where that one covers several slots, all others that cover any of them as well.
        """
        given = list(spans)
        columns = [[span[place] for span in given] for place in range(3)]
        found = _rows(self._connection, self._texts.newest, *columns)
        lying: list[Chunk] = []
        for chunk in found:
            point, slot, slots, _packed = chunk
            alone = slots == 1
            lying += [chunk] if alone else self.of([point], slot - slots + 1, slot)
        return lying

    def newest_slot(self, last: int) -> int | None:
        """Return the newest slot up to one that any chunk covers."""
        asked = (last, last + LONGEST - 1, last)
        slot = _rows(self._connection, self._texts.newest_slot, *asked)[0][0]
        return None if slot is None else int(slot)

    def of_slot(self, slot: int) -> Iterator[Chunk]:
        """Hand out the chunks that cover a slot one by one, by point."""
        asked = (slot, slot + LONGEST - 1, slot)
        with self._connection.cursor("heatdesk_slot") as cursor:
            cursor.itersize = 512
            yield from cursor.execute(self._texts.of_slot.encode(), asked, binary=True)

    def put(self, rows: Iterable[ChunkRow]) -> None:
        """Put chunks, each in the place of the one that covers the same slots."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._connection.execute(self._texts.put.encode(), columns)

    def drop(self, keys: Iterable[tuple[int, int, int]]) -> None:
        """Remove some chunks: (point, last slot, slots)."""
        columns = [list(column) for column in zip(*keys, strict=True)]
        if columns:
            self._connection.execute(self._texts.drop.encode(), columns)

    def drop_before(self, slot: int) -> None:
        """Remove the chunks of all slots before one."""
        self._connection.execute(self._texts.drop_before.encode(), (slot,))

    def counts(self) -> Counts:
        """Count the chunks and their samples."""
        counted: Counts = _rows(self._connection, self._texts.counts)[0]
        return counted

    def samples(self) -> Iterable[tuple[int, int]]:
        """Return how many samples of each point lie in chunks: (number, count)."""
        return _rows(self._connection, self._texts.samples)

    def room(self, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """Return (number, samples, bytes) of the chunks that end in a span of slots."""
        return _rows(self._connection, self._texts.room, first, last)


class ServerDays:
    """`Days` of a schema."""

    def __init__(self, connection: Connection, texts: Texts) -> None:
        self._connection, self._texts = connection, texts

    def of(self, groups: Collection[int], first: int, last: int) -> Sequence[DayRow]:
        """Return the rows of some groups and a span of slots, by group, then slot."""
        return _rows(self._connection, self._texts.days, list(groups), first, last)

    def put(self, rows: Iterable[DayRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._connection.execute(self._texts.put_day.encode(), columns)

    def room(self) -> int:
        """Return how many bytes all rows take."""
        return int(_rows(self._connection, self._texts.room_of_days)[0][0])


class ServerMonths:
    """`Months` of a schema."""

    def __init__(self, connection: Connection, texts: Texts) -> None:
        self._connection, self._texts = connection, texts

    def all(self) -> Sequence[MonthRow]:
        """Return every row that is noted, by group, then month."""
        return _rows(self._connection, self._texts.months)

    def put(self, rows: Iterable[MonthRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._connection.execute(self._texts.put_month.encode(), columns)

    def open(self, group: int, month: int) -> None:
        """Note that a month has chunks of days; when it was merged stays as it was."""
        self._connection.execute(self._texts.open_month.encode(), (group, month))


class ServerNewest:
    """`Newest` of a schema."""

    def __init__(self, connection: Connection, texts: Texts) -> None:
        self._connection, self._texts = connection, texts

    def all(self) -> Sequence[NewestRow]:
        """Return every row, by group."""
        return _rows(self._connection, self._texts.all_newest)

    def of(self, group: int) -> NewestRow | None:
        """Return a group's row."""
        found = _rows(self._connection, self._texts.newest_of, group)
        return found[0] if found else None

    def put(self, rows: Iterable[NewestRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            self._connection.execute(self._texts.put_newest.encode(), columns)

    def drop(self, groups: Collection[int]) -> None:
        """Remove the rows of some groups."""
        self._connection.execute(self._texts.drop_newest.encode(), (list(groups),))


class ServerTables:
    """`Tables` over a connection that is within a transaction."""

    def __init__(self, connection: Connection, texts: Texts) -> None:
        self.points = ServerPoints(connection, texts)
        self.batches = ServerBatches(connection, texts.batches)
        self.chunks = ServerChunks(connection, texts.chunks)
        self.outlines = ServerChunks(connection, texts.outlines)
        self.days = ServerDays(connection, texts)
        self.months = ServerMonths(connection, texts)
        self.newest = ServerNewest(connection, texts)

    def write_over(self) -> None:
        """A server removes what was removed when the place is settled."""
