"""A long time drawn from the least and the most of every eight hours instead of every sample.

Twenty points over a year are 700,000 samples; a screen has some hundred columns for them.
What a tile stands for is no sample at its moment: so means come from the means of days, and
a value at a cursor is that of its day, told as uncertain, until somebody looks closer and
every sample of that stretch is there.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from app.series import Outline, Series

LONG = timedelta(days=120)  # a time that is no longer is drawn from every sample


@dataclass(slots=True)
class Tiled:
    """What is known of one point's long time; moments in seconds since 1970."""

    line: Series | None = None  # least and most of each tile
    days: Outline | None = None
    fine: tuple[float, float] | None = None  # of which every sample is there

    def is_fine(self, start_s: float, end_s: float) -> bool:
        """Whether every sample of a stretch is there."""
        return self.fine is not None and self.fine[0] <= start_s and end_s <= self.fine[1]

    def mean(self, start_s: float, end_s: float) -> tuple[float | None, float]:
        """Return the mean of a stretch by the means of its days, and how long these are.

        A day that is cut counts for the seconds of it that lie within; one of which nothing
        is believed does not count. In seconds; None where no day tells anything.
        """
        if self.days is None:
            return None, 0.0
        begins, ends = self.days.starts_ms / 1000, self.days.ends_ms / 1000
        within = np.minimum(ends, end_s) - np.maximum(begins, start_s)
        known = (within > 0) & np.isfinite(self.days.mean)
        seconds = float(within[known].sum())
        if seconds <= 0:
            return None, 0.0
        return float((self.days.mean[known] * within[known]).sum()) / seconds, seconds

    def at(self, moment_s: float) -> tuple[float, bool] | None:
        """Return the mean of the day of a moment, told as doubtful; None for no such day."""
        if self.days is None:
            return None
        at_ms = moment_s * 1000
        day = int(np.searchsorted(self.days.starts_ms, at_ms, "right")) - 1
        if day < 0 or at_ms >= self.days.ends_ms[day] or not np.isfinite(self.days.mean[day]):
            return None
        return float(self.days.mean[day]), True


def line_of(outline: Outline, now_ms: int) -> Series:
    """Return a line that goes through the least and the most of each tile.

    The least stands where a tile begins, the most in its middle, as far as it is past.
    """
    until = np.minimum(outline.ends_ms, np.maximum(now_ms, outline.starts_ms))
    times = np.repeat(outline.starts_ms, 2)
    times[1::2] += np.maximum((until - outline.starts_ms) // 2, 1)
    values = np.empty(len(times))
    values[0::2], values[1::2] = outline.least, outline.most
    return Series(outline.point, times, values, np.repeat(outline.quality, 2))


def closer(line: Series, fine: Series, start_ms: int, end_ms: int) -> Series:
    """Return a line with every sample of a stretch in the place of its tiles."""
    before, after = line.times_ms < start_ms, line.times_ms >= end_ms
    within = (fine.times_ms >= start_ms) & (fine.times_ms < end_ms)

    def joined(one: str) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
        coarse, all_of_it = getattr(line, one), getattr(fine, one)
        return np.concatenate([coarse[before], all_of_it[within], coarse[after]])

    return Series(
        line.point,
        joined("times_ms").astype(np.int64),
        joined("values").astype(np.float64),
        joined("quality").astype(np.uint8),
    )
