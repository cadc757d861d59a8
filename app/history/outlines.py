"""Outlines of long times for charts: the smallest and the largest value of every eight hours.

An outline is samples again: of each eight hours (UTC) the smallest value at their begin
and the largest at their middle, with the worst quality among those that are believed.
Where nothing is believed there is no value, with the quality that says why.
"""

import numpy as np

from app.history.samples import BELIEVABLE, Ints, Samples

BUCKET_MS = 8 * 3_600_000
_HALF_MS = BUCKET_MS // 2


def month_of(slot: int) -> int:
    """Return the month (UTC) of a day, both counted from January 1970."""
    return int(np.datetime64(slot, "D").astype("datetime64[M]").astype(int))


def days_of(month: int) -> range:
    """Return the days (UTC) of a month, both counted from January 1970."""
    ends = np.array([month, month + 1]).astype("datetime64[M]").astype("datetime64[D]")
    first, following = ends.astype(int).tolist()
    return range(first, following)


def outline_of(samples: Samples) -> Samples:
    """Return the outline of settled samples of any points."""
    if not len(samples):
        return samples
    buckets = samples.times_ms // BUCKET_MS
    fresh = np.ones(len(samples), bool)
    fresh[1:] = (samples.series[1:] != samples.series[:-1]) | (buckets[1:] != buckets[:-1])
    starts = np.flatnonzero(fresh)
    there = BELIEVABLE[samples.quality] & ~np.isnan(samples.values)
    believed = np.where(there, samples.values, np.nan)
    quality = samples.quality
    some = np.logical_or.reduceat(there, starts)
    worst = np.maximum.reduceat(np.where(there, quality, 0), starts)
    mildest = np.minimum.reduceat(quality, starts)
    begins = buckets[starts] * BUCKET_MS
    values = np.empty(2 * len(starts))
    values[0::2] = np.fmin.reduceat(believed, starts)
    values[1::2] = np.fmax.reduceat(believed, starts)
    times: Ints = np.repeat(begins, 2)
    times[1::2] += _HALF_MS
    code = np.repeat(np.where(some, worst, mildest), 2).astype(np.uint8)
    return Samples(np.repeat(samples.series[starts], 2), times, values, code)


def whole_buckets(start_ms: int, end_ms: int) -> tuple[int, int]:
    """Return the span of all eight hours that a span touches."""
    return start_ms // BUCKET_MS * BUCKET_MS, -(-end_ms // BUCKET_MS) * BUCKET_MS
