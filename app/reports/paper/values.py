"""A table of values on paper: times at the left, heads on every page, flags with a legend."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.model.letterhead import Letterhead
from app.model.reading import Quality
from app.reports.form import NOTHING, number
from app.reports.paper.head import Masthead, masthead
from app.reports.paper.parts import base, row_line
from app.reports.render import marks
from app.reports.render.frame import Frame, print_pages
from app.reports.render.layout import Block, Drawn, Flow, Group
from app.reports.render.logo import load_logo
from app.reports.render.sheet import Sheet, fitted, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    DIM,
    HEAD,
    LEFT_MM,
    LINE_PT,
    RIGHT_EDGE_MM,
    ROW_MM,
    SMALL,
    TEXT_MM,
    TOP_MM,
)
from app.reports.valuetable import ValueTable
from app.reports.words import Words, clock, offset, zone_letters

TIME_MM, NARROWEST_MM, WIDEST_MM = 38.0, 17.2, 34.0  # eight values stand side by side
_LINE_MM = 3.2
_MARK_MM = 4.2
_ABOUT, _OFFSET = BODY.italic(), SMALL.in_grey(DIM)
_MOST_ROWS = 40_000  # beyond, a file serves better than 700 pages


def values_pdf(
    table: ValueTable,
    letterhead: Letterhead,
    words: Words,
    *,
    newest_first: bool = False,
    given_up: Callable[[], bool] = lambda: False,
) -> bytes:
    """Return the table as a PDF; more columns than a page has room for follow behind.

    Blocks for seconds when the table is long; any thread.
    """
    _ = words
    zone = ZoneInfo(table.zone)
    flow = Flow(TOP_MM)
    flow.place(masthead(_masthead(table, letterhead, words), words))
    flow.place(_legend(words), 2.0)
    rows = list(range(len(table)))[:_MOST_ROWS]
    if newest_first:
        rows = list(range(len(table)))[: -_MOST_ROWS - 1 : -1]
    for part in parts(len(table.columns)):
        head = _head(table, part, words)
        blocks: list[Block] = [_Row(table, row, part, words, zone) for row in rows]
        flow.place_table(head, [Group(tuple(blocks))], 3.0)
    if len(table) > _MOST_ROWS:
        told = words.many(
            "{n} more row is not printed: export it as a file.",
            "{n} more rows are not printed: export them as a file.",
            len(table) - _MOST_ROWS,
        )
        flow.place(_sentence(told), 2.0)
    frame = Frame(
        number=_.moment(table.made_at, zone, seconds=False),
        digest="",
        left=letterhead.utility,
        middle=table.title,
        right=_("Readings"),
        title=table.title,
        initials=False,
    )
    return print_pages([*flow.pages], frame, words, given_up)


def parts(columns: int) -> list[range]:
    """Return which columns stand side by side: as many as have room."""
    most = int((TEXT_MM - TIME_MM) // NARROWEST_MM)
    return [range(begin, min(begin + most, columns)) for begin in range(0, columns, most)] or [
        range(0)
    ]


def _masthead(table: ValueTable, letterhead: Letterhead, _: Words) -> Masthead:
    zone = ZoneInfo(table.zone)
    first, last = (_.moment(moment, zone, seconds=False) for moment in (table.start, table.end))
    return Masthead(
        number="",
        utility=letterhead.utility,
        address=letterhead.address,
        logo=load_logo(letterhead.logo),
        title=table.title,
        subtitle=f"{first} – {last} {zone_letters(table.end, zone)}",
        remark=_("Readings"),
        before=_("printed by {name} ").format(name=table.made_by),
        moment=_.moment(table.made_at, zone, seconds=False),
    )


def _width(part: range) -> float:
    return min((TEXT_MM - TIME_MM) / max(len(part), 1), WIDEST_MM)


def _head(table: ValueTable, part: range, _: Words) -> Block:
    width = _width(part)
    names = [wrap(table.columns[nth].head, HEAD, width - 1.5) or [""] for nth in part]
    lines = max([len(each) for each in names], default=1)
    height = lines * _LINE_MM + 1.6

    def draw(sheet: Sheet, top: float) -> None:
        foot = top + height - 1.55
        sheet.text(LEFT_MM, foot, _("Local time"), HEAD)
        for at, told in enumerate(names):
            right = LEFT_MM + TIME_MM + (at + 1) * width - _MARK_MM
            for below, line in zip(range(len(told) - 1, -1, -1), told, strict=True):
                sheet.text(right, foot - below * _LINE_MM, line, HEAD, at=1)
        edge = (RIGHT_EDGE_MM, top + height)
        sheet.line((LEFT_MM, top + height), edge, LINE_PT, BLACK)

    return Drawn(height, draw)


@dataclass(frozen=True, slots=True)
class _Row:
    table: ValueTable
    row: int
    part: range
    words: Words
    zone: ZoneInfo

    @property
    def height(self) -> float:
        return ROW_MM

    def draw(self, sheet: Sheet, top: float) -> None:
        table, words, line = self.table, self.words, base(top)
        row_line(sheet, top, ROW_MM)
        at = datetime.fromtimestamp(int(table.times_ms[self.row]) / 1000, UTC)
        behind = offset(at, self.zone)
        time = clock(at, self.zone, seconds=bool(at.second))  # quarters have none
        room = TIME_MM - sheet.width(time, BODY) - sheet.width(behind, SMALL) - 1.6
        day = fitted(f"{words.date(at, self.zone)}, ", BODY, room)
        wide = sheet.words_along(LEFT_MM, line, [(day, BODY), (time, BODY)])
        sheet.text(LEFT_MM + wide + 0.8, line, behind, _OFFSET)
        width = _width(self.part)
        for nth, column in enumerate(self.part):
            right = LEFT_MM + TIME_MM + (nth + 1) * width - _MARK_MM
            quality = table.quality(self.row, column)
            told = self._told(column)
            style = _ABOUT if quality is Quality.UNCERTAIN else BODY
            tilde = "~" if quality is Quality.UNCERTAIN and told != NOTHING else ""
            if table.columns[column].choices:  # a number is never wider than its column
                told = fitted(told, style, width - _MARK_MM - 1.6)
            sheet.text(right, line, f"{tilde}{told}", style, at=1)
            middle = top + ROW_MM / 2
            if quality is Quality.STALE:
                marks.clock(sheet, right + 0.5, middle)
            elif quality is Quality.MANUAL:
                marks.hand(sheet, right + 0.5, middle)
            elif quality in (Quality.BAD, Quality.OFFLINE):
                marks.hatch(sheet, right + 0.5, middle - 1.2, 3.0, 2.4)

    def _told(self, column: int) -> str:
        """Return a value as printed; an en dash where there is none."""
        value, chosen = self.table.value(self.row, column), self.table.columns[column]
        if value is None:
            return NOTHING
        if chosen.choices:
            return self.table.words(self.row, column)
        return number(value, chosen.decimals, self.words)


def _legend(_: Words) -> Block:
    """Return what the flags mean."""

    def draw(sheet: Sheet, top: float) -> None:
        line, middle, x = top + 2.9, top + 1.9, LEFT_MM
        x += sheet.text(x, line, _("~ uncertain"), SMALL) + 4
        marks.clock(sheet, x, middle)
        x += 4 + sheet.text(x + 4, line, _("stale"), SMALL) + 4
        marks.hand(sheet, x, middle)
        x += 4 + sheet.text(x + 4, line, _("put in by hand"), SMALL) + 4
        marks.hatch(sheet, x, middle - 1.2, 3.0, 2.4)
        x += 4 + sheet.text(x + 4, line, _("bad or offline"), SMALL) + 4
        sheet.text(x, line, _("– no value"), SMALL)

    return Drawn(4.0, draw)


def _sentence(text: str) -> Block:
    def draw(sheet: Sheet, top: float) -> None:
        sheet.text(LEFT_MM, top + 2.9, text, SMALL)

    return Drawn(4.0, draw)
