"""The device's values of the last minutes, read afresh while one looks."""

from functools import partial

from PyQt6.QtWidgets import QVBoxLayout

from app.model.point import ValueKind
from app.verbs import Capability
from app.words import _
from widgets.charts.livechart import LiveChart
from widgets.charts.pens import Pen
from widgets.charts.pens import Subject as Drawn
from widgets.charts.penset import MOST_PENS, called, too_many
from widgets.controls.card import MARGIN, Card, EmptyState
from widgets.controls.hint import Hint
from widgets.devicetabs.overview import key_points
from widgets.devicetabs.tabtype import Subject, Tab, TabType
from widgets.pagetype import Show

_FIRST_PENS = 5


class LiveChartTab(Tab):
    """The live chart of a device; a point asked for joins the others as the first pen."""

    def __init__(self, subject: Subject) -> None:
        super().__init__(subject)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hint = Hint(self.context.look, self)
        around = QVBoxLayout()
        around.setContentsMargins(MARGIN, 0, MARGIN, 0)
        around.addWidget(self.hint)
        self._column.addLayout(around)
        self.chart: LiveChart | None = None
        numbers = [spec for spec in subject.live_points() if spec.kind is ValueKind.NUMBER]
        self._draw([self._drawn(spec.key) for spec in key_points(numbers)[:_FIRST_PENS]])

    def reveal(self, show: Show) -> None:
        for spec in self.subject.detail.points:
            if self.subject.point(spec) == show.point and spec.kind is ValueKind.NUMBER:
                self._draw_first(self._drawn(spec.key))

    def _draw_first(self, wanted: Drawn) -> None:
        """Draw a point before the others; a full chart gives up its last pen and says so."""
        have = self.chart.set.subjects if self.chart is not None else []
        others = [each for each in have if each.point != wanted.point]
        gone = others[MOST_PENS - 1 :]
        self._draw([wanted, *others[: MOST_PENS - 1]])
        if gone:
            back = _("Bring “{pen}” back").format(pen=called(gone[0]))
            self.hint.tell(too_many(wanted, gone[0]), back, partial(self._draw, have))

    def _drop(self, pen: Pen) -> None:
        """Draw everything but one pen; the last one stays."""
        have = self.chart.set.subjects if self.chart is not None else []
        left = [each for each in have if each.point != pen.point]
        if left:
            self.hint.hide()  # there is room again
            self._draw(left)

    def _draw(self, subjects: list[Drawn]) -> None:
        if self.chart is not None:
            self._column.removeWidget(self.chart)
            self.chart.hide()
            self.chart.deleteLater()
        if not subjects:
            card = Card()
            words = _("A live chart appears once the device's application is recognised.")
            card.body.addWidget(EmptyState(words))
            self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
            self._column.addWidget(card)
            self.become_ready()
            return
        self.chart = LiveChart(self.context, self.subject.device, subjects)
        self.chart.loaded.connect(self.become_ready)
        self.chart.table.removed.connect(self._drop)
        self._column.addWidget(self.chart)

    def _drawn(self, key: str) -> Drawn:
        spec = next(each for each in self.subject.detail.points if each.key == key)
        return Drawn(self.subject.point(spec), spec, self.subject.detail.view.config.name)


def _build(subject: Subject) -> Tab:
    return LiveChartTab(subject)


TAB = TabType("live", lambda: _("Live chart"), 35, Capability.SEE_HISTORY, _build)
