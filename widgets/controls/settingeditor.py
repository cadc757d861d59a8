"""The table of settings: a value is edited in place and only staged, never sent from here."""

from PyQt6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QRect, QRectF, Qt
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPen,
    QWheelEvent,
)
from PyQt6.QtWidgets import (
    QAbstractItemDelegate,
    QComboBox,
    QLineEdit,
    QStyleOptionViewItem,
    QWidget,
)

from app.model.point import PointSpec, ValueKind
from app.words import _
from widgets.controls.quality import Shown, number_text
from widgets.controls.table import CellPainter, Table, least_px, paint_ground
from widgets.controls.valuepainter import ValuePainter, value_width
from widgets.fonts import BODY_PX, font
from widgets.models.rows import CELL, Cell
from widgets.models.settings import CHANGED, VALUE, SettingRow, SettingsModel
from widgets.models.staging import Staged
from widgets.theme import Look, Theme

_BOX_HEIGHT, _BOX_WIDTH = 24, 88
_BAR = 3
_SPARE_PX = {VALUE: 64, "range": 24}  # what a column can give to the others
_BEGUN = "begun"  # property of an editor that holds its first text


class SettingsTable(Table[SettingRow]):
    """Heads span the row; Enter, F2, typing or a click on a value edits it."""

    def __init__(self, model: SettingsModel, look: Look) -> None:
        super().__init__(model, look, _("Settings"))
        self._settings = model
        self.setItemDelegate(SettingPainter(look, self, model))
        self.setSortingEnabled(False)
        triggers = Table.EditTrigger
        self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.opened.connect(lambda _row: self.edit_current())
        self.clicked.connect(self._edit)
        model.modelReset.connect(self._span)

    def edit_current(self) -> None:
        """Open the editor of the row the focus is on."""
        self._edit(self._value_of(self.currentIndex()))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        value, selection = self._value_of(self.currentIndex()), self.selectionModel()
        if selection is not None and self._settings.can_edit(value):
            # F2 and typing reach the cell the focus is on: let that be the value's.
            selection.setCurrentIndex(value, selection.SelectionFlag.NoUpdate)
        super().keyPressEvent(event)

    def spread(self) -> None:
        """Where room is short, when a setting was changed is told by its tip alone."""
        head, ground, columns = self.horizontalHeader(), self.viewport(), self._settings.columns
        if head is None or ground is None:
            return
        places = {column.id: at for at, column in enumerate(columns)}
        over = sum(map(least_px, columns)) - ground.width()
        head.setSectionHidden(places[CHANGED], over > 0)
        over -= least_px(columns[places[CHANGED]]) if over > 0 else 0
        for name, spare in _SPARE_PX.items():
            given = min(max(over, 0), spare)
            head.resizeSection(places[name], least_px(columns[places[name]]) - given)
            over -= given
        super().spread()

    def _value_of(self, index: QModelIndex) -> QModelIndex:
        ids = [column.id for column in self._settings.columns]
        return self._settings.index(index.row(), ids.index(VALUE))

    def _edit(self, index: QModelIndex) -> None:
        if self._settings.can_edit(index):
            self.setCurrentIndex(index)
            self.edit(index)

    def _span(self) -> None:
        self.clearSpans()
        for at, row in enumerate(self._settings.rows):
            if row.spec is None:
                self.setSpan(at, 0, 1, self._settings.columnCount())


