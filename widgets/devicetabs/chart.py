"""A day of the device's main values, with its live end."""

from PyQt6.QtWidgets import QVBoxLayout

from app.model.point import PointSpec, ValueKind
from app.verbs import Capability
from app.words import _
from widgets.controls.card import MARGIN, Card, EmptyState
from widgets.devicetabs.overview import key_points
from widgets.devicetabs.tabtype import Subject, Tab, TabType

_MOST_PENS = 5  # more lines than that nobody tells apart


class ChartTab(Tab):
    """The chart of the day; built when first opened."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        card = Card(_("Today"))
        column.addWidget(card)
        specs = _pens(subject)
        if specs:
            from widgets.charts import DayChart

            pens = [(subject.point(spec), spec) for spec in specs]
            card.body.addWidget(DayChart(self.context, pens, self))
        else:
            card.body.addWidget(
                EmptyState(_("A chart appears once the device's application is recognised."))
            )
        self.become_ready()


def _pens(subject: Subject) -> list[PointSpec]:
    numbers = [spec for spec in subject.live_points() if spec.kind is ValueKind.NUMBER]
    return key_points(numbers)[:_MOST_PENS]


TAB = TabType("chart", lambda: _("Chart"), 30, Capability.SEE_HISTORY, ChartTab)
