"""What few chunks have: qualities other than GOOD, reasons, texts, values that stand apart.

They cost nothing where they are absent. Each is written as runs: how many runs, the
code of each, the length of each; codes of reasons and texts are places in a list of
words that follows. Small numbers take 1, 2 or 4 bytes, as the count of samples asks.
"""

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.history.columns import Rows
from app.history.samples import Floats, Ints, Samples

HAS_QUALITY, HAS_ORIGIN, HAS_WORD, HAS_APART, HAS_REASON = 8, 16, 32, 64, 128
ANY = HAS_QUALITY | HAS_ORIGIN | HAS_WORD | HAS_APART | HAS_REASON
_N = TypeVar("_N", bound=np.generic)
_Small = np.dtype[np.unsignedinteger]
_SMALL: tuple[_Small, ...] = (np.dtype("<u1"), np.dtype("<u2"), np.dtype("<u4"))
_DOUBLE_BYTES = 8
_LENGTH_BYTES = 4
# A text may hold what no encoding allows, such as half of a pair; it is kept as it came.
ANY_TEXT = "surrogatepass"


def pack(samples: Samples, apart: NDArray[np.bool_], rows: Rows) -> list[tuple[int, bytes]]:
    """Return each row's bits and bytes; ``apart`` marks values to be kept as they are."""
    bits = np.zeros(len(rows), np.int64)
    for bit, column in (
        (HAS_QUALITY, samples.quality),
        (HAS_ORIGIN, samples.origin),
        (HAS_WORD, samples.word),
        (HAS_APART, apart),
        (HAS_REASON, samples.reason),
    ):
        if column is not None and column.any():
            bits |= bit * np.logical_or.reduceat(column != 0, rows.starts)
    packed = [(0, b"")] * len(rows)
    for row in np.flatnonzero(bits).tolist():
        begin = int(rows.starts[row])
        span = slice(begin, begin + int(rows.counts[row]))
        packed[row] = int(bits[row]), _packed(samples.take(span), apart[span], int(bits[row]))
    return packed


@dataclass(slots=True)
class Rare:
    """All rows' rare columns, filled in row by row; the words of all rows in one list."""

    count: int
    quality: NDArray[np.uint8] = field(init=False)
    origin: NDArray[np.uint8] | None = None
    word: Ints | None = None
    reason: Ints | None = None
    words: dict[str, int] = field(default_factory=lambda: {"": 0})
    reasons: dict[str, int] = field(default_factory=lambda: {"": 0})

    def __post_init__(self) -> None:
        self.quality = np.zeros(self.count, np.uint8)


def unpack(
    packed: bytes, at: Ints, bits: Ints, rows: Rows, values: Floats, *, values_only: bool
) -> Rare:
    """Return the rare columns of all rows; values that stand apart go into ``values``."""
    rare = Rare(rows.total)
    for row in np.flatnonzero(bits & ANY).tolist():
        begin, count = int(rows.starts[row]), int(rows.counts[row])
        span, has = slice(begin, begin + count), int(bits[row])
        source = _Source(packed, int(at[row]), count)
        if has & HAS_QUALITY:
            rare.quality[span] = source.runs()
        if has & HAS_ORIGIN:
            rare.origin = _filled(rare.origin, rare.count, span, source.runs(), np.uint8)
        if has & HAS_WORD:
            codes = source.worded_runs(rare.words)
            rare.word = _filled(rare.word, rare.count, span, codes, np.int64)
        if has & HAS_APART:
            places = source.small(source.one())
            values[span][places] = source.doubles(len(places))
        if has & HAS_REASON and not values_only:
            codes = source.worded_runs(rare.reasons)
            rare.reason = _filled(rare.reason, rare.count, span, codes, np.int64)
    return rare


class _Source:
    """Reads one row's rare columns from its place on."""

    def __init__(self, packed: bytes, at: int, count: int) -> None:
        self._packed = packed
        self._at = at
        self._count = count
        self._small = _small_type(count)

    def small(self, count: int) -> Ints:
        """Return the next small numbers."""
        return np.frombuffer(self._take(count * self._small.itemsize), self._small).astype(
            np.int64
        )

    def one(self) -> int:
        return int(self.small(1)[0])

    def doubles(self, count: int) -> Floats:
        return np.frombuffer(self._take(count * _DOUBLE_BYTES), "<f8")

    def runs(self) -> Ints:
        """Return one code for each of the row's samples."""
        count = self.one() + 1
        codes = self.small(count)
        return np.repeat(codes, self.small(count) + 1)

    def worded_runs(self, known: dict[str, int]) -> Ints:
        """Return one place in ``known`` for each sample, adding the words that are new."""
        codes = self.runs()
        lengths = np.frombuffer(
            self._take((int(codes.max()) + 1) * _LENGTH_BYTES), "<u4"
        ).tolist()
        words = [self._take(length).decode("utf-8", ANY_TEXT) for length in lengths]
        return np.array([known.setdefault(word, len(known)) for word in words])[codes]

    def _take(self, size: int) -> bytes:
        taken = self._packed[self._at : self._at + size]
        if len(taken) != size:
            raise ValueError("cut off")
        self._at += size
        return taken


def _packed(samples: Samples, apart: NDArray[np.bool_], bits: int) -> bytes:
    """Return one row's rare columns."""
    small = _small_type(len(samples))
    parts = []
    if bits & HAS_QUALITY:
        parts.append(_runs(samples.quality.astype(np.int64), small))
    if bits & HAS_ORIGIN and samples.origin is not None:
        parts.append(_runs(samples.origin.astype(np.int64), small))
    if bits & HAS_WORD and samples.word is not None:
        parts.append(_worded_runs(samples.word, samples.words, small))
    if bits & HAS_APART:
        places = np.flatnonzero(apart)
        parts.append(np.append(len(places), places).astype(small).tobytes())
        parts.append(samples.values[places].astype("<f8").tobytes())
    if bits & HAS_REASON and samples.reason is not None:
        parts.append(_worded_runs(samples.reason, samples.reasons, small))
    return b"".join(parts)


def _runs(codes: Ints, small: _Small) -> bytes:
    begins = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    lengths = np.diff(np.append(begins, len(codes)))
    # One less of each: 256 equal qualities still fit into one byte.
    return (
        np.concatenate([[len(begins) - 1], codes[begins], lengths - 1]).astype(small).tobytes()
    )


def _worded_runs(codes: Ints, words: tuple[str, ...], small: _Small) -> bytes:
    used, mine = np.unique(codes, return_inverse=True)
    texts = [words[code].encode("utf-8", ANY_TEXT) for code in used.tolist()]
    lengths = np.array([len(text) for text in texts], "<u4")
    return _runs(mine.astype(np.int64), small) + lengths.tobytes() + b"".join(texts)


def _small_type(count: int) -> _Small:
    """Return the smallest type for numbers below ``count`` and for small codes."""
    for small in _SMALL:
        if count - 1 <= np.iinfo(small).max:
            return small
    raise ValueError("too many samples in one chunk")


def _filled(
    column: NDArray[_N] | None, count: int, span: slice, codes: Ints, kind: type[_N]
) -> NDArray[_N]:
    """Return the column with the row's codes in it, made when the first row needs it."""
    filled = np.zeros(count, kind) if column is None else column
    filled[span] = codes
    return filled
