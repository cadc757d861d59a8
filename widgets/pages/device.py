"""One device: picture, readings, settings, chart, alarms, documents, communication."""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module

from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QTabBar, QVBoxLayout, QWidget

import widgets.devicetabs
from app.asked import DeviceDetail
from app.errors import PlantError
from app.model.reading import DeviceId, PointId, Reading, point_id
from app.plugins import discover
from app.verbs import Capability
from app.words import _
from widgets.controls.card import Card, EmptyState
from widgets.controls.late import Stack
from widgets.controls.notice import Notice
from widgets.controls.plain import literal
from widgets.controls.standing import standing_on
from widgets.desk import Json, Memory
from widgets.devicetabs.doors import value_menu
from widgets.devicetabs.head import DeviceHead
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.speech import told_detail
from widgets.valuedoor import KeyedMenu


class DevicePage(Page):
    """Head with how the device is doing, tabs below; a tab is built when first opened."""

    def __init__(
        self, context: PageContext, device: DeviceId, parent: QWidget | None = None
    ) -> None:
        super().__init__(context, parent)
        self.device = device
        self._subject: Subject | None = None
        self._wanted = Show("device", device)
        kinds = discover(widgets.devicetabs, "TAB", TabType).values()
        mine = [each for each in kinds if context.viewer.may(each.capability)]
        self._kinds = sorted(mine, key=lambda each: each.order)
        self._tabs: dict[str, Tab] = {}
        self._kept: Memory = {}  # of tabs that are not built yet
        self._build()
        context.directory.listed.connect(self.renamed)
        context.alarms.changed.connect(self._count)
        self._count()
        self._ask()

    @property
    def tab(self) -> Tab | None:
        """The tab in front, None before the device is known."""
        return self._tabs.get(self._kinds[self._bar.currentIndex()].id)

    def heading(self) -> str:
        return self.context.directory.name(self.device)

    def crumbs(self) -> tuple[str, ...]:
        area = self.context.directory.area(self.device) or _("Plant")
        return area, self.heading(), self._kinds[self._bar.currentIndex()].title()

    def reveal(self, show: Show) -> None:
        self._wanted = show
        if self._subject is None:
            return
        self._bar.setCurrentIndex(_place_of(show, self._kinds, self._bar))
        self._bar.setFocus()
        if self.tab is not None:
            self.tab.reveal(show)

    def refresh(self) -> None:
        self._ask()
        for tab in self._tabs.values():
            tab.refresh()

    def settled(self) -> bool:
        return self.is_ready and (self.tab is None or self.tab.settled())

    def discard(self) -> None:
        for tab in self._tabs.values():
            tab.discard()

    def way_to_now(self) -> Callable[[], None] | None:
        return self.tab.way_to_now() if self.tab is not None else None

    def unsaved(self) -> str:
        return "\n".join(loss for tab in self._tabs.values() if (loss := tab.unsaved()))

    def memory(self) -> Memory:
        tabs: Memory = dict(self._kept)
        for name, tab in self._tabs.items():
            if remembered := tab.memory():
                tabs[name] = remembered
        return {"tab": self._kinds[self._bar.currentIndex()].id, "tabs": tabs}

    def recall(self, memory: Memory) -> None:
        tabs = memory.get("tabs")
        if isinstance(tabs, dict):
            self._kept = {name: kept for name, kept in tabs.items() if isinstance(kept, dict)}
        for name, tab in self._tabs.items():
            _remind(tab, self._kept.pop(name, None))
        part = memory.get("tab")
        if isinstance(part, str):
            self.reveal(Show("device", self.device, part=part))

    def _build(self) -> None:
        self._head = DeviceHead(self.context, self.device)
        self._notice = Notice(self.context.look, of_page=True)
        self._bar = QTabBar()
        self._bar.setObjectName("subjects")
        self._bar.setAccessibleName(_("Parts of the device page"))
        self._bar.setDrawBase(False)
        self._bar.setExpanding(False)
        for at, kind in enumerate(self._kinds):
            self._bar.addTab(literal(kind.title()))
            self._bar.setTabVisible(at, kind.fits is None)
        self._bar.currentChanged.connect(self._bring)
        self._stack = Stack()
        self._stack.addWidget(EmptyState(_("Asking for the device …")))
        under = QWidget()
        under.setObjectName("pagesbar")
        row = QVBoxLayout(under)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self._bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(under)
        column.addWidget(self._notice)
        column.addWidget(self._stack, 1)

    def _ask(self) -> None:
        context = self.context
        context.asking.ask(
            context.asked.plant.device(context.viewer, self.device),
            owner=self,
            done=self._take,
            failed=self._fail,
        )

    def _take(self, heard: DeviceDetail) -> None:
        detail, before = told_detail(heard), self._subject
        self._subject = Subject(self.context, detail, make_diagram)
        for at, kind in enumerate(self._kinds):
            fits = kind.fits is None or kind.fits(detail)
            # Qt 6.11 forgets to lay the bar out when it is told again what it knows.
            if self._bar.isTabVisible(at) != fits:
                self._bar.setTabVisible(at, fits)
        self._notice.hide()
        self._head.describe(detail)
        if before is not None and before.detail.points == detail.points:
            for tab in self._tabs.values():
                tab.describe(self._subject)
            return
        for name, tab in self._tabs.items():
            self._kept.setdefault(name, tab.memory())
            self._stack.removeWidget(tab)
            tab.deleteLater()
        self._tabs.clear()
        context = self.context
        context.asking.ask(
            context.asked.plant.latest(
                context.viewer, [point_id(self.device, spec.key) for spec in detail.points]
            ),
            owner=self,
            done=self._begin,
            failed=self._fail,
        )

    def _begin(self, readings: Sequence[Reading]) -> None:
        self.context.feed.seed(readings)
        self.context.feed.refresh()
        self._head.refresh()
        before = self._bar.currentIndex()
        wanted = _place_of(self._wanted, self._kinds, self._bar)
        if wanted == before:
            self._bring(wanted)
        self.reveal(self._wanted)

    def _fail(self, error: PlantError) -> None:
        self._notice.tell(str(error), retry=self._ask)
        self.become_ready()

    def _bring(self, at: int) -> None:
        if self._subject is None:
            return
        kind = self._kinds[at]
        tab = self._tabs.get(kind.id)
        if tab is None:
            tab = self._tabs[kind.id] = kind.build(self._subject)
            tab.renamed.connect(partial(self._rename, at))
            tab.renamed.connect(self.renamed)
            tab.ready.connect(self.become_ready)
            self._stack.addWidget(tab)
            _remind(tab, self._kept.pop(kind.id, None))
        self._stack.setCurrentWidget(tab)
        # The bold title is a little wider; Qt measures titles anew only when one is told.
        self._bar.setTabText(at, self._bar.tabText(at))
        if tab.is_ready:
            self.become_ready()
        self.renamed.emit()

    def _count(self) -> None:
        """Tell beside their titles what is counted of tabs nobody opened yet."""
        for at, kind in enumerate(self._kinds):
            if kind.count is not None:
                self._rename(at)

    def _rename(self, at: int) -> None:
        kind = self._kinds[at]
        tab = self._tabs.get(kind.id)
        badge = tab.badge() if tab is not None else ""
        if not badge and kind.count is not None:
            badge = str(kind.count(self.context, self.device) or "")
        self._bar.setTabText(at, literal(f"{kind.title()}  {badge}" if badge else kind.title()))


