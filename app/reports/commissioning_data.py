"""Everything a commissioning report shows, as one value: read, printed, filed, compared."""

from dataclasses import dataclass
from datetime import datetime

from app.model.reading import Quality, Value
from app.reports.form import Form, differ

FORMAT = 1  # of the filed data; a reader refuses what it does not know
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Utility:
    """Who runs the plant, as printed at the head of the paper."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """Which device, where, and how it is reached."""

    id: str
    name: str
    area: str
    address: str  # where it hangs: street and number; empty when not entered
    unit: int  # station address on its link
    link: str  # name of the link
    link_kind: str
    host: str  # "10.20.14.31:502"; empty for what has no host
    profile: str  # id of the profile in force; empty: never identified
    label: str  # "ECL Comfort 310, A266.1"
    entered_serial: str = ""  # as the operator gave it


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the device says of itself, in words."""

    name: str  # "serial", "software" …
    value: str


@dataclass(frozen=True, slots=True)
class Run:
    """Who read the device, where, and from when to when (UTC)."""

    by: str
    login: str
    workstation: str
    started_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Conversation:
    """How the device answered while it was read."""

    requests: int
    failures: int
    latency_ms: float | None


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """The device's own clock against ours; drift is device minus true time."""

    kept: bool  # the device has a clock we know of
    drift_s: float | None
    note: str  # a sentence when the drift cannot be told
    summer_time: str  # "ON": it changes to summer time by itself; empty when not read


@dataclass(frozen=True, slots=True)
class Circuit:
    """A circuit of the controller: number and name."""

    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """A value as it was told, and how far to trust it."""

    value: Value | None
    quality: Quality
    reason: str = ""  # a code when the quality is not good


@dataclass(frozen=True, slots=True)
class Change:
    """The last write of a setting that went through Heatdesk."""

    new: float
    at: datetime
    by: str
    state: str  # "confirmed" or "unconfirmed"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting: its value now, what it may be, and what the last report said."""

    key: str
    number: int | None
    name: str
    group: str
    circuit: int | None
    form: Form
    category: str
    default: float | None
    told: Told
    follows: int | None = None  # number of the setting it follows from: not counted
    previous: Told | None = None  # in the last report of this device; None: not there
    change: Change | None = None

    @property
    def changed(self) -> bool:
        """Whether the value differs from the last report's."""
        return self.previous is not None and differ(
            self.form, self.previous.value, self.told.value
        )

    @property
    def not_default(self) -> bool:
        """Whether a known factory value differs from the present one."""
        return self.default is not None and differ(self.form, self.default, self.told.value)

    @property
    def marked_changed(self) -> bool:
        """Whether it carries the bar: changed, and not merely following another setting."""
        return self.changed and self.follows is None

    @property
    def marked_default(self) -> bool:
        """Whether it carries the D: not the factory value, and not merely following."""
        return self.not_default and self.follows is None


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """One read-out: a sensor, an output, a state."""

    key: str
    tag: str  # "S1"; empty for none
    name: str
    form: Form
    told: Told
    measured_at: datetime | None
    first: bool = False  # belongs on the first page: an input or output of its own
    set_point: float | None = None  # in the point's unit
    limit: float | None = None  # highest accepted, in the point's unit


@dataclass(frozen=True, slots=True)
class ScheduleTime:
    """One switching time of a week programme, HHMM; start equal to stop means unused."""

    key: str
    number: int | None
    circuit: int
    weekday: int  # 0 is Monday
    period: int  # from 1
    stop: bool
    told: Told
    previous: Told | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= _SUNDAY:
            raise ValueError(f"{self.key}: {self.weekday} is no day of a week")

    @property
    def changed(self) -> bool:
        """Whether the time differs from the last report's."""
        if self.previous is None or self.told.value is None or self.previous.value is None:
            return False
        return self.told.value != self.previous.value


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """One alarm standing while the device was read."""

    name: str
    rule: str
    kind: str  # "high", "low", "offline" …
    priority: int  # 1 (highest) … 4
    key: str  # of the point; empty for the device itself
    value: float | None
    limit: float | None
    since: datetime
    state: str
    acknowledged_by: str = ""


