"""Energy days: where hours, days, months and years begin and end by the plant's own clock.

Samples are kept in UTC; what an operator calls a day is one of the plant's zone and has
23, 24 or 25 hours (92, 96 or 100 quarters of an hour), and where summer time moves the clock
by half an hour, 23½ or 24½. Every edge here is a moment in UTC, and every edge of a longer
step is also one of each shorter: a sum over the parts is the sum over the whole.

An hour (or a quarter) goes from one full hour the clock shows to the next; a change of the
clock ends one too, so the hour that comes twice in autumn is two hours. A day begins at the
first moment the clock shows its date: at 01:00 where midnight is left out, and at the first
midnight where it comes twice. A date that a zone left out as a whole has no day.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.model.consumption import Step

__all__ = ["Bins", "Step", "bins", "day", "edges_between", "local_days"]

Ints = NDArray[np.int64]

_QUARTER_MS = 900_000
_HOUR_MS = 3_600_000
_DAY_MS = 86_400_000
_YEARS_OF_DECADE = 10
# Between two looks at the zone's clock; no zone has ever changed twice within it and come
# back to the same time.
_LOOK_MS = 6 * _HOUR_MS
_MARGIN_MS = 2 * _DAY_MS  # further than any zone is from UTC
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bins:
    """Parts of equal name side by side; ``edges_ms`` are the moments between them."""

    step: Step
    zone: ZoneInfo
    edges_ms: Ints  # whole ms UTC, rising, one more than there are parts

    def __len__(self) -> int:
        return max(len(self.edges_ms) - 1, 0)

    def starts(self) -> list[datetime]:
        """Return when each part begins, by the clock of the zone."""
        return [
            (_EPOCH + timedelta(milliseconds=edge)).astimezone(self.zone)
            for edge in self.edges_ms[:-1].tolist()
        ]

    def moments(self) -> tuple[datetime, ...]:
        """Return every edge in UTC; those asked last are kept, for many ask for the same."""
        return _moments(self.edges_ms.tobytes())

    def parts(self, step: Step) -> "Bins":
        """Return the shorter parts these are made of; their edges hold all of these."""
        if not len(self):
            return Bins(step, self.zone, self.edges_ms)
        first, last = int(self.edges_ms[0]), int(self.edges_ms[-1])
        edges = edges_between(self.zone, step, first, last)
        return Bins(step, self.zone, np.union1d(edges, self.edges_ms))

    def whole_of(self, parts: "Bins") -> Ints:
        """Return for each of the parts the position of the one of these it belongs to."""
        return np.searchsorted(self.edges_ms, parts.edges_ms[:-1], "right") - 1


@lru_cache(maxsize=8)
def _moments(edges: bytes) -> tuple[datetime, ...]:
    found = np.frombuffer(edges, np.int64).tolist()
    return tuple(_EPOCH + timedelta(milliseconds=edge) for edge in found)


def bins(zone: ZoneInfo, step: Step, start: datetime, end: datetime) -> Bins:
    """Return the whole parts that touch the period from ``start`` to before ``end``.

    Args:
        zone: The plant's.
        step: How long each part is.
        start: Aware.
        end: Aware, not before the start; the same moment gives no part.
    """
    return _bins(zone, step, _ms(start), _ms(end))


@lru_cache(maxsize=8)  # thousands of meters are asked about the same time, one by one
def _bins(zone: ZoneInfo, step: Step, first: int, last: int) -> Bins:
    if last <= first:
        return Bins(step, zone, np.empty(0, np.int64))
    years = _years_around(zone, step, first, last)
    edges = _edges_of_years(zone, step, *years)
    begin = max(int(np.searchsorted(edges, first, "right")) - 1, 0)
    stop = int(np.searchsorted(edges, last, "left"))
    return Bins(step, zone, edges[begin : stop + 1])


def day(zone: ZoneInfo, which: date) -> tuple[datetime, datetime]:
    """Return when a local day begins and ends (UTC): 23, 24 or 25 hours apart as a rule.

    Raises:
        ValueError: The zone left this date out.
    """
    edges = _edges_of_years(zone, Step.DAY, which.year, which.year + 1)
    numbers = _local_days(zone, edges)
    at = int(np.searchsorted(numbers, _day_number(which)))
    if numbers[at] != _day_number(which):
        raise ValueError(f"there was no {which} in {zone.key}")
    begin, end = edges[at : at + 2].tolist()
    return _EPOCH + timedelta(milliseconds=begin), _EPOCH + timedelta(milliseconds=end)


def edges_between(zone: ZoneInfo, step: Step, first_ms: int, last_ms: int) -> Ints:
    """Return the edges of a step from one moment (ms UTC) to another, both included."""
    first, last = _years_around(zone, step, first_ms, last_ms)
    edges = _edges_of_years(zone, step, first, last)
    begin = np.searchsorted(edges, first_ms, "left")
    return edges[begin : np.searchsorted(edges, last_ms, "right")]


def local_days(zone: ZoneInfo, times_ms: Ints) -> Ints:
    """Return the local day of each moment (ms UTC, rising), counted from 1970-01-01.

    It is the day of `Bins`: where a clock was put back over midnight, what follows midnight
    still counts for the new day.
    """
    if not len(times_ms):
        return np.empty(0, np.int64)
    first, last = int(times_ms[0]), int(times_ms[-1])
    edges = _edges_of_years(zone, Step.DAY, *_years_around(zone, Step.DAY, first, last))
    numbers = _local_days(zone, edges)
    return numbers[np.searchsorted(edges, times_ms, "right") - 1]


def _years_around(zone: ZoneInfo, step: Step, first_ms: int, last_ms: int) -> tuple[int, int]:
    """Return the local years that hold whole parts around both moments; the end is not in."""
    begin = _local(zone, first_ms).year
    end = _local(zone, last_ms).year + 1
    if step is Step.DECADE:
        begin -= begin % _YEARS_OF_DECADE
        end += -end % _YEARS_OF_DECADE
    return begin, end


def _edges_of_years(zone: ZoneInfo, step: Step, first: int, end: int) -> Ints:
    """Return the edges of local years, that of the following year included."""
    years = [_edges_of_year(zone, step, year) for year in range(first, end)]
    following = _edges_of_year(zone, Step.YEAR, end)[:1]
    return np.concatenate([*years, following])


@lru_cache(maxsize=1024)
def _edges_of_year(zone: ZoneInfo, step: Step, year: int) -> Ints:
    """Return the moments in a local year at which a part begins; kept for every zone."""
    if step is Step.DECADE and year % _YEARS_OF_DECADE:
        return _frozen(np.empty(0, np.int64))
    since, offsets = _clock_of_year(zone, year)
    if step in {Step.QUARTER, Step.HOUR}:
        edges = _on_the_clock(zone, step, year, since, offsets)
    else:
        edges = _days_of_year(year, since, offsets)
        if step is not Step.DAY:
            numbers = _day_numbers(edges, since, offsets)
            edges = edges[_begins(numbers, step)]
    return _frozen(edges)


def _on_the_clock(zone: ZoneInfo, step: Step, year: int, since: Ints, offsets: Ints) -> Ints:
    """Return when the clock shows a full hour or quarter, or is changed."""
    length = _QUARTER_MS if step is Step.QUARTER else _HOUR_MS
    begin = int(_edges_of_year(zone, Step.YEAR, year)[0])
    end = int(_edges_of_year(zone, Step.YEAR, year + 1)[0])
    edges = np.unique(np.concatenate([_round_times(since, offsets, length), since[1:]]))
    return edges[(edges >= begin) & (edges < end)]


def _days_of_year(year: int, since: Ints, offsets: Ints) -> Ints:
    """Return the first moment of each date of a local year."""
    edges = np.unique(np.concatenate([_round_times(since, offsets, _DAY_MS), since]))
    numbers = _day_numbers(edges, since, offsets)
    newest = np.maximum.accumulate(numbers)
    first = np.ones(len(edges), np.bool_)
    first[1:] = newest[1:] > newest[:-1]  # a clock put back over midnight begins no day again
    of_year = (numbers >= _day_number(date(year, 1, 1))) & (
        numbers < _day_number(date(year + 1, 1, 1))
    )
    return edges[first & of_year]


def _begins(numbers: Ints, step: Step) -> NDArray[np.bool_]:
    """Return which days of a year are the first of their month, or of the year."""
    begins = np.zeros(len(numbers), np.bool_)
    begins[:1] = True
    if step is Step.MONTH:
        months = numbers.astype("datetime64[D]").astype("datetime64[M]")
        begins[1:] = months[1:] != months[:-1]
    return begins


def _round_times(since: Ints, offsets: Ints, length_ms: int) -> Ints:
    """Return every moment at which the clock shows a multiple of a length since midnight."""
    found = []
    spans = zip(since[:-1].tolist(), since[1:].tolist(), offsets[:-1].tolist(), strict=True)
    for begin, end, offset in spans:
        first = begin + -(begin + offset) % length_ms
        found.append(np.arange(first, end, length_ms, dtype=np.int64))
    return np.concatenate(found)


def _local_days(zone: ZoneInfo, edges: Ints) -> Ints:
    """Return the day each edge of days begins, counted from 1970-01-01."""
    first, last = _local(zone, int(edges[0])).year, _local(zone, int(edges[-1])).year
    clocks = [_clock_of_year(zone, year) for year in range(first, last + 1)]
    since = np.concatenate([clock[0] for clock in clocks])
    offsets = np.concatenate([clock[1] for clock in clocks])
    order = np.argsort(since, kind="stable")
    return _day_numbers(edges, since[order], offsets[order])


def _day_numbers(times_ms: Ints, since: Ints, offsets: Ints) -> Ints:
    """Return the date the clock shows at moments, as days since 1970-01-01."""
    at = np.maximum(np.searchsorted(since, times_ms, "right") - 1, 0)
    return (times_ms + offsets[at]) // _DAY_MS


@lru_cache(maxsize=512)
def _clock_of_year(zone: ZoneInfo, year: int) -> tuple[Ints, Ints]:
    """Return how far the zone's clock is from UTC (ms) since which moments (ms UTC).

    From two days before the year to two days after it, where the last of them lies.
    """
    begin = _day_number(date(year, 1, 1)) * _DAY_MS - _MARGIN_MS
    end = _day_number(date(year + 1, 1, 1)) * _DAY_MS + _MARGIN_MS
    since, offsets = [begin], [_offset_ms(zone, begin)]
    for look in range(begin + _LOOK_MS, end + 1, _LOOK_MS):
        offset = _offset_ms(zone, look)
        if offset != offsets[-1]:
            since.append(_change(zone, look - _LOOK_MS, look))
            offsets.append(offset)
    since.append(end)
    offsets.append(offsets[-1])
    return _frozen(np.array(since, np.int64)), _frozen(np.array(offsets, np.int64))


def _change(zone: ZoneInfo, before_ms: int, after_ms: int) -> int:
    """Return the first moment between two at which the clock was changed."""
    old = _offset_ms(zone, before_ms)
    while after_ms - before_ms > 1:
        middle = (before_ms + after_ms) // 2
        if _offset_ms(zone, middle) == old:
            before_ms = middle
        else:
            after_ms = middle
    return after_ms


def _offset_ms(zone: ZoneInfo, time_ms: int) -> int:
    offset = _local(zone, time_ms).utcoffset()
    return 0 if offset is None else offset // timedelta(milliseconds=1)


def _local(zone: ZoneInfo, time_ms: int) -> datetime:
    return (_EPOCH + timedelta(milliseconds=time_ms)).astimezone(zone)


def _day_number(which: date) -> int:
    return which.toordinal() - _EPOCH.toordinal()


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _frozen(numbers: Ints) -> Ints:
    numbers.flags.writeable = False  # it is handed to everybody
    return numbers
