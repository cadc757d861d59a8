"""Takes the oldest entries of the log out into a file of one's own: told before, then done."""

import asyncio
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QDate, pyqtSignal
from PyQt6.QtWidgets import QDateEdit, QWidget

from app.auditverbs import ArchivePart, AuditArchive
from app.errors import BadInput, PlantError
from app.words import _
from widgets.controls.confirm import agreed
from widgets.controls.filewriter import FileWriter
from widgets.controls.fitted import FittedDialog
from widgets.controls.formlayout import lay_form
from widgets.controls.moments import local
from widgets.controls.notice import Busy, Notice
from widgets.controls.plain import button, sentence
from widgets.controls.quality import figures
from widgets.pagetype import PageContext
from widgets.welcome.fields import Field

_WIDTH_PX = 520
_KEPT = timedelta(days=365)  # stays, as long as nobody chooses otherwise


class ArchiveDialog(FittedDialog):
    """A day, then a file, then a question; ``archived`` says that the entries are out.

    Nothing leaves the project before the file was read back and holds it.
    """

    archived = pyqtSignal()

    def __init__(self, context: PageContext, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH_PX)
        self.setWindowTitle(_("Archive old entries"))
        self._context = context
        self._files = FileWriter(context, self)
        self.notice = Notice(context.look)
        today = local(context.now(), context.zone).date()
        self.day = _day(today - _KEPT, today - timedelta(days=1))
        self.field = Field(_("First day that stays"), self.day)
        self.go = button(_("Choose a file…"), self._ask_path, role="primary")
        self._busy = Busy()
        says = sentence(
            _(
                "All entries before this day move into one file that you keep. It is signed, "
                "and the log goes on where the file ends: verifying the log reads the file "
                "too, and says when it is missing or was changed. Leave it where it lies: "
                "there an erasure of a resident’s data reaches it, too."
            )
        )
        lay_form(self, (self.notice, self.field, says), [self.go], beside=self._busy)
        self.finished.connect(self.deleteLater)
        self.day.setFocus()

    def begin(self, file: Path) -> None:
        """Ask for the entries before the day; they are still in the project."""
        if not self.go.isEnabled():
            return
        self.notice.hide()
        if file.exists():
            self.notice.tell(
                _("{file} is there already: choose another name").format(file=file)
            )
            return
        context = self._context
        first = self.day.date().toPyDate()
        zone = local(context.now(), context.zone).tzinfo
        self._wait(_("Gathering the entries …"))
        context.asking.ask(
            context.asked.audit.archive_part(
                context.viewer, datetime.combine(first, time(), zone)
            ),
            owner=self,
            done=partial(self._ask, file),
            failed=self._fail,
        )

    def _ask_path(self) -> None:
        day = self.day.date().toPyDate().isoformat()
        name = _("Activity log before {day}").format(day=day)
        file = self._files.ask_path(_("Archive old entries"), name, "zip")
        if file is not None:
            self.begin(file)

    def _ask(self, file: Path, part: ArchivePart) -> None:
        self._busy.end()
        question = _(
            "Move the entries {first} to {last} into {file}? They leave the project; what "
            "proves them stays. Keep the file."
        ).format(first=figures(part.first, 0), last=figures(part.last, 0), file=file.name)
        if not agreed(question, _("Archive"), self):
            self.go.setEnabled(True)
            return
        self._wait(_("Writing {name}").format(name=file.name))
        context = self._context

        async def work() -> AuditArchive:
            await asyncio.to_thread(_write, file, part.content)
            place = str(await asyncio.to_thread(file.resolve))
            return await context.asked.audit.archived(context.viewer, part.digest, place)

        context.asking.ask(work(), owner=self, done=self._done, failed=self._fail)

    def _done(self, kept: AuditArchive) -> None:
        self._busy.end()
        words = _("Entries {first} to {last} lie in {place}.")
        told = words.format(
            first=figures(kept.first, 0), last=figures(kept.last, 0), place=kept.place
        )
        self._context.work.tell(told)
        self.archived.emit()
        self.accept()

    def _wait(self, words: str) -> None:
        self.go.setEnabled(False)
        self._busy.begin(words)

    def _fail(self, error: PlantError) -> None:
        self._busy.end()
        self.go.setEnabled(True)
        self.notice.tell(str(error))


def _day(chosen: date, last: date) -> QDateEdit:
    made = QDateEdit(QDate(chosen.year, chosen.month, chosen.day))
    made.setCalendarPopup(True)
    made.setMaximumDate(QDate(last.year, last.month, last.day))
    return made


def _write(file: Path, content: bytes) -> None:
    """Write a file that is not there yet, and read it again; what is only half there goes."""
    try:
        with file.open("xb") as stream:
            stream.write(content)
        whole = file.read_bytes() == content
    except FileExistsError:
        raise BadInput(
            _("{file} is there already: choose another name").format(file=file)
        ) from None
    except OSError as error:
        file.unlink(missing_ok=True)
        raise BadInput(f"{file} cannot be written: {error.strerror or error}") from error
    if not whole:
        raise BadInput(_("{file} does not hold what was written").format(file=file))
