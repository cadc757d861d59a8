"""How each element of a picture looks for its readings: decisions only, nothing painted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from app.model.reading import Quality
from app.words import _
from flowdiagrams.binding import Binding, Figure
from flowdiagrams.elements import Bar, Curve, Field, Symbol, Title, Value
from flowdiagrams.manifest import Manifest
from widgets.controls.quality import Style, figures, shown
from widgets.controls.standing import Standing

BAR_DECIMALS = 3  # of a place on the bar: less than a fifth of a pixel
_WORST_LAST = (
    Quality.GOOD,
    Quality.MANUAL,
    Quality.UNCERTAIN,
    Quality.STALE,
    Quality.BAD,
    Quality.OFFLINE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a value is judged against: places on the bar from 0 to 1, and the words under it."""

    set_point: float | None = None
    limit: float | None = None
    band: tuple[float, float] | None = None
    note: str = ""


class FieldLook(NamedTuple):
    """The changing part of a value field: the figure and its place on the bar (0 to 1)."""

    figure: Figure
    place: float | None
    alarm: int | None = None  # priority
    alarm_age: str = ""


@dataclass(frozen=True, slots=True)
class SymbolLook:
    """A symbol: the drawn parts, the words beside it, how far they may be trusted."""

    parts: tuple[str, ...]
    text: str = ""
    style: Style = Style.PLAIN
    age: str = ""
    by_hand: bool = False
    alarm: int | None = None


@dataclass(frozen=True, slots=True)
class RowLook:
    """Values in a row, such as a lowest and a highest."""

    figures: tuple[Figure, ...]
    alarm: int | None = None


@dataclass(frozen=True, slots=True)
class BarLook:
    """A valve's opening: the figure and the filled part, 0 to 1."""

    figure: Figure
    filled: float | None
    alarm: int | None = None


@dataclass(frozen=True, slots=True)
class TitleLook:
    """What a circuit does: the mode chosen, and what the schedule asks for."""

    mode: Figure | None
    status: Figure | None


@dataclass(frozen=True, slots=True)
class CurveLook:
    """The heat curve in °C (outdoor, flow), and where it stands; no points: not all known."""

    line: tuple[tuple[float, float], ...] = ()
    working: tuple[float, float] | None = None
    working_text: str = ""
    faded: bool = False


def reference(field: Field, binding: Binding) -> Reference:
    """Return what the field's value is judged against now."""
    set_point, limit = binding.number(field.set_point), limit_now(field, binding)
    decimals = binding.decimals(field.slot)
    notes = []
    if set_point is not None:
        notes.append(_("set {value}").format(value=figures(set_point, decimals)))
    if limit is not None:
        notes.append(_("limit {value}").format(value=figures(limit, decimals)))
    low, high = field.scale or (0.0, 1.0)
    return Reference(
        set_point=place(set_point, low, high),
        limit=place(limit, low, high),
        band=_band(field, binding, set_point, limit),
        note=" · ".join(notes),
    )


def field_look(
    field: Field, binding: Binding, now: datetime, alarm: Standing | None
) -> FieldLook:
    """Return the look of a value field."""
    at = place(binding.number(field.slot), *field.scale) if field.scale else None
    steady = None if at is None else round(at, BAR_DECIMALS)
    figure = binding.figure(field.slot, now)
    if alarm is None:
        return FieldLook(figure, steady)
    return FieldLook(figure, steady, alarm.priority, alarm.age(now))


def _priority(alarm: Standing | None) -> int | None:
    return None if alarm is None else alarm.priority


def limit_now(field: Field, binding: Binding) -> float | None:
    """Return the limit in force: a line over another reading where one is set, else a number.

    Source: the ECL's return limit runs straight between (X1, Y1) and (X2, Y2) over the
    outdoor temperature and is level beyond (Danfoss ECL guides, "Return limit").
    """
    if field.limit_at and binding.bound((field.limit_at, *field.limit_x, *field.limit_y)):
        places = [binding.number(slot) for slot in field.limit_x]
        limits = [binding.number(slot) for slot in field.limit_y]
        at = binding.number(field.limit_at)
        if at is None or None in places or None in limits:
            return None
        return along(list(zip(places, limits, strict=True)), at)  # type: ignore[arg-type]
    return binding.number(field.limit)


def along(corners: Sequence[tuple[float, float]], at: float) -> float:
    """Return the height of a line through ``corners`` at ``at``, level beyond its ends."""
    ordered = sorted(corners)
    if at <= ordered[0][0]:
        return ordered[0][1]
    for (x, y), (next_x, next_y) in pairwise(ordered):
        if at <= next_x:
            return y + (next_y - y) * (at - x) / (next_x - x)
    return ordered[-1][1]


def place(value: float | None, low: float, high: float) -> float | None:
    """Return where a value lies between the ends of a bar, held at 0 and 1."""
    if value is None:
        return None
    return min(max((value - low) / (high - low), 0.0), 1.0)


