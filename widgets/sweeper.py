"""Sweeps up Python's leavings on the window's thread alone: Qt objects die nowhere else."""

import gc

from PyQt6.QtCore import QObject, QTimer

EVERY_MS = 1000


class Sweeper(QObject):
    """From its making on, Python's cyclic collector runs in this object's thread only.

    Left alone the collector runs wherever an allocation happens to reach its threshold,
    also on the core's thread; a widget in a circle of references would then be taken
    apart there, while the window's thread still draws it (GUI thread).
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.sweep)
        self._timer.start(EVERY_MS)

    def sweep(self) -> None:
        """Collect as far as the collector itself would have, by its own thresholds."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
