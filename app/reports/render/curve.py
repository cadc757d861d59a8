"""The heat curve on paper: desired flow over outdoor temperature, with the present point."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from app.reports.form import number
from app.reports.render.sheet import Sheet, Spot
from app.reports.render.style import BLACK, DIM, WHITE, Type

_SMALL = Type(7.2, grey=DIM)
_NO_LIMIT_C = 120.0  # a limit this high is none: the curve would be squeezed flat
_GRID = 0.8  # grey of the grid
_X_STEP, _Y_STEP = 10.0, 10.0
_X_RANGE = (20.0, -30.0)  # left to right, °C outdoor


@dataclass(frozen=True, slots=True)
class HeatCurve:
    """What the controller holds; temperatures in °C, None for what was not read."""

    points: Sequence[tuple[float, float]]  # (outdoor, flow)
    low: float | None = None  # the flow is never lower
    high: float | None = None  # … or higher
    limit: Sequence[tuple[float, float]] = ()  # highest return over outdoor
    now: tuple[float, float] | None = None  # outdoor, desired flow
    slope: str = ""


@dataclass(frozen=True, slots=True)
class _Plot:
    """The area of the curve on the sheet (mm) and its scale."""

    left: float
    top: float
    width: float
    height: float
    y_range: tuple[float, float]

    def spot(self, outdoor: float, flow: float) -> Spot:
        warm, cold = _X_RANGE
        low, high = self.y_range
        across = (outdoor - warm) / (cold - warm)
        up = (flow - low) / (high - low)
        return self.left + across * self.width, self.top + (1 - up) * self.height


def draw_curve(sheet: Sheet, x: float, y: float, size: Spot, curve: HeatCurve) -> None:
    """Draw the curve in a box of ``size`` mm with its upper left corner at (x, y)."""
    plot = _Plot(x + 4.6, y + 1.6, size[0] - 5.6, size[1] - 9.4, _y_range(curve))
    _grid(sheet, plot)
    ordered = sorted(curve.points, reverse=True)
    if len(curve.limit) > 1:
        ends = _level_ends(sorted(curve.limit, reverse=True))
        sheet.path([plot.spot(*p) for p in ends], 0.85, DIM, dash=(1.6, 0.7))
    raw = [plot.spot(*p) for p in ordered]
    sheet.path(raw, 0.68, BLACK, dash=(0.4, 0.6))
    held = _held(ordered, curve.low, curve.high)
    sheet.path([plot.spot(*p) for p in held], 1.7, BLACK)
    for spot in raw:
        sheet.circle(*spot, 0.62, 0.74, BLACK, fill=WHITE)
    _labels(sheet, plot, curve, held)
    if curve.now:
        _present(sheet, plot, curve.now, below=curve.now[1] < _flow_at(held, curve.now[0]))
    words = sheet.words("outdoor temperature, °C")
    sheet.text(x + size[0] - 0.6, y + size[1] - 1.2, words, _SMALL, at=1)


def _grid(sheet: Sheet, plot: _Plot) -> None:
    low, high = plot.y_range
    flow = low
    while flow <= high:
        _x, y = plot.spot(0, flow)
        sheet.line((plot.left, y), (plot.left + plot.width, y), 0.45, _GRID)
        sheet.text(plot.left - 1, y + 0.9, f"{flow:g}", _SMALL, at=1)
        flow += _Y_STEP
    outdoor = _X_RANGE[0]
    while outdoor >= _X_RANGE[1]:
        x, _y = plot.spot(outdoor, low)
        sheet.line((x, plot.top), (x, plot.top + plot.height), 0.45, _GRID)
        sheet.text(x, plot.top + plot.height + 3.2, number(outdoor, 0), _SMALL, at=0.5)
        outdoor -= _X_STEP
    corner = (plot.left, plot.top + plot.height)
    ends = [(plot.left, plot.top), corner, (plot.left + plot.width, corner[1])]
    sheet.path(ends, 0.74, BLACK)


def _labels(sheet: Sheet, plot: _Plot, curve: HeatCurve, held: Sequence[Spot]) -> None:
    _ = sheet.words
    right = plot.left + plot.width - 0.4
    if curve.high is not None and max(flow for _o, flow in held) >= curve.high:
        y = plot.spot(0, curve.high)[1]
        _tell(sheet, right, y + 3.0, _("max. {flow}").format(flow=f"{curve.high:g}"), 1)
    if curve.low is not None:
        y = plot.spot(0, curve.low)[1]
        told = _("min. {flow}").format(flow=f"{curve.low:g}")
        _tell(
            sheet,
            plot.left + 0.7,
            y + (2.8 if y + 3.2 < plot.top + plot.height else -0.8),
            told,
            0,
        )
    if len(curve.limit) > 1:
        y = plot.spot(0, min(curve.limit)[1])[1]
        _tell(sheet, right, y + 3.1, _("return limit"), 1)
    if curve.slope:
        x, y = plot.spot(*min(curve.points))
        _tell(sheet, x - 1.6, y + 0.4, _("slope {slope}").format(slope=curve.slope), 1)


def _tell(sheet: Sheet, x: float, y: float, text: str, at: float) -> None:
    wide = sheet.width(text, _SMALL)
    sheet.box(x - at * wide - 0.3, y - 2.1, (wide + 0.6, 2.7), grey=None, fill=WHITE)
    sheet.text(x, y, text, _SMALL, at=at)


def _flow_at(points: Sequence[Spot], outdoor: float) -> float:
    """Return the flow of a curve at an outdoor temperature; its last one beyond the ends."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if min(x1, x2) <= outdoor <= max(x1, x2) and x1 != x2:
            return y1 + (y2 - y1) * (outdoor - x1) / (x2 - x1)
    return points[0][1] if outdoor > points[0][0] else points[-1][1]


