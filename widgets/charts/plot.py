"""The picture of a chart: lanes below each other over one time, strips above, two cursors."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

import pyqtgraph
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QPixmapCache
from PyQt6.QtWidgets import QGraphicsSimpleTextItem, QVBoxLayout, QWidget

from app.words import _
from widgets.charts.axes import TimeAxis
from widgets.charts.cursors import Cursors
from widgets.charts.lane import MOST_SMOOTH, Lane, wear_axis
from widgets.charts.marks import GUTTER_PX, AlarmSpan, Event, Limit
from widgets.charts.pens import Kind, Pen
from widgets.charts.strips import Strip
from widgets.charts.view import SHORTEST_S
from widgets.controls.plain import tip
from widgets.fonts import SMALL_PX, font
from widgets.theme import Theme

KEPT_PICTURES_KB = 64 * 1024  # of lines; Qt's own 10 MB are too few for many on a big screen
LINE_PX_APART = 2  # of these pixels the extremes are drawn: nobody sees finer
NAME_PX = 14  # from one name at the lines' ends to the next
_LANE_GAP_PX = 12
_LEAST_PX, _AROUND_PX = 9, 8  # of a strip's title: its smallest letters, its margins
_KEPT_VIEWS = 50
_NEAR_S = 1.0


class Plot(QWidget):
    """Draws pens over a period; the owner hands in pens and hears what is looked at."""

    pointed = pyqtSignal(object)  # seconds since 1970 under the pointer, None when it left
    looked = pyqtSignal(float, float)  # another stretch of the period is seen
    placed = pyqtSignal()  # a cursor stands elsewhere

    def __init__(
        self,
        pens: Sequence[Pen],
        theme: Theme,
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._period = (0.0, 1.0)
        self._views: list[tuple[float, float]] = []  # the zooms before, for Backspace
        self.area = pyqtgraph.GraphicsLayoutWidget()
        self.area.setAccessibleName(_("Chart"))
        self.area.ci.setContentsMargins(0, 8, 0, 4)
        self.area.ci.layout.setVerticalSpacing(_LANE_GAP_PX)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.area)
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), KEPT_PICTURES_KB))
        self.lanes = _lanes(pens)
        self.chosen = ""
        self._arranging = False  # the period is being set: `draw` follows
        self._main = self.lanes[0].view
        self._time = TimeAxis(zone)
        self.events = Strip(self._main)
        self.alarms = Strip(self._main)
        self.cursors = Cursors([lane.view for lane in self.lanes], zone)
        self._names: dict[str, QGraphicsSimpleTextItem] = {}
        self._lay_out()
        self._connect()
        self.wear(theme)

    @property
    def seen(self) -> tuple[float, float]:
        """Begin and end of what is seen, in seconds since 1970."""
        start, end = self._main.viewRange()[0]
        return float(start), float(end)

    @property
    def pens(self) -> list[Pen]:
        """Every pen, lane by lane."""
        return [drawn.pen for lane in self.lanes for drawn in lane.drawn]

    def show_period(self, start_s: float, end_s: float, *, whole: bool) -> None:
        """Show a period; a zoom into the one before is kept unless ``whole``.

        Nothing is drawn before `draw`: each bound moved would draw every line anew.
        """
        whole = whole or self.is_whole()
        self._period, self._arranging = (start_s, end_s), True
        for lane in self.lanes:
            lane.view.setLimits(xMin=start_s, xMax=end_s, minXRange=SHORTEST_S)
        if whole:
            self._views.clear()
            self._main.setXRange(start_s, end_s, padding=0)
        self._arranging = False

    def is_whole(self) -> bool:
        """Whether the whole period is seen."""
        both = zip(self.seen, self._period, strict=True)
        return all(abs(one - other) < _NEAR_S for one, other in both)

    def draw(self) -> None:
        """Draw every pen's lines anew and fit the scales."""
        start, end = self._period
        for pen in self.pens:
            pen.span = pen.trace.span(start, end)
        for lane in self.lanes:
            lane.fit()
        self.draw_lines()

    def draw_lines(self) -> None:
        """Draw what is seen of every pen."""
        start, end = self.seen
        pixels = max(int(self._main.width()) // LINE_PX_APART, 1)
        for pen in self.pens:
            pen.look_at(start, end, pixels)
        for lane in self.lanes:
            lane.draw()
        self._name()

    def zoom(self, start_s: float, end_s: float, *, remember: bool = True) -> None:
        """Look at a part of the period; `zoom_back` returns if it was remembered."""
        if remember:
            self._views = [*self._views[-_KEPT_VIEWS:], self.seen]
        self._main.setXRange(start_s, end_s, padding=0)

    def zoom_back(self) -> None:
        """Return to the zoom before, at last to the whole period."""
        self._main.setXRange(*(self._views.pop() if self._views else self._period), padding=0)

    def tell(
        self, events: Sequence[Event], alarms: Sequence[AlarmSpan], limits: Sequence[Limit]
    ) -> None:
        """Show what happened, which alarms stood, and the levels alarm rules watch."""
        self.events.events, self.alarms.alarms = events, alarms
        for strip in (self.events, self.alarms):
            strip.update()
        for lane in self.lanes:
            lane.show_limits(limits)
            lane.fit()
        self._name()

    def choose(self, key: str) -> None:
        """Draw one pen thicker than the others."""
        if key != self.chosen:
            self.chosen = key
            self.wear(self._theme)

    def wear(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        self._theme = theme
        self.area.setBackground(theme.surface)
        wear_axis(self._time, theme)
        for lane in self.lanes:
            lane.wear(theme, self.chosen)
        self.cursors.wear(theme)
        for strip in (self.events, self.alarms):
            strip.wear(theme)
        for title in self._titles:
            title.setText(title.text, color=theme.quiet, size=f"{_fitting(title.text)}px")
        self._name()

    def leaveEvent(self, event: Any) -> None:
        """Tell that the pointer left."""
        super().leaveEvent(event)
        self.pointed.emit(None)

    def _lay_out(self) -> None:
        area = self.area.ci
        self._titles = []
        for nth, (strip, words) in enumerate(
            ((self.events, _("Events")), (self.alarms, _("Alarms")))
        ):
            title = pyqtgraph.LabelItem(words, justify="right")
            title.setFixedWidth(GUTTER_PX)
            title.setFixedHeight(strip.minimumHeight())
            area.addItem(title, nth, 0)
            area.addItem(strip, nth, 1)
            self._titles.append(title)
        for nth, lane in enumerate(self.lanes, start=len(self._titles)):
            area.addItem(lane.scale, nth, 0)
            area.addItem(lane.view, nth, 1)
            area.layout.setRowStretchFactor(nth, lane.weight)
            if lane.view is not self._main:
                lane.view.setXLink(self._main)
        self._time.linkToView(self.lanes[-1].view)
        self._time.setGrid(False)
        area.addItem(self._time, len(self._titles) + len(self.lanes), 1)
        area.layout.setColumnFixedWidth(0, GUTTER_PX)
        area.layout.setColumnFixedWidth(2, GUTTER_PX)

    def _connect(self) -> None:
        self.area.scene().sigMouseMoved.connect(self._moved)
        self._main.sigXRangeChanged.connect(self._looked_elsewhere)
        self._main.sigResized.connect(lambda _view: self.draw_lines())
        for lane in self.lanes:
            lane.view.zoomed.connect(self.zoom)
            lane.view.clicked.connect(self._place)
        self.cursors.on_moved(self.placed.emit)

    def _looked_elsewhere(self) -> None:
        if not self._arranging:
            self.draw_lines()
        self.looked.emit(*self.seen)

    def _name(self) -> None:
        """Write each pen's name beside its line's end, pushed apart where they would meet."""
        scene = self.area.scene()
        for text in self._names.values():
            text.hide()
        left = self._main.sceneBoundingRect().right() + 4
        bottom = max(lane.view.sceneBoundingRect().bottom() for lane in self.lanes)
        ends = [end for lane in self.lanes for end in lane.ends()]
        drawn = sorted(
            ((y, pen) for y, pen in ends if pen.kind is not Kind.BEFORE),  # told by its twin
            key=lambda one: one[0],
        )
        for y, (_end, pen) in zip(apart([y for y, _pen in drawn], bottom), drawn, strict=True):
            if pen.key not in self._names:
                self._names[pen.key] = QGraphicsSimpleTextItem()
                self._names[pen.key].setFont(font(SMALL_PX, strong=True))
                scene.addItem(self._names[pen.key])
            text = self._names[pen.key]
            words = pen.tag if pen.kind is Kind.MEASURED else f"Δ {pen.tag}"
            text.setText(text_in(words, text, GUTTER_PX - 6))
            text.setToolTip(tip(words))
            text.setBrush(QColor(pen.colour(self._theme)))
            text.setPos(left, y - text.boundingRect().height() / 2)
            text.show()

    def _moved(self, place: QPointF) -> None:
        inside = any(lane.view.sceneBoundingRect().contains(place) for lane in self.lanes)
        self.pointed.emit(self._main.mapSceneToView(place).x() if inside else None)

    def _place(self, moment_s: float, second: bool) -> None:
        self.cursors.place("b" if second else "a", moment_s)
        self.placed.emit()


def apart(heights: Sequence[float], bottom: float) -> list[float]:
    """Return rising heights moved so far that names have room, none below ``bottom``."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + NAME_PX) if placed else height)
    limit = bottom - NAME_PX / 2
    for at in reversed(range(len(placed))):
        placed[at] = min(placed[at], limit)
        limit = placed[at] - NAME_PX
    return placed


def _fitting(words: str) -> int:
    """Return the height in px at which a strip's title has room in the gutter."""
    for size_px in range(SMALL_PX, _LEAST_PX, -1):
        if QFontMetricsF(font(size_px)).horizontalAdvance(words) <= GUTTER_PX - _AROUND_PX:
            return size_px
    return _LEAST_PX


def text_in(words: str, item: QGraphicsSimpleTextItem, width_px: float) -> str:
    """Return as much of the words as an item has room for."""
    return QFontMetricsF(item.font()).elidedText(words, Qt.TextElideMode.ElideRight, width_px)


def _lanes(pens: Sequence[Pen]) -> list[Lane]:
    """Return a lane for each scale: temperatures first, differences last."""
    keys = sorted(
        dict.fromkeys(pen.lane for pen in pens),
        key=lambda key: (key.endswith("\0Δ"), not key.startswith("°C")),
    )
    smooth = len(pens) <= MOST_SMOOTH
    return [
        Lane(key, [pen for pen in pens if pen.lane == key], smooth=smooth)
        for key in keys or [""]
    ]
