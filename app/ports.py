"""What the core asks of the outside world; drivers, stores and tests provide it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NotRequired, Protocol, TypedDict, Unpack, runtime_checkable

from app.model.alarm import Alarm, AlarmRecord, Occurrence
from app.model.control import WriteRequest, WriteResult
from app.model.conversation import Frame
from app.model.counter import Edit, Statement, TakenBack
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.hearing import Around
from app.model.meterprofile import MeterSource
from app.model.override import Override
from app.model.point import PointSpec
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Reading
from app.model.reception import RadioFigures
from app.series import Series

Clock = Callable[[], datetime]  # UTC, aware


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """What one poll brought: readings, and places the device refused or garbled."""

    readings: Sequence[Reading]
    faults: tuple[str, ...] = ()  # a sentence each: "Ahornvej 14: register 11253 refused …"
    requests: int = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """What a device says of itself; empty where it says nothing."""

    profile: str = ""  # id of the profile that fits, empty: unknown
    label: str = ""  # "A266.1"
    facts: Mapping[str, str] = field(default_factory=dict)  # "serial" → "71482036" …
    # What it tells of its own points, where no profile can know them: by key.
    points: Mapping[str, PointSpec] = field(default_factory=dict)
    interval_s: float | None = None  # how often those are read; None: as the profile says


class Link(Protocol):
    """The connection that serves one or many devices; owns the queue.

    All methods run on the core's loop. `open` raises `DeviceUnreachable`;
    `close` never raises and may be called twice.
    """

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    @property
    def connected(self) -> bool: ...


@runtime_checkable
class Overheard(Link, Protocol):
    """A link that keeps the last pieces of what went over the wire."""

    def frames(self) -> Sequence[Frame]:
        """Return them, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class Heard:
    """What one device said by itself, or why what it said tells nothing."""

    device: DeviceId
    readings: Sequence[Reading] = ()
    trouble: str = ""  # a sentence; then there are no readings
    points: Mapping[str, PointSpec] | None = None  # all it ever told, when some are new
    facts: Mapping[str, str] = field(default_factory=dict)
    label: str = ""
    interval_s: float | None = None  # how often it speaks, as far as known
    wrong_key: bool = False  # it is sealed, and no key that is kept opens it
    late: Sequence[Reading] = ()  # of earlier moments: without ``readings`` nothing is present
    lost: bool = False  # with ``trouble``: known to be gone, no interval is waited for


@runtime_checkable
class Hearing(Link, Protocol):
    """A link whose devices speak by themselves; nothing is asked."""

    def attend(
        self, devices: Collection[DeviceConfig], around: Around, learned: Mapping[str, str]
    ) -> Sequence[Heard]:
        """Listen for these devices from now on; called once, before `open`.

        Returns what ``learned`` before a restart says of them; without readings.
        """
        ...

    def learned(self, *, everything: bool = False) -> Mapping[str, str]:
        """Return a part of what to know again after a restart, by name; "" is forgotten."""
        ...

    def figures(self) -> RadioFigures:
        """Return what was heard since it was opened."""
        ...

    def recent(self, number: str) -> Sequence[bytes]:
        """Return the last telegrams of a meter, the newest first, read or not."""
        ...

    async def hear(self) -> Sequence[Heard]:
        """Return what came since; waits a second at most, and may return nothing."""
        ...


@runtime_checkable
class Foretelling(Link, Protocol):
    """A slow line that knows how long it takes to read everything on it."""

    def round_s(self) -> float:
        """Return what one readout of every device it met will take, in s."""
        ...


class Device(Protocol):
    """A conversation with one device on a link; what more it can do is a capability below."""

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        """Ask who is there; `DeviceUnreachable` when nobody answers."""
        ...


@runtime_checkable
class Polled(Device, Protocol):
    """A device that answers when asked (Modbus, M-Bus, OPC UA read)."""

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        """Read the points ``keys`` of the profile.

        A part the device refuses or garbles becomes BAD readings and a fault;
        silence or a lost link raises `DeviceUnreachable`.
        """
        ...


