"""A device model as its profile file describes it: points, places, manners."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from app.model.identity import IdentityFact
from app.model.point import PointSpec

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
UNIT_NOT_SET = "unit not set"  # shown in a unit's place until the engineer chooses the unit


class Area(Enum):
    """The four address spaces of a Modbus device."""

    HOLDING = "holding"
    INPUT = "input"
    COIL = "coil"
    DISCRETE = "discrete"


class DataType(Enum):
    """How a value lies in registers."""

    INT16 = "int16"
    UINT16 = "uint16"
    INT32 = "int32"
    UINT32 = "uint32"
    INT64 = "int64"
    UINT64 = "uint64"
    FLOAT32 = "float32"
    FLOAT64 = "float64"
    STRING = "string"
    OCTETS = "octets"  # one octet a register, shown with dots: an IP address in four words
    BIT = "bit"

    @property
    def words(self) -> int:
        """How many registers one value takes; a text's length stands in its place."""
        return {"int32": 2, "uint32": 2, "float32": 2}.get(
            self.value, 4 if self.value.endswith("64") else 1
        )


class WordOrder(Enum):
    """Which register of a group holds the high word; makers disagree."""

    HIGH_FIRST = "big"
    LOW_FIRST = "little"


@dataclass(frozen=True, slots=True)
class RegisterPlace:
    """Where and how a point lies in a Modbus device; ``address`` is the wire's, from 0."""

    area: Area
    address: int
    type: DataType
    words: int  # registers taken (a text's length)
    scale: float = 1.0  # value = raw · scale + offset
    offset: float = 0.0
    word_order: WordOrder = WordOrder.HIGH_FIRST
    byte_swap: bool = False  # low byte first inside a register
    sentinels: Mapping[int, str] = field(default_factory=dict)  # raw → reason code
    minimum: float | None = None  # outside → BAD "out-of-range"; in the point's unit
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class LinkRules:
    """The manners of a device on its link."""

    default_unit: int = 1
    timeout_ms: int = 1500
    retries: int = 1
    turnaround_ms: int = 0
    idle_close_s: float | None = None  # close ourselves before the device does
    offline_after_cycles: int = 2  # cycles after STALE
    single_client: bool = False
    number_term: str = ""  # what the maker calls a register's number: "PNU"


@dataclass(frozen=True, slots=True)
class ReadRules:
    """How registers may be asked for."""

    max_registers: int = 125
    gap_tolerance: int = 0  # 0: never read a register nobody declared
    served: tuple[tuple[int, int], ...] = ()  # wire addresses, inclusive; may be bridged inside
    single_word: frozenset[int] = frozenset()  # wire addresses to be read alone


@dataclass(frozen=True, slots=True)
class DetectRule:
    """One question whose answer tells this model from others."""

    area: Area
    address: int
    count: int
    match: Mapping[int, int]  # offset in the answer → register expected
    score: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class ClockPlaces:
    """Keys of the settings that hold the device's own clock, and how to set it."""

    hour: str
    minute: str
    day: str
    month: str
    year: str
    automatic_summer_time: str = ""


@dataclass(frozen=True, slots=True)
class WeekProgram:
    """A week plan in registers.

    A time lies at ``base + day_stride · weekday + 2 · (period − 1) + (0 start | 1 stop)``,
    weekday 0 is Monday, as HHMM 0…2400; start equal to stop means unused.
    """

    circuit: int
    base_address: int  # wire address of Monday, period 1, start
    day_stride: int = 10
    periods: int = 3
    writable: bool = False  # whether a source shows that its times may be changed from here

    def key(self, weekday: int, period: int, *, stop: bool) -> str:
        """Return the point of a time; ``weekday`` 0 is Monday, ``period`` counts from 1."""
        edge = "stop" if stop else "start"
        return f"week{self.circuit}_{_DAYS[weekday]}_{period}_{edge}"

    def times(self) -> tuple[str, ...]:
        """Return the points of the whole week, in the order of their registers."""
        return tuple(
            self.key(weekday, period, stop=stop)
            for weekday in range(len(_DAYS))
            for period in range(1, self.periods + 1)
            for stop in (False, True)
        )


