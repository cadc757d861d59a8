"""Files somebody asks for: the place is asked, the work stands in the work centre."""

import asyncio
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path
from threading import Event
from typing import TypeAlias

from PyQt6.QtCore import QObject, QTimer
from PyQt6.QtWidgets import QFileDialog, QWidget

from app.errors import BadInput, PlantError
from app.model.letterhead import Letterhead
from app.reports.pace import Pace
from app.words import _
from widgets.controls.confirm import agreed
from widgets.controls.ownfolder import note_folder, own_folder
from widgets.pagetype import PageContext
from widgets.workcentre import Job

TABLES = ("csv", "pdf", "xlsx")  # ends of the forms in which a table is written
_LONGEST_NAME = 100
_LOOK_MS = 250
Maker: TypeAlias = Callable[[Letterhead, Callable[[], bool]], bytes]


class FileWriter(QObject):
    """Makes files in a thread of the services; may be cancelled until it is written.

    A maker gets whose paper it is and a question to ask now and then: whether it was
    given up (a `Pace`, which also takes how far it is). It returns the whole file, which
    is written at once or not at all.
    """

    def __init__(self, context: PageContext, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over

    def ask_path(
        self, title: str, name: str, end: str, among: Collection[str] = ()
    ) -> Path | None:
        """Let the place be chosen; None when nobody did.

        ``among`` are further ends that the asker knows to write: any other one gets
        ``end`` behind it, so that no file claims to be what it is not.
        """
        plain = "".join(each if each.isalnum() or each in " -_." else "_" for each in name)
        proposed = own_folder(self._context) / f"{plain[:_LONGEST_NAME]}.{end}"
        chosen, _filter = QFileDialog.getSaveFileName(
            self._over, title, str(proposed), f"*.{end}"
        )
        if not chosen:
            return None
        path = Path(chosen)
        note_folder(self._context, path)
        if form_of(path) in (end, *among):
            return path
        path = path.with_name(f"{path.name}.{end}")  # "Week 47.2026" has no ending either
        return path if not path.exists() or self._may_replace(path) else None

    def _may_replace(self, path: Path) -> bool:
        """Ask what the dialog could not: it knew the name without its ending."""
        question = _("{file} exists already. Replace it?").format(file=path.name)
        return agreed(question, _("Replace"), self._over)

    def write(self, path: Path, made: Maker) -> None:
        """Make a file and write it to ``path``."""
        title = _("Writing {name}").format(name=path.name)
        self.make(title, made, partial(_save, path), partial(_over, path))

    def make(
        self,
        title: str,
        made: Maker,
        keep: Callable[[bytes], None],
        done: Callable[[Job, bytes], None],
    ) -> None:
        """Make bytes aside, ``keep`` them in the thread, tell ``done`` on this one."""
        gone = Event()
        job = self._context.work.begin(title, gone.set)
        pace = Pace(gone.is_set)
        self._follow(job, pace)

        async def work() -> bytes:
            head = await self._context.asked.reports.letterhead(self._context.viewer)
            content = await asyncio.to_thread(made, head, pace)
            if gone.is_set():
                return b""
            await asyncio.to_thread(keep, content)
            return content

        def over(content: bytes) -> None:
            if gone.is_set():
                job.end(_("Given up; nothing was written."))
            else:
                done(job, content)

        self._context.asking.ask(work(), owner=self, done=over, failed=partial(_failed, job))

    def _follow(self, job: Job, pace: Pace) -> None:
        """Look now and then how far the work is: it goes on in another thread."""
        clock = QTimer(self)

        def look() -> None:
            if not job.running:
                clock.stop()
                clock.deleteLater()
            elif pace.of and (pace.done, pace.of) != (job.done, job.of):
                job.step(pace.done, pace.of)

        clock.timeout.connect(look)
        clock.start(_LOOK_MS)


def form_of(path: Path) -> str:
    """Return in which form a file is written, by the end of its name: "csv" for a text."""
    end = path.suffix.casefold().removeprefix(".")
    return "csv" if end == "txt" else end


def _save(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from error


def _over(path: Path, job: Job, _content: bytes) -> None:
    job.end(_("Written: {path}").format(path=path))


def _failed(job: Job, error: PlantError) -> None:
    job.fail(str(error))
