"""The strip below a chart: a wider time at a glance, and where in it one is looking."""

from datetime import tzinfo

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from app.words import _
from widgets.charts.marks import GUTTER_PX
from widgets.charts.timescale import label, step_for, ticks
from widgets.charts.trace import Lines, Trace
from widgets.fonts import SMALL_PX, font
from widgets.theme import Look

_HEIGHT_PX = 64
_LINE_PX = 36
_TICK_PX = 130
_WINDOW_STRENGTH = 0.22


class Navigator(QWidget):
    """Shows one pen over a wider time; dragging the window (or ← →) looks elsewhere.

    ``moved`` carries begin and end of what shall be looked at, in seconds since 1970.
    """

    moved = pyqtSignal(float, float)

    def __init__(self, look: Look, zone: tzinfo | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._zone = look, zone
        self.trace = Trace()
        self._whole = (0.0, 1.0)
        self._window = (0.0, 1.0)
        self._held: float | None = None  # seconds from the window's begin to the pointer
        self._parts: list[QPolygonF] = []
        self._drawn_for: tuple[float, float, QRectF, int] | None = None
        self.setFixedHeight(_HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(_("Wider time: the window shows where the chart looks"))
        look.changed.connect(self.update)

    @property
    def whole(self) -> tuple[float, float]:
        """Begin and end of the wider time, in seconds since 1970."""
        return self._whole

    def show_whole(self, start_s: float, end_s: float) -> None:
        """Show a wider time of a pen; `trace` takes its samples from now on."""
        self._whole = (start_s, end_s)
        self.trace.forget()
        self._drawn_for = None  # the next pen may have as many samples
        self.update()

    def show_window(self, start_s: float, end_s: float) -> None:
        """Show where the chart looks."""
        if self._held is None:
            self._window = (start_s, end_s)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT_PX)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        at = self._moment(event.position().x())
        begin, end = self._window
        self._held = at - begin if begin <= at <= end else (end - begin) / 2
        self._drag(at)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._held is not None:
            self._drag(self._moment(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and self._held is not None:
            self._held = None
            self.moved.emit(*self._window)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key())) if event is not None else None
        if step is None:
            super().keyPressEvent(event)
            return
        begin, end = self._window
        width = end - begin
        begin = min(max(begin + step * width / 2, self._whole[0]), self._whole[1] - width)
        self._window = (begin, begin + width)
        self.update()
        self.moved.emit(*self._window)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = self._ground()
        painter.fillRect(ground, QColor(theme.window))
        self._paint_times(painter, ground)
        painter.setPen(QPen(QColor(theme.process_line), 1))
        for part in self._stretches(ground):
            painter.drawPolyline(part)
        left, right = (self._x(moment) for moment in self._window)
        box = QRectF(left, ground.top(), max(right - left, 3), ground.height())
        shade = QColor(theme.accent)
        shade.setAlphaF(_WINDOW_STRENGTH)
        painter.fillRect(box, shade)
        painter.setPen(QPen(QColor(theme.accent), 3 if self.hasFocus() else 1.5))
        painter.drawRect(box)

    def _paint_times(self, painter: QPainter, ground: QRectF) -> None:
        theme = self._look.theme
        start, end = self._whole
        step = step_for(end - start, max(int(ground.width() / _TICK_PX), 2))
        painter.setFont(font(SMALL_PX))
        for moment in ticks(start, end, step, self._zone):
            x = self._x(moment)
            painter.setPen(QColor(theme.line))
            painter.drawLine(QPointF(x, ground.top()), QPointF(x, ground.bottom()))
            painter.setPen(QColor(theme.quiet))
            room = QRectF(x + 4, ground.bottom(), _TICK_PX * 2, _HEIGHT_PX - _LINE_PX - 4)
            if x + _TICK_PX / 2 < ground.right():
                painter.drawText(
                    room, Qt.AlignmentFlag.AlignVCenter, label(moment, self._zone, step)
                )

    def _stretches(self, ground: QRectF) -> list[QPolygonF]:
        start, end = self._whole
        wanted = (start, end, ground, len(self.trace))
        if wanted != self._drawn_for:
            lines = self.trace.window(start, end, max(int(ground.width()), 1))
            self._parts, self._drawn_for = self._polygons(lines, ground), wanted
        return self._parts

    def _polygons(self, lines: Lines, ground: QRectF) -> list[QPolygonF]:
        """Return the line as it lies on the ground, a polygon for each part without a gap."""
        known = np.isfinite(lines.good)
        if not known.any():
            return []
        start, end = self._whole
        low, high = lines.good[known].min(), lines.good[known].max()
        x = ground.left() + (lines.x - start) * (ground.width() / ((end - start) or 1.0))
        y = (
            ground.bottom()
            - 4
            - (lines.good - low) * ((ground.height() - 8) / ((high - low) or 1.0))
        )
        edges = np.flatnonzero(np.diff(known)) + 1
        parts = zip(np.split(x, edges), np.split(y, edges), np.split(known, edges), strict=True)
        return [
            QPolygonF(map(QPointF, at.tolist(), height.tolist()))
            for at, height, is_known in parts
            if len(at) > 1 and is_known[0]
        ]

    def _drag(self, at: float) -> None:
        width = self._window[1] - self._window[0]
        begin = at - (self._held or 0.0)
        begin = min(max(begin, self._whole[0]), max(self._whole[1] - width, self._whole[0]))
        self._window = (begin, begin + width)
        self.update()

    def _ground(self) -> QRectF:
        return QRectF(GUTTER_PX, 4, max(self.width() - 2 * GUTTER_PX, 1), _LINE_PX)

    def _x(self, moment: float) -> float:
        ground, (start, end) = self._ground(), self._whole
        return ground.left() + (moment - start) / ((end - start) or 1) * ground.width()

    def _moment(self, x: float) -> float:
        ground, (start, end) = self._ground(), self._whole
        return start + (x - ground.left()) / ground.width() * (end - start)
