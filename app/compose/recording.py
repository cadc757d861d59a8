"""History wired up: the store, what fills it, and what answers from it."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.acquisition.service import Acquisition, known_before
from app.alarms.own import HISTORY_DAMAGED, SAMPLES_WAIT
from app.compose.ondisk import on_the_disk_of
from app.compose.recalling import Recalling
from app.compose.turns import take_turns
from app.database import told
from app.errors import StoreBroken
from app.history.counters.asking import Facts
from app.history.counters.checking import check_now
from app.history.exchange.scheduled import ScheduledExchange
from app.history.history import History
from app.history.quarantine import GuardedHistory, salvage_all
from app.history.recorder import Recorder
from app.history.retention.room import Beside
from app.history.retention.service import RetentionService
from app.history.samples import Bulk, Named
from app.history.service import HistoryService
from app.history.totals import TotalsService
from app.history.writer import WriterOptions
from app.model.backup import Salvaged
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Reading
from app.model.validation import Checked
from app.plant.service import PlantService
from app.pointtable import PointTable
from app.ports import Clock
from app.project.changes import ChangeDesk
from app.project.opening import Project
from app.project.service import ProjectService
from app.settings.parts import HistorySettings, Settings
from app.users.auditroom import free_bytes
from app.words import _

if TYPE_CHECKING:
    from app.databaseserver import DatabaseServer  # loads a driver that few projects need


class YieldingHistory(GuardedHistory):
    """A history that leaves the last of a disk to what people do and to alarms."""

    def __init__(self, folder: Path, kept_free: int, free: Callable[[Path], int]) -> None:
        """``kept_free`` bytes stay free on the disk of ``folder``, which ``free`` tells."""
        super().__init__(folder)
        self._kept_free, self._free = kept_free, free

    def bring(self, brought: Bulk | Named, stream: str) -> None:
        """Make samples durable; `StoreBroken` while the disk has no room for them."""
        with told(self._folder):
            free = self._free(self._folder)
        if free < self._kept_free:
            said = _(
                "only {free} MB are free on the disk, kept for the activity log and alarms"
            )
            raise StoreBroken(said.format(free=free // 1_000_000))
        super().bring(brought, stream)


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
        facts: Facts | None = None,
        server: "DatabaseServer | None" = None,
    ) -> None:
        """``kept_free`` bytes of the disk are not for history; readings wait instead.

        ``facts`` tell of the indexes of meters, for their consumption. With a ``server``
        it keeps the history, and the folder what the server cannot take at the moment.
        """
        take_turns()  # the core's loop and the thread that writes
        self.store, self._files, self._waiting = _stores(folder, kept_free, free, server)
        self.folder = folder
        # Bytes of the disk that may be filled.
        self.room: Callable[[], int] = lambda: free(folder) - kept_free
        self.lies_here = server is None  # on that disk
        self.service = HistoryService(self.store, facts, clock)
        self._facts = facts
        options = WriterOptions(
            pause_s=settings.commit_s, fast_kept=timedelta(hours=settings.fast_hours)
        )
        self._recorder = Recorder(table, self.store, clock, options, on_trouble=self._note)
        self._recalling = Recalling(self.store)
        self._trouble = ""
        self._recording = False
        # Hears of readings of earlier moments, before they are kept.
        self.came_late: Callable[[Sequence[Reading]], None] = lambda _readings: None

    @property
    def troubles(self) -> tuple[str, ...]:
        """What an operator must know of the recording; nothing while all is well."""
        said = [self._waiting(), self._files.trouble]
        if self._trouble:
            said.append(_("history is not recorded: {trouble}").format(trouble=self._trouble))
        return tuple(each for each in said if each)

    @property
    def alarming(self) -> frozenset[str]:
        """The names of what troubles the recording so that it is an alarm."""
        known = {SAMPLES_WAIT: self._waiting(), HISTORY_DAMAGED: self._files.trouble}
        return frozenset(name for name, said in known.items() if said)

    @property
    def damage(self) -> str:
        """What an operator must know of damaged files that were set aside; "" for none."""
        return self._files.trouble

    def salvage(self, *, again: bool, keep_going: Callable[[], bool]) -> list[Salvaged]:
        """Bring back what can be read of damaged files; blocks. See `salvage_all`."""
        self._files.set_damaged_aside()
        done = [
            each
            for folder in (self.folder, self.folder / "waiting")
            for each in salvage_all(folder, self.store, again=again, keep_going=keep_going)
        ]
        self._files.look_again()
        return done

    def lie_in(self, zone: ZoneInfo) -> None:
        """Take the plant to lie in a zone: its days are those of which figures are kept."""
        self.store.zone = zone

    def check(
        self, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Checked]:
        """Return what the rules find in indexes; blocks, in any thread.

        Raises:
            BadInput: A point that is no index.
            StoreBroken: A file cannot be read.
        """
        if self._facts is None:
            return ()
        return check_now(self._facts, self.store, points, start, end)

    def _note(self, sentence: str) -> None:
        self._trouble = sentence

    @property
    def stored(self) -> int:
        """How many readings were made durable since the core started."""
        return self._recorder.written.readings

    def file(self, readings: Sequence[Reading]) -> None:
        """Keep readings that came late at the moment they were measured; see `LateBook`."""
        if self._recording:
            self._recorder.backfill(readings)
            self.came_late(readings)

    async def settled(self) -> bool:
        """Wait until they outlive a power cut; False where nothing is recorded, or not yet."""
        return self._recording and await asyncio.to_thread(self._recorder.settle)

    async def start(self) -> None:
        """Begin to record; without this, history is only read."""
        self._recording = True
        await self._recorder.start()

    async def recall(self, acquisition: Acquisition) -> None:
        """Let ``acquisition`` have the newest stored readings, in seconds at most."""
        await self._recalling.start(acquisition.recall, known_before(acquisition))

    async def stop(self) -> None:
        """Make durable what is in hand (at most two seconds) and close the files."""
        self._recalling.stop()
        if self._recording:
            await self._recorder.stop()
        self.service.close()
        self.store.close()


def _stores(
    folder: Path,
    kept_free: int,
    free: Callable[[Path], int],
    server: "DatabaseServer | None",
) -> tuple[History, GuardedHistory, Callable[[], str]]:
    """Return where history is kept, its files, and what tells of samples that wait there."""
    if server is None:
        files = YieldingHistory(folder, kept_free, free)
        return files, files, str
    from app.history.bufferedhistory import WAITING, BufferedHistory

    waiting = folder / WAITING
    with told(waiting):
        waiting.mkdir(parents=True, exist_ok=True)
    files = YieldingHistory(waiting, kept_free, free)
    store = BufferedHistory(server, files)
    return store, files, lambda: store.trouble


def recording_of(
    project: Project, table: PointTable, plant: PlantService, settings: Settings, clock: Clock
) -> Recording:
    """Return the recording of a project, which knows the indexes of its meters."""
    return Recording(
        project.folder.history,
        table,
        settings.history,
        clock,
        settings.audit.keep_free_mb * 1_000_000 // 2,  # the other half history may take
        facts=Facts(
            lambda: plant.zone,
            plant.spec_of,
            project.statements,
            project.stories.came,
            plant.specs_of,
        ),
        server=project.databases.server,
    )


def exchange_of(
    project: Project,
    recording: Recording,
    profile_of: Callable[[DeviceId], Profile | None],
    services: ProjectService,
    clock: Clock,
) -> ScheduledExchange:
    """Return what takes samples of a project out, and brings some in."""
    return ScheduledExchange(
        project,
        services.changes,
        recording.check,
        recording.store,
        project.folder.history,
        lambda: services.config.devices,
        profile_of,
        project.audit,
        clock,
        recording.room,
    )


def totals_of(
    project: Project, recording: Recording, plant: PlantService, services: ProjectService
) -> TotalsService:
    """Return what adds up the meters of a project."""
    return TotalsService(project, services.changes, recording.service, plant.spec_of)


def retention_of(
    project: Project,
    recording: Recording,
    profile_of: Callable[[DeviceId], Profile | None],
    desk: ChangeDesk,
    clock: Clock,
) -> RetentionService:
    """Return what thins out the old samples of a project."""

    def free() -> int | None:
        return recording.room() if recording.lies_here else None

    def beside() -> Beside:
        return on_the_disk_of(project.folder, desk.present.config.options)

    return RetentionService(project, desk, recording.store, profile_of, clock, free, beside)
