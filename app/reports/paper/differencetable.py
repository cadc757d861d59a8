"""The table of what is not as it was: old and new value, when, by whom, in what state."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby, pairwise

from app.reports.commissioning_data import Change, CommissioningData, ScheduleTime, SettingRow
from app.reports.form import NOTHING, differ, time_of_day, written
from app.reports.paper.columnheads import Column, columns, table_head
from app.reports.paper.parts import base, row_line
from app.reports.render import marks
from app.reports.render.layout import Block
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import BODY, DARK, DIM, FRACTION_MM, LEFT_MM, ROW_MM, STRONG
from app.reports.words import Words

_WIDTHS_MM = (13, 55, 13, 6, 12, 8, 21, 24, 24)
_X_MM = tuple(LEFT_MM + sum(_WIDTHS_MM[:index]) for index in range(10))
_OLD_AT, _NEW_AT = _X_MM[3] - FRACTION_MM, _X_MM[5] - FRACTION_MM
_LINE_MM, _BOX_MM = 3.6, 4.8
_WHOLE_MM = 9.5  # widest value that stands in its own column


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One difference in words, as printed."""

    number: str
    name: str
    old: str
    new: str
    unit: str = ""
    circuit: str = ""  # in a box before the name
    changed: str = NOTHING  # date
    by: str = NOTHING
    state: str = ""
    counted: bool = True  # carries the bar; False: follows from another setting

    def block(self) -> Block:
        """Return the row ready to be drawn."""
        wide = any(Sheet.width(text, STRONG) > _WHOLE_MM for text in (self.old, self.new))
        room = _WIDTHS_MM[1] - (_BOX_MM if self.circuit else 0) - 1
        shown = ((self.changed, 21), (self.by, 24), (self.state, 24))
        ends = [wrap(text, BODY, w - 1) or [""] for text, w in shown]
        values = wrap(f"{self.old} → {self.new}", STRONG, _NEW_AT - _X_MM[1]) if wide else []
        names = tuple(wrap(self.name, BODY, room))
        return _Row(self, names, tuple(values), tuple(map(tuple, ends)))


@dataclass(frozen=True, slots=True)
class _Row:
    row: DifferenceRow
    names: tuple[str, ...]
    values: tuple[str, ...]  # old and new in lines of their own; none: in their columns
    ends: tuple[tuple[str, ...], ...]  # changed, by, state

    @property
    def height(self) -> float:
        lines = max(len(self.names) + len(self.values), *(len(end) for end in self.ends))
        return ROW_MM + (lines - 1) * _LINE_MM

    def draw(self, sheet: Sheet, top: float) -> None:
        row, line = self.row, base(top)
        row_line(sheet, top, self.height)
        if row.counted:
            marks.change_bar(sheet, top, self.height)
        sheet.text(_X_MM[0], line, row.number, BODY.in_grey(DARK))
        x = _X_MM[1]
        if row.circuit:
            marks.circuit(sheet, x, line - 1.1, row.circuit, 3.1)
            x += _BOX_MM
        for index, text in enumerate(self.names):
            sheet.text(x, line + index * _LINE_MM, text, BODY)
        self._values(sheet, line)
        sheet.text(_X_MM[5] + 1.2, line, row.unit, BODY.in_grey(DIM))
        for column, texts in zip((6, 7, 8), self.ends, strict=True):
            for index, text in enumerate(texts):
                sheet.text(_X_MM[column], line + index * _LINE_MM, text, BODY)

    def _values(self, sheet: Sheet, line: float) -> None:
        if self.values:
            low = line + len(self.names) * _LINE_MM
            self._wide_values(sheet, low)
            return
        sheet.value(_OLD_AT, line, self.row.old, BODY)
        sheet.text(_X_MM[3] + _WIDTHS_MM[3] / 2, line, "→", BODY, at=0.5)
        sheet.value(_NEW_AT, line, self.row.new, STRONG)

    def _wide_values(self, sheet: Sheet, low: float) -> None:
        if len(self.values) == 1:
            wide = sheet.width(self.row.new, STRONG)
            sheet.text(_NEW_AT - wide, low, f"{self.row.old} → ", BODY, at=1)
            sheet.text(_NEW_AT, low, self.row.new, STRONG, at=1)
            return
        for index, text in enumerate(self.values):
            sheet.text(_X_MM[1], low + index * _LINE_MM, text, BODY)


