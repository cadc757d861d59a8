"""Writing is locked until the person at the screen says who they are, for a while."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from PyQt6.QtCore import QObject, pyqtSignal

from app.elapsed import Elapsed

OPEN_FOR = timedelta(minutes=15)


class WriteLock(QObject):
    """Whether settings may be sent from this window (GUI thread).

    Locked from the start. `tick` lets time pass: the shell calls it each second.
    """

    changed = pyqtSignal()
    wanted = pyqtSignal()  # somebody met the lock and would like it opened

    def __init__(
        self,
        now: Callable[[], datetime],
        *,
        locked: bool = True,
        parent: QObject | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``locked=False`` never locks: tests and simulated plants say so on purpose.

        ``seconds`` counts evenly: a clock that is set back keeps nothing open.
        """
        super().__init__(parent)
        self._now, self._seconds = now, seconds
        self._never = not locked
        self._open: Elapsed | None = None
        self.all_locked = False  # not settings alone: whatever changes something

    @property
    def locked(self) -> bool:
        """Whether nothing may be sent now."""
        if self.all_locked:
            return True
        return not self._never and self._left_s() <= 0

    def left_s(self) -> int:
        """Return for how many seconds it is still open; 0 when locked or never locked."""
        return 0 if self._never else max(0, round(self._left_s()))

    def ask_unlock(self) -> None:
        """Ask the shell to ask for the password."""
        self.wanted.emit()

    def open(self) -> None:
        """Allow writes for a quarter of an hour from now."""
        self.all_locked = False
        self._open = Elapsed(self._now, self._seconds)
        self.changed.emit()

    def close(self) -> None:
        """Lock at once."""
        if self._open is not None:
            self._open = None
            self.changed.emit()

    def lock_all(self) -> None:
        """Lock whatever changes something, at once and until the password is given."""
        if not self.all_locked:
            self.all_locked, self._open = True, None
            self.changed.emit()

    def tick(self) -> None:
        """Lock when the time is over."""
        if self._open is not None and self._left_s() <= 0:
            self.close()

    def _left_s(self) -> float:
        if self._open is None:
            return 0.0
        return OPEN_FOR.total_seconds() - self._open.gone_s()
