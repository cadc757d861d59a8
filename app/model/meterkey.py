"""Keys of meters, told without the keys: nothing here can give one away."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MeterKey:
    """That there is a key for a meter."""

    meter: str  # its number, eight digits
    since: datetime  # UTC, when the newest one was taken in
    source: str  # name of the file that brought it
    earlier: int = 0  # older keys that are still tried: telegrams under way when it changed


@dataclass(frozen=True, slots=True)
class KeysTaken:
    """What a file of keys brought."""

    added: int
    changed: int
    same: int
    faults: tuple[str, ...] = ()  # a sentence for each line that brought nothing


@dataclass(frozen=True, slots=True)
class KeyTried:
    """What became of a telegram with the keys at hand."""

    meter: str
    maker: str  # three letters
    opens: bool  # a key was needed, and one fits
    says: str  # a sentence