def difference_head(_: Words) -> Block:
    """Return the column heads."""
    return table_head(_columns(_))


def rows_since_last(data: CommissioningData, zone: tzinfo, _: Words) -> list[DifferenceRow]:
    """Return what changed since the last report, settings first, schedule times after them.

    What only follows another setting is left to the settings table.
    """
    last = data.last.read_at if data.last else data.run.started_at
    rows = [_setting(row, last, zone, _) for row in data.settings if row.marked_changed]
    return rows + list(schedule_rows([t for t in data.schedule if t.changed], _))


def _setting(row: SettingRow, last: datetime, zone: tzinfo, _: Words) -> DifferenceRow:
    change = row.change if ours(row, last) else None
    old = row.previous.value if row.previous else None
    return DifferenceRow(
        number=NOTHING if row.number is None else str(row.number),
        name=setting_name(row, _),
        old=written(row.form, old, _),
        new=written(row.form, row.told.value, _),
        unit=_(row.form.unit),
        circuit="" if row.circuit is None else str(row.circuit),
        changed=_.date(change.at, zone) if change else NOTHING,
        by=change.by or NOTHING if change else NOTHING,
        state=state_words(change, _, follows=row.follows),
        counted=row.follows is None,
    )


def setting_name(row: SettingRow, _: Words) -> str:
    """Return group and name of a setting: "Return limit · Integration time"."""
    name = _(row.name) + ("¹" if row.follows else "")
    return f"{_(row.group)} · {name}" if row.group else name


def ours(row: SettingRow, last: datetime) -> bool:
    """Whether the present value is what somebody wrote through Heatdesk since ``last``."""
    change = row.change
    if change is None or change.at <= last or row.told.value is None:
        return False
    return not differ(row.form, change.new, row.told.value)


def state_words(change: Change | None, _: Words, *, follows: int | None = None) -> str:
    """Return how the change came about: confirmed, unconfirmed, or not by us."""
    if follows is not None:
        return _("follows {number}").format(number=follows)
    if change is None:
        return _("not by Heatdesk")
    return {"confirmed": _("confirmed"), "unconfirmed": _("unconfirmed")}.get(
        change.state, change.state
    )


def schedule_rows(times: Sequence[ScheduleTime], _: Words) -> Iterator[DifferenceRow]:
    """Yield changed switching times; neighbouring days with the same change share a row."""
    ordered = sorted(times, key=lambda t: (t.circuit, t.period, t.stop, t.weekday))
    for _key, members in groupby(ordered, key=_alike):
        for run in _neighbours(list(members)):
            yield _times(run, _)


def _alike(time: ScheduleTime) -> tuple[object, ...]:
    old = time.previous.value if time.previous else None
    return time.circuit, time.period, time.stop, old, time.told.value


def _neighbours(times: Sequence[ScheduleTime]) -> list[list[ScheduleTime]]:
    runs = [[times[0]]]
    for before, time in pairwise(times):
        if time.weekday == before.weekday + 1:
            runs[-1].append(time)
        else:
            runs.append([time])
    return runs


def _times(run: Sequence[ScheduleTime], _: Words) -> DifferenceRow:
    first, last = run[0], run[-1]
    days = _.weekday(first.weekday)
    if len(run) > 1:
        days = f"{days} – {_.weekday(last.weekday)}"
    end = _("stop") if first.stop else _("start")
    told = _("Schedule {days}, period {period} {end}")
    number = NOTHING if first.number is None else str(first.number)
    return DifferenceRow(
        number=number if len(run) == 1 else f"{number} …",
        name=told.format(days=days, period=first.period, end=end),
        old=_time(first.previous.value if first.previous else None),
        new=_time(first.told.value),
        circuit=str(first.circuit),
        state="",
    )


def _time(value: object) -> str:
    return time_of_day(value) if isinstance(value, int | float) else NOTHING


def _columns(_: Words) -> list[Column]:
    return columns(
        LEFT_MM,
        [
            (_("ID"), 13, 0),
            (_("Setting"), 55, 0),
            (_("Old"), 13 - FRACTION_MM, 1),
            ("", FRACTION_MM + 6, 0),
            (_("New"), 12 - FRACTION_MM, 1),
            ("", FRACTION_MM, 0),
            (_("Unit"), 8, 0),
            (_("Changed"), 21, 0),
            (_("By"), 24, 0),
            (_("State"), 24, 0),
        ],
    )
