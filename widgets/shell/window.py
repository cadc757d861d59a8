"""The main window: it only places what the pages package holds."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from threading import Thread

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QCloseEvent, QResizeEvent
from PyQt6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

import widgets.pages
from app.asked import Asked
from app.plugins import discover
from app.verbs import Viewer
from app.words import _
from widgets.about.support import Home
from widgets.alarmboard import AlarmBoard
from widgets.asking import Asking
from widgets.controls.confirm import Leaving, leaving, may_lose
from widgets.controls.notice import Notice
from widgets.desk import Desk
from widgets.directory import Directory
from widgets.overrideboard import OverrideBoard
from widgets.overriding.standing import OverrideBadge
from widgets.ownsession import OwnSession
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.pairboard import PairBoard
from widgets.palette.panel import Palette
from widgets.palette.sources import Sources
from widgets.people.own import open_own
from widgets.pointfeed import PointFeed
from widgets.secondperson.paired import paired
from widgets.secondperson.waiting import PairBadge, PairDesk
from widgets.shell import arrangement
from widgets.shell.acts import Acts
from widgets.shell.clashes import Clashes
from widgets.shell.contact import Contact
from widgets.shell.guide import Guide
from widgets.shell.otherprojects import Neighbour, OtherProjects
from widgets.shell.pagetabs import PageTabs
from widgets.shell.pastbadge import PastBadge
from widgets.shell.places import Places
from widgets.shell.rail import Rail
from widgets.shell.ringing import Ringing
from widgets.shell.sectionmenu import SectionMenu
from widgets.shell.session import Session
from widgets.shell.standing import Standing
from widgets.shell.strip import AlarmStrip
from widgets.shell.topbar import TopBar
from widgets.shell.trouble import Trouble
from widgets.shell.usermenu import UserMenu
from widgets.shell.worklist import Toasts, WorkButton
from widgets.shell.writebadge import WriteBadge
from widgets.sounder import Sounder
from widgets.theme import Look
from widgets.welcome.context import OpenProject
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
    mine = [each for each in found if viewer is None or _opens(each, viewer)]
    mine.sort(key=lambda each: (sections.index(each.section), each.order, each.id))
    return {each.id: each for each in mine}


def _opens(kind: PageType, viewer: Viewer) -> bool:
    """Whether a page is one of this person's: by their rights, and by their role's pages."""
    pages = viewer.rights.pages
    rights = viewer.rights
    held = rights.whole(kind.capability) if kind.whole else rights.may(kind.capability)
    return held and (not pages or kind.section.value in pages)


def build_window(
    *,
    asked: Asked,
    viewer: Viewer,
    asking: Asking,
    feed: PointFeed,
    look: Look,
    now: Callable[[], datetime],
    sounder: Sounder,
    zone: tzinfo | None = None,
    simulated: bool = False,
    preferences: Mapping[str, str] | None = None,
    write_locked: bool = False,
    idle_lock_min: int = 0,
    home: Home | None = None,
    neighbours: Callable[[], Sequence[Neighbour]] = tuple,
) -> "MainWindow":
    """Return the window over a plant, listening already; `show` it when it suits.

    ``zone`` is the plant's, None for this computer's; ``simulated`` sets the badge SIM;
    ``idle_lock_min`` is the workstation's, 0 for never; ``home`` is told to who asks for
    help; ``neighbours`` are the other projects one may go on to.
    """
    window = MainWindow(look)
    window.others.neighbours = neighbours
    pairs = PairBoard(asked, viewer, asking, feed, window)
    context = PageContext(
        asked=paired(asked, pairs),
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
        pairs=pairs,
        overrides=OverrideBoard(asked, viewer, asking, feed, window),
        zone=zone,
    )
    window.furnish(
        context, sounder, simulated=simulated, idle_lock_min=idle_lock_min, home=home
    )
    return window


class MainWindow(QMainWindow):
    """Rail, top bar, page tabs and alarm strip around the page in front."""

    opening = pyqtSignal()  # a page, a tab or the palette: somebody waits for the screen
    closed = pyqtSignal()
    language_chosen = pyqtSignal(str)  # the window is wanted anew in this language

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
        self.places = Places(self._tabs, self)
        self._standing = Standing(self.places, lambda: self._tabs.front, self)
        self._returns = False
        self.wants_another = False  # closed in order to open another project
        self.goes_to: OpenProject | None = None  # that one; None: it is still to be chosen
        self.others = OtherProjects(self, self.leave_for_another)
        self.logged_out = False  # closed so that somebody else may log in

    def furnish(
        self,
        context: PageContext,
        sounder: Sounder,
        *,
        simulated: bool,
        idle_lock_min: int = 0,
        home: Home | None = None,
    ) -> None:
        """Put everything in its place and start listening to the plant."""
        self._context, self._home = context, home
        self._kinds = kinds_of_pages(context.viewer)
        sections = {kind.section for kind in self._kinds.values() if not kind.needs_device}
        self._rail = Rail([each for each in Section if each in sections], self._look)
        self._top = TopBar(context.directory, self._look, context.now, context.zone)
        self._top.simulated.setVisible(simulated)
        self._top.guest.setVisible(context.viewer.rights.guest)
        self._contact = Contact(
            context, self, self._top, self.trouble, self._notice, self._renew
        )
        ringing = Ringing(context, sounder, self)
        self._strip = AlarmStrip(context, ringing)
        self._whole = QStackedWidget()
        self._place()
        own = OwnSession(context.asked, context.viewer, context.asking, self)
        unsent = self._standing.losses
        self.session = Session(context, self._whole, own, idle_lock_min, lambda: len(unsent()))
        self._serve()
        self._wire()
        self._contact.begin()
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
        """Every open page, those torn off too."""
        return self.places.pages

    def show_page(self, show: Show) -> None:
        """Bring what is asked for to the front: the one way between pages."""
        self.opening.emit()
        kind = self._kinds.get(show.page)
        if kind is None or (kind.needs_device and show.device is None):
            self.trouble.tell(_("There is no such page: {page}").format(page=show.page))
            return
        self.places.bring(kind, show, self._context)

    def show_section(self, section: Section) -> None:
        """Open a section's first page."""
        for kind in self._kinds.values():
            if kind.section is section and not kind.needs_device:
                self.show_page(Show(kind.id))
                return

    def put_up(self, otherwise: Section) -> None:
        """Open the pages as they were left; a section's first page when there were none."""
        self._standing.begin(self._context.desk)
        kept = self._context.desk.value(arrangement.KEY)
        arrangement.place_window(kept, self)
        if not arrangement.put_up(kept, self.places, self._kinds, self._context):
            self.show_section(otherwise)

    def close_to_return(self, *, logged_out: bool = False) -> None:
        """Close without asking: the same pages come back with all they hold.

        Who is ``logged_out`` makes room for somebody else meanwhile.
        """
        self.logged_out = logged_out or self.logged_out
        self._returns = True
        self.close()

    def leave_for_another(self, choice: OpenProject | None = None) -> None:
        """Close for another project; without a choice it is chosen on the welcome page."""
        self.wants_another, self.goes_to = True, choice
        if not self.close():
            self.wants_another, self.goes_to = False, None

    def log_out(self) -> None:
        """Let somebody else sit down: asks, naming what was not sent."""
        wish = leaving(self._context.viewer.name, self._standing.losses(), self)
        if wish is Leaving.LOCK:
            self.session.lock()
        elif wish is Leaving.LOG_OUT:
            self._standing.discard()
            self.logged_out = True
            self.close()

    def close_page(self, page: Page) -> None:
        """Close a page; asks once when something would be lost."""
        if may_lose([loss] if (loss := page.unsaved()) else [], self):
            self.places.remove(page)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        if event is None:
            return
        if not (self._returns or may_lose(self._standing.losses(), self)):
            event.ignore()
            return
        if self._returns:
            self._standing.begin(self._context.desk)
        else:
            self._standing.discard()
        self._standing.keep()
        self._standing.end()
        self.session.end()
        self.places.end()
        self._contact.end()
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
        self._whole.addWidget(whole)
        self.setCentralWidget(self._whole)

    def _serve(self) -> None:
        """Give keys, palette and menus what can be done from anywhere."""
        self.guide = Guide(self._context, self.places, self._tabs, self, self._home)
        acts = Acts(
            self,
            self._tabs,
            self.places,
            self.session,
            self._look,
            self.close_page,
            self._renew,
            lambda: self._palette.open(),  # noqa: PLW0108 - made below
            self.guide,
            another=lambda: self.others.choose(self._top.other),
            log_out=self.log_out,
            own=partial(open_own, self._context, self),
            lock_all=self._context.write_lock.lock_all,
        )
        acts.listen()
        sources = Sources(self._context, self._kinds, acts.others("find"))
        self._palette = Palette(sources, self._look, self._context.desk, self)
        self._palette.opening.connect(self.opening)
        self.places.moved.connect(self.opening)
        self._tabs.seat(Toasts(self._context.work))
        self.clashes = Clashes(self._context, self)
        self.second = PairDesk(self._context, self)
        self._top.look_switched.connect(acts.switch_look)
        self._top.another_wanted.connect(lambda: self.others.choose(self._top.other))
        mine = acts.named(
            *("lock", "lockall", "logout", "password", "pin", "rights", "look", "help"),
            *("tour", "keys", "about", "another", "quit"),
        )
        self._past = PastBadge(lambda: self._tabs.front, self._look, self)
        person = UserMenu(self._context, self.session, mine)
        person.language_chosen.connect(self.language_chosen)
        self._top.seat(
            person,
            WorkButton(self._context.work, self._look),
            (
                self._past,
                OverrideBadge(self._context, self),
                PairBadge(self._context, self),
                WriteBadge(self._context.write_lock, self._context.feed, self),
            ),
        )

    def _wire(self) -> None:
        tabs, show = self._tabs, self.show_page
        SectionMenu(self._rail, self._look, self._kinds, show, lambda: tabs.front_kind)
        self._tabs.switched.connect(self._follow)
        self._tabs.leaving.connect(self.close_page)
        self._top.finding.connect(lambda: self._palette.open())  # noqa: PLW0108 - made later
        self._strip.wanted.connect(lambda rule: self.show_page(Show("alarms", part=rule)))
        self._context.alarms.changed.connect(self._count_alarms)
        self._context.alarms.failed.connect(self.trouble.tell)
        self._context.desk.failed.connect(self.trouble.tell)
        self._context.feed.aged.connect(self._top.tick)
        self._context.feed.aged.connect(self._past.refresh)
        self.session.other_wanted.connect(partial(self.close_to_return, logged_out=True))
        self.session.changed.connect(self._palette.hide)
        self.session.changed.connect(self.others.menu.hide)
        self.session.changed.connect(self.guide.stop)

    def _count_alarms(self) -> None:
        self._rail.count(Section.ALARMS, len(self._context.alarms.alarms))

    def _renew(self) -> None:
        self._context.overrides.refresh()
        self._context.directory.refresh()
        self._context.alarms.refresh()
        for page in self.pages:
            page.refresh()

    def _follow(self) -> None:
        kind, page = self._tabs.front_kind, self._tabs.front
        if kind is not None:
            self._rail.show_section(kind.section)
        self._top.lead_to(page.crumbs() if page is not None else ())
        self._past.refresh()


def warm(kinds: Sequence[PageType]) -> None:
    """Let pages import what they will need while nobody waits for it."""
    for kind in kinds:
        if kind.warm is not None:
            Thread(target=kind.warm, name=f"warm {kind.id}", daemon=True).start()
