"""A small window of cards that follows what they show, and the badge that opens it."""

from abc import abstractmethod
from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.words import _
from widgets.controls.card import MARGIN, PAD, Card
from widgets.controls.cardlist import CardList
from widgets.controls.notice import Notice
from widgets.controls.plain import button, sentence
from widgets.theme import Look

_WIDTH_PX = 640


class CardDialog(QDialog):
    """Cards below each other, a notice above and Close below; gone once it is closed.

    A subclass makes the cards in `cards` and connects `refresh` to what changes them.
    """

    def __init__(self, look: Look, title: str, empty: str, parent: QWidget) -> None:
        """``empty`` is said while there is no card."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH_PX)
        self._empty = empty
        self.notice = Notice(look)
        self._list = CardList(title)
        column, foot = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(MARGIN)
        column.addWidget(self.notice)
        column.addWidget(self._list, 1)
        foot.addStretch(1)
        foot.addWidget(button(_("Close"), self.reject))
        column.addLayout(foot)

    @abstractmethod
    def cards(self) -> list[QWidget]:
        """Make the cards as things stand now."""

    def refresh(self) -> None:
        """Show things as they stand now."""
        self._list.show_cards(self.cards() or [sentence(self._empty)])


def told_card(
    title: str, under: str, lines: Sequence[tuple[str, str]], foot: Sequence[QWidget | None]
) -> Card:
    """Return a card of sentences (text and style of each) with a row of widgets below.

    None in ``foot`` stands for the room between those at the left and those at the right.
    """
    card, inside = Card(title, under), QWidget()
    column, row = QVBoxLayout(inside), QHBoxLayout()
    column.setContentsMargins(PAD, 8, PAD, PAD)
    for text, style in lines:
        column.addWidget(sentence(text, style))
    row.setSpacing(8)
    for each in foot:
        if each is None:
            row.addStretch(1)
        else:
            row.addWidget(each)
    column.addLayout(row)
    card.body.addWidget(inside)
    return card


class CountBadge(QPushButton):
    """Stands in the top bar for as long as there is something to count."""

    def __init__(self, parent: QWidget) -> None:
        """``parent`` keeps it from being shown as a window before it is placed."""
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAutoDefault(False)
        self.clicked.connect(lambda _on=False: self.open_list())

    @abstractmethod
    def open_list(self) -> None:
        """Show what is counted."""

    def show_count(self, count: int, words: str, said: str) -> None:
        """Show ``words``, say ``said``; both may name ``{count}``."""
        self.setText(words.format(count=count))
        self.setAccessibleName(said.format(count=count))
        self.setVisible(count > 0)
