"""A label of plain text that breaks even a word without end, as people name things."""

from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel

_LONG = 16  # letters; shorter words have room in every column
_KEPT = 32  # heights a label remembers: layouts try some widths, again and again
_BREAKING = int(Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere)


class Sentence(QLabel):
    """Wraps between words, and inside a word only when it is wider than the label."""

    # What the height depends on, and the height: breaking lines takes Qt most of the time in
    # which a page with many sentences is laid out.
    _heights: dict[tuple[object, ...], int] | None = None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        width = min(width, self.maximumWidth())  # layouts ask for the whole column
        around = self.contentsMargins()
        key = (
            *(width, self.text(), self.font().key(), self.wordWrap(), self.textFormat()),
            *(self.indent(), self.margin(), self.frameWidth()),
            *(around.left(), around.top(), around.right(), around.bottom()),
        )
        if self._heights is None or len(self._heights) >= _KEPT:
            self._heights = {}
        if key not in self._heights:
            self._heights[key] = self._height(width)
        return self._heights[key]

    def _height(self, width: int) -> int:
        margins = self.contentsMargins()
        room = width - margins.left() - margins.right()
        if not self._is_endless(room):
            return super().heightForWidth(width)
        needed = self.fontMetrics().boundingRect(
            QRect(0, 0, room, 1 << 20), _BREAKING, self.text()
        )
        return needed.height() + margins.top() + margins.bottom()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        place = self.contentsRect()
        if not self._is_endless(place.width()):
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(place, _BREAKING | int(self.alignment()), self.text())

    def _is_endless(self, width: int) -> bool:
        """Whether a word has no room in a line of ``width`` px."""
        metrics = self.fontMetrics()
        long = (word for word in self.text().split() if len(word) >= _LONG)
        return any(metrics.horizontalAdvance(word) > width for word in long)
