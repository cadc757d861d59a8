"""Finding the meters of a bus: the line, how far the search is, who answered, who is added."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.reading import DeviceId
from app.model.scan import ScanStanding, ScanState, ScanSteer
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import GAP, MARGIN, Bar, PageHead
from widgets.controls.late import Scrolled
from widgets.controls.notice import Notice
from widgets.controls.plain import button, label
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.scanning.form import LineForm
from widgets.scanning.foundcard import FoundCard
from widgets.scanning.progress import ProgressCard

_T = TypeVar("_T")
_UNDER_WAY = (ScanState.RUNNING, ScanState.PAUSED)
_LEFT_PX = 380


class ScanPage(Page):
    """The line and the progress left, the meters that answered right; a box adds one."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._standing = ScanStanding()
        self._asking = False
        self.notice = Notice(context.look)
        self.form, self.progress = LineForm(), ProgressCard()
        self.found = FoundCard(context.look, context.directory.name)
        self.start = button(_("Search"), self.begin, role="primary")
        self.pause = button(_("Pause"), self._pause)
        self.cancel = button(_("Cancel"), lambda: self._steer(ScanSteer.CANCEL))
        self.steering = Bar("cardfoot", 44)  # an empty strip while nothing is under way
        self.done_words = label("", "quiet")
        self._build()
        context.directory.listed.connect(self._list)
        context.feed.aged.connect(self._tick)
        self.found.wanted.connect(self._add)
        self._list()
        self._show()
        self.refresh()

    def heading(self) -> str:
        return _("Find meters on a bus")

    def crumbs(self) -> tuple[str, ...]:
        return _("Plant"), _("Find meters on a bus")

    def reveal(self, show: Show) -> None:
        self.form.line.setFocus()

    def refresh(self) -> None:
        """Ask how the search stands, unless an answer is on its way."""
        if self._asking:
            return
        self._asking = True
        context = self.context
        context.asking.ask(
            context.asked.scan.standing(context.viewer),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def memory(self) -> Memory:
        return {"area": self.found.area.text()}

    def recall(self, memory: Memory) -> None:
        area = memory.get("area")
        if isinstance(area, str):
            self.found.area.setText(area)

    def begin(self) -> None:
        """Begin to search the line that stands in the form."""
        wish = self.form.wish()
        if _locked(self.context):
            return
        if wish is None:
            self.notice.tell(_("Say where the bus is: a serial port, or host and port."))
            return
        self.found.forget()
        begun = self.context.asked.scan.begin(self.context.viewer, wish)
        self._ask(begun, lambda _answer: self.refresh())

    def _build(self) -> None:
        self.form.body.addWidget(Bar("cardfoot", 44).stretch().add(self.start))
        self.steering.stretch().add(self.pause, self.cancel)
        self.progress.body.addWidget(self.steering)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        row.setSpacing(GAP)
        row.addWidget(_side(self.form, self.progress))
        row.addWidget(self.found, 1)
        head = PageHead(_("Find meters on a bus"))
        head.tools.addWidget(self.done_words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.notice)
        column.addLayout(row, 1)

    def _list(self) -> None:
        self.form.show_lines([view.link for view in self.context.directory.views])

    def _tick(self) -> None:
        if self._standing.state in _UNDER_WAY:
            self.refresh()

    def _ask(self, question: Coroutine[Any, Any, _T], done: Callable[[_T], None]) -> None:
        self.notice.hide()
        self.done_words.clear()
        self.context.asking.ask(question, owner=self, done=done, failed=self._lost)

    def _pause(self) -> None:
        paused = self._standing.state is ScanState.PAUSED
        self._steer(ScanSteer.RESUME if paused else ScanSteer.PAUSE)

    def _steer(self, how: ScanSteer) -> None:
        self._ask(self.context.asked.scan.steer(self.context.viewer, how), self._take)

    def _add(self) -> None:
        if _locked(self.context):
            return
        take, picks = self.context.asked.scan.take, self.found.picks()
        self._ask(take(self.context.viewer, picks, self.found.area.text()), self._added)

    def _added(self, devices: Sequence[DeviceId]) -> None:
        said = ngettext("{n} meter was added.", "{n} meters were added.", len(devices))
        self.done_words.setText(said.format(n=len(devices)))
        self.found.forget()
        self.context.directory.refresh()
        self.refresh()

    def _take(self, standing: ScanStanding) -> None:
        self._asking = False
        self._standing = standing
        if standing.state is ScanState.FAILED:
            self.notice.tell(standing.error)
        self._show()
        self.become_ready()

    def _fail(self, error: PlantError) -> None:
        self._asking = False
        self._lost(error)
        self.become_ready()

    def _lost(self, error: PlantError) -> None:
        self.notice.tell(str(error))

    def _show(self) -> None:
        standing, under_way = self._standing, self._standing.state in _UNDER_WAY
        self.found.show_standing(standing, free=not under_way)
        self.progress.tell(standing)
        self.progress.setVisible(standing.state is not ScanState.NONE)
        self.form.setVisible(not under_way)
        self.steering.setVisible(under_way)
        paused = standing.state is ScanState.PAUSED
        self.pause.setText(_("Go on") if paused else _("Pause"))


def _side(*cards: QWidget) -> QScrollArea:
    """Return cards below each other, to be scrolled where the window is low."""
    inside = QWidget()
    inside.setObjectName("groundinside")
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP)
    for card in cards:
        column.addWidget(card)
    column.addStretch(1)
    scroll = Scrolled()
    scroll.setObjectName("ground")
    scroll.setAccessibleName(_("Search"))
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFixedWidth(_LEFT_PX)
    scroll.setWidget(inside)
    return scroll


def _locked(context: PageContext) -> bool:
    """Whether writing is locked; then the person is asked to open it."""
    if context.write_lock.all_locked:
        context.write_lock.ask_unlock()
        return True
    return False


def _build(context: PageContext, _show: Show) -> Page:
    return ScanPage(context)


PAGE = PageType(
    "scan",
    lambda: _("Find meters on a bus"),
    "search",
    Section.PLANT,
    Capability.EDIT_DEVICES,
    60,
    _build,
    whole=True,  # a bus is nobody's part of a plant
)
