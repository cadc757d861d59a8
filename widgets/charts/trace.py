"""One pen's samples: what is drawn as a line, what is faded, where nothing is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.model.reading import Quality, Reading
from app.series import CODE_OF, Series

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

GAP_TIMES_STEP = 2.5  # a pause longer than this many usual steps is a gap
_NEIGHBOURS = 5  # steps looked at on either side to tell what is usual
_TELLING = 2  # fewer steps than this on a side tell nothing
_ROOM = 1024
_DOUBTFUL = (CODE_OF[Quality.STALE], CODE_OF[Quality.UNCERTAIN])


@dataclass(frozen=True, slots=True)
class Lines:
    """What a plot draws, x in seconds since 1970 (UTC); NaN breaks a line."""

    x: Floats
    good: Floats
    doubtful: Floats  # stale or uncertain, faded
    lone_x: Floats  # samples with nothing beside them: dots
    lone_y: Floats

    def last(self) -> tuple[float, float] | None:
        """Return where the line ends, None when nothing is drawn."""
        drawn = np.where(np.isfinite(self.good), self.good, self.doubtful)
        known = np.flatnonzero(np.isfinite(drawn))
        return (float(self.x[known[-1]]), float(drawn[known[-1]])) if len(known) else None


@dataclass(frozen=True, slots=True)
class Summary:
    """Smallest, largest and mean good value of a period; None without one."""

    least: float | None = None
    most: float | None = None
    mean: float | None = None


class Trace:
    """The samples of one point by time; grows at the end as readings arrive."""

    def __init__(self) -> None:
        self._times = np.empty(_ROOM)
        self._values = np.empty(_ROOM)
        self._quality = np.empty(_ROOM, dtype=np.uint8)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def times(self) -> Floats:
        """Seconds since 1970 (UTC), rising."""
        return self._times[: self._count]

    @property
    def values(self) -> Floats:
        """In the point's unit; NaN where nothing is believable."""
        return self._values[: self._count]

    @property
    def doubtful(self) -> Flags:
        """Which samples are stale or uncertain."""
        return np.isin(self._quality[: self._count], _DOUBTFUL)

    def load(self, series: Series) -> None:
        """Take stored samples; readings that came meanwhile and are newer stay behind them."""
        stored = series.times_ms / 1000
        newer = self.times > (stored[-1] if len(stored) else -np.inf)
        times = np.concatenate([stored, self.times[newer]])
        values = np.concatenate([series.values, self.values[newer]])
        quality = np.concatenate([series.quality, self._quality[: self._count][newer]])
        self._times, self._values, self._quality = times, values, quality.astype(np.uint8)
        self._count = len(times)

    def forget(self) -> None:
        """Drop every sample: another period is wanted."""
        self._count = 0

    def append(self, reading: Reading) -> bool:
        """Add a reading newer than the last sample; return whether it was one."""
        at = reading.measured_at.timestamp()
        value = reading.value
        number = float(value) if isinstance(value, int | float) else np.nan
        if self._count and at <= self._times[self._count - 1]:
            return self._correct(at, number, CODE_OF[reading.quality])
        if self._count == len(self._times):
            self._grow()
        self._times[self._count] = at
        self._values[self._count] = number
        self._quality[self._count] = CODE_OF[reading.quality]
        self._count += 1
        return True

    def lines(self) -> Lines:
        """Return what to draw."""
        times, values, doubtful = self.times, self.values, self.doubtful
        breaks = np.flatnonzero(gaps(times)) + 1
        beside = doubtful.copy()  # the joint between good and doubtful is doubtful
        beside[1:] |= doubtful[:-1]
        beside[:-1] |= doubtful[1:]
        good = np.where(doubtful, np.nan, values)
        faded = np.where(beside, values, np.nan)
        x = np.insert(times, breaks, times[breaks - 1] if len(breaks) else [])
        good, faded, whole = (
            np.insert(each, breaks, np.nan) for each in (good, faded, values.copy())
        )
        known = np.isfinite(whole)
        left = np.concatenate([[False], known[:-1]])
        right = np.concatenate([known[1:], [False]])
        alone = known & ~left & ~right
        return Lines(x, good, faded, x[alone], whole[alone])

    def summary(self, start: float, end: float) -> Summary:
        """Return smallest, largest and mean of the good values with ``start ≤ time < end``.

        The mean weighs by time (trapezoids between neighbouring good samples, gaps left
        out), because stored samples stand closer where the day is young.
        """
        inside = (self.times >= start) & (self.times < end)
        times, values = self.times[inside], self.values[inside]
        good = np.isfinite(values) & ~self.doubtful[inside]
        if not good.any():
            return Summary()
        steps = np.diff(times)
        whole = good[:-1] & good[1:] & ~gaps(times)
        weight = float(steps[whole].sum())
        mean = float(values[good].mean())
        if weight > 0:
            middles = (values[:-1] + values[1:])[whole] / 2
            mean = float((middles * steps[whole]).sum() / weight)
        return Summary(float(values[good].min()), float(values[good].max()), mean)

    def span(self, start: float, end: float) -> tuple[float, float] | None:
        """Return smallest and largest believable value of a period, doubtful ones too."""
        inside = (self.times >= start) & (self.times < end) & np.isfinite(self.values)
        known = self.values[inside]
        return (float(known.min()), float(known.max())) if len(known) else None

    def at(self, moment: float) -> tuple[float, bool] | None:
        """Return the value nearest to a moment and whether it is doubtful; None in a gap."""
        times, values = self.times, self.values
        if not len(times):
            return None
        after = int(np.searchsorted(times, moment))
        near = [nth for nth in (after - 1, after) if 0 <= nth < len(times)]
        nearest = min(near, key=lambda nth: abs(times[nth] - moment))
        between = len(near) == len(("before", "after"))
        if not np.isfinite(values[nearest]) or not self._reaches(
            nearest, moment, near, between
        ):
            return None
        return float(values[nearest]), bool(self.doubtful[nearest])

    def _reaches(self, nearest: int, moment: float, near: list[int], between: bool) -> bool:
        """Whether a moment lies on the line: not beyond the last sample, not in a gap."""
        away = abs(float(self.times[nearest]) - moment)
        if not between:
            return away <= usual_step(self.times)
        return away <= 1 or not bool(gaps(self.times)[near[0]])

    def _correct(self, at: float, value: float, quality: int) -> bool:
        """Take what is said anew about the last sample: that it has become stale, lost."""
        last = self._count - 1
        if at < self._times[last] or self._quality[last] == quality:
            return False
        self._quality[last] = quality
        self._values[last] = value
        return True

    def _grow(self) -> None:
        room = max(_ROOM, 2 * self._count)
        self._times = np.resize(self._times, room)
        self._values = np.resize(self._values, room)
        self._quality = np.resize(self._quality, room)


