"""A consumption report as a table: on paper, as a spreadsheet, as CSV."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from app.reports.consumption_data import ConsumptionData, DayCounted
from app.reports.render.book import Fixed
from app.reports.sheets.plaintable import Content, PlainTable
from app.reports.words import Words


def consumption_table(data: ConsumptionData, words: Words) -> PlainTable:
    """Return the report as a table: a row a day and the sum; a revision says so first."""
    _, zone = words, ZoneInfo(data.zone)
    heads = (_("Day"), *(f"{_(each.name)}, {each.unit}" for each in data.lines), _("Remark"))
    rows: list[Sequence[Content]] = []
    nothing = [None] * len(data.lines)
    if data.replaces_at is not None:
        before = _.moment(data.replaces_at, zone, seconds=False)
        said = _("Revised: replaces {number} of {moment}")
        said = said.format(number=data.replaces, moment=before)
        rows.append((_("Revision {n}").format(n=data.revision), *nothing, said))
    if data.until < data.end:
        said = _("Made before the period was over: up to {day}")
        rows.append(("", *nothing, said.format(day=_.date(data.until, zone))))
    days = zip(*(each.days for each in data.lines), strict=True)
    rows += [
        _row(f"{parts[0].start.astimezone(zone):%Y-%m-%d}", parts, data, words)
        for parts in days
    ]
    totals = [each.total for each in data.lines]
    rows.append(_row(_("All together"), totals, data, words))
    title = _("{number} Consumption of {device}").format(number=data.number, device=data.device)
    made = (data.made_at, data.made_by)
    return PlainTable(title, data.zone, *made, heads, rows, frozenset({len(heads) - 1}))


def _row(
    head: str, parts: Sequence[DayCounted], data: ConsumptionData, _: Words
) -> Sequence[Content]:
    told = zip(parts, data.lines, strict=True)
    cells = [
        Fixed(float(part.amount), line.decimals, part.estimated or not part.whole)
        if part.amount
        else None
        for part, line in told
    ]
    remarks = []
    if not all(part.whole for part in parts):
        remarks.append(_("not all of it is known"))
    if any(part.estimated for part in parts):
        remarks.append(_("estimated"))
    return (head, *cells, ", ".join(remarks))
