"""Brings the readable rest of a damaged history file back, each sample once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from app.errors import StoreBroken
from app.history.carving import Lost, Pages, Record, Value, records
from app.history.chunks import as_written
from app.history.codec import OUTLINE, Codec
from app.history.history import History
from app.history.inspecting import stream_of
from app.history.outlines import BUCKET_MS
from app.history.places import Places
from app.history.readings import to_moment
from app.history.samples import Ints, Samples, joined, settled
from app.history.schema import QUARTER, Stream
from app.history.series import seal_of
from app.model.backup import Salvaged
from app.model.reading import PointId

_COLUMNS = 5  # of a batch and of a chunk
_TOGETHER = 300  # points brought back in one transaction
_Chunk = tuple[int, int, int, bytes]  # point, last slot, slots, packed


@dataclass(slots=True)
class Found:
    """What a damaged file still holds."""

    names: dict[int, PointId] = field(default_factory=dict)
    chunks: dict[tuple[int, int, int], bytes] = field(default_factory=dict)
    batches: dict[tuple[int, int, int], bytes] = field(default_factory=dict)  # slot, group, id
    unreadable: int = 0  # blocks that are there and cannot be made out, or not believed


def found_in(file: Path, stream: Stream, log: Path | None = None) -> Found:
    """Return what can be read of a damaged file; `OSError` where it cannot be opened.

    Only blocks whose seal fits the place they claim count, and names that fit theirs. A
    block of which nothing is left but its place in a page counts as unreadable, too.
    """
    found, codec = Found(), Codec()
    seals, listed, told = dict[int, int](), dict[int, str](), dict[int, str]()
    for each in records(Pages(file, log)):
        if isinstance(each, Lost):
            found.unreadable += each.beside is None or _is_block(each.beside.values)
            continue
        match each.values:
            case (None, str(point), int(seal)) if each.row is not None:
                seals[each.row], told[each.row] = seal, point
                if seal == seal_of(point, each.row):
                    found.names[each.row] = PointId(point)
            case (str(point), int(number)) if each.row is None:
                listed[number] = point
            case (None, int(slot), int(group), int(), bytes(packed)) if each.row is not None:
                if _fits(codec, stream, (group, slot, 1), packed):
                    found.batches[slot, group, each.row] = packed
                else:
                    found.unreadable += each.sure
            case _:
                _take_chunk(found, codec, stream, each)
    for number, point in listed.items():  # the other copy of the names, in their index
        known = seals.get(number)
        sure = known in (None, seal_of(point, number)) or told[number] == point
        if number not in found.names and sure:
            found.names[number] = PointId(point)
    return found


def _take_chunk(found: Found, codec: Codec, stream: Stream, record: Record) -> None:
    match record.values:
        case (int(first), int(second), int(slots), int(), bytes(packed)) if record.row is None:
            number, slot = (second, first) if stream.by_slot else (first, second)
            place = number, slot, slots
            if not _fits(codec, stream, place, packed):
                found.unreadable += record.sure
            elif not _is_outline(codec, stream, place, packed) and (
                record.sure or place not in found.chunks
            ):
                found.chunks[place] = packed
        case values if record.sure and _is_block(values):  # with a column of another kind
            found.unreadable += 1


def _is_block(values: tuple[Value, ...]) -> bool:
    """Whether a record has as many columns as those of samples have, and no name."""
    return len(values) == _COLUMNS and not isinstance(values[0], str)


def _fits(codec: Codec, stream: Stream, place: tuple[int, int, int], packed: bytes) -> bool:
    try:
        return bool(codec.opened([packed], _places(stream, [place])))
    except (StoreBroken, ValueError, OverflowError):
        return False


def _is_outline(
    codec: Codec, stream: Stream, place: tuple[int, int, int], packed: bytes
) -> bool:
    """Whether a block holds smallest and largest values instead of samples.

    Both have the same seal; an outline ends with a mark. One of a month written before
    there was a mark has two samples of every eight hours it tells of, at their begin and at
    their middle; those of a plant lie a quarter of an hour apart.
    """
    if codec.opened([packed], _places(stream, [place]))[0].endswith(OUTLINE):
        return True
    if place[2] == 1:
        return False
    times = codec.unpack([packed], _places(stream, [place])).times_ms
    if len(times) % 2:
        return False
    begins, middles = times[0::2], times[1::2]
    return bool((begins % BUCKET_MS == 0).all() and (middles - begins == BUCKET_MS // 2).all())


def _places(stream: Stream, places: Sequence[tuple[int, int, int]]) -> Places:
    owners, slots, covered = zip(*places, strict=True)
    return Places.of(owners, slots, stream.slot_ms, covered)


def bring_back(
    file: Path,
    name: str,
    history: History,
    log: Path | None = None,
    keep_going: Callable[[], bool] = lambda: True,
) -> Salvaged:
    """Bring what can be read of a damaged file into a history that takes its place.

    A moment of a point that the history has something of stays as it is there: doing it
    twice brings nothing twice, and nothing newer is overwritten. Blocks; any thread.

    Args:
        file: The damaged file.
        name: How it was called: "2026.sqlite", "fast.sqlite".
        history: Where to.
        log: The write-ahead log that belonged to the file.
        keep_going: Asked between transactions; what was brought by then stays.

    Raises:
        StoreBroken: The file cannot be opened, or the history cannot be written.
    """
    stream = stream_of(Path(name))
    try:
        found = found_in(file, stream, log)
    except OSError as error:
        raise StoreBroken(f"{file} cannot be read: {error}") from error
    readable = brought = 0
    for samples in _portions(found, stream):
        if not keep_going():
            break
        readable += len(samples)
        brought += _brought(history, stream, found, samples)
    return Salvaged(name, readable, brought, found.unreadable)


def _portions(found: Found, stream: Stream) -> Iterator[Samples]:
    """Yield the samples of some points at a time, settled; of points with a name."""
    codec = Codec()
    waiting = joined(
        [
            codec.unpack([packed], Places.of([group], [slot], stream.slot_ms))
            for (slot, group, _number), packed in sorted(found.batches.items())
        ]
    )
    by_point: dict[int, list[_Chunk]] = {}
    for (number, slot, slots), packed in found.chunks.items():
        by_point.setdefault(number, []).append((number, slot, slots, packed))
    numbers = sorted(found.names)
    for begin in range(0, len(numbers), _TOGETHER):
        some = numbers[begin : begin + _TOGETHER]
        chunks = sorted((c for n in some for c in by_point.get(n, ())), key=as_written)
        places = [(number, slot, slots) for number, slot, slots, _packed in chunks]
        blobs = [each[3] for each in chunks]
        lying = codec.unpack(blobs, _places(stream, places)) if chunks else joined([])
        late = waiting.take(np.isin(waiting.series, np.array(some, np.int64)))
        both = [each for each in (lying, late) if len(each)]
        if both:
            yield settled(joined(both))


def _brought(history: History, stream: Stream, found: Found, samples: Samples) -> int:
    """Write those samples of whose moments nothing is there; return how many."""
    numbers, places = np.unique(samples.series, return_inverse=True)
    points = tuple(found.names[number] for number in numbers.tolist())
    years = _years_of(samples) if stream is QUARTER else np.zeros(len(samples), np.int64)
    written = 0
    for year in np.unique(years).tolist():
        here = years == year
        span = samples.times_ms[here]
        ends = int(span.min()), int(span.max()) + 1
        target = history.place_of(stream, to_moment(ends[0]).year)
        lines = target.lines(points, *ends)
        fresh = here.copy()
        for nth, point in enumerate(points):
            mine = np.flatnonzero(here & (places == nth))
            fresh[mine[np.isin(samples.times_ms[mine], lines.of(point).times_ms)]] = False
        if not fresh.any():
            continue
        kept, owners = samples.take(fresh), places[fresh]
        with target.bringing(points) as bringing:
            bringing.add(partial(_numbered, kept, owners))
        written += int(fresh.sum())
    return written


def _numbered(samples: Samples, owners: Ints, numbers: Ints) -> Samples:
    return replace(samples, series=numbers[owners])


def _years_of(samples: Samples) -> Ints:
    years: Ints = samples.times_ms.astype("datetime64[ms]").astype("datetime64[Y]").astype(int)
    return years