def gaps(times: Floats) -> Flags:
    """Return for each step between samples whether nothing was measured meanwhile.

    A step is a gap when it is much longer than what is usual on both its sides, so
    that quarter hours may stand before ten-second samples. At the ends, where one side
    tells nothing, the longest step of the other side is taken for usual.
    """
    steps = np.diff(times)
    if len(steps) < len(("one", "two")):
        return np.zeros(len(steps), dtype=bool)
    edge = np.full(_NEIGHBOURS, np.nan)
    padded = np.concatenate([edge, steps, edge])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NEIGHBOURS)
    usual = np.nan_to_num(_median(windows))
    longest = np.nan_to_num(windows, nan=0.0).max(axis=1)
    telling = np.isfinite(windows).sum(axis=1) >= _TELLING
    count, skip = len(steps), _NEIGHBOURS + 1
    before, after = slice(count), slice(skip, skip + count)
    expected = np.maximum(
        np.where(telling[after], usual[before], longest[before]),
        np.where(telling[before], usual[after], longest[after]),
    )
    return np.asarray(steps > GAP_TIMES_STEP * expected, dtype=bool)


def usual_step(times: Floats) -> float:
    """Return the usual seconds between the newest samples, widened as gaps are."""
    steps = np.diff(times[-_NEIGHBOURS - 1 :])
    return GAP_TIMES_STEP * float(np.median(steps)) if len(steps) else 0.0


def _median(windows: Floats) -> Floats:
    """Return the median of each row, NaN left out; a row of nothing gives NaN."""
    ordered = np.sort(windows, axis=1)  # NaN sorts last
    known = np.isfinite(ordered).sum(axis=1)
    rows = np.arange(len(ordered))
    low = np.maximum((known - 1) // 2, 0)
    high = np.minimum(known // 2, ordered.shape[1] - 1)
    return np.asarray((ordered[rows, low] + ordered[rows, high]) / 2)
