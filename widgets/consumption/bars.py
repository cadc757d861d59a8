"""Consumption as bars: the time shown filled, the one beside it as an outline."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from widgets.controls.plain import tip
from widgets.controls.quality import figures
from widgets.fonts import SMALL_PX, font
from widgets.theme import Look, Theme

_HIGH_PX = 210
_LEFT_PX, _RIGHT_PX, _TOP_PX, _FOOT_PX = 64, 12, 22, 22
_LINES = 4  # about so many steps of the scale
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_SHARE = 0.72  # of its place that a bar fills
_MARK_PX = 5
_TINY = 1e-9  # of a logarithm, and of a step: round figures must come out whole
_BETWEEN_PX = 6  # words below bars


@dataclass(frozen=True, slots=True)
class Bar:
    """One place: its name, both figures in the unit shown, what is odd about it, its tip."""

    name: str
    amount: float | None
    before: float | None = None
    estimated: bool = False
    unplaced: bool = False  # something was counted here or near, nobody knows when
    exchanged: bool = False
    says: str = ""


class ConsumptionBars(QWidget):
    """Draws bars; a click picks a place, a double click opens it (GUI thread)."""

    picked = pyqtSignal(int)
    opened = pyqtSignal(int)

    def __init__(self, look: Look, says: str) -> None:
        super().__init__()
        self._look = look
        self.bars: Sequence[Bar] = ()
        self._unit, self.chosen = "", -1
        self.setAccessibleName(says)
        self.setMouseTracking(True)
        self.setFixedHeight(_HIGH_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_bars(self, bars: Sequence[Bar], unit: str) -> None:
        """Show other figures."""
        self.bars, self._unit, self.chosen = tuple(bars), unit, -1
        self.update()

    def choose(self, place: int) -> None:
        """Mark a place, -1 for none."""
        if place != self.chosen:
            self.chosen = place
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, _HIGH_PX)

    def place_at(self, x: float) -> int:
        """Return the place below a position, -1 for none."""
        room = self._room()
        if not self.bars or not room.left() <= x < room.right():
            return -1
        return int((x - room.left()) / room.width() * len(self.bars))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            at = self.place_at(event.position().x())
            self.setToolTip(tip(self.bars[at].says) if at >= 0 else "")
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        at = -1 if event is None else self.place_at(event.position().x())
        if at >= 0:
            self.choose(at)
            self.picked.emit(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        at = -1 if event is None else self.place_at(event.position().x())
        if at >= 0:
            self.opened.emit(at)

    def paintEvent(self, _event: QPaintEvent | None) -> None:
        painter, theme = QPainter(self), self._look.theme
        painter.setFont(font(SMALL_PX))
        room = self._room()
        known = [value for each in self.bars for value in (each.amount, each.before)]
        told = [value for value in known if value is not None]
        low, high, step = scale_of(min(told, default=0.0), max(told, default=0.0))
        self._scale(painter, room, low, high, step)
        for at, each in enumerate(self.bars):
            wide = room.width() / len(self.bars)
            place = QRectF(room.left() + at * wide, room.top(), wide, room.height())
            self._bar(painter, theme, place, each, (low, high), chosen=at == self.chosen)
        self._names(painter, room)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT_PX, _TOP_PX, -_RIGHT_PX, -_FOOT_PX)

    def _scale(
        self, painter: QPainter, room: QRectF, low: float, high: float, step: float
    ) -> None:
        theme, decimals = self._look.theme, max(0, ceil(-log10(step) - _TINY))
        last = step * 10**decimals
        decimals += abs(last - round(last)) > last * _TINY  # 2.5 needs one more
        for nth in range(round((high - low) / step) + 1):
            value = low + nth * step
            y = _y(value, room, low, high)
            painter.setPen(QPen(QColor(theme.chart_grid), 1))
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
            painter.setPen(QColor(theme.quiet))
            box = QRectF(0, y - 9, _LEFT_PX - 8, 18)
            painter.drawText(
                box,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                figures(value, decimals),
            )
        painter.setPen(QColor(theme.quiet))
        painter.drawText(QRectF(8, 1, 200, 16), Qt.AlignmentFlag.AlignLeft, self._unit)

    def _bar(
        self,
        painter: QPainter,
        theme: Theme,
        place: QRectF,
        each: Bar,
        ends: tuple[float, float],
        *,
        chosen: bool,
    ) -> None:
        if chosen:
            painter.fillRect(place, QColor(theme.selection))
        if each.unplaced:
            painter.fillRect(place, QBrush(QColor(theme.bad_hatch), Qt.BrushStyle.BDiagPattern))
        rim = place.width() * (1 - _SHARE) / 2
        middle = place.adjusted(rim, 0, -rim, 0)
        zero = _y(0.0, place, *ends)
        if each.amount is not None:
            box = _upright(middle, _y(each.amount, place, *ends), zero)
            ink = QColor(theme.pens[0])
            if each.estimated:
                painter.fillRect(box, QColor(theme.surface))
                painter.fillRect(box, QBrush(ink, Qt.BrushStyle.Dense5Pattern))
                painter.setPen(QPen(ink, 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box)
            else:
                painter.fillRect(box, ink)
        if each.before is not None:
            outline = _upright(
                place.adjusted(rim / 2, 0, -rim / 2, 0), _y(each.before, place, *ends), zero
            )
            painter.setPen(QPen(QColor(theme.text), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(outline.toRect())
        if each.exchanged:
            _mark(painter, theme, place)

    def _names(self, painter: QPainter, room: QRectF) -> None:
        metrics = painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(each.name) for each in self.bars), default=0)
        painter.setPen(QColor(self._look.theme.quiet))
        if not self.bars:
            return
        wide = room.width() / len(self.bars)
        every = max(1, ceil((widest + _BETWEEN_PX) / wide))
        for at in range(0, len(self.bars), every):
            middle = room.left() + (at + 0.5) * wide
            box = QRectF(middle - widest, room.bottom() + 3, 2 * widest, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, self.bars[at].name)


def scale_of(least: float, most: float) -> tuple[float, float, float]:
    """Return the ends of a scale in round figures that holds 0 and both, and its step."""
    least, most = min(least, 0.0), max(most, 0.0)
    span = most - least or 1.0
    rough = span / _LINES
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in _ROUND if each * power >= rough * (1 - _TINY))
    return floor(least / step) * step, max(ceil(most / step - 1e-9), 1) * step, step


def _y(value: float, room: QRectF, low: float, high: float) -> float:
    return room.bottom() - (value - low) / (high - low) * room.height()


def _upright(room: QRectF, y: float, zero: float) -> QRectF:
    return QRectF(room.left(), min(y, zero), room.width(), abs(zero - y))


def _mark(painter: QPainter, theme: Theme, place: QRectF) -> None:
    """Draw a triangle above a place: another meter from here on."""
    middle, top = place.center().x(), place.top() - _MARK_PX - 3
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.text))
    painter.drawPolygon(
        QPolygonF(
            [
                QPointF(middle - _MARK_PX, top),
                QPointF(middle + _MARK_PX, top),
                QPointF(middle, top + _MARK_PX + 2),
            ]
        )
    )
