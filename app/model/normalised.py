"""Energy per square metre and per degree day, so that unlike houses and months compare.

Degree days are those of the mean of each local day, after VDI 3807 (room and limit 15 °C) and
VDI 2067 (G20/15: room 20 °C, limit 15 °C): Σ (room − mean) over the days whose mean lies below
the limit; in K·d.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation

from app.errors import BadInput
from app.model.comparison import Side
from app.model.device import Option
from app.words import _

FLOOR_AREA = "floor_area_m2"  # an option of a device: "2020-01-01=1250; 2024-07-01=1400"
LARGEST_M2 = Decimal(10_000_000)
_COLDEST, _WARMEST = -30, 40  # °C, of a room or a limit
_DECIMALS = 6  # of a quotient; who shows it shows fewer
_AREA_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class DegreeRule:
    """By which temperatures degree days are counted; in °C."""

    room: Decimal = Decimal(20)
    limit: Decimal = Decimal(15)

    def require_sound(self) -> None:
        """Raise `BadInput` for temperatures that count nothing sensible."""
        for each in (self.room, self.limit):
            if not each.is_finite() or not _COLDEST <= each <= _WARMEST:
                said = _("{value} °C is no temperature to count degree days by")
                raise BadInput(said.format(value=each))
        if self.room < self.limit:
            said = _("the room is colder than the limit of heating: {room} °C, {limit} °C")
            raise BadInput(said.format(room=self.room, limit=self.limit))


@dataclass(frozen=True, slots=True)
class DegreeDays:
    """The degree days of a time; None where a day of it has no temperature, never a guess."""

    value: Decimal | None  # K·d
    days: int
    unknown: int  # days without any temperature
    partly: int  # days of which some temperatures are missing


@dataclass(frozen=True, slots=True)
class Normalised:
    """What was counted, and the same per square metre, per degree day, and per both."""

    amount: Decimal | None
    area_m2: Decimal | None
    degree_days: Decimal | None

    @property
    def per_m2(self) -> Decimal | None:
        """In the unit of the amount per m²."""
        return _quotient(self.amount, self.area_m2)

    @property
    def per_degree_day(self) -> Decimal | None:
        """In the unit of the amount per K·d; None of a time without any."""
        return _quotient(self.amount, self.degree_days)

    @property
    def per_both(self) -> Decimal | None:
        """In the unit of the amount per m² and K·d."""
        if self.area_m2 is None or self.degree_days is None:
            return None
        return _quotient(self.amount, self.area_m2 * self.degree_days)


def degree_days(means: Side, rule: DegreeRule) -> DegreeDays:
    """Return the degree days of the means of days, in °C."""
    rule.require_sound()
    known = [each for each in means.values if each is not None]
    unknown = len(means.values) - len(known)
    partly = sum(
        not whole and value is not None
        for whole, value in zip(means.complete, means.values, strict=True)
    )
    total = sum((rule.room - each for each in known if each < rule.limit), Decimal(0))
    value = None if unknown or not known else total
    return DegreeDays(value, len(means.values), unknown, partly)


def areas_of(options: Mapping[str, Option]) -> tuple[tuple[date, Decimal], ...]:
    """Return the floor areas of a device, m², each from its day on; the oldest first.

    Raises:
        BadInput: What is kept there cannot be read; the sentence says what.
    """
    written = str(options.get(FLOOR_AREA) or "").strip()
    if not written:
        return ()
    found: dict[date, Decimal] = {}
    for part in written.split(";"):
        day, equals, area = part.partition("=")
        try:
            since, value = date.fromisoformat(day.strip()), Decimal(area.strip())
        except (ValueError, InvalidOperation):
            equals = ""
        if not equals or not value.is_finite() or not 0 < value <= LARGEST_M2:
            said = _("{part!r} is no floor area: write 2024-07-01=1400")
            raise BadInput(said.format(part=part.strip()))
        found[since] = value
    return tuple(sorted(found.items()))


def with_area(
    options: Mapping[str, Option], since: date, area_m2: Decimal
) -> dict[str, Option]:
    """Return a device's options with a floor area from a day on; `BadInput` for none."""
    known = dict(areas_of(options)) | {since: area_m2}
    told = "; ".join(f"{day}={area:f}" for day, area in sorted(known.items()))
    made = {**options, FLOOR_AREA: told}
    areas_of(made)
    return made


def area_in(
    areas: Sequence[tuple[date, Decimal]], start: datetime, end: datetime, zone: tzinfo
) -> Decimal | None:
    """Return the floor area of a time, m², by days where it changed within it.

    None where a day of the time lies before the first area that is known.
    """
    first, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    if end.astimezone(zone).time() == datetime.min.time():
        last -= timedelta(days=1)
    if not areas or areas[0][0] > first or last < first:
        return None
    weighed, ends = Decimal(0), [*(since for since, _area in areas[1:]), date.max]
    for (since, area), until in zip(areas, ends, strict=True):
        begin, finish = max(since, first), min(until - timedelta(days=1), last)
        weighed += area * max(0, (finish - begin).days + 1)
    return round(weighed / ((last - first).days + 1), _AREA_DECIMALS)


def _quotient(amount: Decimal | None, by: Decimal | None) -> Decimal | None:
    if amount is None or not by:
        return None
    return round(amount / by, _DECIMALS)
