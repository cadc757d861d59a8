"""One pen's samples: what is drawn as a line, what is faded, where nothing is known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.model.reading import Quality, Reading
from app.series import CODE_OF, Series
from widgets.charts.envelope import Envelope, Floats

Flags = NDArray[np.bool_]

GAP_TIMES_STEP = 2.5  # a pause longer than this many usual steps is a gap
_NEIGHBOURS = 5  # steps looked at on either side to tell what is usual
_TELLING = 2  # fewer steps than this on a side tell nothing
_ROOM = 1024
_HOUR_S = 3600.0
_CONTEXT = 2 * _NEIGHBOURS + 2  # samples beside a step that may tell whether it is a gap
_LONGEST_TAIL = 4096  # samples; beyond, what came live is settled too
_DOUBTFUL = (CODE_OF[Quality.STALE], CODE_OF[Quality.UNCERTAIN])


@dataclass(frozen=True, slots=True)
class Lines:
    """What a plot draws, x in seconds since 1970 (UTC); NaN breaks a line."""

    x: Floats
    good: Floats
    doubtful: Floats  # stale or uncertain, faded
    lone_x: Floats  # samples with nothing beside them: dots
    lone_y: Floats
    doubtful_x: Floats | None = None  # where reduced apart from ``x``

    def last(self) -> tuple[float, float] | None:
        """Return where the line ends, None when nothing is drawn."""
        ends = [_last(self.x, self.good), _last(self.faded_x, self.doubtful)]
        return max((end for end in ends if end is not None), default=None)

    def end(self) -> float:
        """Return the last moment, drawn or broken off; before all time when there is none."""
        return float(self.x[-1]) if len(self.x) else -np.inf

    @property
    def faded_x(self) -> Floats:
        """The moments of ``doubtful``."""
        return self.x if self.doubtful_x is None else self.doubtful_x


@dataclass(frozen=True, slots=True)
class Summary:
    """Smallest, largest and mean good value of a period; None without one."""

    least: float | None = None
    most: float | None = None
    mean: float | None = None
    good_s: float = 0.0  # seconds between neighbouring good samples


@dataclass(frozen=True, slots=True)
class _Settled:
    """What is worked out once of samples that no longer change."""

    count: int  # samples
    gaps: Flags  # of the steps between them
    good: Envelope
    doubtful: Envelope
    lone_x: Floats
    lone_y: Floats


class Trace:
    """The samples of one point by time; grows at the end as readings arrive.

    What is drawn of the samples loaded is worked out once; only the few that came
    since are looked at again with each reading.
    """

    def __init__(self) -> None:
        self._times = np.empty(_ROOM)
        self._values = np.empty(_ROOM)
        self._quality = np.empty(_ROOM, dtype=np.uint8)
        self._count = 0
        self._settled: _Settled | None = None
        self._tail_known: tuple[int, Lines] | None = None  # while no reading comes

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
    def qualities(self) -> NDArray[np.uint8]:
        """Positions in `QUALITY_CODES`."""
        return self._quality[: self._count]

    @property
    def doubtful(self) -> Flags:
        """Which samples are stale or uncertain."""
        return _doubted(self.qualities)

    def load(self, series: Series) -> None:
        """Take stored samples; readings that came meanwhile and are newer stay behind them."""
        stored = series.times_ms / 1000
        newer = self.times > (stored[-1] if len(stored) else -np.inf)
        times = np.concatenate([stored, self.times[newer]])
        values = np.concatenate([series.values, self.values[newer]])
        quality = np.concatenate([series.quality, self._quality[: self._count][newer]])
        self._times, self._values, self._quality = times, values, quality.astype(np.uint8)
        self._count = len(times)
        self._settled = self._tail_known = None

    def forget(self) -> None:
        """Drop every sample: another period is wanted."""
        self._count = 0
        self._settled = self._tail_known = None

    def keep_from(self, moment: float) -> None:
        """Drop the samples before a moment (seconds since 1970): the chart has moved on."""
        first = int(np.searchsorted(self.times, moment))
        if first < max(self._count // 2, 1):
            return  # moving the others costs more than keeping these
        for kept in (self._times, self._values, self._quality):
            kept[: self._count - first] = kept[first : self._count].copy()
        self._count -= first
        self._settled = self._tail_known = None

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

    def window(self, start: float, end: float, pixels: int) -> Lines:
        """Return what is drawn between two moments on ``pixels`` columns (`Envelope`)."""
        settled = self._settle()
        if self._tail_known is None or self._tail_known[0] != self._count:
            self._tail_known = self._count, self._tail(settled)
        tail = self._tail_known[1]
        good = settled.good.window(start, end, pixels)
        doubtful = settled.doubtful.window(start, end, pixels)
        seen = (tail.x >= start) & (tail.x <= end) if end < tail.end() else slice(None)
        return Lines(
            *(np.concatenate([good[0], tail.x[seen]]), _joined(good, tail.good[seen])),
            _joined(doubtful, tail.doubtful[seen]),
            np.concatenate([settled.lone_x, tail.lone_x]),
            np.concatenate([settled.lone_y, tail.lone_y]),
            np.concatenate([doubtful[0], tail.x[seen]]),
        )

    def summary(self, start: float, end: float) -> Summary:
        """Return smallest, largest and mean of the good values with ``start ≤ time < end``.

        The mean weighs by time (trapezoids between neighbouring good samples, gaps left
        out), because stored samples stand closer where the day is young.
        """
        inside = slice(*np.searchsorted(self.times, (start, end)).tolist())
        times, values = self.times[inside], self.values[inside]
        good = np.isfinite(values) & ~_doubted(self.qualities[inside])
        if not good.any():
            return Summary()
        steps = np.diff(times)
        apart = self.gap_flags()[inside.start : max(inside.stop - 1, inside.start)]
        whole = good[:-1] & good[1:] & ~apart
        weight = float(steps[whole].sum())
        known = values[good]
        mean = float(known.mean())
        if weight > 0:
            middles = (values[:-1] + values[1:])[whole] / 2
            mean = float((middles * steps[whole]).sum() / weight)
        return Summary(float(known.min()), float(known.max()), mean, weight)

    def gap_flags(self) -> Flags:
        """Return for each step between samples whether nothing was measured meanwhile."""
        settled = self._settle()
        known = len(settled.gaps)
        first = max(known - _CONTEXT, 0)  # so that the first new step has all its neighbours
        tail = gaps(self.times[first:])
        return np.concatenate([settled.gaps, tail[known - first :]])

    def span(self, start: float, end: float) -> tuple[float, float] | None:
        """Return smallest and largest believable value of a period, doubtful ones too."""
        inside = slice(*np.searchsorted(self.times, (start, end)).tolist())
        values = self.values[inside]
        known = values[np.isfinite(values)]
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
        return float(values[nearest]), bool(_doubted(self.qualities[nearest : nearest + 1])[0])

    def _reaches(self, nearest: int, moment: float, near: list[int], between: bool) -> bool:
        """Whether a moment lies on the line: not beyond the last sample, not in a gap."""
        away = abs(float(self.times[nearest]) - moment)
        if not between:
            return away <= usual_step(self.times)
        first = max(near[0] - _CONTEXT, 0)
        around = gaps(self.times[first : near[0] + _CONTEXT])
        return away <= 1 or not bool(around[near[0] - first])

    def _correct(self, at: float, value: float, quality: int) -> bool:
        """Take what is said anew about the last sample: that it has become stale, lost."""
        last = self._count - 1
        if at < self._times[last] or self._quality[last] == quality:
            return False
        self._quality[last] = quality
        self._values[last] = value
        self._tail_known = None
        return True

    def _grow(self) -> None:
        room = max(_ROOM, 2 * self._count)
        self._times = np.resize(self._times, room)
        self._values = np.resize(self._values, room)
        self._quality = np.resize(self._quality, room)

    def _settle(self) -> _Settled:
        """Return what is settled: all but the newest samples, whose neighbours may change."""
        known = self._settled
        if known is not None and self._count - known.count <= _LONGEST_TAIL:
            return known
        count = max(self._count - _CONTEXT, 0)
        apart = gaps(self.times)
        lines = _lines(self.times, self.values, self.doubtful, apart)
        until = self._times[count - 1] if count else -np.inf
        here = slice(int(np.searchsorted(lines.x, until, "right")) if count else 0)
        alone = lines.lone_x < until
        self._settled = _Settled(
            count,
            apart[:count],
            Envelope(lines.x[here], lines.good[here]),
            Envelope(lines.x[here], lines.doubtful[here]),
            lines.lone_x[alone],
            lines.lone_y[alone],
        )
        return self._settled

    def _tail(self, settled: _Settled) -> Lines:
        """Return the samples behind the last settled one, as they are drawn."""
        first = max(settled.count - 1 - _CONTEXT, 0)
        times = self.times[first:]
        lines = _lines(times, self.values[first:], self.doubtful[first:], gaps(times))
        if not settled.count:
            return lines
        since = self._times[settled.count - 1]
        here, alone = lines.x > since, lines.lone_x >= since
        return Lines(
            lines.x[here],
            lines.good[here],
            lines.doubtful[here],
            lines.lone_x[alone],
            lines.lone_y[alone],
        )


def integral(trace: Trace, start: float, end: float) -> float | None:
    """Return the sum of value × hours from ``start`` to ``end``, both included.

    Trapezoids between neighbouring good samples; None where no two stand together.
    What was not measured counts for nothing.
    """
    whole = trace.summary(start, np.nextafter(end, np.inf))
    if whole.mean is None or whole.good_s <= 0:
        return None
    return whole.mean * whole.good_s / _HOUR_S


def sample_count(trace: Trace, start: float, end: float) -> int:
    """Return how many samples there are from ``start`` to ``end``."""
    first, last = np.searchsorted(trace.times, (start, np.nextafter(end, np.inf))).tolist()
    return int(last - first)


def _joined(settled: tuple[Floats, Floats], tail: Floats) -> Floats:
    return np.concatenate([settled[1], tail])


def _doubted(qualities: NDArray[np.uint8]) -> Flags:
    stale, uncertain = _DOUBTFUL
    return np.asarray((qualities == stale) | (qualities == uncertain), dtype=bool)


def _lines(times: Floats, values: Floats, doubtful: Flags, apart: Flags) -> Lines:
    """Return what is drawn of samples, given which steps between them are gaps."""
    breaks = np.flatnonzero(apart) + 1
    beside = doubtful.copy()  # the joint between good and doubtful is doubtful
    beside[1:] |= doubtful[:-1]
    beside[:-1] |= doubtful[1:]
    good = np.where(doubtful, np.nan, values)
    faded = np.where(beside, values, np.nan)
    x, whole = times.copy(), values.copy()
    if len(breaks):
        x = np.insert(times, breaks, times[breaks - 1])
        good, faded, whole = (np.insert(each, breaks, np.nan) for each in (good, faded, values))
    known = np.isfinite(whole)
    left = np.concatenate([[False], known[:-1]])
    right = np.concatenate([known[1:], [False]])
    alone = known & ~left & ~right
    return Lines(x, good, faded, x[alone], whole[alone])


def _last(x: Floats, y: Floats) -> tuple[float, float] | None:
    known = np.flatnonzero(np.isfinite(y))
    return (float(x[known[-1]]), float(y[known[-1]])) if len(known) else None


def gaps(times: Floats) -> Flags:
    """Return for each step between samples whether nothing was measured meanwhile.

    A step is a gap when it is much longer than what is usual on both its sides, so
    that quarter hours may stand before ten-second samples. At the ends, where one side
    tells nothing, the longest step of the other side is taken for usual.
    """
    steps = np.diff(times)
    found = np.zeros(len(steps), dtype=bool)
    if len(steps) < len(("one", "two")):
        return found
    doubted = np.flatnonzero(steps > GAP_TIMES_STEP * _least_beside(steps))
    if len(doubted):
        found[doubted] = steps[doubted] > GAP_TIMES_STEP * _expected(steps, doubted)
    return found


def _least_beside(steps: Floats) -> Floats:
    """Return the shortest of the steps on either side: what is usual is never less."""
    least = np.full(len(steps), np.inf)
    for away in range(1, min(_NEIGHBOURS, len(steps) - 1) + 1):
        np.minimum(least[away:], steps[:-away], out=least[away:])
        np.minimum(least[:-away], steps[away:], out=least[:-away])
    return least


def _expected(steps: Floats, at: NDArray[np.intp]) -> Floats:
    """Return how long some of the steps would be without a gap."""
    edge = np.full(_NEIGHBOURS, np.nan)
    padded = np.concatenate([edge, steps, edge])
    windows = np.lib.stride_tricks.sliding_window_view(padded, _NEIGHBOURS)
    before, after = windows[at], windows[at + _NEIGHBOURS + 1]
    longest = [np.nan_to_num(side, nan=0.0).max(axis=1) for side in (before, after)]
    usual = [np.nan_to_num(_median(side)) for side in (before, after)]
    telling = [np.isfinite(side).sum(axis=1) >= _TELLING for side in (before, after)]
    return np.maximum(
        np.where(telling[1], usual[0], longest[0]), np.where(telling[0], usual[1], longest[1])
    )


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
