"""Readings on their way to the disk: how many may wait, and which are given up first."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from threading import Lock

from app.model.reading import Quality, Reading

NOT_RECORDED = "not-recorded"  # the reason where nobody knows what was valid


@dataclass(frozen=True, slots=True)
class QuarterHour:
    """A quarter of an hour to be recorded: what was valid at it."""

    at: datetime
    readings: Sequence[Reading]
    missed: bool = False  # of the readings only the points count: nothing is known of them

    def rows(self) -> Sequence[Reading]:
        """Return one reading for each point, as it is to be stored."""
        if not self.missed:
            return self.readings
        return [
            Reading(reading.point, None, Quality.OFFLINE, self.at, NOT_RECORDED)
            for reading in self.readings
        ]


class Waiting:
    """Two queues with room for so many readings together; any thread may use it.

    When they are full the oldest fast readings go, and when there are none left the
    oldest quarter hours but the newest one.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._fast: deque[Sequence[Reading]] = deque()
        self._quarters: deque[QuarterHour] = deque()
        self._taken: list[Sequence[Reading]] = []  # on their way, back if that fails
        self._taken_count = 0
        self._count = 0  # without those on their way: they need no more room
        self.dropped_readings = 0
        self.dropped_quarter_hours = 0

    @property
    def count(self) -> int:
        """How many readings wait, those on their way included."""
        return self._count + self._taken_count

    def offer(self, readings: Sequence[Reading]) -> None:
        """Queue fast readings; the caller may change its list afterwards."""
        kept = tuple(readings)
        with self._lock:
            self._fast.append(kept)
            self._make_room(len(kept))

    def offer_quarter(self, quarter: QuarterHour) -> None:
        """Queue a quarter of an hour."""
        with self._lock:
            self._quarters.append(quarter)
            self._make_room(len(quarter.readings))

    def oldest_quarter(self) -> QuarterHour | None:
        """Return the quarter of an hour to be written next; it stays until `quarter_done`."""
        with self._lock:
            return self._quarters[0] if self._quarters else None

    def quarter_done(self, quarter: QuarterHour) -> None:
        """Forget a quarter of an hour that is on the disk."""
        with self._lock:
            if self._quarters and self._quarters[0] is quarter:
                self._quarters.popleft()
                self._count -= len(quarter.readings)

    def take_fast(self) -> Sequence[Reading]:
        """Return all fast readings waiting, until `fast_done` or `fast_failed`."""
        with self._lock:
            self._taken = list(self._fast)
            self._fast.clear()
            self._taken_count = sum(map(len, self._taken))
            self._count -= self._taken_count
            return list(chain.from_iterable(self._taken))

    def fast_done(self) -> None:
        """Forget the fast readings taken: they are on the disk."""
        with self._lock:
            self._taken, self._taken_count = [], 0

    def fast_failed(self) -> None:
        """Queue the fast readings taken again, before those that came meanwhile."""
        with self._lock:
            self._fast.extendleft(reversed(self._taken))
            back, self._taken, self._taken_count = self._taken_count, [], 0
            self._make_room(back)

    def _make_room(self, added: int) -> None:
        self._count += added
        while self._count > self._room and self._fast:
            dropped = len(self._fast.popleft())
            self.dropped_readings += dropped
            self._count -= dropped
        while self._count > self._room and len(self._quarters) > 1:
            self._count -= len(self._quarters.popleft().readings)
            self.dropped_quarter_hours += 1