class SettingPainter(CellPainter):
    """Draws the editor's edge at rest, what is staged, and makes the editors."""

    def __init__(self, look: Look, table: SettingsTable, model: SettingsModel) -> None:
        super().__init__(look, table)
        self._settings = model
        self._view = table

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        row = self._settings.row(index)
        if painter is None or row is None:
            return
        staged, theme = self._settings.staged(row), self._look.theme
        if staged is None and not self._settings.can_edit(index):
            super().paint(painter, option, index)
            return
        paint_ground(painter, option, index, theme, self._view)
        if staged is not None:
            self._stage_ground(painter, option.rect, index, staged)
        cell = index.data(CELL)
        if self._settings.columns[index.column()].id == VALUE:
            self._setting(painter, option.rect, cell, staged)
        elif isinstance(cell, Cell):
            self._cell(painter, option, index, cell)

    def createEditor(
        self, parent: QWidget | None, _option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget | None:
        row = self._settings.row(index)
        if row is None or row.spec is None:
            return None
        words = choices_of(row.spec)
        if not words:
            line = _Line(parent)
            line.setAccessibleName(row.spec.name)
            return line
        choice = _Choice(words, parent)
        choice.setAccessibleName(row.spec.name)
        choice.activated.connect(lambda _at: self._chosen(choice))
        return choice

    def setEditorData(self, editor: QWidget | None, index: QModelIndex) -> None:
        if editor is None or editor.property(_BEGUN):
            return  # a reading that arrives, or the pointer, undoes no typing
        editor.setProperty(_BEGUN, True)
        text = str(index.data(Qt.ItemDataRole.EditRole) or "")
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findText(text))
        elif isinstance(editor, QLineEdit):
            editor.setText(text)
            editor.selectAll()

    def setModelData(
        self,
        editor: QWidget | None,
        model: QAbstractItemModel | None,
        index: QModelIndex,
    ) -> None:
        if model is None:
            return
        if isinstance(editor, QComboBox) and editor.currentIndex() >= 0:
            model.setData(index, editor.currentText())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget | None, option: QStyleOptionViewItem, _index: QModelIndex
    ) -> None:
        if editor is not None:
            wide = max(_BOX_WIDTH, min(editor.sizeHint().width(), option.rect.width() - 8))
            width = wide if isinstance(editor, QComboBox) else _BOX_WIDTH + 16
            right = option.rect.right() - 3
            editor.setGeometry(right - width, option.rect.top() + 2, width, 28)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Leaving an editor restores the value: only Enter stages it."""
        if not isinstance(watched, QLineEdit | _Choice) or not _leaves(event):
            return super().eventFilter(watched, event)
        if isinstance(watched, _Choice) and watched.is_open:
            return False
        self.closeEditor.emit(watched, QAbstractItemDelegate.EndEditHint.RevertModelCache)
        return False

    def _chosen(self, choice: "_Choice") -> None:
        if choice.is_walking:
            return
        self.commitData.emit(choice)
        self.closeEditor.emit(choice, QAbstractItemDelegate.EndEditHint.NoHint)

    def _stage_ground(
        self, painter: QPainter, rect: QRect, index: QModelIndex, staged: Staged
    ) -> None:
        theme = self._look.theme
        edge = theme.alarm(1).edge if staged.problem else theme.accent
        if not staged.problem:
            painter.fillRect(rect.adjusted(0, 0, 0, -1), QColor(theme.selection))
        if index.column() == 0:
            painter.fillRect(rect.left(), rect.top(), _BAR, rect.height() - 1, QColor(edge))

    def _setting(
        self, painter: QPainter, rect: QRect, cell: object, staged: Staged | None
    ) -> None:
        theme = self._look.theme
        shown = cell.shown if isinstance(cell, Cell) else None
        box = self._box(rect, staged, shown)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge, width = QColor(theme.line), 1
        if staged is not None:
            edge, width = QColor(theme.accent), 2
            if staged.problem:
                edge = QColor(theme.alarm(1).edge)
        painter.setPen(QPen(edge, width))
        painter.setBrush(QColor(theme.surface))
        inset = width / 2
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 3, 3)
        inner = box.adjusted(8, 0, -8, 0)
        if staged is None:
            if shown is not None:
                ValuePainter(theme).paint(painter, inner, shown)
        else:
            self._staged_text(painter, box, inner, staged, theme)
        painter.restore()

    def _staged_text(
        self, painter: QPainter, box: QRectF, inner: QRectF, staged: Staged, theme: Theme
    ) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setFont(font(BODY_PX, strong=True))
        painter.setPen(QColor(theme.text))
        painter.drawText(inner, right, staged.new_text)
        old = "–" if staged.old is None else number_text(staged.old, staged.spec)
        painter.setFont(font(BODY_PX))
        painter.setPen(QColor(theme.quiet))
        before = QRectF(box.left() - 200, box.top(), 192, box.height())
        painter.drawText(before, right, f"{old} →")

    @staticmethod
    def _box(rect: QRect, staged: Staged | None, shown: Shown | None) -> QRectF:
        """Return where a value stands: as wide as its words, the whole column at most."""
        width: float = _BOX_WIDTH
        if staged is not None:
            needed = QFontMetrics(font(BODY_PX, strong=True)).horizontalAdvance(staged.new_text)
            width = max(width, needed + 24)
        else:
            needed_px = value_width(shown) + 16 + 1 if shown is not None else 0.0
            width = max(width, rect.width() - 80, min(needed_px, rect.width() - 8))
        right = rect.right() - 4
        top = rect.top() + (rect.height() - 1 - _BOX_HEIGHT) / 2
        return QRectF(right - width, top, width, _BOX_HEIGHT)


class _Line(QLineEdit):
    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)


class _Choice(QComboBox):
    """A choice that the wheel does not change; arrows walk over it and choose nothing yet."""

    def __init__(self, words: list[str], parent: QWidget | None) -> None:
        super().__init__(parent)
        self.addItems(words)
        self.is_open = False
        self.is_walking = False

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        self.is_walking = True
        super().keyPressEvent(event)
        self.is_walking = False

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is not None:
            event.ignore()

    def showPopup(self) -> None:  # noqa: N802 - Qt calls it by this name
        self.is_open = True
        super().showPopup()

    def hidePopup(self) -> None:  # noqa: N802 - Qt calls it by this name
        super().hidePopup()
        self.is_open = False


def _leaves(event: QEvent | None) -> bool:
    """Whether a person goes elsewhere by Tab, mouse or window; a menu of the editor is not."""
    if isinstance(event, QFocusEvent):
        popup = event.reason() == Qt.FocusReason.PopupFocusReason
        return event.type() == QEvent.Type.FocusOut and not popup
    tabs = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
    pressed = event is not None and event.type() == QEvent.Type.KeyPress
    return pressed and isinstance(event, QKeyEvent) and event.key() in tabs


def choices_of(spec: PointSpec) -> list[str]:
    """Return the words to choose from, none for a setting one types."""
    rules = spec.write
    if rules is not None and rules.allow:
        return [number_text(value, spec) for value in rules.allow]
    if spec.kind is ValueKind.CHOICE:
        return list(spec.choices.values())
    return []
