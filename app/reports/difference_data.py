"""What two commissioning reports of one device, or of two alike, do not have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from app.reports.commissioning_data import (
    Change,
    CommissioningData,
    ScheduleTime,
    SettingRow,
    Told,
    Utility,
)
from app.reports.filing import canonical, checksum
from app.reports.form import Form, differ

FORMAT = 1


class Kind(Enum):
    """Why a setting stands in the difference."""

    CHANGED = "changed"
    NOT_KNOWN = "not-known"  # one of the two reports has no value
    ONLY_OLDER = "only-older"
    ONLY_NEWER = "only-newer"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two reports."""

    number: str
    device: str
    name: str
    label: str
    read_at: datetime
    by: str
    settings: int
    checksum: str  # of that report's data


@dataclass(frozen=True, slots=True)
class FactDifference:
    """Something the device is, as the two reports tell it; empty where one does not."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class SettingDifference:
    """One setting that is not the same in both."""

    kind: Kind
    key: str
    number: int | None
    name: str
    group: str
    circuit: int | None
    form: Form
    old: Told | None
    new: Told | None
    follows: int | None = None
    change: Change | None = None  # the write through Heatdesk that led to the new value


@dataclass(frozen=True, slots=True)
class DifferenceData:
    """The whole difference; what is printed is made of this and nothing else."""

    format: int
    number: str  # "CD-2026-0004"
    language: str
    utility: Utility
    project: str
    zone: str
    made_at: datetime  # UTC
    made_by: str
    older: Side
    newer: Side
    identity: tuple[FactDifference, ...]
    settings: tuple[SettingDifference, ...]
    schedule: tuple[ScheduleTime, ...]  # the newer's times, the older's beside them
    times: int  # how many could be compared
    compared: int  # settings that stand in both with a value

    @property
    def same_device(self) -> bool:
        """Whether both reports are of one device."""
        return self.older.device == self.newer.device

    def of_kind(self, kind: Kind) -> list[SettingDifference]:
        """Return the settings that stand here for one reason."""
        return [setting for setting in self.settings if setting.kind is kind]

    @property
    def changed(self) -> int:
        """How many settings differ, without those that only follow another."""
        return sum(setting.follows is None for setting in self.of_kind(Kind.CHANGED))


def difference(
    older: CommissioningData,
    newer: CommissioningData,
    *,
    number: str,
    language: str,
    made_at: datetime,
    made_by: str,
) -> DifferenceData:
    """Return what differs between two reports, point by point.

    Numbers are the same when they lie within half a step; a value one side could not
    read is told as not known, never as changed.
    """
    before = {row.key: row for row in older.settings}
    after = {row.key: row for row in newer.settings}
    times = _times(older, newer)
    return DifferenceData(
        format=FORMAT,
        number=number,
        language=language,
        utility=newer.utility,
        project=newer.project,
        zone=newer.zone,
        made_at=made_at,
        made_by=made_by,
        older=_side(older),
        newer=_side(newer),
        identity=tuple(_identity(older, newer)),
        settings=tuple(_settings(before, after, older.run.ended_at)),
        schedule=tuple(time for time in times if time.changed),
        times=len(times),
        compared=sum(
            row.told.value is not None
            and row.key in before
            and before[row.key].told.value is not None
            for row in newer.settings
        ),
    )


def _side(data: CommissioningData) -> Side:
    return Side(
        data.number,
        data.device.id,
        data.device.name,
        data.device.label,
        data.run.ended_at,
        data.run.by,
        len(data.settings),
        checksum(canonical(data)),
    )


def _identity(older: CommissioningData, newer: CommissioningData) -> Iterator[FactDifference]:
    one, other = _facts(older), _facts(newer)
    for name in dict.fromkeys((*one, *other)):
        if one.get(name, "") != other.get(name, ""):
            yield FactDifference(name, one.get(name, ""), other.get(name, ""))


def _facts(data: CommissioningData) -> dict[str, str]:
    device = data.device
    place = ", ".join(part for part in (device.host, str(device.unit)) if part)
    facts = {
        "device": device.name,
        "area": device.area,
        "address": device.address,
        "link": place,
        "profile": device.label,
        "serial as entered": device.entered_serial,
    }
    return facts | {fact.name: fact.value for fact in data.identity}


def _settings(
    before: Mapping[str, SettingRow], after: Mapping[str, SettingRow], since: datetime
) -> Iterator[SettingDifference]:
    for key, row in after.items():
        old = before.get(key)
        kind = _kind(old, row)
        if kind is None:
            continue
        change = row.change
        ours = (
            change is not None
            and change.at > since
            and not differ(row.form, change.new, row.told.value)
        )
        told = old.told if old else None
        yield _difference(kind, row, told, row.told, change if ours else None)
    for key, row in before.items():
        if key not in after:
            yield _difference(Kind.ONLY_OLDER, row, row.told, None, None)


def _kind(old: SettingRow | None, new: SettingRow) -> Kind | None:
    if old is None:
        return Kind.ONLY_NEWER
    if old.told.value is None and new.told.value is None:
        return None
    if old.told.value is None or new.told.value is None:
        return Kind.NOT_KNOWN
    return Kind.CHANGED if differ(new.form, old.told.value, new.told.value) else None


def _difference(
    kind: Kind, row: SettingRow, old: Told | None, new: Told | None, change: Change | None
) -> SettingDifference:
    return SettingDifference(
        kind=kind,
        key=row.key,
        number=row.number,
        name=row.name,
        group=row.group,
        circuit=row.circuit,
        form=row.form,
        old=old,
        new=new,
        follows=row.follows,
        change=change,
    )


def _times(older: CommissioningData, newer: CommissioningData) -> list[ScheduleTime]:
    """Return the newer's switching times that both reports know, the older's beside them."""
    before = {time.key: time.told for time in older.schedule if time.told.value is not None}
    return [
        replace(time, previous=before[time.key])
        for time in newer.schedule
        if time.key in before and time.told.value is not None
    ]
