"""One lane of a chart: a scale, its pens' lines, limits, and where nothing was measured."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QBrush, QColor, QPen
from PyQt6.QtWidgets import QGraphicsItem, QGraphicsSimpleTextItem

from app.words import _
from widgets.charts.axes import NumberAxis
from widgets.charts.envelope import Floats
from widgets.charts.marks import GUTTER_PX, Limit
from widgets.charts.pens import Kind, Pen
from widgets.charts.view import View
from widgets.fonts import SMALL_PX, font
from widgets.theme import Theme

FADED = 0.45  # strength of what is stale or uncertain
DOT_PX = 3
MOST_SMOOTH = 5  # pens of the chart; smoothing more of them would hold up the window
MOST_SWINGS = 150  # heights that a line goes through in all; beyond, its edges are not smoothed
_HEADROOM = 0.08  # of the values' range, above and below
_HATCHED_PX = 12  # a narrower gap is seen without
_MOST_HATCHED = 40
_LABEL_AT, _LABEL_STEP = 0.99, 0.14  # of the width: where a limit's words end
_LABEL_PX = 24  # its height
_ABOVE, _BELOW = (1, 1), (1, 0)  # the corner of the words that lies on the line
_NOTHING_AT = 8, 4  # px from a lane's corner, where it says that it has no values


class _Drawn:
    """The items of one pen: its line, its faded parts, its lone samples."""

    def __init__(self, pen: Pen, view: View, *, smooth: bool) -> None:
        self.pen = pen
        self._smooth, self._swings = smooth, False
        self.good = pyqtgraph.PlotCurveItem(antialias=smooth, skipFiniteCheck=False)
        self.doubtful = pyqtgraph.PlotCurveItem(antialias=smooth, skipFiniteCheck=False)
        self._width = 1.0
        self.lone = pyqtgraph.ScatterPlotItem(size=DOT_PX, pxMode=True)
        for item in (self.good, self.doubtful, self.lone):
            view.addItem(item, ignoreBounds=True)
        for line in (self.good, self.doubtful):
            # The cursor moves over a kept picture of the line instead of drawing it again.
            line.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def draw(self) -> None:
        """Draw what the pen has worked out."""
        lines = self.pen.lines
        self._swings = swings(lines.good)
        for line in (self.good, self.doubtful):
            line.opts["antialias"] = self._smooth and not self._swings
            self._thin(line)
        self.good.setData(lines.x, lines.good, connect="finite")
        self.doubtful.setData(lines.faded_x, lines.doubtful, connect="finite")
        self.lone.setData(lines.lone_x, lines.lone_y)
        for item in (self.good, self.doubtful, self.lone):
            item.setVisible(self.pen.visible)

    def wear(self, theme: Theme, *, chosen: bool) -> None:
        """Draw in a theme's colours; the chosen pen a little thicker."""
        pen = self.pen.line(theme, chosen=chosen)
        self._width = 1.0 if not self._smooth and not chosen else pen.widthF()
        self.good.setPen(pen)
        colour = pen.color()
        faded = QPen(pen)
        self.lone.setBrush(QColor(colour))
        self.lone.setPen(None)
        colour.setAlphaF(colour.alphaF() * FADED)
        faded.setColor(colour)
        self.doubtful.setPen(faded)
        for line in (self.good, self.doubtful):
            self._thin(line)

    def _thin(self, line: pyqtgraph.PlotCurveItem) -> None:
        """Draw a line as wide as it may be: Qt draws wide ones a good deal slower."""
        pen = QPen(line.opts["pen"])
        pen.setWidthF(1.0 if self._swings else self._width)
        line.setPen(pen)


def swings(values: Floats) -> bool:
    """Whether a line goes up and down so often that it is an area rather than a line.

    Smooth edges of such a one cannot be seen, and Qt takes a second to draw them.
    """
    known = values[np.isfinite(values)]
    if len(known) < MOST_SWINGS:
        return False
    height = float(known.max() - known.min())
    return height > 0 and float(np.abs(np.diff(known)).sum()) > MOST_SWINGS * height


