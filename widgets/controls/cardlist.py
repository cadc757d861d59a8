"""Cards below each other that come and go; where there are many, they are scrolled."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from widgets.controls.card import MARGIN

_LEAST_PX, _MOST_PX = 120, 560


class CardList(QScrollArea):
    """As high as its cards, up to a limit."""

    def __init__(self, name: str) -> None:
        """``name`` says what is listed, for those who cannot see it."""
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inside = QWidget()
        self.setObjectName("ground")  # what lies between the cards is the window's
        inside.setObjectName("groundinside")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(MARGIN)
        self._column.addStretch(1)
        self.setWidget(inside)

    def show_cards(self, cards: list[QWidget]) -> None:
        """Show these in place of those before."""
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, card in enumerate(cards):
            self._column.insertWidget(at, card)
        inside = self.widget()
        high = inside.sizeHint().height() if inside is not None else 0
        self.setMinimumHeight(min(max(high, _LEAST_PX), _MOST_PX))
