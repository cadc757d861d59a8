"""The commissioning report as a spreadsheet: summary, values, settings, schedules, alarms."""

from zoneinfo import ZoneInfo

from app.model.point import ValueKind
from app.model.reading import Value
from app.reports.commissioning_data import CommissioningData, MeasuredRow, SettingRow, Told
from app.reports.filing import canonical, checksum
from app.reports.form import Form, is_off, range_texts, time_of_day, written
from app.reports.paper.coverfacts import identification, told_of_run
from app.reports.paper.figures import figures
from app.reports.readoutwords import alarm_state_words, name_words
from app.reports.reasons import reason_words
from app.reports.render.book import Book, Fixed, Head, Moment
from app.reports.words import Words

SCHEDULE_FORM = Form(kind=ValueKind.TIME_OF_DAY)


def commissioning_xlsx(data: CommissioningData, words: Words) -> bytes:
    """Return the report as an Excel file; blocks for a moment, any thread."""
    title = f"{data.number} {words('Commissioning report')} – {data.device.name}"
    book = Book(title, data.number, data.run.ended_at, ZoneInfo(data.zone))
    _summary(book, data, words)
    _measured(book, data, words)
    _settings(book, data, words)
    if data.schedule:
        _schedule(book, data, words)
    _alarms(book, data, words)
    return book.bytes()


def cell_of(form: Form, value: Value | None, _: Words) -> object:
    """Return a value as a cell: a number where it is one, words for OFF and choices."""
    if value is None:
        return None
    if isinstance(value, int | float) and not is_off(form, value):
        if form.kind is ValueKind.NUMBER:
            return Fixed(float(value), form.decimals)
        if form.kind is ValueKind.TIME_OF_DAY:
            return time_of_day(value)
    return written(form, value, _)


def quality_words(told: Told, _: Words) -> str:
    """Return how far a value may be trusted, in one word."""
    return {
        "good": _("good"),
        "uncertain": _("uncertain"),
        "stale": _("stale"),
        "manual": _("manual"),
        "bad": _("bad"),
        "offline": _("offline"),
    }[told.quality.value]


def _summary(book: Book, data: CommissioningData, _: Words) -> None:
    sheet = book.sheet(_("Summary"), [Head(_("Fact"), 26), Head(_("Value"), 70)])
    sheet.add(_("Report no."), data.number)
    sheet.add(_("Title"), _("Commissioning report"))
    sheet.add(_("Utility"), data.utility.name)
    sheet.add(_("Utility's address"), data.utility.address)
    for row in [*identification(data, _), *told_of_run(data, _)]:
        sheet.add(row.label, row.text)
    for figure in figures(data, _):
        told = f"{figure.figure}{figure.of} {figure.words}"
        sheet.add(_("Figure"), ", ".join(part for part in (told, figure.remark) if part))
    for note in data.notes:
        sheet.add(_("Note"), _(note))
    for title in data.unknown:
        sheet.add(_("Not in this report"), _(title))
    sheet.add(_("Data checksum, SHA-256"), checksum(canonical(data)))


def _measured(book: Book, data: CommissioningData, _: Words) -> None:
    heads = [
        Head(_("Sensor"), 8),
        Head(_("Name"), 38),
        Head(_("Value"), 12),
        Head(_("Unit"), 8),
        Head(_("Set point"), 10),
        Head(_("Limit"), 10),
        Head(_("Quality"), 10),
        Head(_("Reason"), 26),
        Head(_("Alarm"), 8),
        Head(_("Measured, local time"), 20),
        Head(_("UTC offset"), 10),
    ]
    sheet = book.sheet(_("Measured values"), heads, landscape=True)
    for row in data.measured:
        sheet.add(*_read_out(row, data, _), Moment(row.measured_at))
    sheet.filter(len(heads))


def _read_out(row: MeasuredRow, data: CommissioningData, _: Words) -> list[object]:
    alarm = data.alarm_of(row.key)
    return [
        row.tag,
        name_words(row, _),
        cell_of(row.form, row.told.value, _),
        _(row.form.unit),
        cell_of(row.form, row.set_point, _),
        cell_of(row.form, row.limit, _),
        quality_words(row.told, _),
        reason_words(row.told.reason, _) if row.told.reason else None,
        alarm.priority if alarm else None,
    ]