def symbol_look(
    symbol: Symbol, manifest: Manifest, binding: Binding, now: datetime, alarm: Standing | None
) -> SymbolLook:
    """Return the look of a symbol from the readings of its inputs."""
    slots = dict(symbol.inputs)
    values = {name: binding.number(slots.get(name, "")) for name in manifest.inputs}
    state = manifest.state(values)
    hand = [values[name] for name in manifest.by_hand if values[name]]
    forced = manifest.by_hand_texts.get(round(hand[0] or 0), "") if hand else ""
    text = _(forced or state.text) if forced or state.text else ""
    style, age = _trust(
        [slots[name] for name in manifest.judged if name in slots],
        binding,
        now,
    )
    return SymbolLook(state.parts, text, style, age, bool(hand), _priority(alarm))


def row_look(value: Value, binding: Binding, now: datetime, alarm: Standing | None) -> RowLook:
    """Return the look of a line of values; the unit stands once, at the end."""
    figures_shown = [binding.figure(slot, now) for slot in value.shows]
    return RowLook(tuple(figures_shown), _priority(alarm))


def bar_look(bar: Bar, binding: Binding, now: datetime, alarm: Standing | None) -> BarLook:
    """Return the look of a valve's bar."""
    filled = place(binding.number(bar.slot), *bar.scale)
    return BarLook(binding.figure(bar.slot, now), filled, _priority(alarm))


def title_look(title: Title, binding: Binding, now: datetime) -> TitleLook:
    """Return what the head of a circuit says; a status that repeats the mode is left out."""
    mode, status = (
        _begun(binding.figure(slot, now)) if slot and binding.bound((slot,)) else None
        for slot in (title.mode, title.status)
    )
    return TitleLook(mode, None if mode and status and mode.text == status.text else status)


def curve_look(curve: Curve, binding: Binding) -> CurveLook:
    """Return the heat curve between the controller's own points, capped by its settings."""
    heights = [binding.number(slot) for slot in curve.points]
    if any(height is None for height in heights):
        return CurveLook()
    low, high = binding.number(curve.low), binding.number(curve.high)
    corners = [
        (outdoor, height)
        for outdoor, height in zip(curve.outdoor, heights, strict=True)
        if height is not None
    ]
    outdoor, flow = binding.number(curve.x), binding.number(curve.y)
    working = None if outdoor is None or flow is None else (outdoor, flow)
    text = figures(flow, binding.decimals(curve.y)) if flow is not None else ""
    return CurveLook(
        line=tuple(_capped(sorted(corners), low, high)),
        working=working,
        working_text=text,
        faded=_is_stale((curve.x, curve.y, *curve.points), binding),
    )


def _begun(words: Figure) -> Figure:
    """Return words with a capital at their beginning."""
    return words._replace(text=words.text[:1].upper() + words.text[1:])


def _band(
    field: Field, binding: Binding, set_point: float | None, limit: float | None
) -> tuple[float, float] | None:
    if field.scale is None:
        return None
    low, high = field.scale
    if set_point is None:
        return None if limit is None else (0.0, place(limit, low, high) or 0.0)
    width = binding.number(field.band_width)
    below, above = binding.number(field.band_low), binding.number(field.band_high)
    if width is not None:
        below, above = -width / 2, width / 2
    if below is None or above is None or below >= above:
        return None
    ends = place(set_point + below, low, high), place(set_point + above, low, high)
    return ends[0] or 0.0, ends[1] or 0.0


def _trust(slots: Sequence[str], binding: Binding, now: datetime) -> tuple[Style, str]:
    """Return the style of the least trustworthy input, and its age when it is stale."""
    if not slots:
        return Style.PLAIN, ""
    readings = [(binding.reading(slot), slot) for slot in slots if binding.bound((slot,))]
    known = [(reading, slot) for reading, slot in readings if reading is not None]
    if len(known) < len(slots):
        return Style.NONE, ""
    worst, slot = max(known, key=lambda one: _WORST_LAST.index(one[0].quality))
    if worst.quality is Quality.GOOD:
        return Style.PLAIN, ""
    seen = shown(worst, binding.spec(slot), now)
    return seen.style, seen.age


def _is_stale(slots: Sequence[str], binding: Binding) -> bool:
    readings = (binding.reading(slot) for slot in slots if slot)
    return any(reading is not None and reading.quality is Quality.STALE for reading in readings)


def _capped(
    corners: list[tuple[float, float]], low: float | None, high: float | None
) -> list[tuple[float, float]]:
    """Return a line cut level at ``low`` and ``high``, with the corners this makes."""
    cuts = [cap for cap in (low, high) if cap is not None]
    line = [corners[0]]
    for (x, y), (next_x, next_y) in pairwise(corners):
        crossings = sorted(
            (cap - y) / (next_y - y) for cap in cuts if (y - cap) * (next_y - cap) < 0
        )
        line += [(x + (next_x - x) * at, y + (next_y - y) * at) for at in crossings]
        line.append((next_x, next_y))
    floor, ceiling = (-1e9 if low is None else low), (1e9 if high is None else high)
    return [(x, min(max(y, floor), ceiling)) for x, y in line]
