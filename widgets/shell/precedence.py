"""Who waits for a page comes first: others wait until it stands, or for a moment."""

from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer

LOOK_EVERY_MS = 20


class Precedence(QObject):
    """Asks others to give way while a page is being opened (GUI thread).

    ``is_opening`` tells whether the page in front still waits for what it has to show;
    ``give_way`` and ``go_on`` are those who work beside the window: they may be called at
    any time, ``go_on`` also when nobody gives way.
    """

    def __init__(
        self,
        is_opening: Callable[[], bool],
        give_way: Callable[[], None],
        go_on: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_opening, self._give_way, self._go_on = is_opening, give_way, go_on
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_EVERY_MS)
        self._looking.timeout.connect(self._look)

    def begin(self) -> None:
        """A page is asked for."""
        self._give_way()
        self._looking.start()

    def end(self) -> None:
        """Nothing is waited for any more: the window closes."""
        self._looking.stop()
        self._go_on()

    def _look(self) -> None:
        if not self._is_opening():
            self.end()
