"""The one thread that writes history: it takes what was read and makes it durable."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Condition, Event, Thread
from typing import Protocol

from app.errors import StoreBroken
from app.history.latestcolumns import LatestColumns
from app.history.readings import to_ms
from app.history.samples import Named
from app.history.steady import SteadyClock
from app.history.waiting import QuarterHour, Waiting
from app.model.reading import Reading
from app.ports import Clock, HistoryStore

_log = logging.getLogger(__name__)
_LONGEST_PAUSE_S = 8.0  # between tries while the store takes nothing


class ColumnStore(HistoryStore, Protocol):
    """A `HistoryStore` that takes columns as well."""

    def bring(self, brought: Named, stream: str) -> None:
        """Make samples durable in one commit, as `append` does, in a fraction of its time."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """What became of what was handed over since the start."""

    quarter_hours: int  # acknowledged: on the disk
    readings: int  # of the fast stream, on the disk
    waiting: int  # readings of both streams
    dropped_readings: int  # of the fast stream, when there was no room left to wait in
    dropped_quarter_hours: int


@dataclass(frozen=True, slots=True)
class WriterOptions:
    """How the writer goes about it."""

    pause_s: float = 1.0  # how often fast readings are committed
    fast_kept: timedelta = timedelta(hours=48)
    room: int = 500_000  # readings that may wait; each takes 40 to 200 bytes
    tidy_s: float = 60.0  # how often closed slots are put together


class Writer:
    """Commits from its own thread what the core's loop hands over.

    While the store fails (disk full, folder gone) readings wait, and are tried again
    after 2, 4 and then every 8 seconds. Between commits it puts closed slots of time
    together and throws old fast readings away.

    Args:
        store: Where to.
        now: The clock.
        options: How.
        on_acknowledged: Called with each quarter of an hour that is on the disk now.
        on_trouble: Called once with a sentence when something begins to fail, and with
            "" when all works again. Both are called on the writer's thread.
    """

    def __init__(
        self,
        store: ColumnStore,
        now: Clock,
        options: WriterOptions,
        on_acknowledged: Callable[[datetime], None],
        on_trouble: Callable[[str], None],
    ) -> None:
        self._store = store
        self._now = now
        self._options = options
        self._on_acknowledged = on_acknowledged
        self._trouble = _Trouble(on_trouble)
        self._waiting = Waiting(options.room)
        self._latest = LatestColumns()
        self._thread = Thread(target=self._run, name="history-writer", daemon=True)
        self._wake = Event()
        self._closing = False
        self._passed = Condition()  # told after every pass over the queues
        self._busy = False
        self._quarter_hours = 0
        self._readings = 0
        self._steady = SteadyClock(now, time.monotonic)
        self._tidy_at_s = time.monotonic() + options.tidy_s

    @property
    def written(self) -> Written:
        """The figures so far; any thread."""
        waiting = self._waiting
        return Written(
            self._quarter_hours,
            self._readings,
            waiting.count,
            waiting.dropped_readings,
            waiting.dropped_quarter_hours,
        )

    def start(self) -> None:
        """Begin writing."""
        self._thread.start()

    def offer(self, readings: Sequence[Reading]) -> None:
        """Hand over readings for the fast stream; returns at once."""
        self._waiting.offer(readings)

    def know(self, everything: Sequence[Reading]) -> None:
        """Let these be all that is known of the plant from here on; returns at once."""
        self._waiting.know(everything)

    def offer_quarter(self, quarter: QuarterHour) -> None:
        """Hand over a quarter of an hour, to be written right now; returns at once."""
        self._waiting.offer_quarter(quarter)
        self._wake.set()

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was handed over is on the disk; False when it is not by then."""
        self._wake.set()
        with self._passed:
            return self._passed.wait_for(
                lambda: not self._busy and not self._waiting.count, timeout_s
            )

    def close(self, timeout_s: float) -> bool:
        """Write what waits, once, and end; False when something is left behind."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout_s)
        left = self._waiting.count
        if left:
            _log.warning("closing leaves %d readings behind that could not be stored", left)
        return not left and not self._thread.is_alive()

    def _run(self) -> None:
        pause_s = self._options.pause_s
        try:
            while True:
                self._wake.wait(pause_s)
                self._wake.clear()
                last = self._closing
                well = self._pass()
                if last:
                    return
                if well:
                    self._tidy()
                    pause_s = self._options.pause_s
                else:
                    pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        finally:
            if not self._closing:
                self._trouble.tell(
                    "recording", "history is no longer recorded: its writer ended"
                )

    def _pass(self) -> bool:
        """Try to write all that waits; return whether it went well."""
        with self._passed:
            self._busy = True
        try:
            return self._try("samples", self._write)
        finally:
            with self._passed:
                self._busy = False
                self._passed.notify_all()

    def _write(self) -> None:
        """Write both streams; trouble with the one never holds up the other."""
        self._read()
        try:
            self._write_quarters()
        finally:
            self._write_fast()

    def _read(self) -> None:
        """Turn what was offered into columns, in its order."""
        for part in self._waiting.unread():
            if part.given_up:
                self._latest.take(part.given_up)
            if part.readings:
                self._waiting.put_fast(self._latest.take(part.readings))
            if part.everything is not None:
                self._latest = LatestColumns()
                self._latest.take(part.everything)
            if part.quarter is not None:
                at_ms, missed = to_ms(part.quarter.at), part.quarter.missed
                latest = self._latest
                part.quarter.columns = latest.missed(at_ms) if missed else latest.at(at_ms)

    def _write_quarters(self) -> None:
        while (quarter := self._waiting.oldest_quarter()) is not None:
            if quarter.columns is not None:
                self._store.bring(quarter.columns, "quarter")
            elif quarter.points:
                return  # offered since the others were read; its turn comes at once
            else:
                self._store.append(quarter.readings, "quarter", quarter.at)
            self._waiting.quarter_done(quarter)
            self._quarter_hours += 1
            self._on_acknowledged(quarter.at)

    def _write_fast(self) -> None:
        while (columns := self._waiting.take_fast()) is not None:
            try:
                self._store.bring(columns, "fast")
            except StoreBroken:
                self._waiting.fast_failed()
                raise
            self._waiting.fast_done()
            self._readings += len(columns)

    def _tidy(self) -> None:
        """Keep the files small, a little at a time: new readings always come first."""
        started_s = time.monotonic()
        if started_s < self._tidy_at_s:
            return

        def has_time() -> bool:
            return (
                not self._wake.is_set() and time.monotonic() - started_s < self._options.pause_s
            )

        well = self._try("samples put together", lambda: self._put_together(has_time))
        if has_time() or not well:  # else it goes on after the next commit
            self._tidy_at_s = started_s + self._options.tidy_s

    def _put_together(self, has_time: Callable[[], bool]) -> None:
        self._store.compact(self._now(), has_time)
        if (now := self._steady()) is not None:
            self._store.drop_fast_before(now - self._options.fast_kept)

    def _try(self, what: str, work: Callable[[], None]) -> bool:
        try:
            work()
        except StoreBroken as error:
            self._trouble.tell(what, str(error))
            return False
        if self._trouble.over(what):
            written = self.written
            _log.info(
                "storing %s works again; given up meanwhile: %d readings, %d quarter hours",
                what,
                written.dropped_readings,
                written.dropped_quarter_hours,
            )
        return True


class _Trouble:
    """Says once that something fails, and once that all works again."""

    def __init__(self, listener: Callable[[str], None]) -> None:
        self._listener = listener
        self._standing: dict[str, str] = {}

    def tell(self, what: str, sentence: str) -> None:
        known = what in self._standing
        self._standing[what] = sentence
        if not known:
            _log.warning("storing %s fails: %s", what, sentence)
            self._listener(sentence)

    def over(self, what: str) -> bool:
        """Return whether it was failing until now."""
        if self._standing.pop(what, None) is None:
            return False
        self._listener(next(iter(self._standing.values()), ""))
        return True
