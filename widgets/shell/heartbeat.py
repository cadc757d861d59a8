"""Notices when the core stops answering, so that no frozen number looks live."""

from collections.abc import Callable
from datetime import datetime

from PyQt6.QtCore import QObject, pyqtSignal

from app.asked import Asked
from app.errors import PlantError
from app.verbs import Viewer
from widgets.asking import Asking

_ASK_EVERY_S = 5
_GONE_AFTER_S = 10


class Heartbeat(QObject):
    """Asks the core for its title every few seconds and says when no answer comes."""

    lost = pyqtSignal(object)  # since when (datetime, UTC)
    back = pyqtSignal()
    named = pyqtSignal(str)  # the plant's title

    def __init__(
        self,
        asked: Asked,
        viewer: Viewer,
        asking: Asking,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._asked, self._viewer, self._asking, self._now = asked, viewer, asking, now
        self._heard_at = now()
        self._waiting_s = 0
        self._under_way = False
        self._is_lost = False
        self.ask()

    def tick(self) -> None:
        """Let a second pass."""
        self._waiting_s += 1
        if self._waiting_s >= _GONE_AFTER_S:
            self._lose()
        if self._waiting_s % _ASK_EVERY_S == 0 and not self._under_way:
            self.ask()

    def ask(self) -> None:
        """Ask now."""
        self._under_way = True
        self._asking.ask(
            self._asked.plant.title(self._viewer),
            owner=self,
            done=self._hear,
            failed=self._miss,
        )

    def _hear(self, title: str) -> None:
        self._under_way, self._waiting_s, self._heard_at = False, 0, self._now()
        if self._is_lost:
            self._is_lost = False
            self.back.emit()
        self.named.emit(title)

    def _miss(self, _error: PlantError) -> None:
        self._under_way = False
        self._lose()

    def _lose(self) -> None:
        if not self._is_lost:
            self._is_lost = True
            self.lost.emit(self._heard_at)
