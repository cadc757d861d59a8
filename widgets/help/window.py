"""The help in a window of its own, beside the work: contents, search, and the page."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import QEvent, QSize, Qt, QUrl, pyqtSignal
from PyQt6.QtGui import (
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextCursor,
    QTextDocument,
)
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from app.words import _
from widgets.controls.card import Bar, Search
from widgets.controls.plain import button
from widgets.help.book import START, HelpPage, find, page_of, picture, topics
from widgets.theme import Look

_USUAL = QSize(960, 720)
_CONTENTS_PX = 240
_MARGIN_PX = 24
_AIR_PX, _LINE_PERCENT = 10.0, 130.0
_PICTURE = "\ufffc"  # stands for it in a text
_PROPORTIONAL = 1  # QTextBlockFormat.LineHeightTypes.ProportionalHeight
_TOPIC = Qt.ItemDataRole.UserRole


class HelpText(QTextBrowser):
    """One page; pictures are as wide as the page at most, links lead to other topics."""

    wanted = pyqtSignal(str)  # topic

    def __init__(self) -> None:
        super().__init__()
        self._page = HelpPage("", "", "")
        self.setAccessibleName(_("Help"))
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setOpenExternalLinks(False)
        self.anchorClicked.connect(self._follow)
        document = self.document()
        if document is not None:
            document.setDocumentMargin(_MARGIN_PX)

    @property
    def page(self) -> HelpPage:
        """What is shown."""
        return self._page

    def show_page(self, page: HelpPage) -> None:
        """Show a page from its beginning."""
        self._page = page
        self._lay_out()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self.setAccessibleDescription(page.title)

    def loadResource(self, kind: int, name: QUrl) -> Any:  # noqa: N802 - Qt calls it so
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return None  # nothing else is ever fetched, from nowhere
        found = QImage.fromData(picture(name.fileName()))
        room = self.viewport()
        wide = (room.width() if room is not None else _USUAL.width()) - 2 * _MARGIN_PX - 4
        if found.isNull() or found.width() <= wide:
            return found
        return found.scaledToWidth(max(wide, 80), Qt.TransformationMode.SmoothTransformation)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None and event.size().width() != event.oldSize().width():
            self._lay_out()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._lay_out()  # its inks are taken when it is laid out

    def _lay_out(self) -> None:
        """Set the page with air between its parts."""
        self.setMarkdown(self._page.text)
        document = self.document()
        block = document.begin() if document is not None else None
        while block is not None and block.isValid():
            form = block.blockFormat()
            if _PICTURE not in block.text():
                form.setLineHeight(_LINE_PERCENT, _PROPORTIONAL)
            form.setBottomMargin(_AIR_PX if block.textList() is None else _AIR_PX / 2)
            QTextCursor(block).setBlockFormat(form)
            block = block.next()

    def _follow(self, url: QUrl) -> None:
        if url.scheme() == "help":
            self.wanted.emit(url.path())


class HelpWindow(QWidget):
    """Contents at the left, the page at the right; Alt+Left goes back."""

    about_wanted = pyqtSignal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(_("Help – Heatdesk"))
        self.resize(_USUAL)
        self._before: list[str] = []
        self.text = HelpText()
        self.search = Search(_("Search the help"), look, _CONTENTS_PX - 24)
        self.contents = QListWidget()
        self.contents.setObjectName("contents")
        self.contents.setAccessibleName(_("Contents"))
        self.contents.setFixedWidth(_CONTENTS_PX)
        self.back = button(_("Back"), self.go_back, role="head")
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(Bar("toolbar", 44).add(self.search))
        left.addWidget(self.contents, 1)
        right = QVBoxLayout()
        right.setSpacing(0)
        self.about = button(_("About Heatdesk"), self.about_wanted.emit, role="head")
        right.addWidget(Bar("toolbar", 44).add(self.back).stretch().add(self.about))
        right.addWidget(self.text, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        row.addLayout(left)
        row.addLayout(right, 1)
        self.text.wanted.connect(self.go)
        self.search.textChanged.connect(self._list)
        self.contents.currentItemChanged.connect(self._choose)
        for keys, act in (
            ("Alt+Left", self.go_back),
            ("Esc", self._escape),
            ("Ctrl+F", self.search.setFocus),
            ("F1", partial(self.go, START)),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(act)
        self._list("")

    @property
    def topic(self) -> str:
        """What is shown."""
        return self.text.page.topic

    def go(self, topic: str) -> None:
        """Show a topic; the one before can be gone back to."""
        if self.topic and page_of(topic).topic != self.topic:
            self._before.append(self.topic)
        self._show(topic)

    def go_back(self) -> None:
        """Show the topic before."""
        if self._before:
            self._show(self._before.pop())

    def _escape(self) -> None:
        if self.search.text():
            self.search.clear()
        else:
            self.close()

    def _show(self, topic: str) -> None:
        self.text.show_page(page_of(topic))
        self.back.setEnabled(bool(self._before))
        self._mark()

    def _list(self, words: str) -> None:
        """List the topics that hold what is searched for; all when nothing is."""
        pages = find(words) if words.strip() else [page_of(each) for each in topics()]
        self.contents.blockSignals(True)
        self.contents.clear()
        for page in pages:
            indent = "    " if page.topic.startswith("device-") and not words else ""
            item = QListWidgetItem(f"{indent}{page.title}")
            item.setData(_TOPIC, page.topic)
            self.contents.addItem(item)
        self.contents.blockSignals(False)
        self._mark()
        if words.strip() and pages:
            self.text.show_page(pages[0])
            self._mark()

    def _mark(self) -> None:
        self.contents.blockSignals(True)
        for at in range(self.contents.count()):
            item = self.contents.item(at)
            if item is not None and item.data(_TOPIC) == self.topic:
                self.contents.setCurrentRow(at)
        self.contents.blockSignals(False)

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.go(str(item.data(_TOPIC)))


class HelpCentre:
    """Opens the one help window on the topic of whatever is in front (GUI thread)."""

    def __init__(
        self, look: Look, parent: QWidget, about: Callable[[], object] = lambda: None
    ) -> None:
        """``about`` tells what program this is."""
        self._look, self._parent, self._about = look, parent, about
        self.window: HelpWindow | None = None

    def open(self, topic: str) -> HelpWindow:
        """Show a topic; the window stays where it was put."""
        if self.window is None:
            self.window = HelpWindow(self._look, self._parent)
            self.window.about_wanted.connect(lambda: self._about())  # noqa: PLW0108 - its answer is not the signal's
        self.window.go(topic)
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self.window.text.setFocus()
        return self.window
