"""A chart on paper: lanes as vectors, told apart by dash and name, with the table of pens."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor, log10
from zoneinfo import ZoneInfo

import numpy as np

from app.model.letterhead import Letterhead
from app.reports.form import NOTHING, number, signed
from app.reports.paper.columnheads import columns, table_head
from app.reports.paper.head import Masthead, masthead
from app.reports.paper.parts import base, row_line, section
from app.reports.render.frame import Frame, print_pages
from app.reports.render.layout import Block, Drawn, Flow, Group
from app.reports.render.logo import load_logo
from app.reports.render.sheet import Sheet, wrap
from app.reports.render.style import (
    BLACK,
    BODY,
    DIM,
    HAIR,
    HAIR_PT,
    LEFT_MM,
    RIGHT_EDGE_MM,
    ROW_MM,
    RULE,
    SMALL,
    STALE,
    STRONG,
    THIN_PT,
    TOP_MM,
    Type,
)
from app.reports.trend import Floats, TrendData, TrendPen
from app.reports.words import Words, clock, zone_letters

_PLOT_MM = 150.0  # all lanes together
_LANE_GAP_MM = 5.0
_SCALE_MM, _NAMES_MM = 14.0, 16.0  # left of a lane, right of it
_ALARMS_MM = 6.0
_LABEL = Type(7.2, grey=DIM)
_DASHES = ((), (2.2, 0.9), (0.7, 0.7), (2.2, 0.8, 0.6, 0.8), (3.6, 1.2), (0.3, 0.9))  # mm
_PEN_PT, _FAINT_PT = 0.95, 0.6
_NAME_MM = 2.9
_STEPS_S = (60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAYS = (1, 2, 7, 14, 31, 92, 183, 366)
_MOST_TICKS = 9
_HEADROOM = 0.06


def trend_pdf(data: TrendData, letterhead: Letterhead, words: Words) -> bytes:
    """Return the chart as a PDF of vectors. Blocks for a moment; any thread."""
    _ = words
    zone = ZoneInfo(data.zone)
    flow = Flow(TOP_MM)
    flow.place(masthead(_masthead(data, letterhead, words), words))
    flow.place(_plot(data, words), 4.0)
    heads = [
        *(("", 14.0, 0.0), (_("Pen"), 58.0, 0.0), (_("Device"), 30.0, 0.0)),
        *(("A", 12.0, 1.0), ("B", 12.0, 1.0), ("Δ", 11.0, 1.0)),
        *((_("Min"), 12.0, 1.0), (_("Max"), 12.0, 1.0), (_("Mean"), 12.0, 1.0)),
    ]
    placed = columns(LEFT_MM, heads)
    rows: list[Block] = [_PenRow(nth, pen, words) for nth, pen in enumerate(data.pens)]
    flow.place(section(_("Pens"), _cursors(data, words)), 4.0)
    flow.place_table(table_head(placed), [Group(tuple(rows))], 0.6)
    for line in _remarks(data, words):
        flow.place(_sentence(line), 1.2)
    frame = Frame(
        number=_.moment(data.made_at, zone, seconds=False),
        digest="",
        left=letterhead.utility,
        middle=data.title,
        right=data.subtitle,
        title=data.title,
        initials=False,
    )
    return print_pages([*flow.pages], frame, words)


def _masthead(data: TrendData, letterhead: Letterhead, _: Words) -> Masthead:
    zone = ZoneInfo(data.zone)
    first, last = (
        f"{_.moment(moment, zone, seconds=False)}" for moment in (data.start, data.end)
    )
    return Masthead(
        number="",
        utility=letterhead.utility,
        address=letterhead.address,
        logo=load_logo(letterhead.logo),
        title=data.title,
        subtitle=f"{first} – {last} {zone_letters(data.end, zone)}",
        remark=data.subtitle,
        before=_("printed by {name} ").format(name=data.made_by),
        moment=_.moment(data.made_at, zone, seconds=False),
    )


def _cursors(data: TrendData, _: Words) -> str:
    zone = ZoneInfo(data.zone)
    told = []
    for name, at in (("A", data.cursor_a_s), ("B", data.cursor_b_s)):
        if at is not None:
            told.append(f"{name} {_.moment(datetime.fromtimestamp(at, UTC), zone)}")
    return " · ".join(told)


def _remarks(data: TrendData, _: Words) -> list[str]:
    """Return what a reader must know: faint parts, gaps, alarms, zone."""
    lines = [
        _("Time zone {zone}.").format(zone=data.zone),
        _("Gaps are times without a value; pale lines are stale or uncertain."),
    ]
    zone = ZoneInfo(data.zone)
    for alarm in data.alarms[:20]:
        first, last = (
            _.moment(datetime.fromtimestamp(at, UTC), zone, seconds=False)
            for at in (alarm.start_s, alarm.end_s)
        )
        lines.append(
            _("Alarm of priority {priority}: {words}, {first} – {last}").format(
                priority=alarm.priority, words=alarm.words, first=first, last=last
            )
        )
    return lines


def _sentence(text: str) -> Block:
    lines = wrap(text, SMALL, RIGHT_EDGE_MM - LEFT_MM)

    def draw(sheet: Sheet, top: float) -> None:
        for nth, line in enumerate(lines):
            sheet.text(LEFT_MM, top + 2.8 + 3.4 * nth, line, SMALL)

    return Drawn(3.4 * len(lines), draw)


@dataclass(frozen=True, slots=True)
class _PenRow:
    nth: int
    pen: TrendPen
    words: Words

    @property
    def _lines(self) -> list[list[str]]:
        pen = self.pen
        named = f"{pen.tag} {pen.name}" if pen.tag != pen.name else pen.name
        named = f"{named} [{pen.unit}]" if pen.unit else named
        return [wrap(named, BODY, 56.5) or [""], wrap(pen.device, BODY, 28.5) or [""]]

    @property
    def height(self) -> float:
        return ROW_MM + (max(len(lines) for lines in self._lines) - 1) * 3.6

    def draw(self, sheet: Sheet, top: float) -> None:
        pen, line = self.pen, base(top)
        row_line(sheet, top, self.height)
        sheet.path(
            [(LEFT_MM, line - 1.0), (LEFT_MM + 11.0, line - 1.0)], *_ink(pen), dash=_dash(self)
        )
        x = LEFT_MM + 14.0
        for lines, width in zip(self._lines, (58.0, 30.0), strict=True):
            for nth, text in enumerate(lines):
                sheet.text(x, line + 3.6 * nth, text, BODY)
            x += width
        both = None if pen.at_a is None or pen.at_b is None else pen.at_b - pen.at_a
        told = [self._figure(pen.at_a), self._figure(pen.at_b)]
        told.append(NOTHING if both is None else signed(both, pen.decimals, self.words))
        told += [self._figure(value) for value in (pen.least, pen.most, pen.mean)]
        for text, width in zip(told, (12.0, 12.0, 11.0, 12.0, 12.0, 12.0), strict=True):
            x += width
            sheet.text(x, line, text, BODY, at=1)

    def _figure(self, value: float | None) -> str:
        return NOTHING if value is None else number(value, self.pen.decimals, self.words)


def _dash(row: _PenRow) -> tuple[float, ...]:
    return _DASHES[row.nth % len(_DASHES)]


def _ink(pen: TrendPen) -> tuple[float, float]:
    """Return a line's weight (pt) and grey."""
    return (_FAINT_PT, STALE) if pen.faint else (_PEN_PT, BLACK)


