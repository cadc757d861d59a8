"""A chart: points over a time one chooses, live at its end, compared, measured, explained."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PyQt6.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from app.errors import PlantError
from app.model.reading import Reading
from app.words import _
from widgets.charts.compare import Compare
from widgets.charts.doors import open_lines, open_pens
from widgets.charts.foot import Foot
from widgets.charts.loading import Loading
from widgets.charts.measure import Measure
from widgets.charts.past import Past
from widgets.charts.pens import Pen, Subject
from widgets.charts.penset import PenSet
from widgets.charts.pentable import LEAST_PX, PenTable
from widgets.charts.period import Period, Span
from widgets.charts.periodbar import PeriodBar
from widgets.charts.picture import Picture
from widgets.controls.card import GAP, Card
from widgets.pagetype import PageContext

REDRAW_MS = 1000  # live readings are drawn at most this often
_TELL_MS = 120  # after a zoom, until the table is worked out
_SLIDING = (Span.LAST_24_H, Span.CUSTOM)


class Chart(QWidget):
    """Up to twenty points over a period, in lanes by unit.

    Stored samples are asked for when the chart is first seen; readings that arrive are
    added to the lines. ``loaded`` is emitted when stored samples are on the screen, or a
    sentence says why there are none; ``altered`` when somebody chose something else.
    """

    loaded = pyqtSignal()
    altered = pyqtSignal()

    def __init__(
        self,
        context: PageContext,
        subjects: Sequence[Subject] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.set = PenSet(context, self._belongs, self)
        self.period_bar = PeriodBar(context.now, context.zone)
        self.table = PenTable(context.look, context.now, context.zone)
        self.foot = Foot(context.zone)
        self.measure = Measure(lambda: self.set.pens, context.now, self.table, self.foot)
        self._past = Past(context, self)
        self.loading = Loading(self._past, self.set, context.zone, self)
        self.picture = Picture(context, self.set, self._past)
        self._start, _end = self.bounds()
        self._redraw = _timer(self, self._draw)
        self._tell = _timer(self, self.measure.tell_all)
        self._build()
        self.show_pens(subjects)

    @property
    def period(self) -> Period:
        """What time is shown."""
        return self.period_bar.period

    def show_pens(
        self, subjects: Sequence[Subject] | None = None, compare: Compare | None = None
    ) -> None:
        """Draw other points, or compare with another time, from now on."""
        self.set.show(
            self.set.subjects if subjects is None else subjects,
            self.set.compare if compare is None else compare,
        )
        self.table.show_pens(self.set.pens)
        self.foot.compare = self.set.compare
        if self.picture.plot is not None:
            self.picture.make()
            self.reload()
        self.altered.emit()

    def reload(self) -> None:
        """Ask for the stored samples of the period."""
        self._start, end = self.bounds()
        self.foot.say(_("Reading stored values…"))
        self.loading.begin(self._start, end)
        self.picture.look_wider(self._start, end)
        self.picture.happened.ask(self.set.subjects)

    def zoom_to(self, moment: datetime) -> None:
        """Show the day of a moment, with cursor A there."""
        zone, now = self._context.zone, self._context.now()
        start, end = self.bounds()
        if not start <= moment < end:
            days = (now.astimezone(zone).date() - moment.astimezone(zone).date()).days
            self.period_bar.choose(Period(Span.DAY, max(days, 0)))
        self.measure.put(moment.timestamp())

    def stand_alone(self, pen: Pen) -> None:
        """Give a pen a scale of its own, or take it back to that of its unit."""
        self.set.stand_alone(pen, alone=not pen.alone)
        if self.picture.plot is not None:
            self.picture.make()
            self._draw(whole=True)
            self.picture.tell_happenings()
        self.altered.emit()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """Share the height between the picture and the table of pens."""
        super().resizeEvent(event)
        self.table.fit(self.height())

    def showEvent(self, event: QShowEvent | None) -> None:
        """Ask and draw when first seen; later catch up with the readings since."""
        super().showEvent(event)
        if self.picture.plot is None:
            self.picture.make()
            self.reload()
        else:
            self._draw()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Work the cursors and the zoom (`Measure.key`)."""
        if event is not None and not self.measure.key(event):
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Chart"))
        below = Card()
        below.body.addWidget(self.table)
        below.body.addWidget(self.foot)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        self.picture.setMinimumHeight(LEAST_PX)
        column.addWidget(self.picture, 1)
        column.addWidget(below)
        self.period_bar.chosen.connect(self._choose)
        self.foot.again.connect(self.reload)
        self.picture.wished.connect(self._look_at)
        self.picture.looked.connect(lambda _start, _end: self._tell.start(_TELL_MS))
        self.picture.looked.connect(self.loading.look)
        self.loading.said.connect(self.foot.note)
        self.loading.loaded.connect(self._show_stored)
        self.loading.nearer.connect(self._draw)
        self.loading.failed.connect(self._fail)
        self.picture.remade.connect(self._measure)
        self.table.toggled.connect(self.set.toggle)
        self.table.removed.connect(lambda pen: self.show_pens(*self.set.without(pen)))
        self.table.picked.connect(lambda pen: self.picture.choose(pen, *self.bounds()))
        self.table.opened.connect(self.stand_alone)
        open_pens(self.table, self._context)
        self.set.grown.connect(self._grow)
        self.set.changed.connect(self._draw)
        self._context.feed.aged.connect(self._grow_older)

    def _choose(self, _period: Period) -> None:
        self.measure.clear()
        if self.picture.plot is not None:
            self.reload()
        self.altered.emit()

    def _measure(self) -> None:
        """Work the cursors of the new plot."""
        plot = self.measure.plot = self.picture.plot
        if plot is not None:
            open_lines(plot, self._context, self.table.current)
            plot.pointed.connect(self.measure.point)
            plot.placed.connect(self.measure.tell)

    def _show_stored(self, anew: bool) -> None:
        empty = not any(len(pen.trace) for pen in self.set.pens)
        self._draw(whole=anew)
        self.foot.say(_("Nothing was stored in this time.") if empty else self.loading.words())
        self.loaded.emit()

    def _fail(self, error: PlantError) -> None:
        self.foot.say(str(error), failed=True)
        self._draw(whole=True)
        self.loaded.emit()

    def _belongs(self, reading: Reading) -> bool:
        """Whether a reading lies in the period shown."""
        present = self.period.holds_the_present(self._context.now())
        return present and reading.measured_at >= self._start

    def _grow(self) -> None:
        if self.isVisible() and not self._redraw.isActive():
            self._redraw.start(REDRAW_MS)

    def _grow_older(self) -> None:
        if not self.isVisible():
            return
        if self.period.span not in _SLIDING and self.bounds()[0] != self._start:
            self.reload()  # midnight has passed
        self.table.tell()

    def _draw(self, *, whole: bool = False) -> None:
        self.period_bar.show_period()
        self.picture.draw(*self.bounds(), whole=whole)
        self.measure.tell_all()

    def _look_at(self, start_s: float, end_s: float) -> None:
        """Look at what the window of the strip shows; beyond the period choose another."""
        begin, end = (moment.timestamp() for moment in self.bounds())
        if self.picture.plot is not None and begin <= start_s and end_s <= end:
            self.picture.plot.zoom(start_s, end_s)
        else:
            first, last = (datetime.fromtimestamp(at, UTC) for at in (start_s, end_s))
            self.period_bar.choose(Period(Span.CUSTOM, start=first, end=last))

    def bounds(self) -> tuple[datetime, datetime]:
        """Return begin and end (UTC) of the period at this moment."""
        return self.period.bounds(self._context.now(), self._context.zone)


def _timer(owner: QObject, due: Callable[[], object]) -> QTimer:
    made = QTimer(owner)
    made.setSingleShot(True)
    made.timeout.connect(due)
    return made
