"""One point's samples of both streams as one line: the finest that is kept of each moment."""

from datetime import timedelta

import numpy as np

from app.history.quarters import QUARTER
from app.series import Series

_QUARTER_MS = QUARTER // timedelta(milliseconds=1)


def finest(kept: Series, fast: Series, start_ms: int) -> Series:
    """Return one point's samples of both streams from a moment on, no reading twice.

    A sample of the quarter stream repeats the newest reading before it. Where the fast
    stream still has a reading of that quarter of an hour, that one says the same at the
    moment it was measured, so the repetition is left out.

    Args:
        kept: The quarter stream's samples.
        fast: The fast stream's, from a quarter of an hour before the moment on.
        start_ms: The moment.
    """
    before = np.searchsorted(fast.times_ms, kept.times_ms - _QUARTER_MS, "right")
    until = np.searchsorted(fast.times_ms, kept.times_ms, "right")
    alone = before == until
    wanted = fast.times_ms >= start_ms
    times = np.concatenate([kept.times_ms[alone], fast.times_ms[wanted]])
    order = np.argsort(times, kind="stable")
    return Series(
        kept.point,
        times[order],
        np.concatenate([kept.values[alone], fast.values[wanted]])[order],
        np.concatenate([kept.quality[alone], fast.quality[wanted]])[order],
    )
