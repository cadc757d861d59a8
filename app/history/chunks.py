"""Chunks as a database hands them out, and the samples in them."""

from collections.abc import Iterator, Sequence
from itertools import compress, pairwise

import numpy as np

from app.history.codec import Codec
from app.history.engine import Chunk, ChunkRow, Waiting
from app.history.places import Places
from app.history.samples import Ints, Samples, joined, settled
from app.history.schema import GROUP_SIZE


def unpacked(
    codec: Codec, chunks: Sequence[Chunk], slot_ms: int, *, values_only: bool = False
) -> Samples:
    """Return the samples of chunks, by point and time, each moment once."""
    if not chunks:
        return joined([])
    overlapping = _overlap(chunks)
    ordered = sorted(chunks, key=as_written) if overlapping else chunks
    owners, slots, covered, packed = zip(*ordered, strict=True)
    places = Places.of(owners, slots, slot_ms, covered)
    samples = codec.unpack(packed, places, values_only=values_only)
    return settled(samples) if overlapping else samples


def waiting_unpacked(
    codec: Codec,
    batches: Sequence[Waiting],
    slot_ms: int,
    *,
    values_only: bool = False,
    only: Ints | None = None,
) -> Samples:
    """Return the samples of batches, in their order; ``only`` of some points where given."""
    if not batches:
        return joined([])
    groups, slots, packed = zip(*batches, strict=True)
    places = Places.of(groups, slots, slot_ms)
    samples = codec.unpack(packed, places, values_only=values_only, only=only)
    return samples if only is None else samples.take(np.isin(samples.series, only))


def touched(
    codec: Codec, batches: Sequence[Waiting], slot_ms: int, points: Ints
) -> set[tuple[int, int]]:
    """Return each (group, slot) of which a batch may hold a sample of some points.

    A file of one meter leaves the days of its three thousand neighbours as they are.
    """
    if not batches:
        return set()
    groups, slots, packed = zip(*batches, strict=True)
    may = codec.may_hold(packed, Places.of(groups, slots, slot_ms), points).tolist()
    return set(compress(zip(groups, slots, strict=True), may))


def month_chunks(
    codec: Codec, samples: Samples, days: range, slot_ms: int, mark: bytes = b""
) -> list[ChunkRow]:
    """Return one row of the table for each point of a month's samples; `OUTLINE` marks one."""
    if not len(samples):
        return []
    changes = np.flatnonzero(samples.series[1:] != samples.series[:-1]) + 1
    starts = np.append(0, changes)
    counts = np.diff(np.append(starts, len(samples)))
    numbers = samples.series[starts]
    many = len(numbers)
    places = Places(numbers, np.full(many, days[-1]), slot_ms, np.full(many, len(days)))
    packed = codec.pack_chunks(samples, counts, places, mark)
    return [
        (number, days[-1], len(days), count, blob)
        for number, count, blob in zip(numbers.tolist(), counts.tolist(), packed, strict=True)
    ]


def _overlap(chunks: Sequence[Chunk]) -> bool:
    """Whether a chunk of a month covers days that have chunks of their own."""
    return any(
        after[0] == before[0] and after[1] - after[2] < before[1]
        for before, after in pairwise(chunks)
    )


def as_written(chunk: Chunk) -> tuple[int, int, int]:
    """Sort one point's chunks of many slots before those of few, which came later."""
    point, slot, covered, _ = chunk
    return point, -covered, slot


def batches_of(
    codec: Codec, samples: Samples, slot_ms: int, begins: Ints | None = None
) -> Iterator[tuple[int, int, int, bytes]]:
    """Return one row for each slot and group of points, in the order of the table.

    ``begins`` says where each row's samples begin, where they are known to be in order.
    """
    if begins is None:
        groups, slots = samples.series // GROUP_SIZE, samples.times_ms // slot_ms
        if not _in_order(slots, groups):
            order = np.lexsort((groups, slots))
            groups, slots, samples = groups[order], slots[order], samples.take(order)
        changes = (groups[1:] != groups[:-1]) | (slots[1:] != slots[:-1])
        begins = np.append(0, np.flatnonzero(changes) + 1)
    counts = np.diff(np.append(begins, len(samples)))
    groups = samples.series[begins] // GROUP_SIZE
    slots = samples.times_ms[begins] // slot_ms
    packed = codec.pack_batches(samples, counts, Places(groups, slots, slot_ms))
    return zip(slots.tolist(), groups.tolist(), counts.tolist(), packed, strict=True)


def _in_order(slots: Ints, groups: Ints) -> bool:
    same = slots[1:] == slots[:-1]
    after = (slots[1:] > slots[:-1]) | (same & (groups[1:] >= groups[:-1]))
    return bool(after.all())