@dataclass(frozen=True, slots=True)
class DeviceAlarmBit:
    """One of the device's own alarms: a bit of a point that is polled."""

    point: str
    bit: int
    number: int
    text: str
    priority: int  # 1 (highest) … 4


@dataclass(frozen=True, slots=True)
class ProfileOption:
    """What an engineer sets per device because the sources or the order leave it open.

    The value stands in the device's options under ``key``; unset or None leaves it open.
    """

    key: str
    label: str
    kind: str  # "choice", "int" or "float"
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    default: str | float | None = None  # None: open until somebody sets it
    note: str = ""


@dataclass(frozen=True, slots=True)
class UnknownMap:
    """Something the sources do not know: off until an engineer sets its map.

    ``points`` lists the keys that would come alive; ``fields`` the options (keys of
    ``Profile.options``) that must be given.
    """

    key: str
    title: str
    why: str
    fields: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldenVector:
    """Recorded registers and what they must decode to; the profile's own test."""

    registers: Mapping[int, int]  # wire address → raw
    expect: Mapping[str, float | str | None]  # point key → value; None: nothing believable
    reasons: Mapping[str, str] = field(default_factory=dict)  # point key → reason code
    note: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything a profile file says of one device model."""

    id: str
    version: int
    vendor: str
    models: tuple[str, ...]
    label: str  # "ECL Comfort 310, A266.1"
    status: str  # draft | field_tested | released
    driver: str  # kind of the driver that reads it: "modbus-tcp"
    points: Mapping[str, PointSpec]
    places: Mapping[str, RegisterPlace]
    link: LinkRules = LinkRules()
    read: ReadRules = ReadRules()
    poll_groups: Mapping[str, float] = field(
        default_factory=dict
    )  # name → seconds; 0: on connect
    detect: tuple[DetectRule, ...] = ()
    identity: Mapping[str, IdentityFact] = field(default_factory=dict)  # "serial" → …
    alarms: tuple[DeviceAlarmBit, ...] = ()
    clock: ClockPlaces | None = None
    week_programs: tuple[WeekProgram, ...] = ()
    unknown: tuple[UnknownMap, ...] = ()
    diagram: str = ""  # document in flowdiagrams/library without ".json"
    slots: Mapping[str, str] = field(default_factory=dict)  # diagram slot → point key
    tests: tuple[GoldenVector, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what an engineer should know: conflicts of the sources …
    circuits: Mapping[int, str] = field(default_factory=dict)  # 1 → "Heating"
    options: Mapping[str, ProfileOption] = field(default_factory=dict)
    # point key → part ("address", "type", "scale", "unit") → option that decides it
    bindings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # the points bound to options, as the file has them: what `app.profiles.resolve` starts from
    templates: Mapping[str, tuple[PointSpec, RegisterPlace]] = field(default_factory=dict)
    # those of them without a place yet
    dormant: Mapping[str, tuple[PointSpec, RegisterPlace]] = field(default_factory=dict)

    told: frozenset[str] = frozenset()  # points the device itself named; no place is theirs

    def gives(self, key: str) -> bool:
        """Tell whether a point can be read from the device."""
        return key in self.places or key in self.told

    def settings(self) -> tuple[PointSpec, ...]:
        """Return what a person may change, in the file's order."""
        return tuple(spec for spec in self.points.values() if spec.is_setting)

    def listed(self) -> tuple[PointSpec, ...]:
        """Return the rows of the settings table: by circuit, the common controller last.

        Within a circuit the order is the file's. A row that is no setting (an IP
        address) can only be changed at the device itself.
        """
        rows = [spec for spec in self.points.values() if spec.listed]
        last = max((spec.circuit or 0 for spec in rows), default=0) + 1
        return tuple(
            sorted(rows, key=lambda spec: last if spec.circuit is None else spec.circuit)
        )
