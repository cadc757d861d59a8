"""Tells the GUI thread that the rights of who sits here have changed."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, pyqtSignal

from app.model.rights import Rights

Watch = Callable[[Callable[[Rights], None]], Callable[[], None]]


class RightsWatch(QObject):
    """Listens from its making until `end`; ``changed`` comes in the GUI thread."""

    changed = pyqtSignal()

    def __init__(self, watch: Watch, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = watch(self._hear)

    def end(self) -> None:
        """Hear no more."""
        self._stop()

    def _hear(self, _rights: Rights) -> None:
        self.changed.emit()  # from the core's thread: Qt brings it over
