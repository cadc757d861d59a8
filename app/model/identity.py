"""How a device's own words for itself are put together from what it keeps in registers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from app.model.reading import Value


class FactFormat(Enum):
    """How the points of a fact become one line of text."""

    NUMBER = "number"  # 423187751 → "423187751"
    TEXT = "text"  # as read, without blanks at the ends
    HIGH_LOW_BYTE = "high-low-byte"  # 557 → "2.45"
    LETTER_LOW_BYTE = "letter-low-byte"  # 16642 → "A.2"
    APPLICATION_KEY = "application-key"  # 65, 266, 1 → "A266.1"
    YEAR_WEEK = "year-week"  # 6432 → "week 32, 2025": high byte year − 2000, low byte week

    @property
    def takes(self) -> int:
        """How many points the format is made of."""
        return 3 if self is FactFormat.APPLICATION_KEY else 1


@dataclass(frozen=True, slots=True)
class IdentityFact:
    """One fact a device tells of itself: which points, put together how."""

    format: FactFormat
    points: tuple[str, ...]  # point keys, in the order the format wants them
    prefix: str = ""  # put before it: "087H" before the code number 3040


def identity_facts(
    facts: Mapping[str, IdentityFact], values: Mapping[str, Value | None]
) -> dict[str, str]:
    """Return what the device says of itself, in words; a fact that cannot be told is left out.

    ``values`` are the readings' values by point key, in the points' units. A value
    that does not fit its format (a letter that is none, week 60) tells nothing.
    """
    told = {}
    for name, fact in facts.items():
        words = _words(fact, [values.get(key) for key in fact.points])
        if words:
            told[name] = fact.prefix + words
    return told


def _words(fact: IdentityFact, values: Sequence[Value | None]) -> str:
    if fact.format is FactFormat.TEXT:
        return values[0].strip() if isinstance(values[0], str) else ""
    numbers = [_whole(value) for value in values]
    if any(number is None for number in numbers):
        return ""
    known = [number for number in numbers if number is not None]
    if fact.format is FactFormat.APPLICATION_KEY:
        letter = _letter(known[0])
        return f"{letter}{known[1]}.{known[2]}" if letter else ""
    return _one_number(fact.format, known[0])


def _one_number(how: FactFormat, number: int) -> str:
    high, low = divmod(number, 256)
    if how is FactFormat.NUMBER:
        return str(number)
    if high > 255:  # noqa: PLR2004 – a register has two bytes
        return ""
    if how is FactFormat.HIGH_LOW_BYTE:
        return f"{high}.{low}"
    if how is FactFormat.LETTER_LOW_BYTE:
        letter = _letter(high)
        return f"{letter}.{low}" if letter else ""
    return f"week {low}, {2000 + high}" if 1 <= low <= 53 else ""  # noqa: PLR2004 – ISO weeks


def _whole(value: Value | None) -> int | None:
    """Return a number that is whole and not negative, else None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not math.isfinite(value) or value < 0 or value != int(value):
        return None
    return int(value)


def _letter(code: int) -> str:
    """Return the ASCII capital of ``code``, or nothing."""
    return chr(code) if ord("A") <= code <= ord("Z") else ""
