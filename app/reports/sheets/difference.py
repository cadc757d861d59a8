"""The difference of two commissioning reports as a spreadsheet."""

from zoneinfo import ZoneInfo

from app.model.point import ValueKind
from app.reports.difference_data import DifferenceData, Kind, SettingDifference, Side
from app.reports.filing import canonical, checksum
from app.reports.form import Form
from app.reports.paper.difference import difference_figures
from app.reports.reasons import reason_words
from app.reports.render.book import Book, Head, Moment
from app.reports.sheets.commissioning import cell_of
from app.reports.words import Words


def difference_xlsx(data: DifferenceData, words: Words) -> bytes:
    """Return the difference as an Excel file; blocks for a moment, any thread."""
    title = f"{data.number} {data.older.number} → {data.newer.number}"
    book = Book(title, data.number, data.made_at, ZoneInfo(data.zone))
    _summary(book, data, words)
    _settings(book, data, words)
    _schedule(book, data, words)
    return book.bytes()


def _summary(book: Book, data: DifferenceData, _: Words) -> None:
    heads = [
        Head(_("Fact"), 28),
        Head(_("Older"), 40),
        Head(_("Newer"), 40),
    ]
    sheet = book.sheet(_("Summary"), heads, landscape=True)
    sheet.add(_("Report no."), data.number)
    sheet.add(_("Compared by"), data.made_by)
    sheet.add(_("Compared, local time"), Moment(data.made_at))
    older, newer = (_side(side) for side in (data.older, data.newer))
    names = (
        _("Report"),
        _("Device"),
        _("Controller"),
        _("Run by"),
        _("Data checksum, SHA-256"),
    )
    for name, one, other in zip(names, older, newer, strict=True):
        sheet.add(name, one, other)
    sheet.add(_("Older read, local time"), Moment(data.older.read_at))
    sheet.add(_("Newer read, local time"), Moment(data.newer.read_at))
    for fact in data.identity:
        sheet.add(_(fact.name.replace("_", " ").capitalize()), fact.old, fact.new)
    for figure in difference_figures(data, _):
        told = f"{figure.figure}{figure.of} {figure.words}"
        sheet.add(_("Figure"), told, figure.remark)
    sheet.add(_("Data checksum, SHA-256"), checksum(canonical(data)))


def _side(side: Side) -> tuple[str, ...]:
    return (side.number, side.name, side.label, side.by, side.checksum)


def _settings(book: Book, data: DifferenceData, _: Words) -> None:
    heads = [
        Head(_("ID"), 8),
        Head(_("Circuit"), 9),
        Head(_("Group"), 24),
        Head(_("Setting"), 44),
        Head(_("Old"), 14),
        Head(_("New"), 14),
        Head(_("Unit"), 8),
        Head(_("Kind"), 20),
        Head(_("Changed by"), 18),
        Head(_("Changed, local time"), 20),
        Head(_("UTC offset"), 10),
    ]
    sheet = book.sheet(_("Settings"), heads, landscape=True)
    for setting in data.settings:
        change = setting.change
        sheet.add(
            setting.number,
            setting.circuit,
            _(setting.group),
            _(setting.name),
            cell_of(setting.form, setting.old.value if setting.old else None, _),
            cell_of(setting.form, setting.new.value if setting.new else None, _),
            _(setting.form.unit),
            kind_words(setting, _),
            change.by if change else None,
            Moment(change.at if change else None),
        )
    sheet.filter(len(heads))


def kind_words(setting: SettingDifference, _: Words) -> str:
    """Return in what way a setting differs."""
    if setting.kind is Kind.CHANGED and setting.follows is not None:
        return _("follows {number}").format(number=setting.follows)
    missing = [told for told in (setting.old, setting.new) if told and told.value is None]
    if missing and missing[0].reason:
        return reason_words(missing[0].reason, _)
    return {
        Kind.CHANGED: _("differs"),
        Kind.NOT_KNOWN: _("not comparable"),
        Kind.ONLY_OLDER: _("only in the older report"),
        Kind.ONLY_NEWER: _("only in the newer report"),
    }[setting.kind]


def _schedule(book: Book, data: DifferenceData, _: Words) -> None:
    heads = [
        Head(_("ID"), 8),
        Head(_("Circuit"), 9),
        Head(_("Day"), 8),
        Head(_("Period"), 8),
        Head(_("End"), 8),
        Head(_("Old"), 10),
        Head(_("New"), 10),
    ]
    sheet = book.sheet(_("Week schedules"), heads)
    form = Form(kind=ValueKind.TIME_OF_DAY)
    for time in data.schedule:
        sheet.add(
            time.number,
            time.circuit,
            _.weekday(time.weekday),
            time.period,
            _("stop") if time.stop else _("start"),
            cell_of(form, time.previous.value if time.previous else None, _),
            cell_of(form, time.told.value, _),
        )
    sheet.filter(len(heads))
