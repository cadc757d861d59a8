"""The read-outs of a report: sensors, valves, pumps, states, and what they are held against."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.model.point import PointSpec, ValueKind
from app.model.profile import Profile
from app.model.reading import Reading, split_point
from app.reports.commissioning_data import MeasuredRow, Told
from app.reports.form import Form, finite, form_of
from app.reports.told import told_by

_TAG = re.compile(r"([A-Z]{1,3}\d{1,2})[ :,]+(.+)")
_NUMBERED = re.compile(r"(\D+?) ?([A-Z]\d{1,2})")  # "Sensor S7"
_OPENS = re.compile(r"valve\.(\w+)_open")
_COMFORT = 2.0  # the controller's code for a circuit in comfort


@dataclass(frozen=True, slots=True)
class _Against:
    """Slots of the picture that a measured value is held against."""

    set_point: str = ""
    limit: str = ""
    only_in_comfort: str = (
        ""  # slot of the circuit's state: otherwise another value is aimed at
    )
    line: tuple[str, ...] = ()  # x1, y1, x2, y2 of a limit that follows the outdoor sensor


_AGAINST = {
    "s2": _Against(set_point="room_set", only_in_comfort="c1_status"),
    "s3": _Against(set_point="s3_set"),
    "s4": _Against(set_point="dhw_set", only_in_comfort="c2_status"),
    "s5": _Against(
        limit="return_limit", line=("return_x1", "return_y1", "return_x2", "return_y2")
    ),
    "s6": _Against(limit="dhw_return_limit"),
}
_OUTDOOR_SLOT = "s1"


def measured_rows(
    profile: Profile | None,
    specs: Mapping[str, PointSpec],
    readings: Sequence[Reading],
    slots: Mapping[str, str],
) -> tuple[MeasuredRow, ...]:
    """Return every read-out of the device, in the profile's order, valves as one row each."""
    by_key = {split_point(reading.point)[1]: reading for reading in readings}
    values = {slot: _number(by_key.get(key)) for slot, key in slots.items()}
    hidden = _not_read_outs(profile)
    rows = []
    for spec in specs.values():
        if spec.listed or spec.is_setting or spec.key in hidden:
            continue
        row = _row(spec, by_key.get(spec.key))
        set_point, limit = _held_against(spec.key, slots, values)
        rows.append(replace(row, set_point=set_point, limit=limit))
    return tuple(_with_valves(rows, specs))


def _not_read_outs(profile: Profile | None) -> Collection[str]:
    """Return what stands elsewhere in the report: who the device is, and its schedules."""
    hidden: set[str] = set()
    if profile is None:
        return hidden
    for fact in profile.identity.values():
        hidden.update(fact.points)
    times = (s.key for s in profile.points.values() if s.kind is ValueKind.TIME_OF_DAY)
    return hidden | set(times)


def _row(spec: PointSpec, reading: Reading | None) -> MeasuredRow:
    tag, name = split_tag(spec.name)
    return MeasuredRow(
        key=spec.key,
        tag=tag,
        name=name,
        form=form_of(spec),
        told=told_by(reading),
        measured_at=reading.measured_at if reading else None,
        first=bool(tag) and bool(spec.role or spec.unit),
    )


def split_tag(name: str) -> tuple[str, str]:
    """Return the short sign of a name and the rest: "S3 Flow" → ("S3", "Flow")."""
    match = _TAG.fullmatch(name)
    if match:
        return match[1], match[2][:1].upper() + match[2][1:]
    match = _NUMBERED.fullmatch(name)
    return (match[2], match[1]) if match else ("", name)


def _held_against(
    key: str, slots: Mapping[str, str], values: Mapping[str, float | None]
) -> tuple[float | None, float | None]:
    """Return set point and limit of a read-out, None for what it has not."""
    slot = next((slot for slot in _AGAINST if slots.get(slot) == key), "")
    against = _AGAINST.get(slot, _Against())
    if against.only_in_comfort and values.get(against.only_in_comfort) != _COMFORT:
        return None, None
    limit = values.get(against.limit)
    if limit is None and against.line:
        limit = _on_line([values.get(name) for name in (_OUTDOOR_SLOT, *against.line)])
    return values.get(against.set_point), limit


def _on_line(numbers: Sequence[float | None]) -> float | None:
    """Return the limit at the outdoor temperature, level beyond the ends of its line."""
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    at, x1, y1, x2, y2 = known
    (low_x, low_y), (high_x, high_y) = sorted([(x1, y1), (x2, y2)])
    if at <= low_x or low_x == high_x:
        return low_y
    if at >= high_x:
        return high_y
    return round(low_y + (high_y - low_y) * (at - low_x) / (high_x - low_x), 1)


def _number(reading: Reading | None) -> float | None:
    value = finite(reading.value) if reading else None
    return float(value) if isinstance(value, int | float) else None


def _with_valves(
    rows: Sequence[MeasuredRow], specs: Mapping[str, PointSpec]
) -> Iterator[MeasuredRow]:
    """Yield the rows, before the first command of a valve the row of what the valve does."""
    by_role = {specs[row.key].role: row for row in rows if specs[row.key].role}
    for row in rows:
        role = specs[row.key].role
        opens = _OPENS.fullmatch(role)
        closing = by_role.get(f"valve.{opens[1]}_close") if opens else None
        if opens and closing:
            yield _valve(row, closing)
        yield replace(row, first=False) if role.startswith("valve.") else row


def _valve(opening: MeasuredRow, closing: MeasuredRow) -> MeasuredRow:
    name = opening.name.removesuffix(" opens")
    states = {(False, False): "rests", (True, False): "opens", (False, True): "closes"}
    state = states.get((bool(opening.told.value), bool(closing.told.value)), "opens and closes")
    told = next(
        (one.told for one in (opening, closing) if one.told.value is None), opening.told
    )
    if told.value is not None:
        told = Told(state, told.quality, told.reason)
    return replace(
        opening,
        key=f"{opening.key}+{closing.key}",
        name=name,
        form=Form(kind=ValueKind.TEXT),
        told=told,
    )
