"""Sweeps up Python's leavings on the window's thread alone: Qt objects die nowhere else."""

import gc
from collections.abc import Callable

from PyQt6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer

from app.allocator import give_back

EVERY_MS = 1000
RECENT_EVERY = 10  # sweeps: the leavings of pages that were open for a moment
WHOLE_EVERY = 120  # sweeps; else only what is younger than a second is looked at
AGAIN_MS, MOST_WAITS = 100, 50  # while a page opens, a sweep waits so long, so often at most


class Sweeper(QObject):
    """From its making on, Python's cyclic collector runs in this object's thread only.

    Left alone the collector runs wherever an allocation happens to reach its threshold,
    also on the core's thread; a widget in a circle of references would then be taken
    apart there, while the window's thread still draws it (GUI thread).

    The window stands still while it sweeps, so a page that is being opened comes first:
    `wait_while`. A large plant is half a million objects that
    stay as long as it is open: `set_aside` leaves them out, so that a sweep looks only
    through what came since; `reclaim` takes them back.

    After a whole sweep the C library's allocator gives back what it keeps for later.

    What Qt is still to delete is never swept: the collector would empty the Python side of
    a widget that lives on, and the next call of one of its slots would crash. So Qt deletes
    first, and within a loop inside the loop (a menu), where it does not, nothing is swept.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._sweeps = 0
        self._reclaims = False
        self._waits, self._busy = 0, _never
        self._was_busy = False  # at the last look
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(EVERY_MS)

    def wait_while(self, busy: Callable[[], bool]) -> None:
        """Put a sweep off while somebody waits for the window; for five seconds at most."""
        self._busy = busy

    def sweep(self) -> None:
        """Collect what is young; now and then whatever was not set aside."""
        if not _all_deleted():
            return
        self._sweeps += 1
        if self._reclaims or self._sweeps % WHOLE_EVERY == 0:
            self._reclaims = False
            gc.collect()
            give_back()
        elif self._sweeps % RECENT_EVERY == 0:
            gc.collect(1)
        elif gc.get_count()[0] > gc.get_threshold()[0]:
            gc.collect(0)

    def set_aside(self) -> None:
        """Look no more through what there is: a plant was loaded, no page is open yet."""
        if self._reclaims and _all_deleted():
            self._reclaims = False
            gc.collect()
        gc.freeze()

    def reclaim(self) -> None:
        """Take back what was set aside: the window or the plant it belonged to is gone."""
        gc.unfreeze()
        self._reclaims = True
        self._busy, self._was_busy = _never, False

    def _look(self) -> None:
        busy, was_busy = self._busy(), self._was_busy
        self._was_busy = busy
        # What has just settled is still to be painted: a look later it is on the screen.
        if (busy or was_busy) and self._waits < MOST_WAITS:
            self._waits += 1
            self._timer.setInterval(AGAIN_MS)
            return
        self._waits = 0
        self._timer.setInterval(EVERY_MS)
        self.sweep()


def _never() -> bool:
    return False


def _all_deleted() -> bool:
    """Let Qt delete what waits for it; False within a loop inside the loop: it would not."""
    thread = QThread.currentThread()
    if thread is not None and thread.loopLevel() > 1:
        return False
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return True
