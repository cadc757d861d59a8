"""Rows of values in one record: compact profiles taken apart (EN 13757-3, annex F).

The record's own storage holds the value and the moment the row begins from; each value of the
row stands one step further, at the next storage number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from drivers.mbus.headings import heading_of
from drivers.mbus.telegram import VARIABLE, Heading, Record, State
from drivers.mbus.vifes import PROFILES

_HEAD = 2  # bytes before the values: how they are told, how far they are apart
_NO_ELEMENTS = (0x00, 0x08, 0x0D, 0x0F)  # data fields that no value of a row can have
_WHOLE = (0x01, 0x02, 0x03, 0x04, 0x06, 0x07)
_INCREMENTS, _DECREMENTS = 1, 2
_AS_COUNT = b"\x7c\x11"  # VIFEs: the steps of a row that only grows or falls have no sign
_INVERSE = PROFILES[0x13]
_EXTENDED, _LOW = 0x80, 0x7F
_TEXT, _FURTHER = 0x7C, (0x7B, 0x7D)  # VIFs: in letters; those that a second byte names
_UNITS = tuple(timedelta(seconds=each) for each in (1, 60, 3_600, 86_400))
_LAST_COUNT, _MONTHS = 250, 254
_MONTHS_OF_UNIT = (0, 6, 3, 1)  # of spacing 254
_OF_YEAR = 12


class Step(NamedTuple):
    """One value of a row, as a record of its own, and when it was so by the meter's clock."""

    record: Record
    time: date | datetime | None


def is_series(record: Record) -> bool:
    """Tell whether a record says that it holds a row of values."""
    return any(each in record.heading.qualifiers for each in PROFILES.values())


def steps_of(record: Record, records: Sequence[Record]) -> tuple[Step, ...]:
    """Return the values of a row among its telegram's ``records``; () where it holds none.

    A row of differences is told only with the value it begins from, and no further than its
    first value that is none.
    """
    content = record.raw[1:]
    if record.heading.size != VARIABLE or not is_series(record) or len(content) <= _HEAD:
        return ()
    element, mode = content[0] & 0x0F, content[0] >> 6
    if element in _NO_ELEMENTS:
        return ()
    heading = _element(record.heading, element, mode in (_INCREMENTS, _DECREMENTS))
    if heading is None:
        return ()
    inverse = _INVERSE in record.heading.qualifiers
    base = _base(record, heading, records)
    values = _values(heading, content[_HEAD:], mode, inverse, base)
    times = _times(_moment(record.heading, records), content[0] >> 4 & 3, content[1], inverse)
    return tuple(
        Step(_as_record(record, heading, nth, raw, value), next(times))
        for nth, (raw, value) in enumerate(values, 1)
    )


def _element(heading: Heading, element: int, growing: bool) -> Heading | None:
    """Return what the bytes of one value mean; None where a VIF in letters stands before."""
    told = heading.dif_vif
    ends = next(at for at, byte in enumerate(told) if not byte & _EXTENDED) + 1
    vif, *vifes = told[ends:]
    if vif & _LOW == _TEXT:
        return None
    kept = [vif, *vifes[:1]] if vif & _LOW in _FURTHER else [vif]
    kept += [each for each in vifes[len(kept) - 1 :] if each & _LOW not in PROFILES]
    if growing and element in _WHOLE:
        kept += _AS_COUNT
    chain = [each | _EXTENDED for each in kept[:-1]] + [kept[-1] & _LOW]
    return heading_of(bytes([told[0] & 0xF0 | element]) + told[1:ends] + bytes(chain))


def _base(record: Record, heading: Heading, records: Sequence[Record]) -> float | None:
    """Return the value a row begins from: the same quantity at the same storage."""
    own = record.heading
    plain = _plain(record)
    for each in records:
        other = each.heading
        if (
            (other.quantity, other.unit, other.qualifiers) == (own.quantity, own.unit, plain)
            and (other.function, other.storage) == (heading.function, own.storage)
            and (other.tariff, other.subunit) == (own.tariff, own.subunit)
        ):
            return each.value
    return None


def _values(
    heading: Heading, data: bytes, mode: int, inverse: bool, base: float | None
) -> Iterator[tuple[bytes, float | None]]:
    """Yield the bytes of each value with the value; what has no beginning is none."""
    size = heading.size
    nothing = b"\xff" if mode in (_INCREMENTS, _DECREMENTS) else b"\x80"  # of one byte
    sign = -1 if (mode == _DECREMENTS) != inverse else 1
    last = base
    for at in range(0, len(data) - size + 1, size):
        raw = data[at : at + size]
        value = None if raw == nothing else heading.read(raw)[0]
        if mode and value is not None:
            value = None if last is None else _sum(last, sign * value)
        if mode:
            last = value
        yield raw, value


def _sum(one: float, other: float) -> float:
    """Return a sum as exact as what is told of its parts: no digits of a double's own."""
    return float(Decimal(repr(one)) + Decimal(repr(other)))


def _moment(heading: Heading, records: Sequence[Record]) -> date | datetime | None:
    """Return the moment a row begins from."""
    for each in records:
        own = each.heading
        alike = (own.storage, own.function) == (heading.storage, heading.function)
        plain = own.quantity in ("date", "date and time") and not own.qualifiers
        if alike and plain and isinstance(each.time, date):
            return each.time
    return None


def _times(
    base: date | datetime | None, unit: int, spacing: int, inverse: bool
) -> Iterator[date | datetime | None]:
    """Yield the moments of a row's values, without end; half months are not told."""
    way, nth = -1 if inverse else 1, 0
    while True:
        nth += 1
        if base is None:
            yield None
        elif spacing == _MONTHS and _MONTHS_OF_UNIT[unit]:
            yield _months_on(base, way * nth * _MONTHS_OF_UNIT[unit])
        elif 0 < spacing <= _LAST_COUNT:
            exact = base if isinstance(base, datetime) or unit == len(_UNITS) - 1 else None
            begin = exact or datetime.combine(base, time())
            yield begin + way * nth * spacing * _UNITS[unit]
        else:
            yield None


def _months_on(base: date | datetime, months: int) -> date | datetime:
    """Return a moment some months on; the last of a month stays the last of each."""
    count = base.year * _OF_YEAR + base.month - 1 + months
    first = base.replace(year=count // _OF_YEAR, month=count % _OF_YEAR + 1, day=1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (following - timedelta(days=1)).day
    was_last = (base + timedelta(days=1)).day == 1
    return first.replace(day=last if was_last else min(base.day, last))


def _as_record(
    record: Record, heading: Heading, nth: int, raw: bytes, value: float | None
) -> Record:
    own = replace(heading, storage=record.heading.storage + nth, qualifiers=_plain(record))
    state = State.INVALID if value is None else heading.state
    return Record(own, value, None, None, state, raw, record.offset)


def _plain(record: Record) -> tuple[str, ...]:
    return tuple(each for each in record.heading.qualifiers if each not in PROFILES.values())
