"""The measured values on paper: value, set point or limit, difference, flag and reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from app.model.point import ValueKind
from app.model.reading import Quality
from app.reports.commissioning_data import AlarmRow, CommissioningData, MeasuredRow, OverrideRow
from app.reports.form import signed, written
from app.reports.paper.marking import Look, look, put_value, reason_of
from app.reports.paper.parts import Column, base, columns, row_line, table_head
from app.reports.render import marks
from app.reports.render.layout import Block
from app.reports.render.sheet import Sheet, wrap
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
from app.reports.words import Words, clock

TABLE_MM = 116.0
_WIDTHS_MM = (7, 23, 12, 7, 15, 12, 40)  # sensor, name, value, unit, set or limit, Δ, flag
_X_MM = tuple(LEFT_MM + sum(_WIDTHS_MM[:index]) for index in range(7))
_FLAG_GAP_MM = 3.0
_LINE_MM = 3.5
_ALIKE = 3  # so many inputs without a sensor in a row become one line
_COLLAPSED = frozenset({"not-connected", "sensor-open"})
_PAPER_DECIMALS = {"°C": 1, "K": 1}  # a Pt 1000 input is no finer
_MINUTE_S, _HOUR_MIN = 60, 60


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


def decimals_on_paper(row: MeasuredRow) -> int:
    """Return how many decimals a read-out is printed with."""
    return min(row.form.decimals, _PAPER_DECIMALS.get(row.form.unit, row.form.decimals))


def head_of_measured(_: Words) -> Block:
    """Return the column heads."""
    return table_head(_columns(_))


@dataclass(frozen=True, slots=True)
class MeasuredLine:
    """A line of the table, ready to be drawn."""

    line: Line
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
        row, line = self.line.row, base(top, MEASURED_ROW_MM)
        row_line(sheet, top, self.height, LEFT_MM, TABLE_MM)
        stale = row.told.quality is Quality.STALE
        grey = STALE if stale else BODY.grey
        tag = f"{row.tag} – {self.line.last_tag}" if self.line.last_tag else row.tag
        sheet.text(_X_MM[0], line, tag, STRONG)
        for index, name in enumerate(self.names):
            x = _X_MM[1] if row.tag else _X_MM[0]
            sheet.text(x, line + index * _LINE_MM, name, BODY.in_grey(grey))
        put_value(sheet, _X_MM[3] - FRACTION_MM, line, self.shown)
        unit = sheet.words(row.form.unit) if row.told.value is not None else ""
        sheet.text(_X_MM[3] + 1.2, line, unit, BODY.in_grey(STALE if stale else DIM))
        put_reference(sheet, _X_MM[5] - FRACTION_MM, line, self.reference, grey)
        sheet.value(_X_MM[6] - FRACTION_MM, line, self.difference, BODY.in_grey(grey))
        self._flag(sheet, line)

    def _flag(self, sheet: Sheet, line: float) -> None:
        x, middle = _X_MM[6] + _FLAG_GAP_MM, line - 1.05
        told = self.line.row.told
        drawn = True
        if self.alarm:
            marks.alarm(sheet, x, middle, self.alarm.priority)
        elif self.override:
            marks.hand(sheet, x, middle)
        elif told.quality is Quality.STALE:
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
    sheet.value(x, line, number, style)
    if limit:
        whole = number.split(".")[0].split(",")[0]
        sheet.text(x - Sheet.width(whole, style) - 0.8, line, "≤", BODY.in_grey(DIM), at=1)


def measured_line(line: Line, data: CommissioningData, _: Words) -> MeasuredLine:
    """Return a line with its flag: the alarm on it, the hand that holds it, or its quality."""
    row, alarm = line.row, data.alarm_of(line.row.key)
    override = override_of(row, data)
    shown = look(row.form, row.told, _, STRONG, decimals_on_paper(row))
    if line.row.told.reason in _COLLAPSED:
        shown = replace(shown, hatched=False)
    flag = _flag_text(row, data, alarm, override, _)
    sign = (
        marks.MARK_MM + 0.9 if alarm or override or row.told.quality is Quality.STALE else 0.0
    )
    room = float(_WIDTHS_MM[1] + (0 if row.tag else _WIDTHS_MM[0]))
    taken = (
        Sheet.width(shown.text, shown.style) if row.form.kind is not ValueKind.NUMBER else 9.0
    )
    room += max(0.0, _WIDTHS_MM[2] - FRACTION_MM - taken) - 0.6
    name = "" if line.last_tag else _(row.name)
    return MeasuredLine(
        line,
        tuple(wrap(name, BODY, max(room, 16.0))),
        shown,
        reference_text(row, _),
        _difference(row),
        tuple(wrap(flag, SMALL, _WIDTHS_MM[6] - _FLAG_GAP_MM - sign)),
        alarm,
        override,
    )


def reference_text(row: MeasuredRow, _: Words) -> str:
    """Return the set point ("51.8") or the limit ("≤ 40.0") of a read-out, or nothing."""
    decimals = decimals_on_paper(row)
    if row.set_point is not None:
        return written(row.form, row.set_point, _, decimals)
    return f"≤ {written(row.form, row.limit, _, decimals)}" if row.limit is not None else ""


def _difference(row: MeasuredRow) -> str:
    against = row.limit if row.set_point is None else row.set_point
    if against is None or not isinstance(row.told.value, int | float):
        return ""
    decimals = decimals_on_paper(row)
    return signed(round(row.told.value, decimals) - round(against, decimals), decimals)


def override_of(row: MeasuredRow, data: CommissioningData) -> OverrideRow | None:
    """Return what holds an output, when it is not left to the controller."""
    slots = dict(data.slots)
    slot = next((slot for slot, key in slots.items() if key == row.key), "")
    held = {slots.get(f"{slot}_override"), slots.get(f"{slot}_manual")} - {None}
    return next((override for override in data.overrides if override.key in held), None)


def _flag_text(
    row: MeasuredRow,
    data: CommissioningData,
    alarm: AlarmRow | None,
    override: OverrideRow | None,
    _: Words,
) -> str:
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(data.zone)
    if alarm:
        since = clock(alarm.since, zone, seconds=False)
        return _("{alarm}, since {time}").format(alarm=kind_words(alarm, _), time=since)
    if override:
        return held_words(override, _)
    if row.told.quality is Quality.STALE and row.measured_at:
        age = age_words((data.run.ended_at - row.measured_at).total_seconds(), _)
        at = clock(row.measured_at, zone, seconds=False)
        return _("{age} old, from {time}").format(age=age, time=at)
    if row.told.quality is Quality.UNCERTAIN and not row.told.reason:
        return _("estimated")
    return reason_of(row.told, _)


def kind_words(alarm: AlarmRow, _: Words) -> str:
    """Return what an alarm found: above or below its limit, or the rule's name."""
    known = {"high": _("above limit"), "low": _("below limit"), "offline": _("no answer")}
    return known.get(alarm.kind, alarm.name)


def held_words(override: OverrideRow, _: Words) -> str:
    """Return how an output is held: "held ON over the line, 4067"."""
    told = (
        _("held {word} at the display") if override.at_display else _("held {word} by override")
    )
    number = "" if override.number is None else f", {override.number}"
    return told.format(word=_(override.word)) + number


def age_words(seconds: float, _: Words) -> str:
    """Return an age as printed: "14 min"."""
    minutes = int(seconds // _MINUTE_S)
    if minutes < 1:
        return f"{int(seconds)} s"
    if minutes < 2 * _HOUR_MIN:
        return f"{minutes} min"
    return f"{minutes // _HOUR_MIN} h"


def _columns(_: Words) -> list[Column]:
    return columns(
        LEFT_MM,
        [
            ("", 30, 0),
            (_("Value"), 12 - FRACTION_MM, 1),
            ("", FRACTION_MM, 0),
            (_("Unit"), 7, 0),
            (_("Set, limit"), 15 - FRACTION_MM, 1),
            ("", FRACTION_MM, 0),
            ("Δ", 12 - FRACTION_MM, 1),
            ("", FRACTION_MM + _FLAG_GAP_MM, 0),
            (_("Flag and reason"), 40 - _FLAG_GAP_MM, 0),
        ],
    )
