"""What follows the settings: read-outs, week programmes, alarms, difference, documents."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from zoneinfo import ZoneInfo

from app.reports.commissioning_data import (
    AlarmRow,
    CommissioningData,
    FiledDocument,
    MeasuredRow,
    OverrideRow,
    OwnAlarm,
    ScheduleTime,
    counts,
)
from app.reports.form import NOTHING, number, written
from app.reports.paper.columnheads import Column, columns, table_head
from app.reports.paper.differencetable import difference_head, rows_since_last
from app.reports.paper.marking import HATCH_MM, look, put_value, reason_of
from app.reports.paper.measuredtable import Line
from app.reports.paper.measuredwords import decimals_on_paper, held_words, kind_words
from app.reports.paper.parts import (
    NameLines,
    base,
    name_lines,
    row_line,
    section,
    unit_at,
)
from app.reports.readoutwords import alarm_state_words, name_words
from app.reports.render import marks
from app.reports.render.layout import Beside, Block, Drawn, Flow, Group, Stack
from app.reports.render.sheet import Sheet, fitted, wrap
from app.reports.render.style import (
    BODY,
    DIM,
    FRACTION_MM,
    GUTTER_MM,
    HALF_MM,
    HEAD,
    LEFT_MM,
    ROW_MM,
    STRONG,
)
from app.reports.render.weekplan import HEIGHT_MM, WeekPlan, draw_week
from app.reports.words import Words

GAP_MM = 3.2
_LINE_MM, _REMARK_MM = 3.6, 3.3
_ALARM_MM = (24.0, 52.0, 42.0, 30.0, 28.0)  # priority, alarm, value, since, state
_MOST_DOCUMENTS = 6
_PRIORITIES = ("urgent", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class _Texts:
    """A table row of wrapped texts, one per column; an alarm's or a hand's sign in front."""

    cells: tuple[tuple[str, ...], ...]
    lefts: tuple[float, ...]
    strong: int = -1  # which column is bold
    priority: int = 0
    held: bool = False

    @property
    def height(self) -> float:
        lines = max((len(cell) for cell in self.cells), default=1)
        return ROW_MM + (max(lines, 1) - 1) * _LINE_MM

    def draw(self, sheet: Sheet, top: float) -> None:
        line = base(top)
        row_line(sheet, top, self.height)
        if self.priority:
            marks.alarm(sheet, self.lefts[0], line - 1.05, self.priority)
        elif self.held:
            marks.hand(sheet, self.lefts[0], line - 1.05)
        indent = 4.4 if self.priority or self.held else 0.0
        for column, (x, texts) in enumerate(zip(self.lefts, self.cells, strict=True)):
            style = STRONG if column == self.strong else BODY
            for index, text in enumerate(texts):
                sheet.text(x + (0 if column else indent), line + index * _LINE_MM, text, style)


def put_read_outs(flow: Flow, lines: Sequence[Line], data: CommissioningData, _: Words) -> None:
    """Put the read-outs that found no place on the first page, in two columns."""
    if not lines:
        return
    cells = [_ReadOut.of(line, data, _) for line in lines]
    half = (len(cells) + 1) // 2
    rows = [
        Beside(tuple(cell.at(x) for cell, x in zip(pair, _COLUMN_X, strict=False)))
        for pair in ([cells[i], *cells[half + i : half + i + 1]] for i in range(half))
    ]
    remark = _("read with the settings")
    flow.place_table(section(_("Other read-outs"), remark), [Group(tuple(rows))], GAP_MM)


_COLUMN_X = (LEFT_MM, LEFT_MM + HALF_MM + GUTTER_MM)


@dataclass(frozen=True, slots=True)
class _ReadOut:
    """One read-out in a narrow column: name, value, unit, and why it is not good."""

    line: Line
    names: NameLines
    texts: tuple[str, ...]  # of a value in words; the first stands in the value's place

    @classmethod
    def of(cls, line: Line, data: CommissioningData, _: Words) -> "_ReadOut":
        row = line.row
        tag = f"{row.tag} – {line.last_tag}" if line.last_tag else row.tag
        name = " ".join(
            part for part in (tag, name_words(row, _) if not line.last_tag else "") if part
        )
        held = next((o for o in data.overrides if o.key == row.key), None)
        reason = held_words(held, _) if held else reason_of(row.told, _)
        text = written(row.form, row.told.value, _, decimals_on_paper(row))
        texts = wrap(text, BODY, 26) or [NOTHING]
        wide = max(HATCH_MM[0], *(Sheet.width(text, BODY) for text in texts))
        room = HALF_MM - 12 - wide if len(texts) == 1 else HALF_MM - wide
        return cls(line, name_lines(name, reason, room - 2), tuple(texts))

    def at(self, x: float) -> Block:
        """Return the cell placed across at ``x``."""
        lines = max(self.names.count, len(self.texts))
        return Drawn(
            ROW_MM + (lines - 1) * _LINE_MM, lambda sheet, top: self._draw(sheet, x, top)
        )

    def _draw(self, sheet: Sheet, x: float, top: float) -> None:
        row, line = self.line.row, base(top)
        lines = max(self.names.count, len(self.texts))
        row_line(sheet, top, ROW_MM + (lines - 1) * _LINE_MM, x, HALF_MM)
        self.names.draw(sheet, x, line, _LINE_MM, BODY)
        value_at = x + HALF_MM - 12 - FRACTION_MM
        if len(self.texts) > 1:
            for index, text in enumerate(self.texts):
                sheet.text(x + HALF_MM, line + index * _LINE_MM, text, BODY, at=1)
            return
        shown = look(row.form, row.told, sheet.words, BODY, decimals_on_paper(row))
        put_value(sheet, value_at, line, shown)
        if row.told.value is not None:
            unit_x = unit_at(x + HALF_MM - 10.8, value_at, shown.text, BODY)
            sheet.text(unit_x, line, sheet.words(row.form.unit), BODY.in_grey(DIM))


def put_schedules(flow: Flow, data: CommissioningData, _: Words) -> None:
    """Put the week programmes, two side by side."""
    circuits = sorted({time.circuit for time in data.schedule})
    if not circuits:
        return
    head = section(
        _("Week schedules"),
        _("comfort periods as stored in the controller, local time · ▾ time of reading"),
    )
    plans = [
        _plan(data, circuit, x, _) for circuit, x in zip(circuits, _COLUMN_X * 9, strict=False)
    ]
    for first in range(0, len(plans), 2):
        pair = Beside(tuple(plans[first : first + 2]))
        flow.place(Stack((head, pair)) if not first else pair, GAP_MM)


def _plan(data: CommissioningData, circuit: int, x: float, _: Words) -> Block:
    times = [time for time in data.schedule if time.circuit == circuit]
    local = data.run.ended_at.astimezone(ZoneInfo(data.zone))
    plan = WeekPlan(
        {weekday: _periods([t for t in times if t.weekday == weekday]) for weekday in range(7)},
        (local.weekday(), local.hour * 60 + local.minute),
    )
    title = f"{circuit} {_(data.circuit_name(circuit))}"
    remark = _set_points(data, circuit, _)
    after = Sheet.width(title, STRONG) + 2.2
    beside = after + Sheet.width(remark, HEAD) <= HALF_MM
    lines = [remark] if beside else wrap(remark, HEAD, HALF_MM)
    above = 6.1 + (0.0 if beside else len(lines) * _REMARK_MM)

    def draw(sheet: Sheet, top: float) -> None:
        sheet.text(x, top + 4.1, title, STRONG)
        for index, text in enumerate(lines):
            line = top + 4.1 + (0.0 if beside else (index + 1) * _REMARK_MM)
            sheet.text(x + (after if beside else 0.0), line, text, HEAD)
        draw_week(sheet, x, top + above, HALF_MM, plan)

    return Drawn(above + HEIGHT_MM, draw)


def _periods(times: Sequence[ScheduleTime]) -> list[tuple[float, float]] | None:
    """Return a day's periods in use; None when one of its times was not read."""
    found: dict[int, dict[bool, float]] = {}
    for time in times:
        if not isinstance(time.told.value, int | float):
            return None
        found.setdefault(time.period, {})[time.stop] = float(time.told.value)
    pairs = [(ends[False], ends[True]) for ends in found.values() if len(ends) == 2]  # noqa: PLR2004
    return sorted(pair for pair in pairs if pair[0] != pair[1])


