"""Samples as compact bytes that give back every value bit for bit, or say they are damaged.

A **chunk** holds the samples of one point and one slot of time, or of the slots of a
month, a **batch** those of many points from one commit. Both are written alike:

    1 byte   version of this layout; 128 more where compression gained nothing
    4 bytes  length of what was compressed
    …        Zstandard, level 3 (or plain), of
             1 byte   which of the columns marked * there are
             1 byte   kind, 1 byte exponent of the values (see `numbers`)
             4 bytes  how many samples
             column   times, in milliseconds from the begin of the slot (see `columns`)
             column*  points, in batches
             column*  filed minus measured, in milliseconds
             column*  received minus measured, in milliseconds
             column   values
             …        rare columns* (see `rarities`)
             4 bytes  only of an outline: a mark, which no reader of columns comes to
    4 bytes  checksum of all this, begun with the place the chunk belongs to, so that
             a chunk in the wrong place is found out like a damaged one

All chunks of a question are taken apart together, column by column: one chunk alone
costs far more than its share of a hundred. A `Codec` belongs to one thread.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np
import zstandard
from numpy.typing import NDArray

from app.errors import StoreBroken, StoreDamaged
from app.history import columns, rarities
from app.history.columns import Rows
from app.history.numbers import Kind, WholeNumbers, values_of
from app.history.places import MISFITS, Places
from app.history.samples import BELIEVABLE, Floats, Ints, Samples, gathered

VERSION = 1
_MAGIC = b"\x28\xb5\x2f\xfd"  # begins what Zstandard wrote; four bytes that need not be kept
_PLAIN = 0x80  # set in the version of a chunk that is not compressed
_OUTER = struct.Struct("<BI")  # version, length
_SEAL_BYTES = 4
_RIGHT = 0x2144DF1C  # CRC-32 of anything followed by its own CRC-32
_INNER = struct.Struct("<BBBI")  # columns there are, kind, exponent, samples
HEAD_BYTES = _INNER.size
OUTLINE = b"\0OUT"  # ends an outline, so that none is ever taken for samples
_OUTER_HEAD = np.dtype([("version", "u1"), ("length", "<u4")])
_HEAD = np.dtype([("bits", "u1"), ("kind", "u1"), ("exponent", "u1"), ("count", "<u4")])
_HAS_SERIES, HAS_LAG, HAS_DELAY = 1, 2, 4  # the bits above are the rare columns'
_LEVEL = 3  # higher levels took up to half as long again and saved one byte in a hundred
_MANY, _LARGE_BYTES = 8, 1_000_000  # bodies, from which on two threads compress them
# Taken apart at a time: columns of so many samples stay in the processor's cache.
_BLOCK_SAMPLES = 80_000


class Codec:
    """Packs and unpacks chunks and batches; one for each thread, as the compressor demands."""

    def __init__(self) -> None:
        bare = zstandard.ZstdCompressionParameters.from_level(
            _LEVEL,
            format=zstandard.FORMAT_ZSTD1_MAGICLESS,
            write_content_size=False,
            write_checksum=False,
        )
        compressor = zstandard.ZstdCompressor(compression_params=bare)
        self._compress = compressor.compress
        self._compress_all = compressor.multi_compress_to_buffer
        plain = zstandard.ZstdDecompressor()
        self._decompress = plain.decompress
        self._decompress_all = plain.multi_decompress_to_buffer

    def pack_chunks(
        self, samples: Samples, counts: Ints, places: Places, mark: bytes = b""
    ) -> list[bytes]:
        """Return one chunk for each place, each of the next ``counts`` samples (at least 1).

        ``mark`` is `OUTLINE` for those, else nothing.
        """
        rows = Rows.of(counts)
        wholes = WholeNumbers(samples.values, _present(samples), rows)
        bodies = _bodies(samples, rows, places, wholes, 0)
        return self.sealed([body + mark for body in bodies] if mark else bodies, places)

    def pack_batches(self, samples: Samples, counts: Ints, places: Places) -> list[bytes]:
        """Return one batch of many points for each place, as `pack_chunks` does.

        No whole numbers are looked for: values of many points have none in common.
        """
        rows = Rows.of(counts)
        wholes = WholeNumbers(samples.values, _present(samples), rows, look=False)
        return self.sealed(_bodies(samples, rows, places, wholes, _HAS_SERIES), places)

    def unpack(
        self,
        packed: Sequence[bytes],
        places: Places,
        *,
        values_only: bool = False,
        only: Ints | None = None,
    ) -> Samples:
        """Return the samples of all chunks or batches, one after the other.

        Args:
            packed: The bytes as packed.
            places: Where each was found.
            values_only: Leave out reasons and the times beside the time filed, which
                a chart does not ask for.
            only: Batches that cannot hold any of these points are left out; what is
                returned may have samples of others.

        Raises:
            StoreBroken: Bytes are damaged, in the wrong place, or of a newer version.
        """
        try:
            bodies = self.opened(packed, places)
            if only is not None and bodies:
                may = _may_hold(bodies, np.sort(only))
                bodies, places = list(compress(bodies, may.tolist())), places.part(may)
            counts = heads_of(bodies)[3]
            if len(counts) != len(bodies) or not counts.all():
                raise ValueError("a block without samples was never written")
            parts = (
                _taken_apart(bodies[block], places.part(block), values_only=values_only)
                for block in _blocks(counts)
            )
            return gathered(parts, int(counts.sum()))
        except MISFITS as error:
            raise StoreDamaged("a block of history does not fit its own description") from error

    def times_ms(self, packed: Sequence[bytes], places: Places) -> Ints:
        """Return when the samples of all chunks or batches are filed, and nothing else of them.

        Raises `StoreBroken` as `unpack` does.
        """
        try:
            bodies = self.opened(packed, places)
            rows = Rows.of(heads_of(bodies)[3])
            ends = np.cumsum([len(body) for body in bodies])
            times, _ = columns.unpack(
                b"".join(bodies), np.append(0, ends[:-1]) + HEAD_BYTES, rows
            )
            return times + rows.spread(places.begins_ms)
        except MISFITS as error:
            raise StoreDamaged("a block of history does not fit its own description") from error

    def may_hold(
        self, packed: Sequence[bytes], places: Places, points: Ints
    ) -> NDArray[np.bool_]:
        """Return which batches may hold one of some points; of few it is not certain.

        Raises as `unpack` does.
        """
        try:
            return _may_hold(self.opened(packed, places), np.sort(points))
        except MISFITS as error:
            raise StoreDamaged("a block of history does not fit its own description") from error

    def sealed(self, bodies: Sequence[bytes], places: Places) -> list[bytes]:
        """Return each body compressed, with the seal of its place."""
        sealed = []
        for body, pressed, seed in zip(
            bodies, self._compressed(bodies), places.seeds(), strict=True
        ):
            if len(pressed) < len(body):
                blob = _OUTER.pack(VERSION, len(body)) + pressed
            else:  # settings nobody touched, mostly: a few bytes
                blob = _OUTER.pack(VERSION | _PLAIN, len(body)) + body
            sealed.append(blob + zlib.crc32(blob, seed).to_bytes(_SEAL_BYTES, "little"))
        return sealed

    def _compressed(self, bodies: Sequence[bytes]) -> Iterator[bytes]:
        """Yield the bodies compressed; a large tick, for which somebody waits, on two cores."""
        if len(bodies) < _MANY or sum(map(len, bodies)) < _LARGE_BYTES:
            yield from map(self._compress, bodies)
            return
        found = self._compress_all(list(bodies), threads=2)
        for nth in range(len(bodies)):
            yield found[nth].tobytes()

    def opened(self, packed: Sequence[bytes], places: Places) -> list[bytes]:
        """Return what was sealed; `StoreBroken` where that was damaged or misplaced."""
        if not packed:
            return []
        if set(map(zlib.crc32, packed, places.seeds())) != {_RIGHT}:
            raise StoreDamaged("a block of history is damaged: its checksum does not fit")
        begin = _OUTER.size
        heads = np.frombuffer(b"".join([blob[:begin] for blob in packed]), _OUTER_HEAD)
        versions, lengths = heads["version"].tolist(), heads["length"].tolist()
        for version in set(versions) - {VERSION, VERSION | _PLAIN}:
            raise StoreBroken(
                f"a block of history is written in layout {version & ~_PLAIN}, "
                f"this program knows {VERSION}"
            )
        pressed = [at for at, version in enumerate(versions) if version == VERSION]
        bodies = [blob[begin:-_SEAL_BYTES] for blob in packed]
        for at, body in zip(pressed, self._decompressed(bodies, lengths, pressed), strict=True):
            bodies[at] = body
        if list(map(len, bodies)) != lengths:
            raise ValueError("cut off")
        return bodies

    def _decompressed(
        self, bodies: Sequence[bytes], lengths: Sequence[int], which: Sequence[int]
    ) -> Iterator[bytes]:
        """Yield some of the bodies decompressed.

        All in one call: with a call for each, a thread beside one that works would have to
        wait for its turn again after each.
        """
        if len(which) == 1:
            yield self._decompress(_MAGIC + bodies[which[0]], lengths[which[0]])
        elif which:
            frames: list[bytes | bytearray | memoryview[int]]
            frames = [_MAGIC + bodies[at] for at in which]
            sizes = np.array([lengths[at] for at in which], np.uint64)
            found = self._decompress_all(frames, decompressed_sizes=sizes.tobytes(), threads=1)
            for nth in range(len(which)):
                yield found[nth].tobytes()


def _blocks(counts: Ints) -> Iterator[slice]:
    """Yield the spans of bodies to be taken apart together."""
    begin, ends = 0, np.cumsum(counts)
    while begin < len(counts):
        before = ends[begin - 1] if begin else 0
        end = max(int(np.searchsorted(ends, before + _BLOCK_SAMPLES)), begin + 1)
        yield slice(begin, end)
        begin = end


def _present(samples: Samples) -> NDArray[np.bool_]:
    """Return where there is a number to be kept."""
    if not samples.quality.any():  # all are GOOD, nearly always: no need to look each up
        present = np.ones(len(samples), bool)
    else:
        present = BELIEVABLE[samples.quality]
    return present if samples.word is None else present & (samples.word == 0)


def _bodies(
    samples: Samples, rows: Rows, places: Places, wholes: WholeNumbers, always: int
) -> list[bytes]:
    """Return each row's columns before compression; the bits ``always`` are set for all."""
    times = columns.pack(samples.times_ms - rows.spread(places.begins_ms), rows)
    nowhere = [b""] * len(rows)
    series = columns.pack(samples.series, rows) if always & _HAS_SERIES else nowhere
    lags = nowhere if samples.lag_ms is None else _packed_where_any(samples.lag_ms, rows)
    delays = nowhere if samples.delay_ms is None else _packed_where_any(samples.delay_ms, rows)
    bodies = []
    for count, kind, exponent, time, point, lag, delay, value, (rare_bits, rare) in zip(
        rows.counts.tolist(),
        wholes.kinds.tolist(),
        wholes.exponents.tolist(),
        times,
        series,
        lags,
        delays,
        _packed_values(wholes, rows),
        rarities.pack(samples, wholes.apart, rows),
        strict=True,
    ):
        bits = always | rare_bits | HAS_LAG * (lag != b"") | HAS_DELAY * (delay != b"")
        head = _INNER.pack(bits, kind, exponent, count)
        bodies.append(b"".join([head, time, point, lag, delay, value, rare]))
    return bodies