class Lane:
    """Pens that share a scale; lanes lie below each other over the same time."""

    def __init__(self, key: str, pens: Sequence[Pen], *, smooth: bool) -> None:
        self.key = key
        self.unit = key.partition("\0")[0]
        self.view = View()
        self.scale = NumberAxis("left", self.unit)
        self.scale.linkToView(self.view)
        self.scale.setWidth(GUTTER_PX)
        self.scale.setGrid(255)
        self.scale.setZValue(-1000)  # its grid lies below the lines
        self.drawn = [_Drawn(pen, self.view, smooth=smooth) for pen in pens]
        self._limits: list[tuple[Limit, Any]] = []
        self._hatched: list[Any] = []
        self._theme: Theme | None = None
        self._nothing = QGraphicsSimpleTextItem(_("No values"), self.view)
        self._nothing.setFont(font(SMALL_PX))
        self._nothing.setPos(*_NOTHING_AT)
        self._nothing.hide()

    @property
    def weight(self) -> int:
        """How much of the height it gets, beside its neighbours."""
        return 1 + min(len([drawn for drawn in self.drawn if drawn.pen.visible]), 3)

    @property
    def says(self) -> str:
        """What stands in its place when there is nothing to draw."""
        return self._nothing.text() if self._nothing.isVisible() else ""

    def draw(self) -> None:
        """Draw every pen's lines and hatch where none of them has a value."""
        for drawn in self.drawn:
            drawn.draw()
        self._hatch()
        self._place_labels()

    def fit(self) -> None:
        """Give the scale the range of its pens' values and limits, with some room."""
        shown = [drawn.pen for drawn in self.drawn if drawn.pen.visible]
        known = [pen.span for pen in shown if pen.span is not None]
        if not known and self._limits:
            levels = [limit.level for limit, _line in self._limits]
            known = [(min(levels), max(levels))]
        self.scale.blank(not known)
        self._nothing.setVisible(not known)
        if not known:
            return
        low, high = min(one[0] for one in known), max(one[1] for one in known)
        reach = (high - low) or max(abs(high), 1.0)
        near = [limit.level for limit, _line in self._limits]
        near = [level for level in near if low - reach < level < high + reach]
        low, high = min(low, *near, low), max(high, *near, high)
        if any(drawn.pen.kind is Kind.DIFFERENCE for drawn in self.drawn):
            low, high = min(low, 0.0), max(high, 0.0)
        room = (high - low) * _HEADROOM or max(abs(high) * _HEADROOM, 1.0)
        self.view.setYRange(low - room, high + room, padding=0)
        self._place_labels()

    def show_limits(self, limits: Sequence[Limit]) -> None:
        """Draw the limits that belong to this lane's pens, instead of those before."""
        for _limit, line in self._limits:
            self.view.removeItem(line)
        mine = {drawn.pen.key for drawn in self.drawn}
        self._limits = []
        told: dict[float, str] = {}  # pens whose limit is the same share its words
        for limit in limits:
            if limit.pen in mine:
                before = told.get(limit.level)
                told[limit.level] = f"{before} · {limit.words}" if before else limit.words
        for limit in limits:
            if limit.pen in mine:
                line = pyqtgraph.InfiniteLine(
                    limit.level,
                    angle=0,
                    label=told.pop(limit.level, ""),
                    labelOpts={"position": _LABEL_AT, "anchors": [_ABOVE, _ABOVE]},
                )
                line.label.setFont(font(SMALL_PX))
                self.view.addItem(line, ignoreBounds=True)
                self._limits.append((limit, line))
        if self._theme is not None:
            self.wear(self._theme)
        self._place_labels()

    def wear(self, theme: Theme, chosen: str = "") -> None:
        """Draw in a theme's colours."""
        self._theme = theme
        wear_axis(self.scale, theme)
        self.view.wear(theme)
        for drawn in self.drawn:
            drawn.wear(theme, chosen=drawn.pen.key == chosen)
        self._nothing.setBrush(QColor(theme.quiet))
        for limit, line in self._limits:
            line.setPen(
                pyqtgraph.mkPen(
                    theme.alarm(limit.priority).edge, width=1.5, style=Qt.PenStyle.DotLine
                )
            )
            line.label.setColor(QColor(theme.quiet))
        self._hatch()

    def ends(self) -> list[tuple[float, Pen]]:
        """Return each line's last height in the scene, for its name beside it."""
        found = []
        for drawn in self.drawn:
            last = drawn.pen.lines.last()
            if last is not None and drawn.pen.visible:
                found.append((self.view.mapViewToScene(QPointF(*last)).y(), drawn.pen))
        return found

    def _place_labels(self) -> None:
        """Write each limit's words above its line, below it where the lane ends, apart."""
        low, high = self.view.viewRange()[1]
        px = self.view.height() / (high - low)
        beside: list[tuple[float, float]] = []  # height in px and place of those written
        for limit, line in sorted(self._limits, key=lambda one: -one[0].level):
            down = (high - limit.level) * px
            side = _ABOVE if down > _LABEL_PX else _BELOW
            at = down if side is _ABOVE else down + _LABEL_PX
            place = _LABEL_AT
            while any(
                abs(at - other) < _LABEL_PX and place == taken for other, taken in beside
            ):
                place -= _LABEL_STEP
            if line.label.format:
                beside.append((at, place))
            line.label.anchors = [side, side]
            line.label.setPosition(place)

    def _hatch(self) -> None:
        for region in self._hatched:
            self.view.removeItem(region)
        self._hatched = []
        if self._theme is None:
            return
        start, end = self.view.viewRange()[0]
        width = max(self.view.width(), 1)
        brush = QBrush(QColor(self._theme.bad_hatch), Qt.BrushStyle.BDiagPattern)
        for begin, stop in empty_stretches([drawn.pen for drawn in self.drawn], start, end):
            if (stop - begin) / (end - start) * width >= _HATCHED_PX:
                region = pyqtgraph.LinearRegionItem((begin, stop), movable=False, brush=brush)
                for line in region.lines:
                    line.setPen(pyqtgraph.mkPen(None))
                region.setZValue(-20)
                region.setToolTip(_("Nothing was measured here"))
                self.view.addItem(region, ignoreBounds=True)
                self._hatched.append(region)
            if len(self._hatched) >= _MOST_HATCHED:
                break


