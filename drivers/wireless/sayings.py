"""What telegrams say, quickly: the same meters say the same things with other numbers.

What a telegram's points are follows from its headings, its sender and the states of its
values; only the numbers change. The way from a telegram to its points is worked out once for
each such shape (`report_of`), and then walked again with new numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple

from app.model.meterprofile import MeterProfiles
from app.model.point import PointSpec
from app.model.reading import Quality
from app.model.verified import RADIO
from app.profiles.verified import reading_facts
from drivers.mbus.kinds import fits, unit_of
from drivers.mbus.points import MeterPoint, MeterReport, report_of
from drivers.mbus.telegram import Address, Record, State, Telegram

_MOST_SHAPES = 5_000  # a plant has some tens; more would be somebody who makes them up
Value = float | str | None


class Saying(NamedTuple):
    """What one telegram says, its parts side by side."""

    specs: tuple[PointSpec, ...]  # the same object for the same shape
    values: Sequence[Value]
    qualities: Sequence[Quality]
    reasons: Sequence[str]
    totals: dict[str, float]  # of indexes that only grow, by key
    clock: datetime | None
    model: str


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the points of telegrams of one shape come about."""

    specs: tuple[PointSpec, ...]
    qualities: tuple[Quality, ...]
    reasons: tuple[str, ...]
    # Of each point: its record, and what its number is multiplied by and divided by; a point
    # without a record has its value here.
    ways: tuple[tuple[int | None, int, int, Value], ...]
    counting: tuple[tuple[str, int], ...]  # key, and place among the points
    clock: int | None  # the record that tells the meter's clock
    model: str


class Sayings:
    """Remembers shapes; pure but for that, not for two threads at once."""

    def __init__(self, profiles: MeterProfiles) -> None:
        self._profiles = profiles
        self._shapes: dict[object, _Shape | None] = {}

    def of(self, telegram: Telegram) -> Saying:
        """Return what a telegram says; never raises."""
        address, records = telegram.address, telegram.body.records
        shape_key = (
            address.manufacturer,
            address.version,
            address.medium,
            telegram.status,
            tuple(
                [
                    (r.heading.dif_vif, r.state, r.text is None, r.time is None, not r.raw)
                    for r in records
                ]
            ),
        )
        if shape_key in self._shapes:
            shape = self._shapes[shape_key]
            if shape is not None:
                return _walked(shape, records)
            return said_by(report_of(telegram, self._profiles))
        report = report_of(telegram, self._profiles)
        saying = said_by(report)
        if len(self._shapes) < _MOST_SHAPES:
            self._shapes[shape_key] = self._shape(telegram, report, saying)
        return saying

    def facts(self, address: Address) -> Mapping[str, str]:
        """Return by what a radio meter of this address is read, and what proves it."""
        who = (address.manufacturer, address.version, address.medium)
        found = self._profiles.of(*who)
        return reading_facts(RADIO, *who, found[0] if found is not None else None)

    def _shape(self, telegram: Telegram, report: MeterReport, saying: Saying) -> _Shape | None:
        """Return the shape of a telegram; None where a maker's own rule makes a point of it."""
        records = telegram.body.records
        rules = report.profile.rules if report.profile is not None else ()
        if any(fits(rule, record) for rule in rules for record in records):
            return None
        ways = []
        for point in report.points:
            factor = Fraction(1)
            if point.record is not None:
                factor = unit_of(records[point.record].heading.unit)
            ways.append((point.record, factor.numerator, factor.denominator, point.value))
        counting = tuple(
            (point.spec.key, at) for at, point in enumerate(report.points) if _counts(point)
        )
        clock = next((at for at, r in enumerate(records) if r.time is report.clock), None)
        shape = _Shape(
            saying.specs,
            tuple(saying.qualities),
            tuple(saying.reasons),
            tuple(ways),
            counting,
            clock if report.clock is not None else None,
            saying.model,
        )
        return shape if _walked(shape, records) == saying else None


def said_by(report: MeterReport) -> Saying:
    """Return a report with its parts side by side."""
    return said_in(
        report.points, report.clock, report.model.model if report.model is not None else ""
    )


def said_in(points: Sequence[MeterPoint], clock: datetime | None, model: str) -> Saying:
    """Return points with their parts side by side."""
    return Saying(
        tuple(each.spec for each in points),
        [each.value for each in points],
        [each.quality for each in points],
        [each.reason for each in points],
        {
            each.spec.key: each.value
            for each in points
            if _counts(each) and isinstance(each.value, float)
        },
        clock,
        model,
    )


def _counts(point: MeterPoint) -> bool:
    return point.counts and not point.storage


def _walked(shape: _Shape, records: Sequence[Record]) -> Saying:
    values: list[Value] = []
    for at, times, parts, value in shape.ways:
        values.append(value if at is None else _value(records[at], times, parts))
    totals = {}
    for key, place in shape.counting:
        total = values[place]
        if isinstance(total, float):
            totals[key] = total
    clock = None if shape.clock is None else records[shape.clock].time
    return Saying(
        shape.specs,
        values,
        list(shape.qualities),
        list(shape.reasons),
        totals,
        clock if isinstance(clock, datetime) else None,
        shape.model,
    )


def _value(record: Record, times: int, parts: int) -> Value:
    if record.state is State.INVALID:
        return None
    if record.time is not None:
        return record.time.isoformat()
    if record.text is not None:
        return record.text
    value = record.value
    return value if value is None or times == parts else value * times / parts
