"""Find the whole numbers behind a point's values, such as 213 behind 21.3 °C.

Devices count in whole steps; what they deliver became a decimal fraction on its way.
A row of values is written as whole numbers where the very same doubles, bit for bit,
come back from them: n / 10^e, n · 10^−e, or the bits of a 32-bit float. Else the
doubles are kept as they are.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.history.columns import Rows
from app.history.samples import Floats, Ints

Flags = NDArray[np.bool_]
_EXACT_BELOW = 2.0**53  # doubles hold every whole number up to here
_FINEST = 9  # 10^−9 of a unit: finer steps do not occur at meters
_FEW = 8  # up to one value in so many may be kept apart from its row's whole numbers
TENS = np.array([10.0**place for place in range(_FINEST + 1)])
_TENTHS = np.array([float(f"1e-{place}") for place in range(_FINEST + 1)])


class Kind(IntEnum):
    """How a chunk's values became whole numbers; the number stored, never reused."""

    NONE = 0  # not one number in it
    DIVIDED = 1  # value = whole / 10^exponent
    MULTIPLIED = 2  # value = whole · 10^−exponent
    SINGLE = 3  # the bits of a 32-bit float
    DOUBLE = 4  # the bits of the double itself


# In the order tried: most sensors have one or two places, float registers come next.
_CANDIDATES: tuple[tuple[Kind, int], ...] = (
    (Kind.DIVIDED, 0),
    *((kind, place) for place in (1, 2, 3) for kind in (Kind.DIVIDED, Kind.MULTIPLIED)),
    (Kind.SINGLE, 0),
    *(
        (kind, place)
        for place in range(4, _FINEST + 1)
        for kind in (Kind.DIVIDED, Kind.MULTIPLIED)
    ),
)


class WholeNumbers:
    """All rows' values as whole numbers, how to get back, and the few that stand apart.

    Odd values (−0.0, infinite, a NaN that is believed) do not spoil their row as long
    as they are few: they are marked ``apart``, to be kept beside it.

    Args:
        values: All rows' values.
        present: Where a value counts; elsewhere any whole number will do.
        rows: How many values each row has.
        look: Whether to look for whole numbers at all, or keep the doubles.
    """

    def __init__(
        self, values: Floats, present: Flags, rows: Rows, *, look: bool = True
    ) -> None:
        self.apart = np.zeros(len(values), bool)
        self.exponents = np.zeros(len(rows), np.int64)
        if not look and present.all():  # a tick of values that all count: as they are
            self.numbers = values.view(np.int64)
            self.kinds = np.full(len(rows), int(Kind.DOUBLE))
            return
        counts = np.add.reduceat(present, rows.starts, dtype=np.int64)
        self.numbers = values.view(np.int64).copy()
        self.kinds = np.where(counts > 0, int(Kind.DOUBLE), int(Kind.NONE))
        if look:
            odd = present & ~_ordinary(values)
            odd_counts = np.add.reduceat(odd, rows.starts, dtype=np.int64)
            self._open = (counts > odd_counts) & (odd_counts * _FEW <= rows.counts)
            self._scale(values, present & ~odd, rows)
            self.apart = odd & rows.spread(self.kinds != Kind.DOUBLE)
        _fill_gaps(self.numbers, present & ~self.apart, rows)

    def _scale(self, values: Floats, plain: Flags, rows: Rows) -> None:
        """Try the candidates on the rows that none fits so far."""
        for kind, exponent in _CANDIDATES:
            if not self._open.any():
                return
            here = rows.spread(self._open)
            tried = Rows.of(rows.counts[self._open])
            counts = plain[here]
            numbers, fits = _wholes(kind, exponent, np.where(counts, values[here], 0.0))
            solved = np.logical_and.reduceat(fits | ~counts, tried.starts)
            done = np.flatnonzero(self._open)[solved]
            self.kinds[done] = kind
            self.exponents[done] = exponent
            taken = np.flatnonzero(here)[tried.spread(solved)]
            self.numbers[taken] = numbers[tried.spread(solved)]
            self._open[done] = False


def values_of(kinds: Ints, exponents: Ints, numbers: Ints, rows: Rows) -> Floats:
    """Return the values behind the whole numbers; meaningless in rows of kind NONE."""
    times = np.where(kinds == Kind.MULTIPLIED, _TENTHS[exponents], 1.0)
    by = np.where(kinds == Kind.DIVIDED, TENS[exponents], 1.0)
    values = numbers.astype(np.float64)
    if (times != 1.0).any():
        values *= rows.spread(times)
    values /= rows.spread(by)
    for kind in (Kind.SINGLE, Kind.DOUBLE):
        if (kinds == kind).any():
            here = rows.spread(kinds == kind)
            values[here] = _from_bits(kind, numbers[here])
    return values


def scale(kind: int, exponent: int, values: Floats) -> None:
    """Turn whole numbers of one kind into the values behind them, where they stand."""
    if kind == Kind.MULTIPLIED:
        values *= _TENTHS[exponent]
    elif exponent:
        values /= TENS[exponent]


def _ordinary(values: Floats) -> Flags:
    """Whether a value is a finite number other than −0.0."""
    negative_zero: Flags = (values == 0) & np.signbit(values)
    return np.isfinite(values) & ~negative_zero


def _wholes(kind: Kind, exponent: int, values: Floats) -> tuple[Ints, Flags]:
    """Return the whole numbers by one way of writing, and which values come back from them."""
    if kind is Kind.SINGLE:
        with np.errstate(over="ignore"):
            single = values.astype(np.float32)
        return single.view(np.uint32).astype(np.int64), single == values
    with np.errstate(over="ignore"):
        scaled = np.rint(values * TENS[exponent])
    small = np.abs(scaled) < _EXACT_BELOW
    scaled = np.where(small, scaled, 0.0)
    if kind is Kind.DIVIDED:
        return scaled.astype(np.int64), small & (scaled / TENS[exponent] == values)
    return scaled.astype(np.int64), small & (scaled * _TENTHS[exponent] == values)


def _from_bits(kind: Kind, numbers: Ints) -> Floats:
    if kind is Kind.DOUBLE:
        return numbers.view(np.float64)
    return numbers.astype(np.uint32).view(np.float32).astype(np.float64)


def _fill_gaps(numbers: Ints, present: Flags, rows: Rows) -> None:
    """Repeat the number before (at a row's begin, the one after) where none counts."""
    if present.all():
        return
    places = np.arange(len(numbers))
    last = np.maximum.accumulate(np.where(present, places, -1))
    first = np.minimum.reduceat(np.where(present, places, len(numbers)), rows.starts)
    first = np.minimum(first, len(numbers) - 1)  # a row with no number at all is not written
    filled = np.where(last < rows.spread(rows.starts), rows.spread(first), last)
    numbers[:] = numbers[filled]
