"""What the lines and signs of the flow picture mean."""

from collections.abc import Callable

from app.reports.render import marks, plant
from app.reports.render.sheet import Sheet
from app.reports.render.style import BLACK, DIM, PT_MM, Type

SUPPLY_PT, RETURN_PT = 0.7 / PT_MM, 0.5 / PT_MM
DASH_MM = (1.7, 0.8)
_LINE_MM, _WORDS_MM, _SAMPLE_MM = 4.6, 9.2, 7.0
_WORDS = Type(7.4, grey=DIM)


def draw_legend(sheet: Sheet, x: float, y: float) -> None:
    """Draw the legend, its first line at ``y`` mm."""
    _ = sheet.words
    samples: tuple[tuple[str, Callable[[Sheet, float, float], None]], ...] = (
        (_("supply, hot"), _supply),
        (_("return, cold"), _return),
        (_("sensor"), lambda sheet, x, y: plant.sensor(sheet, x + 3.5, y, (0, 0))),
        (_("running, stopped"), _pumps),
        (_("too old: with its age"), lambda sheet, x, y: marks.clock(sheet, x + 2, y, 3.0)),
    )
    for index, (words, draw) in enumerate(samples):
        at = y + index * _LINE_MM
        draw(sheet, x, at)
        sheet.text(x + _WORDS_MM, at + 0.9, words, _WORDS)


def _supply(sheet: Sheet, x: float, y: float) -> None:
    sheet.line((x, y), (x + _SAMPLE_MM, y), SUPPLY_PT, BLACK)


def _return(sheet: Sheet, x: float, y: float) -> None:
    sheet.line((x, y), (x + _SAMPLE_MM, y), RETURN_PT, BLACK, DASH_MM)


def _pumps(sheet: Sheet, x: float, y: float) -> None:
    plant.pump(sheet, x + 1.5, y, running=True, radius=1.5)
    plant.pump(sheet, x + 5.5, y, running=False, radius=1.35)
