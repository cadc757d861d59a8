"""The measured values on paper: value, set point or limit, difference, flag and reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.model.reading import Quality
from app.reports.commissioning_data import AlarmRow, CommissioningData, MeasuredRow, OverrideRow
from app.reports.paper.columnheads import Column, columns, table_head
from app.reports.paper.marking import HATCH_MM, Look, look, put_value
from app.reports.paper.measuredwords import (
    decimals_on_paper,
    difference_text,
    flag_text,
    override_of,
    reference_text,
)
from app.reports.paper.parts import base, row_line, unit_at
from app.reports.readoutwords import name_words
from app.reports.render import marks
from app.reports.render.layout import Block
from app.reports.render.sheet import Sheet, split_number, wrap
from app.reports.render.style import (
    BODY,
    DIM,
    FRACTION_MM,
    LEFT_MM,
    MEASURED_ROW_MM,
    SMALL,
    STALE,
    STRONG,
)
from app.reports.words import Words

_FLAG_GAP_MM, _LINE_MM = 3.0, 3.5
_MOST_MORE_MM = 7.0  # what names may take from the reasons
_ALIKE = 3  # so many inputs without a sensor in a row become one line
_COLLAPSED = frozenset({"not-connected", "sensor-open"})
_TAG, _NAME, _VALUE, _UNIT, _REFERENCE, _DELTA, _FLAG = range(7)


@dataclass(frozen=True, slots=True)
class Widths:
    """The columns of the table in mm: sensor, name, value, unit, set or limit, Δ, flag."""

    columns: tuple[float, ...]
    fraction: float = FRACTION_MM

    @property
    def whole(self) -> float:
        """The width of the table."""
        return sum(self.columns)

    def x(self, column: int) -> float:
        """Return where a column begins."""
        return LEFT_MM + sum(self.columns[:column])

    def mark(self, column: int) -> float:
        """Return where the decimal marks of a column stand."""
        return self.x(column + 1) - self.fraction


NARROW = Widths((7.0, 23.0, 12.0, 7.0, 15.0, 12.0, 40.0))  # beside the heat curve
WIDE = Widths((10.0, 48.0, 27.0, 21.0, 20.0, 16.0, 34.0), 6.0)  # of a device without one


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a read-out, or several inputs that nothing is connected to."""

    row: MeasuredRow
    count: int = 1  # how many read-outs it stands for
    last_tag: str = ""  # of the last one


def lines_of(rows: Sequence[MeasuredRow]) -> list[Line]:
    """Return the lines for some read-outs; runs of unconnected inputs become one line."""
    lines: list[Line] = []
    for empty, members in groupby(rows, key=_unconnected):
        run = list(members)
        if empty and len(run) >= _ALIKE:
            lines.append(Line(run[0], len(run), run[-1].tag))
        else:
            lines.extend(Line(row) for row in run)
    return lines


def _unconnected(row: MeasuredRow) -> str:
    empty = row.told.value is None and row.told.reason in _COLLAPSED and row.tag
    return row.told.reason if empty and row.name == "Sensor" else ""


def head_of_measured(widths: Widths, _: Words) -> Block:
    """Return the column heads."""
    return table_head(_columns(widths, _))


