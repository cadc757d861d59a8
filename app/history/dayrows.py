"""The day's figures of a group of points as compact bytes, one row for each day of UTC.

The body, compressed and sealed as chunks are:

    1 byte   layout of this
    4 bytes  how many entries, 1 byte how many cuts
    column   cuts: where each part begins, then their local days (see `dayparts`)
    column   point, local day, first and last moment, of each entry
    column   count of each quality
    column   kind and exponent of the values (see `numbers`)
    column   first; last, smallest, largest and sum less the first
    …        sums (doubles) of the entries whose kind is not decimal
    column   least time from one sample to the next; not in rows of older programs

A row of a **local month** is the same with one part, in the slot that `month_slot` says;
empty bytes stand for one that no longer holds.

Columns are packed as those of chunks. Rows of other cuts, made when the plant was taken to
lie in another zone, are found by their cuts and made anew from the samples.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from app.errors import StoreBroken
from app.history import columns
from app.history.codec import Codec
from app.history.columns import Rows
from app.history.dayparts import DAY_MS, QUALITIES, Cuts, DayParts, nothing, scaled
from app.history.numbers import TENS, Kind, values_of
from app.history.places import Places
from app.history.samples import Floats, Ints

_T = TypeVar("_T")
DayRow = tuple[int, int, bytes]  # group, slot, packed
_HEAD = struct.Struct("<BIB")
_LAYOUT = 1
_SUM_FITS = 16  # set in the kind of an entry whose sum is a whole number too
NO_CHUNK = 200  # slots no chunk covers: what the seal of these rows begins with
_MISFITS = (TypeError, IndexError, ValueError, OverflowError, MemoryError, struct.error)


def month_slot(month: int) -> int:
    """Return the slot of a local month, which no day has."""
    return -month - 1


def place(group: int, slot: int) -> Places:
    """Return where a row belongs."""
    return Places.of([group], [slot], DAY_MS, [NO_CHUNK])


def packed(codec: Codec, parts: DayParts, cuts: Cuts, group: int, slot: int) -> bytes:
    """Return the figures of a group's points (at least one) in one day of UTC."""
    begin = slot * DAY_MS
    wholes = scaled(parts.figures)
    numbers = wholes.numbers.reshape(-1, 4).T
    decimal = wholes.kinds == Kind.DIVIDED
    tens = 10.0 ** np.where(decimal, wholes.exponents, 0)
    total = np.where(decimal, parts.figures[4] * tens, 0.0)
    small = decimal & (np.abs(total) < 2.0**53)
    sums = np.rint(np.where(small, total, 0.0)).astype(np.int64)
    fits = small & (sums / tens == parts.figures[4])
    per_entry = parts.samples * numbers[0]
    told = [
        parts.series,
        parts.days,
        parts.first_ms - begin,
        parts.last_ms - begin,
        *parts.counts,
        wholes.kinds + _SUM_FITS * fits,
        wholes.exponents,
        numbers[0],
        numbers[1] - numbers[0],
        numbers[2] - numbers[0],
        numbers[3] - numbers[0],
        np.where(fits, sums - per_entry, 0),
    ]
    edges = np.concatenate([cuts.starts_ms - begin, cuts.days])
    body = b"".join(
        [
            _HEAD.pack(_LAYOUT, len(parts), len(cuts.days)),
            *[_column(each) for each in (edges, *told) if len(each)],
            parts.figures[4][~fits].astype("<f8").tobytes(),
            *([_column(parts.gaps_ms)] if len(parts) else ()),
        ]
    )
    [sealed] = codec.sealed([body], place(group, slot))
    return sealed


@dataclass(frozen=True, slots=True)
class Openings:
    """The first values of a part that are believed, and nothing else of its row."""

    series: Ints
    days: Ints
    values: Floats  # NaN: nothing believed

    @classmethod
    def of(cls, parts: DayParts) -> "Openings":
        """Return the first values among all figures."""
        return cls(parts.series, parts.days, parts.figures[0])


def unpacked(codec: Codec, row: DayRow, cuts: Cuts | None) -> DayParts | None:
    """Return the figures of a row; None where it was cut otherwise, without ``cuts`` anyhow.

    Raises `StoreBroken` where it is damaged or lies in another's place.
    """
    return _read(codec, row, cuts, _all_figures)


def openings(codec: Codec, row: DayRow, cuts: Cuts | None) -> Openings | None:
    """Return the first values of a row, in a third of the time; else as `unpacked`."""
    return _read(codec, row, cuts, _first_values)


