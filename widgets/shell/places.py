"""Where every open page is: behind a tab of the main window, or in a window of its own."""

from collections.abc import Sequence

from PyQt6.QtCore import QObject, QPoint, QRect, QSize, pyqtSignal
from PyQt6.QtGui import QGuiApplication, QScreen

from widgets.pagetype import Page, PageContext, PageType, Show
from widgets.shell.floating import FloatingPage
from widgets.shell.pagetabs import OpenPage, PageTabs

_TORN_SIZE = QSize(1280, 800)
_TORN_BY = QPoint(64, 64)  # from the main window's corner, so that both are seen


class Places(QObject):
    """Opens, finds, tears off and brings home pages (GUI thread)."""

    moved = pyqtSignal()  # another page, another place: worth remembering

    def __init__(self, tabs: PageTabs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tabs = tabs
        self._floats: list[FloatingPage] = []
        tabs.tearing.connect(self.tear)
        tabs.switched.connect(self.moved)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._gather)

    @property
    def pages(self) -> Sequence[Page]:
        """Every open page: those behind tabs, then those in windows."""
        return (*self._tabs.pages, *(each.opened.page for each in self._floats))

    @property
    def floats(self) -> Sequence[FloatingPage]:
        """The pages in windows of their own, in the order they were torn off."""
        return tuple(self._floats)

    @property
    def opened(self) -> Sequence[OpenPage]:
        """Every page behind a tab, with what it is, left to right."""
        return self._tabs.opened

    def bring(self, kind: PageType, show: Show, context: PageContext) -> Page:
        """Bring a page to the front wherever it is; build it when it is nowhere."""
        for each in self._floats:
            if each.opened.kind.id == kind.id and each.opened.device == show.device:
                each.opened.page.reveal(show)
                each.raise_()
                each.activateWindow()
                return each.opened.page
        return self._tabs.bring(kind, show, context)

    def to_front(self, page: Page) -> None:
        """Bring a page behind a tab to the front as it is, asking nothing new of it."""
        self._tabs.to_front(page)

    def tear(self, page: Page, place: QRect | None = None) -> FloatingPage | None:
        """Give a page a window of its own, at ``place`` in screen coordinates."""
        where = place or self._free_place()
        opened = self._tabs.take(page)
        if opened is None:
            return None
        window = FloatingPage(opened, where)
        window.coming_back.connect(self.bring_home)
        window.moved.connect(self.moved)
        self._floats.append(window)
        window.show()
        self.moved.emit()
        return window

    def bring_home(self, window: FloatingPage) -> None:
        """Put a torn-off page behind a tab again."""
        if window in self._floats:
            self._floats.remove(window)
            self._tabs.adopt(window.let_go())
            _end(window)
            self.moved.emit()

    def remove(self, page: Page) -> None:
        """Close a page for good, wherever it is."""
        for window in self._floats:
            if window.opened.page is page:
                self._floats.remove(window)
                _end(window)
                self.moved.emit()
                return
        self._tabs.remove(page)

    def end(self) -> None:
        """Take down the windows of torn-off pages: the main window closes."""
        for window in self._floats:
            _end(window)
        self._floats.clear()

    def _gather(self, _gone: QScreen) -> None:
        """A monitor is gone: nothing may stay where nobody can see it."""
        for window in self._floats:
            window.come_into_view()

    def _free_place(self) -> QRect:
        corner = self._tabs.mapToGlobal(QPoint(0, 0))
        return QRect(corner + _TORN_BY * (len(self._floats) + 1), _TORN_SIZE)


def _end(window: FloatingPage) -> None:
    window.coming_back.disconnect()
    window.hide()
    window.deleteLater()
