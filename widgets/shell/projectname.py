"""The name of the plant in the corner: two lines at most, the rest is told by the tip."""

from PyQt6.QtCore import QSize, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from widgets.controls.card import Elided
from widgets.controls.plain import tip
from widgets.fonts import SMALL_PX, font

_ROUNDED_PX = 2  # letters are measured a little short


class ProjectName(QWidget):
    """Breaks the name between words; what fits on no line ends with dots."""

    renamed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._first, self._rest = Elided("", "project"), Elided("", "small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(self._first)
        column.addWidget(self._rest)
        column.addStretch(1)

    def text(self) -> str:
        """Return the whole name."""
        return self._text

    def setText(self, text: str) -> None:  # noqa: N802 - as a label's
        """Show a name."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(tip(text))
        self._break()
        self.renamed.emit()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._break()

    def whole_px(self) -> int:
        """Return the least width in which two lines hold the whole name."""
        words = self._text.split()
        strong, small = (QFontMetrics(font(SMALL_PX, strong=bold)) for bold in (True, False))
        whole = [strong.horizontalAdvance(self._text)] + [
            max(
                strong.horizontalAdvance(" ".join(words[:cut])),
                small.horizontalAdvance(" ".join(words[cut:])),
            )
            for cut in range(1, len(words))
        ]
        return min(whole) + _ROUNDED_PX

    def _break(self) -> None:
        first, rest = lines_of(self._text, self.width())
        self._first.setText(first)
        self._rest.setText(rest)
        self._rest.setVisible(bool(rest))


def lines_of(name: str, width_px: int) -> tuple[str, str]:
    """Return what of a name stands on the first line, and all the rest for the second."""
    letters = QFontMetrics(font(SMALL_PX, strong=True))
    words = name.split()
    count = len(words)
    while count > 1 and letters.horizontalAdvance(" ".join(words[:count])) > width_px:
        count -= 1
    return " ".join(words[:count]), " ".join(words[count:])
