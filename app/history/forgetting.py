"""Takes samples of some points and a time out of a history file, for good."""

import sqlite3
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.history import series
from app.history.codec import Codec, Places
from app.history.samples import Ints, Samples
from app.history.schema import GROUP_SIZE, Stream
from app.history.sqlitefile import SqliteFile
from app.history.statements import Statements, listed
from app.model.reading import PointId

Kept = Mapping[PointId, Ints]  # moments (ms) whose samples stay, ascending; others go


class Forgetting:
    """Rewrites one file's batches and chunks without some samples; blocks, any thread."""

    def __init__(self, file: SqliteFile, stream: Stream) -> None:
        self._file, self._stream = file, stream
        self._sql, self._codec = Statements(stream), Codec()

    def forget(self, points: Sequence[PointId], span_ms: tuple[int, int], kept: Kept) -> int:
        """Take out the samples at ``begin ≤ time < end``; return how many went.

        The old bytes are written over, also in the file beside; `StoreBroken` when the
        file cannot be read or written.
        """
        if not self._file.path.exists() or span_ms[0] >= span_ms[1]:
            return 0
        with self._file.writing() as connection:
            connection.execute("PRAGMA secure_delete=ON").fetchone()
            numbers = series.numbers_of(connection, points)
            if not numbers:
                return 0
            staying = {numbers[point]: kept[point] for point in numbers if point in kept}
            mask = _Mask(np.array(sorted(numbers.values()), np.int64), span_ms, staying)
            slots = (
                span_ms[0] // self._stream.slot_ms,
                (span_ms[1] - 1) // self._stream.slot_ms,
            )
            gone = self._from_batches(connection, mask, slots)
            gone += self._from_chunks(connection, mask, slots)
        return gone

    def settle(self) -> None:
        """Write the file anew, so that nothing is left of what was taken out."""
        if self._file.path.exists():
            self._file.rewrite()

    def _from_batches(
        self, connection: sqlite3.Connection, mask: "_Mask", slots: tuple[int, int]
    ) -> int:
        table = self._stream.batches.name
        groups = sorted({int(number) // GROUP_SIZE for number in mask.numbers})
        rows = connection.execute(
            f"SELECT id, grp, slot, packed FROM {table} WHERE grp IN "  # noqa: S608 - our own table
            "(SELECT value FROM json_each(?)) AND slot BETWEEN ? AND ?",
            (listed(groups), *slots),
        ).fetchall()
        gone = 0
        for number, group, slot, packed in rows:
            place = Places.of([group], [slot], self._stream.slot_ms)
            samples = self._codec.unpack([packed], place)
            out = mask.of(samples)
            if not out.any():
                continue
            gone += int(out.sum())
            rest = samples.take(~out)
            if len(rest):
                connection.execute(
                    f"UPDATE {table} SET samples = ?, packed = ? WHERE id = ?",  # noqa: S608
                    (len(rest), self._codec.pack_batch(rest, place), number),
                )
            else:
                connection.execute(f"DELETE FROM {table} WHERE id = ?", (number,))  # noqa: S608
        return gone

    def _from_chunks(
        self, connection: sqlite3.Connection, mask: "_Mask", slots: tuple[int, int]
    ) -> int:
        table = self._stream.chunks.name
        rows = connection.execute(
            f"SELECT series, slot, packed FROM {table} WHERE series IN "  # noqa: S608 - our own
            "(SELECT value FROM json_each(?)) AND slot BETWEEN ? AND ?",
            (listed(int(number) for number in mask.numbers), *slots),
        ).fetchall()
        gone = 0
        for number, slot, packed in rows:
            place = Places.of([number], [slot], self._stream.slot_ms)
            samples = self._codec.unpack([packed], place)
            out = mask.of(samples)
            if not out.any():
                continue
            gone += int(out.sum())
            rest = samples.take(~out)
            if len(rest):
                counts = np.array([len(rest)], np.int64)
                (blob,) = self._codec.pack_chunks(rest, counts, place)
                connection.execute(self._sql.put_chunk, (number, slot, len(rest), blob))
            else:
                connection.execute(
                    f"DELETE FROM {table} WHERE series = ? AND slot = ?",  # noqa: S608
                    (number, slot),
                )
        return gone


class _Mask:
    """Which samples go."""

    def __init__(
        self, numbers: Ints, span_ms: tuple[int, int], staying: Mapping[int, Ints]
    ) -> None:
        self.numbers = numbers
        self._span, self._staying = span_ms, staying

    def of(self, samples: Samples) -> NDArray[np.bool_]:
        out = np.isin(samples.series, self.numbers)
        out &= (samples.times_ms >= self._span[0]) & (samples.times_ms < self._span[1])
        for number, times in self._staying.items():
            out &= ~((samples.series == number) & np.isin(samples.times_ms, times))
        return out
