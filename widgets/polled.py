"""What the screen asks the core for again and again, kept once for every page."""

from abc import abstractmethod
from collections.abc import Coroutine
from typing import Any, Generic, TypeVar

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Asked
from app.verbs import Viewer
from widgets.asking import Asking
from widgets.pointfeed import PointFeed

_Answer = TypeVar("_Answer")


class Polled(QObject, Generic[_Answer]):
    """Asks every few seconds, and never twice at the same time (GUI thread).

    A subclass says what is asked, and what an answer changes. What fails is asked again
    at the next turn; the shell tells by itself that the core does not answer.
    """

    changed = pyqtSignal()
    every_s: int  # from one question to the next

    def __init__(
        self,
        asked: Asked,
        viewer: Viewer,
        asking: Asking,
        feed: PointFeed,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asked, self._viewer, self._asking = asked, viewer, asking
        self._under_way = False
        self._age_s = 0
        feed.aged.connect(self._tick)

    @abstractmethod
    def question(self) -> Coroutine[Any, Any, _Answer]:
        """Make the question."""

    @abstractmethod
    def take(self, told: _Answer) -> None:
        """Keep the answer, and tell what it changes."""

    def is_wanted(self) -> bool:
        """Whether there is anything to ask about just now."""
        return True

    def refresh(self) -> None:
        """Ask now, unless an answer is on its way."""
        if self._under_way:
            return
        self._under_way = True
        self._asking.ask(
            self.question(), owner=self, done=self._came, failed=lambda _error: self._free()
        )

    def _came(self, told: _Answer) -> None:
        self._free()
        self.take(told)

    def _free(self) -> None:
        self._under_way = False

    def _tick(self) -> None:
        self._age_s += 1
        if self._age_s % self.every_s == 0 and self.is_wanted():
            self.refresh()
