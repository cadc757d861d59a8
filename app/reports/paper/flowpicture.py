"""Draws the flow picture of the first page with the values that were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.model.reading import Quality
from app.reports.commissioning_data import CommissioningData, MeasuredRow, Told
from app.reports.form import Form, written
from app.reports.paper.flowfield import NAME, NOTE, TAG, UNIT, VALUE, Shown, draw_field
from app.reports.paper.flowlegend import (
    DASH_MM,
    RETURN_PT,
    SUPPLY_PT,
    draw_legend,
    legend_height,
)
from app.reports.paper.marking import look
from app.reports.paper.measuredwords import override_of
from app.reports.paper.picture import (
    Box,
    Element,
    Field,
    Legend,
    Line,
    Picture,
    Pipe,
    Pump,
    Symbol,
    Text,
    Title,
    Valve,
)
from app.reports.render import marks, plant
from app.reports.render.sheet import Sheet, Spot, wrap
from app.reports.render.style import BLACK, DARK, DIM, RULE, STALE, TEXT_MM, WHITE, Type
from app.reports.words import Words, clock

UNIT_MM = 0.1
_TURNS = {"right": 0.0, "down": 90.0, "left": 180.0, "up": 270.0}
_HOP_MM = 1.5
_LINE_MM = 3.0
_VALVE_WORDS_MM = 24.0  # up to the exchanger
_RUNS = 1.0


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """A picture, the readings it shows, and where it stands on the sheet (mm)."""

    picture: Picture
    data: CommissioningData
    left: float

    @property
    def height(self) -> float:
        """The height in mm; a legend of long words makes it higher."""
        legends = [one for one in self.picture.elements if isinstance(one, Legend)]
        ends = [
            one.at[1] * UNIT_MM + legend_height(Words(self.data.language)) for one in legends
        ]
        return max([self.picture.size[1] * UNIT_MM, *ends])

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw with the upper edge at ``top``: pipes first, what stands on them later."""
        drawing = _Drawing(sheet, self.data, (self.left, top))
        order = sorted(self.picture.elements, key=lambda one: _LAYERS.get(type(one), 2))
        for element in order:
            if not element.needs or any(drawing.row(slot) for slot in element.needs):
                drawing.draw(element)


_LAYERS: dict[type, int] = {Line: 0, Pipe: 1}


