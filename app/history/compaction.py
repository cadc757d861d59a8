"""Closed slots of time: their batches are put together into one chunk for each point.

Each step takes the batches of one group of points and one slot, the chunks already
there (when samples came late), and writes the settled samples in one transaction: a
kill leaves either the batches or the chunks, never both and never neither.
"""

import sqlite3
from collections.abc import Sequence

import numpy as np

from app.history.codec import Codec, Places
from app.history.columns import Rows
from app.history.samples import Samples, joined, settled
from app.history.schema import Stream
from app.history.sqlitefile import SqliteFile
from app.history.statements import Statements, listed

Step = tuple[int, int]  # slot, group


class Compaction:
    """The steps to be taken in one file; whoever calls waits for the file's other writers."""

    def __init__(self, file: SqliteFile, stream: Stream) -> None:
        self._file = file
        self._stream = stream
        self._sql = Statements(stream)
        self._codec = Codec()  # whoever writes; the file lets in one at a time

    def steps(self, open_slot: int) -> list[Step]:
        """Return what there is to put together in the slots before the first open one."""
        with self._file.reading() as reader:
            if reader is None:
                return []
            return reader.connection.execute(self._sql.closed, (open_slot,)).fetchall()

    def take(self, step: Step) -> None:
        """Put the batches of one slot and group together; doing it again does nothing."""
        slot, group = step
        with self._file.writing() as connection:
            rows = connection.execute(self._sql.batches_here, (group, slot)).fetchall()
            if not rows:
                return
            ids, packed = zip(*rows, strict=True)
            places = Places.of([group] * len(rows), [slot] * len(rows), self._stream.slot_ms)
            late = self._codec.unpack(packed, places)
            samples = settled(joined([self._lying(connection, late, slot), late]))
            connection.executemany(self._sql.put_chunk, self._chunks(samples, slot))
            connection.execute(self._sql.drop_batches, (group, slot, ids[-1]))

    def _lying(self, connection: sqlite3.Connection, late: Samples, slot: int) -> Samples:
        """Return the samples of the chunks that the late ones belong into."""
        numbers = np.unique(late.series).tolist()
        if self._stream.by_slot:
            question: Sequence[object] = (listed(numbers), listed([slot]))
            rows = connection.execute(self._sql.chunks_in, question).fetchall()
        else:
            rows = connection.execute(
                self._sql.chunks, (listed(numbers), slot, slot)
            ).fetchall()
        if not rows:
            return joined([])
        owners, slots, packed = zip(*rows, strict=True)
        return self._codec.unpack(packed, Places.of(owners, slots, self._stream.slot_ms))

    def _chunks(self, samples: Samples, slot: int) -> list[tuple[int, int, int, bytes]]:
        """Return a row of the table for each point of settled samples."""
        changes = np.flatnonzero(samples.series[1:] != samples.series[:-1]) + 1
        starts = np.append(0, changes)
        counts = np.diff(np.append(starts, len(samples)))
        numbers = samples.series[starts]
        places = Places(numbers, np.full(len(numbers), slot), self._stream.slot_ms)
        packed = self._codec.pack_chunks(samples, Rows.of(counts).counts, places)
        return [
            (number, slot, count, blob)
            for number, count, blob in zip(
                numbers.tolist(), counts.tolist(), packed, strict=True
            )
        ]
