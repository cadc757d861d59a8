"""Pieces of plant as drawn on paper: valve, pump, exchanger, tank, radiator, tap, sensor."""

from collections.abc import Callable

from app.reports.render.sheet import Sheet, Spot
from app.reports.render.style import BLACK, DARK, MIDDLE, PALE, WHITE

_PEN_PT = 0.99
_GREY = 0.894  # #e4e4e4


def valve(sheet: Sheet, x: float, y: float) -> None:
    """Draw a motor valve with its middle in the pipe at (x, y)."""
    sheet.path(
        [(x - 3.2, y - 1.9), (x - 3.2, y + 1.9), (x + 3.2, y - 1.9), (x + 3.2, y + 1.9)],
        _PEN_PT,
        DARK,
        fill=_GREY,
        closed=True,
    )
    sheet.line((x, y), (x, y - 2.2), _PEN_PT, DARK)
    sheet.half_circle(x, y - 2.2, 1.9, _PEN_PT, DARK, _GREY)


def pump(sheet: Sheet, x: float, y: float, running: bool | None, radius: float = 3.0) -> None:
    """Draw a pump: filled when it runs, empty when it stands, dashed when nobody knows."""
    part = radius / 3.0
    corners = [
        (x - 1.2 * part, y - 1.8 * part),
        (x + 2.5 * part, y),
        (x - 1.2 * part, y + 1.8 * part),
    ]
    if running:
        sheet.circle(x, y, radius, 0.3, BLACK, fill=0.133)
        sheet.path(corners, 0.3, WHITE, fill=WHITE, closed=True)
        return
    dash = (0.7, 0.5) if running is None else ()
    sheet.circle(x, y, radius, 0.85, DARK, fill=WHITE, dash=dash)
    sheet.path(corners, 0.68, DARK, fill=WHITE, closed=True, dash=dash)


def sensor(sheet: Sheet, x: float, y: float, _size: Spot) -> None:
    """Draw where a value is measured."""
    sheet.circle(x, y, 0.85, 1.13, BLACK, fill=WHITE)


def _exchanger(sheet: Sheet, x: float, y: float, size: Spot) -> None:
    sheet.box(x, y, size, _PEN_PT, DARK, fill=PALE)
    sheet.line((x, y + size[1]), (x + size[0], y), _PEN_PT, DARK)


def _tank(sheet: Sheet, x: float, y: float, size: Spot) -> None:
    width, height = size
    level = height * 0.68
    sheet.box(x, y, size, _PEN_PT, DARK, fill=PALE, round_mm=1.4)
    sheet.box(
        x + 0.17,
        y + level,
        (width - 0.34, height - level - 0.17),
        grey=None,
        fill=MIDDLE,
        round_mm=1.2,
    )
    sheet.box(x + 0.17, y + level, (width - 0.34, 2.0), grey=None, fill=MIDDLE)
    sheet.line((x, y + level), (x + width, y + level), 0.57, DARK)


def _radiator(sheet: Sheet, x: float, y: float, size: Spot) -> None:
    wide = size[0] / 5
    for rib in range(5):
        sheet.box(x + rib * wide, y, (wide, size[1]), 0.85, DARK, fill=PALE, round_mm=0.4)


def _vessel(sheet: Sheet, x: float, y: float, _size: Spot) -> None:
    sheet.circle(x, y, 2.6, _PEN_PT, DARK, fill=MIDDLE)
    sheet.half_circle(x, y, 2.6, _PEN_PT, DARK, WHITE)


def _tap(sheet: Sheet, x: float, y: float, _size: Spot) -> None:
    """Draw a tap; (x, y) is its upper left corner, the pipe comes in 3.8 mm below."""
    across, down = 0.155, 0.155
    outline = [(0, 19), (16, 19), (16, 15), (26, 15), (26, 19), (30, 19), (35, 21), (38, 27)]
    outline += [(38, 33), (30, 33), (30, 30), (28, 28), (0, 28)]
    sheet.path(
        [(x + a * across, y + b * down) for a, b in outline],
        0.85,
        DARK,
        fill=_GREY,
        closed=True,
    )
    for start, end in (((21, 15), (21, 9)), ((14, 9), (28, 9))):
        ends = [(x + a * across, y + b * down) for a, b in (start, end)]
        sheet.path(ends, 0.85, DARK)


SYMBOLS: dict[str, Callable[[Sheet, float, float, Spot], None]] = {
    "sensor": sensor,
    "exchanger": _exchanger,
    "tank": _tank,
    "radiator": _radiator,
    "vessel": _vessel,
    "tap": _tap,
}
