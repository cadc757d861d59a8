"""A clock that a test sets."""

from datetime import datetime, timedelta

from tests.plant import NOON


class FakeClock:
    """Call it for the time; move it with `go`."""

    def __init__(self, start: datetime = NOON) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> datetime:
        """Let time pass and return the new moment."""
        self.now += timedelta(seconds=seconds)
        return self.now
