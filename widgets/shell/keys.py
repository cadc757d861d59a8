"""Every key of the desk on one sheet."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeySequence
from PyQt6.QtWidgets import QDialog, QGridLayout, QWidget

from app.words import _
from widgets.controls.plain import label
from widgets.palette.sources import Command


def show_keys(commands: Sequence[Command], parent: QWidget) -> QDialog:
    """Show what each key does; Esc closes the sheet."""
    sheet = QDialog(parent)
    sheet.setWindowTitle(_("Keys"))
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    grid = QGridLayout(sheet)
    grid.setContentsMargins(24, 16, 24, 16)
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(8)
    everywhere = [(each.title(), _native(each.keys)) for each in commands if each.keys]
    for row, (what, keys) in enumerate([*everywhere, *_in_pages()]):
        grid.addWidget(label(what), row, 0)
        grid.addWidget(label(keys, "strong"), row, 1)
    sheet.show()
    return sheet


def _in_pages() -> list[tuple[str, str]]:
    return [
        (_("Menu of the value or row in focus"), _native("Shift+F10")),
        (_("Open the row in focus"), _native("Return")),
        (_("Clear a search, close a sheet"), _native("Esc")),
    ]


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
