"""A way around the desk for somebody who sees it for the first time: six stops, no more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.plain import button, label, sentence
from widgets.theme import Look

KEY = "tour_seen"
_WIDTH_PX, _AWAY_PX, _RING_PX = 380, 16, 4
_SHADE = 110  # of 255: what is not meant stays readable


@dataclass(frozen=True, slots=True)
class Stop:
    """One thing to know: where it is, and a sentence or two about it."""

    place: str  # name of a widget of the window; "" for the middle
    title: Callable[[], str]
    says: Callable[[], str]


def stops() -> Sequence[Stop]:
    """Return the way around."""
    return (
        Stop(
            "",
            lambda: _("Welcome to Heatdesk"),
            lambda: _(
                "Six short stops show where everything is. Enter goes on, Esc ends it; you "
                "find it again in your own menu."
            ),
        ),
        Stop(
            "rail",
            lambda: _("What there is"),
            lambda: _(
                "At the left are the parts of the desk you may open: the overview, the plant, "
                "alarms and more."
            ),
        ),
        Stop(
            "finder",
            lambda: _("Anything by a few letters"),
            lambda: _(
                "Ctrl+K finds devices, pages, alarms and commands: type some letters and "
                "press Enter."
            ),
        ),
        Stop(
            "pagesbar",
            lambda: _("Pages are tabs"),
            lambda: _(
                "What you open stays here. Pull a tab down to give a page a window of its own, "
                "on another monitor if you like. Tomorrow everything stands as you left it."
            ),
        ),
        Stop(
            "strip",
            lambda: _("Alarms are always in sight"),
            lambda: _(
                "The newest ones nobody has acknowledged. They sound until somebody does. "
                "Colour means “look here”: a plant in order is grey."
            ),
        ),
        Stop(
            "top",
            lambda: _("Help is one key away"),
            lambda: _(
                "F1 explains the page in front. Settings of devices are locked until you give "
                "your password, and every change is confirmed by the device itself."
            ),
        ),
    )


class Tour(QWidget):
    """Lies over the window, lights one part of it and explains it."""

    ended = pyqtSignal()

    def __init__(self, window: QWidget, look: Look, way: Sequence[Stop] | None = None) -> None:
        super().__init__(window)
        self._window, self._look = window, look
        self._way = tuple(way or stops())
        self.at = 0
        self._count, self._title = label("", "small"), label("", "big")
        self._says = sentence("", "")
        self._back = button(_("Back"), lambda: self.step(-1), role="head")
        self.on = button("", lambda: self.step(1), role="primary")
        self._end = button(_("Not now"), self.end, role="bare")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._end)
        row.addStretch(1)
        row.addWidget(self._back)
        row.addWidget(self.on)
        self._box = QFrame(self)
        self._box.setObjectName("toast")
        self._box.setFixedWidth(_WIDTH_PX)
        column = QVBoxLayout(self._box)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        for each in (self._count, self._title, self._says):
            column.addWidget(each)
        column.addLayout(row)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("A way around"))
        window.installEventFilter(self)

    def begin(self) -> None:
        """Lie over the window and show the first stop."""
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self._show(0)

    def step(self, by: int) -> None:
        """Go on (1) or back (-1); beyond the last stop it is over."""
        if self.at + by >= len(self._way):
            self.end()
        else:
            self._show(max(0, self.at + by))

    def end(self) -> None:
        """Go away for good."""
        self._window.removeEventFilter(self)
        self.hide()
        self.ended.emit()
        self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        keys: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Escape: self.end,
            Qt.Key.Key_Right: lambda: self.step(1),
            Qt.Key.Key_Return: lambda: self.step(1),
            Qt.Key.Key_Enter: lambda: self.step(1),
            Qt.Key.Key_Left: lambda: self.step(-1),
        }
        keys.get(event.key(), event.ignore)()

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:
        if event is not None and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._window.rect())
            self._arrange()
        return False

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self._lit()
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        if not lit.isNull():
            hole = QPainterPath()
            hole.addRoundedRect(QRectF(lit), _RING_PX, _RING_PX)
            shade = shade.subtracted(hole)
        painter.fillPath(shade, QColor(0, 0, 0, _SHADE))
        if not lit.isNull():
            painter.setPen(QPen(QColor(self._look.theme.accent), 2))
            painter.drawRoundedRect(QRectF(lit), _RING_PX, _RING_PX)

    def _lit(self) -> QRect:
        """Return the part of the window the stop is about; nothing for the middle."""
        name = self._way[self.at].place
        found = self._window.findChild(QWidget, name) if name else None
        if found is None or not found.isVisible():
            return QRect()
        corner = found.mapTo(self._window, QPoint(0, 0))
        return QRect(corner, found.size()).adjusted(2, 2, -2, -2)

    def _show(self, at: int) -> None:
        self.at = at
        stop, last = self._way[at], at == len(self._way) - 1
        self._count.setText(
            _("{number} of {count}").format(number=at + 1, count=len(self._way))
        )
        self._title.setText(stop.title())
        self._says.setText(stop.says())
        self._back.setEnabled(at > 0)
        self._end.setVisible(not last)
        self.on.setText(_("Begin to work") if last else _("Next"))
        self.on.setAccessibleName(self.on.text())
        self._arrange()
        self.on.setFocus()
        self.update()

    def _arrange(self) -> None:
        """Put the box beside what it is about, and whole on the window."""
        layout = self._box.layout()
        if layout is not None:
            layout.invalidate()  # its words are others now
            self._box.setFixedHeight(layout.totalHeightForWidth(_WIDTH_PX))
            layout.activate()
        lit, box = self._lit(), self._box.rect()
        if lit.isNull():
            box.moveCenter(self.rect().center())
        elif lit.height() > lit.width():
            box.moveTopLeft(lit.topRight() + QPoint(_AWAY_PX, _AWAY_PX * 2))
        elif lit.center().y() < self.height() / 2:
            box.moveTopLeft(QPoint(lit.center().x() - _WIDTH_PX // 2, lit.bottom() + _AWAY_PX))
        else:
            box.moveBottomLeft(QPoint(lit.left() + _AWAY_PX, lit.top() - _AWAY_PX))
        room = self.rect().adjusted(_AWAY_PX, _AWAY_PX, -_AWAY_PX, -_AWAY_PX)
        left = min(max(box.left(), room.left()), room.right() - box.width())
        top = min(max(box.top(), room.top()), room.bottom() - box.height())
        self._box.move(left, top)
