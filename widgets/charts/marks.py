"""What stands beside the lines of a chart: limits, events, alarms."""

from dataclasses import dataclass

GUTTER_PX = 64  # left and right of the lanes, so that everything lines up


@dataclass(frozen=True, slots=True)
class Limit:
    """A level an alarm rule watches."""

    pen: str  # key
    level: float  # in the pen's unit
    priority: int
    words: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a moment: ``letter`` N note, S setting changed."""

    at_s: float  # seconds since 1970
    letter: str
    words: str


@dataclass(frozen=True, slots=True)
class AlarmSpan:
    """A time an alarm's condition held."""

    start_s: float
    end_s: float
    priority: int
    words: str
