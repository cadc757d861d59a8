"""The two thin rows above a chart: what happened, and when an alarm stood."""

from collections.abc import Sequence
from typing import Any

import pyqtgraph
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from widgets.charts.marks import AlarmSpan, Event
from widgets.controls.plain import tip
from widgets.fonts import SMALL_PX, font
from widgets.theme import Theme

STRIP_PX = 16
_LETTER_PX = 16
_WORDS_PX = 160  # room for the words behind a letter
_NARROWEST_PX = 3


class Strip(pyqtgraph.GraphicsWidget):  # type: ignore[misc]
    """Paints events or alarms over the time of the view below it."""

    def __init__(self, view: Any) -> None:
        super().__init__()
        self._view = view
        self._theme: Theme | None = None
        self.events: Sequence[Event] = ()
        self.alarms: Sequence[AlarmSpan] = ()
        self._reach: dict[float, float] = {}  # of the words behind an event's letter, px
        self.setFixedHeight(STRIP_PX)
        self.setAcceptHoverEvents(True)
        view.sigXRangeChanged.connect(lambda *_: self.update())

    def wear(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        self._theme = theme
        self.update()

    def paint(
        self, painter: QPainter | None, option: Any, widget: QWidget | None = None
    ) -> None:
        """Draw what lies in the time seen."""
        del option, widget
        if painter is None or self._theme is None:
            return
        painter.setFont(font(SMALL_PX))
        self._paint_alarms(painter, self._theme)
        self._paint_events(painter, self._theme)

    def hoverMoveEvent(self, event: Any) -> None:
        """Say in words what is under the pointer."""
        at = event.pos().x()
        said = [
            alarm.words
            for alarm in self.alarms
            if self._x(alarm.start_s) - 2 <= at <= self._x(alarm.end_s) + 2
        ]
        said += [
            each.words
            for each in self.events
            if -_LETTER_PX <= at - self._x(each.at_s) <= self._reach.get(each.at_s, _LETTER_PX)
        ]
        self.setToolTip(tip("\n".join(said)))

    def _paint_alarms(self, painter: QPainter, theme: Theme) -> None:
        for alarm in self.alarms:
            left, right = (
                max(self._x(alarm.start_s), 0.0),
                min(self._x(alarm.end_s), self.size().width()),
            )
            if right < 0 or left > self.size().width():
                continue
            colours = theme.alarm(alarm.priority)
            box = QRectF(left, 1, max(right - left, _NARROWEST_PX), STRIP_PX - 2)
            painter.setPen(QPen(QColor(colours.edge), 1))
            painter.setBrush(QBrush(QColor(colours.fill)))
            painter.drawRect(box)
            if box.width() >= _LETTER_PX:
                painter.setPen(QColor(colours.number))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(alarm.priority))

    def _paint_events(self, painter: QPainter, theme: Theme) -> None:
        taken = -1.0
        self._reach.clear()
        for event in sorted(self.events, key=lambda each: each.at_s):
            x = self._x(event.at_s)
            if not 0 <= x <= self.size().width():
                continue
            box = QRectF(x - _LETTER_PX / 2, 0.5, _LETTER_PX - 1, STRIP_PX - 1)
            painter.setPen(QPen(QColor(theme.control_edge), 1))
            painter.setBrush(QBrush(QColor(theme.surface)))
            painter.drawRoundedRect(box, 2, 2)
            painter.setPen(QColor(theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, event.letter)
            if x > taken:
                painter.setPen(QColor(theme.quiet))
                room = QRectF(box.right() + 4, 0, _WORDS_PX, STRIP_PX)
                words = painter.fontMetrics().elidedText(
                    event.words.partition("\n")[0], Qt.TextElideMode.ElideRight, _WORDS_PX
                )
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
                taken = room.left() + painter.fontMetrics().horizontalAdvance(words)
                self._reach[event.at_s] = taken - x

    def _x(self, moment_s: float) -> float:
        start, end = self._view.viewRange()[0]
        return float((moment_s - start) / (end - start) * self.size().width())