@dataclass(frozen=True, slots=True)
class _Lane:
    """Where one scale lies on the sheet (mm), and what it spans."""

    top: float
    height: float
    low: float
    high: float
    start: float
    end: float

    def spot(self, at: float, value: float) -> tuple[float, float]:
        left, right = LEFT_MM + _SCALE_MM, RIGHT_EDGE_MM - _NAMES_MM
        across = (at - self.start) / (self.end - self.start)
        up = (value - self.low) / (self.high - self.low)
        return left + across * (right - left), self.top + (1 - up) * self.height


def _plot(data: TrendData, words: Words) -> Block:
    """Return all lanes with alarms above and the time below."""

    def draw(sheet: Sheet, top: float) -> None:
        start, end = data.start.timestamp(), data.end.timestamp()
        _alarms(sheet, data, _Lane(top, _ALARMS_MM - 2, 0, 1, start, end))
        keys = list(dict.fromkeys(pen.lane for pen in data.pens)) or [""]
        weights = [1 + min(sum(pen.lane == key for pen in data.pens), 3) for key in keys]
        room = _PLOT_MM - _ALARMS_MM - _LANE_GAP_MM * len(keys)
        y = top + _ALARMS_MM
        marks = time_marks(data.start, data.end, ZoneInfo(data.zone), sheet.words)
        lane = _Lane(y, room, 0, 1, start, end)
        for key, weight in zip(keys, weights, strict=True):
            height = room * weight / sum(weights)
            lane = _lane(data, key, (y, height))
            _scale(sheet, lane, next((p.unit for p in data.pens if p.lane == key), ""))
            for at, _told in marks:
                across = lane.spot(at, lane.low)[0]
                sheet.line((across, y), (across, y + height), HAIR_PT, HAIR)
            _limits(sheet, data, key, lane)
            _lines(sheet, data, key, lane)
            _cursor_lines(sheet, data, lane)
            y += height + _LANE_GAP_MM
        for at, told in marks:
            across, foot = lane.spot(at, lane.low)
            sheet.text(across, foot + 3.4, told, _LABEL, at=0.5)

    del words
    return Drawn(_PLOT_MM, draw)


