"""History wired up: the store, what fills it, and what answers from it."""

from datetime import timedelta
from pathlib import Path

from app.history.recorder import Recorder
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.history.writer import WriterOptions
from app.pointtable import PointTable
from app.ports import Clock
from app.settings.parts import HistorySettings
from app.words import _


class Recording:
    """What of a project's history is open while its core runs; core's loop."""

    def __init__(
        self, folder: Path, table: PointTable, settings: HistorySettings, clock: Clock
    ) -> None:
        self.store = EmbeddedHistory(folder)
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
