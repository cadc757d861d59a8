"""The open pages as tabs: built when opened, gone without a trace when closed."""

from dataclasses import dataclass

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.model.reading import DeviceId
from app.words import _
from widgets.controls.plain import button, literal, tip
from widgets.pagetype import Page, PageContext, PageType, Show
from widgets.theme import Look

BAR_PX = 32
_LONGEST_PX = 240  # of a tab; longer names are shortened with …


@dataclass(frozen=True, slots=True)
class _Open:
    """One open page."""

    kind: PageType
    device: DeviceId | None
    page: Page


class PageTabs(QWidget):
    """A bar of tabs over the page in front."""

    switched = pyqtSignal()  # another page is in front, or it is called otherwise now
    leaving = pyqtSignal(Page)  # somebody wants this page closed

    def __init__(self, look: Look, notice: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._open: list[_Open] = []
        self._bar = QTabBar()
        self._bar.setObjectName("pages")
        self._bar.setAccessibleName(_("Open pages"))
        self._bar.setExpanding(False)
        self._bar.setDrawBase(False)
        self._bar.setMovable(False)
        self._bar.setElideMode(Qt.TextElideMode.ElideRight)
        self._bar.setUsesScrollButtons(True)
        self._bar.setIconSize(QSize(12, 12))
        self._bar.currentChanged.connect(self._bring)
        self._stack = QStackedWidget()
        strip = QWidget()
        strip.setObjectName("pagesbar")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        strip.setFixedHeight(BAR_PX)
        row = QHBoxLayout(strip)
        row.setContentsMargins(8, 0, 0, 0)
        row.addWidget(self._bar)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(strip)
        column.addWidget(notice)
        column.addWidget(self._stack, 1)

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
        self._open.append(_Open(kind, show.device, page))
        self._stack.addWidget(page)
        page.renamed.connect(lambda: self._rename(page))
        at = self._bar.addTab("")
        self._bar.setTabButton(at, QTabBar.ButtonPosition.RightSide, self._closing(page))
        self._rename(page)
        self._bar.setCurrentIndex(at)
        self._bring(at)
        page.reveal(show)
        return page

    def remove(self, page: Page) -> None:
        """Close a page for good; whoever calls has asked about unsent changes."""
        for at, each in enumerate(self._open):
            if each.page is page:
                del self._open[at]
                self._stack.removeWidget(page)
                page.hide()
                page.deleteLater()
                self._bar.removeTab(at)
                self.switched.emit()
                return

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
