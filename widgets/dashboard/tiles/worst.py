"""The devices that stand out most by one value: the morning's first look."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.model.alarm import AlarmRule
from app.model.point import PointSpec
from app.model.reading import PointId
from app.verbs import Capability
from app.words import _
from widgets.controls.plain import sentence
from widgets.controls.quality import number_text, shown
from widgets.controls.table import Table
from widgets.dashboard.asking import Form
from widgets.dashboard.limitbar import Bar, BarPainter, limits_of
from widgets.dashboard.rolevalues import Held, RoleValues, kinds_of_values
from widgets.dashboard.tiletype import Given, Options, TileType
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.pagetype import PageContext, Show
from widgets.valuedoor import Door, open_table

BAR = "bar"
_MOST = 50
_NAME_PX, _AREA_PX, _BAR_PX = 120, 110, 110
_VALUE_PX = 156  # "−12.4 °C", a clock and "23 h 59 min" beside each other
_SCROLL_PX = 12
_WITH_BAR_PX = _NAME_PX + _BAR_PX + _VALUE_PX + _SCROLL_PX  # narrower, there is no room for it
_WITH_AREA_PX = _WITH_BAR_PX + _AREA_PX


class WorstTile(QWidget):
    """A table with the worst on top; Enter opens the device, the menu the rest."""

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given = given
        context = given.context
        kinds = kinds_of_values()
        role = given.word("role") if given.word("role") in kinds else "return"
        self._highest = given.word("end") != "lowest"
        kind = kinds[role]
        end = _("highest first") if self._highest else _("lowest first")
        given.title.setText(given.word("title") or kind.word)
        given.subtitle.setText(end)
        self.values = RoleValues(context, kind, self)
        model: RowsModel[Held] = RowsModel(self._columns(), lambda row: row.device)
        self.table: Table[Held] = Table(model, context.look, given.title.text())
        model.setParent(self.table)
        self._limits: Mapping[PointId, AlarmRule] = {}
        self.table.setItemDelegate(BarPainter(context.look, self.table, BAR, self.bars))
        self.table.opened.connect(self._open)
        open_table(self.table, context, lambda row, _column: Door(row.point, row.spec))
        self._says = sentence(_("No device has such a value yet."), "small")
        self._says.setContentsMargins(12, 12, 12, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 1)
        column.addWidget(self._says)
        column.addWidget(self.table, 1)
        self.values.changed.connect(self._tell)
        if context.viewer.may(Capability.SEE_ALARMS):
            context.asking.ask(
                context.asked.alarms.rules(context.viewer),
                owner=self,
                done=self._take_rules,
                failed=lambda _error: None,  # bars without a limit are bars
            )
        self._tell()

    def bars(self) -> list[Bar]:
        """Return the rows' bars, in their order."""
        return [self._bar(row) for row in self.table.rows_model.rows]

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self.table.setColumnHidden(1, self.width() < _WITH_AREA_PX)
        self.table.setColumnHidden(2, self.width() < _WITH_BAR_PX)
        self.table.spread()

    def _columns(self) -> list[Column[Held]]:
        context = self._given.context
        directory = context.directory

        def value(row: Held) -> Cell:
            reading = context.feed.latest(row.point)  # newer than the order of the rows
            spec = self._alike(row.spec)
            return Cell(shown=shown(reading, spec, context.now(), context.zone))

        return [
            Column("name", lambda: _("Device"),
                   lambda r: Cell(directory.name(r.device)), _NAME_PX, stretch=True),
            Column("area", lambda: _("Area"),
                   lambda r: Cell(directory.area(r.device), tone=Tone.QUIET), _AREA_PX),
            Column(BAR, lambda: _("Limit"), self._bar_cell, _BAR_PX,
                   lambda r: self._bar(r).limit or 0.0),
            Column("value", lambda: _("Now"), value, _VALUE_PX, lambda r: r.number or 0.0,
                   right=True, decimals=1),
        ]  # fmt: skip

    def _alike(self, spec: PointSpec) -> PointSpec:
        """Return a point told as finely as all of its unit are: figures stand on one mark."""
        decimals = self.values.decimals
        if spec.unit != self.values.unit or spec.decimals <= decimals:
            return spec
        return replace(spec, decimals=decimals)

    def _bar(self, row: Held) -> Bar:
        """Return what a row's bar shows; of another unit than the others there is none."""
        number, rule = row.number, self._limits.get(row.point)
        if row.spec.unit != self.values.unit:  # a scale holds but one
            return Bar(None)
        if rule is None or rule.limit is None:
            return Bar(number)
        over = number is not None and (
            number > rule.limit if self._highest else number < rule.limit
        )
        return Bar(number, rule.limit, rule.priority, over)

    def _bar_cell(self, row: Held) -> Cell:
        """Return the bar in words, for the tip and for who listens."""
        rule = self._limits.get(row.point)
        if rule is None or rule.limit is None:
            return Cell()
        words = _("limit {level}").format(level=number_text(rule.limit, row.spec))
        return Cell(words, tip=f"{words} {row.spec.unit}".strip())

    def _take_rules(self, rules: Sequence[AlarmRule]) -> None:
        self._limits = limits_of(rules, "high" if self._highest else "low")
        self.table.touch_visible()

    def _tell(self) -> None:
        rated = self.values.rated(_MOST, highest=self._highest)
        rows = [each for _number, each in rated]
        before = {row.device for row in self.table.rows_model.rows}
        # Nothing moves under the pointer, as long as it is the same devices.
        if before != {row.device for row in rows} or not self.table.underMouse():
            self.table.rows_model.replace(rows)
        self.table.touch_visible()
        self._says.setVisible(not rows)
        self.table.setVisible(bool(rows))

    def _open(self, row: Held) -> None:
        self._given.context.show(Show("device", row.device, row.point, part="overview"))


def _ask(_context: PageContext, options: Options, parent: QWidget) -> Options | None:
    form = Form(_("Devices that stand out"), parent)
    kinds = {key: kind.word for key, kind in kinds_of_values().items()}
    form.choice("role", _("By which value"), kinds, options.get("role"))
    ends = {"highest": _("highest first"), "lowest": _("lowest first")}
    form.choice("end", _("Order"), ends, options.get("end"))
    form.line("title", _("Title"), str(options.get("title", "")))
    given = form.asked()
    return None if given is None else {**given, "title": given["title"][:200]}


TILE = TileType(
    "worst",
    lambda: _("Devices that stand out"),
    lambda: _("The highest or lowest values of one kind over all devices."),
    "warning",
    50,
    (3, 3),
    (2, 2),
    Capability.SEE_PLANT,
    WorstTile,
    _ask,
)
