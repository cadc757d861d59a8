"""A day of some points as lines over local time, with the present growing at its end."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.point import PointSpec
from app.model.reading import PointId, Reading
from app.series import Series
from app.words import _
from widgets.charts.pens import Pen
from widgets.charts.pentable import PenTable
from widgets.charts.period import Period, PeriodBar
from widgets.controls.moments import clock_text
from widgets.pagetype import PageContext

if TYPE_CHECKING:
    from widgets.charts.plot import DayPlot

REDRAW_MS = 1000  # live readings are drawn at most this often
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_LEAP = 10  # samples, with Shift


class DayChart(QWidget):
    """Shows up to ten points: a calendar day with ◀ ▶, or the last 24 hours.

    Stored samples are asked for when the chart is first seen; readings that arrive are
    added to the line. ``loaded`` is emitted when stored samples are on the screen, or a
    sentence says why there are none.
    """

    loaded = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        pens: Sequence[tuple[PointId, PointSpec]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.pens = [Pen(nth, point, spec) for nth, (point, spec) in enumerate(pens)]
        self.bar = PeriodBar()
        self._cursor: float | None = None
        self._plot: DayPlot | None = None
        self._start, _end = self._bounds()
        self._asked = 0  # which question's answer counts
        self._redraw = QTimer(self)
        self._redraw.setSingleShot(True)
        self._redraw.timeout.connect(self._draw)
        self._build()

    def reload(self, _period: Period | None = None) -> None:
        """Ask for the stored samples of the period."""
        self._start, end = self._bounds()
        self._asked += 1
        for pen in self.pens:
            pen.trace.forget()
        self._point(None)
        self.bar.say(_("Reading stored values…"))
        work = self._context.asked.history.range(
            self._context.viewer, [pen.point for pen in self.pens], self._start, end
        )
        self._context.asking.ask(
            work,
            owner=self,
            done=partial(self._take_stored, self._asked),
            failed=partial(self._fail, self._asked),
        )

    def showEvent(self, event: QShowEvent | None) -> None:
        """Ask and draw when first seen; later catch up with the readings since."""
        super().showEvent(event)
        if self._plot is None:
            self._make_plot()
            self.reload()
        else:
            self._draw()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Move the cursor by a sample, by ten with Shift; Backspace shows the whole period."""
        if event is None:
            return
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            leap = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._step(step * (_LEAP if leap else 1))
        elif event.key() == Qt.Key.Key_Backspace and self._plot is not None:
            self._plot.show_all()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        context = self._context
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Chart of a day"))
        self.bar.chosen.connect(self.reload)
        self.bar.again.connect(self.reload)
        self.table = PenTable(self.pens, context.look, context.now, context.zone)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.table)
        for pen in self.pens:
            context.feed.show(pen.point, partial(self._take_live, pen), self)
        context.feed.aged.connect(self._grow_older)
        context.look.changed.connect(self._wear)

    def _make_plot(self) -> None:
        from widgets.charts.plot import DayPlot  # loads pyqtgraph: only when somebody looks

        context = self._context
        self._plot = DayPlot(self.pens, context.theme, context.zone, self._point)
        self._column.insertWidget(1, self._plot, 1)

    def _take_stored(self, question: int, stored: Sequence[Series]) -> None:
        if question != self._asked:
            return
        by_point = {series.point: series for series in stored}
        for pen in self.pens:
            if pen.point in by_point:
                pen.trace.load(by_point[pen.point])
            if pen.now is not None:
                self._add(pen, pen.now)
        empty = not any(len(pen.trace) for pen in self.pens)
        self.bar.say(_("Nothing was stored in this time.") if empty else "")
        self._draw(whole=True)
        self.loaded.emit()

    def _fail(self, question: int, error: PlantError) -> None:
        if question != self._asked:
            return
        self.bar.say(str(error), failed=True)
        self._draw(whole=True)
        self.loaded.emit()

    def _take_live(self, pen: Pen, reading: Reading) -> None:
        pen.now = reading
        if self._add(pen, reading) and self.isVisible() and not self._redraw.isActive():
            self._redraw.start(REDRAW_MS)

    def _add(self, pen: Pen, reading: Reading) -> bool:
        """Add a reading to the line when the present is part of the period."""
        present = self.bar.period.holds_the_present
        return present and reading.measured_at >= self._start and pen.trace.append(reading)

    def _grow_older(self) -> None:
        if not self.isVisible():
            return
        start, _end = self._bounds()
        if self.bar.period == Period() and start != self._start:
            self.reload()  # midnight has passed
        self.table.tell()

    def _draw(self, *, whole: bool = False) -> None:
        start, end = (moment.timestamp() for moment in self._bounds())
        for pen in self.pens:
            pen.work_out(start, end)
        self.table.tell()
        self.bar.show_period(self._context.now(), self._context.zone)
        if self._plot is not None:
            self._plot.show_period(start, end, whole=whole)
            self._plot.draw()

    def _point(self, moment_s: float | None) -> None:
        """Put the cursor to a moment (seconds since 1970), or take it away."""
        self._cursor = moment_s
        for pen in self.pens:
            pen.cursor = None if moment_s is None else pen.trace.at(moment_s)
        words = ""
        if moment_s is not None:
            words = clock_text(datetime.fromtimestamp(moment_s, UTC), self._context.zone)
        self.bar.at.setText(words)
        self.table.tell()
        if self._plot is not None:
            self._plot.set_cursor(moment_s)

    def _step(self, samples: int) -> None:
        times = next((pen.trace.times for pen in self.pens if len(pen.trace)), None)
        if times is None:
            return
        at = len(times) if self._cursor is None else int(times.searchsorted(self._cursor))
        self._point(float(times[min(max(at + samples, 0), len(times) - 1)]))

    def _wear(self) -> None:
        if self._plot is not None:
            self._plot.wear(self._context.theme)

    def _bounds(self) -> tuple[datetime, datetime]:
        return self.bar.period.bounds(self._context.now(), self._context.zone)
