"""What screens and commands may ask of the core: the verbs of each service, typed.

The services fulfil these protocols in the core's process; the channel fulfils them
from any other process on this machine. Every verb is a coroutine to be awaited on
the loop that owns it (the core thread, or the channel client's thread); the screen
goes through ``widgets.asking``. Every verb may raise any `PlantError`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.auditverbs import AuditVerbs
from app.backupverbs import BackupVerbs
from app.customerverbs import CustomerVerbs
from app.meterverbs import MeterVerbs
from app.model.alarm import Alarm, AlarmRule
from app.model.conversation import Attendance, Conversation, Frame
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Option
from app.model.letterhead import Letterhead
from app.model.point import PointSpec
from app.model.profile import UnknownMap, WeekProgram
from app.model.reading import DeviceId, PointId, Reading
from app.model.rights import Rights
from app.pairverbs import PairVerbs
from app.peopleverbs import HardeningVerbs, PeopleVerbs
from app.plantverbs import AlarmVerbs, ControlVerbs, HistoryVerbs
from app.radioverbs import RadioVerbs
from app.retentionverbs import RetentionVerbs
from app.sampleverbs import SampleVerbs
from app.scanverbs import ScanVerbs
from app.sessionverbs import SessionVerbs
from app.telegramverbs import TelegramVerbs
from app.totalsverbs import TotalsVerbs
from app.verbs import Viewer
from app.versionverbs import VersionVerbs


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device in a list: what it is and how it is doing."""

    config: DeviceConfig
    link: LinkConfig
    standing: DeviceStanding
    label: str  # of the profile in force: "ECL Comfort 310, A266.1"; "" while unknown


@dataclass(frozen=True, slots=True)
class DeviceDetail:
    """Everything a device page needs besides readings."""

    view: DeviceView
    points: tuple[PointSpec, ...]
    identity: Mapping[str, str]  # "serial", "software", "application" …
    diagram: str  # name of a document in flowdiagrams/library, "" for none
    slots: Mapping[str, str]  # diagram slot → point key
    unknown: tuple[UnknownMap, ...]
    week_programs: tuple[WeekProgram, ...]
    clock_drift_s: float | None  # device minus us; None: no clock or not read yet
    clock_note: str  # a sentence when the drift cannot be told (ambiguous hour …)
    circuits: Mapping[int, str] = field(default_factory=dict)  # 1 → "Heating"


@dataclass(frozen=True, slots=True)
class Document:
    """A file kept with a device."""

    id: str
    device: DeviceId | None
    title: str
    kind: str  # "commissioning-report", "note" …
    path: Path  # in the project's documents folder
    created_at: datetime
    created_by: str
    version: int = 1  # counts up when a newer file takes an older one's place
    size: int = 0  # bytes


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down about a device, a point of it, a moment."""

    id: str  # "" for a new one
    device: DeviceId
    text: str
    about_at: datetime | None = None  # UTC, the moment meant; None: the device as such
    point: PointId | None = None
    author: str = ""  # the name of who wrote this version
    written_at: datetime | None = None  # UTC; None for a new one
    version: int = 0  # as it was read; a keeping that finds another one is a conflict


@dataclass(frozen=True, slots=True)
class Version:
    """One saved state of the configuration."""

    number: int
    at: datetime
    author: str
    note: str
    summary: str  # "1 device added, 2 changed"


@dataclass(frozen=True, slots=True)
class Preset:
    """A selection somebody named and kept: columns, pens, a dashboard."""

    id: str  # "" for a new one
    kind: str  # whose it is: "readings", "chart", "dashboard" …
    name: str
    owner: str  # login
    shared: bool  # whether others see it; only its owner changes it
    content: str  # JSON, understood by the page that keeps it


class PlantVerbs(Protocol):
    """Devices and their present values."""

    async def title(self, viewer: Viewer) -> str: ...

    async def zone_name(self, viewer: Viewer) -> str:
        """Return the plant's time zone as an IANA name."""
        ...

    async def troubles(self, viewer: Viewer) -> Sequence[str]:
        """Return what is wrong with the core itself, a sentence each; mostly nothing."""
        ...

    async def devices(self, viewer: Viewer) -> Sequence[DeviceView]: ...

    async def device(self, viewer: Viewer, device: DeviceId) -> DeviceDetail: ...

    async def latest(self, viewer: Viewer, points: Collection[PointId]) -> Sequence[Reading]:
        """Return the newest readings of the points that have one; all points when empty."""
        ...

    async def read_now(
        self, viewer: Viewer, device: DeviceId, keys: Collection[str]
    ) -> Sequence[Reading]:
        """Ask the device itself, ahead of the cycle; empty ``keys`` means every point."""
        ...

    async def conversation(self, viewer: Viewer, device: DeviceId) -> Conversation:
        """Return how a device has been answering over the last 24 hours."""
        ...

    async def attendance(
        self, viewer: Viewer, device: DeviceId, start: datetime, end: datetime
    ) -> Attendance:
        """Return when a device and its line were there, as far as a core looked on."""
        ...

    async def frames(self, viewer: Viewer, device: DeviceId) -> Sequence[Frame]:
        """Return what went over the device's line last, oldest first, of all devices on it."""
        ...


