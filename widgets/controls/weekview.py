"""A week at a glance: seven days, the comfort periods as bands to be moved by hand or key."""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import QPoint, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QMenu, QSizePolicy, QWidget

from app.words import _
from widgets.controls.plain import literal
from widgets.controls.weekpainter import WeekPainter, day_name
from widgets.models.weekedit import FINE_MIN, SNAP_MIN, WeekEdit
from widgets.models.weekplan import DAYS, Band, WeekPlan, Wish
from widgets.theme import Look

_GRIP_PX = 6
_WORKDAYS, _WEEKEND = range(5), range(5, DAYS)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class WeekView(QWidget):
    """Arrows choose a day and an edge; Shift+arrows move it, with Ctrl minute by minute.

    Ins adds a period, Del removes one, Ctrl+C and Ctrl+V carry a day to another. What
    is done is emitted as ``edited``; the plan shows it once it is staged.
    """

    edited = pyqtSignal(list)  # of `Wish`

    def __init__(
        self,
        plan: WeekPlan,
        look: Look,
        now: Callable[[], datetime],
        says: str,
        *,
        editable: bool,
    ) -> None:
        """``now`` answers the plant's local time; ``says`` names the circuit."""
        super().__init__()
        self.plan, self.now = plan, now
        self.edit = WeekEdit(plan)
        self.editable = editable and plan.editable
        self.shadow: tuple[int, Band] | None = None  # day, and where a pulled period would lie
        self._look = look
        self._drawing = WeekPainter(self)
        self._pulled: tuple[Band, str, int] | None = None  # period, what of it, from where
        self.setAccessibleName(says)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumSize(self._drawing.least())
        look.changed.connect(self.update)
        self.refresh()

    def refresh(self) -> None:
        """Show the plan as it is now."""
        self.edit.settle()
        self.setAccessibleDescription(self.spoken())
        self.update()

    def spoken(self) -> str:
        """Return the chosen day in words, and which edge the keys would move."""
        name, bands = day_name(self.edit.day), self.plan.day(self.edit.day)
        chosen = self.edit.chosen()
        if bands is None:
            return _("{day}: not read").format(day=name)
        if chosen is None:
            return _("{day}: no comfort period").format(day=name)
        said = ", ".join(band.words for band in bands)
        words = _("{day}: comfort {periods}").format(day=name, periods=said)
        which = _("end of {period}") if chosen[1] else _("start of {period}")
        return f"{words}; {which.format(period=chosen[0].words)}"

    def menu(self) -> QMenu:
        """Return what can be done with the chosen day."""
        made = QMenu(self)
        edit = self.edit
        bands = self.plan.day(edit.day) or ()
        full = len(bands) >= self.plan.program.periods
        for words, act, on in (
            (_("Add a period"), self._add_somewhere, not full),
            (_("Remove the period"), lambda: self._emit(edit.remove()), bool(bands)),
            (_("Copy to the working days"), lambda: self._emit(edit.carry(_WORKDAYS)), True),
            (_("Copy to the weekend"), lambda: self._emit(edit.carry(_WEEKEND)), True),
            (_("Copy to every day"), lambda: self._emit(edit.carry(range(DAYS))), True),
        ):
            action = made.addAction(literal(words))
            if action is not None:
                action.setEnabled(on and self.editable)
                action.triggered.connect(lambda _on=False, act=act: act())
        return made

    def sizeHint(self) -> QSize:
        return self._drawing.least()

    def place(self, day: int, minute: int) -> QPoint:
        """Return where a minute of a day is drawn, for a pointer or a menu."""
        return QPoint(round(self._drawing.x(minute)), self._drawing.row(day).center().y())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._look.theme
        self._drawing.paint(painter, theme)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            row = QRectF(self._drawing.row(self.edit.day))
            painter.drawRect(row.adjusted(1, 1, -1, -1))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or not self._by_key(event):
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is None:
            return
        where = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            where = self.mapToGlobal(self._drawing.row(self.edit.day).center())
        else:
            self._choose_at(event.pos())
        menu = self.menu()
        menu.exec(where)
        menu.deleteLater()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() is not Qt.MouseButton.LeftButton:
            return
        at = event.position().toPoint()
        held = self._choose_at(at)
        if held is not None and self.editable:
            self._pulled = (*held, self._drawing.minute(at.x()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        at = event.position().toPoint()
        if self._pulled is None:
            self._point(at)
            return
        band, what, begun = self._pulled
        by = self._drawing.minute(at.x()) - begun
        self.shadow = (self.edit.day, self.edit.dragged(band, what, by))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if self._pulled is None:
            return
        (band, what, _begun), self._pulled = self._pulled, None
        (_day, moved), self.shadow = self.shadow or (0, band), None
        if moved != band:
            self._emit(self.plan.edited(self.edit.day, moved))
        self.edit.choose(moved, stop=what == "stop")
        self.refresh()

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self.editable:
            at = event.position().toPoint()
            if self._choose_at(at) is None:
                self._take(self.edit.add(self._drawing.minute(at.x())))

    def _by_key(self, event: QKeyEvent) -> bool:
        key, held, edit = Qt.Key(event.key()), event.modifiers(), self.edit
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        control = bool(held & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and shift:
            self._emit(edit.shift(_STEPS[key] * (FINE_MIN if control else SNAP_MIN)))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            edit.along(_STEPS[key])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            edit.go(_STEPS[key])
        elif key == Qt.Key.Key_Insert:
            self._add_somewhere()
        elif key == Qt.Key.Key_Delete:
            self._emit(edit.remove())
        elif control and key == Qt.Key.Key_C:
            edit.copied = edit.day
        elif control and key == Qt.Key.Key_V:
            self._emit(edit.paste())
        else:
            return False
        self.refresh()
        return True

    def _add_somewhere(self) -> None:
        self._take(self.edit.add_somewhere())

    def _take(self, made: tuple[Band, list[Wish]] | None) -> None:
        """Emit a new period and choose its start."""
        if made is not None and self.editable:
            self._emit(made[1])
            self.edit.choose(made[0], stop=False)
            self.refresh()

    def _emit(self, wishes: list[Wish]) -> None:
        if wishes and self.editable:
            self.edited.emit(wishes)
        self.refresh()

    def _choose_at(self, at: QPoint) -> tuple[Band, str] | None:
        """Choose the day and edge under the pointer; return what a hand would hold there."""
        self.edit.day, self.edit.edge = self._drawing.day(at.y()), 0
        held = self._held(at)
        if held is not None:
            self.edit.choose(held[0], stop=held[1] == "stop")
        self.refresh()
        return held

    def _held(self, at: QPoint) -> tuple[Band, str] | None:
        for band in self.plan.day(self._drawing.day(at.y())) or ():
            left, right = self._drawing.x(band.start), self._drawing.x(band.stop)
            for what, place in (("start", left), ("stop", right)):
                if abs(at.x() - place) <= _GRIP_PX:
                    return band, what
            if left < at.x() < right:
                return band, "all"
        return None

    def _point(self, at: QPoint) -> None:
        held, shape = self._held(at) if self.editable else None, Qt.CursorShape
        shapes = {"start": shape.SizeHorCursor, "stop": shape.SizeHorCursor}
        shapes["all"] = shape.OpenHandCursor
        self.setCursor(shape.ArrowCursor if held is None else shapes[held[1]])
