"""Pieces used on several pages: section heads, column heads, table rows of plain cells."""

from dataclasses import dataclass

from app.reports.render.layout import Block, Drawn
from app.reports.render.sheet import Sheet, split_number, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    HAIR,
    HAIR_PT,
    HEAD,
    LEFT_MM,
    LINE_PT,
    ROW_MM,
    SECTION,
    STALE,
    TEXT_MM,
    Type,
)

SECTION_MM = 5.3  # height of a section's head with its line
_REMARK_LINE_MM = 3.6
_BASE_MM = 2.95  # base line below the top of a table row


@dataclass(frozen=True, slots=True)
class Cell:
    """One text in a table row; None for the style means the body's."""

    text: str
    style: Type = BODY
    value: bool = False  # set on the decimal mark
    bar: bool = False


def section(title: str, remark: str = "", x: float = LEFT_MM, width: float = TEXT_MM) -> Block:
    """Return a section's head: bold title, remark in grey, a line below.

    A remark too long for the title's line stands in lines of its own.
    """
    after = Sheet.width(title, SECTION) + 1.6
    lines = (
        [remark]
        if after + Sheet.width(remark, HEAD) <= width
        else ["", *wrap(remark, HEAD, width)]
    )
    height = SECTION_MM + (len(lines) - 1) * _REMARK_LINE_MM

    def draw(sheet: Sheet, top: float) -> None:
        line = top + 3.35
        sheet.text(x, line, title, SECTION)
        for index, text in enumerate(lines):
            sheet.text(x if index else x + after, line + index * _REMARK_LINE_MM, text, HEAD)
        sheet.line((x, top + height), (x + width, top + height), LINE_PT, BLACK)

    return Drawn(height, draw)


def row_line(
    sheet: Sheet, top: float, height: float, x: float = LEFT_MM, width: float = TEXT_MM
) -> None:
    """Draw the hair line below a row."""
    sheet.line((x, top + height), (x + width, top + height), HAIR_PT, HAIR)


def base(top: float, row: float = ROW_MM) -> float:
    """Return the base line of a row's first line of text."""
    return top + _BASE_MM + (row - ROW_MM) / 2


@dataclass(frozen=True, slots=True)
class NameLines:
    """A name in as many lines as it needs, and behind it, small, why there is no value."""

    names: tuple[str, ...]
    reason: str
    alone: bool  # the reason has a line of its own

    @property
    def count(self) -> int:
        """How many lines it takes."""
        return max(1, len(self.names) + self.alone)

    def draw(self, sheet: Sheet, x: float, line: float, step: float, style: Type) -> None:
        """Print the lines, ``step`` mm apart."""
        wide = 0.0
        for index, text in enumerate(self.names):
            wide = sheet.text(x, line + index * step, text, style)
        after = x if self.alone else x + wide + 1.4
        last = line + (self.count - 1) * step
        sheet.text(after, last, self.reason, HEAD.in_grey(STALE))


def name_lines(name: str, reason: str, room: float, style: Type = BODY) -> NameLines:
    """Return a name wrapped to ``room`` mm, the reason behind its last line if it fits."""
    names = tuple(wrap(name, style, room))
    last = Sheet.width(names[-1], style) if names else 0.0
    alone = bool(reason) and last + 1.4 + Sheet.width(reason, HEAD) > room
    return NameLines(names, reason, alone and bool(names))


def unit_at(x: float, value_at: float, shown: str, style: Type) -> float:
    """Return where a unit stands: at ``x``, or behind a value with more decimals than usual."""
    fraction = split_number(shown)[1]
    return max(x, value_at + Sheet.width(fraction, style) + 0.7) if fraction else x


def paragraph(
    text: str,
    style: Type = BODY,
    x: float = LEFT_MM,
    width: float = TEXT_MM,
    line_mm: float = 4.1,
) -> Block:
    """Return running text, wrapped."""
    lines = wrap(text, style, width)

    def draw(sheet: Sheet, top: float) -> None:
        for index, line in enumerate(lines):
            sheet.text(x, top + index * line_mm + line_mm * 0.74, line, style)

    return Drawn(len(lines) * line_mm, draw)


def space(height: float) -> Block:
    """Return an empty block."""
    return Drawn(height, lambda _sheet, _top: None)