def _packed_where_any(column: Ints, rows: Rows) -> list[bytes]:
    """Return the packed column of the rows in which something differs from 0."""
    some = np.logical_or.reduceat(column != 0, rows.starts).tolist()
    packed = columns.pack(column, rows)
    return [blob if any_there else b"" for blob, any_there in zip(packed, some, strict=True)]


def _packed_values(wholes: WholeNumbers, rows: Rows) -> list[bytes]:
    packed = [b""] * len(rows)
    whole, double = _kinds_written(wholes.kinds)
    for mine, pack in ((whole, columns.pack), (double, columns.pack_doubles)):
        if mine.all():
            return pack(wholes.numbers, rows)  # nearly always: nothing is to be picked out
        if mine.any():
            blobs = pack(wholes.numbers[rows.spread(mine)], Rows.of(rows.counts[mine]))
            for row, blob in zip(np.flatnonzero(mine).tolist(), blobs, strict=True):
                packed[row] = blob
    return packed


def _kinds_written(kinds: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows' values are packed columns, and which are plain doubles."""
    return (kinds != Kind.NONE) & (kinds != Kind.DOUBLE), kinds == Kind.DOUBLE


def _taken_apart(bodies: Sequence[bytes], places: Places, *, values_only: bool) -> Samples:
    """Return the columns of all bodies; the inverse of `_bodies`."""
    packed = b"".join(bodies)
    ends = np.cumsum([len(body) for body in bodies])
    at = np.append(0, ends[:-1])
    bits, kinds, exponents, counts = heads_of(bodies)
    rows = Rows.of(counts)
    times, at = columns.unpack(packed, at + HEAD_BYTES, rows)
    times += rows.spread(places.begins_ms)
    if (bits & _HAS_SERIES).any():
        series, at = columns.unpack(packed, at, rows)
    else:
        series = rows.spread(places.owners)
    lag, at = _some(packed, at, rows, bits & HAS_LAG != 0, skip=values_only)
    delay, at = _some(packed, at, rows, bits & HAS_DELAY != 0, skip=values_only)
    values, at = values_at(packed, at, rows, kinds, exponents)
    rare = rarities.unpack(packed, at, bits, rows, values, values_only=values_only)
    values[~BELIEVABLE[rare.quality]] = np.nan
    if rare.word is not None:
        values[rare.word != 0] = np.nan
    return Samples(
        series,
        times,
        values,
        rare.quality,
        rare.origin,
        lag,
        delay,
        rare.reason,
        rare.word,
        tuple(rare.reasons),
        tuple(rare.words),
    )


def heads_of(bodies: Sequence[bytes]) -> Ints:
    """Return bits, kind, exponent and count of every body."""
    heads = np.frombuffer(b"".join([body[:HEAD_BYTES] for body in bodies]), _HEAD)
    return np.stack([heads[name].astype(np.int64) for name in _HEAD.names or ()])


def _may_hold(bodies: Sequence[bytes], wanted: Ints) -> NDArray[np.bool_]:
    """Return which batches may hold one of the points, given by number.

    Only their heads are looked at. One that came from a file holds a single point, mostly,
    and many lie in the same slot: taking all of them apart for each would take ever longer.
    """
    packed = b"".join(bodies)
    counts = heads_of(bodies)[3]
    ends = np.cumsum([len(body) for body in bodies])
    at = columns.after(packed, np.append(0, ends[:-1]) + HEAD_BYTES, Rows.of(counts))
    heads = columns.Heads.of(packed, at, counts)
    last = heads.first + heads.smallest * (counts - 1)
    lowest, highest = np.minimum(heads.first, last), np.maximum(heads.first, last)
    found = np.searchsorted(wanted, lowest) < np.searchsorted(wanted, highest, "right")
    may: NDArray[np.bool_] = found | (heads.widths > 0)  # where steps differ, no head tells
    return may


def _some(
    packed: bytes, at: Ints, rows: Rows, has: NDArray[np.bool_], *, skip: bool
) -> tuple[Ints | None, Ints]:
    """Return a column only some rows have, None when no row has or it is not wanted."""
    if not has.any():
        return None, at
    mine = Rows.of(rows.counts[has])
    ends = at.copy()
    if skip:
        ends[has] = columns.after(packed, at[has], mine)
        return None, ends
    column = np.zeros(rows.total, np.int64)
    column[rows.spread(has)], ends[has] = columns.unpack(packed, at[has], mine)
    return column, ends


def values_at(
    packed: bytes, at: Ints, rows: Rows, kinds: Ints, exponents: Ints
) -> tuple[Floats, Ints]:
    """Return all rows' values, and where each row's column of them ends."""
    whole, double = _kinds_written(kinds)
    if whole.all():
        numbers, ends = columns.unpack(packed, at, rows)
        return values_of(kinds, exponents, numbers, rows), ends
    numbers, ends = np.zeros(rows.total, np.int64), at.copy()
    for mine, unpack in ((whole, columns.unpack), (double, columns.unpack_doubles)):
        if mine.any():
            chosen = Rows.of(rows.counts[mine])
            numbers[rows.spread(mine)], ends[mine] = unpack(packed, at[mine], chosen)
    return values_of(kinds, exponents, numbers, rows), ends
