"""The table of the desk: calm rows of 32 px, one focus ring, values with their quality."""

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from PyQt6.QtCore import (
    QElapsedTimer,
    QEvent,
    QItemSelection,
    QModelIndex,
    QObject,
    QRectF,
    Qt,
    QTimer,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.words import _
from widgets.controls.inks import ink, letters, pen
from widgets.controls.marks import mark_pixmap
from widgets.controls.valuepainter import ValuePainter, paint_whole
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.icons import pixel_ratio
from widgets.models.rows import CELL, Cell, Column, RowsModel
from widgets.theme import Look, Theme

ROW_PX = 32
HEAD_PX = 36
_PAD, _FIRST_PAD = 8, 12
AROUND_PX = 2 * _PAD  # what a cell keeps free around its text
_MARK_GAP = 6
_WAITS_AFTER_MS = 500  # an answer that comes sooner leaves no word behind
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_TITLE_MOST_PX, AROUND_TITLE_PX = 220, 24  # of a column's head; what is free around it

_T = TypeVar("_T")


def least_px(column: Column[_T], *, headed: bool = True) -> int:
    """Return the room a column and its head need in this language; an endless name less."""
    if not headed:
        return column.width
    words = QFontMetrics(font(SMALL_PX)).horizontalAdvance(column.title())
    return max(column.width, min(words, _TITLE_MOST_PX) + AROUND_TITLE_PX)


class CellPainter(QStyledItemDelegate):
    """Draws a `Cell`: ground, line below, mark, text or value, focus ring around the row."""

    def __init__(self, look: Look, table: "Table[_T]") -> None:
        super().__init__(table)
        self._look = look
        self._table: Table[_T] = table
        self._painters: dict[tuple[str, int, bool], ValuePainter] = {}
        self._letters = {strong: letters(BODY_PX, strong=strong) for strong in (False, True)}

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        if painter is None:
            return
        theme = self._look.theme
        paint_ground(painter, option, index, theme, self._table)
        cell = self._table.rows_model.data(index, CELL)  # past Qt, which only hands it on
        if isinstance(cell, Cell):
            self._cell(painter, option, index, cell)

    def _cell(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex,
        cell: Cell,
    ) -> None:
        theme, model = self._look.theme, self._table.rows_model
        at = index.column()
        column = model.columns[at]
        strong = cell.strong or at == model.sorted_column
        left = _FIRST_PAD if at == 0 else _PAD
        box = QRectF(option.rect).adjusted(left, 0, -_PAD, -1)
        if cell.mark is not None:
            box.setLeft(box.left() + self._mark(painter, box, cell))
        if cell.shown is not None:
            self._value(theme, column.decimals, strong=strong).paint(painter, box, cell.shown)
            return
        measured, text = self._letters[bool(strong)], cell.text.replace("\n", " ")
        if not text:
            return
        painter.setFont(measured.face)
        painter.setPen(ink(getattr(theme, cell.tone.value)))
        if column.right:
            paint_whole(painter, box, text, measured)
            return
        painter.drawText(box, _LEFT, measured.elided(text, int(box.width()), column.by_end))

    def _mark(self, painter: QPainter, box: QRectF, cell: Cell) -> int:
        if cell.mark is None:
            return 0
        ratio = pixel_ratio(painter)
        picture = mark_pixmap(cell.mark, self._look.theme, ratio)
        side = picture.deviceIndependentSize()
        painter.drawPixmap(
            int(box.left()), int(box.center().y() - side.height() / 2 + 0.5), picture
        )
        return int(side.width()) + _MARK_GAP

    def _value(self, theme: Theme, decimals: int, *, strong: bool) -> ValuePainter:
        kept = self._painters.get((theme.name, decimals, strong))
        if kept is None:
            kept = ValuePainter(theme, decimals=decimals, strong=strong)
            self._painters[theme.name, decimals, strong] = kept
        return kept


def paint_ground(
    painter: QPainter,
    option: QStyleOptionViewItem,
    index: QModelIndex,
    theme: Theme,
    table: "Table[_T]",
) -> None:
    """Fill a cell's ground, draw the line below and its part of the row's focus ring."""
    rect, row = option.rect, index.row()
    chosen = bool(option.state & QStyle.StateFlag.State_Selected)
    if chosen:
        painter.fillRect(rect, ink(theme.selection))
    elif row == table.hovered:
        painter.fillRect(rect, ink(theme.hover))
    painter.setPen(pen(theme.line))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    if row != table.focused:
        return
    painter.setPen(pen(theme.accent, 2))
    top, bottom = rect.top() + 1, rect.bottom()
    painter.drawLine(rect.left(), top, rect.right(), top)
    painter.drawLine(rect.left(), bottom, rect.right(), bottom)
    first, last = table.edges()
    if index.column() == first:
        painter.drawLine(rect.left() + 1, top, rect.left() + 1, bottom)
    if index.column() == last:
        painter.drawLine(rect.right(), top, rect.right(), bottom)


def waits(table: "Table[_T]") -> str:
    """Return what stands in a table while the answer of its rows takes long; else ""."""
    late = table.made.hasExpired(_WAITS_AFTER_MS)
    return _("No answer yet") if late and not table.rows_model.is_told else ""


class Table(QTableView, Generic[_T]):
    """A table over a `RowsModel`; Enter and double click open a row."""

    opened = pyqtSignal(object)  # the row

    def __init__(
        self,
        model: RowsModel[_T],
        look: Look,
        says: str,
        *,
        row_px: int = ROW_PX,
        head: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows_model = model
        self.hovered = self.focused = -1  # rows; the focused one as it was last painted
        self._kept: Hashable = None
        self._kept_chosen: set[Hashable] = set()
        self._kept_scroll = 0
        self.setModel(model)
        self.setAccessibleName(says)
        self.setItemDelegate(CellPainter(look, self))
        self._headed = head
        self.made = QElapsedTimer()
        self.made.start()
        QTimer.singleShot(_WAITS_AFTER_MS + 100, self._repaint)
        self._arrange(row_px)
        look.changed.connect(self._repaint)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._return)
        self.doubleClicked.connect(self._open)

    def edges(self) -> tuple[int, int]:
        """Return the columns shown at the very left and right."""
        head = self.horizontalHeader()
        if head is None:
            return -1, -1
        places = (head.logicalIndex(at) for at in range(head.count()))
        shown = [at for at in places if not head.isSectionHidden(at)]
        return (shown[0], shown[-1]) if shown else (-1, -1)

    def current(self) -> _T | None:
        """Return the row the focus is on."""
        return self.rows_model.row(self.currentIndex())

    def chosen(self) -> list[_T]:
        """Return the selected rows from top to bottom."""
        selection = self.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        found = (self.rows_model.row(index) for index in sorted(rows, key=QModelIndex.row))
        return [row for row in found if row is not None]

    def go_to(self, wanted: Callable[[_T], bool]) -> bool:
        """Select the first row that is wanted and bring it into view."""
        for at, row in enumerate(self.rows_model.rows):
            if wanted(row):
                self._select(at)
                return True
        return False

    def _select(self, at: int) -> None:
        """Select one row alone, whatever keys are held."""
        selection = self.selectionModel()
        if selection is not None:
            flags = selection.SelectionFlag
            index = self.rows_model.index(at, 0)
            selection.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.scrollTo(index)

    def touch_visible(self, columns: tuple[int, int] | None = None) -> None:
        """Repaint the rows in view, and no others; of them from one column to another."""
        first = self.rowAt(0)
        last = self.rowAt(self._ground().height() - 1)
        if first >= 0:
            last = last if last >= 0 else self.rows_model.rowCount() - 1
            self.rows_model.touch(first, last, columns)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        enter = event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not enter:
            super().keyPressEvent(event)
        elif self.state() != QAbstractItemView.State.EditingState:  # then it is the editor's
            self._open(self.currentIndex())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._hover(self.rowAt(int(event.position().y())))
        super().mouseMoveEvent(event)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        self.focused = self.currentIndex().row() if self.hasFocus() else -1
        super().paintEvent(event)
        words = waits(self)
        if words:
            painter = QPainter(self._ground())
            painter.setFont(font(BODY_PX))
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(self._ground().rect(), Qt.AlignmentFlag.AlignCenter, words)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.spread()

    def spread(self) -> None:
        """Give the room left over to the columns that stretch, never less than their width."""
        head, columns = self.horizontalHeader(), self.rows_model.columns
        if head is None:
            return
        wide = [
            at
            for at, column in enumerate(columns)
            if column.stretch and not head.isSectionHidden(at)
        ]
        if not wide:
            return
        others = (head.sectionSize(at) for at in range(len(columns)) if at not in wide)
        least = [least_px(columns[at], headed=self._headed) for at in wide]
        left = max(self._ground().width() - sum(others) - sum(least), 0) // len(wide)
        for at, wish in zip(wide, least, strict=True):
            head.resizeSection(at, wish + left)

    def _arrange(self, row_px: int) -> None:
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self._ground().setMouseTracking(True)
        self._ground().installEventFilter(self)
        side, head = self.verticalHeader(), self.horizontalHeader()
        if side is None or head is None:
            return
        side.setVisible(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(row_px)
        side.setMinimumSectionSize(1)
        head.setVisible(self._headed)
        head.setFixedHeight(HEAD_PX)
        head.setHighlightSections(False)
        head.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # the unit stays
        head.setSectionsMovable(True)
        for at, column in enumerate(self.rows_model.columns):
            head.resizeSection(at, least_px(column, headed=self._headed))
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)

    def _ground(self) -> QWidget:
        ground = self.viewport()
        assert ground is not None  # noqa: S101 - a scroll area always has one
        return ground

    def _open(self, index: QModelIndex) -> None:
        row = self.rows_model.row(index)
        if row is not None:
            self.opened.emit(row)

    def _hover(self, row: int) -> None:
        if row == self.hovered:
            return
        before, self.hovered = self.hovered, row
        for each in (before, row):
            self.rows_model.touch(each, each)

    def _repaint(self) -> None:
        self._ground().update()

    def _remember(self) -> None:
        row, bar = self.current(), self.verticalScrollBar()
        self._kept = None if row is None else self.rows_model.key(row)
        self._kept_chosen = {self.rows_model.key(each) for each in self.chosen()}
        self._kept_scroll = 0 if bar is None else bar.value()

    def _return(self) -> None:
        selection, bar = self.selectionModel(), self.verticalScrollBar()
        if selection is None or bar is None:
            return
        flags, model = selection.SelectionFlag, self.rows_model
        if self._kept_chosen:
            found = [
                at for at, row in enumerate(model.rows) if model.key(row) in self._kept_chosen
            ]
            selection.select(rows_chosen(model, found), flags.Select | flags.Rows)
        if self._kept is not None:
            at = model.position(self._kept)
            if at is not None:
                selection.setCurrentIndex(model.index(at, 0), flags.NoUpdate)
        self.updateGeometries()
        bar.setValue(self._kept_scroll)


def rows_chosen(model: RowsModel[_T], rows: Sequence[int]) -> QItemSelection:
    """Return rising rows as few ranges: choosing thousands is told once, not each."""
    made, first = QItemSelection(), 0
    for nth, row in enumerate(rows):
        if nth + 1 == len(rows) or rows[nth + 1] != row + 1:
            made.select(model.index(rows[first], 0), model.index(row, 0))
            first = nth + 1
    return made
