"""The main window: it only places what the pages package holds."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from threading import Thread

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

import widgets.pages
from app.asked import Asked
from app.plugins import discover
from app.verbs import Viewer
from app.words import _
from widgets.alarmboard import AlarmBoard
from widgets.asking import Asking
from widgets.controls.confirm import may_lose
from widgets.controls.moments import clock_text
from widgets.controls.notice import Notice
from widgets.desk import Desk
from widgets.directory import Directory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.palette.panel import Palette
from widgets.palette.sources import Command, Sources
from widgets.pointfeed import PointFeed
from widgets.shell.hearing import Hearing
from widgets.shell.pagetabs import PageTabs
from widgets.shell.rail import Rail
from widgets.shell.strip import AlarmStrip
from widgets.shell.topbar import TopBar
from widgets.shell.trouble import Trouble
from widgets.theme import Look
from widgets.workcentre import WorkCentre
from widgets.writelock import WriteLock

_NARROW_BELOW_PX = 1600  # the rail collapses
_WARM_AFTER_MS = 1000  # the first page is on the screen by then
_SMALLEST = (960, 600)
_USUAL = (1600, 960)


def kinds_of_pages(viewer: Viewer | None = None) -> Mapping[str, PageType]:
    """Return the pages there are by id, in the rail's order; with a viewer only theirs."""
    found = discover(widgets.pages, "PAGE", PageType).values()
    sections = list(Section)
    mine = [each for each in found if viewer is None or viewer.may(each.capability)]
    mine.sort(key=lambda each: (sections.index(each.section), each.order, each.id))
    return {each.id: each for each in mine}


def build_window(
    *,
    asked: Asked,
    viewer: Viewer,
    asking: Asking,
    feed: PointFeed,
    look: Look,
    now: Callable[[], datetime],
    zone: tzinfo | None = None,
    simulated: bool = False,
    preferences: Mapping[str, str] | None = None,
    write_locked: bool = False,
) -> "MainWindow":
    """Return the window over a plant, listening already; `show` it when it suits.

    ``zone`` is the plant's, None for this computer's; ``simulated`` sets the badge SIM.
    """
    window = MainWindow(look)
    context = PageContext(
        asked=asked,
        viewer=viewer,
        asking=asking,
        feed=feed,
        look=look,
        directory=Directory(asked, viewer, asking, feed, window),
        alarms=AlarmBoard(asked, viewer, asking, feed, window),
        desk=Desk(asked, viewer, asking, preferences or {}, window),
        write_lock=WriteLock(now, locked=write_locked, parent=window),
        work=WorkCentre(now, window),
        show=window.show_page,
        now=now,
        zone=zone,
    )
    window.furnish(context, simulated=simulated)
    return window


