"""The device's values over time: its main ones first, any other added by hand."""

from collections.abc import Callable

from PyQt6.QtWidgets import QVBoxLayout

from app.model.point import PointSpec, ValueKind
from app.verbs import Capability
from app.words import _
from widgets.charts.pens import Subject as Drawn
from widgets.charts.trendpanel import TrendPanel
from widgets.controls.card import MARGIN, Card, EmptyState
from widgets.desk import Memory
from widgets.devicetabs.overview import key_points
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.pagetype import Show

_FIRST_PENS = 5  # more lines than that nobody tells apart at a glance


class ChartTab(Tab):
    """The chart of a device; a point asked for joins the others as the first pen."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        column = QVBoxLayout(self)
        pens = [self._drawn(spec) for spec in _first(subject)]
        self.panel: TrendPanel | None = None
        if not pens:
            column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
            card = Card()
            words = _("A chart appears once the device's application is recognised.")
            card.body.addWidget(EmptyState(words))
            column.addWidget(card)
            self.become_ready()
            return
        column.setContentsMargins(0, 0, 0, 0)
        self.panel = TrendPanel(self.context, pens, subject.device)
        self.panel.chart.loaded.connect(self.become_ready)
        self.panel.chart.altered.connect(self.renamed)
        column.addWidget(self.panel)

    def reveal(self, show: Show) -> None:
        if self.panel is None:
            return
        for spec in self.subject.detail.points:
            if self.subject.point(spec) == show.point and spec.kind is ValueKind.NUMBER:
                self.panel.add(self._drawn(spec), first=True)
        if show.around is not None:
            self.panel.chart.zoom_to(show.around)

    def way_to_now(self) -> Callable[[], None] | None:
        return self.panel.way_to_now() if self.panel is not None else None

    def refresh(self) -> None:
        if self.panel is not None:
            self.panel.chart.reload()

    def memory(self) -> Memory:
        return self.panel.memory() if self.panel is not None else {}

    def recall(self, memory: Memory) -> None:
        if self.panel is not None:
            self.panel.recall(memory)

    def _drawn(self, spec: PointSpec) -> Drawn:
        return Drawn(self.subject.point(spec), spec, self.subject.detail.view.config.name)


def _first(subject: Subject) -> list[PointSpec]:
    numbers = [spec for spec in subject.live_points() if spec.kind is ValueKind.NUMBER]
    return key_points(numbers)[:_FIRST_PENS]


def _build(subject: Subject) -> Tab:
    return ChartTab(subject)


TAB = TabType("chart", lambda: _("Chart"), 30, Capability.SEE_HISTORY, _build)
