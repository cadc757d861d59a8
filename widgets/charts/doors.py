"""The lines of a chart as doors: in the table below it, and where they are drawn."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPoint

from widgets.charts.pens import Kind, Pen
from widgets.charts.pentable import PenTable
from widgets.pagetype import PageContext
from widgets.valuedoor import Door, open_by, open_table

if TYPE_CHECKING:  # it loads pyqtgraph: only when somebody looks at a chart
    from widgets.charts.plot import Plot


def open_pens(table: PenTable, context: PageContext) -> None:
    """Give every row of a table of pens the menu of its point."""
    open_table(table, context, lambda pen, _column: Door(pen.point, pen.spec))


def open_lines(plot: "Plot", context: PageContext, picked: Callable[[], Pen | None]) -> None:
    """Give a plot the menu of the pen pointed at, at the moment pointed at.

    It is the pen picked in the table where it stands on the lane under the pointer, else
    the lane's first; by key, the pen picked at cursor A.
    """

    def find(at: QPoint | None) -> tuple[Door, QPoint] | None:
        if at is None:
            pen, moment = picked() or next(iter(plot.pens), None), plot.cursors.at.get("a")
            spot = plot.area.rect().center()
        else:
            pen, moment = _under(plot, at, picked())
            spot = at
        if pen is None:
            return None
        when = None if moment is None else datetime.fromtimestamp(moment, UTC)
        return Door(pen.point, pen.spec, at=when), plot.area.mapToGlobal(spot)

    open_by(plot.area, context, find)


def _under(plot: "Plot", at: QPoint, picked: Pen | None) -> tuple[Pen | None, float | None]:
    place = plot.area.mapToScene(at)
    for lane in plot.lanes:
        if lane.view.sceneBoundingRect().contains(place):
            pens = [drawn.pen for drawn in lane.drawn if drawn.pen.visible]
            first = next((pen for pen in pens if pen.kind is Kind.MEASURED), None)
            pen = picked if picked in pens else first
            return pen, float(lane.view.mapSceneToView(place).x())
    return None, None
