"""How often a device tells each of its points, and of which it tells no more.

A device that answers may leave out a point: its telegrams changed, or a register is no longer
asked. By what it tells otherwise can be seen that the point is missing, on the device's own
clock, however slowly it speaks: nothing of it is silent while it says nothing at all.
"""

from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from app.model.reading import PointId

MISSED = 6  # of its own intervals, as radio's devices are judged (`app.acquisition.hearing`)
LEAST = timedelta(minutes=1)
TOLD_ONCE = timedelta(days=1)  # some tell a point once a day: how often is not known yet
_KEPT = 8  # intervals; one over which the device was away is forgotten after as many
_BEGIN = datetime.min.replace(tzinfo=UTC)


class PointRhythm:
    """The points of one device; its readings come in their order, mostly."""

    def __init__(self) -> None:
        self._last: dict[PointId, datetime] = {}
        self._between: dict[PointId, deque[timedelta]] = {}
        self._newest = _BEGIN

    def hear(self, point: PointId, at: datetime) -> None:
        """Take in that a point was told, measured ``at``; the same moment counts once."""
        self._newest = max(self._newest, at)
        before = self._last.get(point)
        if before is not None and at <= before:
            return
        if before is not None:
            self._between.setdefault(point, deque(maxlen=_KEPT)).append(at - before)
        self._last[point] = at

    def silent_of(self, point: PointId) -> bool:
        """Whether the device went on without a point for several of the point's intervals."""
        last = self._last.get(point)
        return last is not None and self._newest - last > patience(self._between.get(point, ()))


def patience(intervals: Iterable[timedelta]) -> timedelta:
    """Return how long a point may be left out that came in these intervals before."""
    longest = max(intervals, default=None)
    return TOLD_ONCE if longest is None else max(LEAST, MISSED * longest)
