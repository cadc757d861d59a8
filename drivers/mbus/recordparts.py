"""Where each record of a telegram's user data stands, and what it says in words."""

from collections.abc import Sequence
from typing import NamedTuple

from app.model.anatomy import PartKind
from app.model.point import PointSpec, ValueKind
from drivers.mbus.points import MeterPoint, MeterReport
from drivers.mbus.series import is_series
from drivers.mbus.telegram import Body, Record, State

_SIGNATURE, _CHECK = 2, 4  # where the two end that stand before a compact frame's values
_COUNTER = 4  # bytes of a counter of the fixed structure


class RecordPart(NamedTuple):
    """Some bytes of the user data."""

    kind: PartKind
    start: int
    end: int
    said: str = ""
    name: str = ""


def record_parts(
    content: str, data: bytes, body: Body, report: MeterReport
) -> list[RecordPart]:
    """Return the parts of ``data``, the user data behind a telegram's head, in order.

    ``content`` tells how the head says they are laid out; bytes that could not be read are
    in no part.
    """
    if content == "compact":
        return _compact(data, body, report)
    if content == "fixed":
        return [
            _record(nth, record, record.offset, record.offset + _COUNTER, report)
            for nth, record in enumerate(body.records)
        ]
    if content == "format":
        return [RecordPart(PartKind.FIELDS, 0, len(data), data.hex().upper())] if data else []
    return _in_order(data, body, report)


def _in_order(data: bytes, body: Body, report: MeterReport) -> list[RecordPart]:
    parts: list[RecordPart] = []
    at = 0
    for nth, record in enumerate(body.records):
        end = record.offset + len(record.heading.dif_vif) + len(record.raw)
        if record.offset > at:
            parts.append(RecordPart(PartKind.FILLER, at, record.offset))
        parts.append(_record(nth, record, record.offset, end, report))
        at = end
    if body.manufacturer_data is not None and body.fault is None:
        parts += _makers(data, at, len(body.manufacturer_data))
    elif at < len(data) and not data[at:].strip(b"\x2f") and (at or body.records):
        parts.append(RecordPart(PartKind.FILLER, at, len(data)))
    return parts


def _makers(data: bytes, at: int, size: int) -> list[RecordPart]:
    start = len(data) - size - 1
    filler = [RecordPart(PartKind.FILLER, at, start)] if start > at else []
    said = data[start + 1 :].hex().upper()
    return [*filler, RecordPart(PartKind.MAKERS, start, len(data), said)]


def _compact(data: bytes, body: Body, report: MeterReport) -> list[RecordPart]:
    if len(data) < _CHECK:
        return []
    signature, check = data[:_SIGNATURE].hex().upper(), data[_SIGNATURE:_CHECK].hex().upper()
    parts = [
        RecordPart(PartKind.SIGNATURE, 0, _SIGNATURE, signature),
        RecordPart(PartKind.FORMAT_CHECK, _SIGNATURE, _CHECK, check),
    ]
    at = _CHECK
    for nth, record in enumerate(body.records):
        parts.append(_record(nth, record, at, at + len(record.raw), report))
        at += len(record.raw)
    return parts


def _record(nth: int, record: Record, start: int, end: int, report: MeterReport) -> RecordPart:
    points = [each for each in report.points if each.record == nth]
    if points and is_series(record):
        return RecordPart(PartKind.RECORD, start, end, _row(points), _words(record))
    if points:
        said = "; ".join(value_text(each) for each in points)
        name = "; ".join(each.spec.name for each in points)
        return RecordPart(PartKind.RECORD, start, end, said, name)
    raw = record.raw.hex().upper()
    shown = f"{record.value:.15g} ({raw})" if record.value is not None else raw
    state = "" if record.state is State.OK else record.state.value
    return RecordPart(PartKind.RECORD, start, end, f"{shown} {state}".strip(), _words(record))


def _words(record: Record) -> str:
    return ", ".join([record.heading.quantity, *record.heading.qualifiers])


def _row(points: Sequence[MeterPoint]) -> str:
    """Return the values of a row, each behind its moment where that is known."""
    return "; ".join(
        f"{point.time.isoformat()} {value_text(point)}" if point.time else value_text(point)
        for point in points
    )


def value_text(point: MeterPoint) -> str:
    """Return a point's value with its unit, or the words of its flags."""
    value, spec = point.value, point.spec
    if value is None:
        return point.reason
    if isinstance(value, str):
        return value
    if spec.kind is ValueKind.CHOICE:
        return spec.choices.get(int(value), f"{value:.15g}")
    if spec.kind is ValueKind.FLAGS:
        return ", ".join(flag_words(spec, int(value))) or "0"
    return f"{value:.15g} {spec.unit}".strip()


def flag_words(spec: PointSpec, bits: int) -> list[str]:
    """Return the words of the bits that are set; one without words by its number."""
    return [
        spec.choices.get(bit, f"bit {bit}")
        for bit in range(bits.bit_length())
        if bits >> bit & 1
    ]
