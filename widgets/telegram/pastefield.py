"""The field a telegram is pasted into: more than any has is refused before it lies there.

A text widget lays out a line of a million letters for many seconds, and the window is dead.
"""

from PyQt6.QtCore import QMimeData, pyqtSignal
from PyQt6.QtWidgets import QPlainTextEdit

from app.plant.telegrams import MOST_LETTERS
from app.words import _


class PasteField(QPlainTextEdit):
    """Whatever is pasted or dropped; ``refused`` with a sentence, and all stays as it was."""

    refused = pyqtSignal(str)

    def insertFromMimeData(self, source: QMimeData | None) -> None:  # noqa: N802 - Qt's name
        if source is not None and source.hasText():
            stays = len(self.toPlainText()) - len(self.textCursor().selectedText())
            if stays + len(source.text()) > MOST_LETTERS:
                said = _("a telegram has at most {count} letters")
                self.refused.emit(said.format(count=MOST_LETTERS))
                return
        super().insertFromMimeData(source)