def _lane(data: TrendData, key: str, place: tuple[float, float]) -> _Lane:
    values = [
        part[np.isfinite(part)]
        for pen in data.pens
        if pen.lane == key
        for part in (pen.good[1], pen.doubtful[1])
    ]
    known = np.concatenate([*values, np.empty(0)])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    room = (high - low) * _HEADROOM or max(abs(high) * _HEADROOM, 0.5)
    start, end = data.start.timestamp(), data.end.timestamp()
    return _Lane(*place, low - room, high + room, start, end)


def _scale(sheet: Sheet, lane: _Lane, unit: str) -> None:
    step = round_step((lane.high - lane.low) / max(lane.height / 9.0, 1.0))
    first, last = ceil(lane.low / step), floor(lane.high / step)
    decimals = max(0, -floor(log10(step)))
    right = RIGHT_EDGE_MM - _NAMES_MM
    for nth in range(first, last + 1):
        x, y = lane.spot(lane.start, nth * step)
        sheet.line((x, y), (right, y), HAIR_PT, HAIR)
        told = number(nth * step, decimals, sheet.words)
        told = f"{told} {unit}" if nth == last and unit else told
        sheet.text(x - 1.0, y + 0.9, told, _LABEL, at=1)
    left, foot = lane.spot(lane.start, lane.low)
    sheet.path([(left, lane.top), (left, foot), (right, foot)], THIN_PT, RULE)


def _lines(sheet: Sheet, data: TrendData, key: str, lane: _Lane) -> None:
    ends: list[tuple[float, TrendPen]] = []
    for nth, pen in enumerate(data.pens):
        if pen.lane != key:
            continue
        weight, grey = _ink(pen)
        dash = _DASHES[nth % len(_DASHES)]
        for (x, y), shade in ((pen.good, grey), (pen.doubtful, HAIR)):
            for spots in stretches(x, y):
                drawn = [lane.spot(at, value) for at, value in spots]
                if len(drawn) > 1:
                    sheet.path(drawn, weight, shade, dash=dash)
                else:
                    sheet.circle(*drawn[0], 0.3, HAIR_PT, shade, fill=shade)
        known = np.flatnonzero(np.isfinite(pen.good[1]))
        if len(known) and not pen.faint:
            ends.append((lane.spot(0, float(pen.good[1][known[-1]]))[1], pen))
    lowest = float("-inf")
    for height, pen in sorted(ends, key=lambda one: one[0]):
        lowest = max(height, lowest + _NAME_MM)
        room = wrap(pen.tag, _LABEL.bold(), _NAMES_MM - 1.5) or [""]
        sheet.text(RIGHT_EDGE_MM - _NAMES_MM + 1.2, lowest + 0.9, room[0], _LABEL.bold())


