"""Finds when something was stored last, without looking at what it was.

A plant of 5,000 devices has 201,400 points: to know the newest sample of each takes
seconds of the processor, and opening a project needs the last moment alone.
"""

from collections.abc import Iterator
from itertools import islice

from app.history.engine import Chunk, Looking, Waiting
from app.history.places import Places
from app.history.schema import Stream

_ROWS_AT_A_TIME = 512  # as many as fit into memory well


def newest_moment(reader: Looking, stream: Stream, before_ms: int) -> int | None:
    """Return the newest moment before one that anything is filed at, None for nothing.

    Args:
        reader: What is there, within a transaction.
        stream: Which samples it has.
        before_ms: The first moment not wanted any more.
    """
    last = (before_ms - 1) // stream.slot_ms
    for slot in reader.tables.batches.slots(last):
        waiting = map(_as_chunk, reader.tables.batches.of_slot(slot))
        found = _newest_of(reader, stream, waiting, before_ms)
        if found is not None:
            return found
    newest = reader.tables.chunks.newest_slot(last)
    while newest is not None:
        lying = reader.tables.chunks.of_slot(newest)
        found = _newest_of(reader, stream, lying, before_ms)
        if found is not None:
            return found
        newest = reader.tables.chunks.newest_slot(newest - 1)  # all in this one is later
    return None


def _as_chunk(batch: Waiting) -> Chunk:
    group, slot, packed = batch
    return group, slot, 1, packed


def _newest_of(
    reader: Looking, stream: Stream, rows: Iterator[Chunk], before_ms: int
) -> int | None:
    newest: int | None = None
    while part := list(islice(rows, _ROWS_AT_A_TIME)):
        owners, slots, covered, packed = zip(*part, strict=True)
        places = Places.of(owners, slots, stream.slot_ms, covered)
        times = reader.codec.times_ms(packed, places)
        early = times[times < before_ms]
        if len(early):
            newest = max(int(early.max()), newest if newest is not None else int(early[0]))
    return newest
