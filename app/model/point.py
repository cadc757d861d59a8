"""What is known of a point or setting before anything is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Category(Enum):
    """Which right writing a setting needs: the controller maker's three levels."""

    PRIMARY = "primary"
    LIMITED = "limited"
    ALL = "all"


class ValueKind(Enum):
    """What a point's numbers stand for."""

    NUMBER = "number"
    CHOICE = "choice"
    FLAGS = "flags"
    TEXT = "text"
    TIME_OF_DAY = "time-of-day"  # HHMM as the controller keeps it, 0…2400


@dataclass(frozen=True, slots=True)
class WriteRules:
    """What a setting accepts; all values in the point's unit."""

    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    off_value: float | None = None  # the number by which the device means OFF
    allow: tuple[float, ...] = ()  # when given, the only values that may be written
    confirm: bool = False
    dual: bool = False  # needs a second person
    verify_after_ms: int = 500
    rate_per_hour: int | None = None
    # How far what is read back may lie from what was sent; None: less than half a step.
    tolerance: float | None = None
    momentary: bool = False  # an order, not a value: there is nothing to read before or after
    danger: str = ""  # why a person should think twice, shown before the write
    # When given: by these values the device controls by itself; any other takes it out of
    # automatic and stays until it is written again.
    automatic: tuple[float, ...] = ()

    def overrides(self, value: float) -> bool:
        """Whether writing a value takes the device out of automatic."""
        return bool(self.automatic) and value not in self.automatic


@dataclass(frozen=True, slots=True)
class PointSpec:
    """One quantity of a device model: name, unit, meaning, whether it can be written."""

    key: str
    name: str
    unit: str = ""  # as shown: "°C", "m³/h", "kWh"; empty for none
    decimals: int = 0
    kind: ValueKind = ValueKind.NUMBER
    choices: Mapping[int, str] = field(default_factory=dict)  # code or bit → word
    category: Category = Category.ALL
    poll_group: str = "slow"
    number: int | None = None  # the number the maker's manual gives it (PNU)
    group: str = ""  # as the controller groups it: "Return limit"
    circuit: int | None = None
    default: float | None = None  # the factory's value where a source states one
    write: WriteRules | None = None  # None: read only
    role: str = ""  # what it is for pictures and reports: "temperature.supply"
    live: bool = True  # polled as soon as the device is on; False: read only on demand
    listed: bool = False  # a row of the settings table, whether or not it is written from here
    note: str = ""
    digits: int | None = None  # of an index, decimals included: after all nines comes 0
    most_per_hour: float | None = None  # what an index can count at most, in its unit

    @property
    def is_setting(self) -> bool:
        """Whether a person may change it through the one door."""
        return self.write is not None
