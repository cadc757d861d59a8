"""The devices as buttons: name, address, state, what each is for and how its breaker stands."""

from PyQt6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from app.asked import DeviceView
from app.model.device import Presence
from app.words import _
from widgets.controls.marks import Mark, alarm_mark, mark_pixmap, presence_mark, presence_word
from widgets.controls.plain import tip
from widgets.devicelist.buttonplaces import HEIGHT_PX, Places, least_width, words_of
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.icons import pixel_ratio
from widgets.models.devicebuttons import BUTTON, ButtonTexts, Guard
from widgets.models.devicefilter import Plant
from widgets.models.devices import address_text
from widgets.models.devicetree import worst_alarm
from widgets.models.rows import RowsModel
from widgets.theme import Look, Theme

_GAP_PX, _RADIUS_PX = 8, 6
_OLD = 0.55  # opacity of a symbol whose state is no longer the present
_Flag = QItemSelectionModel.SelectionFlag
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class DeviceButtons(QListView):
    """Shares rows and choice with the table; Enter or a double click opens a device.

    Until somebody wants to see buttons it has no rows: laying out thousands takes longer
    than all else a page needs.
    """

    opened = pyqtSignal(object)  # DeviceView

    def __init__(
        self,
        model: RowsModel[DeviceView],
        look: Look,
        plant: Plant,
        texts: ButtonTexts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows_model = model
        self._column = [each.id for each in model.columns].index(BUTTON)
        self.setObjectName("buttons")
        self.setAccessibleName(_("Devices as buttons"))
        self.setItemDelegate(_ButtonPainter(look, self, plant, texts))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self._ground().setMouseTracking(True)
        look.changed.connect(self.live)
        self.doubleClicked.connect(self._open)

    def row_at(self, index: QModelIndex) -> DeviceView | None:
        """Return the device of a button."""
        return self.rows_model.row(index)

    def live(self) -> None:
        """Draw what is in view anew."""
        self._ground().update()

    def take_over(self, selection: QItemSelectionModel | None) -> None:
        """Show the rows, with the table's choice; put the focus where it was there."""
        if self.model() is None:
            self.setModel(self.rows_model)
            self.setModelColumn(self._column)
            self.setSelectionModel(selection)
        self._to_buttons(self.currentIndex())
        self.scrollTo(self.currentIndex())

    def reset(self) -> None:
        """Keep what the table has chosen again when the rows are told anew."""
        selection = self.selectionModel()
        if selection is None:
            super().reset()
            return
        chosen, current = selection.selection(), selection.currentIndex()
        super().reset()
        selection.select(chosen, _Flag.Select | _Flag.Rows)
        selection.setCurrentIndex(current, _Flag.NoUpdate)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # noqa: N802 - Qt's name
        super().currentChanged(current, previous)
        if self.isVisible():
            self._to_buttons(current)

    def selectionCommand(  # noqa: N802 - Qt calls it by this name
        self, index: QModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Space adds or takes away one device; a device is chosen as a whole row."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space:
            return _Flag.Toggle | _Flag.Rows
        return super().selectionCommand(index, event) | _Flag.Rows

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        key = None if event is None else event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Let as many buttons stand side by side as fit, equally wide."""
        room = self._ground().width() - _GAP_PX
        beside = max(1, room // (least_width() + _GAP_PX))
        self.setGridSize(QSize(room // beside, HEIGHT_PX + _GAP_PX))
        super().resizeEvent(event)

    def _to_buttons(self, index: QModelIndex) -> None:
        selection = self.selectionModel()
        if selection is not None and index.isValid() and index.column() != self._column:
            button = self.rows_model.index(index.row(), self._column)
            selection.setCurrentIndex(button, _Flag.NoUpdate)

    def _open(self, index: QModelIndex) -> None:
        row = self.rows_model.row(index)
        if row is not None:
            self.opened.emit(row)

    def _ground(self) -> QWidget:
        ground = self.viewport()
        assert ground is not None  # noqa: S101 - a scroll area always has one
        return ground


class _ButtonPainter(QStyledItemDelegate):
    """Draws one button and says what each of its symbols means."""

    def __init__(
        self, look: Look, view: DeviceButtons, plant: Plant, texts: ButtonTexts
    ) -> None:
        super().__init__(view)
        self._look, self._view, self._plant, self._texts = look, view, plant, texts

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return self._view.gridSize()

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        row = self._view.row_at(index)
        if painter is None or row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = self._places(option, row)
        self._ground(painter, places.whole, option, index)
        self._who(painter, places, row)
        guard = self._texts.guard(row)
        if guard is not None:
            self._breaker(painter, places, guard)
        for symbol, place in places.symbols:
            self._pixmap(painter, place.topLeft(), Mark(symbol.drawing))
            self._write(painter, place.adjusted(20, 0, 0, 0), symbol.word, SMALL_PX)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent | None,
        view: QAbstractItemView | None,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> bool:
        """Say what the symbol under the pointer means; elsewhere all that the button says."""
        row = self._view.row_at(index)
        if event is None or row is None or event.type() != QEvent.Type.ToolTip:
            return super().helpEvent(event, view, option, index)
        places, spot = self._places(option, row), QPointF(event.pos())
        said = next((each.tip for each, place in places.symbols if place.contains(spot)), "")
        guard = self._texts.guard(row)
        if guard is not None and places.breaker.contains(spot):
            said = guard.symbol.tip
        if not said:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), tip(said), view)
        return True

    def _places(self, option: QStyleOptionViewItem, row: DeviceView) -> Places:
        whole = QRectF(option.rect).adjusted(_GAP_PX, _GAP_PX, 0, 0)
        return Places.of(whole, self._texts.symbols(row))

    def _ground(
        self,
        painter: QPainter,
        whole: QRectF,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> None:
        theme = self._look.theme
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        under = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = theme.selection if chosen else theme.hover if under else theme.surface
        focused = self._view.hasFocus() and index.row() == self._view.currentIndex().row()
        painter.setPen(QPen(QColor(theme.accent if focused else theme.line), 1 + focused))
        painter.setBrush(QColor(ground))
        inset = 1.0 if focused else 0.5
        painter.drawRoundedRect(
            whole.adjusted(inset, inset, -inset, -inset), _RADIUS_PX, _RADIUS_PX
        )

    def _who(self, painter: QPainter, places: Places, row: DeviceView) -> None:
        standing = self._plant.standing(row)
        calm = standing.presence is Presence.DISABLED
        self._pixmap(painter, places.presence.topLeft(), presence_mark(standing.presence))
        name = places.name
        worst = worst_alarm(self._plant.alarms.get(row.config.id, ()))
        if worst is not None:
            self._pixmap(
                painter, places.alarm.topLeft(), alarm_mark(worst.rule.priority, worst.state)
            )
            name = name.adjusted(0, 0, -places.alarm.width() - 8, 0)
        tone = "quiet" if calm else "text"
        self._write(painter, name, row.config.name, BODY_PX, tone, strong=True)
        said = presence_word(standing.presence)
        self._write(painter, places.state, said, SMALL_PX, tone)
        behind = QFontMetrics(font(SMALL_PX)).horizontalAdvance(f"{said} ")
        address = f"· {address_text(row)}"
        self._write(painter, places.state.adjusted(behind, 0, 0, 0), address, SMALL_PX)

    def _breaker(self, painter: QPainter, places: Places, guard: Guard) -> None:
        symbol = guard.symbol
        box = places.breaker
        painter.save()
        painter.setOpacity(_OLD if guard.age else 1.0)
        mark = Mark(symbol.drawing, size=32)
        self._pixmap(painter, QPointF(box.center().x() - 16, box.top()), mark)
        painter.restore()
        words = QRectF(box.left(), box.top() + 34, box.width(), 16)
        tone = "quiet" if guard.age else "text"
        self._write(painter, words, symbol.word, SMALL_PX, tone, centred=True)

    def _pixmap(self, painter: QPainter, at: QPointF, mark: Mark) -> None:
        ratio = pixel_ratio(painter)
        painter.drawPixmap(at, mark_pixmap(mark, self._look.theme, ratio))

    def _write(
        self,
        painter: QPainter,
        box: QRectF,
        text: str,
        size_px: int,
        tone: str = "quiet",
        *,
        strong: bool = False,
        centred: bool = False,
    ) -> None:
        theme: Theme = self._look.theme
        letters = font(size_px, strong=strong)
        shown = QFontMetrics(letters).elidedText(
            words_of(text), Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.setFont(letters)
        painter.setPen(QColor(getattr(theme, tone)))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, middle if centred else _LEFT, shown)
