"""Answers what a point was in the past, from the finest samples kept of each moment."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import numpy as np

from app.errors import BadInput
from app.history.quarters import QUARTER
from app.history.readings import to_ms
from app.model.reading import PointId
from app.ports import HistoryStore
from app.series import Series
from app.verbs import Capability, Viewer, verb

_READERS = 2  # a long question of a report does not hold up a chart
_AT_A_TIME = 50  # points read together; between them a question may be given up
_BEGIN_OF_TIME = datetime(1970, 1, 2, tzinfo=UTC)  # nothing is older, and a bit is subtracted
_QUARTER_MS = QUARTER // timedelta(milliseconds=1)


_Read = Callable[[Sequence[PointId], datetime, datetime], list[Series]]


class HistoryService:
    """`HistoryVerbs` over a store; reads in threads of its own, never on the core's loop."""

    def __init__(self, store: HistoryStore) -> None:
        self._store = store
        self._readers = ThreadPoolExecutor(_READERS, "history-reader")
        self._closing = False

    @verb(Capability.SEE_HISTORY)
    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        """Return one series a point: the finest samples kept of each moment.

        Cancelling the call gives the question up after the points being read.

        Raises:
            BadInput: A time without zone, or an end before the start.
            StoreBroken: A file cannot be read.
        """
        return await self._answer(self._finest, points, start, end)

    @verb(Capability.SEE_HISTORY)
    async def quarters(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        """Return one series a point: its samples at :00, :15, :30 and :45.

        Raises:
            BadInput: A time without zone, or an end before the start.
            StoreBroken: A file cannot be read.
        """
        return await self._answer(self._kept, points, start, end)

    def close(self) -> None:
        """End the readers; a question still open is answered first, up to its next points."""
        self._closing = True
        self._readers.shutdown(cancel_futures=True)

    async def _answer(
        self, read: _Read, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        """Read in a thread; a question given up ends after the points being read."""
        _check(start, end)
        start = max(start, _BEGIN_OF_TIME)
        given_up = Event()

        def work() -> list[Series]:
            found: list[Series] = []
            for begin in range(0, len(points), _AT_A_TIME):
                if given_up.is_set() or self._closing:
                    return []
                found += read(tuple(points[begin : begin + _AT_A_TIME]), start, end)
            return found

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._readers, work)
        finally:
            given_up.set()

    def _finest(
        self, points: Sequence[PointId], start: datetime, end: datetime
    ) -> list[Series]:
        kept = self._store.ranges(points, start, end, "quarter")
        fast = self._store.ranges(points, start - QUARTER, end, "fast")
        return [finest(*both, to_ms(start)) for both in zip(kept, fast, strict=True)]

    def _kept(self, points: Sequence[PointId], start: datetime, end: datetime) -> list[Series]:
        return list(self._store.ranges(points, start, end, "quarter"))


def finest(kept: Series, fast: Series, start_ms: int) -> Series:
    """Return one point's samples of both streams from a moment on, no reading twice.

    A sample of the quarter stream repeats the newest reading before it. Where the fast
    stream still has a reading of that quarter of an hour, that one says the same at the
    moment it was measured, so the repetition is left out.

    Args:
        kept: The quarter stream's samples.
        fast: The fast stream's, from a quarter of an hour before the moment on.
        start_ms: The moment.
    """
    before = np.searchsorted(fast.times_ms, kept.times_ms - _QUARTER_MS, "right")
    until = np.searchsorted(fast.times_ms, kept.times_ms, "right")
    alone = before == until
    wanted = fast.times_ms >= start_ms
    times = np.concatenate([kept.times_ms[alone], fast.times_ms[wanted]])
    order = np.argsort(times, kind="stable")
    return Series(
        kept.point,
        times[order],
        np.concatenate([kept.values[alone], fast.values[wanted]])[order],
        np.concatenate([kept.quality[alone], fast.quality[wanted]])[order],
    )


def _check(start: datetime, end: datetime) -> None:
    if start.tzinfo is None or end.tzinfo is None:
        raise BadInput("a time of history must say its time zone")
    if end < start:
        raise BadInput(f"history ends at {end} before it begins at {start}")
