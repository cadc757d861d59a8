"""The plot of a chart: lines over local time, one scale for each unit, a cursor."""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

import pyqtgraph
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QColor, QPen, QPixmapCache
from PyQt6.QtWidgets import QGraphicsItem, QVBoxLayout, QWidget

from app.words import _
from widgets.charts.axes import NumberAxis, TimeAxis
from widgets.charts.pens import Pen
from widgets.charts.reduce import reduced
from widgets.fonts import SMALL_PX, font
from widgets.theme import Theme

LINE_PX = 1.5
FADED = 0.45  # strength of what is stale or uncertain
DOT_PX = 3
LINE_PX_APART = 2  # of these pixels the extremes are drawn: nobody sees finer
MOST_SMOOTH = 5  # pens; smoothing more of them would hold up the window
KEPT_PICTURES_KB = 32 * 1024  # of lines; Qt's own 10 MB are too few for five on a big screen
NAME_PX = 14  # from one name at the lines' ends to the next
NEAR_THE_EDGE = 0.94  # of the width: a name no longer fits behind its line
SHORTEST_S = 60  # nobody zooms in further
_GUTTER_PX = 64
_HEADROOM = 0.08  # of the values' range, above and below


class _Drawn:
    """The items of one pen: its line, its faded parts, its lone samples, its name."""

    def __init__(self, pen: Pen, view: Any, *, smooth: bool) -> None:
        self.pen = pen
        self.view = view
        self.good = pyqtgraph.PlotDataItem(antialias=smooth)
        self.doubtful = pyqtgraph.PlotDataItem(antialias=smooth)
        self.lone = pyqtgraph.ScatterPlotItem(size=DOT_PX, pxMode=True)
        self.name = pyqtgraph.TextItem(anchor=(0, 0.5))
        self.name.setFont(font(SMALL_PX, strong=True))
        for item in (self.good, self.doubtful, self.lone, self.name):
            view.addItem(item, ignoreBounds=item is self.name)
        for line in (self.good, self.doubtful):
            # The cursor moves over a kept picture of the line instead of drawing it again.
            line.curve.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def draw(self, start: float, end: float, pixels: int) -> None:
        """Draw what is seen of the pen's lines in a period."""
        lines = self.pen.lines
        for item, y in ((self.good, lines.good), (self.doubtful, lines.doubtful)):
            item.setData(*reduced(lines.x, y, start, end, pixels), connect="finite")
        self.lone.setData(lines.lone_x, lines.lone_y)


