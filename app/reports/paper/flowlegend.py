"""What the lines and signs of the flow picture mean."""

from collections.abc import Callable

from app.reports.render import marks, plant
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import BLACK, DIM, PT_MM, Type
from app.reports.words import Words

SUPPLY_PT, RETURN_PT = 0.7 / PT_MM, 0.5 / PT_MM
DASH_MM = (1.7, 0.8)
_LINE_MM, _WORDS_MM, _SAMPLE_MM = 4.6, 9.2, 7.0
_MORE_MM, _ROOM_MM = 2.9, 25.8
_WORDS = Type(7.4, grey=DIM)


def draw_legend(sheet: Sheet, x: float, y: float) -> None:
    """Draw the legend, its first line at ``y`` mm."""
    _ = sheet.words
    samples: tuple[Callable[[Sheet, float, float], None], ...] = (
        _supply,
        _return,
        lambda sheet, x, y: plant.sensor(sheet, x + 3.5, y, (0, 0)),
        _pumps,
        lambda sheet, x, y: marks.clock(sheet, x + 2, y, 3.0),
    )
    for lines, draw in zip(_lines(_), samples, strict=True):
        draw(sheet, x, y)
        for index, line in enumerate(lines):
            sheet.text(x + _WORDS_MM, y + 0.9 + index * _MORE_MM, line, _WORDS)
        y += _LINE_MM + (len(lines) - 1) * _MORE_MM


def legend_height(_: Words) -> float:
    """Return how much room the legend takes below its first line, in mm."""
    return sum(_LINE_MM + (len(lines) - 1) * _MORE_MM for lines in _lines(_))


def _lines(_: Words) -> list[list[str]]:
    """Return what each sign means, in lines that end before the nearest pipe."""
    words = (
        _("supply, hot"),
        _("return, cold"),
        _("sensor"),
        _("running, stopped"),
        _("too old: with its age"),
    )
    return [wrap(told, _WORDS, _ROOM_MM) for told in words]


def _supply(sheet: Sheet, x: float, y: float) -> None:
    sheet.line((x, y), (x + _SAMPLE_MM, y), SUPPLY_PT, BLACK)


def _return(sheet: Sheet, x: float, y: float) -> None:
    sheet.line((x, y), (x + _SAMPLE_MM, y), RETURN_PT, BLACK, DASH_MM)


def _pumps(sheet: Sheet, x: float, y: float) -> None:
    plant.pump(sheet, x + 1.5, y, running=True, radius=1.5)
    plant.pump(sheet, x + 5.5, y, running=False, radius=1.35)
