"""The last minutes of a device, asked afresh every second or few: for who stands before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.reading import DeviceId, Reading, split_point
from app.series import Series
from app.words import _
from widgets.charts.compare import Compare
from widgets.charts.doors import open_lines, open_pens
from widgets.charts.foot import Foot
from widgets.charts.measure import Measure
from widgets.charts.past import Past, Wanted
from widgets.charts.pens import Subject
from widgets.charts.penset import PenSet
from widgets.charts.pentable import LEAST_PX, PenTable
from widgets.controls.card import GAP, MARGIN, Card, Segments
from widgets.controls.plain import button, label
from widgets.pagetype import PageContext

if TYPE_CHECKING:
    from widgets.charts.plot import Plot

EVERY_S = (1, 2, 5, 10)
WINDOWS_MIN = (5, 15, 60)
_LATE_TIMES = 3  # turns without an answer after which it is said


class LiveChart(QWidget):
    """Draws points as they are read; asks the device itself while somebody looks.

    Every turn asks for all points drawn, ahead of the cycle; a turn is left out while
    the one before is not answered. Hidden or paused it asks nothing.
    """

    loaded = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        device: DeviceId,
        subjects: Sequence[Subject],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._device = context, device
        self.set = PenSet(context, self._belongs, self)
        self.table = PenTable(context.look, context.now, context.zone)
        self.foot = Foot(context.zone)
        self.measure = Measure(lambda: self.set.pens, context.now, self.table, self.foot)
        self.plot: Plot | None = None
        self.every = Segments([_turn(seconds) for seconds in EVERY_S], _("Read every"))
        self.window_bar = Segments(
            [_("{count} min").format(count=minutes) for minutes in WINDOWS_MIN], _("Shown")
        )
        self.pause = button(_("Pause"), self._toggle)
        self._past = Past(context, self)
        self._turns = QTimer(self)
        self._turns.timeout.connect(self.turn)
        self._unanswered = 0
        self._paused = False
        self.minutes = WINDOWS_MIN[0]
        self.set.show(subjects, Compare())
        self._build()

    @property
    def is_answered(self) -> bool:
        """Whether the device owes no answer."""
        return not self._unanswered

    def turn(self) -> None:
        """Ask the device for every point drawn, unless it still owes the last answer."""
        self._draw()
        if self._unanswered:
            self._unanswered += 1
            if self._unanswered > _LATE_TIMES:
                self.foot.say(_("The device takes longer to answer than it is asked."))
            return
        keys = [split_point(point)[1] for point in self.set.points]
        if not keys:
            return
        self._unanswered = 1
        work = self._context.asked.plant.read_now(self._context.viewer, self._device, keys)
        self._context.asking.ask(work, owner=self, done=self._take, failed=self._fail)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share the height between the picture and the table of pens."""
        super().resizeEvent(event)
        self.table.fit(self.height())

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin asking when somebody looks."""
        super().showEvent(event)
        if self.plot is None:
            self._make_plot()
            self._fill()
        if not self._paused:
            self._turns.start(self._turns.interval() or EVERY_S[0] * 1000)

    def hideEvent(self, event: QHideEvent | None) -> None:
        """Ask nothing while nobody looks."""
        super().hideEvent(event)
        self._turns.stop()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Work the cursors (`Measure.key`)."""
        if event is not None and not self.measure.key(event):
            super().keyPressEvent(event)

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (label(_("Read every")), self.every, label(_("Shown")), self.window_bar):
            row.addWidget(each)
        row.addWidget(self.pause)
        row.addStretch(1)
        self.card, below = Card(), Card()
        below.body.addWidget(self.table)
        below.body.addWidget(self.foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, GAP - 4, MARGIN, MARGIN)
        column.setSpacing(GAP - 4)
        column.addLayout(row)
        self.card.setMinimumHeight(LEAST_PX)
        column.addWidget(self.card, 1)
        column.addWidget(below)
        self._turns.setInterval(EVERY_S[0] * 1000)
        self.every.chosen.connect(lambda at: self._turns.setInterval(EVERY_S[at] * 1000))
        self.window_bar.chosen.connect(self._widen)
        self.table.show_pens(self.set.pens)
        open_pens(self.table, self._context)
        self.table.toggled.connect(self.set.toggle)
        self.set.changed.connect(self._draw)
        self._context.look.changed.connect(self._wear)

    def _make_plot(self) -> None:
        from widgets.charts.plot import Plot  # loads pyqtgraph: only when somebody looks

        context = self._context
        self.plot = self.measure.plot = Plot(self.set.pens, context.theme, context.zone)
        open_lines(self.plot, context, self.table.current)
        self.plot.pointed.connect(self.measure.point)
        self.plot.placed.connect(self.measure.tell)
        self.card.body.addWidget(self.plot, 1)

    def _fill(self) -> None:
        """Begin with what was stored of these minutes."""
        wanted = Wanted(self.set.points, *self._bounds())
        self._past.series("now", wanted, self._take_stored, self._fail)

    def _take_stored(self, stored: Sequence[Series]) -> None:
        self.set.take(stored)
        self._draw()
        self.loaded.emit()

    def _take(self, readings: Sequence[Reading]) -> None:
        """Take the device's answer; readings reach the lines by the feed as all do."""
        self._unanswered = 0
        self.foot.say("")
        self._context.feed.offer(readings)

    def _fail(self, error: PlantError) -> None:
        self._unanswered = 0
        self.foot.say(str(error))
        self.loaded.emit()

    def _draw(self) -> None:
        if self.plot is None:
            return
        start, end = (moment.timestamp() for moment in self._bounds())
        for pen in self.set.pens:
            pen.trace.keep_from(start)
        self.plot.show_period(start, end, whole=True)
        self.plot.draw()
        self.measure.tell_all()

    def _widen(self, at: int) -> None:
        self.minutes = WINDOWS_MIN[at]
        if self.plot is not None:
            self.set.forget()
            self._fill()

    def _toggle(self) -> None:
        self._paused = not self._paused
        self.pause.setText(_("Continue") if self._paused else _("Pause"))
        if self._paused:
            self._turns.stop()
        else:
            self._turns.start()
            self.turn()

    def _belongs(self, reading: Reading) -> bool:
        return reading.measured_at >= self._bounds()[0]

    def _bounds(self) -> tuple[datetime, datetime]:
        now = self._context.now()
        return now - timedelta(minutes=self.minutes), now

    def _wear(self) -> None:
        if self.plot is not None:
            self.plot.wear(self._context.theme)


def _turn(seconds: int) -> str:
    return _("{count} s").format(count=seconds)
