"""Readings on their way to the disk: how many may wait, and which are given up first."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from app.history.samples import Named
from app.model.reading import Reading


@dataclass(slots=True)
class QuarterHour:
    """A quarter of an hour to be recorded: what was valid at it."""

    at: datetime
    readings: Sequence[Reading]
    missed: bool = False  # of the readings only the points count: nothing is known of them
    of_plant: bool = False  # they are what was offered until then, the newest of each point
    columns: Named | None = field(default=None, compare=False)  # stand for the readings
    after: int = field(default=0, compare=False)  # batches that were offered before it

    def __len__(self) -> int:
        return len(self.readings) if self.columns is None else len(self.columns)

    def stand(self, columns: Named) -> None:
        """Let columns, as many, stand for the readings."""
        self.columns, self.readings = columns, ()


@dataclass(frozen=True, slots=True)
class Unread:
    """What was offered and nobody has turned into columns yet."""

    readings: Sequence[Reading]
    quarter: QuarterHour | None = None  # of the plant, and these were offered before it
    anew: bool = False  # some before were given up unread: only the quarter knows all


class Waiting:
    """Queues with room for so many readings together; any thread may use it.

    Fast readings wait as they were offered until one thread reads them into columns, and
    then as these. When there is no more room the oldest of them go, and when there are none
    left the oldest quarter hours but the newest one.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._lock = Lock()
        self._offered: deque[Sequence[Reading]] = deque()
        self._first = 0  # how many batches were offered before those
        self._given_up, self._whole_after = 0, 0  # batches; see `_is_anew`
        self._fast: deque[Named] = deque()
        self._quarters: deque[QuarterHour] = deque()
        self._taken: Named | None = None  # on their way, back if that fails
        self._away = 0  # readings on their way to columns or to the disk: they need no room
        self._count = 0  # the others
        self.dropped_readings = 0
        self.dropped_quarter_hours = 0

    @property
    def count(self) -> int:
        """How many readings wait, those on their way included."""
        return self._count + self._away

    def offer(self, readings: Sequence[Reading]) -> None:
        """Queue fast readings; the caller may change its list afterwards."""
        kept = tuple(readings)
        with self._lock:
            self._offered.append(kept)
            self._make_room(len(kept))

    def offer_quarter(self, quarter: QuarterHour) -> None:
        """Queue a quarter of an hour."""
        with self._lock:
            quarter.after = self._first + len(self._offered)
            self._quarters.append(quarter)
            self._make_room(len(quarter))

    def unread(self) -> list[Unread]:
        """Return all that was offered since the last call, part by part, in its order.

        A part ends with a quarter of an hour of the plant. Its readings count as waiting
        until `put_fast`.
        """
        with self._lock:
            found = []
            for quarter in self._quarters:
                if quarter.of_plant and quarter.columns is None:
                    readings = self._offered_before(quarter.after)
                    found.append(Unread(readings, quarter, self._is_anew(quarter)))
            found.append(Unread(self._offered_before(self._first + len(self._offered))))
            self._away += sum(len(part.readings) for part in found)
            self._count -= sum(len(part.readings) for part in found)
        return found

    def put_fast(self, columns: Named) -> None:
        """Queue fast readings that were unread."""
        with self._lock:
            self._fast.append(columns)
            self._away -= len(columns)
            self._make_room(len(columns))

    def oldest_quarter(self) -> QuarterHour | None:
        """Return the quarter of an hour to be written next; it stays until `quarter_done`."""
        with self._lock:
            return self._quarters[0] if self._quarters else None

    def quarter_done(self, quarter: QuarterHour) -> None:
        """Forget a quarter of an hour that is on the disk."""
        with self._lock:
            if self._quarters and self._quarters[0] is quarter:
                self._quarters.popleft()
                self._count -= len(quarter)

    def take_fast(self) -> Named | None:
        """Return the oldest fast readings in columns, until `fast_done` or `fast_failed`."""
        with self._lock:
            if not self._fast:
                return None
            taken = self._taken = self._fast.popleft()
            self._away += len(taken)
            self._count -= len(taken)
            return taken

    def fast_done(self) -> None:
        """Forget the fast readings taken: they are on the disk."""
        with self._lock:
            self._away -= len(self._taken or ())
            self._taken = None

    def fast_failed(self) -> None:
        """Queue the fast readings taken again, before those that came meanwhile."""
        with self._lock:
            if self._taken is not None:
                self._fast.appendleft(self._taken)
                self._away -= len(self._taken)
                back, self._taken = len(self._taken), None
                self._make_room(back)

    def _offered_before(self, end: int) -> list[Reading]:
        found: list[Reading] = []
        while self._first < end:
            found += self._offered.popleft()
            self._first += 1
        return found

    def _is_anew(self, quarter: QuarterHour) -> bool:
        """Whether batches were given up since a quarter of an hour told all there is."""
        anew = self._given_up > self._whole_after
        if anew:
            self._whole_after = quarter.after
        return anew

    def _make_room(self, added: int) -> None:
        self._count += added
        while self._count > self._room and (self._fast or self._offered):
            dropped = len(self._fast.popleft() if self._fast else self._give_up_unread())
            self.dropped_readings += dropped
            self._count -= dropped
        while self._count > self._room and len(self._quarters) > 1:
            self._count -= len(self._quarters.popleft())
            self.dropped_quarter_hours += 1

    def _give_up_unread(self) -> Sequence[Reading]:
        self._first += 1
        self._given_up = self._first
        return self._offered.popleft()
