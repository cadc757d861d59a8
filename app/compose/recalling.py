"""What was read before the start, shown as old as it is until the devices speak themselves."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime

from app.errors import StoreBroken
from app.model.reading import PointId, Reading
from app.ports import HistoryStore

# Of all readings the last quarter of an hour is looked at: looking for each point through
# years would keep a large plant's processors busy for a minute at every start.
_EVER = datetime(9999, 1, 1, tzinfo=UTC)
WITHIN_S = 0.5  # the start waits so long for a history that is slow; it comes later then
_log = logging.getLogger(__name__)


class Recalling:
    """Brings the newest stored reading of every point once; core's loop."""

    def __init__(self, store: HistoryStore, within_s: float = WITHIN_S) -> None:
        self._store, self._within_s = store, within_s
        self._task: asyncio.Task[None] | None = None

    async def start(
        self, take: Callable[[Sequence[Reading]], None], rarely: Collection[PointId] = ()
    ) -> None:
        """Let ``take`` have them; when the devices are known, and the recording has begun.

        ``rarely`` are points that are read once an hour or a day: theirs may be older.
        """
        self._task = asyncio.create_task(self._bring(take, rarely))
        await asyncio.wait([self._task], timeout=self._within_s)

    def stop(self) -> None:
        """Wait for it no more."""
        if self._task is not None:
            self._task.cancel()

    async def _bring(
        self, take: Callable[[Sequence[Reading]], None], rarely: Collection[PointId]
    ) -> None:
        try:
            stored = await asyncio.to_thread(self._newest, rarely)
        except StoreBroken as error:
            _log.warning("what was read before the start is not shown: %s", error)
        else:
            take(stored)

    def _newest(self, rarely: Collection[PointId]) -> list[Reading]:
        found = [sample.reading for sample in self._store.newest("fast", _EVER)]
        missing = set(rarely) - {reading.point for reading in found}
        if missing:
            found += [each for each in self._store.latest() if each.point in missing]
        return found
