"""Every point of the device with its value, quality and age."""

from PyQt6.QtWidgets import QVBoxLayout

from app.model.point import PointSpec
from app.verbs import Capability
from app.words import _
from widgets.controls.card import MARGIN, Bar, Card, EmptyState, Search
from widgets.controls.plain import label
from widgets.controls.table import Table
from widgets.devicetabs.doors import open_doors
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.models.points import PointCells, most_decimals, reading_columns
from widgets.models.rows import RowsModel
from widgets.pagetype import Show


class ValuesTab(Tab):
    """A table that follows the plant once a second."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        specs = list(subject.live_points())
        if not specs:
            column.addWidget(EmptyState(no_points_words()))
            self.become_ready()
            return
        card = Card()
        self.table = point_table(subject, specs)
        self._search = Search(_("Find in list"), self.context.look)
        self._search.textChanged.connect(self.table.rows_model.find)
        tools = Bar("toolbar", 48).add(self._search).stretch()
        tools.add(label(_("~ estimated   M by hand   – no value"), "small"))
        card.body.addWidget(tools)
        card.body.addWidget(self.table)
        column.addWidget(card)
        self.become_ready()

    def reveal(self, show: Show) -> None:
        if show.point is not None and hasattr(self, "table"):
            self._search.show_all_unless(
                lambda: self.table.go_to(lambda spec: self.subject.point(spec) == show.point)
            )


def point_table(
    subject: Subject, specs: list[PointSpec], *, narrow: bool = False
) -> Table[PointSpec]:
    """Return a live table of points."""
    context = subject.context
    cells = PointCells(subject.latest, context.now, context.zone)
    model: RowsModel[PointSpec] = RowsModel(
        reading_columns(
            cells, most_decimals(specs), narrow=narrow, units=[spec.unit for spec in specs]
        ),
        lambda spec: spec.key,
    )
    table = Table(model, context.look, _("Values"))
    model.setParent(table)
    model.replace(specs)
    context.feed.aged.connect(table.touch_visible)
    open_doors(table, subject)
    return table


def no_points_words() -> str:
    """Return what to say while nobody knows the device's points."""
    return _(
        "Nothing is known of this device's points yet. They appear once the device has "
        "answered and its application is recognised."
    )


TAB = TabType("values", lambda: _("Values"), 15, Capability.SEE_PLANT, ValuesTab)
