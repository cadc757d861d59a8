"""A chart as a picture that stands alone: lines, title, time, every pen; no controls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPoint, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPixmap
from PyQt6.QtWidgets import QWidget

from app.words import _
from widgets.charts.pens import Pen
from widgets.controls.quality import NO_VALUE, figures
from widgets.fonts import BODY_PX, SMALL_PX, TITLE_PX, font
from widgets.theme import Theme

SHARP = 2.0  # pixels of the picture for each of the screen's
_TITLE_BASE_PX, _PERIOD_BASE_PX, _HEAD_PX = 26, 46, 60
_MARGIN_PX, _GAP_PX, _SWATCH_PX = 16, 8, 28
_ROW_PX, _TEXT_BASE_PX = 24, 16
_LEAST_WIDTH_PX = 900  # narrower, names of pens would have no room


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table of pens; ``share`` of the width, figures at the right."""

    title: str
    share: float
    text: Callable[[Pen], str]
    is_figure: bool = False


def still(
    title: str, period: str, plot: QWidget | None, pens: Sequence[Pen], theme: Theme
) -> QPixmap:
    """Return title, time, what the plot shows and a row for each pen drawn, sharp.

    It is as wide as the plot, or a little wider; as high as all of it needs.
    """
    width = max(plot.width() if plot is not None else 0, _LEAST_WIDTH_PX)
    high = plot.height() if plot is not None else 0
    below = _HEAD_PX + high + _GAP_PX
    whole = below + _ROW_PX * (len(pens) + 1) + _MARGIN_PX
    made = QPixmap(round(width * SHARP), round(whole * SHARP))
    made.setDevicePixelRatio(SHARP)
    made.fill(QColor(theme.surface))
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.text))
    painter.setFont(font(TITLE_PX, strong=True))
    painter.drawText(QPoint(_MARGIN_PX, _TITLE_BASE_PX), title)
    painter.setFont(font(BODY_PX))
    painter.drawText(QPoint(_MARGIN_PX, _PERIOD_BASE_PX), period)
    if plot is not None:
        plot.render(painter, QPoint(0, _HEAD_PX))
    _table(painter, QRectF(_MARGIN_PX, below, width - 2 * _MARGIN_PX, _ROW_PX), pens, theme)
    painter.end()
    return made


def _table(painter: QPainter, line: QRectF, pens: Sequence[Pen], theme: Theme) -> None:
    """Write the pens below each other, beginning with the heads of the columns."""
    columns = _columns()
    painter.setFont(font(SMALL_PX))
    _row(painter, line, [column.title for column in columns], QColor(theme.quiet))
    painter.setPen(QColor(theme.control_edge))
    painter.drawLine(line.bottomLeft(), line.bottomRight())
    for pen in pens:
        line = line.translated(0, _ROW_PX)
        middle = line.center().y()
        painter.setPen(pen.line(theme))
        painter.drawLine(
            QPointF(line.left(), middle), QPointF(line.left() + _SWATCH_PX, middle)
        )
        painter.setFont(font(BODY_PX))
        _row(painter, line, [column.text(pen) for column in columns], QColor(theme.text))
        painter.setPen(QColor(theme.line))
        painter.drawLine(line.bottomLeft(), line.bottomRight())


def _row(painter: QPainter, line: QRectF, texts: Sequence[str], colour: QColor) -> None:
    painter.setPen(colour)
    metrics = QFontMetricsF(painter.font())
    left = line.left() + _SWATCH_PX + _GAP_PX
    room = line.right() - left
    for column, text in zip(_columns(), texts, strict=True):
        width = room * column.share
        short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - _GAP_PX)
        free = width - _GAP_PX - metrics.horizontalAdvance(short)
        painter.drawText(
            QPointF(left + (free if column.is_figure else 0), line.top() + _TEXT_BASE_PX), short
        )
        left += width


def _columns() -> Sequence[_Column]:
    def good(pen: Pen) -> str:
        share = pen.good_share
        return NO_VALUE if share is None else f"{figures(100 * share, 0)} %"

    def at(value: tuple[float, bool] | None, pen: Pen) -> str:
        known, doubtful = value or (None, False)
        return pen.figure(known, doubtful=doubtful).text

    return (
        _Column(_("Short name"), 0.10, lambda pen: pen.tag),
        _Column(_("Name"), 0.22, lambda pen: pen.name),
        _Column(_("Device"), 0.16, lambda pen: pen.subject.device),
        _Column(_("Unit"), 0.06, lambda pen: pen.spec.unit),
        _Column("A", 0.075, lambda pen: at(pen.at_a, pen), is_figure=True),
        _Column("B", 0.075, lambda pen: at(pen.at_b, pen), is_figure=True),
        _Column(_("Min"), 0.075, lambda pen: pen.figure(pen.summary.least).text, True),
        _Column(_("Max"), 0.075, lambda pen: pen.figure(pen.summary.most).text, True),
        _Column(_("Mean"), 0.075, lambda pen: pen.figure(pen.summary.mean).text, True),
        _Column(_("Good data"), 0.085, good, is_figure=True),
    )
