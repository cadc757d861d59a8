"""Closed slots of time: their batches are put together into one chunk for each point.

Each step takes the batches of one group of points and one slot, the chunks already
there (when samples came late), and writes the settled samples and what is worked out of
them in one transaction: a kill leaves either the batches or the chunks, never both and
never neither, and no figure that the samples do not bear out.

A day that is still open has its batches put together too where many wait, all but the
newest: else who asks in the evening for one point's day would have to look through the
whole group's. What waits is so always newer than what lies together.
"""

from collections.abc import Sequence

import numpy as np

from app.history.chunks import unpacked
from app.history.codec import Codec
from app.history.columns import Rows
from app.history.derived import Derived
from app.history.engine import ChunkRow, Place, Tables
from app.history.latestvalues import folded
from app.history.places import Places
from app.history.samples import Ints, Samples, joined, settled
from app.history.schema import Stream

Step = tuple[int, int, int]  # slot, group, batches to be left
_MANY = 16  # batches of an open day: four hours of quarters


class Compaction:
    """The steps to be taken in one place; whoever calls waits for its other writers."""

    def __init__(self, place: Place, stream: Stream, derived: Derived | None) -> None:
        self._place = place
        self._stream = stream
        self._derived = derived
        self._codec = Codec()  # whoever writes; the place lets in one at a time

    def steps(self, open_slot: int) -> Sequence[Step]:
        """Return what there is to put together: before the first open slot, and crowded."""
        with self._place.reading() as reader:
            if reader is None:
                return []
            batches = reader.tables.batches
            closed = [(*place, 0) for place in batches.places(open_slot)]
            if self._derived is None:  # a slot that is over in a quarter of an hour
                return closed
            return [*closed, *((*place, 1) for place in batches.crowded(open_slot, _MANY))]

    def take(self, step: Step) -> None:
        """Put the batches of one slot and group together; doing it again does nothing."""
        slot, group, left = step
        with self._place.writing() as tables:
            rows = tables.batches.at(group, slot)
            rows = rows[: len(rows) - left]
            if not rows:
                return
            ids, packed = zip(*rows, strict=True)
            places = Places.of([group] * len(rows), [slot] * len(rows), self._stream.slot_ms)
            late = self._codec.unpack(packed, places)
            merged, lying = self._lying(tables, late, slot)
            samples = settled(joined([merged, lying, late]))
            tables.chunks.put(self._chunks(samples, merged.series, slot))
            tables.batches.drop(group, slot, ids)
            folded(tables, self._codec, self._stream, samples, group, slot)
            if self._derived is not None:
                self._derived.renew(tables, samples, group, slot, over=not left)

    def _lying(self, tables: Tables, late: Samples, slot: int) -> tuple[Samples, Samples]:
        """Return what the months' chunks and the slot's own have of the late points."""
        numbers = np.unique(late.series).tolist()
        slot_ms = self._stream.slot_ms
        chunks = tables.chunks.of(numbers, slot, slot)
        merged = unpacked(self._codec, [each for each in chunks if each[2] > 1], slot_ms)
        own = [each for each in chunks if each[2] == 1]
        here = merged.times_ms // slot_ms == slot
        return merged.take(here), unpacked(self._codec, own, slot_ms)

    def _chunks(self, samples: Samples, merged: Ints, slot: int) -> list[ChunkRow]:
        """Return a row of the table for each point of settled samples.

        What a month's chunk has already is not counted once more.
        """
        changes = np.flatnonzero(samples.series[1:] != samples.series[:-1]) + 1
        starts = np.append(0, changes)
        counts = np.diff(np.append(starts, len(samples)))
        numbers = samples.series[starts]
        places = Places(numbers, np.full(len(numbers), slot), self._stream.slot_ms)
        packed = self._codec.pack_chunks(samples, Rows.of(counts).counts, places)
        ends = np.searchsorted(merged, numbers, "right")
        fresh = counts - (ends - np.searchsorted(merged, numbers))
        return [
            (number, slot, 1, count, blob)
            for number, count, blob in zip(
                numbers.tolist(), fresh.tolist(), packed, strict=True
            )
        ]
