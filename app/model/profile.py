"""A device model as its profile file describes it: points, places, manners."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from app.model.point import PointSpec


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
    BIT = "bit"

    @property
    def words(self) -> int:
        """How many registers one value takes; a string's length stands in its place."""
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
    words: int  # registers taken (a string's length)
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


@dataclass(frozen=True, slots=True)
class DeviceAlarmBit:
    """One of the device's own alarms: a bit of a point that is polled."""

    point: str
    bit: int
    number: int
    text: str
    priority: int  # 1 (highest) … 4


@dataclass(frozen=True, slots=True)
class UnknownMap:
    """Something the sources do not know: off until an engineer sets its map.

    ``points`` lists the keys that would come alive; ``fields`` what must be given.
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
    identity: Mapping[str, str] = field(default_factory=dict)  # "serial" → point key …
    alarms: tuple[DeviceAlarmBit, ...] = ()
    clock: ClockPlaces | None = None
    week_programs: tuple[WeekProgram, ...] = ()
    unknown: tuple[UnknownMap, ...] = ()
    diagram: str = ""  # document in flowdiagrams/library without ".json"
    slots: Mapping[str, str] = field(default_factory=dict)  # diagram slot → point key
    tests: tuple[GoldenVector, ...] = ()
    sources: tuple[str, ...] = ()

    def settings(self) -> tuple[PointSpec, ...]:
        """Return what a person may change, in the file's order."""
        return tuple(spec for spec in self.points.values() if spec.is_setting)
