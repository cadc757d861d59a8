"""Values of any devices over time, side by side: chosen once, kept as a preset."""

from collections.abc import Callable

from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.verbs import Capability
from app.words import _
from widgets.charts.penpicker import subject_of
from widgets.charts.penset import MOST_PENS
from widgets.charts.trendpanel import TrendPanel
from widgets.controls.card import MARGIN, Card, EmptyState
from widgets.desk import Memory
from widgets.pagetype import Page, PageContext, PageType, Section, Show


class TrendPage(Page):
    """A chart over the whole plant; what it shows is remembered."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self.panel = TrendPanel(context, [])
        says = EmptyState(
            _(
                "Put values of any devices side by side, up to {most} of them: add pens, or "
                "bring back a preset. A value of a table or a diagram comes here by its menu."
            ).format(most=MOST_PENS),
            action=_("Choose the first pen…"),
            pressed=self.panel.ask_pen,
        )
        self._first = says.act
        self._empty, card = QWidget(), Card()
        card.body.addWidget(says, 1)
        around = QVBoxLayout(self._empty)
        around.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        around.addWidget(card)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.panel)
        self._column.addWidget(self._empty, 1)
        self.panel.chart.altered.connect(self._tell)
        self.panel.chart.altered.connect(self.renamed)  # the past may be over, or begun
        self.panel.presets.picked.connect(self.renamed)
        self._tell()
        self.become_ready()

    def heading(self) -> str:
        preset = self.panel.presets.current
        if preset is None:
            return _("Trend")
        return _("Trend: {name}").format(name=preset.name)

    def reveal(self, show: Show) -> None:
        subject = None if show.point is None else subject_of(self.context, show.point)
        if subject is not None:
            self.panel.add(subject)
        if show.around is not None:
            self.panel.chart.zoom_to(show.around)
        front = self.panel.chart if self.panel.chart.set.subjects else self._first
        if front is not None:
            front.setFocus()

    def way_to_now(self) -> Callable[[], None] | None:
        return self.panel.way_to_now()

    def refresh(self) -> None:
        self.panel.chart.reload()

    def memory(self) -> Memory:
        return self.panel.memory()

    def recall(self, memory: Memory) -> None:
        self.panel.recall(memory)

    def _tell(self) -> None:
        empty = not self.panel.chart.set.subjects
        self._empty.setVisible(empty)
        self.panel.chart.setVisible(not empty)
        self._column.setStretch(0, 0 if empty else 1)


def _build(context: PageContext, _show: Show) -> Page:
    return TrendPage(context)


PAGE = PageType(
    "trend",
    lambda: _("Trend"),
    "trend",
    Section.ANALYSIS,
    Capability.SEE_HISTORY,
    10,
    _build,
)
