"""Whether the computer's clock can be trusted enough to throw something away by it."""

from collections.abc import Callable
from datetime import datetime

from app.ports import Clock

_STEP_S = 60.0  # time servers correct less than this without anybody's harm
_CALM_S = 600.0  # a clock that jumped is believed again after so long


class SteadyClock:
    """Compares the clock with one that only counts seconds and cannot be set."""

    def __init__(self, now: Clock, seconds: Callable[[], float]) -> None:
        self._now = now
        self._seconds = seconds
        self._before = now(), seconds()
        self._believed_from_s = self._before[1] + _CALM_S

    def __call__(self) -> datetime | None:
        """Return the time when the clock ran evenly for ten minutes, else None."""
        now, seconds = self._now(), self._seconds()
        then, then_s = self._before
        self._before = now, seconds
        if abs((now - then).total_seconds() - (seconds - then_s)) > _STEP_S:
            self._believed_from_s = seconds + _CALM_S
        return now if seconds >= self._believed_from_s else None
