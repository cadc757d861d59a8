"""A spreadsheet of a report: typed cells, local times with their offset, ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from io import BytesIO
from typing import Any

from app.model.sheettext import RISKY
from app.reports.words import offset

_A4 = 9  # Excel's number of the paper
_LONGEST_TEXT = 32_767  # characters of a cell
_MARGINS_IN = {"left": 0.87, "right": 0.47, "top": 0.7, "bottom": 0.6}
_TIME_FORMAT = "yyyy-mm-dd hh:mm:ss"
_NOT_IN_NAMES = str.maketrans("[]:*?/\\", "()-----")  # Excel refuses these in a sheet's name
_LONGEST_NAME = 31
_ILLEGAL = {code: " " for code in range(32) if chr(code) not in "\t\n"}


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its head and its width in characters."""

    text: str
    width: float = 12.0


class Book:
    """Builds one workbook in memory. Not to be shared by threads."""

    def __init__(self, title: str, number: str, made_at: datetime, zone: tzinfo) -> None:
        """``zone``: where all times of the book are local."""
        import xlsxwriter  # a core that makes no spreadsheet never loads it

        self._buffer = BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._zone = zone
        self._number = number
        self._formats: dict[tuple[str, bool, bool], Any] = {}
        self._book.set_properties(
            {
                "title": title,
                "subject": number,
                "comments": "Heatdesk",
                "created": made_at.astimezone(zone).replace(tzinfo=None),
            }
        )

    def sheet(self, name: str, heads: Sequence[Head], *, landscape: bool = False) -> "Table":
        """Add a sheet with frozen heads that repeat on every printed page."""
        sheet = self._book.add_worksheet(name.translate(_NOT_IN_NAMES)[:_LONGEST_NAME])
        sheet.set_paper(_A4)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(**_MARGINS_IN)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L{self._number.replace('&', '&&')}&C&A&R&P / &N")
        for column, head in enumerate(heads):
            sheet.set_column(column, column, head.width)
            sheet.write_string(0, column, head.text, self._format("", strong=True))
        if heads:
            sheet.freeze_panes(1, 0)
            sheet.repeat_rows(0)
        return Table(sheet, self._format, self._zone, 1 if heads else 0)

    def bytes(self) -> bytes:
        """Close the book and return the file."""
        self._book.close()
        return self._buffer.getvalue()

    def _format(
        self, number_format: str = "", *, strong: bool = False, risky: bool = False
    ) -> Any:
        key = (number_format, strong, risky)
        if key not in self._formats:
            made = self._book.add_format({"valign": "top"})
            if number_format:
                made.set_num_format(number_format)
            if strong:
                made.set_bold()
                made.set_bottom(1)
            if not number_format:
                made.set_text_wrap()
            if risky:
                made.set_quote_prefix()
            self._formats[key] = made
        return self._formats[key]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number with so many decimals; ``about`` marks an uncertain one with ``~``.

    A spreadsheet shows the mark and adds the number up all the same.
    """

    value: float
    decimals: int
    about: bool = False


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time; takes two columns, local time and its offset from UTC."""

    at: datetime | None


class Table:
    """One sheet, filled row by row."""

    def __init__(self, sheet: Any, formats: Any, zone: tzinfo, row: int) -> None:
        self._sheet = sheet
        self._format = formats
        self._zone = zone
        self._row = row

    def add(self, *cells: object) -> None:
        """Append a row; None leaves a cell empty, a `Moment` takes two."""
        column = 0
        for cell in cells:
            if isinstance(cell, Moment):
                self._moment(column, cell.at)
                column += 1
            elif isinstance(cell, datetime):
                raise TypeError("a time is written as a Moment, with its offset")
            elif cell is not None:
                self._cell(column, cell)
            column += 1
        self._row += 1

    def filter(self, columns: int) -> None:
        """Offer a filter on the heads."""
        if self._row > 1:
            self._sheet.autofilter(0, 0, self._row - 1, columns - 1)

    def _cell(self, column: int, cell: object) -> None:
        row = self._row
        if isinstance(cell, Fixed):
            shown = "0" + ("." + "0" * cell.decimals if cell.decimals else "")
            if cell.about:
                shown = f'"~"{shown};"~"-{shown}'
            self._sheet.write_number(row, column, cell.value, self._format(shown))
        elif isinstance(cell, bool) or not isinstance(cell, int | float):
            text = str(cell).translate(_ILLEGAL)[:_LONGEST_TEXT]
            risky = text.startswith(RISKY)
            self._sheet.write_string(row, column, text, self._format(risky=risky))
        else:
            self._sheet.write_number(row, column, cell, self._format())

    def _moment(self, column: int, at: datetime | None) -> None:
        if at is None:
            return
        local = at.astimezone(self._zone).replace(tzinfo=None, microsecond=0)
        self._sheet.write_datetime(self._row, column, local, self._format(_TIME_FORMAT))
        self._sheet.write_string(self._row, column + 1, offset(at, self._zone), self._format())