class MainWindow(QMainWindow):
    """Rail, top bar, page tabs and alarm strip around the page in front."""

    closed = pyqtSignal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setWindowTitle(_("Heatdesk"))
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_USUAL)
        self._look = look
        self._kinds: Mapping[str, PageType] = {}
        self._notice = Notice(look, of_page=True)
        self.trouble = Trouble(self._notice, self)
        self._tabs = PageTabs(look, self._notice)

    def furnish(self, context: PageContext, *, simulated: bool) -> None:
        """Put everything in its place and start listening to the plant."""
        self._context = context
        self._kinds = kinds_of_pages(context.viewer)
        sections = {kind.section for kind in self._kinds.values() if not kind.needs_device}
        self._rail = Rail([each for each in Section if each in sections], self._look)
        self._top = TopBar(context.directory, self._look, context.now, context.zone)
        self._top.simulated.setVisible(simulated)
        self._hearing = Hearing(context, self)
        self._strip = AlarmStrip(context)
        self._place()
        self._wire()
        self._hearing.begin()
        self._renew()
        warming = QTimer(self)
        warming.setSingleShot(True)
        warming.timeout.connect(partial(warm, tuple(self._kinds.values())))
        warming.start(_WARM_AFTER_MS)

    @property
    def context(self) -> PageContext:
        """What every page is given."""
        return self._context

    @property
    def front(self) -> Page | None:
        """The page in front, None when no page is open."""
        return self._tabs.front

    @property
    def pages(self) -> Sequence[Page]:
        """Every open page."""
        return self._tabs.pages

    def show_page(self, show: Show) -> None:
        """Bring what is asked for to the front: the one way between pages."""
        kind = self._kinds.get(show.page)
        if kind is None or (kind.needs_device and show.device is None):
            self.trouble.tell(_("There is no such page: {page}").format(page=show.page))
            return
        self._tabs.bring(kind, show, self._context)

    def show_section(self, section: Section) -> None:
        """Open a section's first page."""
        for kind in self._kinds.values():
            if kind.section is section and not kind.needs_device:
                self.show_page(Show(kind.id))
                return

    def close_page(self, page: Page) -> None:
        """Close a page; asks once when something would be lost."""
        if may_lose([loss] if (loss := page.unsaved()) else [], self):
            self._tabs.remove(page)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is None:
            return
        if not may_lose([loss for page in self.pages if (loss := page.unsaved())], self):
            event.ignore()
            return
        self._hearing.end()
        self.closed.emit()
        event.accept()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if event is not None:
            wide, was = event.size().width(), event.oldSize().width()
            if (wide < _NARROW_BELOW_PX) != (0 <= was < _NARROW_BELOW_PX):
                self._rail.collapse(wide < _NARROW_BELOW_PX)

    def _place(self) -> None:
        middle, whole = QWidget(), QWidget()
        row, column = QHBoxLayout(middle), QVBoxLayout(whole)
        for layout in (row, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        row.addWidget(self._rail)
        row.addWidget(self._tabs, 1)
        column.addWidget(self._top)
        column.addWidget(middle, 1)
        column.addWidget(self._strip)
        self.setCentralWidget(whole)

    def _wire(self) -> None:
        self._rail.chosen.connect(self.show_section)
        self._tabs.switched.connect(self._follow)
        self._tabs.leaving.connect(self.close_page)
        self._top.look_switched.connect(self._switch_look)
        self._strip.wanted.connect(lambda rule: self.show_page(Show("alarms", part=rule)))
        self._context.alarms.changed.connect(self._count_alarms)
        self._context.alarms.failed.connect(self.trouble.tell)
        self._hearing.named.connect(self._name)
        self._hearing.lost.connect(self._lose_core)
        self._hearing.back.connect(self._find_core)
        self._hearing.failed.connect(self.trouble.tell)
        self._context.feed.aged.connect(self._top.tick)
        commands = self._commands()
        for command in commands:
            if command.keys:
                QShortcut(QKeySequence(command.keys), self).activated.connect(command.act)
        found = [each for each in commands if each.id != "find"]
        sources = Sources(self._context, self._kinds, found)
        self._palette = Palette(sources, self._look, self._context.desk, self)
        self._top.finding.connect(self._find)

    def _commands(self) -> Sequence[Command]:
        """Return what can be done from anywhere, by key and from the palette."""
        step = self._tabs.step
        return (
            Command("find", lambda: _("Find"), self._find, "Ctrl+K"),
            Command("close", lambda: _("Close this page"), self._close_front, "Ctrl+W"),
            Command("next", lambda: _("Next page"), lambda: step(1), "Ctrl+Tab"),
            Command("back", lambda: _("Page before"), lambda: step(-1), "Ctrl+Shift+Tab"),
            Command("renew", lambda: _("Ask for everything again"), self._renew, "F5"),
            Command("look", lambda: _("Day or night"), self._switch_look, "F9"),
        )

    def _find(self) -> None:
        self._palette.open()

    def _count_alarms(self) -> None:
        self._rail.count(Section.ALARMS, len(self._context.alarms.alarms))

    def _name(self, title: str) -> None:
        self._top.project.setText(title)
        self.setWindowTitle(_("{plant} – Heatdesk").format(plant=title))

    def _lose_core(self, since: datetime) -> None:
        self._top.no_core.show()
        when = clock_text(since, self._context.zone)
        self.trouble.tell(
            _(
                "The core of Heatdesk has not answered since {when}. The values shown are "
                "no longer renewed; they come back by themselves when it answers again."
            ).format(when=when)
        )

    def _find_core(self) -> None:
        self._top.no_core.hide()
        self._notice.hide()
        self._renew()

    def _renew(self) -> None:
        self._context.directory.refresh()
        self._context.alarms.refresh()
        for page in self.pages:
            page.refresh()

    def _follow(self) -> None:
        kind, page = self._tabs.front_kind, self._tabs.front
        if kind is not None:
            self._rail.show_section(kind.section)
        self._top.lead_to(page.crumbs() if page is not None else ())

    def _close_front(self) -> None:
        if self.front is not None:
            self.close_page(self.front)

    def _switch_look(self) -> None:
        self._look.use("day" if self._look.theme.dark else "night")


def warm(kinds: Sequence[PageType]) -> None:
    """Let pages import what they will need while nobody waits for it."""
    for kind in kinds:
        if kind.warm is not None:
            Thread(target=kind.warm, name=f"warm {kind.id}", daemon=True).start()
