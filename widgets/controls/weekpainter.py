"""Draws a week plan: day names, hours, bands, what is staged, the present moment."""

from typing import TYPE_CHECKING

from PyQt6.QtCore import QLocale, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from app.words import _
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.models.weekplan import DAY_MINUTES, DAYS, Band
from widgets.theme import Theme

if TYPE_CHECKING:
    from widgets.controls.weekview import WeekView

ROW_PX = 32
_AXIS_PX = 20
_NAME_PX = 104
_RIGHT_PX = 20
_LEAST_PX = 460
_BAND_INSET = 6
_HOUR = 60
_AROUND_PX = 8  # beside the words of a band


class WeekPainter:
    """Knows where everything of one view lies."""

    def __init__(self, view: "WeekView") -> None:
        self._view = view

    def least(self) -> QSize:
        """Return the size below which nothing is legible."""
        return QSize(_LEAST_PX, DAYS * ROW_PX + _AXIS_PX)

    def row(self, day: int) -> QRect:
        """Return the row of a day."""
        return QRect(0, day * ROW_PX, self._view.width(), ROW_PX)

    def day(self, y: int) -> int:
        """Return the day at a height."""
        return max(0, min(y // ROW_PX, DAYS - 1))

    def x(self, minute: float) -> float:
        """Return where a minute of the day lies."""
        return _NAME_PX + minute * self._wide() / DAY_MINUTES

    def minute(self, x: float) -> int:
        """Return the minute of the day at a place."""
        minute = round((x - _NAME_PX) * DAY_MINUTES / self._wide())
        return max(0, min(minute, DAY_MINUTES))

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Draw everything but the focus."""
        self._hours(painter, theme)
        present = self._view.now()
        for day in range(DAYS):
            self._day(painter, theme, day, is_today=day == present.weekday())
        self._present(painter, theme)

    def _wide(self) -> int:
        return max(self._view.width() - _NAME_PX - _RIGHT_PX, 1)

    def _hours(self, painter: QPainter, theme: Theme) -> None:
        bottom = DAYS * ROW_PX
        painter.setFont(font(SMALL_PX))
        for hour in range(0, 25, 3):
            across = round(self.x(hour * _HOUR))
            painter.setPen(QColor(theme.line if hour % 6 == 0 else theme.chart_grid))
            painter.drawLine(across, 0, across, bottom)
            painter.setPen(QColor(theme.quiet))
            box = QRectF(across - 16, bottom + 2, 32, _AXIS_PX - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, f"{hour:02d}")

    def _day(self, painter: QPainter, theme: Theme, day: int, *, is_today: bool) -> None:
        row, view = QRectF(self.row(day)), self._view
        painter.setPen(QColor(theme.line))
        painter.drawLine(row.bottomLeft(), row.bottomRight())
        painter.setFont(font(BODY_PX, strong=is_today))
        painter.setPen(QColor(theme.text))
        name = row.adjusted(12, 0, 0, 0)
        name.setWidth(_NAME_PX - 20)
        metrics = painter.fontMetrics()
        words = metrics.elidedText(
            day_name(day), Qt.TextElideMode.ElideRight, int(name.width())
        )
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, words)
        bands, before = view.plan.day(day), view.plan.day(day, staged=False)
        if bands is None:
            self._says(painter, theme, row, _("not read"))
            return
        if view.shadow is not None and view.shadow[0] == day:
            moved = view.shadow[1]
            bands = [moved if each.period == moved.period else each for each in bands]
        if view.plan.changed(day):
            for band in before or ():
                if band not in bands:
                    self._ghost(painter, theme, row, band)
        if not bands:
            self._says(painter, theme, row, _("no comfort period"))
        for band in bands:
            mark = self._here() if is_today else None
            self._band(painter, theme, row, band, mark, is_new=band not in (before or ()))
        chosen = view.edit.chosen() if day == view.edit.day else None
        if chosen is not None and view.hasFocus() and view.shadow is None:
            band, stop = chosen
            self._handle(painter, theme, row, band.stop if stop else band.start)

    def _box(self, row: QRectF, band: Band) -> QRectF:
        left, right = self.x(band.start), self.x(band.stop)
        return QRectF(
            left, row.top() + _BAND_INSET, max(right - left, 2), ROW_PX - 2 * _BAND_INSET
        )

    def _here(self) -> float:
        """Return where the present moment lies."""
        now = self._view.now()
        return self.x(now.hour * _HOUR + now.minute)

    def _band(
        self,
        painter: QPainter,
        theme: Theme,
        row: QRectF,
        band: Band,
        mark: float | None,
        *,
        is_new: bool,
    ) -> None:
        box = self._box(row, band)
        edge = QPen(QColor(theme.accent), 2) if is_new else QPen(QColor(theme.control_edge), 1)
        painter.setPen(edge)
        painter.setBrush(QColor(theme.selection if is_new else theme.symbol_band))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setFont(font(SMALL_PX, strong=is_new))
        painter.setPen(QColor(theme.text))
        room = clear_of(box, mark, painter.fontMetrics().horizontalAdvance(band.words))
        if room is not None:
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, band.words)

    def _ghost(self, painter: QPainter, theme: Theme, row: QRectF, band: Band) -> None:
        """Show where a period lies in the device still."""
        painter.setPen(QPen(QColor(theme.control_edge), 1, Qt.PenStyle.DashLine))
        painter.drawRect(self._box(row, band).adjusted(0.5, 0.5, -0.5, -0.5))

    def _handle(self, painter: QPainter, theme: Theme, row: QRectF, minute: int) -> None:
        across = self.x(minute)
        painter.fillRect(QRectF(across - 2, row.top() + 3, 4, ROW_PX - 6), QColor(theme.accent))

    def _says(self, painter: QPainter, theme: Theme, row: QRectF, words: str) -> None:
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(theme.quiet))
        box = row.adjusted(_NAME_PX + 8, 0, -_RIGHT_PX, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)

    def _present(self, painter: QPainter, theme: Theme) -> None:
        """Mark the present moment in today's row: a line with a head above."""
        row, across = self.row(self._view.now().weekday()), self._here()
        ink = QColor(theme.text)
        painter.setPen(QPen(ink, 2))
        painter.drawLine(QPointF(across, row.top() + 4), QPointF(across, row.bottom() - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        top = row.top() + 2.0
        painter.drawPolygon(
            QPolygonF(
                [QPointF(across - 5, top), QPointF(across + 5, top), QPointF(across, top + 7)]
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)


def clear_of(box: QRectF, mark: float | None, wide: float) -> QRectF | None:
    """Return where words of that width stand in a band, so that no mark runs through them.

    None where there is no room; ``mark`` is the place of the present moment in px, if any.
    """
    if wide + _AROUND_PX > box.width():
        return None
    if mark is None or abs(mark - box.center().x()) > (wide + _AROUND_PX) / 2:
        return box
    left, right = QRectF(box), QRectF(box)
    left.setRight(mark)
    right.setLeft(mark)
    room = max(left, right, key=QRectF.width)
    return room if wide + _AROUND_PX <= room.width() else None


def day_name(weekday: int) -> str:
    """Return a day of the week in the person's language; 0 is Monday."""
    return QLocale().standaloneDayName(weekday + 1, QLocale.FormatType.LongFormat)
