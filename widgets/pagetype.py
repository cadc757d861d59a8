"""How a page introduces itself to the shell, and all it may know of the world around it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import Enum

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QWidget

from app.asked import Asked
from app.model.reading import DeviceId, PointId
from app.verbs import Capability, Viewer
from widgets.alarmboard import AlarmBoard
from widgets.asking import Asking
from widgets.desk import Desk, Memory
from widgets.directory import Directory
from widgets.overrideboard import OverrideBoard
from widgets.pairboard import PairBoard
from widgets.pointfeed import PointFeed
from widgets.theme import Look, Theme
from widgets.workcentre import WorkCentre
from widgets.writelock import WriteLock


class Section(Enum):
    """The entries of the left rail, in its order; one without pages stays away."""

    OVERVIEW = "overview"
    PLANT = "plant"
    ANALYSIS = "analysis"
    ALARMS = "alarms"
    REPORTS = "reports"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Show:
    """The one request a page may make of the shell: show me this, there, around then."""

    page: str  # id of a `PageType`
    device: DeviceId | None = None
    point: PointId | None = None
    around: datetime | None = None  # UTC
    part: str = ""  # a tab inside the page, such as "settings"


@dataclass(frozen=True, slots=True)
class PageContext:
    """Everything a page may use; it never sees the shell.

    ``now`` answers UTC; ``zone`` is how times are shown, None for the computer's own.
    """

    asked: Asked
    viewer: Viewer
    asking: Asking
    feed: PointFeed
    look: Look
    directory: Directory
    alarms: AlarmBoard
    desk: Desk
    write_lock: WriteLock
    work: WorkCentre
    show: Callable[[Show], None]
    now: Callable[[], datetime]
    pairs: PairBoard
    overrides: OverrideBoard
    zone: tzinfo | None = None

    @property
    def theme(self) -> Theme:
        """The colours in force at this moment; `look` tells when they change."""
        return self.look.theme


class Page(QWidget):
    """What every page is: a widget that says when it has something to show.

    ``ready`` is emitted once, when the first answers are on the screen (or the page
    says why there are none): pictures wait for it. ``renamed`` asks the shell to
    read `heading` and `crumbs` again.
    """

    ready = pyqtSignal()
    renamed = pyqtSignal()

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.is_ready = False

    def heading(self) -> str:
        """Return the words of the page's tab."""
        return ""

    def crumbs(self) -> tuple[str, ...]:
        """Return the way to this page, outermost first."""
        return (self.heading(),)

    def reveal(self, show: Show) -> None:
        """Bring what ``show`` names into view; the page is open already."""

    def refresh(self) -> None:
        """Ask again for what does not arrive by itself (F5)."""

    def unsaved(self) -> str:
        """Return "" or the sentence that says what would be lost if the page closed now."""
        return ""

    def discard(self) -> None:
        """Let go of what `unsaved` names: the person agreed to lose it."""

    def way_to_now(self) -> Callable[[], None] | None:
        """Return what shows the present again; None while it is what one looks at."""
        return None

    def memory(self) -> Memory:
        """Return what this page must find again after a restart or another language."""
        return {}

    def recall(self, memory: Memory) -> None:
        """Take up what `memory` returned once, perhaps in an older program: trust nothing."""

    def topic(self) -> str:
        """Return the part of the page in front, as the help knows it: a tab's id, or ""."""
        tab = self.memory().get("tab")
        return tab if isinstance(tab, str) else ""

    def settled(self) -> bool:
        """Whether a picture taken now shows what the page has to show."""
        return self.is_ready

    def become_ready(self) -> None:
        """Say once that the page shows what it has."""
        if not self.is_ready:
            self.is_ready = True
            self.ready.emit()


@dataclass(frozen=True, slots=True)
class PageType:
    """How a module of ``widgets.pages`` introduces itself, in ``PAGE``.

    ``build`` imports what is heavy and makes the page; it runs when the page is
    opened, never before. ``warm`` may import the same ahead of time, away from the
    screen's thread, so that the first opening does not stall it; it makes no widgets.
    Words are functions, so that they follow the language.
    """

    id: str
    title: Callable[[], str]
    icon: str  # a drawing in resources/icons
    section: Section
    capability: Capability  # without it the page is not there
    order: int  # inside its section
    build: Callable[[PageContext, Show], Page]
    needs_device: bool = False  # opened only for a device: not in the rail
    whole: bool = False  # only for who holds the capability over every device
    warm: Callable[[], None] | None = None  # imports ahead; runs in a thread of its own
