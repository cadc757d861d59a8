"""A chart for paper: what is drawn, measured and told of each pen over the time seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.reports.words import Words
from app.words import language, retold

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


def in_words(data: TrendData, words: Words) -> TrendData:
    """Return a chart of the screen with its names in the words of a paper."""
    _, sign = words, words.decimal_sign
    if words.language == language():
        return data
    told = {pen.name: retold(pen.name, words.language) for pen in data.pens}
    levels = (f"{level:g}".replace(".", sign) for _lane, level, _words in data.limits)
    return replace(
        data,
        title=retold(data.title, words.language),
        subtitle=retold(data.subtitle, words.language),
        pens=tuple(replace(pen, name=told[pen.name]) for pen in data.pens),
        limits=tuple(
            (lane, level, _limit_words(told, figures, data.pens, words))
            for (lane, level, told), figures in zip(data.limits, levels, strict=True)
        ),
        alarms=tuple(
            replace(alarm, words=retold(alarm.words, words.language)) for alarm in data.alarms
        ),
    )


def _limit_words(told: str, level: str, pens: Sequence[TrendPen], _: Words) -> str:
    """Return a limit in other words; a pen's short name before it stays."""
    tag = next((pen.tag for pen in pens if told.startswith(f"{pen.tag} ")), "")
    words = _("{pen} limit {level}") if tag else _("limit {level}")
    return words.format(pen=tag, level=level)
