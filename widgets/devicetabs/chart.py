"""A day of the device's main values, with its live end."""

from PyQt6.QtWidgets import QVBoxLayout

from app.model.point import PointSpec, ValueKind
from app.verbs import Capability
from app.words import _
from widgets.charts import DayChart
from widgets.controls.card import MARGIN, Card, EmptyState
from widgets.devicetabs.overview import key_points
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.pagetype import Show

_MOST_PENS = 5  # more lines than that nobody tells apart


class ChartTab(Tab):
    """The chart of the day; a point asked for joins the others as the first pen."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._card = Card()
        self._chart: DayChart | None = None
        column.addWidget(self._card)
        self._pens = _pens(subject)
        if not self._pens:
            words = _("A chart appears once the device's application is recognised.")
            self._card.body.addWidget(EmptyState(words))
            self.become_ready()
            return
        self._draw()

    def reveal(self, show: Show) -> None:
        for spec in self.subject.detail.points:
            wanted = self.subject.point(spec) == show.point
            if wanted and spec not in self._pens and spec.kind is ValueKind.NUMBER:
                self._pens = [spec, *self._pens][:_MOST_PENS]
                self._draw()

    def _draw(self) -> None:
        if self._chart is not None:
            self._card.body.removeWidget(self._chart)
            self._chart.hide()
            self._chart.deleteLater()
        pens = [(self.subject.point(spec), spec) for spec in self._pens]
        self._chart = DayChart(self.context, pens)
        self._chart.loaded.connect(self.become_ready)
        self._card.body.addWidget(self._chart)


def _pens(subject: Subject) -> list[PointSpec]:
    numbers = [spec for spec in subject.live_points() if spec.kind is ValueKind.NUMBER]
    return key_points(numbers)[:_MOST_PENS]


def _build(subject: Subject) -> Tab:
    return ChartTab(subject)


TAB = TabType("chart", lambda: _("Chart"), 30, Capability.SEE_HISTORY, _build)