def _set_points(data: CommissioningData, circuit: int, _: Words) -> str:
    """Return what is aimed at inside and outside of the periods, where both are known."""
    own = {row.key: row for row in data.settings if row.circuit == circuit}
    for key, comfort in own.items():
        saving = own.get(f"{key.removesuffix('_comfort')}_saving")
        if saving is None or comfort.told.value is None or saving.told.value is None:
            continue
        inside, outside = (
            f"{written(row.form, row.told.value, _)} {row.form.unit}"
            for row in (comfort, saving)
        )
        return _("comfort {comfort}, else saving {saving}").format(
            comfort=inside, saving=outside
        )
    return ""


def put_alarms(flow: Flow, data: CommissioningData, _: Words) -> None:
    """Put the alarms standing, and the outputs held by hand."""
    lefts = tuple(LEFT_MM + sum(_ALARM_MM[:index]) for index in range(5))
    rows = [_alarm(alarm, data, lefts, _) for alarm in data.alarms]
    rows += [_own_alarm(one, lefts, _) for one in data.own_alarms or ()]
    rows += [_override(one, data, lefts, _) for one in data.overrides]
    active = counts(data).alarms
    remark = _.many("{n} active", "{n} active", active) if active else _("none active")
    if data.own_alarms == ():
        remark += " · " + _("the controller's own alarms: none set")
    head = section(_("Alarms at the time of reading"), remark)
    if not rows:
        flow.place(head, GAP_MM)
        return
    flow.place_table(Stack((head, table_head(_alarm_columns(_)))), [Group(tuple(rows))], GAP_MM)


