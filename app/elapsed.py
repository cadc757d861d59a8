"""How long ago something began, whatever the computer's clock was set to meanwhile."""

import time
from collections.abc import Callable

from app.ports import Clock


class Elapsed:
    """Begins when it is made.

    A clock that is set back tells too little, and seconds that are counted do not go on
    while a computer sleeps: the longer of the two holds.
    """

    def __init__(self, now: Clock, seconds: Callable[[], float] = time.monotonic) -> None:
        """``seconds`` counts evenly, whatever the clock is set to."""
        self._now, self._seconds = now, seconds
        self._at, self._at_s = now(), seconds()

    def gone_s(self) -> float:
        """Return how many seconds went by, zero or more."""
        by_clock_s = (self._now() - self._at).total_seconds()
        return max(by_clock_s, self._seconds() - self._at_s)
