"""Puts together what a commissioning report shows, from one fresh reading of the device."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.asked import DeviceDetail, Document
from app.model.alarm import Alarm
from app.model.control import WriteResult
from app.model.device import DeviceStanding
from app.model.identity import identity_facts
from app.model.point import PointSpec, ValueKind
from app.model.profile import Profile
from app.model.reading import Reading, Value, split_point
from app.reports.commissioning_data import (
    FORMAT,
    AlarmRow,
    Change,
    Circuit,
    ClockFacts,
    CommissioningData,
    Conversation,
    DeviceFacts,
    Fact,
    FiledDocument,
    LastReport,
    OverrideRow,
    OwnAlarm,
    Run,
    ScheduleTime,
    SettingRow,
    Told,
    Utility,
)
from app.reports.form import Form, form_of, written
from app.reports.measured import measured_rows
from app.reports.told import told_by
from app.reports.words import Words

_FOLLOWS = re.compile(r"Follows\b.*?\bPNU (\d+)")  # the profile's own note of such a setting
_AUTOMATIC = "AUTO"  # the word of an output that its controller decides


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a report is made of, as its sources gave it."""

    number: str
    language: str
    utility: Utility
    project: str
    zone: str
    detail: DeviceDetail  # asked after the reading
    before: DeviceStanding  # of the device, before the reading
    profile: Profile | None  # in force; None: the device never said who it is
    readings: Sequence[Reading]
    run: Run
    changes: Mapping[str, WriteResult]
    alarms: Sequence[Alarm]  # of this device
    documents: Sequence[Document] = ()  # of this device, newest first
    last: CommissioningData | None = None  # the report before this one
    notes: tuple[str, ...] = ()  # sentences known already


def gather(source: Gathered) -> CommissioningData:
    """Return the report's data; what was not read now stands as not read."""
    device = source.detail.view.config.id
    own = [reading for reading in source.readings if split_point(reading.point)[0] == device]
    told = _told(own)
    specs = {spec.key: spec for spec in source.detail.points}
    settings = tuple(_settings(source, told))
    schedule = tuple(_schedule(source, told))
    return CommissioningData(
        format=FORMAT,
        number=source.number,
        language=source.language,
        utility=source.utility,
        project=source.project,
        zone=source.zone,
        device=_device(source),
        identity=tuple(_identity(source.profile, told)),
        run=source.run,
        conversation=_conversation(source.before, source.detail.view.standing),
        clock=_clock(source, told),
        circuits=tuple(_circuits(source.profile)),
        settings=settings,
        measured=measured_rows(source.profile, specs, own, source.detail.slots),
        schedule=schedule,
        alarms=tuple(_alarm(alarm) for alarm in source.alarms),
        own_alarms=_own_alarms(source, told),
        overrides=tuple(_overrides(source, specs, told)),
        documents=tuple(_document(document) for document in source.documents),
        notes=(*source.notes, *_notes(source)),
        unknown=tuple(one.title for one in source.detail.unknown),
        last=_last(source.last),
        diagram=source.detail.diagram,
        slots=tuple(sorted(source.detail.slots.items())),
    )


def _told(readings: Sequence[Reading]) -> dict[str, Told]:
    return {split_point(reading.point)[1]: told_by(reading) for reading in readings}


def _device(source: Gathered) -> DeviceFacts:
    config, link = source.detail.view.config, source.detail.view.link
    host = str(link.options.get("host") or link.options.get("device") or "")
    port = link.options.get("port")
    return DeviceFacts(
        id=config.id,
        name=config.name,
        area=config.area,
        address=str(config.options.get("address") or ""),
        unit=config.unit,
        link=link.name,
        link_kind=link.kind,
        host=f"{host}:{port}" if host and port else host,
        profile=source.profile.id if source.profile else "",
        label=source.profile.label if source.profile else "",
        entered_serial=config.serial,
    )


def _identity(profile: Profile | None, told: Mapping[str, Told]) -> Iterator[Fact]:
    values: Mapping[str, Value | None] = {key: one.value for key, one in told.items()}
    for name, value in identity_facts(profile.identity if profile else {}, values).items():
        yield Fact(name, value)


def _conversation(before: DeviceStanding, after: DeviceStanding) -> Conversation:
    return Conversation(
        max(0, after.requests - before.requests),
        max(0, after.failures - before.failures),
        after.latency_ms,
    )


def _clock(source: Gathered, told: Mapping[str, Told]) -> ClockFacts:
    places = source.profile.clock if source.profile else None
    if source.profile is None or places is None:
        return ClockFacts(kept=False, drift_s=None, note="", summer_time="")
    key = places.automatic_summer_time
    spec, one = source.profile.points.get(key), told.get(key)
    known = spec is not None and one is not None and one.value is not None
    word = written(form_of(spec), one.value, Words()) if known and spec and one else ""
    detail = source.detail
    return ClockFacts(
        kept=True, drift_s=detail.clock_drift_s, note=detail.clock_note, summer_time=word
    )


