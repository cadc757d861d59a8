"""The head of a report's first page: masthead, labelled facts, the row of figures."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.reports.paper.coverfacts import Row
from app.reports.paper.figures import Figure
from app.reports.render.layout import Block, Drawn
from app.reports.render.logo import LOGO_MM, Logo
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    DIM,
    FACT_ROW_MM,
    FIGURE,
    FRAME_PT,
    GUTTER_MM,
    HAIR,
    HAIR_PT,
    HALF_MM,
    LEFT_MM,
    RIGHT_EDGE_MM,
    RULE,
    SMALL,
    SOFT,
    STRONG,
    SUBTITLE,
    TEXT_MM,
    TITLE,
    TITLE_RULE_PT,
    Type,
)
from app.reports.words import Words

_LABEL_MM, _LINE_MM = 25.0, 3.6
_LABEL = BODY.in_grey(DIM)
_NAME = Type(10).bold()


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above every report's title."""

    number: str  # "" for paper that is not filed
    utility: str
    address: str
    logo: Logo | None
    title: str
    subtitle: str
    remark: str
    before: str  # "as read "
    moment: str  # in bold behind it


def masthead(head: Masthead, _: Words) -> Block:
    """Return logo, utility, number, title and the line below it."""
    left = LEFT_MM + (LOGO_MM[0] + 4 if head.logo else 0)
    room = RIGHT_EDGE_MM - left - 36
    names = wrap(head.utility, _NAME, room)
    titles = wrap(head.title, TITLE, 112)
    subtitles = wrap(head.subtitle, SUBTITLE, 106)
    above = max(14.0, 4.3 * (len(names) + len(wrap(head.address, BODY, room)))) + 5.0
    height = above + 9.0 * len(titles) + 5.0 * max(1, len(subtitles)) + 2.0

    def draw(sheet: Sheet, top: float) -> None:
        if head.logo:
            head.logo.draw(sheet, LEFT_MM, top)
        line = top + 3.2
        for name in names:
            sheet.text(left, line, name, _NAME)
            line += 4.3
        for text in wrap(head.address, BODY, room):
            sheet.text(left, line, text, BODY.in_grey(SOFT))
            line += 4.3
        if head.number:
            sheet.text(RIGHT_EDGE_MM, top + 3.2, _("Report no."), BODY.in_grey(DIM), at=1)
            sheet.text(RIGHT_EDGE_MM, top + 7.5, head.number, _NAME, at=1)
        line = top + above + 7.1
        for text in titles:
            sheet.text(LEFT_MM, line, text, TITLE)
            line += 9.0
        line += 5.7 - 9.0
        for text in subtitles:
            line += 0.0 if text is subtitles[0] else 5.0
            sheet.text(LEFT_MM, line, text, SUBTITLE)
        _read_at(sheet, top + height - 3.4, head)
        sheet.rule(top + height, TITLE_RULE_PT, BLACK)

    return Drawn(height, draw)


def _read_at(sheet: Sheet, line: float, head: Masthead) -> None:
    grey, strong = BODY.in_grey(SOFT), STRONG.in_grey(SOFT)
    sheet.text(RIGHT_EDGE_MM, line - 4.1, head.remark, grey, at=1)
    wide = sheet.width(head.before, grey) + sheet.width(head.moment, strong)
    sheet.words_along(RIGHT_EDGE_MM - wide, line, [(head.before, grey), (head.moment, strong)])


def facts(left: Sequence[Row], right: Sequence[Row]) -> Block:
    """Return two columns of labelled facts."""
    columns = [(LEFT_MM, _fact_rows(left)), (LEFT_MM + HALF_MM + GUTTER_MM, _fact_rows(right))]
    height = max(sum(_fact_height(lines) for _row, lines in rows) for _x, rows in columns)

    def draw(sheet: Sheet, top: float) -> None:
        for x, rows in columns:
            y = top
            for row, lines in rows:
                _fact(sheet, (x, y), row, lines)
                y += _fact_height(lines)

    return Drawn(height, draw)


def _fact_rows(rows: Sequence[Row]) -> list[tuple[Row, list[str]]]:
    room = HALF_MM - _LABEL_MM
    return [(row, wrap(row.text, STRONG if row.strong else BODY, room) or [""]) for row in rows]


def _fact_height(lines: Sequence[str]) -> float:
    return FACT_ROW_MM + (len(lines) - 1) * _LINE_MM


def _fact(sheet: Sheet, corner: tuple[float, float], row: Row, lines: Sequence[str]) -> None:
    x, top = corner
    line, bottom = top + 3.15, top + _fact_height(lines)
    sheet.text(x, line, row.label, _LABEL)
    after = x + _LABEL_MM
    for index, text in enumerate(lines):
        first = text.startswith(row.lead) and index == 0 and row.lead
        lead = row.lead if first else ""
        wide = sheet.text(after, line + index * _LINE_MM, lead, STRONG) if lead else 0.0
        style = STRONG if row.strong else BODY
        sheet.text(after + wide, line + index * _LINE_MM, text[len(lead) :], style)
    sheet.line((x, bottom), (x + HALF_MM, bottom), HAIR_PT, HAIR)


def figure_boxes(boxes: Sequence[Figure]) -> Block:
    """Return the framed row of figures."""
    total = sum(box.share for box in boxes)
    widths = [TEXT_MM * box.share / total for box in boxes]
    words = [wrap(b.words, STRONG, w - 2.6) for b, w in zip(boxes, widths, strict=True)]
    remarks = [wrap(b.remark, SMALL, w - 2.4) for b, w in zip(boxes, widths, strict=True)]
    lines = max(len(a) + max(len(b), 1) for a, b in zip(words, remarks, strict=True))
    height = 1.4 + 6.0 + 3.7 * lines + 1.3

    def draw(sheet: Sheet, top: float) -> None:
        sheet.box(LEFT_MM, top, (TEXT_MM, height), FRAME_PT, BLACK)
        x = LEFT_MM
        for index, (box, width) in enumerate(zip(boxes, widths, strict=True)):
            if index:
                sheet.line((x, top), (x, top + height), HAIR_PT, RULE)
            wide = sheet.text(x + 1.8, top + 6.0, box.figure, FIGURE)
            sheet.text(x + 1.8 + wide, top + 6.0, box.of, Type(9))
            line = top + 10.2
            for text, style in [
                *((text, STRONG) for text in words[index]),
                *((text, SMALL) for text in remarks[index]),
            ]:
                sheet.text(x + 1.8, line, text, style)
                line += 3.7
            x += width

    return Drawn(height, draw)