def _remind(tab: Tab, kept: Json) -> None:
    """Let a tab take up what it remembered."""
    if isinstance(kept, dict):
        tab.recall(kept)


def _place_of(show: Show, kinds: Sequence[TabType], bar: QTabBar) -> int:
    """Return which tab a request is about; the present one when it names none to be had."""
    part = show.part.partition(":")[0]
    for at, kind in enumerate(kinds):
        if kind.id == part and bar.isTabVisible(at):
            return at
    return bar.currentIndex()


class Picture(Card):
    """The live picture of a device with the age of its oldest value."""

    def __init__(self, context: PageContext, detail: DeviceDetail) -> None:
        from flowdiagrams.view import DiagramView

        super().__init__(detail.view.label)
        self._context, self._device = context, detail.view.config.id
        self._subject = Subject(context, detail, make_diagram)
        self._view = DiagramView(
            detail.diagram,
            {slot: point_id(self._device, key) for slot, key in detail.slots.items()},
            {spec.key: spec for spec in detail.points},
            context.feed,
            context.theme,
            now=context.now,
        )
        faults = Notice(context.look)
        self.body.addWidget(faults)
        self.body.addWidget(self._view, 1)
        if self._view.faults:
            faults.tell(_("The picture is not complete."), "\n".join(self._view.faults))
        self._view.pointActivated.connect(self._trend)
        self._view.menuWanted.connect(self._open_menu)
        KeyedMenu(self._view)
        context.look.changed.connect(self._wear)
        context.alarms.changed.connect(self._mark_alarms)
        self._mark_alarms()

    def _wear(self) -> None:
        self._view.set_theme(self._context.theme)

    def _mark_alarms(self) -> None:
        self._view.set_alarms(standing_on(self._context.alarms.of(self._device)))

    def _open_menu(self, point: str, at: QPoint) -> None:
        for spec in self._subject.detail.points:
            if self._subject.point(spec) == point:
                value_menu(self._subject, spec, self).popup(at)

    def _trend(self, point: str) -> None:
        self._context.show(Show("device", self._device, PointId(point), part="chart"))


def make_diagram(context: PageContext, detail: DeviceDetail) -> QWidget | None:
    """Return the live picture of a device, None when its profile names none."""
    return Picture(context, detail) if detail.diagram else None


def _build(context: PageContext, show: Show) -> Page:
    return DevicePage(context, show.device or DeviceId(""))


def _warm() -> None:
    for heavy in ("flowdiagrams.view", "widgets.charts.plot"):
        import_module(heavy)


PAGE = PageType(
    "device",
    lambda: _("Device"),
    "plant",
    Section.PLANT,
    Capability.SEE_PLANT,
    20,
    _build,
    needs_device=True,
    warm=_warm,
)
