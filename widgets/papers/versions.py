"""Earlier versions of a note or a document, newest first."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Generic, TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from app.asked import Document, Note
from app.words import _
from widgets.controls.moments import moment_text
from widgets.controls.plain import literal
from widgets.controls.table import Table
from widgets.models.documents import size_text
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.theme import Look

_T = TypeVar("_T")
_WIDE, _HIGH = 760, 460


class VersionsDialog(QDialog, Generic[_T]):
    """A list; Enter opens a version, or its words stand below."""

    def __init__(
        self,
        title: str,
        columns: Sequence[Column[_T]],
        versions: Sequence[_T],
        look: Look,
        parent: QWidget,
        *,
        words: Callable[[_T], str] | None = None,
        opened: Callable[[_T], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(_WIDE, _HIGH)
        self.model: RowsModel[_T] = RowsModel(columns, id, self)
        self.table = Table(self.model, look, title)
        column = QVBoxLayout(self)
        column.addWidget(self.table, 1)
        self.words: QPlainTextEdit | None = None
        if words is not None:
            self._words = words
            self.words = QPlainTextEdit()
            self.words.setReadOnly(True)
            self.words.setAccessibleName(_("Words of this version"))
            self.words.setTabChangesFocus(True)
            column.addWidget(self.words, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        if opened is not None:
            self._opened = opened
            self.table.opened.connect(opened)
            act = buttons.addButton(literal(_("Open")), QDialogButtonBox.ButtonRole.ActionRole)
            if act is not None:
                act.clicked.connect(lambda _on=False: self._open())
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.model.replace(versions)
        chosen = self.table.selectionModel()
        if chosen is not None:
            chosen.currentChanged.connect(lambda _new, _old: self._tell())
        self.table.go_to(lambda _row: True)
        self.table.setFocus()
        self._tell()

    def _tell(self) -> None:
        row = self.table.current()
        if self.words is not None and row is not None:
            self.words.setPlainText(self._words(row))

    def _open(self) -> None:
        row = self.table.current()
        if row is not None:
            self._opened(row)


def note_columns(zone: tzinfo | None) -> Sequence[Column[Note]]:
    """Return the columns of a note's versions."""
    return (
        Column("version", lambda: _("Version"), lambda each: Cell(str(each.version)), 80),
        Column(
            "text",
            lambda: _("Words"),
            lambda each: Cell(" ".join(each.text.split())),
            stretch=True,
        ),
        Column("by", lambda: _("By"), lambda each: Cell(each.author, tone=Tone.QUIET), 160),
        Column(
            "at",
            lambda: _("Written"),
            lambda each: Cell(
                "" if each.written_at is None else moment_text(each.written_at, zone),
                tone=Tone.QUIET,
            ),
            176,
        ),
    )


def file_columns(zone: tzinfo | None) -> Sequence[Column[Document]]:
    """Return the columns of a document's versions."""
    return (
        Column("version", lambda: _("Version"), lambda each: Cell(str(each.version)), 80),
        Column("title", lambda: _("Document"), lambda each: Cell(each.title), stretch=True),
        Column(
            "size",
            lambda: _("Size"),
            lambda each: Cell(size_text(each.size), tone=Tone.QUIET),
            88,
            right=True,
        ),
        Column("by", lambda: _("By"), lambda each: Cell(each.created_by, tone=Tone.QUIET), 160),
        Column(
            "at",
            lambda: _("Made"),
            lambda each: Cell(moment_text(each.created_at, zone), tone=Tone.QUIET),
            176,
        ),
    )
