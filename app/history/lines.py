"""Times, values and qualities of many points from their chunks, as charts and sums want them.

A chart asks for nothing but these. So the values go straight into one room for all points,
without the columns that it has no use for; and points that were read in the same rhythm, as
those of a controller are, share one array of times, which nobody may therefore change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from app.errors import StoreBroken
from app.history.chunks import unpacked
from app.history.codec import Codec
from app.history.engine import Chunk
from app.history.line import NOTHING, Line
from app.history.places import MISFITS, Places
from app.history.samples import Samples, joined, settled
from app.history.straight import SharedTimes, Straight
from app.model.reading import PointId


@dataclass(frozen=True, slots=True)
class FoundLines:
    """Lines, and the points that their numbers stand for."""

    lines: Mapping[int, Line]
    numbers: Mapping[PointId, int]

    def of(self, point: PointId) -> Line:
        """Return one point's line; an empty one of a point that is not among them."""
        number = self.numbers.get(point)
        return NOTHING if number is None else self.lines.get(number, NOTHING)


def one_after_the_other(lines: Sequence[Line]) -> Line:
    """Return the lines of one point in several places as one, the older place's first."""
    some = [line for line in lines if len(line)]
    if len(some) <= 1:
        return some[0] if some else NOTHING
    return Line(
        np.concatenate([line.times_ms for line in some]),
        np.concatenate([line.values for line in some]),
        np.concatenate([line.quality for line in some]),
    )


def in_order(lines: Sequence[Line]) -> Line:
    """Return lines of one point as one, by time; no moment may be in two of them."""
    whole = one_after_the_other(lines)
    if (whole.times_ms[1:] > whole.times_ms[:-1]).all():
        return whole
    order = np.argsort(whole.times_ms)
    return Line(whole.times_ms[order], whole.values[order], whole.quality[order])


def samples_of(lines: Mapping[int, Line]) -> Samples:
    """Return lines as columns, by point."""
    some = [(number, lines[number]) for number in sorted(lines) if len(lines[number])]
    if not some:
        return joined([])
    return Samples(
        np.repeat([number for number, _ in some], [len(line) for _, line in some]),
        np.concatenate([line.times_ms for _, line in some]),
        np.concatenate([line.values for _, line in some]),
        np.concatenate([line.quality for _, line in some]),
    )


def lines_of(codec: Codec, chunks: Sequence[Chunk], slot_ms: int) -> dict[int, Line]:
    """Return the line of each point that chunks are of.

    Args:
        codec: The reader's own.
        chunks: By point, then slot.
        slot_ms: How long a slot is.
    """
    return _lines(codec, chunks, slot_ms, {})[0]


def with_later(
    codec: Codec, chunks: Sequence[Chunk], slot_ms: int, late: Samples
) -> dict[int, Line]:
    """Return the lines of chunks joined with samples that wait, as written, to join them."""
    lines, among = _lines(codec, chunks, slot_ms, parted(settled(late)))
    if among:  # some of what came late lies among the others
        their = [each for each in chunks if each[0] in among]
        early = unpacked(codec, their, slot_ms, values_only=True)
        later = late.take(np.isin(late.series, np.fromiter(among, np.int64)))
        lines.update(parted(settled(joined([early, later]))))
    return lines


def _lines(
    codec: Codec, chunks: Sequence[Chunk], slot_ms: int, later: Mapping[int, Line]
) -> tuple[dict[int, Line], set[int]]:
    """Return the lines of chunks and what comes later; and the points it comes between."""
    lines: dict[int, Line] = {}
    if chunks:
        odd = _overlapping(chunks)
        if odd:  # months have late samples beside them: those points one after the other
            their = [each for each in chunks if each[0] in odd]
            lines = parted(unpacked(codec, their, slot_ms, values_only=True))
            chunks = [each for each in chunks if each[0] not in odd]
    done: set[int] = set()
    if chunks:
        straight, done = _straight(codec, chunks, slot_ms, later)
        lines.update(straight)
    among: set[int] = set()
    times = SharedTimes()
    for number, line in later.items():
        lying = lines.get(number, NOTHING)
        if number in done:
            continue
        if not len(lying):
            lines[number] = line
        elif line.times_ms[0] > lying.times_ms[-1]:
            lines[number] = Line(
                times.one_after_the_other(lying.times_ms, line.times_ms),
                np.concatenate([lying.values, line.values]),
                np.concatenate([lying.quality, line.quality]),
            )
        else:
            among.add(number)
    return lines, among


def parted(samples: Samples) -> dict[int, Line]:
    """Return the line of each point of settled samples."""
    if not len(samples):
        return {}
    changes = np.flatnonzero(samples.series[1:] != samples.series[:-1]) + 1
    edges = [0, *changes.tolist(), len(samples)]
    return {
        int(samples.series[begin]): Line(
            samples.times_ms[begin:end], samples.values[begin:end], samples.quality[begin:end]
        )
        for begin, end in pairwise(edges)
    }


def _overlapping(chunks: Sequence[Chunk]) -> set[int]:
    """Return the points of which a chunk of a month covers days with chunks of their own."""
    try:
        numbers = np.array([each[:3] for each in chunks], np.int64)
    except MISFITS as error:
        raise StoreBroken("a block of history lies in no place") from error
    owners, slots, first = numbers[:, 0], numbers[:, 1], numbers[:, 1] - numbers[:, 2]
    over = (owners[1:] == owners[:-1]) & (first[1:] < slots[:-1])
    return set(owners[1:][over].tolist())


def _straight(
    codec: Codec, chunks: Sequence[Chunk], slot_ms: int, later: Mapping[int, Line]
) -> tuple[dict[int, Line], set[int]]:
    """Return the lines of points whose chunks follow each other, and which have the later."""
    owners, slots, covered, packed = zip(*chunks, strict=True)
    places = Places.of(owners, slots, slot_ms, covered)
    try:
        taking = Straight(codec.opened(packed, places), places, later)
        return taking.lines(), taking.joined
    except MISFITS as error:
        raise StoreBroken("a block of history does not fit its own description") from error
