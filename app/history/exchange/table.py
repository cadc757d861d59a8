"""Samples of one point as the rows of a file: in UTC, in the plant's time, with their unit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.history.readings import to_ms
from app.history.samples import Floats, Ints
from app.ports import Sample
from app.sampleverbs import PointFacts
from app.series import CODE_OF, QUALITY_CODES, Series

_QUARTER_MS = 900_000  # zones change their clocks at a quarter of an hour, none finer
_SECOND_MS = 1000
QUALITY_WORDS = tuple(each.value for each in QUALITY_CODES)


@dataclass(frozen=True, slots=True)
class Rows:
    """Some samples of one point, by time."""

    facts: PointFacts
    times_ms: Ints
    values: Floats  # NaN where there is none
    quality: NDArray[np.uint8]
    words: Sequence[str] = ()  # in the place of numbers; empty, or as many as samples
    reasons: Sequence[str] = ()  # the same
    flags: Sequence[str] = ()  # the same: which rules found something in it

    def __len__(self) -> int:
        return len(self.times_ms)


class Writing(Protocol):
    """A file that is being written."""

    def add(self, rows: Rows) -> None:
        """Write some rows."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


def of_series(facts: PointFacts, series: Series) -> Rows | None:
    """Return a series as rows; None where it does not tell all there is.

    A number that is missing though the quality is good is a word; what is not good may
    have a reason.
    """
    if series.quality.any() or np.isnan(series.values).any():
        return None
    return Rows(facts, series.times_ms, series.values, series.quality)


def of_samples(facts: PointFacts, samples: Sequence[Sample]) -> Rows:
    """Return samples with all that is known of them as rows."""
    values = [each.reading.value for each in samples]
    return Rows(
        facts,
        np.array([to_ms(each.at) for each in samples], np.int64),
        np.array([_number(value) for value in values], np.float64),
        np.array([CODE_OF[each.reading.quality] for each in samples], np.uint8),
        [_word(value) for value in values],
        [each.reading.reason for each in samples],
    )


def offsets_s(times_ms: Ints, zone: ZoneInfo) -> Ints:
    """Return how many seconds the plant's clock is ahead of UTC at each time."""
    quarters, which = np.unique(times_ms // _QUARTER_MS, return_inverse=True)
    ahead = [
        _ahead(datetime.fromtimestamp(quarter * _QUARTER_MS // _SECOND_MS, UTC), zone)
        for quarter in quarters.tolist()
    ]
    return np.array(ahead, np.int64)[which]


def offset_words(seconds: Ints) -> list[str]:
    """Return offsets as ``UTC+01:00``, which no spreadsheet takes for a time or a formula."""
    known = {each: _offset(each) for each in np.unique(seconds).tolist()}
    return [known[each] for each in seconds.tolist()]


def _ahead(at: datetime, zone: ZoneInfo) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def _offset(seconds: int) -> str:
    sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _number(value: object) -> float:
    return float(value) if isinstance(value, float | int) else float("nan")


def _word(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, str) else ""