def _alarm(
    alarm: AlarmRow, data: CommissioningData, lefts: tuple[float, ...], _: Words
) -> _Texts:
    zone = ZoneInfo(data.zone)
    state = alarm_state_words(alarm.state, _)
    if alarm.acknowledged_by:
        state = _("{state}, {name}").format(state=state, name=alarm.acknowledged_by)
    words = _PRIORITIES[min(max(alarm.priority, 1), 4) - 1]
    texts = [
        f"{alarm.priority} {_(words)}",
        _(alarm.name),
        _found(alarm, data, _),
        _.moment(alarm.since, zone, seconds=False),
        state,
    ]
    return _Texts(_wrapped(texts), lefts, strong=1, priority=alarm.priority)


def _own_alarm(alarm: OwnAlarm, lefts: tuple[float, ...], _: Words) -> _Texts:
    words = _PRIORITIES[min(max(alarm.priority, 1), 4) - 1]
    told = _("alarm {number} of the controller").format(number=alarm.number)
    texts = [f"{alarm.priority} {_(words)}", _(alarm.text), told, NOTHING, _("set")]
    return _Texts(_wrapped(texts), lefts, strong=1, priority=alarm.priority)


def _found(alarm: AlarmRow, data: CommissioningData, _: Words) -> str:
    """Return value and limit: "S6 47.3 °C > 40.0 °C"."""
    row = data.row_of(alarm.key)
    if row is None or alarm.value is None:
        return kind_words(alarm, _)
    form, tag = row.form, row.tag if isinstance(row, MeasuredRow) else ""
    decimals = min(form.decimals, 1) if form.unit == "°C" else form.decimals
    told = f"{tag} {number(alarm.value, decimals, _)} {form.unit}".strip()
    sign = {"high": ">", "low": "<"}.get(alarm.kind, "")
    if alarm.limit is None or not sign:
        return told
    return f"{told} {sign} {number(alarm.limit, decimals, _)} {form.unit}".strip()