def _limits(sheet: Sheet, data: TrendData, key: str, lane: _Lane) -> None:
    for where, level, told in data.limits:
        if where == key and lane.low < level < lane.high:
            left, y = lane.spot(lane.start, level)
            right = RIGHT_EDGE_MM - _NAMES_MM
            sheet.line((left, y), (right, y), THIN_PT, DIM, dash=(0.3, 0.6))
            sheet.text(right - 0.6, y - 0.7, told, _LABEL, at=1)


def _cursor_lines(sheet: Sheet, data: TrendData, lane: _Lane) -> None:
    for name, at, dash in (("A", data.cursor_a_s, ()), ("B", data.cursor_b_s, (1.2, 0.8))):
        if at is not None and lane.start <= at <= lane.end:
            x = lane.spot(at, lane.low)[0]
            sheet.line((x, lane.top), (x, lane.top + lane.height), THIN_PT, BLACK, dash=dash)
            sheet.text(x + 0.5, lane.top + 2.4, name, STRONG)


def _alarms(sheet: Sheet, data: TrendData, lane: _Lane) -> None:
    for alarm in data.alarms:
        begin, end = max(alarm.start_s, lane.start), min(alarm.end_s, lane.end)
        if begin < end:
            left, right = (lane.spot(at, 0)[0] for at in (begin, end))
            size = (max(right - left, 0.6), lane.height)
            sheet.box(left, lane.top, size, THIN_PT, BLACK, fill=HAIR)
            if size[0] > 3:  # noqa: PLR2004 - mm a figure needs
                told = str(alarm.priority)
                sheet.text(left + size[0] / 2, lane.top + 3.1, told, STRONG, at=0.5)


def stretches(x: Floats, y: Floats) -> list[list[tuple[float, float]]]:
    """Return the unbroken parts of a line as spots."""
    known = np.isfinite(y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(np.int8)))
    return [
        list(zip(x[begin:end].tolist(), y[begin:end].tolist(), strict=True))
        for begin, end in edges.reshape(-1, 2).tolist()
    ]


def time_marks(
    start: datetime, end: datetime, zone: ZoneInfo, words: Words
) -> list[tuple[float, str]]:
    """Return at most nine moments (seconds since 1970) of the wall clock and their words."""
    span = (end - start).total_seconds()
    step = next((step for step in _STEPS_S if span / step <= _MOST_TICKS), 0)
    if not step:
        return _day_marks(start, end, zone, words)
    found: list[tuple[float, str]] = []
    at = ceil(start.timestamp() / 60) * 60
    while at <= end.timestamp():
        moment = datetime.fromtimestamp(at, UTC)
        local = moment.astimezone(zone)
        if (local.hour * 3600 + local.minute * 60) % step == 0:
            midnight = (local.hour, local.minute) == (0, 0)
            told = words.day(moment, zone) if midnight else clock(moment, zone, seconds=False)
            found.append((float(at), told))
        at += 60
    return found


def _day_marks(
    start: datetime, end: datetime, zone: ZoneInfo, words: Words
) -> list[tuple[float, str]]:
    span = (end - start).total_seconds()
    days = next((d for d in _DAYS if span / (d * 86400) <= _MOST_TICKS), _DAYS[-1])
    day = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while day <= end:
        if day >= start:
            found.append((day.timestamp(), words.date(day, zone)))
        day = (day.replace(tzinfo=None) + timedelta(days=days)).replace(tzinfo=zone)
    return found


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** floor(log10(least)) if least > 0 else 1.0
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least - 1e-9)
