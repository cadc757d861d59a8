"""Gaps of an index filled for who bills by the hour: marked, never longer than asked for.

What a counter read between two readings lies between them; where nothing came, a file may
tell it shared out by time. Nothing of it is kept: it stands in the file alone, as uncertain
and with its reason, and an import leaves it out again. A gap longer than wished, and one over
which the index fell, stay open. Because the readings on both sides stay as they are, all that
was counted stays the same to the last digit.
"""

from dataclasses import dataclass

import numpy as np

from app.history.exchange.table import Rows
from app.history.samples import Floats, Ints
from app.model.performance import RECEIVED
from app.model.reading import Quality
from app.sampleverbs import INTERPOLATED
from app.series import CODE_OF, QUALITY_CODES

_QUARTER_MS = 900_000
_SLACK = 1.5  # of the usual time between two readings: what is longer is a gap
_UNCERTAIN = CODE_OF[Quality.UNCERTAIN]
_CAME = np.array([quality in RECEIVED for quality in QUALITY_CODES])


@dataclass(frozen=True, slots=True)
class Filled:
    """Rows with their gaps filled, and how many were put in."""

    rows: Rows
    count: int


def filled(rows: Rows, most_ms: int) -> Filled:
    """Return the rows of an index with its gaps of at most ``most_ms`` filled.

    The readings come as often as they usually do in these rows, at least a quarter of an
    hour apart. A row without a reading (bad, offline, stale) gives way to a filled one.
    """
    came = np.flatnonzero(_CAME[rows.quality] & np.isfinite(rows.values))
    times, values = rows.times_ms[came], rows.values[came]
    steps = np.diff(times)
    if not len(steps):
        return Filled(rows, 0)
    middle = int(np.sort(steps)[(len(steps) - 1) // 2])  # of two the shorter one
    usual = max(_QUARTER_MS, round(middle / _QUARTER_MS) * _QUARTER_MS)
    gaps = np.flatnonzero(
        (steps > _SLACK * usual) & (steps <= most_ms) & (np.diff(values) >= 0)
    )
    new_times = [_between(int(times[at]), int(times[at + 1]), usual) for at in gaps.tolist()]
    put_in: Ints = np.concatenate([*new_times, np.empty(0, np.int64)]).astype(np.int64)
    if not len(put_in):
        return Filled(rows, 0)
    told = np.round(np.interp(put_in, times, values), rows.facts.decimals)
    stays = _stays(rows, times[gaps], times[gaps + 1], put_in)
    return Filled(_merged(rows, stays, put_in, told), len(put_in))


def within(rows: Rows, begin_ms: int, end_ms: int) -> Rows:
    """Return the rows from ``begin_ms`` to before ``end_ms``."""
    return _taken(rows, np.flatnonzero((rows.times_ms >= begin_ms) & (rows.times_ms < end_ms)))


def _between(begin_ms: int, end_ms: int, usual: int) -> Ints:
    """Return the moments that lack a reading, none of them close to the one that came."""
    return np.arange(begin_ms + usual, end_ms - usual // 2, usual, dtype=np.int64)


def _stays(rows: Rows, begins: Ints, ends: Ints, put_in: Ints) -> Ints:
    """Return which rows stay: all that came, and what lies in no filled gap."""
    at = np.searchsorted(begins, rows.times_ms, "left") - 1
    inside = (at >= 0) & (rows.times_ms < ends[np.maximum(at, 0)])
    gives_way = inside & ~_CAME[rows.quality] & np.isin(rows.times_ms, put_in)
    return np.flatnonzero(~gives_way)


def _merged(rows: Rows, stays: Ints, put_in: Ints, told: Floats) -> Rows:
    many = len(put_in)
    left = _taken(rows, stays)
    times = np.concatenate([left.times_ms, put_in])
    order = np.argsort(times, kind="stable")
    words = [*(left.words or [""] * len(left)), *[""] * many]
    reasons = [*(left.reasons or [""] * len(left)), *[INTERPOLATED] * many]
    return Rows(
        rows.facts,
        times[order],
        np.concatenate([left.values, told])[order],
        np.concatenate([left.quality, np.full(many, _UNCERTAIN, np.uint8)])[order],
        [words[nth] for nth in order.tolist()],
        [reasons[nth] for nth in order.tolist()],
    )


def _taken(rows: Rows, which: Ints) -> Rows:
    return Rows(
        rows.facts,
        rows.times_ms[which],
        rows.values[which],
        rows.quality[which],
        [rows.words[nth] for nth in which.tolist()] if rows.words else (),
        [rows.reasons[nth] for nth in which.tolist()] if rows.reasons else (),
    )
