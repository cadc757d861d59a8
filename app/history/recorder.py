"""Keeps what the plant says: every reading for two days, one each quarter of an hour for ever.

A row of the quarter stream is filed at :00, :15, :30 or :45 (UTC; the same moments in
every civil time) and holds the newest reading published before it, with its quality as
acquisition gave it and the moment it was measured beside it. So there is exactly one row
for each point and quarter of an hour, and none for points never read:

* a device that was silent at the boundary is stored as OFFLINE without a value;
* where the computer slept, or its clock jumped over the boundary, nobody knows what was
  valid: OFFLINE with the reason `not-recorded` (see `quarters`);
* where Heatdesk was not running there is no row, save that a boundary within half a
  minute of the last reading stored is made up for at the next start: it fell into a
  quick restart, or into the last moments before a crash.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TypeVar

from app.errors import StoreBroken
from app.history.late import Late
from app.history.quarters import GRACE, QUARTER, QuarterClock, following_boundary
from app.history.waiting import QuarterHour
from app.history.writer import ColumnStore, Writer, WriterOptions, Written
from app.model.reading import PointId, Reading
from app.pointtable import PointTable
from app.ports import Clock, Sample

_T = TypeVar("_T")
_log = logging.getLogger(__name__)
_point_of = attrgetter("point")
_CLOSE_WITHIN_S = 2.0
_MOST_LATE, _SETTLES_WITHIN_S = 20_000, 30.0  # readings that came late, before they are written
_SHORTEST_S = 0.001  # the loop's timers may be early by as much
_LOOK_EVERY_S = 10.0  # well within the grace of `quarters`, so that a sleep is noticed
_MOST_BACK = timedelta(hours=2)  # boundaries further back are not made up for


class Recorder:
    """Watches the point table; lives on the core's loop, its writer on a thread of its own.

    Args:
        points: The present state of the plant.
        store: Where samples are kept; the recorder does not close it.
        now: The clock.
        options: How often to commit, how long to keep fast readings, how many may wait.
        on_acknowledged: Called with each quarter of an hour whose rows are on the disk.
        on_trouble: Called once with a sentence when storing begins to fail, and with ""
            when it works again. Both are called on the loop on which `start` was
            awaited; without it, on the writer's thread.
    """

    def __init__(
        self,
        points: PointTable,
        store: ColumnStore,
        now: Clock,
        options: WriterOptions | None = None,
        on_acknowledged: Callable[[datetime], None] = lambda _: None,
        on_trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._points = points
        self._store = store
        self._now = now
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_acknowledged = on_acknowledged
        self._on_trouble = on_trouble
        self._writer = Writer(
            store, now, options or WriterOptions(), self._acknowledged, self._in_trouble
        )
        self._quarters = QuarterClock(now())
        self._latest: dict[PointId, Reading] = {}
        self._forgettings = 0  # of the table, when the newest were held against it last
        self._late = Late()
        self._unwatch: Callable[[], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.last_acknowledged: datetime | None = None

    @property
    def written(self) -> Written:
        """How many quarter hours are acknowledged, readings stored, waiting and given up."""
        return self._writer.written

    async def start(self) -> None:
        """Look where the last run ended, then record; call before anything is published."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._resume)
        self._begin()
        self._look()

    async def stop(self) -> bool:
        """End within about two seconds; False when something could not be stored."""
        self._end()
        return await asyncio.to_thread(self._writer.close, _CLOSE_WITHIN_S)

    def open(self) -> None:
        """Begin without a loop: whoever drives the time calls `tick`; blocks for a moment."""
        self._resume()
        self._begin()

    def close(self) -> bool:
        """End what `open` began; blocks for up to two seconds."""
        self._end()
        return self._writer.close(_CLOSE_WITHIN_S)

    def flush(self, timeout_s: float = _CLOSE_WITHIN_S) -> bool:
        """Wait until all that was published is on the disk; False when it is not by then."""
        return self._writer.flush(timeout_s)

    def backfill(self, readings: Sequence[Reading]) -> None:
        """Take in readings of earlier moments, each for the quarter of an hour it ended in.

        What stands there is replaced. A quarter of an hour that is not over yet is left to
        those who record it when it is; quick. `settle` hands over what waits.
        """
        over = self._late.take(readings, self._now())
        if over > _MOST_LATE:
            _offer(self._late, self._writer)

    def settle(self) -> bool:
        """Wait until what was back-filled is on the disk; False when it is not by then."""
        _offer(self._late, self._writer)
        return self.flush(_SETTLES_WITHIN_S)

    def tick(self, now: datetime) -> None:
        """Record the boundaries passed up to now, if any; quick."""
        due = self._quarters.due(now)
        if due.note:
            _log.warning("%s", due.note)
        if not due.held and not due.missed:
            return
        self._forget()
        if not (points := len(self._latest)):
            return
        for at in due.held:
            self._writer.offer_quarter(QuarterHour(at, points=points))
        for at in due.missed:
            self._writer.offer_quarter(QuarterHour(at, points=points, missed=True))

    def _on_readings(self, readings: Sequence[Reading]) -> None:
        """Take in a batch; what it holds is newer than every boundary passed until now."""
        now = self._now()
        if not self._quarters.quiet(now):
            self.tick(now)
        self._latest.update(zip(map(_point_of, readings), readings, strict=True))
        self._writer.offer(readings)

    def _forget(self) -> None:
        """Let go of points that exist no longer."""
        table = self._points
        if table.forgettings == self._forgettings:  # hundreds of thousands need no look
            return
        self._forgettings = table.forgettings
        for point in [point for point in self._latest if table.latest(point) is None]:
            del self._latest[point]
        self._writer.know(tuple(self._latest.values()))

    def _begin(self) -> None:
        known = self._points.snapshot()
        self._latest.update((reading.point, reading) for reading in known)
        self._writer.know(tuple(known))
        self._unwatch = self._points.watch(self._on_readings)
        self._writer.start()

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._unwatch is not None:
            self._unwatch()
        _offer(self._late, self._writer)
        self._timer = self._unwatch = None

    def _look(self) -> None:
        """See whether a boundary has passed, and come back in time for the next one."""
        now = self._now()
        self.tick(now)
        until_s = (self._quarters.next_at - now).total_seconds()
        if self._loop is not None:
            delay_s = min(max(until_s, _SHORTEST_S), _LOOK_EVERY_S)
            self._timer = self._loop.call_later(delay_s, self._look)

    def _resume(self) -> None:
        """Learn which quarter hours are recorded already, and make up for the last one."""
        now = self._now()
        last: datetime | None = None
        made_up: QuarterHour | None = None
        try:
            last = self._store.newest_moment("quarter", now + _MOST_BACK)
            made_up = self._to_make_up(now, last)
        except StoreBroken as error:
            _log.warning("where the last recording ended cannot be told: %s", error)
            last = None
        self._quarters = QuarterClock(now, last)
        if made_up is not None:
            _log.info("the quarter hour of %s UTC is made up for", made_up.at)
            self._writer.offer_quarter(made_up)

    def _to_make_up(self, now: datetime, last: datetime | None) -> QuarterHour | None:
        """Return the boundary that nobody recorded though the plant was known at it.

        The newest readings, seconds of work in a large plant, are asked for only once
        the moments say that there is such a boundary.
        """
        if last is not None and last + QUARTER > now:
            return None
        alive = self._store.newest_moment("fast", now)
        at = None if alive is None else _outlived(alive)
        if at is None or at > now or (last is not None and at <= last):
            return None
        kept = self._store.newest("quarter", now + _MOST_BACK)
        return last_boundary(kept, self._store.newest("fast", now))

    def _acknowledged(self, at: datetime) -> None:
        self.last_acknowledged = at
        self._tell(self._on_acknowledged, at)

    def _in_trouble(self, sentence: str) -> None:
        self._tell(self._on_trouble, sentence)

    def _tell(self, listener: Callable[[_T], None], what: _T) -> None:
        """Call a listener on the loop, if there is one that still runs."""
        if self._loop is None:
            listener(what)
            return
        with suppress(RuntimeError):  # the loop has ended: nobody is left to be told
            self._loop.call_soon_threadsafe(listener, what)


def last_boundary(kept: Sequence[Sample], fast: Sequence[Sample]) -> QuarterHour | None:
    """Return what was valid at the boundary that followed the last reading stored.

    None when it followed later than half a minute after: what was known then was no
    longer valid. What came within the quarter of an hour before it holds; of other
    points, what was recorded at the boundary before.

    Args:
        kept: The newest sample of each point in the quarter stream.
        fast: The same in the fast stream.
    """
    if not fast:
        return None
    at = _outlived(max(sample.at for sample in fast))
    if at is None:
        return None
    known = {
        sample.reading.point: sample.reading for sample in kept if sample.at == at - QUARTER
    }
    for sample in fast:
        if sample.at > at - QUARTER:
            known[sample.reading.point] = sample.reading
    return QuarterHour(at, tuple(known.values()))


def _offer(late: Late, writer: Writer) -> None:
    for quarter in late.hand_over():
        writer.offer_quarter(quarter)


def _outlived(alive: datetime) -> datetime | None:
    """Return the boundary at which what was known at a moment was still valid, if any."""
    at = following_boundary(alive)
    return at if at - alive <= GRACE else None
