"""Any table of texts and numbers on paper: heads on every page, the first column repeated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.model.letterhead import Letterhead
from app.reports.form import NOTHING, number
from app.reports.paper.head import Masthead, masthead
from app.reports.paper.parts import base, row_line
from app.reports.render.book import Fixed
from app.reports.render.frame import Frame, print_pages
from app.reports.render.layout import Block, Drawn, Flow, Group
from app.reports.render.logo import load_logo
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    HEAD,
    LEFT_MM,
    LINE_PT,
    RIGHT_EDGE_MM,
    ROW_MM,
    TEXT_MM,
    TOP_MM,
)
from app.reports.sheets.plaintable import Content, PlainTable, told_moments
from app.reports.words import Words

MOST_ROWS = 20_000  # beyond, a file serves better than 400 pages
_NARROWEST_MM, _WIDEST_MM, _GAP_MM = 11.0, 44.0, 3.0
_BESIDE_PROSE_MM = 30.0
_WRAPPED_OVER_MM = 0.5  # a line may be so much longer than its column
_LINE_MM = 3.4
_LOOKED_AT = 400  # rows that say how wide a column must be

_Given = Callable[[], bool]


def plain_pdf(
    table: PlainTable,
    letterhead: Letterhead,
    words: Words,
    *,
    given_up: _Given = lambda: False,
) -> bytes:
    """Return the table as a PDF; columns a page has no room for follow behind.

    Blocks for seconds when the table is long; any thread. Returns nothing when
    ``given_up`` answers True.
    """
    _ = words
    table, zone = told_moments(table), ZoneInfo(table.zone)
    texts = [[_told(value, words) for value in row] for row in table.rows[:MOST_ROWS]]
    flow = Flow(TOP_MM)
    flow.place(masthead(_masthead(table, letterhead, words), words))
    for part in _parts(table, texts):
        if given_up():
            return b""
        rows: list[Block] = [_Row(part, row) for row in texts]
        flow.place_table(_head(table, part), [Group(tuple(rows))], 3.0)
    frame = Frame(
        number=_.moment(table.made_at, zone, seconds=False),
        digest="",
        left=letterhead.utility,
        middle=table.title,
        right=_.many("{n} row", "{n} rows", len(table.rows)),
        title=table.title,
        initials=False,
    )
    return b"" if given_up() else print_pages([*flow.pages], frame, words)


def _masthead(table: PlainTable, letterhead: Letterhead, _: Words) -> Masthead:
    zone = ZoneInfo(table.zone)
    return Masthead(
        number="",
        utility=letterhead.utility,
        address=letterhead.address,
        logo=load_logo(letterhead.logo),
        title=table.title,
        subtitle=_.many("{n} row", "{n} rows", len(table.rows)),
        remark="",
        before=_("printed by {name} ").format(name=table.made_by),
        moment=_.moment(table.made_at, zone, seconds=False),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A column: which one, and where it stands (mm)."""

    nth: int
    x: float
    width: float
    align: float  # 1 for numbers, which end on one line


def _parts(table: PlainTable, texts: Sequence[Sequence[str]]) -> list[list[_Place]]:
    """Return which columns stand side by side; the first leads every part."""
    wide = _widths(table, texts)
    align = [_align(table, nth) for nth in range(len(table.heads))]
    parts: list[list[_Place]] = []
    for nth, width in enumerate(wide):
        last = parts[-1][-1] if parts else None
        if last is None or last.x + last.width + _GAP_MM + width > RIGHT_EDGE_MM:
            first = [_Place(0, LEFT_MM, wide[0], align[0])]
            parts.append(first)
            last = first[-1]
        if nth:
            parts[-1].append(_Place(nth, last.x + last.width + _GAP_MM, width, align[nth]))
    return parts or [[]]


def _widths(table: PlainTable, texts: Sequence[Sequence[str]]) -> list[float]:
    wide = [_width(table.heads[nth], texts, nth) for nth in range(len(table.heads))]
    if table.prose:
        wide = [min(each, _BESIDE_PROSE_MM) for each in wide]
        others = sum(each for nth, each in enumerate(wide) if nth not in table.prose)
        rest = RIGHT_EDGE_MM - LEFT_MM - others - _GAP_MM * (len(wide) - 1)
        for nth in table.prose:
            wide[nth] = rest / len(table.prose) - _WRAPPED_OVER_MM
    return wide


def _width(head: str, texts: Sequence[Sequence[str]], nth: int) -> float:
    most = max((Sheet.width(row[nth], BODY) for row in texts[:_LOOKED_AT]), default=0.0)
    longest = max((Sheet.width(word, HEAD) for word in head.split()), default=0.0)
    return min(max(most, longest, _NARROWEST_MM) + 0.6, _WIDEST_MM, TEXT_MM)


def _align(table: PlainTable, nth: int) -> float:
    return float(any(isinstance(row[nth], int | float | Fixed) for row in table.rows))


def _head(table: PlainTable, part: Sequence[_Place]) -> Block:
    named = [wrap(table.heads[place.nth], HEAD, place.width) or [""] for place in part]
    lines = max((len(each) for each in named), default=1)
    height = lines * _LINE_MM + 1.6

    def draw(sheet: Sheet, top: float) -> None:
        foot = top + height - 1.55
        for place, told in zip(part, named, strict=True):
            x = place.x + place.align * place.width
            for below, line in zip(range(len(told) - 1, -1, -1), told, strict=True):
                sheet.text(x, foot - below * _LINE_MM, line, HEAD, at=place.align)
        edge = (RIGHT_EDGE_MM, top + height)
        sheet.line((LEFT_MM, top + height), edge, LINE_PT, BLACK)

    return Drawn(height, draw)


@dataclass(frozen=True, slots=True)
class _Row:
    part: Sequence[_Place]
    texts: Sequence[str]

    @property
    def _lines(self) -> list[list[str]]:
        return [
            wrap(self.texts[at.nth], BODY, at.width + _WRAPPED_OVER_MM) or [""]
            for at in self.part
        ]

    @property
    def height(self) -> float:
        return ROW_MM + (max((len(each) for each in self._lines), default=1) - 1) * _LINE_MM

    def draw(self, sheet: Sheet, top: float) -> None:
        row_line(sheet, top, self.height)
        for place, lines in zip(self.part, self._lines, strict=True):
            x = place.x + place.align * place.width
            for nth, line in enumerate(lines):
                sheet.text(x, base(top) + nth * _LINE_MM, line, BODY, at=place.align)


def _told(value: Content, words: Words) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, Fixed):
        told = number(value.value, value.decimals, words)
        return f"~{told}" if value.about else told
    if isinstance(value, str):
        return value
    return f"{value!r}".replace("-", "−").replace(".", words.decimal_sign)
