"""Backups as screens and commands may ask for them."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

from app.backup.book import BackupBook
from app.backup.making import make_backup, require_passphrase, require_place
from app.backup.opening import faults_of_backup
from app.errors import PlantError, StoreBroken
from app.model.backup import Backup
from app.ports import Clock
from app.project.changes import ChangeDesk
from app.project.opening import Project
from app.verbs import Capability, Viewer, require, verb
from app.words import _

_PLACE = "backup"


class BackupService:
    """`BackupVerbs` of an open project; one backup at a time, in a thread of its own."""

    def __init__(self, project: Project, desk: ChangeDesk, now: Clock) -> None:
        self._project, self._desk, self._now = project, desk, now
        self.book = BackupBook(project.folder.backups)
        self._worker = ThreadPoolExecutor(1, "backup")
        self._closing = Event()

    @verb(Capability.EDIT_PROJECT, whole=True, reads=True)
    async def made(self, viewer: Viewer) -> Sequence[Backup]:
        """Return the backups that were made of this project, the newest first.

        Raises `StoreBroken` where the list of them cannot be read.
        """
        return await asyncio.to_thread(self.book.all)

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def make(self, viewer: Viewer, file: str, password: str = "") -> Backup:
        """Write a backup into a new file of this computer, and read it back.

        Everything goes along, people and their passwords' hashes too: who may do this
        looks after both. Cancelling the call gives it up, and nothing is left of it.

        Raises:
            BadInput: The file is there already, or no backup can be called so.
            StoreBroken: Something cannot be read or written, or the backup is not what
                was written; then it does not stay.
        """
        require(viewer, Capability.MANAGE_USERS, whole=True)
        out = Path(file)
        require_place(out)
        require_passphrase(password)

        def note(result: str, reason: str = "") -> None:
            self._desk.note(
                viewer, "backups.make", _PLACE, new=file, result=result, reason=reason
            )

        await self._desk.deed(
            lambda: self._desk.audit(viewer, "backups.make", _PLACE, new=file, result="begun")
        )
        try:
            made = await self._work(out, password)
        except PlantError as error:
            reason = str(error)
            await self._desk.work(lambda: note("failed", reason))
            raise
        await self._desk.work(lambda: note("done"))
        return made

    def close(self) -> None:
        """Give up what is being made; blocks for a moment."""
        self._closing.set()
        self._worker.shutdown(cancel_futures=True)

    async def _work(self, out: Path, passphrase: str) -> Backup:
        given_up = Event()

        def going(_done: int) -> bool:
            return not given_up.is_set() and not self._closing.is_set()

        def work() -> Backup:
            made = make_backup(self._project, out, passphrase, self._now(), going)
            if fault := next(faults_of_backup(out, passphrase), ""):
                out.unlink(missing_ok=True)
                raise StoreBroken(
                    _("the backup was read back and is not whole: {fault}").format(fault=fault)
                )
            made = replace(made, verified=True)
            self.book.add(made)
            return made

        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._worker, work)
        finally:
            given_up.set()
