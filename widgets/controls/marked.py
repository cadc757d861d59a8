"""A mark with its word beside it, following the theme."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QWidget

from widgets.controls.card import Elided
from widgets.controls.marks import Mark, mark_pixmap
from widgets.controls.plain import label, sentence
from widgets.theme import Look

_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Marked(QWidget):
    """Shows a state by shape and word: in legends, heads and results.

    ``wraps`` is for words that people gave: as long as they like; ``most_px`` shortens
    them to that width instead, the tip has them whole.
    """

    def __init__(
        self,
        mark: Mark,
        word: str,
        look: Look,
        role: str = "small",
        *,
        wraps: bool = False,
        most_px: int = 0,
    ) -> None:
        super().__init__()
        self._look, self._mark = look, mark
        self._icon = QLabel()
        self.word = sentence(word, role) if wraps else label(word, role)
        if most_px:
            self.word = Elided(word, role)
            self.word.setMaximumWidth(most_px)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop if wraps else _MIDDLE)
        row.addWidget(self.word, 1)
        self.word.setVisible(bool(word))
        look.changed.connect(self._paint)
        self._paint()

    def show_state(self, mark: Mark, word: str) -> None:
        """Show another state."""
        self._mark = mark
        self.word.setText(word)
        self.word.setVisible(bool(word))
        self._paint()

    def _paint(self) -> None:
        self._icon.setPixmap(
            mark_pixmap(self._mark, self._look.theme, self.devicePixelRatioF())
        )
