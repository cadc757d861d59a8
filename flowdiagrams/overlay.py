"""What stands over a whole picture: the age of its oldest value, or the frame of a dead one."""

from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QPainter

from flowdiagrams.ages import Ages
from flowdiagrams.ink import Ink
from flowdiagrams.items import Live
from flowdiagrams.parts import Place

MARGIN_PX = 16
FRAME_PX = 2.0
_BASE_LINE = 23
_BOX_HEIGHT = 24


class Overlay(Live[Ages]):
    """Age in the upper right corner; a dead connection frames the picture and says so."""

    def __init__(self, size: Place, ink: Ink) -> None:
        super().__init__("", ink)
        self._size = size
        self._rect = self._extent(None)
        self.setZValue(1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def core(self) -> QRectF:
        """Return the corner."""
        return QRectF(self._size[0] - 460, 0, 460, 32)

    def draw(self, painter: QPainter, look: Ages) -> None:
        """Draw the age, and the frame when nobody answers."""
        ink, right = self._ink, self._size[0] - MARGIN_PX
        if not look.dead:
            end = QPointF(right, _BASE_LINE)
            ink.write(painter, end, look.text, ink.small, "quiet", "end")
            ink.clock(
                painter, QPointF(right - ink.small.width(look.text) - 16, _BASE_LINE - 10)
            )
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(ink.dashed("text", FRAME_PX, 8, 6))
        edge = FRAME_PX / 2
        painter.drawRect(QRectF(edge, edge, self._size[0] - FRAME_PX, self._size[1] - FRAME_PX))
        width = ink.body_strong.width(look.text) + 24
        said = QRectF(right - width, 6, width, _BOX_HEIGHT)
        painter.setBrush(ink.colour("surface"))
        painter.setPen(ink.pen("text", 1))
        painter.drawRoundedRect(said.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        at = QPointF(said.left() + 12, _BASE_LINE)
        ink.write(painter, at, look.text, ink.body_strong, "text")

    def _extent(self, look: Ages | None) -> QRectF:
        if look is not None and look.dead:
            return QRectF(0, 0, *self._size)
        return self.core()
