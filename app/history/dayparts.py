"""What the samples of a point say of a local day: first, last, smallest, largest, sum, counts.

Samples are kept by days of UTC, of which a local day takes parts: so these figures are
kept for each **part**, that is for what of one local day lies in one day of UTC, and two
parts make the whole. A part is worked out anew from all its samples whenever any of them
comes late; nothing is ever added to a figure.

Smallest, largest, sum, first and last are of the samples that are believed; the counts are
of all of them, by quality. How close two samples follow each other says whether there may be
two in one interval: where there may not, the counts say what came of what was due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.history.columns import Rows
from app.history.energydays import Step, edges_between, local_days
from app.history.numbers import Kind, WholeNumbers
from app.history.samples import BELIEVABLE, Floats, Ints, Samples, by_point_and_time
from app.series import QUALITY_CODES

DAY_MS = 86_400_000
QUALITIES = len(QUALITY_CODES)
ALONE_MS = 1 << 40  # between the only sample and the next: longer than any interval
_NOISE = 1e-12  # of a sum: what adding a day of doubles may be off by


@dataclass(frozen=True, slots=True)
class Cuts:
    """The local days that have a part in one day of UTC."""

    starts_ms: Ints  # where each part begins, rising; the first with the day of UTC
    days: Ints  # each one's local day, counted from 1970-01-01

    @classmethod
    @lru_cache(maxsize=2000)
    def of(cls, zone: ZoneInfo, slot: int) -> "Cuts":
        """Return the parts of one day of UTC, which is counted from 1970."""
        begin = slot * DAY_MS
        edges = edges_between(zone, Step.DAY, begin + 1, begin + DAY_MS - 1)
        starts = np.concatenate([[begin], edges]).astype(np.int64)
        return cls(starts, local_days(zone, starts))


@lru_cache(maxsize=500)
def month_cuts(zone: ZoneInfo, month: int) -> tuple[Cuts, range]:
    """Return a local month as one part, and the days of UTC that it touches.

    ``month`` and what stands for the day in the part are counted from January 1970.
    """
    middle = int(np.datetime64(month, "M").astype("datetime64[D]").astype(int) + 14) * DAY_MS
    edges = edges_between(zone, Step.MONTH, middle - 40 * DAY_MS, middle + 40 * DAY_MS)
    begin, end = int(edges[edges <= middle][-1]), int(edges[edges > middle][0])
    slots = range(begin // DAY_MS, (end - 1) // DAY_MS + 1)
    return Cuts(np.array([begin]), np.array([month])), slots


@dataclass(frozen=True, slots=True)
class DayParts:
    """Columns of equal length, one entry for each point and part (or whole local day)."""

    series: Ints
    days: Ints
    first_ms: Ints  # of the first and the last sample, whatever its quality
    last_ms: Ints
    figures: Floats  # first, last, smallest, largest, sum: five rows; NaN: nothing believed
    counts: Ints  # samples of each quality: as many rows as QUALITY_CODES
    gaps_ms: Ints  # the least from one sample to the next; 0: an older program kept none

    def __len__(self) -> int:
        return len(self.series)

    @property
    def samples(self) -> Ints:
        """How many samples each entry is of."""
        total: Ints = self.counts.sum(axis=0)
        return total

    def take(self, which: Ints | NDArray[np.bool_] | slice) -> "DayParts":
        """Return some of the entries."""
        if isinstance(which, np.ndarray) and which.dtype == bool and which.all():
            return self
        return DayParts(
            self.series[which],
            self.days[which],
            self.first_ms[which],
            self.last_ms[which],
            self.figures[:, which],
            self.counts[:, which],
            self.gaps_ms[which],
        )


def parts_of(samples: Samples, cuts: Cuts) -> DayParts:
    """Return the parts of one day of UTC from all its samples, settled, of any points."""
    if not len(samples):
        return nothing()
    which = np.searchsorted(cuts.starts_ms, samples.times_ms, "right") - 1
    days = cuts.days[which]
    fresh = np.ones(len(samples), bool)
    fresh[1:] = (samples.series[1:] != samples.series[:-1]) | (days[1:] != days[:-1])
    starts = np.flatnonzero(fresh)
    ends = np.append(starts[1:], len(samples))
    counts = np.array(
        [
            np.add.reduceat(samples.quality == code, starts, dtype=np.int64)
            for code in range(QUALITIES)
        ]
    )
    gaps = np.diff(samples.times_ms, prepend=0)
    gaps[starts] = ALONE_MS
    return DayParts(
        samples.series[starts],
        days[starts],
        samples.times_ms[starts],
        samples.times_ms[ends - 1],
        _figures(samples, starts),
        counts,
        np.minimum.reduceat(gaps, starts),
    )


def nothing() -> DayParts:
    """Return no parts at all."""
    none = np.zeros(0, np.int64)
    counts = np.zeros((QUALITIES, 0), np.int64)
    return DayParts(none, none, none, none, np.zeros((5, 0)), counts, none)


def side_by_side(parts: Sequence[DayParts]) -> DayParts:
    """Return all entries of all parts, one after the other."""
    if len(parts) <= 1:
        return parts[0] if parts else nothing()
    return DayParts(
        np.concatenate([each.series for each in parts]),
        np.concatenate([each.days for each in parts]),
        np.concatenate([each.first_ms for each in parts]),
        np.concatenate([each.last_ms for each in parts]),
        np.concatenate([each.figures for each in parts], axis=1),
        np.concatenate([each.counts for each in parts], axis=1),
        np.concatenate([each.gaps_ms for each in parts]),
    )


def whole_days(parts: DayParts) -> DayParts:
    """Return one entry for each point and local day, by point, then day.

    Each (point, local day, day of UTC) may be among the parts but once.
    """
    if not len(parts):
        return parts
    series, first = parts.series, parts.first_ms  # by these the days are in order too
    rising = (series[1:] > series[:-1]) | (series[1:] == series[:-1]) & (first[1:] > first[:-1])
    if not rising.all():
        parts = parts.take(by_point_and_time(series, first))
    fresh = np.ones(len(parts), bool)
    fresh[1:] = (parts.series[1:] != parts.series[:-1]) | (parts.days[1:] != parts.days[:-1])
    starts = np.flatnonzero(fresh)
    if len(starts) == len(parts):
        return parts
    ends = np.append(starts[1:], len(parts)) - 1
    opening, closing, low, high, total = parts.figures
    believed = ~np.isnan(opening)
    none = ~np.logical_or.reduceat(believed, starts)
    sums = np.add.reduceat(np.where(believed, total, 0.0), starts)
    sums[none] = np.nan
    figures = np.array(
        [
            opening[_edge(believed, starts, forward=True)],
            closing[_edge(believed, starts, forward=False)],
            np.fmin.reduceat(low, starts),
            np.fmax.reduceat(high, starts),
            sums,
        ]
    )
    between = np.full(len(parts), ALONE_MS)
    between[1:] = parts.first_ms[1:] - parts.last_ms[:-1]
    between[starts] = ALONE_MS
    return DayParts(
        parts.series[starts],
        parts.days[starts],
        parts.first_ms[starts],
        parts.last_ms[ends],
        figures,
        np.add.reduceat(parts.counts, starts, axis=1),
        np.minimum.reduceat(np.minimum(parts.gaps_ms, between), starts),
    )


def whole_months(parts: DayParts) -> DayParts:
    """Return one entry for each point and local month; ``days`` are then months."""
    months = parts.days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return whole_days(replace(parts, days=months))


def _figures(samples: Samples, starts: Ints) -> Floats:
    """Return first, last, smallest, largest and sum of what is believed in each span."""
    there = BELIEVABLE[samples.quality] & np.isfinite(samples.values)
    values = samples.values
    low = np.fmin.reduceat(np.where(there, values, np.nan), starts)
    high = np.fmax.reduceat(np.where(there, values, np.nan), starts)
    total = np.add.reduceat(np.where(there, values, 0.0), starts)
    none = ~np.logical_or.reduceat(there, starts)
    first = values[_edge(there, starts, forward=True)]
    last = values[_edge(there, starts, forward=False)]
    figures: Floats = np.array([first, last, low, high, total])
    figures[:, none] = np.nan
    return _plain(figures)


def _edge(there: NDArray[np.bool_], starts: Ints, *, forward: bool) -> Ints:
    """Return each span's first (or last) position where there is something, or its begin."""
    places = np.arange(len(there))
    if forward:
        found = np.minimum.reduceat(np.where(there, places, len(there)), starts)
    else:
        found = np.maximum.reduceat(np.where(there, places, -1), starts)
    return np.where((found < 0) | (found >= len(there)), starts, found)


def scaled(figures: Floats) -> WholeNumbers:
    """Return first, last, smallest and largest of each entry as whole numbers of one kind."""
    values = np.ascontiguousarray(figures[:4].T).ravel()
    rows = Rows.of(np.full(figures.shape[1], 4, np.int64))
    return WholeNumbers(values, ~np.isnan(values), rows)


def _plain(figures: Floats) -> Floats:
    """Take the noise of adding decimal fractions out of the sums: 0.1 + 0.2 is 0.3 here."""
    if not figures.shape[1]:
        return figures
    wholes = scaled(figures)
    decimal = (wholes.kinds == Kind.DIVIDED) & np.isfinite(figures[4])
    tens = 10.0**wholes.exponents
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.rint(figures[4] * tens) / tens
        noise = np.abs(rounded - figures[4]) <= _NOISE * np.abs(figures[4])
    exact = decimal & noise  # a value between may be finer than those looked at
    figures[4, exact] = rounded[exact]
    return figures
