"""Windows that come up by themselves: they flash, and take the keys from whoever types."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication, QWidget


class _Watcher(QObject):
    """Notes every window that comes up."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        shows = event is not None and event.type() == QEvent.Type.Show
        if shows and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(type(watched).__name__)
        return False


@contextmanager
def windows_that_come_up() -> Iterator[Sequence[str]]:
    """Give the classes of the windows that come up meanwhile, as they come; GUI thread."""
    application, watcher = QApplication.instance(), _Watcher()
    assert application is not None
    application.installEventFilter(watcher)
    try:
        yield watcher.windows
    finally:
        application.removeEventFilter(watcher)
