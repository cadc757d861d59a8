"""A page in a window of its own, on whichever monitor it was put."""

from PyQt6.QtCore import QRect, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QGuiApplication, QMoveEvent, QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.words import _
from widgets.shell.pagetabs import OpenPage

_SMALLEST = (480, 320)
_GRIP_PX = 48  # so much of the upper edge must lie on a screen to be taken hold of


class FloatingPage(QWidget):
    """Shows one page; closing the window gives the page back to the tabs."""

    coming_back = pyqtSignal(object)  # this window
    moved = pyqtSignal()

    def __init__(self, opened: OpenPage, place: QRect) -> None:
        super().__init__()
        self.opened = opened
        self.setObjectName("floating")
        self.setMinimumSize(*_SMALLEST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(opened.page)
        opened.page.show()
        opened.page.renamed.connect(self._rename)
        self._rename()
        self.setGeometry(on_a_screen(place))

    def let_go(self) -> OpenPage:
        """Give the page away; the window is of no use afterwards."""
        page = self.opened.page
        page.renamed.disconnect(self._rename)
        layout = self.layout()
        if layout is not None:
            layout.removeWidget(page)
        return self.opened

    def come_into_view(self) -> None:
        """Move back where somebody can take hold of the window."""
        self.setGeometry(on_a_screen(self.geometry()))

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is not None:
            event.ignore()  # the page is not lost: it goes home, and the window with it
        self.coming_back.emit(self)

    def moveEvent(self, event: QMoveEvent | None) -> None:
        super().moveEvent(event)
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.moved.emit()

    def _rename(self) -> None:
        page = self.opened.page
        past = page.way_to_now() is not None
        title = _("{page} – HISTORY – Heatdesk") if past else _("{page} – Heatdesk")
        self.setWindowTitle(title.format(page=page.heading()))
        self.moved.emit()


def on_a_screen(place: QRect) -> QRect:
    """Return ``place``, or the same size on the first screen where nobody could reach it."""
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    grip = QRect(place.left(), place.top(), place.width(), _GRIP_PX)
    for screen in screens:
        seen = screen.intersected(grip)
        if seen.width() >= _GRIP_PX and seen.height() >= _GRIP_PX // 2:
            return place
    if not screens:
        return place
    home = screens[0]
    size = place.size().boundedTo(home.size())
    moved = QRect(home.topLeft(), size)
    moved.moveCenter(home.center())
    return moved
