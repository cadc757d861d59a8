"""Alarms of readings that came late: written down as historical, never raised nor sounded.

Whoever takes in readings of earlier moments says of which points and times. They are judged
from what is kept, in the order of its times, a month of a point at a time beside the core's
loop, with a rest after each: a file of millions of rows holds nothing up.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from app.alarms.hindsight import Hindsight, Known
from app.alarms.patient import PatientJournal
from app.alarms.ruletype import ByReading
from app.errors import StoreBroken
from app.model.alarm import Alarm, AlarmRule
from app.model.reading import Origin, PointId
from app.ports import Clock, Sample

Span = tuple[datetime, datetime]  # of the first and the last reading that came late
SETTLES_S = 5.0  # what comes in pieces is judged together
_REST_S = 0.02  # after each piece of work
_AT_ONCE = 20  # alarms written down before others have a turn
_FINISH_S = 20.0  # what waits when the core ends may take so long
_PIECE = timedelta(days=31)
_BACK = timedelta(days=1)  # so much before the first late reading tells how things stood
_AHEAD = timedelta(days=31)  # so far it is looked when an alarm was over
_STREAM = "quarter"
_log = logging.getLogger(__name__)


class Kept(Protocol):
    """What is read of a history; blocks, any thread."""

    def samples(
        self, point: PointId, start: datetime, end: datetime, stream: str
    ) -> Sequence[Sample]: ...


class Alarms(Protocol):
    """The rules in force and their journal: `app.alarms.service.AlarmService`."""

    journal: PatientJournal

    def rules_of(self, point: PointId) -> Sequence[tuple[AlarmRule, ByReading]]: ...


class _Run:
    """One rule on its way through a point's readings."""

    def __init__(self, rule: AlarmRule, judge: ByReading, known: Known) -> None:
        self.sight, self.known = Hindsight(rule, judge), known

    def news(self, alarm: Alarm | None) -> list[Alarm]:
        return [alarm] if alarm is not None and self.known.is_news(alarm) else []


class LateAlarms:
    """Judges what came late by the rules in force; `note` any thread, the rest the loop."""

    def __init__(
        self,
        alarms: Alarms,
        kept: Kept,
        clock: Clock,
        settled: Callable[[], Awaitable[bool]],
        settles_s: float = SETTLES_S,
        leave: Callable[[Mapping[PointId, Span]], None] = lambda _spans: None,
    ) -> None:
        """``settled`` waits until what came can be read; that is begun every ``settles_s``.

        ``leave`` keeps for the next start what was not judged yet, so that a core that is
        killed judges it all the same; it may block.
        """
        self._leave, self._leaving = leave, Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._noted = asyncio.Event()
        self._alarms, self._kept, self._clock = alarms, kept, clock
        self._settled, self._settles_s = settled, settles_s
        self._lock = Lock()
        self._waiting: dict[PointId, Span] = {}

    def note(self, spans: Mapping[PointId, Span]) -> None:
        """Remember that readings of these points came late; quick."""
        with self._lock:
            for point, (start, end) in spans.items():
                known = self._waiting.get(point, (start, end))
                self._waiting[point] = min(known[0], start), max(known[1], end)
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended: `finish` left a note
                self._loop.call_soon_threadsafe(self._noted.set)

    async def run(self) -> None:
        """Judge what came, for as long as the core lives."""
        self._loop = asyncio.get_running_loop()
        if self._waiting:
            self._noted.set()
        while True:
            await self._noted.wait()
            self._noted.clear()
            await asyncio.to_thread(self._leave_note)
            await asyncio.sleep(self._settles_s)
            await self.work_off(_REST_S)
            await asyncio.to_thread(self._leave_note)

    async def finish(self, within_s: float = _FINISH_S) -> None:
        """Judge what waits when the core ends; what takes too long is left for the next."""
        try:
            async with asyncio.timeout(within_s):
                await self.work_off(0.0)
        except TimeoutError:
            many = len(self._waiting)
            _log.warning("late readings of %d points are judged at the next start", many)
        await asyncio.to_thread(self._leave_note)

    async def work_off(self, rest_s: float) -> None:
        """Judge all that waits, with a rest after each piece of work."""
        if self._waiting:
            await asyncio.to_thread(self._leave_note)  # before what came is on the disk
            await self._settled()
        while self._waiting:
            with self._lock:
                point, span = next(iter(self._waiting.items()))
            try:
                await self._judge(point, span, rest_s)
            except StoreBroken as error:
                _log.warning("late readings of %s cannot be judged: %s", point, error)
            with self._lock:
                if self._waiting.get(point) == span:  # else more came meanwhile
                    del self._waiting[point]

    def _leave_note(self) -> None:
        """Keep what waits now for the next start; blocks, one thread after the other."""
        with self._leaving:
            with self._lock:
                waiting = dict(self._waiting)
            self._leave(waiting)

    async def _judge(self, point: PointId, span: Span, rest_s: float) -> None:
        told = self._alarms.journal.occurrences
        runs = [
            _Run(rule, judge, Known(await asyncio.to_thread(told, rule.id)))
            for rule, judge in self._alarms.rules_of(point)
        ]
        if not runs:
            return
        now = self._clock()
        opened = (run.known.opened_before(span[0]) for run in runs)
        at = min([span[0] - _BACK, *(each for each in opened if each is not None)])
        end = min(span[1] + timedelta(seconds=1), now)
        while at < end or (at < min(end + _AHEAD, now) and not _calm(runs)):
            until = min(at + _PIECE, max(end, at + _BACK))
            found = await asyncio.to_thread(self._piece, runs, point, (at, until), span)
            await self._write(found, rest_s)
            at = until
        await self._write([each for run in runs for each in run.news(run.sight.end(now))], 0.0)

    def _piece(
        self, runs: Sequence[_Run], point: PointId, part: Span, span: Span
    ) -> list[Alarm]:
        """Return what the readings of a time are the end of; blocks."""
        found = list[Alarm]()
        for sample in self._kept.samples(point, *part, _STREAM):
            reading = sample.reading
            late = reading.origin is Origin.BACK_FILLED and span[0] <= sample.at <= span[1]
            for run in runs:
                found += run.news(run.sight.take(reading, late=late))
        return found

    async def _write(self, found: Sequence[Alarm], rest_s: float) -> None:
        for number, alarm in enumerate(found, 1):
            self._alarms.journal.append(alarm, self._clock())
            if number % _AT_ONCE == 0:
                await asyncio.sleep(rest_s)
        await asyncio.sleep(rest_s)


def _calm(runs: Sequence[_Run]) -> bool:
    return all(run.sight.calm for run in runs)