@dataclass(frozen=True, slots=True)
class ReportedSettings:
    """What a commissioning report says of a device's settings, to compare with."""

    number: str  # "CR-2026-0004"
    device: str  # its name then
    label: str  # of its application then
    read_at: datetime  # UTC
    values: Mapping[str, float]  # by key, in the point's unit; what was not read is not there


class ReportVerbs(Protocol):
    """Reports on paper, filed with the device."""

    async def commissioning(
        self, viewer: Viewer, device: DeviceId, language: str = "en"
    ) -> Sequence[Document]:
        """Read all settings now, print PDF and XLSX, file both, and return them."""
        ...

    async def difference(
        self, viewer: Viewer, older: str, newer: str, language: str = ""
    ) -> Sequence[Document]:
        """Print the difference of two commissioning reports (document ids).

        Without a ``language``, in that of the newer one.
        """
        ...

    async def consumption(
        self,
        viewer: Viewer,
        device: DeviceId,
        start: datetime,
        end: datetime,
        language: str = "en",
    ) -> Sequence[Document]:
        """Print what a meter counted in each day of a period, file and return it."""
        ...

    async def revised(self, viewer: Viewer, device: DeviceId) -> Sequence[str]:
        """Return the numbers of filed reports of periods whose figures changed since."""
        ...

    async def reported(self, viewer: Viewer, document: str) -> ReportedSettings:
        """Return the settings of a filed report; any of its documents names it."""
        ...

    async def letterhead(self, viewer: Viewer) -> Letterhead:
        """Return whose paper it is, for what a workstation prints itself."""
        ...

    async def keep_logo(self, viewer: Viewer, filename: str, content: bytes) -> Document:
        """Keep a logo with the plant; `ProjectVerbs.describe` puts it on paper."""
        ...


class FileVerbs(Protocol):
    """What is kept with a device: files and notes, each with its earlier versions."""

    async def documents(
        self, viewer: Viewer, device: DeviceId | None = None
    ) -> Sequence[Document]:
        """Return the newest version of every document, newest first."""
        ...

    async def document_versions(self, viewer: Viewer, document: str) -> Sequence[Document]:
        """Return every version of a document, newest first; ``document`` is any one's id."""
        ...

    async def add_document(
        self,
        viewer: Viewer,
        device: DeviceId,
        title: str,
        filename: str,
        content: bytes,
        replaces: str = "",
    ) -> Document:
        """Keep a file with a device; ``replaces`` makes it the next version of another."""
        ...

    async def remove_document(self, viewer: Viewer, document: str) -> None:
        """Take a document a person added off the list; its files stay in the project."""
        ...

    async def notes(self, viewer: Viewer, device: DeviceId) -> Sequence[Note]:
        """Return the notes of a device as they read now, newest first."""
        ...

    async def keep_note(self, viewer: Viewer, note: Note) -> Note:
        """Add a note, or a version of it; `Conflict` when somebody else did so meanwhile."""
        ...

    async def remove_note(self, viewer: Viewer, note: str) -> None:
        """Take a note off the list; its versions stay."""
        ...

    async def note_versions(self, viewer: Viewer, note: str) -> Sequence[Note]:
        """Return every version of a note, newest first."""
        ...


