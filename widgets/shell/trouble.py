"""Errors are told in a sentence above the page; the desk goes on working."""

from PyQt6.QtCore import QObject, pyqtSignal

from widgets.controls.notice import Notice


class Trouble(QObject):
    """Shows a sentence from any thread; the crash handler and the shell use it."""

    _told = pyqtSignal(str, str)

    def __init__(self, notice: Notice, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notice = notice
        self._told.connect(self._show)

    def tell(self, sentence: str, details: str = "") -> None:
        """Show what happened and what to try (any thread); ``details`` can be copied."""
        self._told.emit(sentence, details)

    def clear(self, sentence: str) -> None:
        """Take the sentence away if it is still the one shown (GUI thread)."""
        if self._notice.says.text() == sentence:
            self._notice.hide()

    def _show(self, sentence: str, details: str) -> None:
        self._notice.tell(sentence, details)
