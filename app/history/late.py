"""Readings of earlier moments, gathered by the quarter of an hour that each belongs to."""

from collections.abc import Sequence
from datetime import datetime
from threading import Lock

from app.history.quarters import following_boundary
from app.history.waiting import QuarterHour
from app.model.reading import PointId, Reading


class Late:
    """Gathers until somebody takes all of it; any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[datetime, dict[PointId, Reading]] = {}
        self._count = 0

    def take(self, readings: Sequence[Reading], now: datetime) -> int:
        """Take in readings of quarters that are over, and return how many wait.

        Of several of a point within one quarter of an hour the latest counts, as it does of
        those that are recorded as they come.
        """
        with self._lock:
            for reading in readings:
                at = following_boundary(reading.measured_at)
                if at > now:
                    continue
                quarter = self._held.setdefault(at, {})
                known = quarter.get(reading.point)
                if known is None or known.measured_at <= reading.measured_at:
                    quarter[reading.point] = reading
                self._count += known is None
            return self._count

    def hand_over(self) -> list[QuarterHour]:
        """Return all that waits, the oldest quarter of an hour first, and forget it."""
        with self._lock:
            held, self._held, self._count = self._held, {}, 0
        return [QuarterHour(at, tuple(held[at].values())) for at in sorted(held)]