@runtime_checkable
class Writable(Device, Protocol):
    """A device that takes settings."""

    async def write(self, key: str, value: float) -> None:
        """Send one value, in the point's unit, exactly once.

        Raises `DeviceRefused` (nothing changed) or `DeviceUnreachable` (nobody
        knows whether it changed). Never repeats by itself.
        """
        ...


@dataclass(frozen=True, slots=True)
class DriverType:
    """How a driver module introduces itself: one per module, named ``DRIVER``.

    ``options`` is a frozen dataclass of the link's options; ``link`` opens nothing yet.
    """

    kind: str
    options: type
    link: Callable[[LinkConfig, Clock], Link]
    device: Callable[[Link, DeviceConfig, Profile, Clock], Device]
    guarded: bool = False  # its lines are encrypted, and both ends prove who they are
    hears: bool = False  # its links are `Hearing`
    # Of meters: the same driver with other meter profiles than those that come along.
    with_meters: "Callable[[MeterSource], DriverType] | None" = None


@dataclass(frozen=True, slots=True)
class SimulatorType:
    """How a simulator module introduces itself: one per module, named ``SIMULATOR``.

    ``serve(options, ready)`` runs a real server until cancelled; it calls ``ready``
    with the address once it listens. ``options`` is a frozen dataclass.
    """

    kind: str
    summary: str
    faults: tuple[str, ...]
    serve: Callable[..., Any]
    options: type


class DeviceMemory(Protocol):
    """Who answered where, remembered while no core runs; quick, on the core's loop."""

    def serial_of(self, device: DeviceConfig, link: LinkConfig | None) -> str:
        """Return who answered last under this very configuration of device and line.

        "" for nobody: a person who changed one of them has looked at it.
        """
        ...

    def meet(self, device: DeviceConfig, link: LinkConfig | None, serial: str) -> None:
        """Remember who answers for a device on its line."""
        ...

    def learned(self, link: LinkId) -> Mapping[str, str]:
        """Return what a line that hears wanted to know again; see `Hearing.learned`."""
        ...

    def learn(self, link: LinkId, news: Mapping[str, str]) -> None:
        """Keep what a line wants to know again; an empty text is forgotten."""
        ...


class AlarmJournal(Protocol):
    """Where alarm changes are written, for ever; called on the core's loop, must be quick."""

    def append(self, alarm: Alarm, at: datetime) -> AlarmRecord: ...

    def standing(self) -> Collection[Alarm]: ...

    def history(self, limit: int, before_seq: int | None = None) -> Sequence[AlarmRecord]: ...

    def occurrences(self, rule: str) -> Sequence[Occurrence]:
        """Return when a rule's condition held, the earlier first; blocks, any thread."""
        ...


class Deed(TypedDict):
    """What a person does, as the audit is told it."""

    login: str
    name: str
    workstation: str
    verb: str
    entity: str
    old: NotRequired[str]
    new: NotRequired[str]
    result: NotRequired[str]
    reason: NotRequired[str]


class AuditTrail(Protocol):
    """Where what people did is written, hash-chained; all methods block, any thread."""

    def admit(self) -> None:
        """Raise `StoreBroken` while nothing may be changed: the audit could not hold it."""
        ...

    def append(self, **deed: Unpack[Deed]) -> int:
        """Write down what is about to happen; what raises `StoreBroken` must not happen."""
        ...

    def keep(self, **deed: Unpack[Deed]) -> None:
        """Write down what happened or must not be held up, at once or when it can be."""
        ...


class OverrideBook(Protocol):
    """Where overrides are kept over a restart; all methods block, any thread."""

    def standing(self) -> Sequence[Override]:
        """Return those that stand, the oldest first."""
        ...

    def begin(self, made: Override) -> None:
        """Note one before its value is sent; one of the same setting stands beside it."""
        ...

    def end(self, override: str, how: str, at: datetime) -> None:
        """Note how one ended."""
        ...


