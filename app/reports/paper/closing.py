"""The end of the report: notes, what the signs mean, two signatures, the data's checksum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.reports.commissioning_data import CommissioningData
from app.reports.filing import grouped
from app.reports.form import number
from app.reports.paper.parts import paragraph, section, space
from app.reports.render import marks
from app.reports.render.layout import Beside, Block, Drawn, Flow, Stack
from app.reports.render.sheet import Sheet, shortened, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    CODE,
    DIM,
    FOOT,
    GUTTER_MM,
    HAIR_PT,
    HALF_MM,
    LEFT_MM,
    RIGHT_EDGE_MM,
    RULE,
    SMALL,
    STALE,
    STRONG,
    TEXT_MM,
    THIN_PT,
    Type,
)
from app.reports.words import Words

CHECKSUM_END_MM = 280.2  # on the last page only, below the body
_CHECKSUM_MM = 7.6  # of two lines; the body ends above them
_TOLD_LINE_MM = 2.9
_GAP_MM, _RULE_MM = 3.2, 5.6
_LEAST_RULES, _MOST_RULES = 2, 12
_SIGN_MM, _SIGN_GAP_MM, _SIGN_LINE_MM = 41.0, 2.0, 2.8
_SAMPLE, _MEANING = Type(8), SMALL.in_grey(BLACK)
_LEGEND_X_MM = (LEFT_MM, LEFT_MM + 60, LEFT_MM + 122)
_LEGEND_ROOMS_MM = (42.5, 44.5, 38.5)
_LEGEND_ROW_MM, _LEGEND_WORD_MM, _LEGEND_LINE_MM = 4.4, 15.0, 3.1
_MOST_PAGES = 999  # the widest number a line about the pages is measured with


def put_closing(flow: Flow, data: CommissioningData, _: Words) -> None:
    """Put notes, flags and signatures together at the end of the last page."""
    more = checksum_block("0" * 64, _MOST_PAGES, _).height - _CHECKSUM_MM
    below = (*_flags(data, _), space(4.4), _signatures(data, _), space(max(more, 0.0)))
    fixed = Stack((*_notes(data, _), *below))
    if _GAP_MM + fixed.height + _LEAST_RULES * _RULE_MM > flow.room:
        flow.new_page()
    spare = flow.room - _GAP_MM - fixed.height
    rules = max(_LEAST_RULES, min(_MOST_RULES, int(spare / _RULE_MM)))
    written = Drawn(rules * _RULE_MM, lambda sheet, top: _rules(sheet, top, rules))
    flow.place(Stack((*_notes(data, _), written, *below)), _GAP_MM)


def checksum_block(digest: str, pages: int, _: Words, *, signed: bool = True) -> Block:
    """Return the data's checksum, to end at `CHECKSUM_END_MM` above the last page's footer.

    What it covers stands behind its title, or below it where the words are long.
    """
    title = _("Data checksum, SHA-256")
    told = _("It is the SHA-256 of the data file kept with this report.")
    if signed:
        cover = _("The signatures cover pages 1 – {n} and these data.").format(n=pages)
        told = f"{cover} {told}"
    beside = Sheet.width(title, FOOT) + 4 + Sheet.width(told, FOOT) <= TEXT_MM
    lines = [] if beside else wrap(told, FOOT, TEXT_MM)
    height = _CHECKSUM_MM + len(lines) * _TOLD_LINE_MM

    def draw(sheet: Sheet, top: float) -> None:
        line = top + 2.5
        sheet.text(LEFT_MM, line, title, FOOT)
        if beside:
            sheet.text(RIGHT_EDGE_MM, line, told, FOOT, at=1)
        for text in lines:
            line += _TOLD_LINE_MM
            sheet.text(LEFT_MM, line, text, FOOT)
        sheet.text(LEFT_MM, line + 4.0, grouped(digest), CODE)

    return Drawn(height, draw)


def checksum_place(block: Block) -> tuple[float, Block]:
    """Return the checksum with where it stands on the last page."""
    return CHECKSUM_END_MM - block.height, block


def _notes(data: CommissioningData, _: Words) -> list[Block]:
    notes = [_(note) for note in data.notes]
    if data.unknown:
        titles = "; ".join(_(title) for title in data.unknown)
        told = _(
            "Not in this report, because no published source tells where it lies: {titles}."
        )
        notes.append(told.format(titles=titles))
    return [section(_("Notes")), space(1.0), *(paragraph(note, BODY) for note in notes)]


def _rules(sheet: Sheet, top: float, count: int) -> None:
    for nth in range(1, count + 1):
        sheet.rule(top + nth * _RULE_MM, HAIR_PT, RULE)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One line of the legend: how it looks, what it means."""

    draw: Callable[[Sheet, float, float], object]  # sheet, x, base line
    words: str


