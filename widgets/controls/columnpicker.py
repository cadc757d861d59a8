"""Chooses which values a table shows, and in what order."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.words import _
from widgets.controls.card import GAP, Search
from widgets.controls.plain import sentence
from widgets.theme import Look

_KEY = Qt.ItemDataRole.UserRole
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class _Columns(QListWidget):
    """Rows that are ticked with Space and moved with Alt+Up and Alt+Down, or dragged."""

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        step = _MOVES.get(Qt.Key(event.key())) if alt else None
        if step is None:
            super().keyPressEvent(event)
            return
        at = self.currentRow()
        if 0 <= at + step < self.count():
            moved = self.takeItem(at)
            self.insertItem(at + step, moved)
            self.setCurrentRow(at + step)


class ColumnPicker(QDialog):
    """Lists every value there is: those shown first, in their order."""

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        shown: Sequence[str],
        look: Look,
        parent: QWidget,
        most: int = 50,
    ) -> None:
        """``choices`` are (key, words); ``shown`` the keys of the columns there are now."""
        super().__init__(parent)
        self.setWindowTitle(_("Columns"))
        self.resize(460, 560)
        self._most = most
        self.search = Search(_("Find a value"), look, 320)
        self.list = _Columns()
        self.list.setAccessibleName(_("Columns"))
        self.list.setObjectName("choices")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        words = dict(choices)
        order = [key for key in shown if key in words]
        order += [key for key, _words in choices if key not in set(order)]
        for key in order:
            item = QListWidgetItem(words[key])
            item.setData(_KEY, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = Qt.CheckState.Checked if key in set(shown) else Qt.CheckState.Unchecked
            item.setCheckState(ticked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.says = sentence(_("Space ticks a value; Alt with ↑ and ↓ moves it."), "quiet")
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(GAP)
        for each in (self.search, self.list, self.says, buttons):
            column.addWidget(each)
        ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert ok is not None  # noqa: S101 - it was asked for
        self.ok = ok
        self.search.textChanged.connect(self._find)
        self.list.itemChanged.connect(lambda _item: self._check())

    def chosen(self) -> list[str]:
        """Return the keys of the columns ticked, in their order."""
        items = (self.list.item(at) for at in range(self.list.count()))
        return [
            item.data(_KEY)
            for item in items
            if item is not None and item.checkState() == Qt.CheckState.Checked
        ]

    def _find(self, words: str) -> None:
        wanted = words.casefold().split()
        for at in range(self.list.count()):
            item = self.list.item(at)
            if item is not None:
                text = item.text().casefold()
                item.setHidden(not all(word in text for word in wanted))

    def _check(self) -> None:
        count = len(self.chosen())
        self.ok.setEnabled(0 < count <= self._most)
        if count > self._most:
            self.says.setText(_("At most {count} columns.").format(count=self._most))
