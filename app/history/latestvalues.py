"""The newest value of every point, however many there are: kept at hand, and never out of date.

Each group of points has a row that holds the newest sample of each (`schema.newest`), and
says which batches are in it. Whoever asks takes the rows and the few batches written since;
both are of one moment of the database, so the answer is what the samples say. A row is
renewed once some batches wait beside it, whatever is put together is folded into it in the
same transaction, and it goes where samples are taken out: then all is looked through once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.history import series
from app.history.chunks import unpacked, waiting_unpacked
from app.history.codec import Codec
from app.history.engine import Looking, NewestRow, Place, Tables
from app.history.places import Places
from app.history.samples import ORIGIN_CODES, Samples, joined, settled
from app.history.schema import GROUP_SIZE, Stream
from app.model.reading import Origin, Quality
from app.series import CODE_OF

BESIDE = 1  # batches of a group that may wait beside its row before that is renewed
SEALED_AS = 9_999  # slots a row pretends to cover: no chunk and no batch is taken for one
_BEGIN_OF_TIME = -(2**31) + 1000
_BACK_FILLED = ORIGIN_CODES.index(Origin.BACK_FILLED)
_GOOD = CODE_OF[Quality.GOOD]
Names = NDArray[np.object_]
_Key = tuple[tuple[int, int, int], ...]
_Opening = Callable[[Codec, Sequence[NewestRow], int], Samples]


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest samples of one place, and the names of all its points by their numbers."""

    samples: Samples  # one a point, by number
    names: Names


