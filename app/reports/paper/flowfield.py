"""A measured value in the flow picture: name, value, set point, age, an alarm's frame."""

from dataclasses import dataclass

from app.model.reading import Quality
from app.reports.commissioning_data import AlarmRow, MeasuredRow
from app.reports.form import written
from app.reports.paper.marking import Look, look
from app.reports.paper.measuredwords import age_words, decimals_on_paper
from app.reports.paper.picture import Field
from app.reports.render import marks
from app.reports.render.sheet import Sheet, Spot, shortened, wrap
from app.reports.render.style import BLACK, DIM, STALE, WHITE, Type
from app.reports.words import Words

NAME, TAG, NOTE = Type(7.9, grey=DIM), Type(7.9).bold(), Type(7.4, grey=DIM)
VALUE, UNIT = Type(9.6).bold(), Type(7.4, grey=DIM)
_SMALL_NAME = Type(7.0, grey=DIM)
_HATCH_MM = (7.0, 3.1)
_GAP_MM, _LINE_MM, _AIRY_MM, _NOTE_MM = 1.2, 3.1, 3.5, 3.2
_ALARM_MM, _CLOCK_MM = 4.6, 3.7  # from the field's left edge to what stands behind a sign


@dataclass(frozen=True, slots=True)
class Shown:
    """A field with its read-out, and what is known of it at the time of printing."""

    field: Field
    row: MeasuredRow
    alarm: AlarmRow | None
    alarm_s: float = 0.0  # how long the alarm stands
    age_s: float | None = None  # of a stale value


def draw_field(sheet: Sheet, shown: Shown, spot: Spot, right: float) -> None:
    """Draw a field whose value ends at ``right``; its base line begins at ``spot`` (mm).

    A name too long for the value's line stands above it, an age too long for the set
    point's line below it.
    """
    x, y = spot
    row, _ = shown.row, sheet.words
    value = look(row.form, row.told, _, VALUE, decimals_on_paper(row))
    names, style, above = _names(shown.field, value, _(row.form.unit), right - x, _)
    framed = shown.alarm is not None and not shown.field.small
    over = len(names) * (_LINE_MM if framed else _AIRY_MM) if above else 0.0
    note, age = _note(row, _), _age(shown, _)
    aside = _aside(shown)
    beside = x + aside + sheet.width(age, NOTE) + _GAP_MM <= right - sheet.width(note, NOTE)
    under = _LINE_MM if age and note and not beside else 0.0
    low = y + (_NOTE_MM + 0.7 if framed else _NOTE_MM)
    if framed:
        top = y - 3.5 - over
        size = (right - x + 2.2, low + under + 1.7 - top)
        sheet.box(x - 1.2, top, size, 1.28, BLACK, fill=WHITE)
    _put_names(sheet, shown.field.tag, names, (x, y - over), style)
    _put_value(sheet, row, value, right, y)
    sheet.text(right, low, note, NOTE, at=1)
    if age:
        _put_sign(sheet, shown, x, low + under - 0.9)
        sheet.text(x + aside, low + under, age, NOTE)


def _names(
    field: Field, value: Look, unit: str, room: float, _: Words
) -> tuple[list[str], Type, bool]:
    """Return the name in lines, how it is set, and whether it stands above the value."""
    name = _(field.name)
    tag = Sheet.width(f"{field.tag} ", TAG) if field.tag else 0.0
    wide = _HATCH_MM[0] if value.hatched else Sheet.width(value.text, value.style)
    left = room - tag - _GAP_MM - wide - 0.8 - Sheet.width(unit, UNIT)
    if not name or Sheet.width(name, NAME) <= left:
        return [name], NAME, False
    if field.small:
        lines = wrap(name, _SMALL_NAME, left)
        return shortened(lines, 1, _SMALL_NAME, left), _SMALL_NAME, False
    return wrap(name, NAME, room - tag), NAME, True


def _put_names(sheet: Sheet, tag: str, names: list[str], spot: Spot, style: Type) -> None:
    x, line = spot
    after = x + (sheet.text(x, line, f"{tag} ", TAG) if tag else 0.0)
    for index, name in enumerate(names):
        sheet.text(after, line + index * _LINE_MM, name, style)


def _put_value(sheet: Sheet, row: MeasuredRow, value: Look, right: float, y: float) -> None:
    style = UNIT.in_grey(STALE) if row.told.quality is Quality.STALE else UNIT
    wide = sheet.text(right, y, sheet.words(row.form.unit), style, at=1) + 0.8
    if value.hatched:
        marks.hatch(sheet, right - wide - _HATCH_MM[0], y - 2.6, *_HATCH_MM)
    else:
        sheet.text(right - wide, y, value.text, value.style, at=1)


def _put_sign(sheet: Sheet, shown: Shown, x: float, middle: float) -> None:
    if shown.alarm is not None:
        marks.alarm(sheet, x, middle, shown.alarm.priority)
    else:
        marks.clock(sheet, x, middle, 3.0)


def _aside(shown: Shown) -> float:
    return _CLOCK_MM if shown.alarm is None else _ALARM_MM


def _age(shown: Shown, _: Words) -> str:
    """Return how long the alarm stands, or how old the value is; else nothing."""
    if shown.alarm is not None:
        return age_words(shown.alarm_s, _)
    return age_words(shown.age_s, _) if shown.age_s is not None else ""


def _note(row: MeasuredRow, _: Words) -> str:
    """Return the set point or limit in words: "set 51.8"."""
    decimals = decimals_on_paper(row)
    if row.set_point is not None:
        return _("set {value}").format(value=written(row.form, row.set_point, _, decimals))
    if row.limit is not None:
        return _("limit {value}").format(value=written(row.form, row.limit, _, decimals))
    return ""
