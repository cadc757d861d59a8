"""From a telegram to the points of its meter: by the standard, and by the maker's profile.

Every record whose meaning the standard tells becomes a point by itself. What only the maker
knows becomes one where a meter profile tells what it is; else it stays among what is unknown:
a number without a meaning is no measurement.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.model.meterprofile import STANDARD_ALONE, MeterModel, MeterProfile, MeterProfiles
from app.model.point import PointSpec
from app.model.reading import DeviceId, Origin, Quality, Reading, point_id
from drivers.mbus.kinds import Draft, by_rule, standard
from drivers.mbus.meterstatus import status_draft
from drivers.mbus.series import is_series, steps_of
from drivers.mbus.telegram import Function, Record, State, Telegram

MeterTime = datetime | date  # of the meter's own clock, without a zone


@dataclass(frozen=True, slots=True)
class MeterPoint:
    """One quantity of a meter and what this telegram says of it.

    Attributes:
        spec: Its key, name, unit, decimals and words; the same from telegram to telegram.
        value: In the unit of ``spec``; None exactly when it is not to be believed.
        reason: A code such as "sensor" when the quality is not GOOD.
        counts: It is an index, which only grows.
        time: When the meter says that it was so, by its own clock; None: now.
        record: The record's place among those of the telegram; None: of the head.
    """

    spec: PointSpec
    value: float | str | None
    quality: Quality
    reason: str = ""
    counts: bool = False
    storage: int = 0
    time: MeterTime | None = None
    record: int | None = None


@dataclass(frozen=True, slots=True)
class MeterReport:
    """What a telegram says, in points.

    Attributes:
        profile: The profile that spoke, and ``model`` the model it found; None: the
            standard alone.
        clock: What time the meter has.
        unknown: Records that neither the standard nor a profile explains.
    """

    points: tuple[MeterPoint, ...]
    profile: MeterProfile | None = None
    model: MeterModel | None = None
    clock: datetime | None = None
    unknown: tuple[Record, ...] = ()


def points_of(
    telegram: Telegram, profiles: MeterProfiles = STANDARD_ALONE
) -> tuple[MeterPoint, ...]:
    """Return the points of a meter by one of its telegrams; pure, and never raises."""
    return report_of(telegram, profiles).points


def report_of(telegram: Telegram, profiles: MeterProfiles = STANDARD_ALONE) -> MeterReport:
    """Return all that a telegram says of its meter, in points; pure, and never raises.

    For an answer in several telegrams give their records together, in one body.
    """
    address = telegram.address
    found = profiles.of(address.manufacturer, address.version, address.medium)
    profile, model = found if found is not None else (None, None)
    unknown: list[Record] = []
    drafts = list(_drafts(telegram, profile, unknown))
    times = _times(telegram.body.records)
    return MeterReport(
        tuple(_named_once(drafts, times)),
        profile,
        model,
        _clock(telegram.body.records),
        tuple(unknown),
    )


def readings_of(
    points: Iterable[MeterPoint], device: DeviceId, received_at: datetime
) -> tuple[Reading, ...]:
    """Return the points as readings of a device, all of the moment they were received.

    The meter's own times stay where they are, in the points: its clock has no zone.
    """
    return tuple(
        Reading(
            point_id(device, point.spec.key),
            point.value,
            point.quality,
            received_at,
            point.reason,
            Origin.LIVE,
        )
        for point in points
    )


def _drafts(
    telegram: Telegram, profile: MeterProfile | None, unknown: list[Record]
) -> Iterator[Draft]:
    medium = telegram.address.medium
    for at, record in enumerate(telegram.body.records):
        if not record.raw and record.value is None:
            continue  # a heading that asks for a value and holds none
        told = list(by_rule(record, at, profile, medium)) if profile else []
        explained = record.heading.state in (State.OK, State.INVALID)
        if not told and explained and is_series(record):
            steps = steps_of(record, telegram.body.records)
            told = [standard(each.record, at, profile, medium) for each in steps]
        elif not told and explained:
            told = [standard(record, at, profile, medium)]
        if not told:
            unknown.append(record)
        yield from told
    if telegram.status is not None:
        yield status_draft(telegram.status, profile)


def _named_once(drafts: Sequence[Draft], times: "_Times") -> Iterator[MeterPoint]:
    """Return the points, each with a key and a role of its own."""
    keys: dict[str, int] = {}
    roles: set[str] = set()
    for draft in drafts:
        nth = keys[draft.key] = keys.get(draft.key, 0) + 1
        role = draft.role if draft.role not in roles else ""
        roles.add(draft.role)
        yield MeterPoint(
            spec=PointSpec(
                key=draft.key if nth == 1 else f"{draft.key}_{nth}",
                name=draft.name if nth == 1 else f"{draft.name}, value {nth}",
                unit=draft.unit,
                decimals=draft.decimals,
                kind=draft.kind,
                choices=draft.choices,
                role=role,
                note=draft.note,
            ),
            value=draft.value,
            quality=Quality.BAD if draft.value is None else Quality.GOOD,
            reason=draft.reason if draft.value is None else "",
            counts=draft.counts,
            storage=draft.storage,
            time=times.get((draft.function, draft.storage)),
            record=draft.record,
        )


_Times = dict[tuple[Function, int], MeterTime]


def _times(records: Sequence[Record]) -> _Times:
    """Return when the values of each storage, and each maximum, were so by the meter's clock.

    The moment that stands beside present values is the meter's clock, and a date alone is no
    moment of a present value: both are none of their own.
    """
    found: _Times = {}
    for record in records:
        heading, time = record.heading, record.time
        if heading.qualifiers or heading.subunit or heading.tariff:
            continue
        if heading.quantity not in ("date", "date and time") or not isinstance(time, date):
            continue
        if heading.storage or heading.function is not Function.INSTANTANEOUS:
            found.setdefault((heading.function, heading.storage), time)
    for step in (each for record in records for each in steps_of(record, records)):
        own = step.record.heading
        if step.time is not None:
            found.setdefault((own.function, own.storage), step.time)
    return found


def _clock(records: Sequence[Record]) -> datetime | None:
    for record in records:
        heading = record.heading
        present = heading.function is Function.INSTANTANEOUS and not heading.storage
        if present and not heading.qualifiers and heading.quantity == "date and time":
            return record.time if isinstance(record.time, datetime) else None
    return None
