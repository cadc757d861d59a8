"""The start page: tiles with what matters, on one or several pages, as each person likes."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.asked import DeviceDetail
from app.model.reading import PointId, point_id
from app.verbs import Capability
from app.words import _
from widgets.controls.card import EmptyState, PageHead
from widgets.controls.late import Stack
from widgets.controls.standing import standing_on
from widgets.dashboard.board import MOST_TILES, BoardPage, Tile, free_place, new_id
from widgets.dashboard.grid import Grid
from widgets.dashboard.pages import Boards
from widgets.dashboard.standard import standard_pages
from widgets.dashboard.tiletype import kinds_of_tiles
from widgets.dashboard.tools import PageChoice, Tools, name_of
from widgets.desk import Json, Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show
from widgets.valuedoor import Door, KeyedMenu, value_menu


class DashboardPage(Page):
    """Shows one page of tiles; in its edit mode tiles are moved, sized, added, removed."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.boards = Boards(context.desk, context.viewer.login, standard_pages(), self)
        self._key = self.boards.pages[0].key
        self.editing = False
        self.grid = Grid(context, partial(make_diagram, context))
        self.choice = PageChoice()
        self.tools = Tools(context, self.boards, lambda: self._key)
        self._head = PageHead(_("Dashboard"))
        self._head.left.addWidget(self.choice)
        self._head.tools.addWidget(self.tools)
        self._stack = Stack()
        self._stack.addWidget(self.grid.scroll_in())
        self._stack.addWidget(
            EmptyState(
                _(
                    "This page has no tiles yet. Add what you want to see first when you come "
                    "in: a value, the alarms, a chart, a note."
                ),
                action=_("Edit layout"),
                pressed=partial(self.edit, on=True),
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._stack, 1)
        self._wire()
        self._show()
        if context.directory.is_listed:
            self.become_ready()

    @property
    def page(self) -> BoardPage:
        """The page of tiles in front."""
        return self.boards.page(self._key) or self.boards.pages[0]

    def heading(self) -> str:
        return _("Dashboard")

    def crumbs(self) -> tuple[str, ...]:
        return (_("Dashboard"), name_of(self.page))

    def reveal(self, show: Show) -> None:
        if show.part:
            self.go(show.part)
        self.choice.stand()

    def memory(self) -> Memory:
        return {"page": self._key}

    def recall(self, memory: Memory) -> None:
        wanted = memory.get("page")
        if isinstance(wanted, str):
            self.go(wanted)

    def go(self, key: str) -> None:
        """Bring a page of tiles to the front."""
        if self.boards.page(key) is not None:
            self._key = key
            self._show()

    def edit(self, *, on: bool) -> None:
        """Begin or end moving tiles."""
        self.editing = on and self.page.is_own
        if not self.editing:
            self.boards.keep()
        self._show()
        if self.editing and self.page.tiles:
            self.grid.frames[self.page.tiles[0].id].setFocus()

    def add(self, kind: str) -> None:
        """Add a tile where there is room, asking first what it shall show if it must."""
        found = kinds_of_tiles()[kind]
        options: Mapping[str, Json] = {}
        if found.ask is not None and found.asks_first:
            given = found.ask(self.context, {}, self)
            if given is None:
                return
            options = given
        page = self.page
        if len(page.tiles) < MOST_TILES:
            tile = Tile(new_id(), kind, free_place(page, *found.usual), dict(options))
            self.boards.put(page.with_tile(tile))
            self.grid.frames[tile.id].setFocus()

    def change(self, name: str) -> None:
        """Ask anew what a tile shall show."""
        tile = self.page.tile(name)
        kind = kinds_of_tiles().get(tile.kind) if tile is not None else None
        if tile is None or kind is None or kind.ask is None:
            return
        given = kind.ask(self.context, tile.options, self)
        if given is not None:
            self.boards.put(self.page.with_tile(replace(tile, options=dict(given))))

    def _wire(self) -> None:
        context = self.context
        context.directory.listed.connect(self.become_ready)
        self.boards.changed.connect(self._show)
        self.choice.chosen.connect(self.go)
        self.tools.edited.connect(lambda on: self.edit(on=on))
        self.tools.adding.connect(self.add)
        self.tools.going.connect(self.go)
        self.grid.altered.connect(self._alter)
        self.grid.asking.connect(self.change)
        for keys, act in (
            ("Ctrl+Z", self._undo),
            ("Ctrl+Y", self._redo),
            ("Ctrl+E", self._toggle),
        ):
            QShortcut(
                QKeySequence(keys),
                self,
                act,
                context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
            )

    def _undo(self) -> None:
        if self.editing:
            self.boards.undo()

    def _redo(self) -> None:
        if self.editing:
            self.boards.redo()

    def _toggle(self) -> None:
        self.edit(on=not self.editing)

    def _alter(self, page: BoardPage) -> None:
        held = next((name for name, each in self.grid.frames.items() if each.hasFocus()), "")
        self.boards.put(page)
        frame = self.grid.frames.get(held) or next(iter(self.grid.frames.values()), None)
        if self.editing and frame is not None:
            frame.setFocus()

    def _show(self) -> None:
        if self.boards.page(self._key) is None:
            self._key = self.boards.pages[0].key
        page = self.page
        self.editing = self.editing and page.is_own
        self.choice.show_pages(self.boards.pages, self._key)
        self.tools.show_state(page, editing=self.editing)
        self.grid.show_page(page)
        self.grid.edit(self.editing)
        self._stack.setCurrentIndex(0 if page.tiles or self.editing else 1)
        self.renamed.emit()


def make_diagram(context: PageContext, detail: DeviceDetail) -> QWidget | None:
    """Return the live picture of a device, None when its profile names none."""
    from flowdiagrams.view import DiagramView

    if not detail.diagram:
        return None
    device = detail.view.config.id
    slots = {slot: point_id(device, key) for slot, key in detail.slots.items()}
    specs = {spec.key: spec for spec in detail.points}
    view = DiagramView(
        detail.diagram, slots, specs, context.feed, context.theme,
        now=context.now, zone=context.zone,
    )  # fmt: skip

    KeyedMenu(view)

    def menu(point: str, at: QPoint) -> None:
        spec = next((s for s in detail.points if point_id(device, s.key) == point), None)
        if spec is not None:
            value_menu(context, Door(PointId(point), spec), view).popup(at)

    def mark() -> None:
        view.set_alarms(standing_on(context.alarms.of(device)))

    def wear() -> None:
        view.set_theme(context.theme)

    view.pointActivated.connect(
        lambda point: context.show(Show("device", device, PointId(point), part="chart"))
    )
    view.menuWanted.connect(menu)
    bound = _Bound(view, mark, wear)
    context.alarms.changed.connect(bound.mark)
    context.look.changed.connect(bound.wear)
    mark()
    context.asking.ask(
        context.asked.plant.latest(context.viewer, list(slots.values())),
        owner=view,
        done=context.feed.seed,
        failed=lambda _error: None,  # the picture then fills as the device is polled
    )
    return view


class _Bound(QWidget):
    """Ties what a picture hears to its life: gone with it, nothing calls into it."""

    def __init__(self, view: QWidget, mark: object, wear: object) -> None:
        super().__init__(view)
        self._mark, self._wear = mark, wear
        self.hide()

    def mark(self) -> None:
        """Mark the points with standing alarms."""
        if callable(self._mark):
            self._mark()

    def wear(self) -> None:
        """Take the colours in force."""
        if callable(self._wear):
            self._wear()


def _build(context: PageContext, _show: Show) -> Page:
    return DashboardPage(context)


def _warm() -> None:
    kinds_of_tiles()


PAGE = PageType(
    "dashboard",
    lambda: _("Dashboard"),
    "overview",
    Section.OVERVIEW,
    Capability.SEE_PLANT,
    10,
    _build,
    warm=_warm,
)
