"""The drawn part of a chart: lanes, the strip of a wider time, what happened beside."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PyQt6.QtCore import pyqtSignal

from app.series import Outline, Series, Tile
from widgets.charts.happenings import Happenings
from widgets.charts.marks import AlarmSpan, Event, Limit
from widgets.charts.navigator import Navigator
from widgets.charts.past import Past, Wanted
from widgets.charts.pens import Kind, Pen
from widgets.charts.penset import PenSet
from widgets.charts.tiled import LONG, line_of
from widgets.controls.card import Card
from widgets.pagetype import PageContext

if TYPE_CHECKING:
    from widgets.charts.plot import Plot

_STEPS_D = (7, 35, 183, 365, 3 * 365, 10 * 365)  # days
_NOTHING: tuple[list[Event], list[AlarmSpan], list[Limit]] = ([], [], [])
_WIDER = 3  # times what the chart shows, at least


class Picture(Card):
    """Holds the plot, which loads pyqtgraph and is made only when somebody looks.

    ``looked`` tells what stretch of time is seen, ``wished`` what somebody wants to see
    (both in seconds since 1970); ``remade`` that there is another plot.
    """

    looked = pyqtSignal(float, float)
    wished = pyqtSignal(float, float)
    remade = pyqtSignal()

    def __init__(self, context: PageContext, pens: PenSet, past: Past) -> None:
        super().__init__()
        self._context, self._pens, self._past = context, pens, past
        self.plot: Plot | None = None
        self.navigator = Navigator(context.look, context.zone)
        self.happened = Happenings(context, past, self)
        self._told = _NOTHING  # what the plot shows of it
        self.body.addWidget(self.navigator)
        self.navigator.moved.connect(self.wished)
        self.happened.heard.connect(self.tell_happenings)
        context.look.changed.connect(self._wear)

    def make(self) -> None:
        """Make the plot anew: there are other pens, or other scales."""
        from widgets.charts.plot import Plot

        context = self._context
        if self.plot is not None:
            self.body.removeWidget(self.plot)
            self.plot.hide()
            self.plot.deleteLater()
        self._told = _NOTHING
        self.plot = Plot(self._pens.pens, context.theme, context.zone)
        self.body.insertWidget(1, self.plot, 1)
        self.plot.looked.connect(self.looked)
        self.plot.looked.connect(self.navigator.show_window)
        self.remade.emit()

    def draw(self, start: datetime, end: datetime, *, whole: bool) -> None:
        """Draw the pens over a period (UTC); a zoom is kept unless ``whole``."""
        if self.plot is not None:
            self.plot.show_period(start.timestamp(), end.timestamp(), whole=whole)
            self.plot.draw()
            self.navigator.show_window(*self.plot.seen)

    def tell_happenings(self) -> None:
        """Draw limits, alarms and events as far as they are known."""
        if self.plot is None:
            return
        happened, pens = self.happened, self._pens
        told = (happened.events(), happened.alarms(pens.subjects), happened.limits(pens.pens))
        if told != self._told:  # of five answers most bring nothing new for these pens
            self._told = told
            self.plot.tell(*told)

    def look_wider(self, start: datetime, end: datetime) -> None:
        """Fill the strip below with the wider time of the chosen pen, or the first."""
        first, last = wider(start, end, self._context.now())
        self.navigator.show_whole(first.timestamp(), last.timestamp())
        chosen = self.plot.chosen if self.plot is not None else ""
        measured = self._pens.of(Kind.MEASURED)
        pen = next((each for each in measured if each.key == chosen), None)
        for each in [pen] if pen is not None else measured[:1]:
            wanted = Wanted((each.point,), first, last)
            if last - first > LONG:
                tile = Tile.EIGHT_HOURS
                self._past.outline("wider", wanted, tile, self._take_tiles, lambda _error: None)
            else:
                self._past.series("wider", wanted, self._take_wider, lambda _error: None)

    def choose(self, pen: Pen, start: datetime, end: datetime) -> None:
        """Draw one pen thicker, and its wider time below."""
        if self.plot is not None:
            self.plot.choose(pen.key)
            if pen.kind is Kind.MEASURED:
                self.look_wider(start, end)

    def _take_wider(self, stored: Sequence[Series]) -> None:
        for series in stored:
            self.navigator.trace.load(series)
        self.navigator.update()

    def _take_tiles(self, told: Sequence[Outline]) -> None:
        now_ms = round(self._context.now().timestamp() * 1000)
        self._take_wider([line_of(each, now_ms) for each in told])

    def _wear(self) -> None:
        if self.plot is not None:
            self.plot.wear(self._context.theme)


def wider(start: datetime, end: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return begin and end (UTC) of the wider time; what is new lies at its end."""
    needed = (end - start) * _WIDER
    width = next(
        (timedelta(days=days) for days in _STEPS_D if timedelta(days=days) >= needed), needed
    )
    last = max(end, min(now, end + (width - (end - start)) / 2))
    return last - width, last
