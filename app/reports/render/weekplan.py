"""A week programme on paper: seven days, the comfort periods as bars with their times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.reports.form import time_of_day
from app.reports.render.sheet import Sheet
from app.reports.render.style import BLACK, DIM, HAIR, LIGHT, PT_MM, WHITE, Type

HEIGHT_MM = 39.8
_HEAD_MM, _DAY_MM, _NAME_MM = 3.0, 5.2, 10.0
_TEXT, _DAY = Type(7.7), Type(8.2)
_HOURS = Type(7.1, grey=DIM)
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class WeekPlan:
    """The periods of a week, HHMM; a day that could not be read is None."""

    days: Mapping[int, Sequence[tuple[float, float]] | None]  # weekday (0 Monday) → periods
    now: tuple[int, int] | None = None  # weekday and minute of the reading


def draw_week(sheet: Sheet, x: float, y: float, width: float, plan: WeekPlan) -> None:
    """Draw the plan, ``width`` mm wide, its upper left corner at (x, y)."""
    names = [sheet.words.weekday(weekday) for weekday in range(7)]
    name_mm = max(_NAME_MM, *(sheet.width(name, _DAY.bold()) + 1.5 for name in names))
    scale = (width - name_mm) / _DAY_MIN
    left, top = x + name_mm, y + _HEAD_MM
    bottom = top + 7 * _DAY_MM
    for hour in range(0, 25, 3):
        across = left + hour * 60 * scale
        major = hour % 6 == 0
        sheet.line((across, top), (across, bottom), 0.45, 0.67 if major else 0.87)
        if major:
            sheet.text(across, y + 2, f"{hour:02}", _HOURS, at=1 if hour == 24 else 0.5)  # noqa: PLR2004
    for weekday in range(7):
        row = top + weekday * _DAY_MM
        sheet.line((x, row), (x + width, row), 0.4, HAIR)
        today = plan.now is not None and plan.now[0] == weekday
        style = _DAY.bold() if today else _DAY
        sheet.text(x, row + 3.4, names[weekday], style)
        _day(sheet, left, row, scale, plan.days.get(weekday))
    sheet.line((x, bottom), (x + width, bottom), 0.4, HAIR)
    if plan.now:
        _present(sheet, left + plan.now[1] * scale, top + plan.now[0] * _DAY_MM)


def _day(
    sheet: Sheet,
    left: float,
    row: float,
    scale: float,
    periods: Sequence[tuple[float, float]] | None,
) -> None:
    if periods is None:
        sheet.text(left + 1.5, row + 3.4, f"– {sheet.words('not read')}", _TEXT.in_grey(DIM))
        return
    spans = [(_minute(start), _minute(stop)) for start, stop in periods]
    if not spans:
        sheet.text(left + 1.5, row + 3.4, sheet.words("no comfort period"), _TEXT.in_grey(DIM))
    for start, stop in spans:
        wide = max(stop - start, 0) * scale
        sheet.box(left + start * scale, row + 0.6, (wide, 4.0), 0.57, DIM, fill=LIGHT)
    for index, ((start, stop), told) in enumerate(zip(spans, periods, strict=True)):
        text = f"{time_of_day(told[0])} – {time_of_day(told[1])}"
        after = spans[index + 1][0] if index + 1 < len(spans) else _DAY_MIN
        _times(sheet, left, row + 3.3, (start * scale, stop * scale, after * scale), text)


def _times(
    sheet: Sheet, left: float, line: float, span: tuple[float, float, float], text: str
) -> None:
    """Print a period's times inside its bar, right of it, or left of it where there is room."""
    start, stop, after = span
    wide = sheet.width(text, _TEXT)
    if wide + 1.0 <= stop - start:
        sheet.text(left + (start + stop) / 2, line, text, _TEXT, at=0.5)
        return
    right = wide + 1.6 <= after - stop
    x = left + (stop + 1.0 if right else max(0.3, start - wide - 0.8))
    sheet.box(x - 0.2, line - 2.3, (wide + 0.4, 3.0), grey=None, fill=WHITE)
    sheet.text(x, line, text, _TEXT)


def _present(sheet: Sheet, x: float, row: float) -> None:
    sheet.line((x, row), (x, row + _DAY_MM), 1.1 / PT_MM, WHITE)
    sheet.line((x, row), (x, row + _DAY_MM), 0.5 / PT_MM, BLACK)
    corners = [(x - 1, row - 0.6), (x + 1, row - 0.6), (x, row + 0.8)]
    sheet.path(corners, 0.1, BLACK, fill=BLACK, closed=True)


def _minute(hhmm: float) -> int:
    hours, minutes = divmod(round(hhmm), 100)
    return min(hours * 60 + minutes, _DAY_MIN)
