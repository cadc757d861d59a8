"""Draws the flow picture of the first page with the values that were read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import singledispatchmethod
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.model.reading import Quality
from app.reports.commissioning_data import CommissioningData, MeasuredRow, Told
from app.reports.form import Form, written
from app.reports.paper.flowlegend import DASH_MM, RETURN_PT, SUPPLY_PT, draw_legend
from app.reports.paper.marking import look
from app.reports.paper.measuredwords import age_words, decimals_on_paper, override_of
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
from app.reports.render.sheet import Sheet, Spot
from app.reports.render.style import BLACK, DARK, DIM, RULE, STALE, WHITE, Type
from app.reports.words import Words, clock

UNIT_MM = 0.1
_NAME, _VALUE, _UNIT = Type(7.9, grey=DIM), Type(9.6).bold(), Type(7.4, grey=DIM)
_NOTE, _TAG = Type(7.4, grey=DIM), Type(7.9).bold()
_TURNS = {"right": 0.0, "down": 90.0, "left": 180.0, "up": 270.0}
_HOP_MM = 1.5
_RUNS = 1.0


@dataclass(frozen=True, slots=True)
class FlowPicture:
    """A picture, the readings it shows, and where it stands on the sheet (mm)."""

    picture: Picture
    data: CommissioningData
    left: float

    @property
    def height(self) -> float:
        """The height in mm."""
        return self.picture.size[1] * UNIT_MM

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
            self._sheet.text(x + width / 2, y - 1.2, label, _NOTE, at=0.5)
        elif label:
            self._sheet.text(x + 4, y + 0.9, label, _NOTE)

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
        left = self._sheet.text(x - 3.8, y - 4.2, pump.tag, _TAG)
        if override:
            marks.hand(self._sheet, x - 3.8 + left + 0.8, y - 5.2)
        word = self._sheet.words
        told = state
        if override:
            told = word("Manual {word}").format(word=word(override.word))
        style = _TAG if override else _NAME
        self._sheet.text(x, y + 6.4, told, style, at=0.5)

    def _pump_below(self, pump: Pump, at: Spot, state: str, *, held: bool) -> None:
        wide = self._sheet.width(pump.tag, _TAG) + 1 + self._sheet.width(state, _NAME)
        wide += marks.MARK_MM + 0.8 if held else 0.0
        x = at[0] - wide / 2
        x += self._sheet.text(x, at[1] + 6.4, pump.tag, _TAG) + 1
        if held:
            marks.hand(self._sheet, x, at[1] + 5.4)
            x += marks.MARK_MM + 0.8
        self._sheet.text(x, at[1] + 6.4, state, _NAME)

    def _pump_words(self, row: MeasuredRow | None) -> str:
        word = self._sheet.words
        if row is None or row.told.value is None:
            return word("not read")
        return word("running") if row.told.value == _RUNS else word("stopped")

    @draw.register
    def _valve(self, valve: Valve) -> None:
        x, y = self._spot(valve.at)
        plant.valve(self._sheet, x, y)
        left = x - 18
        wide = self._sheet.text(left, y - 6.4, valve.tag, _TAG)
        position = self.row(valve.position)
        if position and isinstance(position.told.value, int | float):
            self._position(left, y, position)
            return
        key = f"{self._slots.get(valve.opening)}+{self._slots.get(valve.closing)}"
        row = self._rows.get(key)
        told = row.told if row else Told(None, Quality.BAD)
        text = written(row.form if row else Form(), told.value, self._sheet.words)
        self._sheet.text(left + wide + 1.2, y - 6.4, self._sheet.words(text), _NAME)

    def _position(self, left: float, y: float, row: MeasuredRow) -> None:
        shown = look(row.form, row.told, self._sheet.words, _VALUE, 0)
        self._sheet.text(left + 11.8, y - 6.4, shown.text, shown.style, at=1)
        self._sheet.text(left + 12.6, y - 6.4, row.form.unit, _UNIT)
        self._sheet.box(left, y - 5, (14.6, 1.2), 0.57, DARK, fill=WHITE)
        value = row.told.value if isinstance(row.told.value, int | float) else 0.0
        part = min(max(value, 0.0), 100.0) / 100
        self._sheet.box(left, y - 5, (14.6 * part, 1.2), grey=None, fill=DARK)

    @draw.register
    def _field(self, field: Field) -> None:
        row = self.row(field.slot)
        if row is None:
            return
        x, y = self._spot(field.at)
        right = self._spot((field.right, 0))[0]
        alarm = self._data.alarm_of(row.key)
        note, low_note = _note(row, self._sheet.words), y + 3.2
        if alarm and not field.small:
            self._sheet.box(x - 1.2, y - 3.6, (right - x + 2.2, 9.2), 1.28, BLACK, fill=WHITE)
            marks.alarm(self._sheet, x, y + 3.0, alarm.priority)
            seconds = (self._data.run.ended_at - alarm.since).total_seconds()
            self._sheet.text(x + 4.6, y + 3.9, age_words(seconds, self._sheet.words), _NOTE)
            low_note = y + 3.9
        parts = [(field.tag, _TAG), (" " if field.tag else "", _NAME)]
        self._sheet.words_along(x, y, [*parts, (self._sheet.words(field.name), _NAME)])
        self._value(row, right, y)
        self._sheet.text(right, low_note, note, _NOTE, at=1)
        if row.told.quality is Quality.STALE and row.measured_at:
            seconds = (self._data.run.ended_at - row.measured_at).total_seconds()
            marks.clock(self._sheet, x, y + 2.3, 3.0)
            self._sheet.text(x + 3.7, y + 3.2, age_words(seconds, self._sheet.words), _NOTE)

    def _value(self, row: MeasuredRow, right: float, y: float) -> None:
        shown = look(row.form, row.told, self._sheet.words, _VALUE, decimals_on_paper(row))
        unit = self._sheet.words(row.form.unit)
        style = _UNIT.in_grey(STALE) if row.told.quality is Quality.STALE else _UNIT
        wide = self._sheet.text(right, y, unit, style, at=1) + 0.8
        if shown.hatched:
            marks.hatch(self._sheet, right - wide - 7, y - 2.6, 7, 3.1)
        else:
            self._sheet.text(right - wide, y, shown.text, shown.style, at=1)

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
        self._sheet.text(
            *self._spot(text.at), self._sheet.words(text.text), _NOTE, at=text.anchor
        )

    @draw.register
    def _box(self, box: Box) -> None:
        x, y = self._spot(box.at)
        size = (box.size[0] * UNIT_MM, box.size[1] * UNIT_MM)
        title = self._sheet.words(box.title)
        if box.style == "building":
            self._sheet.box(x, y, size, 0.68, STALE, dash=(0.9, 0.7))
            self._sheet.text(x + 2, y + 4, title, _TAG.in_grey(DIM))
            return
        self._sheet.box(x, y, size, 0.85, DARK, fill=WHITE)
        self._sheet.line((x, y + 3.9), (x + size[0], y + 3.9), 0.57, DARK)
        self._sheet.text(x + 1.4, y + 2.9, title, _TAG)
        self._sheet.text(x + size[0] - 1.4, y + 2.9, box.note, _NOTE, at=1)

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


def _note(row: MeasuredRow, _: Words) -> str:
    """Return the set point or limit in words: "set 51.8"."""
    decimals = decimals_on_paper(row)
    if row.set_point is not None:
        return _("set {value}").format(value=written(row.form, row.set_point, _, decimals))
    if row.limit is not None:
        return _("limit {value}").format(value=written(row.form, row.limit, _, decimals))
    return ""


def picture_time(data: CommissioningData) -> str:
    """Return when the values of the picture were read: "08:46:58"."""
    return clock(data.run.ended_at, ZoneInfo(data.zone))
