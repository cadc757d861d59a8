"""History wired up: the store, what fills it, and what answers from it."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from app.database import told
from app.errors import StoreBroken
from app.history.recorder import Recorder
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.history.writer import WriterOptions
from app.model.reading import Reading
from app.pointtable import PointTable
from app.ports import Clock
from app.settings.parts import HistorySettings
from app.users.auditroom import free_bytes
from app.words import _


class YieldingHistory(EmbeddedHistory):
    """A history that leaves the last of a disk to what people do and to alarms."""

    def __init__(self, folder: Path, kept_free: int, free: Callable[[Path], int]) -> None:
        """``kept_free`` bytes stay free on the disk of ``folder``, which ``free`` tells."""
        super().__init__(folder)
        self._folder, self._kept_free, self._free = folder, kept_free, free

    def append(
        self, readings: Sequence[Reading], stream: str, at: datetime | None = None
    ) -> None:
        """Make the readings durable; `StoreBroken` while the disk has no room for them."""
        with told(self._folder):
            free = self._free(self._folder)
        if free < self._kept_free:
            said = _(
                "only {free} MB are free on the disk, kept for the activity log and alarms"
            )
            raise StoreBroken(said.format(free=free // 1_000_000))
        super().append(readings, stream, at)


class Recording:
    """What of a project's history is open while its core runs; core's loop."""

    def __init__(
        self,
        folder: Path,
        table: PointTable,
        settings: HistorySettings,
        clock: Clock,
        kept_free: int = 0,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        """``kept_free`` bytes of the disk are not for history; readings wait instead."""
        self.store = YieldingHistory(folder, kept_free, free)
        self.service = HistoryService(self.store)
        options = WriterOptions(
            pause_s=settings.commit_s, fast_kept=timedelta(hours=settings.fast_hours)
        )
        self._recorder = Recorder(table, self.store, clock, options, on_trouble=self._note)
        self._trouble = ""
        self._recording = False

    @property
    def troubles(self) -> tuple[str, ...]:
        """What an operator must know of the recording; nothing while all is well."""
        if not self._trouble:
            return ()
        return (_("history is not recorded: {trouble}").format(trouble=self._trouble),)

    def _note(self, sentence: str) -> None:
        self._trouble = sentence

    @property
    def stored(self) -> int:
        """How many readings were made durable since the core started."""
        return self._recorder.written.readings

    async def start(self) -> None:
        """Begin to record; without this, history is only read."""
        self._recording = True
        await self._recorder.start()

    async def stop(self) -> None:
        """Make durable what is in hand (at most two seconds) and close the files."""
        if self._recording:
            await self._recorder.stop()
        self.service.close()
        self.store.close()
