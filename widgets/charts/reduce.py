"""Fewer points than samples, the same picture: per pixel the first, lowest, highest and last.

pyqtgraph's own reduction counts samples instead of time. Where quarter hours stand
beside ten-second samples it would draw a line the plant never took.
"""

import numpy as np

from widgets.charts.trace import Floats

KEPT = 4  # of each pixel's samples


def reduced(
    x: Floats, y: Floats, start: float, end: float, pixels: int
) -> tuple[Floats, Floats]:
    """Return the points of a line that are seen between ``start`` and ``end``.

    One sample beyond either end is kept, so that the line runs on to the edge. NaN
    breaks the line and is kept wherever it is; every extreme is kept exactly.
    """
    first = max(int(np.searchsorted(x, start)) - 1, 0)
    last = int(np.searchsorted(x, end, "right")) + 1
    x, y = _without_repeated_breaks(x[first:last], y[first:last])
    if len(x) <= KEPT * pixels or end <= start:
        return x, y
    pixel = np.floor((x - start) * (pixels / (end - start)))
    begins = np.flatnonzero(np.concatenate([[True], np.diff(pixel) != 0]))
    ends = np.append(begins[1:], len(x))
    broken = np.logical_or.reduceat(np.isnan(y), begins)
    crowded = (ends - begins > KEPT) & ~broken
    kept = np.repeat(~crowded, ends - begins)
    group = np.repeat(np.arange(len(begins)), ends - begins)
    by_height = np.lexsort((y, group))
    for chosen in (begins, ends - 1, by_height[begins], by_height[ends - 1]):
        kept[chosen[crowded]] = True
    return x[kept], y[kept]


def _without_repeated_breaks(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    lost = np.isnan(y)
    again = np.concatenate([[False], lost[1:] & lost[:-1]]) if len(y) else lost
    return (x[~again], y[~again]) if again.any() else (x, y)
