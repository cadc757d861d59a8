"""Faults of ours, told on the GUI thread whatever thread they happened on."""

from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from app.words import _
from widgets.shell.trouble import Trouble


class Faults(QObject):
    """Carries a fault's sentence to the window's notice; `tell` is callable from any thread."""

    _happened = pyqtSignal(str, str)

    def __init__(self, trouble: Trouble, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._trouble = trouble
        self._happened.connect(self._show)

    def tell(self, sentence: str, report: Path) -> None:
        """Say that something went wrong and where its report lies."""
        self._happened.emit(sentence, str(report))

    def _show(self, sentence: str, report: str) -> None:
        self._trouble.tell(
            _("Heatdesk met a fault of its own and goes on."), f"{sentence}\n{report}"
        )
