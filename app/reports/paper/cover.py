"""The first page: who, what, when; the figures; flow picture, measured values, heat curve."""

from zoneinfo import ZoneInfo

from app.model.reading import Quality
from app.reports.commissioning_data import CommissioningData
from app.reports.form import written
from app.reports.paper.coverfacts import identification, told_of_run
from app.reports.paper.figures import figures
from app.reports.paper.flowpicture import FlowPicture, picture_time
from app.reports.paper.head import Masthead, facts, figure_boxes, masthead
from app.reports.paper.measuredtable import (
    NARROW,
    WIDE,
    Line,
    head_of_measured,
    lines_of,
    measured_line,
)
from app.reports.paper.parts import SECTION_MM, section, space
from app.reports.paper.picture import Picture, picture
from app.reports.render.curve import HeatCurve, draw_curve
from app.reports.render.frame import Page
from app.reports.render.layout import Block, Drawn, Flow, Stack
from app.reports.render.logo import Logo
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import FOOT, GUTTER_MM, LEFT_MM, TEXT_MM, TOP_MM
from app.reports.words import Words, zone_letters

_CURVE_MM = (56.0, 53.0)
_CURVE_X = LEFT_MM + NARROW.whole + GUTTER_MM
_OUTDOOR_C = (-30.0, -15.0, -5.0, 0.0, 5.0, 15.0)  # where the controller's curve points stand
_GAP_MM = 4.4
_LEAST_MM = 40.0  # of a table without a curve beside it


def cover(
    data: CommissioningData, logo: Logo | None, _: Words
) -> tuple[list[Page], tuple[Line, ...]]:
    """Return the first page (more, where names are very long), and what found no place.

    What found no place are read-outs; they go on after the settings.
    """
    zone, at = ZoneInfo(data.zone), data.run.ended_at
    head = Masthead(
        number=data.number,
        utility=data.utility.name,
        address=data.utility.address,
        logo=logo,
        title=_("Commissioning report"),
        subtitle=" · ".join(part for part in (data.device.name, _(data.device.label)) if part),
        remark=_remark(data, _),
        before=_("as read "),
        moment=f"{_.moment(at, zone)} {zone_letters(at, zone)}",
    )
    flow = Flow(TOP_MM)
    flow.place(masthead(head, _))
    flow.place(facts(identification(data, _), told_of_run(data, _)), 1.0)
    flow.place(figure_boxes(figures(data, _)), 3.8)
    found = picture(data.diagram) if data.diagram else None
    if found is not None:
        flow.place(_flow_picture(found, data, _), 4.4)
    rest = _measured(flow, data, _)
    return [*flow.pages], rest


def _remark(data: CommissioningData, _: Words) -> str:
    if data.settings:
        return _("All settings and identification of one controller")
    return _("All values and identification of one device")


def _flow_picture(found: Picture, data: CommissioningData, _: Words) -> Block:
    told = _("{label}, values at {time}").format(
        label=_(data.device.label), time=picture_time(data)
    )
    drawn = FlowPicture(found, data, LEFT_MM)
    return Stack((section(_("Flow diagram"), told), space(2.0), drawn))


def _measured(flow: Flow, data: CommissioningData, _: Words) -> tuple[Line, ...]:
    """Put the measured values and the heat curve; return what found no room."""
    curve, footnote = heat_curve(data), _footnote(data, _)
    widths = NARROW if curve else WIDE
    ready = [measured_line(line, data, _, widths) for line in _wanted(data)]
    least = _CURVE_MM[1] + SECTION_MM if curve else _LEAST_MM
    if flow.room < _GAP_MM + least + footnote.height:
        flow.new_page()
    head = [section(_("Measured values"), _("age ≤ 10 s unless flagged"), width=widths.whole)]
    head.append(head_of_measured(widths, _))
    left = flow.room - _GAP_MM - footnote.height - sum(block.height for block in head)
    placed: list[Block] = []
    for line in ready:
        if line.height > left:
            break
        left -= line.height
        placed.append(line)
    table = Stack((*head, *placed))
    if ready:
        flow.place(table if curve is None else _with_curve(table, curve, _), _GAP_MM)
    flow.place(footnote)
    return tuple(line.line for line in ready[len(placed) :])


def _wanted(data: CommissioningData) -> list[Line]:
    """Return the read-outs for paper: inputs and outputs, and any other that is not good.

    A device without inputs and outputs of its own (a meter) shows all of them. States
    and single relays that are as they should be stand in the spreadsheet alone.
    """
    first = lines_of([row for row in data.measured if row.first])
    others = [row for row in data.measured if not row.first]
    if first and data.settings:
        others = [row for row in others if row.told.quality is not Quality.GOOD]
    if not data.settings:
        return lines_of(data.measured)
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
