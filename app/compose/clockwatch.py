"""Tells when the computer's clock was set: times in the activity log then need a reason."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta

from app.ports import Clock, Deed

LEAST_STEP_S = 1.0  # time servers correct less than this without a step
VERB = "clock.step"


def seconds_since_start() -> float:
    """Return evenly counted seconds that go on while the computer sleeps."""
    counted_s = time.monotonic()
    if sys.platform == "linux":
        counted_s = time.clock_gettime(time.CLOCK_BOOTTIME)
    return counted_s


class ClockWatch:
    """Compares the clock with one that only counts and cannot be set."""

    def __init__(self, now: Clock, seconds: Callable[[], float] = seconds_since_start) -> None:
        self._now, self._seconds = now, seconds
        self._before = now(), seconds()

    def step(self) -> Deed | None:
        """Return what the activity log shall say of a step since the last look, if any."""
        (then, then_s), self._before = self._before, (self._now(), self._seconds())
        now, now_s = self._before
        expected = then + timedelta(seconds=now_s - then_s)
        step_s = (now - expected).total_seconds()
        if abs(step_s) <= LEAST_STEP_S:
            return None
        return Deed(
            login="",
            name="Heatdesk",
            workstation="",
            verb=VERB,
            entity="clock",
            old=expected.isoformat(timespec="seconds"),
            new=now.isoformat(timespec="seconds"),
            result=f"{step_s:+.0f} s",
        )
