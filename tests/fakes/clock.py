"""A clock that a test sets."""

from datetime import datetime, timedelta

from tests.plant import NOON


class FakeClock:
    """Call it for the time; move it with `go`, or set it as somebody sets a computer's."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start
        self._seconds = 0.0

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> datetime:
        """Let time pass and return the new moment."""
        self._seconds += seconds
        self.now += timedelta(seconds=seconds)
        return self.now

    def set_by(self, seconds: float) -> None:
        """Set the clock without any time passing."""
        self.now += timedelta(seconds=seconds)

    def seconds(self) -> float:
        """Return how long it ran, whatever it was set to: as `time.monotonic` counts."""
        return self._seconds
