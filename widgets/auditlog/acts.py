"""What may be done with the log: one entry looked at in full, and files of what is shown."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtWidgets import QMenu, QWidget

from app.auditverbs import AuditEntry, AuditProof
from app.errors import PlantError
from app.words import _
from widgets.auditlog.details import EntryDialog
from widgets.auditlog.filing import fetched, log_maker
from widgets.auditlog.model import LogLine, LogModel
from widgets.controls.filewriter import FileWriter, form_of
from widgets.models.audit import LogWords
from widgets.pagetype import PageContext


class LogActs(QObject):
    """Answers the page's tools (GUI thread)."""

    def __init__(
        self,
        context: PageContext,
        model: LogModel,
        words: LogWords,
        over: QWidget,
        failed: Callable[[PlantError], None],
    ) -> None:
        super().__init__(over)
        self._context, self._model, self._words = context, model, words
        self._over, self._failed = over, failed
        self.files = FileWriter(context, over)

    def open_entry(self, line: LogLine) -> None:
        """Show one entry in full, with what proves it."""
        context = self._context
        context.asking.ask(
            context.asked.audit.proof(context.viewer, line.seq),
            owner=self,
            done=self._show_proof,
            failed=self._failed,
        )

    def ask_export(self, below: QWidget) -> None:
        """Let the form and the place of a file be chosen."""
        menu = QMenu(self._over)
        menu.addAction(_("Spreadsheet (XLSX)…"), partial(self._ask_path, "xlsx"))
        menu.addAction(_("Values (CSV)…"), partial(self._ask_path, "csv"))
        menu.exec(below.mapToGlobal(QPoint(0, below.height())))
        menu.deleteLater()

    def write(self, path: Path) -> None:
        """Write the entries shown, in their order; the name's end says in which form."""
        context, numbers = self._context, tuple(self._model.lines.numbers)
        context.asking.ask(
            fetched(context.asked.audit, context.viewer, numbers),
            owner=self,
            done=partial(self._write, path),
            failed=self._failed,
        )

    def _write(self, path: Path, entries: Sequence[AuditEntry]) -> None:
        context = self._context
        names = {each: self._words.entity(each) for each in {entry.entity for entry in entries}}
        stood = {
            (entry.entity, written): self._words.stood(entry, written)
            for entry in entries
            for written in (entry.old, entry.new)
        }
        zone = str(getattr(context.zone, "key", "") or "UTC")
        end = form_of(path)
        name = context.viewer.name
        self.files.write(path, log_maker(entries, names, end, zone, context.now(), name, stood))

    def _ask_path(self, end: str) -> None:
        name = _("Activity log")
        path = self.files.ask_path(_("Export the activity log"), name, end, ("csv", "xlsx"))
        if path is not None:
            self.write(path)

    def _show_proof(self, proof: AuditProof) -> None:
        EntryDialog(proof, self._words, self._context.zone, self._over).open()
