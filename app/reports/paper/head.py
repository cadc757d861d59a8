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

_LABEL_MM, _MOST_LABEL_MM, _LINE_MM = 25.0, 33.0, 3.6
_LABEL_GAP_MM = 1.6  # between a label and its fact
_REMARK_MM = 62.0  # right of the title
_LABEL = BODY.in_grey(DIM)
_NAME, _OF = Type(10).bold(), Type(9)
_BOX_MARGIN_MM, _LEAST_BOX_MM = 2.6, 24.0


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


def masthead(head: Masthead, _: Words, *, tight: bool = False) -> Block:
    """Return logo, utility, number, title and the line below it.

    ``tight`` leaves no room for a logo that is not there.
    """
    left = LEFT_MM + (LOGO_MM[0] + 4 if head.logo else 0)
    room = RIGHT_EDGE_MM - left - 36
    names = wrap(head.utility, _NAME, room)
    titles = wrap(head.title, TITLE, 110)
    subtitles = wrap(head.subtitle, SUBTITLE, 106)
    least = 8.6 if tight and head.logo is None else 14.0
    above = max(least, 4.3 * (len(names) + len(wrap(head.address, BODY, room)))) + 5.0
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
    beside = [Sheet.width(text, TITLE) for text in wrap(head.title, TITLE, 110)]
    beside += [Sheet.width(text, SUBTITLE) for text in wrap(head.subtitle, SUBTITLE, 106)]
    lines = wrap(head.remark, grey, max(_REMARK_MM, TEXT_MM - max(beside, default=0.0) - 4))
    for index, text in enumerate(lines):
        above = 4.1 + (len(lines) - 1 - index) * _LINE_MM
        sheet.text(RIGHT_EDGE_MM, line - above, text, grey, at=1)
    wide = sheet.width(head.before, grey) + sheet.width(head.moment, strong)
    sheet.words_along(RIGHT_EDGE_MM - wide, line, [(head.before, grey), (head.moment, strong)])


def facts(left: Sequence[Row], right: Sequence[Row]) -> Block:
    """Return two columns of labelled facts."""
    second = LEFT_MM + HALF_MM + GUTTER_MM
    columns = [(LEFT_MM, _fact_rows(left)), (second, _fact_rows(right))]
    height = max(sum(fact.height for fact in rows) for _x, rows in columns)

    def draw(sheet: Sheet, top: float) -> None:
        for x, rows in columns:
            y = top
            for fact in rows:
                fact.draw(sheet, x, y)
                y += fact.height

    return Drawn(height, draw)


def _fact_rows(rows: Sequence[Row]) -> list["_Fact"]:
    """Return the facts with their labels as wide as the longest, within measure."""
    widest = max((Sheet.width(row.label, _LABEL) for row in rows), default=0.0)
    label_mm = min(max(_LABEL_MM, widest + _LABEL_GAP_MM), _MOST_LABEL_MM)
    return [_Fact.of(row, label_mm) for row in rows]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A labelled fact in lines."""

    row: Row
    label_mm: float
    labels: tuple[str, ...]
    lines: tuple[str, ...]

    @classmethod
    def of(cls, row: Row, label_mm: float) -> "_Fact":
        style = STRONG if row.strong or row.lead else BODY  # the lead may fill the line
        labels = wrap(row.label, _LABEL, label_mm - _LABEL_GAP_MM)
        lines = wrap(row.text, style, HALF_MM - label_mm)
        return cls(row, label_mm, tuple(labels), tuple(lines) or ("",))

    @property
    def height(self) -> float:
        lines = max(len(self.labels), len(self.lines))
        return FACT_ROW_MM + (lines - 1) * _LINE_MM

    def draw(self, sheet: Sheet, x: float, top: float) -> None:
        line, bottom = top + 3.15, top + self.height
        for index, label in enumerate(self.labels):
            sheet.text(x, line + index * _LINE_MM, label, _LABEL)
        after = x + self.label_mm
        for index, text in enumerate(self.lines):
            first = text.startswith(self.row.lead) and index == 0 and self.row.lead
            lead = self.row.lead if first else ""
            wide = sheet.text(after, line + index * _LINE_MM, lead, STRONG) if lead else 0.0
            style = STRONG if self.row.strong else BODY
            sheet.text(after + wide, line + index * _LINE_MM, text[len(lead) :], style)
        sheet.line((x, bottom), (x + HALF_MM, bottom), HAIR_PT, HAIR)


def _box_widths(boxes: Sequence[Figure]) -> list[float]:
    """Return the boxes' widths: as designed, or by their words where those are longer."""
    total = sum(box.share for box in boxes)
    designed = [TEXT_MM * box.share / total for box in boxes]
    least = max(_box_lines(box, width) for box, width in zip(boxes, designed, strict=True))
    found = designed
    for lines in range(least - 1, 1, -1):
        needed = [_box_width(box, lines) for box in boxes]
        if sum(needed) > TEXT_MM:
            break
        found = [width + (TEXT_MM - sum(needed)) / len(needed) for width in needed]
    return found


def _box_lines(box: Figure, width: float) -> int:
    """Return how many lines the words of a box take below its figure."""
    words = wrap(box.words, STRONG, width - _BOX_MARGIN_MM)
    return len(words) + max(1, len(wrap(box.remark, SMALL, width - _BOX_MARGIN_MM)))


def _box_width(box: Figure, lines: int) -> float:
    """Return the least width at which the words take so many lines, in whole mm."""
    figure = Sheet.width(box.figure, FIGURE) + Sheet.width(box.of, _OF) + _BOX_MARGIN_MM
    longest = max(Sheet.width(word, STRONG) for word in (box.words.split() or [""]))
    width = max(_LEAST_BOX_MM, figure, longest + _BOX_MARGIN_MM)
    while _box_lines(box, width) > lines:
        width += 1.0
    return width


def figure_boxes(boxes: Sequence[Figure]) -> Block:
    """Return the framed row of figures."""
    widths = _box_widths(boxes)
    words = [
        wrap(b.words, STRONG, w - _BOX_MARGIN_MM) for b, w in zip(boxes, widths, strict=True)
    ]
    remarks = [
        wrap(b.remark, SMALL, w - _BOX_MARGIN_MM) for b, w in zip(boxes, widths, strict=True)
    ]
    lines = max(len(a) + max(len(b), 1) for a, b in zip(words, remarks, strict=True))
    height = 1.4 + 6.0 + 3.7 * lines + 1.3

    def draw(sheet: Sheet, top: float) -> None:
        sheet.box(LEFT_MM, top, (TEXT_MM, height), FRAME_PT, BLACK)
        x = LEFT_MM
        for index, (box, width) in enumerate(zip(boxes, widths, strict=True)):
            if index:
                sheet.line((x, top), (x, top + height), HAIR_PT, RULE)
            wide = sheet.text(x + 1.8, top + 6.0, box.figure, FIGURE)
            sheet.text(x + 1.8 + wide, top + 6.0, box.of, _OF)
            line = top + 10.2
            for text, style in [
                *((text, STRONG) for text in words[index]),
                *((text, SMALL) for text in remarks[index]),
            ]:
                sheet.text(x + 1.8, line, text, style)
                line += 3.7
            x += width

    return Drawn(height, draw)
