"""The badge that says whether anything may be written now, and for how long."""

from PyQt6.QtWidgets import QPushButton, QWidget

from app.words import _
from widgets.pointfeed import PointFeed
from widgets.writelock import WriteLock


class WriteBadge(QPushButton):
    """Locked: pressed, asks for the password. Open: counts down; pressed, locks all."""

    def __init__(self, lock: WriteLock, feed: PointFeed, parent: QWidget) -> None:
        """``parent`` keeps it from being shown as a window before it is placed."""
        super().__init__(parent)
        self.setObjectName("badge")
        self.setAutoDefault(False)
        self._lock = lock
        self.clicked.connect(self._press)
        lock.changed.connect(self.refresh)
        feed.aged.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show how it stands now."""
        left_s = self._lock.left_s()
        if self._lock.all_locked:
            self.setText(_("ALL LOCKED"))
            self.setAccessibleName(_("All writing is locked; press to allow changes"))
        elif self._lock.locked:
            self.setText(_("WRITE-LOCKED"))
            self.setAccessibleName(_("Settings are locked; press to allow changes"))
        else:
            minutes, seconds = divmod(left_s, 60)
            self.setText(_("WRITES OPEN {left}").format(left=f"{minutes}:{seconds:02}"))
            self.setAccessibleName(_("Settings may be changed; press to lock all writing"))
        self.setVisible(self._lock.locked or left_s > 0)

    def _press(self) -> None:
        if self._lock.locked:
            self._lock.ask_unlock()
        else:
            self._lock.lock_all()