def _override(
    one: OverrideRow, data: CommissioningData, lefts: tuple[float, ...], _: Words
) -> _Texts:
    since = NOTHING
    state = _("not by Heatdesk") if one.change is None else one.change.by
    if one.change:
        since = _.moment(one.change.at, ZoneInfo(data.zone), seconds=False)
    texts = [_("manual"), _(one.name), held_words(one, _), since, state]
    return _Texts(_wrapped(texts), lefts, strong=1, held=True)


def _wrapped(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    cells = []
    for index, (text, width) in enumerate(zip(texts, _ALARM_MM, strict=True)):
        room = width - (5.4 if index == 0 else 1.5)
        cells.append(tuple(wrap(text, STRONG if index == 1 else BODY, room)))
    return tuple(cells)


def _alarm_columns(_: Words) -> list[Column]:
    heads = (_("Priority"), _("Alarm"), _("Value and limit"), _("Since"), _("State"))
    return columns(LEFT_MM, [(h, w, 0.0) for h, w in zip(heads, _ALARM_MM, strict=True)])


def put_differences(flow: Flow, data: CommissioningData, _: Words) -> None:
    """Put what changed since the last report of this device."""
    zone = ZoneInfo(data.zone)
    if data.last is None:
        flow.place(section(_("Difference to the last report"), _("there is none")), GAP_MM)
        return
    rows = rows_since_last(data, zone, _)
    found = counts(data)
    told = _("{number}, {date}, {by} · {changed} of {settings} settings").format(
        number=data.last.number,
        date=_.date(data.last.read_at, zone),
        by=data.last.by,
        changed=found.changed,
        settings=found.settings,
    )
    if found.times_changed:
        told += ", " + _.many("{n} schedule time", "{n} schedule times", found.times_changed)
    head = section(_("Difference to the last report"), told)
    if not rows:
        flow.place(head, GAP_MM)
        return
    blocks = tuple(row.block() for row in rows)
    flow.place_table(Stack((head, difference_head(_))), [Group(blocks)], GAP_MM)


def put_documents(flow: Flow, data: CommissioningData, _: Words) -> None:
    """Put what is kept with the device already."""
    if not data.documents:
        return
    shown = data.documents[:_MOST_DOCUMENTS]
    cells = [_document(document, ZoneInfo(data.zone), _) for document in shown]
    half = (len(cells) + 1) // 2
    rows = [
        Beside(tuple(make(x) for make, x in zip(cells[index::half], _COLUMN_X, strict=False)))
        for index in range(half)
    ]
    remark = str(len(data.documents))
    if len(shown) < len(data.documents):
        remark += " · " + _("the newest {n} are named").format(n=len(shown))
    head = section(_("Documents filed with the device"), remark)
    flow.place_table(head, [Group(tuple(rows))], GAP_MM)


def _document(document: FiledDocument, zone: tzinfo, _: Words) -> Callable[[float], Block]:
    day = _.date(document.at, zone)
    form_at = HALF_MM - max(31.0, Sheet.width(day, BODY) + 12.5)
    names = wrap(document.title, BODY, form_at - 3)

    def at(x: float) -> Block:
        height = ROW_MM + (len(names) - 1) * _LINE_MM

        def draw(sheet: Sheet, top: float) -> None:
            line = base(top)
            row_line(sheet, top, height, x, HALF_MM)
            for index, name in enumerate(names):
                sheet.text(x, line + index * _LINE_MM, name, BODY)
            sheet.text(x + form_at, line, fitted(document.suffix.upper(), BODY, 11), BODY)
            sheet.text(x + HALF_MM, line, day, BODY, at=1)

        return Drawn(height, draw)

    return at
