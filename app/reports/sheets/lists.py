"""Reports as CSV: one row for each thing read or changed, for programs and spreadsheets."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from app.model.letterhead import Letterhead
from app.reports.commissioning_data import CommissioningData, MeasuredRow, SettingRow
from app.reports.difference_data import DifferenceData
from app.reports.form import Form
from app.reports.readoutwords import name_words
from app.reports.reasons import reason_words
from app.reports.render.book import Fixed
from app.reports.sheets.commissioning import SCHEDULE_FORM, cell_of, quality_words
from app.reports.sheets.difference import kind_words
from app.reports.sheets.plaintable import Content, PlainTable, plain_csv
from app.reports.words import Words, offset

_Row = list[Content]


def commissioning_csv(data: CommissioningData, _letterhead: Letterhead, words: Words) -> bytes:
    """Return every setting, read-out and switching time as a row; any thread."""
    _ = words
    heads = (
        *(_("Report no."), _("Device name"), _("Kind"), _("ID"), _("Circuit"), _("Group")),
        *(_("Name"), _("Value"), _("Unit"), _("Quality"), _("Reason"), _("Minimum")),
        *(_("Maximum"), _("Default"), _("Old"), _("Changed by")),
        _("Local time"),
    )
    rows = [*_settings(data, _), *_measured(data, _), *_schedule(data, _)]
    first: _Row = [data.number, data.device.name]
    made = [[*first, *row] for row in rows]
    table = PlainTable(data.number, data.zone, data.run.ended_at, data.run.by, heads, made)
    return plain_csv(table, words)


def difference_csv(data: DifferenceData, _letterhead: Letterhead, words: Words) -> bytes:
    """Return every setting and switching time that differs as a row; any thread."""
    _ = words
    heads = (
        *(_("Report no."), _("Older"), _("Newer"), _("Device name"), _("ID"), _("Circuit")),
        *(_("Group"), _("Name"), _("Old"), _("New"), _("Unit"), _("Kind")),
        *(_("Changed by"), _("Local time")),
    )
    first: _Row = [data.number, data.older.number, data.newer.number, data.newer.name]
    rows: list[_Row] = []
    for each in data.settings:
        values = (
            _value(each.form, side.value if side else None, _) for side in (each.old, each.new)
        )
        circuit = None if each.circuit is None else str(each.circuit)
        change = each.change
        rows.append(
            [
                *first,
                *(_id(each.number), circuit, _(each.group), _(each.name)),
                *values,
                *(_(each.form.unit), kind_words(each, _)),
                *(change.by if change else None, _moment(change.at if change else None, data)),
            ]
        )
    for time in data.schedule:
        before = time.previous.value if time.previous else None
        values = (_value(SCHEDULE_FORM, each, _) for each in (before, time.told.value))
        name = (
            f"{_.weekday(time.weekday)} {time.period} {_('stop') if time.stop else _('start')}"
        )
        rows.append(
            [
                *first,
                *(_id(time.number), str(time.circuit), _("Week schedules"), name),
                *values,
                *(None, None, None, None),
            ]
        )
    table = PlainTable(data.number, data.zone, data.made_at, data.made_by, heads, rows)
    return plain_csv(table, words)


def _settings(data: CommissioningData, _: Words) -> Iterator[_Row]:
    for row in data.settings:
        form, change = row.form, row.change if row.changed else None
        yield [
            _("Setting"),
            _id(row.number),
            _(data.circuit_name(row.circuit)) or _("Common"),
            _(row.group),
            _(row.name),
            *_told(row, _),
            None if form.minimum is None else Fixed(form.minimum, form.decimals),
            None if form.maximum is None else Fixed(form.maximum, form.decimals),
            _value(form, row.default, _),
            _value(form, row.previous.value, _) if row.previous and row.changed else None,
            change.by if change else None,
            _moment(change.at if change else None, data),
        ]


def _measured(data: CommissioningData, _: Words) -> Iterator[_Row]:
    for row in data.measured:
        name = name_words(row, _)
        yield [
            _("Measured values"),
            *(row.tag or None, None, None, name),
            *_told(row, _),
            *(None, None, None, None, None),
            _moment(row.measured_at, data),
        ]


def _schedule(data: CommissioningData, _: Words) -> Iterator[_Row]:
    for time in data.schedule:
        old = time.previous.value if time.previous and time.changed else None
        name = (
            f"{_.weekday(time.weekday)} {time.period} {_('stop') if time.stop else _('start')}"
        )
        yield [
            _("Week schedules"),
            _id(time.number),
            *(_(data.circuit_name(time.circuit)), None, name),
            *(_value(SCHEDULE_FORM, time.told.value, _), None, quality_words(time.told, _)),
            reason_words(time.told.reason, _) if time.told.reason else None,
            *(None, None, None, _value(SCHEDULE_FORM, old, _), None, None),
        ]


def _told(row: SettingRow | MeasuredRow, _: Words) -> tuple[Content, ...]:
    reason = reason_words(row.told.reason, _) if row.told.reason else None
    value = _value(row.form, row.told.value, _)
    return value, _(row.form.unit), quality_words(row.told, _), reason


def _value(form: Form, value: object, _: Words) -> Content:
    cell = cell_of(form, value, _)  # type: ignore[arg-type]  # as filed
    return cell if cell is None or isinstance(cell, str | float | Fixed) else str(cell)


def _moment(at: datetime | None, data: CommissioningData | DifferenceData) -> str | None:
    """Return local time with its offset: "2026-01-20 08:46:58+01:00"."""
    if at is None:
        return None
    zone = ZoneInfo(data.zone)
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}{offset(at, zone)}"


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)
