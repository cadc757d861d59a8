"""How a person's pages stand: kept soon after each change, so that no crash loses a draft."""

from collections.abc import Callable

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QWidget

from widgets.desk import Desk
from widgets.pagetype import Page
from widgets.shell import arrangement
from widgets.shell.places import Places

_SOON_MS = 2000  # what is begun outlives a crash after this


class Standing:
    """Knows what would be lost, lets go of it, and keeps the rest (GUI thread)."""

    def __init__(
        self, places: Places, front: Callable[[], Page | None], window: QWidget
    ) -> None:
        self._places, self._front, self._window = places, front, window
        self._desk: Desk | None = None
        self._soon = QTimer(window)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.keep)
        places.moved.connect(self._moved)

    def begin(self, desk: Desk) -> None:
        """From here on it is this person's desk that is kept."""
        self._desk = desk

    def losses(self) -> list[str]:
        """Return a sentence for everything that was begun and neither sent nor kept."""
        return [loss for page in self._places.pages if (loss := page.unsaved())]

    def discard(self) -> None:
        """Let go of all of it."""
        for page in self._places.pages:
            page.discard()

    def keep(self) -> None:
        """Keep which pages are open, where, and what is begun on them."""
        if self._desk is not None:
            kept = arrangement.captured(self._places, self._front(), self._window)
            self._desk.keep(arrangement.KEY, kept)

    def end(self) -> None:
        """Keep no more: the window closes."""
        self._soon.stop()
        self._desk = None

    def _moved(self) -> None:
        if self._desk is not None and not self._soon.isActive():
            self._soon.start(_SOON_MS)
