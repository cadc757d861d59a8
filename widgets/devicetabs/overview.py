"""The device at a glance: its live picture, or all points, and the values that matter most."""

from collections.abc import Sequence

from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId
from app.verbs import Capability
from app.words import _
from widgets.controls.card import GAP, MARGIN, Card, EmptyState
from widgets.controls.facts import Facts
from widgets.controls.identity import identity_facts
from widgets.controls.table import Table
from widgets.devicetabs.doors import open_doors
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.devicetabs.values import no_points_words, point_table
from widgets.models.points import PointCells, key_columns, most_decimals
from widgets.models.rows import RowsModel
from widgets.pagetype import Show

_SIDE_PX = 400
_MOST_KEYS = 14
_ROW_PX = 29


class OverviewTab(Tab):
    """Picture at the left, key values and who it is at the right."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        row.setSpacing(GAP)
        row.addWidget(self._main(), 1)
        side = QVBoxLayout()
        side.setSpacing(GAP)
        keys = key_points(subject.live_points())
        if keys:
            side.addWidget(self._key_values(keys), 1)
        side.addWidget(identity_card(subject))
        side.addStretch(0 if keys else 1)
        row.addLayout(side)
        self.become_ready()

    def _main(self) -> QWidget:
        picture = self.subject.diagram(self.context, self.subject.detail)
        if picture is not None:
            return picture
        specs = list(self.subject.live_points())
        if not specs:
            card = Card(_("Readings"))
            card.body.addWidget(EmptyState(no_points_words()))
            return card
        card = Card(_("Readings"), _("there is no picture of this application"))
        card.body.addWidget(point_table(self.subject, specs, narrow=True))
        return card

    def _key_values(self, specs: list[PointSpec]) -> Card:
        context = self.context
        cells = PointCells(self.subject.latest, context.now, context.zone)
        model: RowsModel[PointSpec] = RowsModel(
            key_columns(cells, most_decimals(specs)), lambda spec: spec.key, self
        )
        table = Table(model, context.look, _("Key values"), row_px=_ROW_PX, head=False)
        table.opened.connect(self._trend)
        model.replace(specs)
        context.feed.aged.connect(table.touch_visible)
        open_doors(table, self.subject)
        card = Card(_("Key values"))
        card.setFixedWidth(_SIDE_PX)
        card.setMaximumHeight(40 + _ROW_PX * len(specs))
        card.body.addWidget(table)
        return card

    def _trend(self, spec: PointSpec) -> None:
        point: PointId = self.subject.point(spec)
        self.context.show(Show("device", self.subject.device, point, part="chart"))


def key_points(specs: Sequence[PointSpec]) -> list[PointSpec]:
    """Return the values that matter most: those with a role, else the first numbers."""
    with_role = [spec for spec in specs if spec.role]
    numbers = [spec for spec in specs if spec.kind is ValueKind.NUMBER]
    return list(with_role or numbers)[:_MOST_KEYS]


def identity_card(subject: Subject) -> Card:
    """Return who the device is, in its own words and the project's."""
    card = Card(_("Identity"))
    card.setFixedWidth(_SIDE_PX)
    card.body.addWidget(Facts(identity_facts(subject.detail)))
    return card


TAB = TabType("overview", lambda: _("Overview"), 10, Capability.SEE_PLANT, OverviewTab)