def empty_stretches(pens: Sequence[Pen], start: float, end: float) -> list[tuple[float, float]]:
    """Return where, between first and last sample of all pens, none of them has a value."""
    covered: list[tuple[float, float]] = []
    for pen in pens:
        if pen.visible and pen.kind is not Kind.DIFFERENCE:
            lines = pen.lines
            covered += _covered(lines.x, lines.good)
            covered += _covered(lines.faded_x, lines.doubtful)
    found: list[tuple[float, float]] = []
    reached: float | None = None
    for begin, stop in sorted(covered):
        if reached is not None and begin > reached and begin > start and reached < end:
            found.append((reached, begin))
        reached = stop if reached is None else max(reached, stop)
    return found


def _covered(x: Floats, y: Floats) -> list[tuple[float, float]]:
    """Return the unbroken stretches of a line."""
    known = np.isfinite(y)
    if not known.any():
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [(float(x[a]), float(x[b - 1])) for a, b in edges.reshape(-1, 2)]


def wear_axis(axis: Any, theme: Theme) -> None:
    """Give an axis a theme's colours and the small figures."""
    axis.setPen(QColor(theme.control_edge))
    axis.setTextPen(QColor(theme.quiet))
    axis.setTickPen(QColor(theme.chart_grid))
    axis.setTickFont(font(SMALL_PX))
