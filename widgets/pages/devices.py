"""Every device of the plant in one table: how it does, where it stands, what went wrong."""

from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.asked import DeviceView
from app.model.device import Presence
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import GAP, MARGIN, Bar, Card, EmptyState, PageHead, Search
from widgets.controls.marked import Marked
from widgets.controls.marks import presence_mark, presence_word
from widgets.controls.plain import label
from widgets.controls.quality import figures
from widgets.controls.table import Table
from widgets.models.devices import Area, area_columns, areas, device_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import Page, PageContext, PageType, Section, Show

_SETTLE_MS = 30_000  # a sorted table finds its order again no more often than this
_AREAS_PX = 224


class DevicesPage(Page):
    """The table of devices; Enter or a double click opens one."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.setAccessibleName(_("Devices"))
        self.model: RowsModel[DeviceView] = RowsModel(
            device_columns(context.directory, context.now), _key, self
        )
        self.table = Table(self.model, context.look, _("Devices"))
        self.table.opened.connect(self._open)
        self.areas: RowsModel[Area] = RowsModel(area_columns(), lambda area: area.name, self)
        self._area_list = Table(self.areas, context.look, _("Areas"), row_px=28, head=False)
        self._area_list.setSelectionMode(Table.SelectionMode.SingleSelection)
        self.search = Search(_("Find in list"), context.look)
        self._rows = label("", "small")
        self._build()
        self._connect()
        self._list()

    def heading(self) -> str:
        return _("Devices")

    def crumbs(self) -> tuple[str, ...]:
        return (_("Plant"), _("Devices"))

    def reveal(self, show: Show) -> None:
        if show.device is not None:
            self.search.show_all_unless(
                lambda: self.table.go_to(lambda view: view.config.id == show.device)
            )
        self.table.setFocus()

    def refresh(self) -> None:
        self.model.settle()

    def _build(self) -> None:
        self._head = PageHead(_("Devices"))
        self._stack = QStackedWidget()
        card = Card()
        tools = Bar("toolbar", 48).add(self.search).stretch()
        foot = Bar("cardfoot", 28).add(self._rows).stretch()
        foot.add(*(self._legend(each) for each in Presence))
        for each in (tools, self.table, foot):
            card.body.addWidget(each)
        self._empty = EmptyState("")
        self._stack.addWidget(card)
        self._stack.addWidget(self._empty)
        side = Card(_("Areas"))
        side.setFixedWidth(_AREAS_PX)
        side.body.addWidget(self._area_list)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        row.setSpacing(GAP)
        row.addWidget(side)
        row.addWidget(self._stack, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addLayout(row, 1)

    def _connect(self) -> None:
        directory, feed = self.context.directory, self.context.feed
        directory.listed.connect(self._list)
        directory.changed.connect(self._live)
        feed.aged.connect(self._live)
        self.search.textChanged.connect(self.model.find)
        self.search.returnPressed.connect(self._open_first)
        self.model.modelReset.connect(self._count)
        selection = self._area_list.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(self._choose_area)
        settle = QTimer(self)
        settle.timeout.connect(self._settle)
        settle.start(_SETTLE_MS)

    def _list(self) -> None:
        directory = self.context.directory
        if not directory.is_listed and not directory.failure:
            return
        views = directory.views
        self.model.replace(views)
        self.areas.replace(areas(views))
        self._empty.says.setText(
            directory.failure
            or _(
                "No device yet. A device appears here once a line and a device on it are "
                "part of the project; `heatdesk demo` shows a simulated plant."
            )
        )
        self._stack.setCurrentIndex(0 if views else 1)
        if self.model.rows and not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, 0))
        self.become_ready()

    def _live(self) -> None:
        if self.isVisible():
            self.table.touch_visible()

    def _settle(self) -> None:
        if self.isVisible() and not self.table.underMouse():
            self.model.settle()

    def _count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        self._rows.setText(
            _("{shown} of {total} devices").format(
                shown=figures(shown, 0), total=figures(total, 0)
            )
        )
        self._head.beside.setText(
            ngettext("{count} device", "{count} devices", total).format(count=figures(total, 0))
        )

    def _choose_area(self) -> None:
        area = self._area_list.current()
        if area is None or not area.name:
            self.model.keep(None)
        else:
            self.model.keep(lambda view: view.config.area == area.name)

    def _open(self, view: DeviceView) -> None:
        self.context.show(Show("device", view.config.id))

    def _open_first(self) -> None:
        if self.model.rows:
            self._open(self.model.rows[0])

    def _legend(self, presence: Presence) -> QWidget:
        return Marked(presence_mark(presence), presence_word(presence), self.context.look)


def _key(view: DeviceView) -> str:
    return view.config.id


def _build(context: PageContext, _show: Show) -> Page:
    return DevicesPage(context)


PAGE = PageType(
    "devices",
    lambda: _("Devices"),
    "plant",
    Section.PLANT,
    Capability.SEE_PLANT,
    10,
    _build,
)