class ProjectVerbs(FileVerbs, Protocol):
    """The configuration, its versions, and what is kept with devices."""

    async def describe(
        self,
        viewer: Viewer,
        title: str | None = None,
        zone: str | None = None,
        utility: str | None = None,
        logo: str | None = None,
        options: Mapping[str, Option] | None = None,
        note: str = "",
        seen: int | None = None,
    ) -> None:
        """Change the plant's own fields; `Conflict` when changed after version ``seen``."""
        ...

    async def put_link(
        self, viewer: Viewer, link: LinkConfig, note: str = "", base: LinkConfig | None = None
    ) -> None:
        """Add or change a line; `Conflict` when it is no longer as ``base``."""
        ...

    async def put_device(
        self,
        viewer: Viewer,
        device: DeviceConfig,
        note: str = "",
        base: DeviceConfig | None = None,
    ) -> None:
        """Add or change a device; `Conflict` when it is no longer as ``base``."""
        ...

    async def put_paths(
        self, viewer: Viewer, device: DeviceId, paths: Sequence[DeviceId], note: str = ""
    ) -> Sequence[DeviceId]:
        """Read a meter by these devices from now on, the best first; return its paths."""
        ...

    async def remove_device(self, viewer: Viewer, device: DeviceId, note: str = "") -> None: ...

    async def remove_link(self, viewer: Viewer, link: LinkId, note: str = "") -> None: ...

    async def put_rule(
        self, viewer: Viewer, rule: AlarmRule, note: str = "", base: AlarmRule | None = None
    ) -> None:
        """Add or change an alarm rule; `Conflict` when it is no longer as ``base``."""
        ...

    async def remove_rule(self, viewer: Viewer, rule: str, note: str = "") -> None: ...

    async def versions(self, viewer: Viewer) -> Sequence[Version]: ...

    async def difference(self, viewer: Viewer, older: int, newer: int) -> Sequence[str]:
        """Return one line a change between two versions: "device a: name 'x' → 'y'"."""
        ...

    async def undo(self, viewer: Viewer) -> Version:
        """Take back the newest change that is not taken back yet; again for the one before."""
        ...

    async def redo(self, viewer: Viewer) -> Version:
        """Take back the newest undo."""
        ...

    async def restore(self, viewer: Viewer, version: int) -> Version: ...


class DeskVerbs(Protocol):
    """How each person keeps their desk: preferences and presets; never a version."""

    async def preferences(self, viewer: Viewer) -> Mapping[str, str]:
        """Return one's own preferences, JSON texts by key."""
        ...

    async def keep_preference(self, viewer: Viewer, key: str, value: str) -> None:
        """Keep a preference; an empty ``value`` takes it away."""
        ...

    async def presets(self, viewer: Viewer, kind: str) -> Sequence[Preset]:
        """Return one's own presets and the shared ones, by name."""
        ...

    async def keep_preset(
        self, viewer: Viewer, preset: Preset, base: Preset | None = None, note: str = ""
    ) -> Preset:
        """Add a preset or change one's own; returns it with its id and owner.

        `Conflict` when it is no longer as ``base``, or gone.
        """
        ...

    async def remove_preset(self, viewer: Viewer, preset: str) -> None: ...

    async def confirm_password(self, viewer: Viewer, password: str) -> None:
        """Raise `NotPermitted` unless it is the viewer's password."""
        ...


@dataclass(frozen=True, slots=True)
class Asked:
    """All services together; ``watch_*`` call back on the loop that owns the services."""

    plant: PlantVerbs
    history: HistoryVerbs
    alarms: AlarmVerbs
    control: ControlVerbs
    reports: ReportVerbs
    project: ProjectVerbs
    audit: AuditVerbs
    desk: DeskVerbs
    versions: VersionVerbs
    people: PeopleVerbs
    session: SessionVerbs
    hardening: HardeningVerbs
    customers: CustomerVerbs
    pairs: PairVerbs
    meters: MeterVerbs
    samples: SampleVerbs
    retention: RetentionVerbs
    backups: BackupVerbs
    radio: RadioVerbs
    telegrams: TelegramVerbs
    scan: ScanVerbs
    totals: TotalsVerbs
    watch_readings: Callable[[Callable[[Sequence[Reading]], None]], Callable[[], None]]
    watch_alarms: Callable[[Callable[[Sequence[Alarm]], None]], Callable[[], None]]
    watch_devices: Callable[[Callable[[Sequence[DeviceStanding]], None]], Callable[[], None]]
    watch_rights: Callable[[Callable[[Rights], None]], Callable[[], None]]
