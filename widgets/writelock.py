"""Writing is locked until the person at the screen says who they are, for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta

from PyQt6.QtCore import QObject, pyqtSignal

OPEN_FOR = timedelta(minutes=15)


class WriteLock(QObject):
    """Whether settings may be sent from this window (GUI thread).

    Locked from the start. `tick` lets time pass: the shell calls it each second.
    """

    changed = pyqtSignal()
    wanted = pyqtSignal()  # somebody met the lock and would like it opened

    def __init__(
        self, now: Callable[[], datetime], *, locked: bool = True, parent: QObject | None = None
    ) -> None:
        """``locked=False`` never locks: tests and simulated plants say so on purpose."""
        super().__init__(parent)
        self._now = now
        self._never = not locked
        self._until: datetime | None = None
        self.all_locked = False  # not settings alone: whatever changes something

    @property
    def locked(self) -> bool:
        """Whether nothing may be sent now."""
        if self.all_locked:
            return True
        return not self._never and (self._until is None or self._now() >= self._until)

    def left_s(self) -> int:
        """Return for how many seconds it is still open; 0 when locked or never locked."""
        if self._never or self._until is None:
            return 0
        return max(0, round((self._until - self._now()).total_seconds()))

    def ask_unlock(self) -> None:
        """Ask the shell to ask for the password."""
        self.wanted.emit()

    def open(self) -> None:
        """Allow writes for a quarter of an hour from now."""
        self.all_locked = False
        self._until = self._now() + OPEN_FOR
        self.changed.emit()

    def close(self) -> None:
        """Lock at once."""
        if self._until is not None:
            self._until = None
            self.changed.emit()

    def lock_all(self) -> None:
        """Lock whatever changes something, at once and until the password is given."""
        if not self.all_locked:
            self.all_locked, self._until = True, None
            self.changed.emit()

    def tick(self) -> None:
        """Lock when the time is over."""
        if self._until is not None and self._now() >= self._until:
            self.close()
