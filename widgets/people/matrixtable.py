"""The matrix as a table: rights down the side, roles across, each cell a symbol and a word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.model.rights import Capability, Role, Scope
from app.words import _
from widgets.controls.marks import mark_pixmap
from widgets.controls.plain import tip
from widgets.controls.table import HEAD_PX
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.icons import pixel_ratio
from widgets.models.rights import (
    group_word,
    right_word,
    role_name,
    scope_mark,
    scope_short,
    scope_word,
)
from widgets.models.rolematrix import RoleMatrix
from widgets.theme import Look

_ROW_PX, _SIDE_PX, _PAD, _GAP = 28, 280, 12, 6
_COLUMN_PX = 112
_KEYS = {
    Qt.Key.Key_0: Scope.NONE,
    Qt.Key.Key_Delete: Scope.NONE,
    Qt.Key.Key_1: Scope.ASSIGNED,
    Qt.Key.Key_2: Scope.ALL,
}


@dataclass(frozen=True, slots=True)
class _Line:
    """One row: a right, or the head of a group of them."""

    words: str
    capability: Capability | None = None


class MatrixModel(QAbstractTableModel):
    """Shows a `RoleMatrix`; `reread` after whatever changed it."""

    def __init__(self, matrix: RoleMatrix, parent: QWidget) -> None:
        super().__init__(parent)
        self.matrix = matrix
        self.roles: Sequence[Role] = ()
        self._lines: Sequence[_Line] = ()

    def reread(self) -> None:
        """Show the matrix as it is now."""
        self.beginResetModel()
        self.roles = self.matrix.roles
        lines = []
        for at, rights in self.matrix.groups():
            lines.append(_Line(group_word(at)))
            lines += [_Line(right_word(each), each) for each in rights]
        self._lines = lines
        self.endResetModel()

    def capability(self, row: int) -> Capability | None:
        """Return the right of a row; None for the head of a group."""
        return self._lines[row].capability if 0 <= row < len(self._lines) else None

    def cell(self, index: QModelIndex) -> tuple[Role, Capability] | None:
        """Return whose right a cell is; None for the head of a group."""
        capability = self.capability(index.row()) if index.isValid() else None
        if capability is None or index.column() >= len(self.roles):
            return None
        return self.matrix.role(self.roles[index.column()].id), capability

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own form
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own form
        return 0 if parent.isValid() else len(self.roles)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        cell = self.cell(index)
        if cell is None:
            return None
        who, capability = cell
        scope = who.scope(capability)
        if role == Qt.ItemDataRole.DisplayRole:
            return scope_short(scope)
        if role not in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        says = f"{role_name(who)}: {right_word(capability)} – {scope_word(scope)}"
        if self.matrix.is_staged(who.id, capability):
            says = f"{says} ({_('not saved yet')})"
        return tip(says) if role == Qt.ItemDataRole.ToolTipRole else says

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        across = orientation == Qt.Orientation.Horizontal
        if section >= (len(self.roles) if across else len(self._lines)):
            return None
        words = role_name(self.roles[section]) if across else self._lines[section].words
        if role == Qt.ItemDataRole.DisplayRole:
            return words
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(words)
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return left if role == Qt.ItemDataRole.TextAlignmentRole else None


class _CellPainter(QStyledItemDelegate):
    """Draws symbol and word; what is staged is bold with a bar, what is fixed is quiet."""

    def __init__(self, look: Look, table: "MatrixTable") -> None:
        super().__init__(table)
        self._look, self._table = look, table

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        theme, rect = self._look.theme, option.rect
        cell = self._table.cells.cell(index)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = theme.window if cell is None else theme.selection if chosen else theme.surface
        painter.fillRect(rect, QColor(ground))
        painter.setPen(QColor(theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if cell is not None:
            self._cell(painter, rect, *cell)
        if self._table.hasFocus() and self._table.currentIndex() == index:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -2))

    def _cell(self, painter: QPainter, rect: QRect, who: Role, capability: Capability) -> None:
        theme, matrix = self._look.theme, self._table.cells.matrix
        scope, staged = who.scope(capability), matrix.is_staged(who.id, capability)
        if staged:
            painter.fillRect(rect.x(), rect.y(), 3, rect.height() - 1, QColor(theme.accent))
        mark, left = scope_mark(scope), rect.x() + _PAD
        if mark is not None:
            ratio = pixel_ratio(painter)
            picture = mark_pixmap(mark, theme, ratio)
            painter.drawPixmap(left, rect.center().y() - 7, picture)
            left += 16 + _GAP
        quiet = scope is Scope.NONE or bool(matrix.why_not(who.id, capability))
        painter.setFont(font(BODY_PX, strong=staged))
        painter.setPen(QColor(theme.quiet if quiet and not staged else theme.text))
        box = QRectF(left, rect.y(), rect.right() - left, rect.height() - 1)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, scope_short(scope))


class _Side(QHeaderView):
    """The rights in words; heads of groups are bold."""

    def __init__(self, look: Look, table: "MatrixTable") -> None:
        super().__init__(Qt.Orientation.Vertical, table)
        self._look, self._table = look, table
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(_ROW_PX)
        self.setAccessibleName(_("Rights"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cells have it

    def paintSection(self, painter: QPainter | None, rect: QRect, at: int) -> None:  # noqa: N802 - Qt calls it so
        if painter is None:
            return
        theme = self._look.theme
        head = self._table.cells.capability(at) is None
        painter.save()
        painter.fillRect(rect, QColor(theme.window if head else theme.surface))
        painter.setPen(QColor(theme.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.setPen(QColor(theme.quiet if head else theme.text))
        painter.setFont(font(SMALL_PX if head else BODY_PX, strong=head))
        words = str(self._table.cells.headerData(at, Qt.Orientation.Vertical))
        box = QRectF(rect.adjusted(_PAD, 0, -4, -1))
        shown = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()


class MatrixTable(QTableView):
    """Arrows move; Space takes a right one step further, 0, 1 and 2 set it.

    ``refused`` has the sentence of what may not be changed, ``edited`` says something was
    staged, ``moved`` that another cell has the focus.
    """

    refused = pyqtSignal(str)
    edited = pyqtSignal()
    moved = pyqtSignal()

    def __init__(self, matrix: RoleMatrix, look: Look, says: str) -> None:
        super().__init__()
        self.cells = MatrixModel(matrix, self)
        self.setModel(self.cells)
        self.setAccessibleName(says)
        self.setItemDelegate(_CellPainter(look, self))
        self.setVerticalHeader(_Side(look, self))
        self._arrange()
        look.changed.connect(self._repaint)

    def reread(self) -> None:
        """Show the matrix as it is now; the focus stays on its cell."""
        kept = self.currentIndex()
        row, column = kept.row(), kept.column()
        self.cells.reread()
        side, down = self.verticalHeader(), Qt.Orientation.Vertical
        if side is not None:
            lines = range(self.cells.rowCount())
            letters = QFontMetrics(font(BODY_PX))
            words = [letters.horizontalAdvance(self.cells.headerData(at, down)) for at in lines]
            side.setFixedWidth(max([_SIDE_PX, *(each + 2 * _PAD for each in words)]))
        for at in range(self.cells.columnCount()):
            self.setColumnWidth(at, self._width(at))
        if not self.cells.index(row, column).isValid():  # none yet, or fewer rows than before
            row, column = 1, 0
        self.setCurrentIndex(self.cells.index(row, column))

    def whole_width(self) -> int:
        """Return how wide it must be, in pixels, to show every column without scrolling."""
        side, bar = self.verticalHeader(), self.verticalScrollBar()
        columns = range(self.cells.columnCount())
        wide = 2 * self.frameWidth() + sum(map(self.columnWidth, columns))
        for each in (side, bar):
            wide += 0 if each is None else each.sizeHint().width()
        return wide

    def current(self) -> tuple[Role, Capability] | None:
        """Return whose right the focus is on."""
        return self.cells.cell(self.currentIndex())

    def set_scope(self, scope: Scope) -> None:
        """Let the right in focus reach so far."""
        cell = self.current()
        if cell is not None:
            self._tell(self.cells.matrix.stage(cell[0].id, cell[1], scope))

    def step(self) -> None:
        """Take the right in focus one step further."""
        cell = self.current()
        if cell is not None:
            self._tell(self.cells.matrix.step(cell[0].id, cell[1]))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        which = Qt.Key(event.key())
        if which in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step()
        elif which in _KEYS:
            self.set_scope(_KEYS[which])
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self.indexAt(event.position().toPoint()).isValid():
            self.step()

    def currentChanged(  # noqa: N802 - Qt calls it so
        self, current: QModelIndex, previous: QModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        self.moved.emit()

    def _tell(self, why: str) -> None:
        if why:
            self.refused.emit(why)
            return
        self._repaint()
        self.edited.emit()

    def _width(self, at: int) -> int:
        letters = QFontMetrics(font(BODY_PX, strong=True))
        widest = max(letters.horizontalAdvance(scope_short(each)) for each in Scope)
        across = Qt.Orientation.Horizontal
        head = letters.horizontalAdvance(self.cells.headerData(at, across))
        return max(_COLUMN_PX, widest + 16 + _GAP + 2 * _PAD, min(head, 200) + 2 * _PAD)

    def _repaint(self) -> None:
        ground = self.viewport()
        if ground is not None:
            ground.update()

    def _arrange(self) -> None:
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        head = self.horizontalHeader()
        if head is not None:
            head.setFixedHeight(HEAD_PX)
            head.setHighlightSections(False)
            head.setTextElideMode(Qt.TextElideMode.ElideRight)
            head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
