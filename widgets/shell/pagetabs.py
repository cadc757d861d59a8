"""The open pages as tabs: built when opened, gone without a trace when closed."""

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QPoint, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.model.reading import DeviceId
from app.words import _
from widgets.controls.card import EmptyState
from widgets.controls.plain import button, literal, tip
from widgets.pagetype import Page, PageContext, PageType, Show
from widgets.theme import Look

BAR_PX = 32
_PULL_PX = 40  # beyond the bar, until a tab comes off
_LONGEST_PX = 240  # of a tab; longer names are shortened with …


@dataclass(frozen=True, slots=True)
class OpenPage:
    """One open page: what it is, whose, and the widget."""

    kind: PageType
    device: DeviceId | None
    page: Page


class _Bar(QTabBar):
    """A tab bar from which a tab can be pulled out, up or down."""

    pulled = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._held = -1

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        super().mousePressEvent(event)
        if event is not None and event.button() is Qt.MouseButton.LeftButton:
            self._held = self.tabAt(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        super().mouseMoveEvent(event)
        if event is None or self._held < 0:
            return
        away = max(-event.position().y(), event.position().y() - self.height())
        if away > _PULL_PX:
            held, self._held = self._held, -1
            self.pulled.emit(held)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._held = -1
        super().mouseReleaseEvent(event)


class PageTabs(QWidget):
    """A bar of tabs over the page in front."""

    switched = pyqtSignal()  # another page is in front, or it is called otherwise now
    leaving = pyqtSignal(Page)  # somebody wants this page closed
    tearing = pyqtSignal(Page)  # somebody wants it in a window of its own

    def __init__(self, look: Look, notice: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._open: list[OpenPage] = []
        self._bar = _Bar()
        self._bar.setObjectName("pages")
        self._bar.setAccessibleName(_("Open pages"))
        self._bar.setExpanding(False)
        self._bar.setDrawBase(False)
        self._bar.setMovable(False)
        self._bar.setElideMode(Qt.TextElideMode.ElideRight)
        self._bar.setUsesScrollButtons(True)
        self._bar.setIconSize(QSize(12, 12))
        self._bar.currentChanged.connect(self._bring)
        self._bar.pulled.connect(lambda at: self.tearing.emit(self._open[at].page))
        self._bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._bar.customContextMenuRequested.connect(self._offer)
        self._stack = QStackedWidget()
        self._stack.addWidget(
            EmptyState(_("No page is open. Choose one at the left, or press Ctrl+K and type."))
        )
        strip = QWidget()
        strip.setObjectName("pagesbar")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        strip.setFixedHeight(BAR_PX)
        self._row = row = QHBoxLayout(strip)
        row.setContentsMargins(8, 0, 12, 0)
        row.addWidget(self._bar)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(notice)
        column.addWidget(self._stack, 1)

    def seat(self, passing: QWidget) -> None:
        """Give something that comes and goes the room behind the tabs."""
        self._row.addWidget(passing, 4)

    @property
    def front(self) -> Page | None:
        """The page in front."""
        page = self._stack.currentWidget()
        return page if isinstance(page, Page) else None

    @property
    def front_kind(self) -> PageType | None:
        """What kind of page is in front."""
        at = self._bar.currentIndex()
        return self._open[at].kind if 0 <= at < len(self._open) else None

    @property
    def opened(self) -> tuple[OpenPage, ...]:
        """Every open page with what it is, left to right."""
        return tuple(self._open)

    @property
    def pages(self) -> tuple[Page, ...]:
        """Every open page, left to right."""
        return tuple(each.page for each in self._open)

    def bring(self, kind: PageType, show: Show, context: PageContext) -> Page:
        """Bring the page to the front, building it if it is not open yet."""
        for at, each in enumerate(self._open):
            if each.kind.id == kind.id and each.device == show.device:
                self._bar.setCurrentIndex(at)
                each.page.reveal(show)
                return each.page
        page = kind.build(context, show)
        self.adopt(OpenPage(kind, show.device, page))
        page.reveal(show)
        return page

    def to_front(self, page: Page) -> None:
        """Bring an open page to the front as it is."""
        for at, each in enumerate(self._open):
            if each.page is page:
                self._bar.setCurrentIndex(at)

    def adopt(self, opened: OpenPage) -> None:
        """Put a page that is built already behind a new tab, and in front."""
        page = opened.page
        self._open.append(opened)
        self._stack.addWidget(page)
        page.renamed.connect(self._rename_sender)
        at = self._bar.addTab("")
        self._bar.setTabButton(at, QTabBar.ButtonPosition.RightSide, self._closing(page))
        self._rename(page)
        self._bar.setCurrentIndex(at)
        self._bring(at)

    def take(self, page: Page) -> OpenPage | None:
        """Let go of a page that lives on elsewhere; None when it is not here."""
        for at, each in enumerate(self._open):
            if each.page is page:
                del self._open[at]
                page.renamed.disconnect(self._rename_sender)
                self._stack.removeWidget(page)
                self._bar.removeTab(at)
                self.switched.emit()
                return each
        return None

    def remove(self, page: Page) -> None:
        """Close a page for good; whoever calls has asked about unsent changes."""
        if self.take(page) is not None:
            page.hide()
            page.deleteLater()

    def step(self, by: int) -> None:
        """Go to the next tab (1) or the one before (-1), round and round."""
        if self._open:
            self._bar.setCurrentIndex((self._bar.currentIndex() + by) % len(self._open))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        super().mouseReleaseEvent(event)
        if event is None or event.button() is not Qt.MouseButton.MiddleButton:
            return
        at = self._bar.tabAt(self._bar.mapFrom(self, event.position().toPoint()))
        if 0 <= at < len(self._open):
            self.leaving.emit(self._open[at].page)

    def _closing(self, page: Page) -> QPushButton:
        made = button(
            "",
            lambda: self.leaving.emit(page),
            look=self._look,
            drawing="close",
            role="bare",
            says=_("Close {page}").format(page=page.heading()),
        )
        made.setIconSize(QSize(12, 12))
        made.setFixedSize(20, 20)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return made

    def _offer(self, at: QPoint) -> None:
        """Offer what can be done with the tab under the pointer."""
        index = self._bar.tabAt(at)
        if not 0 <= index < len(self._open):
            return
        page = self._open[index].page
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for word, signal in (
            (_("Move to a window of its own"), self.tearing),
            (_("Close"), self.leaving),
        ):
            act = menu.addAction(word)
            if act is not None:
                act.triggered.connect(lambda _on=False, tell=signal: tell.emit(page))
        others = menu.addAction(_("Close all others"))
        if others is not None:
            rest = [each.page for each in self._open if each.page is not page]
            others.setEnabled(bool(rest))
            others.triggered.connect(lambda _on=False: self._leave(rest))
        menu.popup(self._bar.mapToGlobal(at))

    def _leave(self, pages: Sequence[Page]) -> None:
        for page in pages:
            self.leaving.emit(page)

    def _rename_sender(self) -> None:
        page = self.sender()
        if isinstance(page, Page):
            self._rename(page)

    def _bring(self, at: int) -> None:
        if 0 <= at < len(self._open):
            self._stack.setCurrentWidget(self._open[at].page)
            self.switched.emit()

    def _rename(self, page: Page) -> None:
        for at, each in enumerate(self._open):
            if each.page is page:
                heading = page.heading()
                metrics = self._bar.fontMetrics()
                short = metrics.elidedText(heading, Qt.TextElideMode.ElideRight, _LONGEST_PX)
                self._bar.setTabText(at, literal(short))
                self._bar.setTabToolTip(at, tip(heading))
                closing = self._bar.tabButton(at, QTabBar.ButtonPosition.RightSide)
                if closing is not None:
                    closing.setAccessibleName(_("Close {page}").format(page=heading))
                self.switched.emit()