def _settings(book: Book, data: CommissioningData, _: Words) -> None:
    heads = [
        Head(_("ID"), 7),
        Head(_("Circuit"), 11),
        Head(_("Group"), 17),
        Head(_("Setting"), 34),
        Head(_("Value"), 10),
        Head(_("Unit"), 8),
        Head(_("Quality"), 8),
        Head(_("Reason"), 13),
        Head(_("Minimum"), 9),
        Head(_("Maximum"), 9),
        Head(_("Accepted"), 17),
        Head(_("Default"), 8),
        Head(_("Category"), 9),
        Head(_("Differs from default"), 9),
        Head(_("Changed"), 9),
        Head(_("Old"), 9),
        Head(_("Changed by"), 12),
        Head(_("Changed, local time"), 18),
        Head(_("UTC offset"), 7),
    ]
    sheet = book.sheet(_("Settings"), heads, landscape=True)
    for row in data.settings:
        sheet.add(*_setting(row, data, _))
    sheet.filter(len(heads))


def _setting(row: SettingRow, data: CommissioningData, _: Words) -> list[object]:
    form, change = row.form, row.change if row.changed else None
    old = row.previous.value if row.previous and row.changed else None
    return [
        row.number,
        _(data.circuit_name(row.circuit)) or _("Common"),
        _(row.group),
        _(row.name),
        cell_of(form, row.told.value, _),
        _(form.unit),
        quality_words(row.told, _),
        reason_words(row.told.reason, _) if row.told.reason else None,
        None if form.minimum is None else Fixed(form.minimum, form.decimals),
        None if form.maximum is None else Fixed(form.maximum, form.decimals),
        range_texts(form, _)[0] if form.writable else _("at the device only"),
        cell_of(form, row.default, _),
        _(row.category),
        _mark(row.marked_default, row, _) if row.not_default else None,
        _mark(row.marked_changed, row, _) if row.changed else None,
        cell_of(form, old, _),
        change.by if change else None,
        Moment(change.at if change else None),
    ]


def _mark(counted: bool, row: SettingRow, _: Words) -> str:
    if counted:
        return _("yes")
    return _("follows {number}").format(number=row.follows)


def _schedule(book: Book, data: CommissioningData, _: Words) -> None:
    heads = [
        Head(_("ID"), 8),
        Head(_("Circuit"), 22),
        Head(_("Day"), 8),
        Head(_("Period"), 8),
        Head(_("End"), 8),
        Head(_("Time"), 10),
        Head(_("Quality"), 10),
        Head(_("Reason"), 22),
        Head(_("Old"), 10),
    ]
    sheet = book.sheet(_("Week schedules"), heads)
    for time in data.schedule:
        old = time.previous.value if time.previous and time.changed else None
        sheet.add(
            time.number,
            _(data.circuit_name(time.circuit)),
            _.weekday(time.weekday),
            time.period,
            _("stop") if time.stop else _("start"),
            cell_of(SCHEDULE_FORM, time.told.value, _),
            quality_words(time.told, _),
            reason_words(time.told.reason, _) if time.told.reason else None,
            cell_of(SCHEDULE_FORM, old, _),
        )
    sheet.filter(len(heads))


def _alarms(book: Book, data: CommissioningData, _: Words) -> None:
    heads = [
        Head(_("Priority"), 9),
        Head(_("Alarm"), 40),
        Head(_("Value"), 12),
        Head(_("Limit"), 12),
        Head(_("State"), 20),
        Head(_("Acknowledged by"), 20),
        Head(_("Since, local time"), 20),
        Head(_("UTC offset"), 10),
    ]
    sheet = book.sheet(_("Alarms"), heads, landscape=True)
    for alarm in data.alarms:
        row = data.row_of(alarm.key)
        form = row.form if row else Form(decimals=1)
        sheet.add(
            alarm.priority,
            _(alarm.name),
            cell_of(form, alarm.value, _),
            cell_of(form, alarm.limit, _),
            alarm_state_words(alarm.state, _),
            alarm.acknowledged_by,
            Moment(alarm.since),
        )
    for own in data.own_alarms or ():
        sheet.add(own.priority, _(own.text), None, None, _("set"))
    for override in data.overrides:
        told = _("held {word}").format(word=_(override.word))
        at = override.change.at if override.change else None
        by = override.change.by if override.change else _("not by Heatdesk")
        sheet.add(_("manual"), _(override.name), told, None, None, by, Moment(at))
