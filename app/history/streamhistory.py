"""The samples of one stream in one place: batches come in, chunks are made of them later."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

import numpy as np

from app.history import series
from app.history.chunks import batches_of, unpacked, waiting_unpacked
from app.history.codec import Codec
from app.history.compaction import Compaction
from app.history.derived import Derived
from app.history.engine import Chunk, Looking, Place, Tables
from app.history.forgetting import Forgetting
from app.history.latestvalues import LatestValues
from app.history.lines import FoundLines, lines_of, with_later
from app.history.merging import Merging
from app.history.newestmoment import newest_moment
from app.history.readings import to_moment, to_readings
from app.history.retention.thinning import ThinningOut
from app.history.samples import Bulk, Ints, Named, Samples, joined, settled
from app.history.schema import GROUP_SIZE, Stream
from app.model.reading import PointId
from app.ports import Sample

_WAITING_AT_ONCE = 500  # batches
_BEGIN_OF_TIME = -(2**31) + 1000  # a slot before all others; fits into every database


@dataclass(frozen=True, slots=True)
class Contents:
    """What a place holds; samples waiting in batches may count twice until put together."""

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


@dataclass(frozen=True, slots=True)
class Bringing:
    """A transaction that takes in one part after another; made by `StreamHistory.bringing`."""

    numbers: Ints  # of the points that were named, in their order
    write: Callable[[Samples], None]

    def add(self, part: Callable[[Ints], Samples]) -> None:
        """Write what ``part`` makes of the numbers of the points."""
        self.write(part(self.numbers))


class StreamHistory:
    """One stream in one place; any thread may use it, one writer at a time.

    All methods block, and raise `StoreBroken` with a sentence that names the place.
    """

    def __init__(self, place: Place, stream: Stream, zone: Callable[[], ZoneInfo]) -> None:
        """``zone`` says the plant's: its days are those the figures are of."""
        self.stream = stream
        self.place = place
        self._known: dict[PointId, int] = {}  # every point, once written to
        self._seen: dict[PointId, int] = {}  # points asked for
        self._asked: tuple[Sequence[PointId], Ints] = ((), np.zeros(0, np.int64))
        # The points that came in columns last and their numbers: a tick has the same again.
        self._brought = series.Numbered((), np.zeros(0, np.int64))
        derived = Derived(zone) if stream.figures else None
        self.compaction = Compaction(place, stream, derived)
        self.merging = None if derived is None else Merging(place, stream, derived)
        self.thinning = None if derived is None else ThinningOut(place, stream, derived)
        self.forgetting = Forgetting(place, stream, derived)
        self.latest = LatestValues(place, stream)
        self._packing = Codec()  # whoever writes; the place lets in one at a time

    def bring(self, brought: Bulk | Named) -> None:
        """Write samples that come in columns in one transaction."""
        before = self._brought
        same = isinstance(brought.points, tuple) and brought.points is before.points
        with self.place.writing() as tables:
            numbered, fresh = before, dict[PointId, int]()
            if not same:
                numbers, fresh = self._numbers(tables, brought.points)
                numbered = series.Numbered(brought.points, numbers)
            samples = brought.samples(numbered.numbers)
            if brought.each_once and numbered.order is not None:
                samples = samples.take(numbered.order)
            begins = numbered.begins if brought.each_once else None
            tables.batches.add(self._batches(samples, begins))
        self._known.update(fresh)  # only now that they are on the disk
        self._brought = numbered

    @contextmanager
    def bringing(self, points: Sequence[PointId]) -> Iterator["Bringing"]:
        """Lend one transaction for many parts; all of them are written at its end, or none.

        Args:
            points: Of all the parts, each once.
        """
        with self.place.writing() as tables:
            numbers, fresh = self._numbers(tables, points)
            yield Bringing(numbers, lambda samples: tables.batches.add(self._batches(samples)))
        self._known.update(fresh)

    def read(
        self, points: Collection[PointId], start_ms: int, end_ms: int, *, values_only: bool
    ) -> Found:
        """Return the settled samples of those points that are known.

        Args:
            points: Whose samples.
            start_ms: The first moment wanted.
            end_ms: The first moment not wanted any more.
            values_only: See `Codec.unpack`.
        """
        slots = self._slots(start_ms, end_ms)
        with self.place.reading() as reader:
            if reader is None or not slots:
                return Found(joined([]), {})
            numbers = series.numbers_of(reader.tables.points, points)
            chunks = reader.tables.chunks.of(numbers.values(), slots[0], slots[-1])
            groups = sorted({number // GROUP_SIZE for number in numbers.values()})
            batches = reader.tables.batches.of(groups, slots[0], slots[-1])
            reader.leave()
            slot_ms, codec = self.stream.slot_ms, reader.codec
            samples = unpacked(codec, chunks, slot_ms, values_only=values_only)
            if batches:
                ours = np.fromiter(numbers.values(), np.int64)
                late = waiting_unpacked(
                    codec, batches, slot_ms, values_only=values_only, only=ours
                )
                samples = settled(joined([samples, late]))
        inside = (samples.times_ms >= start_ms) & (samples.times_ms < end_ms)
        return Found(samples if inside.all() else samples.take(inside), numbers)

    def lines(self, points: Sequence[PointId], start_ms: int, end_ms: int) -> FoundLines:
        """Return times, values and qualities of those of the points that are known.

        As `read` does, in a fraction of its time.
        """
        slots = self._slots(start_ms, end_ms)
        with self.place.reading() as reader:
            if reader is None or not slots:
                return FoundLines({}, {})
            numbers = self.numbers_of(reader, points)
            chunks = reader.tables.chunks.of(numbers.values(), slots[0], slots[-1])
            groups = sorted({number // GROUP_SIZE for number in numbers.values()})
            batches = reader.tables.batches.of(groups, slots[0], slots[-1])
            reader.leave()
            slot_ms, codec = self.stream.slot_ms, reader.codec
            if batches:
                ours = np.fromiter(numbers.values(), np.int64)
                late = waiting_unpacked(codec, batches, slot_ms, values_only=True, only=ours)
                found = with_later(codec, chunks, slot_ms, late)
            else:
                found = lines_of(codec, chunks, slot_ms)
        lines = {number: line.between(start_ms, end_ms) for number, line in found.items()}
        return FoundLines(lines, numbers)

    def newest(self, before_ms: int, beside: Collection[PointId] = frozenset()) -> list[Sample]:
        """Return each point's newest sample before a moment, of those ``beside`` none.

        Of a stream whose chunks lie by slot only the newest slot is looked at.
        """
        with self.place.reading() as reader:
            if reader is None:
                return []
            points = series.all_numbers(reader.tables.points)
            named = {number: point for point, number in points.items() if point not in beside}
            if not named:
                return []
            found = _newest_waiting(reader, self.stream.slot_ms, before_ms)
            for samples in self._newest_lying(reader, found, before_ms, list(named)):
                found = _newest_before(joined([samples, found]), before_ms)
        if others := [number for number in points.values() if number not in named]:
            found = found.take(~np.isin(found.series, others))
        readings = to_readings(found, series.names_of(named, found.series.tolist()))
        return [
            Sample(to_moment(time), reading)
            for time, reading in zip(found.times_ms.tolist(), readings, strict=True)
        ]

    def newest_moment(self, before_ms: int) -> int | None:
        """Return the newest moment before one that anything is filed at, None for nothing.

        What waits to be put together is newer than what lies together, so where something
        waits nothing else is looked at.
        """
        with self.place.reading() as reader:
            if reader is None:
                return None
            return newest_moment(reader, self.stream, before_ms)

    def steps(self, open_slot: int) -> Iterator[Callable[[], None]]:
        """Yield what there is to do with the slots before the first open one, in order.

        Who reads here comes first: see `Readers`.
        """
        for step in self.compaction.steps(open_slot):
            self.place.readers.give_way()
            yield partial(self.compaction.take, step)
        if self.merging is not None:
            for month in self.merging.steps(open_slot):
                self.place.readers.give_way()
                yield partial(self.merging.take, month)

    def drop_before(self, slot: int) -> None:
        """Throw away all slots before one."""
        if self.place.there:
            with self.place.writing() as tables:
                tables.batches.drop_before(slot)
                tables.chunks.drop_before(slot)

    def contents(self) -> Contents:
        """Count what is held; reads through it, so it may take a while."""
        with self.place.reading() as reader:
            if reader is None:
                return Contents(0, 0, 0, 0, None, None)
            points = len(series.all_numbers(reader.tables.points))
            counts = [reader.tables.batches.counts(), reader.tables.chunks.counts()]
        slots = [slot for _, _, *ends in counts for slot in ends if slot is not None]
        (batches, waiting, *_), (chunks, lying, *_) = counts
        first, last = (min(slots), max(slots)) if slots else (None, None)
        return Contents(points, waiting + lying, batches, chunks, first, last)

    def numbers_of(self, reader: Looking, points: Sequence[PointId]) -> dict[PointId, int]:
        """Return the numbers of those of the points that are known; they never change."""
        numbers = self.numbering(reader, points).tolist()
        return {point: each for point, each in zip(points, numbers, strict=True) if each}

    def numbering(self, reader: Looking, points: Sequence[PointId]) -> Ints:
        """Return the number of each point, 0 where it is not known."""
        before, numbers = self._asked
        if points is before:  # a fleet is asked about again and again
            return numbers
        seen = self._seen
        found = list(map(seen.get, points))
        if None in found:
            fresh = [point for point in points if point not in seen]  # some never told a thing
            seen = self._seen = {**seen, **series.numbers_of(reader.tables.points, fresh)}
            found = [seen.get(point, 0) for point in points]
        numbers = np.array(found, np.int64)
        if isinstance(points, tuple) and numbers.all():  # neither will ever change
            self._asked = points, numbers
        return numbers

    def points(self) -> list[PointId]:
        """Return every point that is known."""
        with self.place.reading() as reader:
            return [] if reader is None else list(series.all_numbers(reader.tables.points))

    def counts(self) -> dict[PointId, int]:
        """Count the samples of each point."""
        with self.place.reading() as reader:
            if reader is None:
                return {}
            lying = reader.tables.chunks.samples()
            batches = reader.tables.batches.all()
            slot_ms = self.stream.slot_ms
            waiting = waiting_unpacked(reader.codec, batches, slot_ms, values_only=True)
            numbers = series.all_numbers(reader.tables.points)
        counts = Counter(dict(lying))
        counts.update(settled(waiting).series.tolist())
        return {point: counts[number] for point, number in numbers.items()}

    def close(self) -> None:
        """Let go of the place."""
        self.place.close()
        self.latest.close()
        self._known, self._seen = {}, {}
        self._asked = ((), np.zeros(0, np.int64))
        self._brought = series.Numbered(*self._asked)

    def _numbers(
        self, tables: Tables, points: Sequence[PointId]
    ) -> tuple[Ints, dict[PointId, int]]:
        """Return the number of each point, and those given just now."""
        if not self._known:
            self._known = series.under_names_of(points, series.all_numbers(tables.points))
        numbers: Sequence[int | None] = list(map(self._known.get, points))
        fresh: dict[PointId, int] = {}
        if None in numbers:
            fresh = series.add(tables.points, points, self._known)
            numbers = [self._known.get(point) or fresh[point] for point in points]
        return np.array(numbers, np.int64), fresh

    def _batches(
        self, samples: Samples, begins: Ints | None = None
    ) -> Iterator[tuple[int, int, int, bytes]]:
        return batches_of(self._packing, samples, self.stream.slot_ms, begins)

    def _slots(self, start_ms: int, end_ms: int) -> range:
        if start_ms >= end_ms:
            return range(0)
        return range(start_ms // self.stream.slot_ms, (end_ms - 1) // self.stream.slot_ms + 1)

    def _newest_lying(
        self, reader: Looking, waiting: Samples, before_ms: int, numbers: Sequence[int]
    ) -> Iterator[Samples]:
        """Yield samples of the chunks that may hold a point's newest besides those waiting."""
        slot_ms = self.stream.slot_ms
        last = (before_ms - 1) // slot_ms
        if self.stream.by_slot:
            newest = reader.tables.chunks.newest_slot(last)
            if newest is not None:
                lying = list(reader.tables.chunks.of_slot(newest))
                yield unpacked(reader.codec, lying, slot_ms)
            return
        slots = (waiting.times_ms // slot_ms).tolist()
        first = dict(zip(waiting.series.tolist(), slots, strict=True))
        for begin in range(0, len(numbers), GROUP_SIZE):  # as many as fit into memory well
            spans = [
                (number, first.get(number, _BEGIN_OF_TIME), last)
                for number in numbers[begin : begin + GROUP_SIZE]
            ]
            while spans:  # a chunk may hold but samples that come after the moment
                chunks = reader.tables.chunks.newest(spans)
                samples = unpacked(reader.codec, chunks, slot_ms)
                samples = samples.take(samples.times_ms < before_ms)
                yield samples
                spans = _older(spans, chunks, set(samples.series.tolist()))


def _older(
    spans: Sequence[tuple[int, int, int]], chunks: Sequence[Chunk], answered: Collection[int]
) -> list[tuple[int, int, int]]:
    """Return where to look on for the points whose chunks held nothing of use."""
    begins: dict[int, int] = {}
    for number, slot, covered, _ in chunks:
        begins[number] = min(slot - covered + 1, begins.get(number, slot))
    return [
        (number, first, begins[number] - 1)
        for number, first, _ in spans
        if number in begins and number not in answered and first < begins[number]
    ]


def _newest_waiting(reader: Looking, slot_ms: int, before_ms: int) -> Samples:
    """Return each point's newest of what waits, little of it in memory at a time."""
    batches = reader.tables.batches
    found = joined([])
    for slot in reversed(batches.slots((before_ms - 1) // slot_ms)):
        waiting = iter(batches.of_slot(slot))
        while part := list(islice(waiting, _WAITING_AT_ONCE)):
            samples = waiting_unpacked(reader.codec, part, slot_ms)
            found = _newest_before(joined([found, samples]), before_ms)
    return found


def _newest_before(samples: Samples, end_ms: int) -> Samples:
    """Return each point's newest sample before a moment."""
    early = settled(samples.take(samples.times_ms < end_ms))
    ends = np.append(early.series[1:] != early.series[:-1], True)[: len(early)]
    return early.take(ends)