@dataclass(frozen=True, slots=True)
class OwnAlarm:
    """One of the device's own alarms that was set while it was read."""

    number: int
    text: str
    priority: int


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """An output held by hand or by command, not by the controller."""

    key: str
    number: int | None
    name: str
    word: str  # "ON"
    at_display: bool  # set at the controller itself, not over the line
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class FiledDocument:
    """A paper already kept with the device."""

    title: str
    suffix: str  # "pdf"
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class LastReport:
    """The report this one is compared with."""

    number: str
    read_at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CommissioningData:
    """The whole report; what is printed is made of this and nothing else."""

    format: int
    number: str  # "CR-2026-0031"
    language: str
    utility: Utility
    project: str
    zone: str  # IANA name
    device: DeviceFacts
    identity: tuple[Fact, ...]
    run: Run
    conversation: Conversation
    clock: ClockFacts
    circuits: tuple[Circuit, ...]
    settings: tuple[SettingRow, ...]  # in the controller's order
    measured: tuple[MeasuredRow, ...]
    schedule: tuple[ScheduleTime, ...]
    alarms: tuple[AlarmRow, ...]
    own_alarms: (
        tuple[OwnAlarm, ...] | None
    )  # None: it has none we know of, or they were not read
    overrides: tuple[OverrideRow, ...]
    documents: tuple[FiledDocument, ...]
    notes: tuple[str, ...]  # sentences: faults of the device, what is odd
    unknown: tuple[str, ...]  # what the device holds, but no source tells where
    last: LastReport | None
    diagram: str  # name of the flow picture, empty for none
    slots: tuple[tuple[str, str], ...]  # picture slot → key

    def fact(self, name: str) -> str:
        """Return what the device said of itself under ``name``; empty when it did not."""
        return next((fact.value for fact in self.identity if fact.name == name), "")

    def circuit_name(self, number: int | None) -> str:
        """Return a circuit's name; empty for the common controller and unknown ones."""
        return next((c.name for c in self.circuits if c.number == number), "")

    def at_slot(self, slot: str) -> Told | None:
        """Return what was read at a slot of the picture; None where nothing is bound."""
        row = self.row_at(slot)
        return row.told if row else None

    def row_at(self, slot: str) -> "SettingRow | MeasuredRow | None":
        """Return the setting or read-out at a slot of the picture."""
        key = dict(self.slots).get(slot)
        return self.row_of(key) if key else None

    def row_of(self, key: str) -> "SettingRow | MeasuredRow | None":
        """Return the setting or read-out of a point."""
        measured = next((row for row in self.measured if row.key == key), None)
        return measured or next((row for row in self.settings if row.key == key), None)

    def alarm_of(self, key: str) -> AlarmRow | None:
        """Return the most urgent alarm standing on a point."""
        own = [alarm for alarm in self.alarms if alarm.key == key]
        return min(own, key=lambda alarm: alarm.priority, default=None)


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of the first page; each equals the marks in the tables."""

    settings: int
    settings_read: int
    times: int
    times_read: int
    not_default: int
    defaults_known: int
    changed: int
    times_changed: int
    not_available: int  # settings, times and read-outs without a value
    alarms: int
    worst_priority: int  # 0 for none
    overrides: int


def counts(data: CommissioningData) -> Counts:
    """Count the marks of a report."""
    priorities = [alarm.priority for alarm in data.alarms]
    priorities += [alarm.priority for alarm in data.own_alarms or ()]
    told = [row.told for row in data.settings]
    told += [time.told for time in data.schedule]
    told += [row.told for row in data.measured]
    return Counts(
        settings=len(data.settings),
        settings_read=sum(row.told.value is not None for row in data.settings),
        times=len(data.schedule),
        times_read=sum(time.told.value is not None for time in data.schedule),
        not_default=sum(row.marked_default for row in data.settings),
        defaults_known=sum(row.default is not None for row in data.settings),
        changed=sum(row.marked_changed for row in data.settings),
        times_changed=sum(time.changed for time in data.schedule),
        not_available=sum(one.value is None for one in told),
        alarms=len(priorities),
        worst_priority=min(priorities, default=0),
        overrides=len(data.overrides),
    )
