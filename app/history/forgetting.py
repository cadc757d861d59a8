"""Takes samples of some points and a time out of a history, for good."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from app.history import series
from app.history.chunks import as_written
from app.history.codec import Codec
from app.history.derived import Derived
from app.history.engine import Place, Tables
from app.history.places import Places
from app.history.samples import Ints, Samples
from app.history.schema import GROUP_SIZE, Stream
from app.model.reading import PointId

Kept = Mapping[PointId, Ints]  # moments (ms) whose samples stay, ascending; others go


class Forgetting:
    """Rewrites one place's batches and chunks without some samples; blocks, any thread."""

    def __init__(self, place: Place, stream: Stream, derived: Derived | None) -> None:
        self._place, self._stream, self._derived = place, stream, derived
        self._codec = Codec()

    def forget(self, points: Sequence[PointId], span_ms: tuple[int, int], kept: Kept) -> int:
        """Take out the samples at ``begin ≤ time < end``; return how many went.

        The old bytes are written over; `StoreBroken` when the place cannot be read or
        written.
        """
        if not self._place.there or span_ms[0] >= span_ms[1]:
            return 0
        with self._place.writing() as tables:
            tables.write_over()
            numbers = series.numbers_of(tables.points, points)
            if not numbers:
                return 0
            staying = {numbers[point]: kept[point] for point in numbers if point in kept}
            mask = _Mask(np.array(sorted(numbers.values()), np.int64), span_ms, staying)
            slots = range(
                span_ms[0] // self._stream.slot_ms,
                (span_ms[1] - 1) // self._stream.slot_ms + 1,
            )
            tables.newest.drop({number // GROUP_SIZE for number in numbers.values()})
            gone = self._from_batches(tables, mask, slots)
            gone += self._from_chunks(tables, mask, slots)
            if self._derived is not None:
                self._derived.forget(tables, mask.numbers.tolist(), slots)
        return gone

    def settle(self) -> None:
        """Leave nothing on the disk of what was taken out."""
        if self._place.there:
            self._place.settle()

    def _from_batches(self, tables: Tables, mask: "_Mask", slots: range) -> int:
        groups = set((mask.numbers // GROUP_SIZE).tolist())
        gone = 0
        for slot, group in tables.batches.places(slots.stop):
            if group not in groups or slot < slots.start:
                continue
            place = Places.of([group], [slot], self._stream.slot_ms)
            for number, packed in tables.batches.at(group, slot):
                samples = self._codec.unpack([packed], place)
                out = mask.of(samples)
                gone += int(out.sum())
                if out.all():
                    tables.batches.drop(group, slot, [number])
                elif out.any():
                    rest = samples.take(~out)
                    [blob] = self._codec.pack_batches(rest, np.array([len(rest)]), place)
                    tables.batches.put(group, slot, number, len(rest), blob)
        return gone

    def _from_chunks(self, tables: Tables, mask: "_Mask", slots: range) -> int:
        gone = 0
        chunks = tables.chunks.of(mask.numbers.tolist(), slots[0], slots[-1])
        months = {chunk[0]: np.zeros(0, np.int64) for chunk in chunks}  # moments, by point
        for chunk in sorted(chunks, key=as_written):
            number, slot, covered, packed = chunk
            place = Places.of([number], [slot], self._stream.slot_ms, [covered])
            samples = self._codec.unpack([packed], place)
            out = mask.of(samples)
            fresh = ~np.isin(
                samples.times_ms, months[number]
            )  # a day's chunk repeats a month's
            if covered > 1:
                months[number] = np.append(months[number], samples.times_ms)
            gone += int((out & fresh).sum())
            if out.all():
                tables.chunks.drop([(number, slot, covered)])
            elif out.any():
                rest = samples.take(~out)
                counts = np.array([len(rest)], np.int64)
                [blob] = self._codec.pack_chunks(rest, counts, place)
                kept = int((~out & fresh).sum())
                tables.chunks.put([(number, slot, covered, kept, blob)])
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
