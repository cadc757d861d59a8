"""The samples of one stream in one file: batches come in, chunks are made of them later."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.history import series
from app.history.codec import Codec, Places
from app.history.compaction import Compaction
from app.history.forgetting import Forgetting
from app.history.readings import from_readings, to_moment, to_readings
from app.history.samples import Ints, Samples, joined, settled
from app.history.schema import GROUP_SIZE, Stream
from app.history.sqlitefile import SqliteFile
from app.history.statements import Statements, listed
from app.model.reading import PointId, Reading
from app.ports import Sample

_BEGIN_OF_TIME = -(2**62)  # a slot before all others
_Row = tuple[int, int, bytes]  # owner, slot, packed


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds; samples waiting in batches may count twice until put together."""

    points: int
    samples: int
    batches: int
    chunks: int
    first_slot: int | None
    last_slot: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """Samples and the points that their numbers stand for."""

    samples: Samples
    numbers: Mapping[PointId, int]

    def of(self, point: PointId) -> Samples:
        """Return one point's samples, by time; none of a point that is not among them."""
        number = self.numbers.get(point)
        if number is None:
            return joined([])
        begin, end = np.searchsorted(self.samples.series, [number, number + 1])
        return self.samples.take(slice(begin, end))

    def samples_of(self, point: PointId) -> list[Sample]:
        """Return one point's samples with all that is known of them."""
        samples = self.of(point)
        readings = to_readings(samples, [point] * len(samples))
        return [
            Sample(to_moment(time), reading)
            for time, reading in zip(samples.times_ms.tolist(), readings, strict=True)
        ]


