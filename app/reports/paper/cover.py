"""The first page: who, what, when; the figures; flow picture, measured values, heat curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.model.reading import Quality
from app.reports.commissioning_data import CommissioningData
from app.reports.form import written
from app.reports.paper.coverfacts import Row, identification, told_of_run
from app.reports.paper.figures import Figure, figures
from app.reports.paper.flowpicture import FlowPicture, picture_time
from app.reports.paper.measuredtable import (
    TABLE_MM,
    Line,
    head_of_measured,
    lines_of,
    measured_line,
)
from app.reports.paper.parts import section, space
from app.reports.paper.picture import picture
from app.reports.render.curve import HeatCurve, draw_curve
from app.reports.render.layout import Block, Drawn, Stack
from app.reports.render.logo import LOGO_MM, Logo
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    BODY_END_MM,
    DIM,
    FACT_ROW_MM,
    FIGURE,
    FOOT,
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
    TOP_MM,
    Type,
)
from app.reports.words import Words, zone_letters

_LABEL_MM, _LINE_MM = 25.0, 3.6
_CURVE_MM = (56.0, 53.0)
_CURVE_X = LEFT_MM + TABLE_MM + GUTTER_MM
_LABEL = BODY.in_grey(DIM)
_NAME = Type(10).bold()
_OUTDOOR_C = (-30.0, -15.0, -5.0, 0.0, 5.0, 15.0)  # where the controller's curve points stand
_FOOT_ROOM_MM = 9.0


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands above every report's title."""

    number: str
    utility: str
    address: str
    logo: Logo | None
    title: str
    subtitle: str
    remark: str
    moment: str  # in bold after the remark


def cover(
    data: CommissioningData, logo: Logo | None, _: Words
) -> tuple[list[tuple[float, Block]], tuple[Line, ...]]:
    """Return the first page, and the read-outs that found no place on it."""
    zone = ZoneInfo(data.zone)
    head = Masthead(
        number=data.number,
        utility=data.utility.name,
        address=data.utility.address,
        logo=logo,
        title=_("Commissioning report"),
        subtitle=" · ".join(part for part in (data.device.name, _(data.device.label)) if part),
        remark=_("All settings and identification of one controller"),
        moment=f"{_.moment(data.run.ended_at, zone)} {zone_letters(data.run.ended_at, zone)}",
    )
    blocks: list[Block] = [masthead(head, _), space(1.0)]
    blocks += [facts(identification(data, _), told_of_run(data, _)), space(3.8)]
    blocks += [figure_boxes(figures(data, _)), space(4.4)]
    blocks += _flow(data, _)
    rest = _measured(data, _, blocks, BODY_END_MM - TOP_MM - Stack(tuple(blocks)).height)
    return [(TOP_MM, Stack(tuple(blocks)))], rest


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
    before = sheet.words("as read ")
    wide = sheet.width(before, grey) + sheet.width(head.moment, strong)
    sheet.words_along(RIGHT_EDGE_MM - wide, line, [(before, grey), (head.moment, strong)])


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


def _flow(data: CommissioningData, _: Words) -> list[Block]:
    found = picture(data.diagram) if data.diagram else None
    if found is None:
        return []
    told = _("{label}, values at {time}").format(
        label=_(data.device.label), time=picture_time(data)
    )
    return [
        section(_("Flow diagram"), told),
        space(2.0),
        FlowPicture(found, data, LEFT_MM),
        space(3.4),
    ]


def _measured(
    data: CommissioningData, _: Words, blocks: list[Block], room: float
) -> tuple[Line, ...]:
    """Append the measured values and the heat curve; return what found no room."""
    ready = [measured_line(line, data, _) for line in _wanted(data)]
    head = [section(_("Measured values"), _("age ≤ 10 s unless flagged"), width=TABLE_MM)]
    head.append(head_of_measured(_))
    left = room - sum(block.height for block in head) - _FOOT_ROOM_MM
    placed: list[Block] = []
    for line in ready:
        if line.height > left:
            break
        left -= line.height
        placed.append(line)
    curve = heat_curve(data)
    table = Stack((*head, *placed))
    if ready:
        blocks.append(table if curve is None else _with_curve(table, curve, _))
    blocks.append(_footnote(data, _))
    return tuple(line.line for line in ready[len(placed) :])


def _wanted(data: CommissioningData) -> list[Line]:
    """Return the read-outs for paper: inputs and outputs, and any other that is not good.

    A device without inputs and outputs of its own (a meter) shows all of them. States
    and single relays that are as they should be stand in the spreadsheet alone.
    """
    first = lines_of([row for row in data.measured if row.first])
    others = [row for row in data.measured if not row.first]
    if first:
        others = [row for row in others if row.told.quality is not Quality.GOOD]
    return [*first, *(Line(row) for row in others)]


def _with_curve(table: Block, curve: HeatCurve, _: Words) -> Block:
    head = section(_("Heat curve"), _("desired flow, °C"), _CURVE_X, _CURVE_MM[0])

    def draw(sheet: Sheet, top: float) -> None:
        table.draw(sheet, top)
        head.draw(sheet, top)
        draw_curve(sheet, _CURVE_X, top + head.height + 1.2, _CURVE_MM, curve)

    return Drawn(max(table.height, head.height + 1.2 + _CURVE_MM[1]), draw)


def heat_curve(data: CommissioningData) -> HeatCurve | None:
    """Return the controller's heat curve; None unless all of its points were read."""

    def at(slot: str) -> float | None:
        told = data.at_slot(slot)
        return told.value if told and isinstance(told.value, float) else None

    flows = [at(f"curve_y{number}") for number in range(1, len(_OUTDOOR_C) + 1)]
    known = [
        (outdoor, flow)
        for outdoor, flow in zip(_OUTDOOR_C, flows, strict=True)
        if flow is not None
    ]
    if len(known) < len(flows):
        return None
    ends = [(at("return_x1"), at("return_y1")), (at("return_x2"), at("return_y2"))]
    limit = [(x, y) for x, y in ends if x is not None and y is not None]
    outdoor, wanted = at("s1"), at("s3_set")
    slope = data.row_at("slope")
    return HeatCurve(
        points=known,
        low=at("flow_min"),
        high=at("flow_max"),
        limit=limit if len(limit) == len(ends) else (),
        now=None if outdoor is None or wanted is None else (outdoor, wanted),
        slope=written(slope.form, slope.told.value, Words(data.language)) if slope else "",
    )


def _footnote(data: CommissioningData, _: Words) -> Block:
    known = [str(row.number) for row in data.settings if row.default is not None]
    following = [row for row in data.settings if row.default is not None and row.follows]
    own = [n for n in known if n not in {str(row.number) for row in following}]
    parts = []
    if known:
        told = _("¹ Known defaults: {numbers}").format(numbers=", ".join(own))
        if following:
            numbers = ", ".join(sorted({str(row.follows) for row in following}))
            more = _.many(
                "and {n} that follows from", "and {n} that follow from", len(following)
            )
            told += f" {more} {numbers} " + _("and counts with it")
        parts.append(f"{told}.")
    parts.append(_("Flags: see the last page."))
    lines = wrap(" ".join(parts), FOOT, TEXT_MM)

    def draw(sheet: Sheet, top: float) -> None:
        for index, text in enumerate(lines):
            sheet.text(LEFT_MM, top + 4.3 + index * 3.4, text, FOOT)

    return Drawn(1.8 + 3.4 * len(lines), draw)
