"""The device table: boxes to choose rows, columns shown and ordered as one likes."""

from collections.abc import Sequence
from functools import partial

from PyQt6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    QRectF,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QCheckBox, QStyle, QStyleOptionViewItem, QWidget

from app.asked import DeviceView
from app.words import _
from widgets.controls.table import CellPainter, Table, paint_ground, rows_chosen
from widgets.devicelist.courses import COURSE, Courses, paint_course
from widgets.models.rows import Cell, Column, RowsModel
from widgets.theme import Look, Theme

CHECK = "check"  # id of the column of boxes
_BOX_PX, _CHECK_PX, _LEFT_PX = 16, 40, 12
_Flag = QItemSelectionModel.SelectionFlag
_TICK = ((0.22, 0.52), (0.43, 0.72), (0.80, 0.30))


def check_column() -> Column[DeviceView]:
    """Return the column of boxes."""
    return Column(CHECK, lambda: "", lambda _view: Cell(), _CHECK_PX, lambda _view: 0)


class DeviceTable(Table[DeviceView]):
    """Space or a click on the box adds a row to those chosen, Esc lets all go."""

    chosen_changed = pyqtSignal()
    arranged = pyqtSignal()  # columns were moved

    def __init__(
        self,
        model: RowsModel[DeviceView],
        look: Look,
        says: str,
        courses: Courses,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(model, look, says, parent=parent)
        self._wished: tuple[str, ...] = ()
        self.setItemDelegate(_DevicePainter(look, self, courses))
        drawn = [at for at, each in enumerate(model.columns) if each.id == COURSE]
        for at in drawn:
            courses.changed.connect(partial(self.touch_visible, (at, at)))
        selection, head = self.selectionModel(), self.horizontalHeader()
        assert selection is not None and head is not None  # noqa: S101, PT018 - a view has both
        selection.selectionChanged.connect(lambda _on, _off: self._tell())
        model.modelReset.connect(self._tell)
        self.all_box = QCheckBox(head)
        self.all_box.setAccessibleName(_("Choose all devices shown"))
        self.all_box.setTristate(True)
        self.all_box.move(_LEFT_PX, 10)
        self.all_box.clicked.connect(self._choose_all)
        head.setFirstSectionMovable(False)
        head.sectionMoved.connect(lambda _at, _from, _to: self.arranged.emit())

    def add_columns(self, columns: Sequence[Column[DeviceView]]) -> None:
        """Let more columns be chosen; those that were wished for are shown at once."""
        chosen = [each.config.id for each in self.chosen()]
        added = self.rows_model.add_columns(columns)
        if not added:
            return
        for at in added:
            self.setColumnHidden(at, True)
        self.choose(chosen)  # a row is chosen with all its columns, or not at all
        new = {self.rows_model.columns[at].id for at in added}
        if lacking := [each for each in self._wished if each in new]:
            self.show_columns([*(each.id for each in self.columns_shown()), *lacking])

    def show_columns(self, ids: Sequence[str]) -> None:
        """Show these columns in this order, and no others; what is to come once it is there."""
        self._wished = tuple(ids)
        head = self.horizontalHeader()
        if head is None:
            return
        logical = {column.id: at for at, column in enumerate(self.rows_model.columns)}
        wanted = [each for each in dict.fromkeys((CHECK, *ids)) if each in logical]
        head.blockSignals(True)
        for place, name in enumerate(wanted):
            head.moveSection(head.visualIndex(logical[name]), place)
        head.blockSignals(False)
        for name, at in logical.items():
            self.setColumnHidden(at, name not in wanted)
        self.spread()
        self._ground().update()

    def columns_shown(self) -> list[Column[DeviceView]]:
        """Return the columns shown, from left to right, without the boxes."""
        head, columns = self.horizontalHeader(), self.rows_model.columns
        if head is None:
            return []
        places = [head.logicalIndex(at) for at in range(len(columns))]
        shown = (columns[at] for at in places if not head.isSectionHidden(at))
        return [column for column in shown if column.id != CHECK]

    def choose(self, ids: Sequence[str]) -> None:
        """Choose these devices, as far as they are shown."""
        selection, wanted = self.selectionModel(), set(ids)
        if selection is None:
            return
        rows = self.rows_model.rows
        found = [at for at, view in enumerate(rows) if view.config.id in wanted]
        selection.select(rows_chosen(self.rows_model, found), _Flag.Select | _Flag.Rows)

    def focus_row(self, at: int) -> None:
        """Put the focus on a row without choosing it."""
        selection = self.selectionModel()
        if selection is not None and at < len(self.rows_model.rows):
            selection.setCurrentIndex(self.rows_model.index(at, 0), _Flag.NoUpdate)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.key() == Qt.Key.Key_Escape and self.chosen():
            self.clearSelection()
            return
        super().keyPressEvent(event)

    def selectionCommand(  # noqa: N802 - Qt calls it by this name
        self, index: QModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """A box or Space adds or takes away one row; all else is as everywhere."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            return _Flag.Toggle | _Flag.Rows
        if isinstance(event, QMouseEvent) and self._is_box(index):
            pressed = event.type() == QEvent.Type.MouseButtonPress
            return _Flag.Toggle | _Flag.Rows if pressed else _Flag.NoUpdate
        return super().selectionCommand(index, event)

    def _is_box(self, index: QModelIndex) -> bool:
        return index.isValid() and self.rows_model.columns[index.column()].id == CHECK

    def _choose_all(self) -> None:
        if len(self.chosen()) < len(self.rows_model.rows):
            self.selectAll()
        else:
            self.clearSelection()
        self._tell()

    def _tell(self) -> None:
        selection = self.selectionModel()
        chosen = len(selection.selectedRows()) if selection is not None else 0
        states = Qt.CheckState
        some = (
            states.Checked if chosen == len(self.rows_model.rows) else states.PartiallyChecked
        )
        self.all_box.setCheckState(some if chosen else states.Unchecked)
        self.chosen_changed.emit()


class _DevicePainter(CellPainter):
    """Draws the box of a row and the course of its return."""

    def __init__(self, look: Look, table: DeviceTable, courses: Courses) -> None:
        super().__init__(look, table)
        self._own_look, self._devices, self._courses = look, table, courses

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        name = self._devices.rows_model.columns[index.column()].id
        if painter is None or name not in (CHECK, COURSE):
            super().paint(painter, option, index)
            return
        theme = self._own_look.theme
        paint_ground(painter, option, index, theme, self._devices)
        if name == CHECK:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            paint_box(painter, QRectF(option.rect), theme, chosen=chosen)
            return
        view = self._devices.rows_model.row(index)
        course = None if view is None else self._courses.of(view)
        if view is not None and course is not None:
            place = QRectF(option.rect).adjusted(8, 7, -10, -7)
            paint_course(painter, place, course, theme, lost=self._courses.lost(view))


def paint_box(painter: QPainter, cell: QRectF, theme: Theme, *, chosen: bool) -> None:
    """Draw the box of a row, ticked when it is chosen."""
    top = cell.center().y() - _BOX_PX / 2 + 0.5
    box = QRectF(cell.left() + _LEFT_PX, top, _BOX_PX - 1, _BOX_PX - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(theme.accent if chosen else theme.control_edge), 1.5))
    painter.setBrush(QColor(theme.accent if chosen else theme.surface))
    painter.drawRoundedRect(box, 2, 2)
    if chosen:
        spots = [QPointF(box.left() + x * _BOX_PX, box.top() + y * _BOX_PX) for x, y in _TICK]
        painter.setPen(QPen(QColor(theme.on_accent), 2))
        painter.drawPolyline(QPolygonF(spots))
    painter.restore()
