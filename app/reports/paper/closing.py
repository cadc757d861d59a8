"""The end of the report: notes, what the signs mean, two signatures, the data's checksum."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.reports.commissioning_data import CommissioningData
from app.reports.filing import grouped
from app.reports.paper.parts import paragraph, section, space
from app.reports.render import marks
from app.reports.render.layout import Beside, Block, Drawn, Flow, Stack
from app.reports.render.sheet import Sheet
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
    THIN_PT,
    Type,
)
from app.reports.words import Words

CHECKSUM_TOP_MM = 272.6  # on the last page only, below the body
_GAP_MM, _RULE_MM = 3.2, 5.6
_LEAST_RULES, _MOST_RULES = 2, 7
_SIGN_MM = 41.0
_SAMPLE = Type(8)
_LEGEND_X_MM = (LEFT_MM, LEFT_MM + 60, LEFT_MM + 122)
_LEGEND_ROW_MM, _LEGEND_WORD_MM = 4.4, 15.0


def put_closing(flow: Flow, data: CommissioningData, _: Words) -> None:
    """Put notes, flags and signatures together at the end of the last page."""
    fixed = Stack((*_notes(data, _), *_flags(data, _), space(4.4), _signatures(data, _)))
    if _GAP_MM + fixed.height + _LEAST_RULES * _RULE_MM > flow.room:
        flow.new_page()
    spare = flow.room - _GAP_MM - fixed.height
    rules = max(_LEAST_RULES, min(_MOST_RULES, int(spare / _RULE_MM)))
    written = Drawn(rules * _RULE_MM, lambda sheet, top: _rules(sheet, top, rules))
    notes = _notes(data, _)
    flow.place(
        Stack((*notes, written, *_flags(data, _), space(4.4), _signatures(data, _))), _GAP_MM
    )


def checksum_block(digest: str, pages: int, *, signed: bool = True) -> Block:
    """Return the line with the data's checksum, to stand above the last page's footer."""

    def draw(sheet: Sheet, top: float) -> None:
        _ = sheet.words
        sheet.text(LEFT_MM, top + 2.5, _("Data checksum, SHA-256"), FOOT)
        told = _("It is the SHA-256 of the data file kept with this report.")
        if signed:
            cover = _("The signatures cover pages 1 – {n} and these data.").format(n=pages)
            told = f"{cover} {told}"
        sheet.text(RIGHT_EDGE_MM, top + 2.5, told, FOOT, at=1)
        sheet.text(LEFT_MM, top + 6.5, grouped(digest), CODE)

    return Drawn(7.6, draw)


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
    for number in range(1, count + 1):
        sheet.rule(top + number * _RULE_MM, HAIR_PT, RULE)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One line of the legend: how it looks, what it means."""

    draw: Callable[[Sheet, float, float], object]  # sheet, x, base line
    words: str


def _flags(data: CommissioningData, _: Words) -> list[Block]:
    signs = _signs(data, _)
    rows = (len(signs) + 2) // 3

    def draw(sheet: Sheet, top: float) -> None:
        for index, sign in enumerate(signs):
            column, row = divmod(index, rows)
            x, line = _LEGEND_X_MM[column], top + row * _LEGEND_ROW_MM + 3.1
            sign.draw(sheet, x, line)
            sheet.text(x + _LEGEND_WORD_MM, line, sign.words, SMALL.in_grey(BLACK))

    return [space(_GAP_MM), section(_("Flags")), space(1.0), Drawn(rows * _LEGEND_ROW_MM, draw)]


def _signs(data: CommissioningData, _: Words) -> Sequence[_Sign]:
    follows = sorted({row.follows for row in data.settings if row.follows})
    numbers = ", ".join(str(number) for number in follows)
    followed = (
        _("follows from {numbers}").format(numbers=numbers)
        if numbers
        else _("follows from another")
    )
    return (
        _Sign(_sample("51.6", _SAMPLE.bold()), _("good: measured, current")),
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
        _Sign(_sample("≤ 40.0", _SAMPLE.bold()), _("limit, not a set point")),
        _Sign(_sample("¹", _SAMPLE), followed),
        _Sign(_sample(_("OFF"), _SAMPLE), _("function not in use")),
    )


def _sample(text: str, style: Type) -> Callable[[Sheet, float, float], object]:
    return lambda sheet, x, line: sheet.text(x, line, text, style)


def _stale(sheet: Sheet, x: float, line: float) -> None:
    marks.clock(sheet, x, line - 1.05, 3.2)
    sheet.text(x + 3.6, line, "20.8", _SAMPLE.in_grey(STALE))


def _hatched(sheet: Sheet, x: float, line: float) -> None:
    marks.hatch(sheet, x, line - 2.45, 5.0, 2.9)


def _shapes(sheet: Sheet, x: float, line: float) -> None:
    for index in range(4):
        marks.alarm(sheet, x + index * 3.5, line - 1.05, index + 1, 3.2)


def _signatures(data: CommissioningData, _: Words) -> Block:
    by = ", ".join(part for part in (data.run.by, data.utility.name) if part)
    right = LEFT_MM + HALF_MM + GUTTER_MM
    return Beside(
        (
            _signature(LEFT_MM, _("Commissioned by"), by, _),
            _signature(right, _("Accepted by"), "", _),
        )
    )


def _signature(x: float, title: str, name: str, _: Words) -> Block:
    left, wide = x + 2, HALF_MM - 4

    def field(
        sheet: Sheet, top: float, height: float, label: str, at: tuple[float, float]
    ) -> None:
        sheet.text(at[0], top + 2.9, label, Type(7, grey=DIM))
        sheet.line((at[0], top + height), (at[0] + at[1], top + height), HAIR_PT, BLACK)

    def draw(sheet: Sheet, top: float) -> None:
        sheet.box(x, top, (HALF_MM, _SIGN_MM), THIN_PT, BLACK)
        sheet.text(left, top + 4.4, title, STRONG)
        field(sheet, top + 6, 8, _("Name, company"), (left, wide))
        style = STRONG if sheet.width(name, STRONG) <= wide else Type(7).bold()
        sheet.text(left, top + 12.7, name, style)
        field(sheet, top + 14, 17, _("Signature"), (left, wide))
        field(sheet, top + 31, 8, _("Place"), (left, wide - 33))
        field(sheet, top + 31, 8, _("Date"), (left + wide - 30, 30))

    return Drawn(_SIGN_MM, draw)