def _flags(data: CommissioningData, _: Words) -> list[Block]:
    signs = _signs(data, _)
    rows = (len(signs) + 2) // 3
    columns = [signs[first : first + rows] for first in range(0, len(signs), rows)]
    lines = [
        [wrap(sign.words, _MEANING, room) for sign in column]
        for column, room in zip(columns, _LEGEND_ROOMS_MM, strict=False)
    ]
    heights = [
        _LEGEND_ROW_MM + (max(len(one) for one in across) - 1) * _LEGEND_LINE_MM
        for across in zip_longest(*lines, fillvalue=())
    ]

    def draw(sheet: Sheet, top: float) -> None:
        for x, column, told in zip(_LEGEND_X_MM, columns, lines, strict=False):
            line = top + 3.1
            for sign, texts, height in zip(column, told, heights, strict=False):
                sign.draw(sheet, x, line)
                for index, text in enumerate(texts):
                    below = line + index * _LEGEND_LINE_MM
                    sheet.text(x + _LEGEND_WORD_MM, below, text, _MEANING)
                line += height

    return [space(_GAP_MM), section(_("Flags")), space(1.0), Drawn(sum(heights), draw)]


def _signs(data: CommissioningData, _: Words) -> Sequence[_Sign]:
    follows = sorted({row.follows for row in data.settings if row.follows})
    numbers = ", ".join(str(number) for number in follows)
    followed = (
        _("follows from {numbers}").format(numbers=numbers)
        if numbers
        else _("follows from another")
    )
    return (
        _Sign(_sample(number(51.6, 1, _), _SAMPLE.bold()), _("good: measured, current")),
        _Sign(_sample("~46", _SAMPLE.italic()), _("estimated or calculated")),
        _Sign(_stale, _("stale: last good value and its age")),
        _Sign(_hatched, _("bad: withheld, with the reason")),
        _Sign(_sample("–", _SAMPLE), _("not available or not known")),
        _Sign(lambda s, x, y: marks.hand(s, x, y - 1.05, 3.2), _("manual or overridden")),
        _Sign(_shapes, _("alarm: urgent, high, medium, low")),
        _Sign(_sample("D", _SAMPLE.bold()), _("differs from the factory default")),
        _Sign(
            lambda s, x, y: marks.change_bar(s, y - 2.8, 3.4, x + 0.3),
            _("changed since the last report"),
        ),
        _Sign(_sample(f"≤ {number(40, 1, _)}", _SAMPLE.bold()), _("limit, not a set point")),
        _Sign(_sample("¹", _SAMPLE), followed),
        _Sign(_sample(_("OFF"), _SAMPLE), _("function not in use")),
    )


def _sample(text: str, style: Type) -> Callable[[Sheet, float, float], object]:
    return lambda sheet, x, line: sheet.text(x, line, text, style)


def _stale(sheet: Sheet, x: float, line: float) -> None:
    marks.clock(sheet, x, line - 1.05, 3.2)
    sheet.text(x + 3.6, line, number(20.8, 1, sheet.words), _SAMPLE.in_grey(STALE))


def _hatched(sheet: Sheet, x: float, line: float) -> None:
    marks.hatch(sheet, x, line - 2.45, 5.0, 2.9)


def _shapes(sheet: Sheet, x: float, line: float) -> None:
    for index in range(4):
        marks.alarm(sheet, x + index * 3.5, line - 1.05, index + 1, 3.2)


def _signatures(data: CommissioningData, _: Words) -> Block:
    by = ", ".join(part for part in (data.run.by, data.utility.name) if part)
    wide, style = HALF_MM - 2 * _SIGN_GAP_MM, STRONG
    names = [by]
    if Sheet.width(by, style) > wide:
        style = Type(7).bold()
        names = shortened(wrap(by, style, wide), 2, style, wide)
    more = (len(names) - 1) * _SIGN_LINE_MM  # both boxes are equal
    right = LEFT_MM + HALF_MM + GUTTER_MM
    signed = [(text, style) for text in names]
    return Beside(
        (
            _signature(LEFT_MM, _("Commissioned by"), signed, more, _),
            _signature(right, _("Accepted by"), [], more, _),
        )
    )


def _signature(
    x: float, title: str, names: Sequence[tuple[str, Type]], more: float, _: Words
) -> Block:
    """Return a box to sign in, ``more`` mm higher than usual for a name in two lines."""
    left, wide = x + _SIGN_GAP_MM, HALF_MM - 2 * _SIGN_GAP_MM

    def field(
        sheet: Sheet, top: float, height: float, label: str, at: tuple[float, float]
    ) -> None:
        sheet.text(at[0], top + 2.9, label, Type(7, grey=DIM))
        sheet.line((at[0], top + height), (at[0] + at[1], top + height), HAIR_PT, BLACK)

    def draw(sheet: Sheet, top: float) -> None:
        sheet.box(x, top, (HALF_MM, _SIGN_MM + more), THIN_PT, BLACK)
        sheet.text(left, top + 4.4, title, STRONG)
        field(sheet, top + 6, 8 + more, _("Name, company"), (left, wide))
        for index, (text, style) in enumerate(names):
            sheet.text(left, top + 12.7 + index * _SIGN_LINE_MM, text, style)
        low = top + more
        field(sheet, low + 14, 17, _("Signature"), (left, wide))
        field(sheet, low + 31, 8, _("Place"), (left, wide - 33))
        field(sheet, low + 31, 8, _("Date"), (left + wide - 30, 30))

    return Drawn(_SIGN_MM + more, draw)
