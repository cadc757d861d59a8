"""Readings on their way to the disk: how many may wait, and which are given up first."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from threading import Lock

from app.history.samples import Named
from app.model.reading import PointId, Reading

_point_of = attrgetter("point")


@dataclass(slots=True)
class QuarterHour:
    """A quarter of an hour to be recorded: what was valid at it."""

    at: datetime
    readings: Sequence[Reading] = ()  # none where it is of the plant
    missed: bool = False  # only the points count: nothing is known of them
    points: int = 0  # of the plant: what was offered until then of so many, the newest of each
    columns: Named | None = field(default=None, compare=False)  # stand for what was offered

    def __len__(self) -> int:
        return self.points or len(self.readings)


@dataclass(frozen=True, slots=True)
class Unread:
    """What was offered and nobody has turned into columns yet, in the order of its parts."""

    given_up: Sequence[Reading]  # unread, the newest of each point; not to be written
    readings: Sequence[Reading]
    everything: Sequence[Reading] | None = None  # all that is known now, whatever was before
    quarter: QuarterHour | None = None  # of the plant, and all these were offered before it


@dataclass(slots=True)
class _Mark:
    """A place in the order of what is offered: something becomes known, or is recorded."""

    after: int  # batches that were offered before it
    given_up: dict[PointId, Reading]  # unread, since the mark before
    everything: Sequence[Reading] | None = None
    quarter: QuarterHour | None = None  # None once it was given up as well


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
        self._marks: deque[_Mark] = deque()  # that nobody has come to yet
        self._given_up: dict[PointId, Reading] = {}  # since the last of them
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
            self._quarters.append(quarter)
            if quarter.points:
                self._mark(None, quarter)
            self._make_room(len(quarter))

    def know(self, everything: Sequence[Reading]) -> None:
        """Let these be all that is known of the plant from here on; they are not written."""
        with self._lock:
            self._mark(everything, None)

    def unread(self) -> list[Unread]:
        """Return all that was offered since the last call, part by part, in its order.

        A part ends with a quarter of an hour of the plant, or with all that is known of it.
        Its readings count as waiting until `put_fast`.
        """
        with self._lock:
            found = []
            while self._marks:
                mark = self._marks.popleft()
                readings, given_up = self._offered_before(mark.after), mark.given_up.values()
                found.append(Unread(tuple(given_up), readings, mark.everything, mark.quarter))
            readings = self._offered_before(self._first + len(self._offered))
            found.append(Unread(tuple(self._given_up.values()), readings))
            self._given_up = {}
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

    def _mark(self, everything: Sequence[Reading] | None, quarter: QuarterHour | None) -> None:
        after = self._first + len(self._offered)
        self._marks.append(_Mark(after, self._given_up, everything, quarter))
        self._given_up = {}

    def _make_room(self, added: int) -> None:
        self._count += added
        while self._count > self._room and (self._fast or self._offered):
            dropped = len(self._fast.popleft() if self._fast else self._give_up_unread())
            self.dropped_readings += dropped
            self._count -= dropped
        while self._count > self._room and len(self._quarters) > 1:
            quarter = self._quarters.popleft()
            self._let_go(quarter)
            self._count -= len(quarter)
            self.dropped_quarter_hours += 1

    def _give_up_unread(self) -> Sequence[Reading]:
        """Give up the oldest batch; what it said last is known at the mark that follows."""
        batch = self._offered.popleft()
        self._first += 1
        known = next((m.given_up for m in self._marks if m.after >= self._first), None)
        (self._given_up if known is None else known).update(
            zip(map(_point_of, batch), batch, strict=True)
        )
        return batch

    def _let_go(self, quarter: QuarterHour) -> None:
        """Let a quarter of an hour go unread; what was known at it stays for the next one.

        No more than two marks remain of those gone, however many they are.
        """
        at = next((n for n, mark in enumerate(self._marks) if mark.quarter is quarter), None)
        if at is None:  # it was read, or brought its own readings
            return
        gone = [self._marks.popleft() for _ in range(at + 1)]  # the oldest go first
        known: _Mark | None = None
        since = _Mark(gone[-1].after, {})
        for mark in gone:
            since.given_up.update(mark.given_up)
            if mark.everything is not None:
                known, since.given_up = _Mark(mark.after, {}, mark.everything), {}
        self._marks.appendleft(since)
        if known is not None:
            self._marks.appendleft(known)