def _present(sheet: Sheet, plot: _Plot, now: tuple[float, float], *, below: bool) -> None:
    """Mark the present point; its flow stands off the curve, above or below."""
    x, y = plot.spot(*now)
    inside = plot.left <= x <= plot.left + plot.width
    if not inside or not plot.top <= y <= plot.top + plot.height:
        return
    foot = plot.top + plot.height
    sheet.path([(plot.left, y), (x, y), (x, foot)], 0.62, BLACK, dash=(0.7, 0.6))
    sheet.circle(x, y, 1.2, 0.85, WHITE, fill=BLACK)
    strong = Type(8, grey=BLACK).bold()
    told = number(now[1], 1)
    wide = sheet.width(told, strong)
    left, line = (x + 1.4, y + 3.4) if below else (x - 1.3 - wide, y - 1.7)
    sheet.box(left - 0.3, line - 2.5, (wide + 0.6, 3), grey=None, fill=WHITE)
    sheet.text(left, line, told, strong)
    low = Type(7.2, grey=BLACK).bold()
    told = number(now[0], 1)
    sheet.box(x + 0.7, foot - 3.4, (sheet.width(told, low) + 0.6, 2.9), grey=None, fill=WHITE)
    sheet.text(x + 1, foot - 1.1, told, low)


def _held(points: Sequence[Spot], low: float | None, high: float | None) -> list[Spot]:
    """Return the curve between the points known and its limits, with the corners there."""

    def keep(flow: float) -> float:
        above = flow if low is None else max(flow, low)
        return above if high is None else min(above, high)

    corners: list[Spot] = []
    for (x1, y1), (x2, y2) in pairwise(points):
        corners.append((x1, keep(y1)))
        crossings = [
            (x1 + (x2 - x1) * (edge - y1) / (y2 - y1), edge)
            for edge in (low, high)
            if edge is not None and min(y1, y2) < edge < max(y1, y2)
        ]
        corners += sorted(crossings, reverse=True)
    corners.append((points[-1][0], keep(points[-1][1])))
    return corners


def _level_ends(points: Sequence[Spot]) -> list[Spot]:
    """Return the points, level to both edges of the plot; the warmest is first."""
    warm, cold = _X_RANGE
    ends = list(points)
    if ends[0][0] < warm:
        ends.insert(0, (warm, ends[0][1]))
    if ends[-1][0] > cold:
        ends.append((cold, ends[-1][1]))
    return ends


def _y_range(curve: HeatCurve) -> tuple[float, float]:
    flows = [flow for _outdoor, flow in (*curve.points, *curve.limit)]
    flows += [
        flow for flow in (curve.low, curve.high) if flow is not None and flow < _NO_LIMIT_C
    ]
    if curve.now:
        flows.append(curve.now[1])
    low = floor(min(flows) / _Y_STEP) * _Y_STEP
    high = ceil(max(flows) / _Y_STEP) * _Y_STEP
    return (low, max(high, low + 3 * _Y_STEP))
