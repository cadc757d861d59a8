"""Brings files from this computer into the project, one after the other."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Document
from app.errors import PlantError
from app.model.reading import DeviceId
from app.project.filekinds import read_keepable
from app.words import _
from widgets.pagetype import PageContext
from widgets.workcentre import Job


class Adding(QObject):
    """Files on their way; one that will not do is told by name and the others go on."""

    added = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, context: PageContext, device: DeviceId, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._device = context, device
        self._waiting: list[tuple[Path, Document | None]] = []
        self.under_way = False

    def add(self, files: Sequence[Path], replaces: Document | None = None) -> None:
        """Keep these files; ``replaces`` is the document of which one is the next version."""
        self._waiting += [(each, replaces) for each in files]
        if not self.under_way:
            self._next()

    def _next(self) -> None:
        self.under_way = bool(self._waiting)
        if not self._waiting:
            return
        context = self._context
        file, replaces = self._waiting.pop(0)
        job = context.work.begin(_("Adding {name}").format(name=file.name))

        async def work() -> Document:
            content = await asyncio.to_thread(read_keepable, file)
            return await context.asked.project.add_document(
                context.viewer,
                self._device,
                file.stem if replaces is None else replaces.title,
                file.name,
                content,
                "" if replaces is None else replaces.id,
            )

        context.asking.ask(
            work(), owner=self, done=partial(self._kept, job), failed=partial(self._lost, job)
        )

    def _kept(self, job: Job, document: Document) -> None:
        name = self._context.directory.name(self._device)
        words = _("{title} is kept with {device}.")
        job.end(words.format(title=document.title, device=name))
        self.added.emit()
        self._next()

    def _lost(self, job: Job, error: PlantError) -> None:
        job.fail(str(error))
        self.failed.emit(str(error))
        self._next()
