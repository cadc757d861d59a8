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
    measured_lines,
    widths_for,
)
from app.reports.paper.parts import section, space
from app.reports.paper.picture import Picture, picture
from app.reports.render.curve import HeatCurve, draw_curve
from app.reports.render.frame import Page
from app.reports.render.layout import Block, Drawn, Flow, Stack
from app.reports.render.logo import Logo
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import (
    BODY_END_MM,
    FOOT,
    GUTTER_MM,
    LEFT_MM,
    TEXT_MM,
    TOP_MM,
)
from app.reports.words import Words, zone_letters

_CURVE_MM = (56.0, 53.0)
_CURVE_X = LEFT_MM + NARROW.whole + GUTTER_MM
_OUTDOOR_C = (-30.0, -15.0, -5.0, 0.0, 5.0, 15.0)  # where the controller's curve points stand
_GAPS_MM = (0.0, 1.0, 3.8, 4.4)  # above masthead, facts, figures, flow picture
_TIGHT_MM = (0.0, 0.6, 2.4, 2.4)  # … when names take many lines
_GAP_MM = 4.4  # above the measured values
_CURVE_GAP_MM, _LOW_CURVE_MM = 1.2, 42.0
_LEAST_MM = 55.0  # rather than less than this, the measured values go to the next page


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
    blocks = [masthead(head, _), _facts(data, _), figure_boxes(figures(data, _))]
    found = picture(data.diagram) if data.diagram else None
    if found is not None:
        blocks.append(_flow_picture(found, data, _))
    below = _Measured(data, _)
    wanted = sum(block.height for block in blocks) + below.height
    fits = TOP_MM + wanted + sum(_GAPS_MM) + _GAP_MM <= BODY_END_MM
    flow = Flow(TOP_MM)
    if not fits:
        blocks[0] = masthead(head, _, tight=True)
    for block, gap in zip(blocks, _GAPS_MM if fits else _TIGHT_MM, strict=False):
        flow.place(block, gap)
    rest = below.put(flow, _GAP_MM if fits else _TIGHT_MM[-1])
    return [*flow.pages], rest


def _facts(data: CommissioningData, _: Words) -> Block:
    """Return device and reading side by side; the language may stand with the device.

    That evens the columns where long answers make the right one higher.
    """
    left, right = identification(data, _), told_of_run(data, _)
    *others, language, last = right
    even = facts([*left, language], [*others, last])
    wide = facts(left, right)
    return even if even.height < wide.height else wide


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


class _Measured:
    """The measured values, the heat curve beside them, the footnote below."""

    def __init__(self, data: CommissioningData, _: Words) -> None:
        self._words = _
        self._curve, self._foot = heat_curve(data), _footnote(data, _)
        wanted = _wanted(data)
        widths = widths_for(wanted, NARROW if self._curve else WIDE, data, _)
        self._lines = measured_lines(wanted, data, _, widths)
        title = section(
            _("Measured values"), _("age ≤ 10 s unless flagged"), width=widths.whole
        )
        self._head = Stack((title, head_of_measured(widths, _)))

    @property
    def height(self) -> float:
        """The height in mm when all lines are printed and the curve is low."""
        table = self._head.height + sum(line.height for line in self._lines)
        curve = self._above_curve + _LOW_CURVE_MM if self._curve else 0.0
        return max(table if self._lines else 0.0, curve) + self._foot.height

    @property
    def _above_curve(self) -> float:
        return _curve_head(self._words).height + _CURVE_GAP_MM

    def put(self, flow: Flow, gap: float) -> tuple[Line, ...]:
        """Put it all, on a new page if too little fits here; return what is left over."""
        least = max(_LEAST_MM, self._above_curve + _LOW_CURVE_MM + self._foot.height)
        if flow.room < gap + min(self.height, least):
            flow.new_page()
        left = flow.room - gap - self._foot.height - self._head.height
        placed: list[Block] = []
        for line in self._lines:
            if line.height > left:
                break
            left -= line.height
            placed.append(line)
        table: Block = Stack((self._head, *placed) if self._lines else ())
        if self._lines and self._curve:
            high = flow.room - gap - self._foot.height - self._above_curve
            table = _with_curve(table, self._curve, high, self._words)
        flow.place(Stack((table, self._foot)), gap)
        return tuple(line.line for line in self._lines[len(placed) :])


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


def _curve_head(_: Words) -> Block:
    return section(_("Heat curve"), _("desired flow, °C"), _CURVE_X, _CURVE_MM[0])


def _with_curve(table: Block, curve: HeatCurve, room: float, _: Words) -> Block:
    head = _curve_head(_)
    high = max(_LOW_CURVE_MM, min(_CURVE_MM[1], room))

    def draw(sheet: Sheet, top: float) -> None:
        table.draw(sheet, top)
        head.draw(sheet, top)
        place = (_CURVE_X, top + head.height + _CURVE_GAP_MM)
        draw_curve(sheet, *place, (_CURVE_MM[0], high), curve)

    return Drawn(max(table.height, head.height + _CURVE_GAP_MM + high), draw)


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
        told = _("¹ Known defaults: {numbers}.").format(numbers=", ".join(own))
        if following:
            sources = ", ".join(sorted({str(row.follows) for row in following}))
            told = _(
                "¹ Known defaults: {numbers}; also {count} that follow from {sources} "
                "and count with it."
            ).format(numbers=", ".join(own), count=len(following), sources=sources)
        parts.append(told)
    parts.append(_("Flags: see the last page."))
    lines = wrap(" ".join(parts), FOOT, TEXT_MM)

    def draw(sheet: Sheet, top: float) -> None:
        for index, text in enumerate(lines):
            sheet.text(LEFT_MM, top + 4.3 + index * 3.4, text, FOOT)

    return Drawn(1.8 + 3.4 * len(lines), draw)
