"""Pictures of pages as they stand on the screen, also where there is no screen."""

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PyQt6.QtGui import QImage

from widgets.pagetype import Show
from widgets.shell.window import MainWindow, kinds_of_pages

_LOOK_EVERY_MS = 25
_REST_MS = 150  # lets the last answers be painted


def pages() -> Sequence[str]:
    """Return the ids of all pages."""
    return tuple(kinds_of_pages())


def shot(
    window: MainWindow, show: Show, size: tuple[int, int], *, within_s: float = 20.0
) -> QImage:
    """Return a picture of the whole window with the page ``show`` names in front.

    Waits until the page says that it shows what it has, ``within_s`` at the longest;
    what a device does not answer until then is missing as it is on the screen. An
    unknown page shows the window's own sentence about it. GUI thread; the loop of
    events runs meanwhile. The theme is the one the window's `Look` has in force.
    """
    window.resize(*size)
    window.show()
    window.show_page(show)
    _wait(window, within_s)
    return window.grab().toImage()


def _wait(window: MainWindow, within_s: float) -> None:
    loop, looking, ending = QEventLoop(), QTimer(), QTimer()
    rest = _Rest(window)

    def look() -> None:
        if rest.is_over():
            loop.quit()

    looking.timeout.connect(look)
    looking.start(_LOOK_EVERY_MS)
    ending.setSingleShot(True)
    ending.timeout.connect(loop.quit)
    ending.start(round(within_s * 1000))
    loop.exec()
    looking.stop()
    ending.stop()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)


class _Rest:
    """Whether the page has been still for a while: on a slow machine answers come in turns."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._asked = -1
        self._looks = 0

    def is_over(self) -> bool:
        """Look once more."""
        asked, waiting = self._window.context.asking.standing
        still = not waiting and asked == self._asked and self._settled()
        self._looks = self._looks + 1 if still else 0
        self._asked = asked
        return self._looks * _LOOK_EVERY_MS >= _REST_MS

    def _settled(self) -> bool:
        directory, page = self._window.context.directory, self._window.front
        told = directory.is_listed or bool(directory.failure)
        return told and (page is None or page.settled())