class DayPlot(QWidget):
    """Draws pens over a period; the owner hands in lines and hears where the cursor is.

    ``pointed`` is called with seconds since 1970 under the pointer, None when it left.
    """

    def __init__(
        self,
        pens: Sequence[Pen],
        theme: Theme,
        zone: tzinfo | None,
        pointed: Callable[[float | None], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pointed = pointed
        self._period = (0.0, 1.0)
        self._area = pyqtgraph.GraphicsLayoutWidget()
        self._area.setAccessibleName(_("Chart"))
        self._area.ci.setContentsMargins(0, 8, 0, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        self._time = TimeAxis(zone)
        self._views: dict[str, Any] = {}
        self._scales: dict[str, Any] = {}
        self._main = self._lay_out([pen.spec.unit for pen in pens])
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), KEPT_PICTURES_KB))
        smooth = len(pens) <= MOST_SMOOTH
        self._drawn = {
            pen.point: _Drawn(pen, self._views[pen.spec.unit], smooth=smooth) for pen in pens
        }
        self._line = pyqtgraph.InfiniteLine(angle=90, movable=False)
        self._line.hide()
        self._main.addItem(self._line, ignoreBounds=True)
        self._area.scene().sigMouseMoved.connect(self._moved)
        self._main.sigXRangeChanged.connect(lambda *_: self._draw_lines())
        self.wear(theme)

    def show_period(self, start_s: float, end_s: float, *, whole: bool) -> None:
        """Show a period; a zoom into the one before is kept unless ``whole``."""
        whole = whole or self._is_whole()
        self._period = (start_s, end_s)
        self._main.setLimits(xMin=start_s, xMax=end_s, minXRange=SHORTEST_S)
        if whole:
            self.show_all()

    def draw(self) -> None:
        """Draw every pen's lines anew."""
        self._fit()
        self._draw_lines()
        self._name()

    def set_cursor(self, moment_s: float | None) -> None:
        """Draw the cursor at a moment, or take it away."""
        self._line.setVisible(moment_s is not None)
        if moment_s is not None:
            self._line.setPos(moment_s)

    def show_all(self) -> None:
        """Return from any zoom to the whole period."""
        self._main.setXRange(*self._period, padding=0)

    def wear(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        self._area.setBackground(theme.surface)
        for axis in (self._time, *self._scales.values()):
            axis.setPen(QColor(theme.control_edge))
            axis.setTextPen(QColor(theme.quiet))
            axis.setTickPen(QColor(theme.chart_grid))
            axis.setTickFont(font(SMALL_PX))
        self._line.setPen(pyqtgraph.mkPen(theme.accent, width=1))
        for drawn in self._drawn.values():
            colour = drawn.pen.colour(theme)
            drawn.good.setPen(_pen(drawn.pen, colour))
            faded = QColor(colour)
            faded.setAlphaF(FADED)
            drawn.doubtful.setPen(_pen(drawn.pen, faded))
            drawn.lone.setBrush(colour)
            drawn.lone.setPen(None)
            drawn.name.setText(drawn.pen.tag, color=colour)

    def leaveEvent(self, event: Any) -> None:
        """Tell that the pointer left."""
        super().leaveEvent(event)
        self._pointed(None)

    def _lay_out(self, units: Sequence[str]) -> Any:
        """Make a view and a scale for each unit: the first at the left, the others right."""
        area = self._area.ci
        order = sorted(dict.fromkeys(units), key=lambda unit: unit != "°C")
        main = None
        for nth, unit in enumerate(order or [""]):
            view = pyqtgraph.ViewBox(enableMenu=False)
            scale = NumberAxis("left" if nth == 0 else "right", unit)
            scale.linkToView(view)
            scale.setWidth(_GUTTER_PX)
            area.addItem(scale, 0, 0 if nth == 0 else nth + 1)
            self._views[unit], self._scales[unit] = view, scale
            view.setMouseEnabled(x=nth == 0, y=False)
            view.setDefaultPadding(0)
            view.enableAutoRange(x=False, y=False)
            if main is None:
                area.addItem(view, 0, 1)
                scale.setGrid(255)
                main = view
            else:
                self._area.scene().addItem(view)
                view.setXLink(main)
                view.setZValue(1)
                view.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._time.linkToView(main)
        self._time.setGrid(255)
        area.addItem(self._time, 1, 1)
        if len(order) < 2:  # noqa: PLR2004 - the right gutter stays, so that charts line up
            area.layout.setColumnFixedWidth(2, _GUTTER_PX)
        main.sigResized.connect(self._align)  # type: ignore[union-attr]
        return main

    def _align(self) -> None:
        for view in self._views.values():
            if view is not self._main:
                view.setGeometry(self._main.sceneBoundingRect())
        self._draw_lines()
        self._name()

    def _draw_lines(self) -> None:
        start, end = self._main.viewRange()[0]
        pixels = max(int(self._main.width()) // LINE_PX_APART, 1)
        for drawn in self._drawn.values():
            drawn.draw(start, end, pixels)

    def _is_whole(self) -> bool:
        shown = self._main.viewRange()[0]
        return all(abs(one - other) < 1 for one, other in zip(shown, self._period, strict=True))

    def _fit(self) -> None:
        """Give every scale the range of its pens' values, with some room."""
        for unit, view in self._views.items():
            spans = [
                drawn.pen.span for drawn in self._drawn.values() if drawn.pen.spec.unit == unit
            ]
            known = [span for span in spans if span is not None]
            if known:
                low, high = min(one[0] for one in known), max(one[1] for one in known)
                room = (high - low) * _HEADROOM or max(abs(high) * _HEADROOM, 1.0)
                view.setYRange(low - room, high + room, padding=0)

    def _name(self) -> None:
        """Write each pen's name at its line's end, pushed apart where they would meet."""
        wanted: list[tuple[float, float, _Drawn]] = []
        for drawn in self._drawn.values():
            last = drawn.pen.lines.last()
            drawn.name.setVisible(last is not None)
            if last is not None:
                wanted.append((drawn.view.mapViewToScene(QPointF(*last)).y(), last[0], drawn))
        lowest = float("-inf")
        start, end = self._main.viewRange()[0]
        for y, at, drawn in sorted(wanted, key=lambda one: one[0]):
            lowest = max(y, lowest + NAME_PX)
            crowded = (at - start) / (end - start) > NEAR_THE_EDGE
            drawn.name.setAnchor((1, 1.2) if crowded else (0, 0.5))
            drawn.name.setPos(at, drawn.view.mapSceneToView(QPointF(0, lowest)).y())

    def _moved(self, place: QPointF) -> None:
        inside = self._main.sceneBoundingRect().contains(place)
        self._pointed(self._main.mapSceneToView(place).x() if inside else None)


def _pen(pen: Pen, colour: QColor) -> QPen:
    drawn = pyqtgraph.mkPen(colour, width=LINE_PX)
    if pen.dashed:
        drawn.setDashPattern([8 / LINE_PX, 3 / LINE_PX])
    assert isinstance(drawn, QPen)  # noqa: S101 - mkPen makes nothing else
    return drawn
