"""Fewer points than samples, the same picture: where a pixel is crowded, its extremes.

Groups of four samples know where their lowest and highest lie, groups of four groups
too, and so on. A view takes the coarsest groups that are no wider than a pixel, so that
quarter hours may stand beside ten-second samples and a year is drawn as fast as a day.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

KEPT = 4  # points a pixel below which nothing is left out
_BITS = 2  # a group holds four of the level below
_GROUP = 1 << _BITS
_TOP = 64  # groups at which no coarser level is worth having


class Envelope:
    """A line: ``x`` rises, NaN in ``y`` breaks it; both are kept as they are."""

    def __init__(self, x: Floats, y: Floats) -> None:
        self.x, self.y = x, y
        self.empty = not bool(np.isfinite(y).any())
        every = np.arange(len(x), dtype=np.int64)
        self._levels: list[tuple[Places, Places]] = [(every, every)]
        while not self.empty and len(self._levels[-1][0]) > _TOP:
            low, high = self._levels[-1]
            self._levels.append((_fold(low, y, 1.0), _fold(high, y, -1.0)))

    def window(self, start: float, end: float, pixels: int) -> tuple[Floats, Floats]:
        """Return the points seen between ``start`` and ``end`` on ``pixels`` columns.

        One sample beyond either end is kept, so that the line runs on to the edge.
        Every extreme that is left is a sample at its own moment; a break wider than a
        pixel stays a break.
        """
        if self.empty:
            return self.x[:0], self.y[:0]
        first = max(int(np.searchsorted(self.x, start)) - 1, 0)
        last = min(int(np.searchsorted(self.x, end, "right")) + 1, len(self.x))
        if last - first <= KEPT * pixels or end <= start:
            return self.x[first:last], self.y[first:last]
        chosen = self._chosen(first, last, (end - start) / pixels)
        return self.x[chosen], self.y[chosen]

    def _chosen(self, first: int, last: int, pixel: float) -> Places:
        level = len(self._levels) - 1
        shift = _BITS * level
        groups = np.arange(first >> shift, ((last - 1) >> shift) + 1, dtype=np.int64)
        kept = [np.array([first, last - 1], dtype=np.int64)]
        while level:
            shift = _BITS * level
            begin = groups << shift
            following = np.minimum((groups + 1) << shift, len(self.x) - 1)
            wide = self.x[following] - self.x[begin] > pixel
            kept += [extremes[groups[~wide]] for extremes in self._levels[level]]
            level -= 1
            finer = (groups[wide][:, None] << _BITS) + np.arange(_GROUP)
            groups = finer.ravel()[finer.ravel() < len(self._levels[level][0])]
        chosen = np.unique(np.concatenate([*kept, groups]))
        return chosen[(chosen >= first) & (chosen < last)]


def _fold(places: Places, y: Floats, sign: float) -> Places:
    """Return for each four places the one with the smallest ``sign * y``."""
    missing = -len(places) % _GROUP
    padded = np.concatenate([places, np.repeat(places[-1:], missing)]).reshape(-1, _GROUP)
    heights = sign * y[padded]
    heights[np.isnan(heights)] = np.inf
    return np.asarray(padded[np.arange(len(padded)), heights.argmin(axis=1)], dtype=np.int64)
