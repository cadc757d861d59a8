"""Any table of texts as CSV and as a spreadsheet: the rows of the screen, in its order."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from typing import TypeAlias
from zoneinfo import ZoneInfo

from app.model.sheettext import guarded
from app.reports.render.book import Book, Fixed, Head, Moment
from app.reports.words import Words, offset

Content: TypeAlias = str | float | Fixed | Moment | None
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the computer's own code page


@dataclass(frozen=True, slots=True)
class PlainTable:
    """Heads and rows of texts and numbers; None is an empty cell.

    A `Fixed` number is written with the decimals it has on the screen, also a nought. An
    uncertain one has its mark on paper and in a spreadsheet; in CSV, which programs read,
    it stays a number, and a column of remarks has to tell.
    A `Moment` takes two columns, local time and its offset from UTC: two heads stand
    over it.
    Columns of ``prose`` (their positions) hold sentences: on paper they share the room
    that the others leave.
    """

    title: str
    zone: str  # IANA name
    made_at: datetime
    made_by: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Content]]
    prose: frozenset[int] = frozenset()


def plain_csv(table: PlainTable, words: Words) -> bytes:
    """Return the table as CSV (RFC 4180, UTF-8); any thread."""
    out = StringIO(_BOM, newline="")
    out.seek(0, 2)
    between = ";" if words.decimal_sign == "," else ","
    writer = csv.writer(out, delimiter=between, lineterminator="\r\n")
    writer.writerow([_cell(head, words) for head in table.heads])
    for row in table.rows:
        writer.writerow([text for each in row for text in _cells(each, table, words)])
    return out.getvalue().encode()


def plain_xlsx(table: PlainTable, words: Words) -> bytes:
    """Return the table as an Excel file with a sheet of facts; any thread."""
    _ = words
    book = Book(table.title, "", table.made_at, ZoneInfo(table.zone))
    sheet = book.sheet(
        table.title[:31],
        [Head(head, 60 if nth in table.prose else 18) for nth, head in enumerate(table.heads)],
        landscape=True,
    )
    for row in table.rows:
        sheet.add(*row)
    sheet.filter(len(table.heads))
    facts = book.sheet(_("About"), [Head(_("Fact"), 24), Head(_("Value"), 48)])
    facts.add(_("Title"), table.title)
    facts.add(_("Time zone"), table.zone)
    facts.add(_("Made by"), table.made_by)
    facts.add(_("Made, local time"), Moment(table.made_at))
    return book.bytes()


def told_moments(table: PlainTable) -> PlainTable:
    """Return the table with each moment as two texts, for paper."""

    def told(value: Content) -> Sequence[Content]:
        if not isinstance(value, Moment):
            return (value,)
        if value.at is None:
            return None, None
        zone = ZoneInfo(table.zone)
        return f"{value.at.astimezone(zone):%Y-%m-%d %H:%M}", offset(value.at, zone)

    return replace(
        table, rows=[tuple(each for value in row for each in told(value)) for row in table.rows]
    )


def _cells(value: Content, table: PlainTable, words: Words) -> Sequence[str]:
    if not isinstance(value, Moment):
        return (_cell(value, words),)
    if value.at is None:
        return "", ""
    zone = ZoneInfo(table.zone)
    return f"{value.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", offset(value.at, zone)


def _cell(value: str | float | Fixed | None, words: Words) -> str:
    if value is None:
        return ""
    if isinstance(value, Fixed):
        return f"{value.value:.{value.decimals}f}".replace(".", words.decimal_sign)
    if isinstance(value, int | float):
        return f"{value!r}".replace(".", words.decimal_sign)
    return guarded(value)
