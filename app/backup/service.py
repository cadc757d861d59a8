"""Backups as screens and commands may ask for them, and the one that is made every night."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from app.alarms.own import BACKUP_FAILED
from app.asked import Version
from app.backup.book import BackupBook
from app.backup.making import make_backup, require_passphrase, require_place
from app.backup.nightly import is_due, name_for, superfluous
from app.backup.opening import CalledOff, faults_of_backup
from app.errors import BadInput, Conflict, PlantError, StoreBroken
from app.model.backup import Backup, BackupPlan, Salvaged, backup_plan
from app.ports import Clock, Deed
from app.project.changes import ChangeDesk
from app.project.config import PlantConfig
from app.project.configuration import Saved, Witness
from app.project.folder import ProjectFolder, require_outside
from app.project.opening import Project
from app.verbs import Capability, Viewer, require, verb
from app.words import _

LOOK_S = 60.0  # how often it is looked whether the nightly one is due
PASSPHRASE = "backup-passphrase"  # noqa: S105 - name of the secret that seals nightly backups
_PLACE, _MAKE = "backup", "backups.make"
ANOTHER = "another passphrase"  # as the activity log tells it
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Salvaging(Protocol):
    """Brings back what can be read of damaged files; blocks."""

    def __call__(
        self, *, again: bool, keep_going: Callable[[], bool]
    ) -> Sequence[Salvaged]: ...


class BackupService:
    """`BackupVerbs` of an open project; one backup at a time, in a thread of its own."""

    def __init__(
        self, project: Project, desk: ChangeDesk, salvage: Salvaging, now: Clock
    ) -> None:
        """``salvage`` brings the readable rest of damaged history files back."""
        self._project, self._desk, self._now = project, desk, now
        self._salvage = salvage
        self.book = BackupBook(project.folder.backups)
        self._worker = ThreadPoolExecutor(1, "backup")
        self._closing = Event()
        self._failed: tuple[datetime, str] | None = None  # the nightly one, and why

    @property
    def failure(self) -> str:
        """Why the nightly backup failed last; "" while all is well."""
        return "" if self._failed is None else self._failed[1]

    @property
    def alarming(self) -> frozenset[str]:
        """The names of what troubles the backups so that it is an alarm."""
        return frozenset({BACKUP_FAILED} if self._failed else ())

    @verb(Capability.EDIT_PROJECT, whole=True, reads=True)
    async def made(self, viewer: Viewer) -> Sequence[Backup]:
        """Return the backups that were made of this project, the newest first.

        Raises `StoreBroken` where the list of them cannot be read.
        """
        return await asyncio.to_thread(self.book.all)

    @verb(Capability.EDIT_PROJECT, whole=True, reads=True)
    async def trouble(self, viewer: Viewer) -> str:
        """Return why the last nightly backup failed; "" while all is well."""
        return self.failure

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def make(self, viewer: Viewer, file: str, password: str = "") -> Backup:
        """Write a backup into a new file of this computer, and read it back.

        Without a ``file`` it goes where the nightly one goes, sealed as that one is.
        Everything goes along, people and their passwords' hashes too: who may do this
        looks after both. Cancelling the call gives it up, and nothing is left of it.

        Raises:
            BadInput: The file is there already, or no backup can be called so.
            StoreBroken: Something cannot be read or written, or the backup is not what
                was written; then it does not stay.
        """
        require(viewer, Capability.MANAGE_USERS, whole=True)
        out, secret = await self._desk.work(lambda: self._wished(file, password))
        require_place(out)
        require_outside(self._project.folder.root, out, but=self._project.folder.backups)
        require_passphrase(secret)
        file = str(out)

        def note(result: str, reason: str = "") -> None:
            self._desk.note(viewer, _MAKE, _PLACE, new=file, result=result, reason=reason)

        await self._desk.deed(
            lambda: self._desk.audit(viewer, _MAKE, _PLACE, new=file, result="begun")
        )
        try:
            made = await self._work(lambda going: self._made(out, secret, going))
        except PlantError as error:
            reason = str(error)
            await self._desk.work(lambda: note("failed", reason))
            raise
        await self._desk.work(lambda: note("done"))
        return made

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def plan(self, viewer: Viewer) -> BackupPlan:
        """Return where and when a backup is made every night."""
        return self._plan()

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def put_plan(
        self,
        viewer: Viewer,
        plan: BackupPlan,
        password: str = "",
        note: str = "",
        base: BackupPlan | None = None,
    ) -> BackupPlan:
        """Make backups by another plan from now on.

        A passphrase is kept with the plan it came with, or not at all; that there is
        another one is in the activity log, also where nothing else changes.

        Raises:
            BadInput: A plan that cannot be carried out, or sealed and no passphrase known.
            Conflict: Somebody else changed the plan after it was ``base``.
            StoreBroken: The databases cannot be used.
        """
        require(viewer, Capability.MANAGE_USERS, whole=True)
        plan.require_sound()
        await asyncio.to_thread(_require_folder, self._project.folder, plan.folder)
        require_passphrase(password)
        known = await self._desk.work(self._project.secrets.names)
        if plan.sealed and not password and PASSPHRASE not in known:
            raise BadInput(_("say the passphrase that shall seal the backups"))

        def mutate(config: PlantConfig) -> PlantConfig:
            if base is not None and backup_plan(config.options) != base:
                raise Conflict(_("somebody else changed when backups are made: look again"))
            return replace(config, options={**config.options, **plan.options()})

        def work(_witness: Witness) -> Saved:
            with self._desk.before(viewer, "backups.put_plan") as tell:

                def seal(old: BackupPlan, new: BackupPlan, result: str) -> None:
                    more = f"; {ANOTHER}" if password else ""
                    tell(
                        _PLACE, old=told(old), new=told(new) + more, result=result, reason=note
                    )
                    if password:
                        self._project.secrets.put(PASSPHRASE, password)

                def witness(version: Version, old: PlantConfig, new: PlantConfig) -> None:
                    number = f"version {version.number}"
                    seal(backup_plan(old.options), backup_plan(new.options), number)

                kept = self._project.configuration
                before = kept.current().version.number
                saved = kept.change(viewer.name, note, mutate, witness=witness)
                if password and saved.version.number == before:
                    seal(plan, plan, "done")
                return saved

        await self._desk.save(viewer, "put_plan", _PLACE, work, note)
        self._failed = None  # tried anew, wherever that is now
        return self._plan()

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def salvage(self, viewer: Viewer, *, again: bool = False) -> Sequence[Salvaged]:
        """Bring back what can be read of history files that are damaged, each sample once.

        Cancelling the call gives it up: what was brought back by then stays.

        Raises `StoreBroken` where the history cannot be written.
        """
        place = "history"
        await self._desk.deed(
            lambda: self._desk.audit(viewer, "backups.salvage", place, result="begun")
        )
        done = await self._work(lambda going: self._salvage(again=again, keep_going=going))
        said = "; ".join(f"{each.file}: {each.brought} of {each.samples}" for each in done)
        await self._desk.work(
            lambda: self._desk.note(viewer, "backups.salvage", place, new=said, result="done")
        )
        return done

    async def run(self) -> None:
        """Make the nightly backup when it is due, for as long as the core lives."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    async def look(self) -> None:
        """Make the nightly backup if it is due; one that fails is tried again in an hour."""
        plan, now = self._plan(), self._now()
        zone = ZoneInfo(self._desk.present.config.zone)
        failed_at = None if self._failed is None else self._failed[0]
        made = await asyncio.to_thread(self._known)
        if not is_due(plan, made, zone, now, failed_at):
            return
        try:
            done = await self._work(lambda going: self._nightly(plan, going))
        except (PlantError, OSError) as error:
            said = str(error)
            self._failed = now, said
            _log.error("the nightly backup failed: %s", said)
            await self._desk.work(lambda: self._note(plan.folder, "failed", said))
            return
        self._failed = None
        await self._desk.work(lambda: self._note(done.file, "done"))

    def close(self) -> None:
        """Give up what is being made; blocks for a moment."""
        self._closing.set()
        self._worker.shutdown(cancel_futures=True)

    def _plan(self) -> BackupPlan:
        return backup_plan(self._desk.present.config.options)

    def _known(self) -> list[Backup]:
        with suppress(StoreBroken):  # a list that is lost stops no backup
            return self.book.all()
        return []

    def _wished(self, file: str, password: str) -> tuple[Path, str]:
        """Return where a backup goes, and what seals it."""
        if file:
            return Path(file), password
        plan = self._plan()
        if not plan.folder:
            raise BadInput(_("say where the backup goes"))
        name = name_for(self._project.folder.root.name, self._now())
        secret = self._project.secrets.get(PASSPHRASE) if plan.sealed else ""
        return Path(plan.folder) / name, secret

    def _nightly(self, plan: BackupPlan, going: Callable[[], bool]) -> Backup:
        made = self._made(*self._wished("", ""), going)
        gone = superfluous(plan, self.book.all(), self._project.folder.root.name)
        for each in gone:
            each.unlink(missing_ok=True)
        if gone:
            self.book.remove([str(each) for each in gone])
        return made

    def _made(self, out: Path, passphrase: str, going: Callable[[], bool]) -> Backup:
        made = make_backup(self._project, out, passphrase, self._now(), lambda _done: going())

        def step(_bytes: int) -> None:
            if not going():
                raise CalledOff(_("the backup was called off; nothing was left behind"))

        try:
            fault = next(faults_of_backup(out, passphrase, step), "")
        except CalledOff:
            out.unlink(missing_ok=True)
            raise
        if fault:
            out.unlink(missing_ok=True)
            raise StoreBroken(
                _("the backup was read back and is not whole: {fault}").format(fault=fault)
            )
        made = replace(made, verified=True)
        self.book.add(made)
        return made

    def _note(self, file: str, result: str, reason: str = "") -> None:
        deed = Deed(login="", name="Heatdesk", workstation="", verb=_MAKE, entity=_PLACE)
        deed["new"], deed["result"], deed["reason"] = file, result, reason
        self._project.audit.keep(**deed)

    async def _work(self, work: Callable[[Callable[[], bool]], _T]) -> _T:
        """Work in the thread; one that is given up ends at its next step."""
        given_up = Event()

        def going() -> bool:
            return not given_up.is_set() and not self._closing.is_set()

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._worker, lambda: work(going))
        finally:
            given_up.set()


def _require_folder(project: ProjectFolder, place: str) -> None:
    """Raise `BadInput` for a place into which no night could put a backup; "" is none."""
    if place:
        require_outside(project.root, Path(place), but=project.backups)
        if Path(place).exists() and not Path(place).is_dir():
            raise BadInput(_("{folder} is a file, where a folder must be").format(folder=place))


def told(plan: BackupPlan) -> str:
    """Return a plan in a line, as the activity log keeps it."""
    if not plan.folder:
        return "none"
    sealed = ", sealed" if plan.sealed else ""
    return f"{plan.folder}, daily at {plan.hour}:00, {plan.keep} kept{sealed}"