def _circuits(profile: Profile | None) -> Iterator[Circuit]:
    for number, name in (profile.circuits if profile else {}).items():
        yield Circuit(number, name)


def _settings(source: Gathered, told: Mapping[str, Told]) -> Iterator[SettingRow]:
    previous = {row.key: row.told for row in source.last.settings} if source.last else {}
    for spec in source.profile.listed() if source.profile else ():
        follows = _FOLLOWS.search(spec.note)
        yield SettingRow(
            key=spec.key,
            number=spec.number,
            name=spec.name,
            group=spec.group,
            circuit=spec.circuit,
            form=form_of(spec),
            category=spec.category.value,
            default=spec.default,
            told=told.get(spec.key, told_by(None)),
            follows=int(follows[1]) if follows else None,
            previous=previous.get(spec.key),
            change=_change(source.changes.get(spec.key)),
        )


def _change(result: WriteResult | None) -> Change | None:
    if result is None:
        return None
    return Change(float(result.new), result.at, result.by, result.state.value)


def _schedule(source: Gathered, told: Mapping[str, Told]) -> Iterator[ScheduleTime]:
    if source.profile is None:
        return
    previous = {time.key: time.told for time in source.last.schedule} if source.last else {}
    at_address = {place.address: key for key, place in source.profile.places.items()}
    for program in source.profile.week_programs:
        for slot in range(7 * program.periods * 2):
            weekday, within = divmod(slot, program.periods * 2)
            address = program.base_address + program.day_stride * weekday + within
            key = at_address.get(address, "")
            spec = source.profile.points.get(key)
            if spec is None or spec.kind is not ValueKind.TIME_OF_DAY:
                continue
            yield ScheduleTime(
                key=key,
                number=spec.number,
                circuit=program.circuit,
                weekday=weekday,
                period=within // 2 + 1,
                stop=bool(within % 2),
                told=told.get(key, told_by(None)),
                previous=previous.get(key),
            )


def _alarm(alarm: Alarm) -> AlarmRow:
    rule = alarm.rule
    return AlarmRow(
        name=rule.name,
        rule=rule.id,
        kind=rule.kind,
        priority=rule.priority,
        key=split_point(rule.point)[1] if rule.point else "",
        value=alarm.value,
        limit=rule.limit,
        since=alarm.occurred_at or alarm.since,
        state=alarm.state.value,
        acknowledged_by=alarm.acknowledged_by,
    )


def _own_alarms(source: Gathered, told: Mapping[str, Told]) -> tuple[OwnAlarm, ...] | None:
    """Return the alarm bits that are set, but for those a rule of ours watches."""
    bits = source.profile.alarms if source.profile else ()
    watched = {split_point(a.rule.point)[1] for a in source.alarms if a.rule.point}
    read = {bit.point: told[bit.point].value for bit in bits if bit.point in told}
    if not read or any(not isinstance(value, int | float) for value in read.values()):
        return None
    masks = {key: round(value) for key, value in read.items() if isinstance(value, int | float)}
    return tuple(
        OwnAlarm(bit.number, bit.text, bit.priority)
        for bit in bits
        if bit.point in masks and bit.point not in watched and masks[bit.point] >> bit.bit & 1
    )


def _overrides(
    source: Gathered, specs: Mapping[str, PointSpec], told: Mapping[str, Told]
) -> Iterator[OverrideRow]:
    """Yield each output and mode that is not left to its controller."""
    for key, spec in specs.items():
        one = told.get(key)
        if one is None or one.value is None or not _is_held(spec, one.value):
            continue
        yield OverrideRow(
            key=key,
            number=spec.number,
            name=spec.name,
            word=_word(form_of(spec), one.value),
            at_display=not spec.is_setting,
            change=_change(source.changes.get(key)),
        )


def _is_held(spec: PointSpec, value: Value) -> bool:
    """Whether a value keeps its controller from deciding: by the profile, or by its words."""
    rules = spec.write
    if rules is not None and rules.automatic:
        return isinstance(value, int | float) and rules.overrides(float(value))
    return spec.choices.get(0) == _AUTOMATIC and bool(value)


def _word(form: Form, value: Value) -> str:
    code = round(value) if isinstance(value, int | float) else -1
    return dict(form.choices).get(code, str(value))


def _document(document: Document) -> FiledDocument:
    suffix = document.path.suffix.removeprefix(".").lower()
    return FiledDocument(document.title, suffix, document.created_at, document.created_by)


def _notes(source: Gathered) -> Iterator[str]:
    if source.profile is None:
        yield "The device never said what it is: none of its settings is known."
    yield from source.detail.view.standing.faults
    if source.detail.clock_note:
        yield source.detail.clock_note


def _last(last: CommissioningData | None) -> LastReport | None:
    return LastReport(last.number, last.run.ended_at, last.run.by) if last else None