class _Drawing:
    """One picture being drawn."""

    def __init__(self, sheet: Sheet, data: CommissioningData, corner: Spot) -> None:
        self._sheet = sheet
        self._data = data
        self._corner = corner
        self._rows = {row.key: row for row in data.measured}
        self._slots = dict(data.slots)

    def row(self, slot: str) -> MeasuredRow | None:
        """Return the read-out at a slot."""
        return self._rows.get(self._slots.get(slot, ""))

    @singledispatchmethod
    def draw(self, element: Element) -> None:
        """Draw one part of the picture."""

    @draw.register
    def _line(self, line: Line) -> None:
        weight, grey = (0.99, BLACK) if line.style == "stem" else (0.57, RULE)
        self._sheet.path(self._spots(line.points), weight, grey)

    @draw.register
    def _pipe(self, pipe: Pipe) -> None:
        supply = pipe.medium == "supply"
        weight, dash = (SUPPLY_PT, ()) if supply else (RETURN_PT, DASH_MM)
        for run in self._around_hops(pipe):
            self._sheet.path(run, weight, BLACK, dash=dash)
        for x, y in self._spots(pipe.hops):
            self._sheet.half_circle(x, y, _HOP_MM, weight, BLACK, None)
        for x, y in self._spots(pipe.junctions):
            self._sheet.circle(x, y, 1.0, 0, None, fill=BLACK)
        for x, y, to in pipe.arrows:
            marks.arrow_head(self._sheet, *self._spot((x, y)), _TURNS[to])

    def _around_hops(self, pipe: Pipe) -> list[list[Spot]]:
        """Return the pipe's runs, interrupted where it passes over another."""
        runs: list[list[Spot]] = [[]]
        for start, end in pairwise(self._spots(pipe.points)):
            runs[-1].append(start)
            way = 1 if end[0] > start[0] else -1
            for x, y in self._spots(pipe.hops):
                if y == start[1] == end[1]:
                    runs[-1].append((x - way * _HOP_MM, y))
                    runs.append([(x + way * _HOP_MM, y)])
            runs[-1].append(end)
        return runs

    @draw.register
    def _symbol(self, symbol: Symbol) -> None:
        x, y = self._spot(symbol.at)
        width, height = (side * UNIT_MM for side in symbol.size)
        draw = plant.SYMBOLS[symbol.symbol]
        draw(self._sheet, x, y, (width, height))
        label = self._sheet.words(symbol.label)
        if symbol.size[0]:
            self._sheet.text(x + width / 2, y - 1.2, label, NOTE, at=0.5)
        elif label:
            self._sheet.text(x + 4, y + 0.9, label, NOTE)

    @draw.register
    def _pump(self, pump: Pump) -> None:
        x, y = self._spot(pump.at)
        row = self.row(pump.running)
        value = row.told.value if row else None
        plant.pump(self._sheet, x, y, None if value is None else value == _RUNS)
        override = override_of(row, self._data) if row else None
        state = self._pump_words(row)
        if pump.below:
            self._pump_below(pump, (x, y), state, held=override is not None)
            return
        left = self._sheet.text(x - 3.8, y - 4.2, pump.tag, TAG)
        if override:
            marks.hand(self._sheet, x - 3.8 + left + 0.8, y - 5.2)
        _, told = self._sheet.words, state
        if override:
            told = _("Manual {word}").format(word=_(override.word))
        style = TAG if override else NAME
        self._sheet.text(x, y + 6.4, told, style, at=0.5)

    def _pump_below(self, pump: Pump, at: Spot, state: str, *, held: bool) -> None:
        wide = self._sheet.width(pump.tag, TAG) + 1 + self._sheet.width(state, NAME)
        wide += marks.MARK_MM + 0.8 if held else 0.0
        edge = self._spot((pump.right, 0))[0] if pump.right else at[0] + wide / 2
        x = min(at[0] + wide / 2, edge) - wide
        x += self._sheet.text(x, at[1] + 6.4, pump.tag, TAG) + 1
        if held:
            marks.hand(self._sheet, x, at[1] + 5.4)
            x += marks.MARK_MM + 0.8
        self._sheet.text(x, at[1] + 6.4, state, NAME)

    def _pump_words(self, row: MeasuredRow | None) -> str:
        _ = self._sheet.words
        if row is None or row.told.value is None:
            return _("not read")
        return _("running") if row.told.value == _RUNS else _("stopped")

    @draw.register
    def _valve(self, valve: Valve) -> None:
        x, y = self._spot(valve.at)
        plant.valve(self._sheet, x, y)
        left = x - 18
        position = self.row(valve.position)
        if position and isinstance(position.told.value, int | float):
            self._sheet.text(left, y - 6.4, valve.tag, TAG)
            self._position(left, y, position)
            return
        key = f"{self._slots.get(valve.opening)}+{self._slots.get(valve.closing)}"
        row = self._rows.get(key)
        told = row.told if row else Told(None, Quality.BAD)
        text = written(row.form if row else Form(), told.value, self._sheet.words)
        wide = self._sheet.width(valve.tag, TAG) + 1.2
        lines = wrap(text, NAME, _VALVE_WORDS_MM)
        line = y - 6.4 - (len(lines) - 1) * _LINE_MM
        self._sheet.text(left, line, valve.tag, TAG)
        for index, one in enumerate(lines):
            self._sheet.text(left + wide, line + index * _LINE_MM, one, NAME)

    def _position(self, left: float, y: float, row: MeasuredRow) -> None:
        shown = look(row.form, row.told, self._sheet.words, VALUE, 0)
        self._sheet.text(left + 11.8, y - 6.4, shown.text, shown.style, at=1)
        self._sheet.text(left + 12.6, y - 6.4, row.form.unit, UNIT)
        self._sheet.box(left, y - 5, (14.6, 1.2), 0.57, DARK, fill=WHITE)
        value = row.told.value if isinstance(row.told.value, int | float) else 0.0
        part = min(max(value, 0.0), 100.0) / 100
        self._sheet.box(left, y - 5, (14.6 * part, 1.2), grey=None, fill=DARK)

    @draw.register
    def _field(self, field: Field) -> None:
        row = self.row(field.slot)
        if row is None:
            return
        alarm, at = self._data.alarm_of(row.key), self._data.run.ended_at
        stale = row.told.quality is Quality.STALE and row.measured_at
        shown = Shown(
            field,
            row,
            None if field.small else alarm,
            (at - alarm.since).total_seconds() if alarm else 0.0,
            (at - row.measured_at).total_seconds() if stale and row.measured_at else None,
        )
        draw_field(self._sheet, shown, self._spot(field.at), self._spot((field.right, 0))[0])

    @draw.register
    def _title(self, title: Title) -> None:
        x, y = self._spot(title.at)
        marks.circuit(self._sheet, x, y - 1.05, title.number)
        x += 5.0
        x += self._sheet.text(x, y, self._sheet.words(title.text), Type(8.5).bold()) + 1.8
        told = [
            _word_at(self._data, slot, self._sheet.words) for slot in (title.mode, title.status)
        ]
        self._sheet.text(x, y, " · ".join(one for one in told if one), Type(8.5, grey=DIM))

    @draw.register
    def _text(self, text: Text) -> None:
        x, y = self._spot(text.at)
        room = text.room * UNIT_MM or TEXT_MM
        lines = wrap(self._sheet.words(text.text), NOTE, room)
        y -= 0.0 if text.down else (len(lines) - 1) * _LINE_MM
        for index, line in enumerate(lines):
            self._sheet.text(x, y + index * _LINE_MM, line, NOTE, at=text.anchor)

    @draw.register
    def _box(self, box: Box) -> None:
        x, y = self._spot(box.at)
        size = (box.size[0] * UNIT_MM, box.size[1] * UNIT_MM)
        title = self._sheet.words(box.title)
        if box.style == "building":
            self._sheet.box(x, y, size, 0.68, STALE, dash=(0.9, 0.7))
            self._sheet.text(x + 2, y + 4, title, TAG.in_grey(DIM))
            return
        self._sheet.box(x, y, size, 0.85, DARK, fill=WHITE)
        self._sheet.line((x, y + 3.9), (x + size[0], y + 3.9), 0.57, DARK)
        self._sheet.text(x + 1.4, y + 2.9, title, TAG)
        self._sheet.text(x + size[0] - 1.4, y + 2.9, box.note, NOTE, at=1)

    @draw.register
    def _legend(self, legend: Legend) -> None:
        draw_legend(self._sheet, *self._spot(legend.at))

    def _spot(self, place: Spot) -> Spot:
        return self._corner[0] + place[0] * UNIT_MM, self._corner[1] + place[1] * UNIT_MM

    def _spots(self, places: Sequence[Spot]) -> list[Spot]:
        return [self._spot(place) for place in places]


def _word_at(data: CommissioningData, slot: str, _: Words) -> str:
    """Return what is told at a slot, in words; empty when nothing is."""
    row = data.row_at(slot)
    if row is None or row.told.value is None:
        return ""
    return written(row.form, row.told.value, _)


def picture_time(data: CommissioningData) -> str:
    """Return when the values of the picture were read: "08:46:58"."""
    return clock(data.run.ended_at, ZoneInfo(data.zone))
