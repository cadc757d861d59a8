"""Values of several points side by side over time: what a table, a CSV and a sheet show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.model.reading import Quality
from app.reports.words import Words
from app.series import CODE_OF, QUALITY_CODES, Series

_GOOD = CODE_OF[Quality.GOOD]
_ABSENT = -1


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """One point: what it is called and its samples."""

    name: str
    device: str
    unit: str
    decimals: int
    series: Series
    choices: tuple[tuple[int, str], ...] = ()  # code → word, of a value that is no quantity

    @property
    def head(self) -> str:
        """Name and unit as they stand above the values: ``S3 Heating flow [°C]``."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Columns over the moments at which any of them has a sample.

    ``times_ms`` are whole milliseconds since 1970 (UTC), rising; ``places`` says for
    each column which of its samples belongs to a moment, -1 for none.
    """

    title: str
    start: datetime  # UTC
    end: datetime
    zone: str  # IANA name, in which times are written
    made_at: datetime
    made_by: str
    columns: tuple[ValueColumn, ...]
    times_ms: NDArray[np.int64]
    places: tuple[NDArray[np.int64], ...]

    def __len__(self) -> int:
        return len(self.times_ms)

    def value(self, row: int, column: int) -> float | None:
        """Return a value in the column's unit; None where nothing is believable."""
        place = self.places[column][row]
        if place == _ABSENT:
            return None
        value = float(self.columns[column].series.values[place])
        return value if np.isfinite(value) else None

    def words(self, row: int, column: int, decimal_sign: str = ".") -> str:
        """Return a value as it is written: figures, or the word with its code.

        Without thousands' marks, so that a file can be read back; "" for no value.
        """
        value = self.value(row, column)
        if value is None:
            return ""
        chosen = self.columns[column]
        word = dict(chosen.choices).get(round(value))
        if word is not None:
            return f"{word} ({round(value)})"
        return f"{value:.{chosen.decimals}f}".replace(".", decimal_sign)

    def quality(self, row: int, column: int) -> Quality | None:
        """Return a sample's quality; None where there is no sample at that moment."""
        place = self.places[column][row]
        if place == _ABSENT:
            return None
        return QUALITY_CODES[int(self.columns[column].series.quality[place])]

    def flagged(self, column: int) -> bool:
        """Whether any sample of a column is not simply good."""
        return bool((self.columns[column].series.quality != _GOOD).any())


def value_table(
    columns: Sequence[ValueColumn],
    period: tuple[datetime, datetime],
    *,
    title: str,
    zone: str,
    made_at: datetime,
    made_by: str,
    even_ms: int = 0,
) -> ValueTable:
    """Put columns side by side; blocks in proportion to the samples, any thread.

    With ``even_ms`` the moments so far apart between the first and the last sample all
    have a row, so that a gap is seen.
    """
    start, end = period
    times = [column.series.times_ms for column in columns]
    every = np.unique(np.concatenate([*times, np.empty(0, dtype=np.int64)]))
    if even_ms and len(every):
        first = -(-every[0] // even_ms) * even_ms
        every = np.union1d(every, np.arange(first, every[-1], even_ms, dtype=np.int64))
    every = every[
        (every >= int(start.timestamp() * 1000)) & (every <= int(end.timestamp() * 1000))
    ]
    places = []
    for own in times:
        place = np.searchsorted(own, every)
        there = place < len(own)
        there[there] = own[place[there]] == every[there]
        places.append(np.where(there, place, _ABSENT).astype(np.int64))
    return ValueTable(
        title, start, end, zone, made_at, made_by, tuple(columns), every, tuple(places)
    )


def in_words(table: ValueTable, tell: Callable[[str], str]) -> ValueTable:
    """Return the table with its names and states in other words, such as another language."""
    return replace(
        table,
        columns=tuple(
            replace(
                column,
                name=tell(column.name),
                choices=tuple((code, tell(word)) for code, word in column.choices),
            )
            for column in table.columns
        ),
    )


def quality_words(quality: Quality, _: Words) -> str:
    """Return a quality in the reader's words."""
    return {
        Quality.GOOD: _("good"),
        Quality.UNCERTAIN: _("uncertain"),
        Quality.STALE: _("stale"),
        Quality.MANUAL: _("put in by hand"),
        Quality.BAD: _("bad"),
        Quality.OFFLINE: _("offline"),
    }[quality]
