"""A history on a server, and what waits on this computer's disk while that is away."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Lock
from zoneinfo import ZoneInfo

import numpy as np

from app.databaseserver import DatabaseServer
from app.errors import StoreBroken
from app.history.forgetting import Kept
from app.history.history import UTC_DAYS
from app.history.readings import to_moment
from app.history.samples import Bulk, Ints, Named, Samples
from app.history.schema import FAST, GROUP_SIZE, QUARTER
from app.history.serverhistory import ServerHistory
from app.history.store import EmbeddedHistory
from app.history.streamhistory import StreamHistory
from app.model.reading import PointId
from app.ports import Sample
from app.words import _

WAITING = "waiting"  # the folder, beside the history, of what the server does not have yet
_BRING_S = 0.5  # how long what waits is brought over after each commit
_log = logging.getLogger(__name__)


class BufferedHistory(ServerHistory):
    """A `ServerHistory` for the one program that collects: nothing is lost while it is away.

    What cannot be written to the server is made durable in files beside the project, for
    however long that lasts, and brought over a slot of time at a time once the server
    answers again. Sent twice, a sample is kept once, so a kill on the way does no harm.
    """

    def __init__(
        self, server: DatabaseServer, aside: EmbeddedHistory, zone: ZoneInfo = UTC_DAYS
    ) -> None:
        """``aside`` keeps what waits; it is closed with this one."""
        super().__init__(server, zone)
        self._server, self._aside = server, aside
        self._turn = Lock()  # between who writes aside and who forgets
        self._some_waits = any(aside.there(stream) for stream in (QUARTER, FAST))

    @property
    def trouble(self) -> str:
        """What an operator must know of samples that wait; "" while none do."""
        if not self._some_waits:
            return ""
        if self._server.trouble:
            return _(
                "samples are kept on this computer until the database server answers again; "
                "nothing is lost"
            )
        return _("samples that waited on this computer are brought to the database server")

    def bring(self, brought: Bulk | Named, stream: str) -> None:
        """Make samples durable, on the server, else on this computer's disk."""
        try:
            super().bring(brought, stream)
        except StoreBroken as error:
            with self._turn:
                if not self._some_waits:
                    _log.warning("samples are kept on this computer: %s", error)
                self._aside.bring(brought, stream)
                self._some_waits = True
            return
        if self._some_waits:  # the server answers again
            until_s = time.monotonic() + _BRING_S
            with suppress(StoreBroken):  # what waits goes on waiting, and says so
                self._bring_over(lambda: time.monotonic() < until_s)

    def newest(self, stream: str, before: datetime) -> Sequence[Sample]:
        """Return the newest sample of every point before a moment, what waits included."""
        newest = {each.reading.point: each for each in super().newest(stream, before)}
        for sample in self._aside.newest(stream, before) if self._some_waits else ():
            known = newest.get(sample.reading.point)
            if known is None or known.at < sample.at:
                newest[sample.reading.point] = sample
        return list(newest.values())

    def newest_moment(self, stream: str, before: datetime) -> datetime | None:
        """Return the newest moment before one that anything is filed at, None for nothing."""
        found = [super().newest_moment(stream, before)]
        if self._some_waits:
            found.append(self._aside.newest_moment(stream, before))
        return max((each for each in found if each is not None), default=None)

    def compact(self, now: datetime, keep_going: Callable[[], bool]) -> int:
        """Bring over what waits, then put closed slots together; return the steps taken."""
        taken = 0
        try:
            taken = self._bring_over(keep_going)
            return taken + super().compact(now, keep_going)
        except StoreBroken:
            if self._server.trouble:  # told by itself, and it goes on by itself
                return taken
            raise

    def drop_fast_before(self, moment: datetime) -> None:
        """Throw away the quarter hours of the fast stream that end before a moment."""
        with self._turn:
            self._aside.drop_fast_before(moment)
        try:
            super().drop_fast_before(moment)
        except StoreBroken:
            if not self._server.trouble:
                raise

    def forget(
        self, points: Sequence[PointId], start: datetime, end: datetime, kept: Kept
    ) -> int:
        """Take samples out of both streams, and of what waits, and return how many."""
        with self._turn:
            waiting = self._aside.forget(points, start, end, kept)
        return waiting + super().forget(points, start, end, kept)

    def close(self) -> None:
        """Let go of the server and of what waits; may be called twice."""
        self._aside.close()
        super().close()

    def _bring_over(self, keep_going: Callable[[], bool]) -> int:
        """Bring over what waits, a slot at a time; return how many steps that took."""
        taken = 0
        for step in self._bringing_over():
            if not keep_going():
                break
            step()
            taken += 1
        return taken

    def _bringing_over(self) -> list[Callable[[], None]]:
        """Return the steps that are left, the oldest samples of the kept stream first."""
        if not self._some_waits:
            return []
        steps: list[Callable[[], None]] = []
        for stream in (QUARTER, FAST):
            for place in self._aside.there(stream):
                held = place.contents()
                if held.first_slot is None or held.last_slot is None:
                    continue
                slots = range(held.first_slot, held.last_slot + 1)
                steps += [partial(self._bring_slot, place, slot) for slot in slots]
        steps.append(self._sweep)
        return steps

    def _bring_slot(self, place: StreamHistory, slot: int) -> None:
        """Bring a slot of time over, then take it away here."""
        stream = place.stream
        points = place.points()
        begin_ms, end_ms = slot * stream.slot_ms, (slot + 1) * stream.slot_ms
        target = self.place_of(stream, to_moment(begin_ms).year)
        for begin in range(0, len(points), GROUP_SIZE):
            _copied(place, target, points[begin : begin + GROUP_SIZE], (begin_ms, end_ms))
        with self._turn:
            place.drop_before(slot + 1)

    def _sweep(self) -> None:
        """Take the files away once nothing waits in them."""
        with self._turn:
            left = [
                place
                for stream in (QUARTER, FAST)
                for place in self._aside.there(stream)
                if place.contents().samples
            ]
            if left:
                return
            self._aside.empty()
            self._some_waits = False
        _log.warning("all samples that waited on this computer are on the server")


def _copied(
    source: StreamHistory,
    target: StreamHistory,
    points: Sequence[PointId],
    span_ms: tuple[int, int],
) -> None:
    """Write the samples of some points and a time into another place, in one transaction."""
    found = source.read(points, *span_ms, values_only=False)
    if not len(found.samples):
        return
    with target.bringing(points) as bringing:

        def under(numbers: Ints) -> Samples:
            known = np.array([found.numbers[point] for point in points], np.int64)
            order = np.argsort(known)
            places = np.searchsorted(known[order], found.samples.series)
            return replace(found.samples, series=numbers[order][places])

        bringing.add(under)
