"""Meters: each with its index, its state, when it was read last and what its info code says."""

from collections.abc import Sequence

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.asked import DeviceView
from app.errors import PlantError
from app.model.reading import PointId, Reading
from app.model.reception import MeterReception
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import MARGIN, Bar, Card, EmptyState, PageHead, Search, Segments
from widgets.controls.late import Stack
from widgets.controls.plain import button, label
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.desk import Memory
from widgets.meterlist.columns import RADIO, Meters, meter_columns, search_words
from widgets.models.measured import Measurements
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show

_FOLLOW_MS = 500  # values and ages in view are painted anew
_HEARD_MS = 10_000
_AT_ONCE = 2_000  # points asked for together


class MetersPage(Page):
    """Enter or a double click opens a meter; the search looks through all that is said."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        directory, feed = context.directory, context.feed
        values = Measurements(directory, feed, context.now, context.zone)
        self.meters = Meters(directory, feed, values, context.now)
        self.model: RowsModel[DeviceView] = RowsModel(
            meter_columns(self.meters),
            lambda view: view.config.id,
            self,
            lambda view: search_words(view, self.meters),
        )
        self.table: Table[DeviceView] = Table(self.model, context.look, _("Meters"))
        self.search = Search(_("Find a meter"), context.look, 260)
        self.switch = Segments((_("All"), _("With info code")), _("Meters"))
        self.empty = EmptyState(
            _(
                "No meter yet. A device appears here once it tells an index: energy, volume "
                "or another total. Meters on an M-Bus and by radio do so by themselves."
            )
        )
        self._count = label("", "quiet")
        self._stack = Stack()
        self._asked: set[PointId] = set()
        self._waiting = False
        self._build()
        self._connect()
        self._list()

    def heading(self) -> str:
        return _("Meters")

    def crumbs(self) -> tuple[str, ...]:
        return _("Plant"), _("Meters")

    def reveal(self, show: Show) -> None:
        if show.device is not None:
            self.table.go_to(lambda view: view.config.id == show.device)
        self.table.setFocus()

    def refresh(self) -> None:
        self.model.settle()

    def settled(self) -> bool:
        return self.is_ready and not self._waiting

    def memory(self) -> Memory:
        return {"search": self.search.text()}

    def recall(self, memory: Memory) -> None:
        sought = memory.get("search")
        if isinstance(sought, str):
            self.search.setText(sought)

    def _build(self) -> None:
        head = PageHead(_("Meters"))
        head.left.addWidget(self.switch)
        if self.context.viewer.rights.whole(Capability.EDIT_DEVICES):
            show = self.context.show
            head.tools.addWidget(button(_("Find meters on a bus"), lambda: show(Show("scan"))))
        card = Card()
        card.body.addWidget(Bar("toolbar", 44).add(self.search, self._count))
        card.body.addWidget(self.table, 1)
        self._stack.addWidget(card)
        self._stack.addWidget(self.empty)
        inside = QVBoxLayout()
        inside.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        inside.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addLayout(inside, 1)

    def _connect(self) -> None:
        context = self.context
        context.directory.listed.connect(self._list)
        context.directory.described.connect(self._list)
        self.table.opened.connect(lambda view: context.show(Show("device", view.config.id)))
        self.search.textChanged.connect(self._find)
        self.switch.chosen.connect(self._choose)
        following = QTimer(self)
        following.timeout.connect(self.table.touch_visible)
        following.start(_FOLLOW_MS)
        hearing = QTimer(self)
        hearing.timeout.connect(self._ask_reception)
        hearing.start(_HEARD_MS)

    def _list(self) -> None:
        directory = self.context.directory
        if not directory.is_listed and not directory.failure:
            return
        if directory.failure:
            self.empty.says.setText(directory.failure)
        views = self.meters.views()
        self.model.replace(views)
        self._stack.setCurrentIndex(0 if views else 1)
        self._tell()
        self._seed()
        self._hear(list(self.meters.reception.values()))
        self._ask_reception()
        self.become_ready()

    def _find(self, words: str) -> None:
        self.model.find(words)
        self._tell()

    def _choose(self, at: int) -> None:
        self.model.keep(None if at == 0 else lambda view: bool(self.meters.info(view)))
        self._tell()

    def _tell(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        self._count.setText(
            ngettext("{shown} of {total} meter", "{shown} of {total} meters", total).format(
                shown=figures(shown, 0), total=figures(total, 0)
            )
        )

    def _ask_reception(self) -> None:
        """Ask how meters by radio are heard, while somebody looks."""
        context = self.context
        if not self.isVisible() or not context.viewer.may(Capability.SEE_PLANT):
            return
        context.asking.ask(
            context.asked.radio.reception(context.viewer),
            owner=self,
            done=self._hear,
            failed=self._leave_empty,
        )

    def _hear(self, told: Sequence[MeterReception]) -> None:
        """Show how meters are heard; a plant without radio has no columns for it."""
        self.meters.reception = {each.device: each for each in told}
        known = self.meters.known()
        heard = any(device in known for device in self.meters.reception)
        for at, column in enumerate(self.model.columns):
            if column.id in RADIO:
                self.table.setColumnHidden(at, not heard)
        self.table.spread()

    def _seed(self) -> None:
        """Ask for values that were told before this window listened."""
        context = self.context
        fresh = [each for each in self.meters.unheard() if each not in self._asked]
        points = fresh[:_AT_ONCE]
        if not points or self._waiting or not context.viewer.may(Capability.SEE_PLANT):
            return
        self._asked.update(points)
        self._waiting = True
        context.asking.ask(
            context.asked.plant.latest(context.viewer, points),
            owner=self,
            done=self._take,
            failed=self._leave_empty,
        )

    def _take(self, readings: Sequence[Reading]) -> None:
        self._waiting = False
        if readings:
            self.context.feed.seed(readings)
            self.context.feed.refresh()
            self.model.settle()
            self._tell()
        self._seed()

    def _leave_empty(self, _error: PlantError) -> None:
        """Leave dashes: the next poll brings the values."""
        self._waiting = False


def _build(context: PageContext, _show: Show) -> Page:
    return MetersPage(context)


PAGE = PageType(
    "meters",
    lambda: _("Meters"),
    "meter",
    Section.PLANT,
    Capability.SEE_PLANT,
    30,
    _build,
)