@dataclass(frozen=True, slots=True)
class MeasuredLine:
    """A line of the table, ready to be drawn."""

    line: Line
    widths: Widths
    names: tuple[str, ...]
    shown: Look
    reference: str  # "51.8" or "≤ 40.0"
    difference: str
    flag: tuple[str, ...]
    alarm: AlarmRow | None
    override: OverrideRow | None

    @property
    def height(self) -> float:
        """The height in mm; one line is 4.15."""
        return MEASURED_ROW_MM + (max(len(self.names), len(self.flag), 1) - 1) * _LINE_MM

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw with the upper edge at ``top``."""
        row, line, widths = self.line.row, base(top, MEASURED_ROW_MM), self.widths
        row_line(sheet, top, self.height, LEFT_MM, widths.whole)
        stale = row.told.quality is Quality.STALE
        style = BODY.in_grey(STALE if stale else BODY.grey)
        tag = f"{row.tag} – {self.line.last_tag}" if self.line.last_tag else row.tag
        sheet.text(LEFT_MM, line, tag, STRONG)
        x = widths.x(_NAME) if row.tag else LEFT_MM
        for index, name in enumerate(self.names):
            sheet.text(x, line + index * _LINE_MM, name, style)
        value_at = widths.mark(_VALUE)
        put_value(sheet, value_at, line, self.shown)
        if row.told.value is not None:
            x = unit_at(widths.x(_UNIT) + 1.2, value_at, self.shown.text, self.shown.style)
            grey = STALE if stale else DIM
            sheet.text(x, line, sheet.words(row.form.unit), BODY.in_grey(grey))
        put_reference(sheet, widths.mark(_REFERENCE), line, self.reference, style.grey)
        sheet.value(widths.mark(_DELTA), line, self.difference, style)
        self._flag(sheet, line)

    def _flag(self, sheet: Sheet, line: float) -> None:
        x, middle = self.widths.x(_FLAG) + _FLAG_GAP_MM, line - 1.05
        drawn = True
        if self.alarm:
            marks.alarm(sheet, x, middle, self.alarm.priority)
        elif self.override:
            marks.hand(sheet, x, middle)
        elif self.line.row.told.quality is Quality.STALE:
            marks.clock(sheet, x, middle)
        else:
            drawn = False
        x += marks.MARK_MM + 0.9 if drawn else 0.0
        for index, text in enumerate(self.flag):
            sheet.text(x, line + index * _LINE_MM, text, SMALL)


def put_reference(sheet: Sheet, x: float, line: float, text: str, grey: float) -> None:
    """Print a set point or limit on its decimal mark, the sign of a limit in grey."""
    style = BODY.in_grey(grey)
    limit = text.startswith("≤ ")
    number = text.removeprefix("≤ ")
    if limit:
        before = Sheet.width(split_number(number)[0], style) + 0.8
        sheet.text(x - before, line, "≤", BODY.in_grey(DIM), at=1)
    sheet.value(x, line, number, style)


def widths_for(
    lines: Sequence[Line], widths: Widths, data: CommissioningData, _: Words
) -> Widths:
    """Return the columns with room for the longest word of the names, if there can be.

    What the names need more is taken from the reasons, which may stand in lines.
    """
    more = 0.0
    for line in measured_lines(lines, data, _, widths):
        words = "" if line.line.last_tag else name_words(line.line.row, _)
        longest = max((Sheet.width(word, BODY) for word in words.split()), default=0.0)
        more = max(more, longest + 0.05 - _name_room(line.line.row, line.shown, widths))
    changed = list(widths.columns)
    changed[_NAME] += min(more, _MOST_MORE_MM)
    changed[_FLAG] -= min(more, _MOST_MORE_MM)
    return replace(widths, columns=tuple(changed))


def measured_lines(
    lines: Sequence[Line], data: CommissioningData, _: Words, widths: Widths
) -> list[MeasuredLine]:
    """Return the lines of the table, ready to be drawn."""
    return [measured_line(line, data, _, widths) for line in lines]


def measured_line(
    line: Line, data: CommissioningData, _: Words, widths: Widths = NARROW
) -> MeasuredLine:
    """Return a line with its flag: the alarm on it, the hand that holds it, or its quality."""
    row, alarm = line.row, data.alarm_of(line.row.key)
    override = override_of(row, data)
    shown = look(row.form, row.told, _, STRONG, decimals_on_paper(row))
    if line.row.told.reason in _COLLAPSED:
        shown = replace(shown, hatched=False)
    sign = (
        marks.MARK_MM + 0.9 if alarm or override or row.told.quality is Quality.STALE else 0.0
    )
    flag_room = widths.columns[_FLAG] - _FLAG_GAP_MM - sign
    name = "" if line.last_tag else name_words(row, _)
    return MeasuredLine(
        line,
        widths,
        tuple(wrap(name, BODY, _name_room(row, shown, widths))),
        shown,
        reference_text(row, _),
        difference_text(row, _),
        tuple(wrap(flag_text(row, data, alarm, override, _), SMALL, flag_room)),
        alarm,
        override,
    )


def _name_room(row: MeasuredRow, shown: Look, widths: Widths) -> float:
    """Return how wide a name may be: up to its own value."""
    start = widths.x(_NAME) if row.tag else LEFT_MM
    whole = split_number(shown.text)[0]
    taken = HATCH_MM[0] if shown.hatched else Sheet.width(whole, shown.style)
    return max(widths.mark(_VALUE) - taken - 1.2 - start, 16.0)


def _columns(widths: Widths, _: Words) -> list[Column]:
    w, mark = widths.columns, widths.fraction
    return columns(
        LEFT_MM,
        [
            ("", w[_TAG] + w[_NAME], 0),
            (_("Value"), w[_VALUE] - mark, 1),
            ("", mark, 0),
            (_("Unit"), w[_UNIT], 0),
            (_("Set, limit"), w[_REFERENCE] - mark, 1),
            ("", mark, 0),
            ("Δ", w[_DELTA] - mark, 1),
            ("", mark + _FLAG_GAP_MM, 0),
            (_("Flag and reason"), w[_FLAG] - _FLAG_GAP_MM, 0),
        ],
    )