def unpacked_as_cut(codec: Codec, row: DayRow) -> tuple[Cuts, DayParts]:
    """Return the figures of a row however it was cut, and how that was.

    Raises `StoreBroken` where it is damaged or lies in another's place.
    """
    own: list[Cuts] = []
    parts = _read(codec, row, None, _all_figures, own)
    return own[0], nothing() if parts is None else parts


def _read(
    codec: Codec,
    row: DayRow,
    cuts: Cuts | None,
    take: Callable[["_Columns", int, int], _T],
    own: list[Cuts] | None = None,
) -> _T | None:
    """Return what ``take`` finds in a row: given its columns, how many entries, its begin.

    None where it was not cut by ``cuts``; ``own`` is told how it was.
    """
    group, slot, sealed = row
    begin = slot * DAY_MS
    try:
        [body] = codec.opened([sealed], place(group, slot))
        layout, count, pieces = _HEAD.unpack_from(body)
        if layout != _LAYOUT:
            raise StoreBroken(f"the figures of a day are in layout {layout}, not {_LAYOUT}")
        source = _Columns(body, _HEAD.size)
        edges = source.next(2 * pieces)
        if own is not None:
            own.append(Cuts(edges[:pieces] + begin, edges[pieces:]))
        if cuts is not None and not np.array_equal(
            edges, np.concatenate([cuts.starts_ms - begin, cuts.days])
        ):
            return None
        return take(source, count, begin)
    except _MISFITS as error:
        raise StoreBroken("the figures of a day do not fit their own description") from error


def _all_figures(source: "_Columns", count: int, begin: int) -> DayParts:
    if not count:
        return nothing()
    series, days, first, last = (source.next(count) for _ in range(4))
    counts = np.array([source.next(count) for _ in range(QUALITIES)])
    kinds, exponents, opening, *others = (source.next(count) for _ in range(7))
    fits = kinds >= _SUM_FITS
    numbers = np.array([opening, *(opening + other for other in others[:3])])
    figures = np.empty((5, count))
    figures[:4] = _figures(kinds % _SUM_FITS, exponents, numbers)
    sums = others[3] + counts.sum(axis=0) * opening
    figures[4] = sums / TENS[exponents]
    if not fits.all():
        figures[4, ~fits] = source.doubles(int((~fits).sum()))
    gaps = np.zeros(count, np.int64) if source.at_its_end else source.next(count)
    return DayParts(series, days, first + begin, last + begin, figures, counts, gaps)


def _first_values(source: "_Columns", count: int, _begin: int) -> Openings:
    if not count:
        return Openings.of(nothing())
    series, days = source.next(count), source.next(count)
    source.skip(2 + QUALITIES, count)
    kinds, exponents, opening = (source.next(count) for _ in range(3))
    return Openings(series, days, _figures(kinds % _SUM_FITS, exponents, opening[None, :])[0])


def _figures(kinds: Ints, exponents: Ints, numbers: Ints) -> Floats:
    """Return first, last, smallest and largest of each entry from their whole numbers."""
    decimal = kinds == Kind.DIVIDED
    if decimal.all():  # as those of meters are
        plain: Floats = numbers / TENS[exponents]
        return plain
    each = len(numbers)
    rows = Rows.of(np.full(len(kinds), each, np.int64))
    values = values_of(kinds, exponents, numbers.T.ravel(), rows).reshape(-1, each).T
    values[:, kinds == Kind.NONE] = np.nan
    return values


def _column(numbers: Ints) -> bytes:
    plain = np.ascontiguousarray(numbers, np.int64)
    [packed_column] = columns.pack(plain, Rows.of([len(plain)]))
    return packed_column


class _Columns:
    """Reads one column after the other."""

    def __init__(self, body: bytes, at: int) -> None:
        self._body, self._at = body, at

    def next(self, count: int) -> Ints:
        """Return the next column."""
        numbers, self._at = columns.one(self._body, self._at, count)
        return numbers

    def skip(self, many: int, count: int) -> None:
        """Leave out some columns."""
        for _ in range(many):
            self._at = columns.end_of_one(self._body, self._at, count)

    def doubles(self, count: int) -> Floats:
        """Return the sums that follow the columns."""
        found = np.frombuffer(self._body, "<f8", count, self._at)
        self._at += found.nbytes
        return found

    @property
    def at_its_end(self) -> bool:
        """Whether nothing follows any more."""
        return self._at == len(self._body)