class LatestValues:
    """The newest samples of one place; any thread."""

    def __init__(self, place: Place, stream: Stream) -> None:
        self._place, self._stream = place, stream
        self._names: Names = np.zeros(1, np.object_)  # by number; there is no point 0
        self._seen: dict[_Key, tuple[list[bytes], Samples]] = {}  # unpacked for who asked last
        self._packing = Codec()  # whoever writes; the place lets in one at a time

    def all(self) -> Latest:
        """Return the newest sample of every point; blocks, for milliseconds as a rule."""
        with self._place.reading() as reader:
            if reader is None:
                return Latest(joined([]), self._names)
            rows, batches = reader.tables.newest.all(), reader.tables.batches.later()
            names = self._named(reader)
            lacking = set(range((len(names) - 1) // GROUP_SIZE + 1)) - {row[0] for row in rows}
            lying = [*_lying(reader.tables, reader.codec, self._stream, lacking)]
            reader.leave()
            parts = [self._again(reader.codec, rows, _opened), *lying]
            parts += [self._again(reader.codec, turn, _late) for turn in _turns(batches)]
            used = {_key(rows), *map(_key, _turns(batches))}
            self._seen = {key: seen for key, seen in self._seen.items() if key in used}
        return Latest(newest_of(parts, len(names)), names)

    def _again(self, codec: Codec, rows: Sequence[NewestRow], opened: "_Opening") -> Samples:
        """Return what rows hold; those that are the same bytes as before are not unpacked."""
        key, packed = _key(rows), [row[3] for row in rows]
        seen = self._seen.get(key)
        if seen is None or seen[0] != packed:
            seen = self._seen[key] = packed, opened(codec, rows, self._stream.slot_ms)
        return seen[1]

    def names(self) -> Names:
        """Return the names of all points by their numbers; of those that are none: 0."""
        with self._place.reading() as reader:
            return self._names if reader is None else self._named(reader)

    def steps(self) -> Sequence[int]:
        """Return the groups whose rows are to be renewed."""
        with self._place.reading() as reader:
            if reader is None:
                return []
            known = {row[0] for row in reader.tables.newest.all()}
            waiting: dict[int, int] = defaultdict(int)
            for group, *_rest in reader.tables.batches.later():
                waiting[group] += 1
            groups = range((len(self._named(reader)) - 1) // GROUP_SIZE + 1)
        return [each for each in groups if each not in known or waiting[each] > BESIDE]

    def keep_up(self, keep_going: Callable[[], bool]) -> bool:
        """Renew what is to be renewed; False when it was told not to go on."""
        for group in self.steps():
            if not keep_going():
                return False
            self.renew(group)
        return True

    def renew(self, group: int) -> None:
        """Write a group's row anew, with the batches of its newest slot."""
        with self._place.writing() as tables:
            slot_ms = self._stream.slot_ms
            mine = [each for each in tables.batches.later() if each[0] == group]
            row = tables.newest.of(group)
            parts = [_opened(self._packing, [row] if row else [], slot_ms)]
            if row is None:
                parts += _lying(tables, self._packing, self._stream, {group})
            parts += [_late(self._packing, turn, slot_ms) for turn in _turns(mine)]
            found = newest_of(parts, (group + 1) * GROUP_SIZE)
            if not len(found):
                return
            slot, upto = max(((each[1], each[2]) for each in mine), default=(0, 0))
            if row is not None and row[1] > slot:
                slot, upto = row[1], row[2]
            tables.newest.put([_row(self._packing, found, group, slot, upto, slot_ms)])

    def close(self) -> None:
        """Forget the names: another database may lie there next time."""
        self._names = np.zeros(1, np.object_)
        self._seen = {}

    def _named(self, reader: Looking) -> Names:
        """Return the names by number; those known already are not read again."""
        names = self._names
        fresh = series.checked(reader.tables.points.after(len(names) - 1))
        if not fresh:
            return names
        grown = np.zeros(max(len(names), max(fresh.values()) + 1), np.object_)
        grown[: len(names)] = names
        grown[np.fromiter(fresh.values(), np.int64)] = list(fresh)
        self._names = grown
        return grown


def folded(
    tables: Tables, codec: Codec, stream: Stream, samples: Samples, group: int, slot: int
) -> None:
    """Put what was put together into the group's row; a part of the caller's transaction.

    Args:
        tables: To write to; the slot's batches are gone already.
        codec: Of who writes.
        stream: Whose.
        samples: All of the slot, settled.
        group: Whose.
        slot: Which slot was put together.
    """
    row = tables.newest.of(group)
    if row is None:
        return
    before = _opened(codec, [row], stream.slot_ms)
    found = newest_of([before, last_of_each(samples)], (group + 1) * GROUP_SIZE)
    upto = 0 if row[1] == slot else row[2]  # ids begin anew where no batch is left
    tables.newest.put([_row(codec, found, group, row[1], upto, stream.slot_ms)])


def newest_of(parts: Sequence[Samples], numbers: int) -> Samples:
    """Return the newest sample of each point, in no order; of equal moments the later part's.

    A back-filled sample that is not GOOD leaves a GOOD one of the same moment alone. Each
    part has of each point one sample at most; ``numbers`` are below that.
    """
    parts = [part for part in parts if len(part)]
    if len(parts) < 2:  # noqa: PLR2004 - nothing to compare
        return joined(parts)
    times = np.full(numbers, np.iinfo(np.int64).min, np.int64)
    winner = np.full(numbers, -1, np.int16)
    good = np.zeros(numbers, bool)
    for nth, part in enumerate(parts):
        before = times[part.series]
        better = part.times_ms > before
        same = part.times_ms == before
        if same.any():
            better |= same & ~(_worse(part) & good[part.series])
        mine = part.series if better.all() else part.series[better]
        times[mine], winner[mine] = part.times_ms[better], nth
        good[mine] = part.quality[better] == _GOOD
    won = (winner[part.series] == nth for nth, part in enumerate(parts))
    return joined(
        [part.take(mine) for part, mine in zip(parts, won, strict=True) if mine.any()]
    )


def last_of_each(samples: Samples) -> Samples:
    """Return the last of settled samples of each point."""
    if not len(samples):
        return samples
    changes = np.flatnonzero(samples.series[1:] != samples.series[:-1])
    return samples.take(np.append(changes, len(samples) - 1))


def _worse(samples: Samples) -> NDArray[np.bool_]:
    if samples.origin is None:
        return np.zeros(len(samples), bool)
    worse: NDArray[np.bool_] = (samples.origin == _BACK_FILLED) & (samples.quality != _GOOD)
    return worse


def _key(rows: Sequence[NewestRow]) -> _Key:
    return tuple(row[:3] for row in rows)


def _late(codec: Codec, batches: Sequence[NewestRow], slot_ms: int) -> Samples:
    """Return the newest sample of each point of batches of different groups."""
    waiting = [(group, slot, packed) for group, slot, _number, packed in batches]
    samples = settled(waiting_unpacked(codec, waiting, slot_ms))
    once = (samples.series[1:] != samples.series[:-1]).all()
    return samples if once else last_of_each(samples)


def _turns(batches: Sequence[NewestRow]) -> Iterator[list[NewestRow]]:
    """Yield batches of different groups together, those of one group as written."""
    of_group: dict[int, list[NewestRow]] = defaultdict(list)
    for batch in batches:
        of_group[batch[0]].append(batch)
    for turn in range(max(map(len, of_group.values()), default=0)):
        yield [some[turn] for some in of_group.values() if turn < len(some)]


def _opened(codec: Codec, rows: Sequence[NewestRow], slot_ms: int) -> Samples:
    if not rows:
        return joined([])
    groups, slots, _upto, packed = zip(*rows, strict=True)
    places = Places.of(groups, slots, slot_ms, [SEALED_AS] * len(rows))
    return codec.unpack(packed, places)


def _row(
    codec: Codec, samples: Samples, group: int, slot: int, upto: int, slot_ms: int
) -> NewestRow:
    place = Places.of([group], [slot], slot_ms, [SEALED_AS])
    ordered = samples.take(np.argsort(samples.series))
    [packed] = codec.pack_batches(ordered, np.array([len(ordered)], np.int64), place)
    return group, slot, upto, packed


def _lying(
    tables: Tables, codec: Codec, stream: Stream, groups: Collection[int]
) -> Iterator[Samples]:
    """Yield the newest samples of chunks of some groups, looked up one by one.

    Of a stream whose chunks lie by slot only the newest slot is looked at.
    """
    last = 2**31 - 100
    if not groups:
        return
    if stream.by_slot:
        newest = tables.chunks.newest_slot(last)
        if newest is not None:
            found = unpacked(codec, list(tables.chunks.of_slot(newest)), stream.slot_ms)
            mine = np.isin(found.series // GROUP_SIZE, np.array(sorted(groups), np.int64))
            yield last_of_each(settled(found.take(mine)))
        return
    for group in groups:
        span = range(group * GROUP_SIZE, (group + 1) * GROUP_SIZE)
        chunks = tables.chunks.newest([(number, _BEGIN_OF_TIME, last) for number in span])
        yield last_of_each(settled(unpacked(codec, chunks, stream.slot_ms)))
