"""A table of values as CSV and as a spreadsheet: the values of the screen, none other."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from zoneinfo import ZoneInfo

from app.model.reading import Quality
from app.model.sheettext import guarded_value
from app.reports.pace import tell_rows
from app.reports.render.book import Book, Fixed, Head, Moment
from app.reports.valuetable import ValueTable, quality_words
from app.reports.words import Words, offset

_BOM = "\ufeff"  # without it Excel takes UTF-8 for the computer's own code page
MOST_ROWS = 1_048_000  # of an Excel sheet, with room for its head
_NEVER = -1


def values_csv(
    table: ValueTable,
    words: Words,
    *,
    newest_first: bool = False,
    separator: str = "",
    given_up: Callable[[], bool] = lambda: False,
) -> bytes:
    """Return the table as CSV (RFC 4180, UTF-8); blocks for a while, any thread.

    Numbers have the decimals of their point and the decimal sign of the language;
    where that is a comma the cells are parted by semicolons, unless ``separator`` says
    otherwise. A text that a spreadsheet would take for a formula gets an apostrophe.
    Stops and returns what is there when ``given_up`` answers True.
    """
    _ = words
    out = StringIO(_BOM, newline="")
    out.seek(0, 2)
    between = separator or (";" if words.decimal_sign == "," else ",")
    writer = csv.writer(out, delimiter=between, lineterminator="\r\n")
    zone = ZoneInfo(table.zone)
    flagged = [nth for nth in range(len(table.columns)) if table.flagged(nth)]
    heads = [_("Local time"), _("UTC offset")]
    for nth, column in enumerate(table.columns):
        heads.append(column.head)
        if nth in flagged:
            heads.append(_("Quality of {name}").format(name=column.name))
    writer.writerow([guarded_value(head) for head in heads])
    for done, row in enumerate(_rows(table, newest_first=newest_first)):
        if given_up():
            break
        tell_rows(given_up, done, len(table))
        at = datetime.fromtimestamp(int(table.times_ms[row]) / 1000, UTC)
        cells = [f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}", offset(at, zone)]
        for nth in range(len(table.columns)):
            cells.append(guarded_value(table.words(row, nth, words.decimal_sign)))
            if nth in flagged:
                cells.append(_quality(table, row, nth, words))
        writer.writerow(cells)
    return out.getvalue().encode()


def values_xlsx(
    table: ValueTable,
    words: Words,
    *,
    newest_first: bool = False,
    given_up: Callable[[], bool] = lambda: False,
) -> bytes:
    """Return the table as an Excel file with a sheet of facts; blocks, any thread.

    Cells hold what the screen shows: a number that is only formatted shorter would be
    rounded otherwise by another program (44.05 is 44.0 here and 44.1 there).
    """
    _ = words
    zone = ZoneInfo(table.zone)
    book = Book(table.title, "", table.made_at, zone)
    flagged = [nth for nth in range(len(table.columns)) if table.flagged(nth)]
    heads = [Head(_("Local time"), 20), Head(_("UTC offset"), 10)]
    for nth, column in enumerate(table.columns):
        heads.append(Head(column.head, 16))
        if nth in flagged:
            heads.append(Head(_("Quality of {name}").format(name=column.name), 14))
    sheet = book.sheet(_("Values"), heads, landscape=True)
    for done, row in enumerate(_rows(table, newest_first=newest_first)[:MOST_ROWS]):
        if given_up():
            break
        tell_rows(given_up, done, len(table))
        cells: list[object] = [
            Moment(datetime.fromtimestamp(int(table.times_ms[row]) / 1000, UTC))
        ]
        for nth, column in enumerate(table.columns):
            value = table.value(row, nth)
            if value is None or column.choices:
                cells.append(table.words(row, nth) or None)
            else:
                cells.append(Fixed(round(value, column.decimals), column.decimals))
            if nth in flagged:
                cells.append(_quality(table, row, nth, words) or None)
        sheet.add(*cells)
    _facts(book, table, words)
    return book.bytes()


def _facts(book: Book, table: ValueTable, _: Words) -> None:
    sheet = book.sheet(_("About"), [Head(_("Fact"), 24), Head(_("Value"), 48)])
    sheet.add(_("Title"), table.title)
    sheet.add(_("From, local time"), Moment(table.start))
    sheet.add(_("To, local time"), Moment(table.end))
    sheet.add(_("Time zone"), table.zone)
    sheet.add(_("Made by"), table.made_by)
    sheet.add(_("Made, local time"), Moment(table.made_at))
    for column in table.columns:
        sheet.add(column.head, column.device)


def _rows(table: ValueTable, *, newest_first: bool) -> range:
    count = len(table)
    return range(count - 1, _NEVER, -1) if newest_first else range(count)


def _quality(table: ValueTable, row: int, column: int, words: Words) -> str:
    quality = table.quality(row, column)
    return "" if quality in (None, Quality.GOOD) else quality_words(quality, words)
