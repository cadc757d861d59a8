"""A chart for paper: what is drawn, measured and told of each pen over the time seen."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Line = tuple[Floats, Floats]  # seconds since 1970, values; NaN breaks the line


@dataclass(frozen=True, slots=True)
class TrendPen:
    """One line: all values in its unit; None where nothing is known."""

    tag: str
    name: str
    device: str
    unit: str
    decimals: int
    lane: str  # pens of one lane share a scale
    faint: bool  # of another time
    good: Line
    doubtful: Line
    at_a: float | None = None
    at_b: float | None = None
    least: float | None = None
    most: float | None = None
    mean: float | None = None
    good_share: float | None = None  # 0…1


@dataclass(frozen=True, slots=True)
class TrendAlarm:
    """A time an alarm stood."""

    start_s: float  # since 1970
    end_s: float
    priority: int
    words: str


@dataclass(frozen=True, slots=True)
class TrendData:
    """Everything a printed chart shows."""

    title: str
    subtitle: str
    start: datetime  # UTC
    end: datetime
    zone: str  # IANA name
    made_at: datetime
    made_by: str
    pens: tuple[TrendPen, ...]
    limits: tuple[tuple[str, float, str], ...] = ()  # lane, level, words
    alarms: tuple[TrendAlarm, ...] = ()
    cursor_a_s: float | None = None  # since 1970
    cursor_b_s: float | None = None