class StreamFile:
    """One file of one stream; any thread may use it, one writer at a time.

    All methods block, and raise `StoreBroken` with a sentence that names the file.
    """

    def __init__(self, path: Path, stream: Stream) -> None:
        self.stream = stream
        self._file = SqliteFile(path, stream)
        self._known: dict[PointId, int] | None = None  # every point, once written to
        self.compaction = Compaction(self._file, stream)
        self.forgetting = Forgetting(self._file, stream)
        self._packing = Codec()  # whoever writes; the file lets in one at a time
        self._sql = Statements(stream)

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self._file.path

    def append(self, readings: Sequence[Reading], filed_ms: int | Ints | None) -> None:
        """Write readings in one transaction; `from_readings` explains ``filed_ms``."""
        points = [reading.point for reading in readings]
        with self._file.writing() as connection:
            if self._known is None:
                self._known = series.all_numbers(connection)
            known = self._known
            numbers: Sequence[int | None] = [known.get(point) for point in points]
            fresh: dict[PointId, int] = {}
            if None in numbers:
                fresh = series.add(connection, points, known)
                numbers = [known.get(point) or fresh[point] for point in points]
            samples = from_readings(readings, np.array(numbers, np.int64), filed_ms)
            connection.executemany(self._sql.add_batch, self._batches(samples))
        known.update(fresh)  # only now that they are on the disk

    def read(
        self, points: Collection[PointId], start_ms: int, end_ms: int, *, values_only: bool
    ) -> Found:
        """Return the settled samples of those points the file knows.

        Args:
            points: Whose samples.
            start_ms: The first moment wanted.
            end_ms: The first moment not wanted any more.
            values_only: See `Codec.unpack`.
        """
        slots = self._slots(start_ms, end_ms)
        with self._file.reading() as reader:
            if reader is None or not slots:
                return Found(joined([]), {})
            numbers = series.numbers_of(reader.connection, points)
            chunks = self._chunks(reader.connection, numbers.values(), slots)
            batches = self._waiting(reader.connection, numbers.values(), slots)
            reader.leave_file()
            samples = self._unpacked(reader.codec, chunks, values_only=values_only)
            if batches:
                late = self._unpacked(reader.codec, batches, values_only=values_only)
                ours = np.isin(late.series, np.fromiter(numbers.values(), np.int64))
                samples = settled(joined([samples, late.take(ours)]))
        inside = (samples.times_ms >= start_ms) & (samples.times_ms < end_ms)
        return Found(samples if inside.all() else samples.take(inside), numbers)

    def newest(self, before_ms: int) -> list[Sample]:
        """Return each point's newest sample before a moment.

        Of a stream whose chunks lie by slot only the newest slot is looked at.
        """
        last = (before_ms - 1) // self.stream.slot_ms
        with self._file.reading() as reader:
            if reader is None:
                return []
            batches = reader.connection.execute(self._sql.all_batches).fetchall()
            found = _newest_before(self._unpacked(reader.codec, batches), before_ms)
            for chunks in self._newest_chunks(reader.connection, found, last):
                lying = self._unpacked(reader.codec, chunks)
                found = _newest_before(joined([lying, found]), before_ms)
            points = series.points_of(reader.connection, found.series.tolist())
        readings = to_readings(found, [points[number] for number in found.series.tolist()])
        return [
            Sample(to_moment(time), reading)
            for time, reading in zip(found.times_ms.tolist(), readings, strict=True)
        ]

    def drop_before(self, slot: int) -> None:
        """Throw away all slots before one."""
        if self.path.exists():
            with self._file.writing() as connection:
                connection.execute(self._sql.drop_old_batches, (slot,))
                connection.execute(self._sql.drop_old_chunks, (slot,))

    def contents(self) -> Contents:
        """Count what the file holds; reads through it, so it may take a while."""
        with self._file.reading() as reader:
            if reader is None:
                return Contents(0, 0, 0, 0, None, None)
            points = len(series.all_numbers(reader.connection))
            counts = [
                reader.connection.execute(question).fetchone()
                for question in (self._sql.count_batches, self._sql.count_chunks)
            ]
        slots = [slot for _, _, *ends in counts for slot in ends if slot is not None]
        (batches, waiting, *_), (chunks, lying, *_) = counts
        first, last = (min(slots), max(slots)) if slots else (None, None)
        return Contents(points, waiting + lying, batches, chunks, first, last)

    def points(self) -> list[PointId]:
        """Return every point the file knows."""
        with self._file.reading() as reader:
            return [] if reader is None else list(series.all_numbers(reader.connection))

    def counts(self) -> dict[PointId, int]:
        """Count the samples of each point."""
        with self._file.reading() as reader:
            if reader is None:
                return {}
            lying = reader.connection.execute(self._sql.count_by_series).fetchall()
            batches = reader.connection.execute(self._sql.all_batches).fetchall()
            waiting = settled(self._unpacked(reader.codec, batches, values_only=True))
            numbers = series.all_numbers(reader.connection)
        counts = Counter(dict(lying))
        counts.update(waiting.series.tolist())
        return {point: counts[number] for point, number in numbers.items()}

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
        self._known = None

    def _batches(self, samples: Samples) -> Iterator[tuple[int, int, int, bytes]]:
        """Yield one row for each slot and group of points, in the order of the table."""
        groups = samples.series // GROUP_SIZE
        slots = samples.times_ms // self.stream.slot_ms
        order = np.lexsort((groups, slots))
        groups, slots = groups[order], slots[order]
        changes = (groups[1:] != groups[:-1]) | (slots[1:] != slots[:-1])
        begins = [0, *(np.flatnonzero(changes) + 1).tolist()]
        for begin, end in zip(begins, [*begins[1:], len(order)], strict=True):
            group, slot = int(groups[begin]), int(slots[begin])
            part = samples if end - begin == len(samples) else samples.take(order[begin:end])
            place = Places.of([group], [slot], self.stream.slot_ms)
            yield slot, group, end - begin, self._packing.pack_batch(part, place)

    def _slots(self, start_ms: int, end_ms: int) -> range:
        if start_ms >= end_ms:
            return range(0)
        return range(start_ms // self.stream.slot_ms, (end_ms - 1) // self.stream.slot_ms + 1)

    def _chunks(
        self, connection: sqlite3.Connection, numbers: Collection[int], slots: range
    ) -> list[_Row]:
        if self.stream.by_slot:
            first, last = connection.execute(self._sql.chunk_slots).fetchone()
            if first is None:
                return []
            there = range(max(first, slots[0]), min(last, slots[-1]) + 1)
            question = (listed(numbers), listed(there))
            return connection.execute(self._sql.chunks_in, question).fetchall()
        span = (listed(numbers), slots[0], slots[-1])
        return connection.execute(self._sql.chunks, span).fetchall()

    def _waiting(
        self, connection: sqlite3.Connection, numbers: Collection[int], slots: range
    ) -> list[_Row]:
        groups = sorted({number // GROUP_SIZE for number in numbers})
        span = (listed(groups), slots[0], slots[-1])
        return connection.execute(self._sql.batches, span).fetchall()

    def _newest_chunks(
        self, connection: sqlite3.Connection, waiting: Samples, last: int
    ) -> Iterator[list[_Row]]:
        """Yield the chunks that may hold a point's newest sample besides those waiting."""
        if self.stream.by_slot:
            yield connection.execute(self._sql.newest_slot, (last,)).fetchall()
            return
        slots = (waiting.times_ms // self.stream.slot_ms).tolist()
        first = dict(zip(waiting.series.tolist(), slots, strict=True))
        numbers = list(series.all_numbers(connection).values())
        for begin in range(0, len(numbers), GROUP_SIZE):  # as many as fit into memory well
            rows: list[_Row] = []
            for number in numbers[begin : begin + GROUP_SIZE]:
                span = (number, first.get(number, _BEGIN_OF_TIME), last)
                rows += connection.execute(self._sql.newest_chunk, span).fetchall()
            yield rows

    def _unpacked(
        self, codec: Codec, rows: Sequence[_Row], *, values_only: bool = False
    ) -> Samples:
        if not rows:
            return joined([])
        owners, slots, packed = zip(*rows, strict=True)
        places = Places.of(owners, slots, self.stream.slot_ms)
        return codec.unpack(packed, places, values_only=values_only)


def _newest_before(samples: Samples, end_ms: int) -> Samples:
    """Return each point's newest sample before a moment."""
    early = settled(samples.take(samples.times_ms < end_ms))
    ends = np.append(early.series[1:] != early.series[:-1], True)[: len(early)]
    return early.take(ends)
