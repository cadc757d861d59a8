"""The heat curve on paper: desired flow over outdoor temperature, with the present point."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor

from app.reports.form import number
from app.reports.render.sheet import Sheet, Spot
from app.reports.render.style import BLACK, DIM, PT_MM, WHITE, Type
from app.reports.words import Words

_SMALL = Type(7.2, grey=DIM)
_NO_LIMIT_C = 120.0  # a limit this high is none: the curve would be squeezed flat
_GRID = 0.8  # grey of the grid
_X_STEP, _Y_STEP = 10.0, 10.0
_MOST_LINES = 15  # of the grid; beyond, they lie further apart
_READABLE = 1e5  # °C; a longer number would not stand beside the plot
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
    y_step: float

    def spot(self, outdoor: float, flow: float) -> Spot:
        warm, cold = _X_RANGE
        low, high = self.y_range
        across = (outdoor - warm) / (cold - warm)
        up = (flow - low) / (high - low)
        return self.left + across * self.width, self.top + (1 - up) * self.height


def draw_curve(sheet: Sheet, x: float, y: float, size: Spot, curve: HeatCurve) -> None:
    """Draw the curve in a box of ``size`` mm with its upper left corner at (x, y)."""
    ordered = sorted(curve.points, reverse=True)
    held = _held(ordered, curve.low, curve.high)
    plot = _Plot(x + 4.6, y + 1.6, size[0] - 5.6, size[1] - 9.4, *_scale(curve, held))
    _grid(sheet, plot)
    if len(curve.limit) > 1:
        ends = _level_ends(sorted(curve.limit, reverse=True))
        sheet.path([plot.spot(*p) for p in ends], 0.85, DIM, dash=(1.6, 0.7))
    raw = [plot.spot(*p) for p in ordered]
    sheet.path(raw, 0.68, BLACK, dash=(0.4, 0.6))
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
    for line in range(round((high - low) / plot.y_step) + 1):
        flow = low + line * plot.y_step
        _x, y = plot.spot(0, flow)
        sheet.line((plot.left, y), (plot.left + plot.width, y), 0.45, _GRID)
        sheet.text(plot.left - 1, y + 0.9, _round(flow, sheet.words), _SMALL, at=1)
    outdoor, edge = _X_RANGE[0], plot.left + plot.width + 1
    while outdoor >= _X_RANGE[1]:
        x, _y = plot.spot(outdoor, low)
        sheet.line((x, plot.top), (x, plot.top + plot.height), 0.45, _GRID)
        told = number(outdoor, 0, sheet.words)
        middle = min(x, edge - sheet.width(told, _SMALL) / 2)
        sheet.text(middle, plot.top + plot.height + 3.2, told, _SMALL, at=0.5)
        outdoor -= _X_STEP
    corner = (plot.left, plot.top + plot.height)
    ends = [(plot.left, plot.top), corner, (plot.left + plot.width, corner[1])]
    sheet.path(ends, 0.74, BLACK)


def _labels(sheet: Sheet, plot: _Plot, curve: HeatCurve, held: Sequence[Spot]) -> None:
    _ = sheet.words
    right = plot.left + plot.width - 0.4
    if curve.high is not None and max(flow for _o, flow in held) >= curve.high:
        y = plot.spot(0, curve.high)[1]
        _tell(
            sheet,
            plot,
            (right, y + 3.0),
            _("max. {flow}").format(flow=_short(curve.high, _)),
            1,
        )
    if curve.low is not None:
        y = plot.spot(0, curve.low)[1]
        told = _("min. {flow}").format(flow=_short(curve.low, _))
        line = y + (2.8 if y + 3.2 < plot.top + plot.height else -0.8)
        _tell(sheet, plot, (plot.left + 0.7, line), told, 0)
    if len(curve.limit) > 1:
        y = plot.spot(0, min(curve.limit)[1])[1]
        _tell(sheet, plot, (right, y + 3.1), _("return limit"), 1)
    if curve.slope:
        x, y = plot.spot(*min(curve.points))
        told = _("slope {slope}").format(slope=curve.slope)
        _tell(sheet, plot, (x - 1.6, y + 0.4), told, 1)


def _tell(
    sheet: Sheet, plot: _Plot, spot: Spot, text: str, at: float, style: Type = _SMALL
) -> None:
    """Print a label on white at ``spot``, or as near to it as the plot has room."""
    wide, size = sheet.width(text, style), style.size_pt * PT_MM
    right, foot = plot.left + plot.width, plot.top + plot.height
    left = max(plot.left + 0.4, min(spot[0] - at * wide, right - wide))
    line = max(plot.top + size, min(spot[1], foot - 0.6))
    sheet.box(left - 0.3, line - 0.85 * size, (wide + 0.6, size), grey=None, fill=WHITE)
    sheet.text(left, line, text, style)


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
    told, strong = number(now[1], 1, sheet.words), Type(8, grey=BLACK).bold()
    spot = (x + 1.4, y + 3.4) if below else (x - 1.3, y - 1.7)
    _tell(sheet, plot, spot, told, 0 if below else 1, strong)
    low = Type(7.2, grey=BLACK).bold()
    _tell(sheet, plot, (x + 1, foot - 1.1), number(now[0], 1, sheet.words), 0, low)


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


def _short(flow: float, _: Words) -> str:
    return f"{flow:g}".replace(".", _.decimal_sign)


def _round(flow: float, _: Words) -> str:
    return number(flow, 0, _) if abs(flow) < _READABLE else f"{flow:.0e}".replace("-", "−")


def _scale(curve: HeatCurve, held: Sequence[Spot]) -> tuple[tuple[float, float], float]:
    """Return the lowest and highest flow of the plot, and how far its lines lie apart."""
    flows = [flow for _outdoor, flow in (*curve.points, *curve.limit, *held)]
    flows += [
        flow for flow in (curve.low, curve.high) if flow is not None and flow < _NO_LIMIT_C
    ]
    if curve.now:
        flows.append(curve.now[1])
    step = _Y_STEP
    while max(flows) - min(flows) > _MOST_LINES * step:
        step *= 2
    low = floor(min(flows) / step) * step
    high = ceil(max(flows) / step) * step
    return (low, max(high, low + 3 * step)), step