class StatementBook(Protocol):
    """What people stated about the indexes of meters; all methods block, any thread."""

    def points(self) -> Collection[PointId]:
        """Return every index that anything was ever stated about."""
        ...

    def of(self, points: Collection[PointId]) -> Mapping[PointId, tuple[Statement, ...]]:
        """Return what was ever stated about the points, in the order it was."""
        ...

    def state(
        self,
        point: PointId,
        says: Edit | TakenBack,
        reason: str,
        author: str,
        seen: int | None = None,
    ) -> Statement:
        """Keep a statement and return it; `BadInput` for one that makes no sense.

        `Conflict` where more than ``seen`` statements are there by now.
        """
        ...


class Intents(Protocol):
    """Wishes to change a setting that were sent, so that none is ever sent twice."""

    def known(self, login: str, intent: str) -> WriteResult | None:
        """Return what became of a wish that was sent before; None for a new one."""
        ...

    def begin(
        self, login: str, name: str, workstation: str, request: WriteRequest, old: float | None
    ) -> None:
        """Note that a wish is being sent; on return that outlives a power cut."""
        ...

    def end(self, login: str, intent: str, result: WriteResult) -> None:
        """Note what became of it."""
        ...

    def cut_off(self, reason: str) -> Sequence[tuple[str, str, str, WriteResult]]:
        """End what was being sent when the program ended; login, name, place, result."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """A stored reading, and the moment it is filed at."""

    at: datetime  # UTC; of the quarter stream the quarter of an hour it was valid at
    reading: Reading


@dataclass(frozen=True, slots=True)
class HistoryStats:
    """What a store holds; samples that came twice may count twice until put together."""

    points: int
    samples: Mapping[str, int]  # by stream
    size_bytes: int  # of all files
    bytes_per_sample: float | None  # None without samples
    oldest: datetime | None  # of the kept stream, to the day
    newest: datetime | None  # of any stream
    places: tuple[str, ...]  # files or servers


class HistoryStore(Protocol):
    """Durable samples; methods block, so they run in the recorder's or a reader's thread.

    ``stream`` is ``"quarter"`` (kept) or ``"fast"`` (10-second readings, 48 h). Every
    method raises `StoreBroken` when a file cannot be read or written.
    """

    def append(
        self, readings: Sequence[Reading], stream: str, at: datetime | None = None
    ) -> None:
        """Make the readings durable in one commit; on return they survive a kill.

        They are filed ``at`` one moment, or each at the moment it was measured. Sending
        them again changes nothing.
        """
        ...

    def range(self, point: PointId, start: datetime, end: datetime, stream: str) -> Series:
        """Return the samples filed at ``start ≤ at < end``, by time, last writer wins."""
        ...

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        """Return one series a point; many points at once cost far less than one by one."""
        ...

    def newest(self, stream: str, before: datetime) -> Sequence[Sample]:
        """Return the newest sample of every point that is filed before a moment.

        Of the fast stream only the newest quarter of an hour is sure to be looked at.
        """
        ...

    def newest_moment(self, stream: str, before: datetime) -> datetime | None:
        """Return the newest moment before one that anything is filed at; None for nothing.

        Far cheaper than `newest`. Where samples come late, it may be older than the truth.
        """
        ...

    def latest(self) -> Sequence[Reading]:
        """Return the newest stored reading of every point."""
        ...

    def compact(self, now: datetime, keep_going: Callable[[], bool]) -> int:
        """Put the samples of closed slots of time together; return how many steps were taken.

        A step takes a fraction of a second; ``keep_going`` is asked before each.
        """
        ...

    def drop_fast_before(self, moment: datetime) -> None:
        """Throw away what the fast stream holds before a moment."""
        ...

    def close(self) -> None: ...
