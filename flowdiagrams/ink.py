"""Colours, type and small marks a picture is drawn with, all taken from the theme in force."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF, QStaticText

from widgets.controls.marks import Mark, paint_alarm
from widgets.controls.valuepainter import paint_hatch, paint_manual
from widgets.fonts import font
from widgets.theme import Theme

DASH = (3.0, 3.0)
MANUAL_PX = 16
_MOST_PIECES = 2048  # texts kept laid out for each font


class Piece:
    """A text laid out once: numbers repeat, and laying out costs more than drawing."""

    __slots__ = ("laid_out", "width")

    def __init__(self, text: str, width: float) -> None:
        self.laid_out = QStaticText(text)
        self.laid_out.setTextFormat(Qt.TextFormat.PlainText)
        self.laid_out.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        self.width = width


class Type:
    """One font with the texts laid out in it."""

    def __init__(self, size_px: int, *, strong: bool = False, italic: bool = False) -> None:
        self.font: QFont = font(size_px, strong=strong, italic=italic)
        self._metrics = QFontMetricsF(self.font)
        self.ascent = self._metrics.ascent()
        self._pieces: dict[str, Piece] = {}

    def piece(self, text: str) -> Piece:
        """Return the text laid out."""
        known = self._pieces.get(text)
        if known is None:
            if len(self._pieces) >= _MOST_PIECES:
                self._pieces.clear()
            known = self._pieces[text] = Piece(text, self._metrics.horizontalAdvance(text))
        return known

    def width(self, text: str) -> float:
        """Return how wide a text is drawn, in px."""
        return self.piece(text).width


class Ink:
    """Everything painters need of a theme; made once for each theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.small = Type(12)
        self.small_strong = Type(12, strong=True)
        self.small_italic = Type(12, italic=True)
        self.body = Type(13)
        self.body_strong = Type(13, strong=True)
        self.value = Type(16, strong=True)
        self.value_plain = Type(16)
        self.value_italic = Type(16, italic=True)
        self._types: dict[tuple[int, bool], Type] = {}
        self._colours = {role: QColor(colour) for role, colour in theme.tokens().items()}
        self._pens = {role: QPen(colour) for role, colour in self._colours.items()}

    def type(self, size_px: int, *, strong: bool = False) -> Type:
        """Return the type of a free text."""
        key = size_px, strong
        if key not in self._types:
            self._types[key] = Type(size_px, strong=strong)
        return self._types[key]

    def colour(self, role: str) -> QColor:
        """Return a colour of the theme by its role."""
        return self._colours[role]

    def pen(self, role: str, width: float = 1.0) -> QPen:
        """Return a pen whose corners are round enough to meet."""
        return QPen(
            self._colours[role],
            width,
            Qt.PenStyle.SolidLine,
            Qt.PenCapStyle.FlatCap,
            Qt.PenJoinStyle.RoundJoin,
        )

    def dashed(self, role: str, width: float, *pattern: float) -> QPen:
        """Return a dashed pen; the pattern is in px, not in widths."""
        pen = self.pen(role, width)
        pen.setDashPattern([length / width for length in pattern or DASH])
        return pen

    def edge(self, priority: int) -> QColor:
        """Return the edge colour of an alarm's priority."""
        return QColor(self.theme.alarm(priority).edge)

    def write(
        self,
        painter: QPainter,
        at: QPointF,
        text: str,
        type_: Type,
        role: str,
        anchor: str = "",
    ) -> None:
        """Draw a text whose base line starts, has its middle or ends at ``at``."""
        piece = type_.piece(text)
        back = {"": 0.0, "start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * piece.width
        painter.setFont(type_.font)
        painter.setPen(self._pens[role])
        corner = QPointF(at.x() - back, at.y() - type_.ascent)
        painter.drawStaticText(corner, piece.laid_out)

    def write_to(
        self, painter: QPainter, right: float, base: float, text: str, type_: Type, role: str
    ) -> float:
        """Draw a text that ends at ``right`` on a base line; return where it begins."""
        piece = type_.piece(text)
        left = right - piece.width
        painter.setFont(type_.font)
        painter.setPen(self._pens[role])
        painter.drawStaticText(QPointF(left, base - type_.ascent), piece.laid_out)
        return left

    def hatch(self, painter: QPainter, area: QRectF) -> None:
        """Cover an area with the hatch and dashed edge of a bad value."""
        paint_hatch(painter, area, self.theme)

    def clock(self, painter: QPainter, at: QPointF, role: str = "quiet") -> None:
        """Draw the 12 px clock that stands before an age; ``at`` is its upper left corner."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self.pen(role, 1.5))
        painter.drawEllipse(QRectF(at.x() + 1, at.y() + 1, 10, 10))
        painter.setPen(self.pen(role, 1.3))
        centre = QPointF(at.x() + 6, at.y() + 6)
        painter.drawPolyline(
            QPolygonF([QPointF(at.x() + 6, at.y() + 3.2), centre, centre + QPointF(2, 1.4)])
        )

    def hand(self, painter: QPainter, at: QPointF) -> None:
        """Draw the outlined M of a value or output a person has set; ``at`` upper left."""
        paint_manual(painter, QRectF(at.x(), at.y(), MANUAL_PX, MANUAL_PX), self.theme)

    def alarm_frame(self, painter: QPainter, area: QRectF, priority: int) -> None:
        """Draw the frame of a standing alarm."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.edge(priority), 2, join=Qt.PenJoinStyle.RoundJoin))
        painter.drawRoundedRect(area, 4, 4)

    def alarm_marker(
        self, painter: QPainter, centre: QPointF, priority: int, size_px: int = 16
    ) -> None:
        """Draw the priority's shape and number."""
        painter.save()
        painter.translate(centre - QPointF(size_px / 2, size_px / 2))
        paint_alarm(painter, Mark(priority=priority, size=size_px), self.theme)
        painter.restore()
