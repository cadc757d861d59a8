"""Every device of the plant: tree, groups and one table of how each does and what it says."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QKeySequence, QShortcut
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.alarm import Alarm
from app.model.reading import DeviceId
from app.verbs import Capability
from app.words import _, ngettext
from widgets.controls.card import GAP, MARGIN, EmptyState, PageHead, Segments
from widgets.controls.plain import button
from widgets.controls.presetmenu import PresetMenu
from widgets.controls.quality import figures
from widgets.desk import Json, Memory, content_of
from widgets.devicelist.acts import DeviceActs
from widgets.devicelist.groups import DeviceGroups
from widgets.devicelist.panel import DevicePanel
from widgets.devicelist.side import Group, Side
from widgets.models.devicefilter import By, Condition, Plant, from_json, to_json
from widgets.models.measured import Measurements
from widgets.pagetype import Page, PageContext, PageType, Section, Show

_FOLLOW_MS = 500  # values and ages in view are painted anew
_SETTLE_MS = 30_000  # a sorted table finds its order again no more often than this
_KIND = "devices"
_VIEWS = ("table", "buttons")  # parts of the page, in the order of the switch
_BRANCHES = (By.AREA, By.GATEWAY, By.GROUP)


class DevicesPage(Page):
    """Enter or a double click opens a device; what is chosen is worked on together."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self.setAccessibleName(_("Devices"))
        self.values = Measurements(context.directory, context.feed, context.now, context.zone)
        self.plant = Plant(context.directory, self.values, context.now)
        self.groups = DeviceGroups(context.desk, context.viewer.login)
        self.empty = EmptyState("")
        self.panel = DevicePanel(context, self.plant, self.values, self.empty)
        self.table, self.model = self.panel.table, self.panel.model
        self.search = self.panel.search
        self.side = Side(context.look)
        self._view = Segments((_("Table"), _("Buttons")), _("Devices as"))
        self.presets = PresetMenu(context, _KIND, self._selection, self._take_preset, self)
        self.acts = DeviceActs(
            context, self.panel, self.values, self.groups, self.presets, self
        )
        self._build()
        self._connect()
        self._hear_alarms()
        self._list()

    def heading(self) -> str:
        return _("Devices")

    def crumbs(self) -> tuple[str, ...]:
        return (_("Plant"), _("Devices"))

    def reveal(self, show: Show) -> None:
        if show.part in _VIEWS:
            self._view.choose(_VIEWS.index(show.part))
        if show.device is not None:

            def found() -> bool:
                return self.table.go_to(lambda view: view.config.id == show.device)

            if not self.search.show_all_unless(found) and self.panel.chips.conditions:
                self._filter([])
                found()
        (self.panel.buttons if self.panel.as_buttons else self.table).setFocus()

    def refresh(self) -> None:
        self.panel.model.settle()
        self._tell_side()
        self.side.settle()

    def settled(self) -> bool:
        return self.is_ready and self.panel.settled() and self.side.settled()

    def memory(self) -> Memory:
        return self._selection()

    def recall(self, memory: Memory) -> None:
        self._take_preset(memory)

    def _build(self) -> None:
        look = self.context.look
        self._head = PageHead(_("Devices"))
        self._head.left.addWidget(self._view)
        acts = self.acts
        columns = button(_("Columns…"), acts.ask_columns, look=look, drawing="columns")
        export = button(
            _("Export…"), lambda: acts.export.ask(export), look=look, drawing="export"
        )
        for tool in (self.presets, columns, export):
            self._head.tools.addWidget(tool)
        row = QHBoxLayout()
        row.setContentsMargins(MARGIN, 8, MARGIN, MARGIN)
        row.setSpacing(GAP)
        row.addWidget(self.side)
        row.addWidget(self.panel, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addLayout(row, 1)

    def _connect(self) -> None:
        context, panel = self.context, self.panel
        context.directory.listed.connect(self._list)
        context.alarms.changed.connect(self._hear_alarms)
        context.desk.presets_changed.connect(self._tell_side)  # ends with the page
        panel.opened.connect(lambda view: context.show(Show("device", view.config.id)))
        panel.told.connect(self._tell_side)
        self._view.chosen.connect(self._show_as)
        panel.filtered.connect(lambda: self.side.mark(panel.chips.conditions))
        self.side.picked.connect(self._pick)
        self.side.grouped.connect(self._group)
        self.side.adding.connect(self.acts.ask_smart_group)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(self.acts.switching.undo)
        following = QTimer(self)
        following.timeout.connect(panel.live)
        following.start(_FOLLOW_MS)
        settle = QTimer(self)
        settle.timeout.connect(self._settle)
        settle.start(_SETTLE_MS)

    def _list(self) -> None:
        directory = self.context.directory
        if not directory.is_listed and not directory.failure:
            return
        views = directory.views
        self.empty.says.setText(
            directory.failure
            or _(
                "No device yet. A device appears here once a line and a device on it are "
                "part of the project; `heatdesk demo` shows a simulated plant."
            )
        )
        self._head.beside.setText(
            ngettext("{count} device", "{count} devices", len(views)).format(
                count=figures(len(views), 0)
            )
        )
        self._tell_side()
        self.panel.show_devices(views)
        self.become_ready()

    def _hear_alarms(self) -> None:
        standing: dict[DeviceId, list[Alarm]] = {}
        for alarm in self.context.alarms.alarms:
            standing.setdefault(alarm.rule.device, []).append(alarm)
        self.plant.alarms = standing
        self.panel.live()
        if self.is_ready:  # else the list is about to tell it
            self._tell_side()

    def _settle(self) -> None:
        self.panel.settle()
        if self.isVisible():
            self._tell_side()

    def _tell_side(self, _kind: str = "") -> None:
        self.plant.groups = self.groups.by_id()
        own = []
        for preset in self.context.desk.presets(_KIND):
            content = content_of(preset)
            kept = from_json(content.get("filters")) if isinstance(content, dict) else []
            if kept:
                own.append((preset.id, preset.name, kept))
        self.side.show_plant(self.context.directory.views, self.plant, own)

    def _show_as(self, at: int) -> None:
        self.panel.show_as(buttons=at == 1)
        (self.panel.buttons if at == 1 else self.table).setFocus()

    def _filter(self, conditions: Sequence[Condition]) -> None:
        self.panel.filter(conditions)

    def _pick(self, branch: Condition | None) -> None:
        others = [each for each in self.panel.chips.conditions if each.by not in _BRANCHES]
        self._filter(others if branch is None else [branch, *others])

    def _group(self, group: Group) -> None:
        """Show a smart group; once more takes it away again."""
        now = self.panel.chips.conditions
        if all(each in now for each in group.conditions):
            self._filter([each for each in now if each not in group.conditions])
        else:
            self._filter([*now, *(each for each in group.conditions if each not in now)])

    def _selection(self) -> Memory:
        name, falling = self.panel.sorted_by()
        columns: list[Json] = [column.id for column in self.panel.table.columns_shown()]
        return {
            "filters": to_json(self.panel.chips.conditions),
            "columns": columns,
            "sorted": name,
            "falling": falling,
            "buttons": self.panel.as_buttons,
        }

    def _take_preset(self, content: Json) -> None:
        if not isinstance(content, dict):
            return
        columns = content.get("columns")
        if isinstance(columns, list) and columns:
            self.panel.table.show_columns([each for each in columns if isinstance(each, str)])
        self._view.mark(1 if content.get("buttons") is True else 0)
        self.panel.show_as(buttons=content.get("buttons") is True)
        name = content.get("sorted")
        falling = content.get("falling") is True
        self.panel.sort_by(name if isinstance(name, str) else "", falling=falling)
        self._filter(from_json(content.get("filters")))


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
