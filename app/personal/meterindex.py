"""What a building used month by month, from the indexes of its meters, and what that needs."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

from app.history.readings import to_ms
from app.history.samples import Ints
from app.model.counter import INDEX_ROLES
from app.model.point import PointSpec
from app.model.reading import split_point
from app.series import Series

_JANUARY, _DECEMBER = 1, 12


@dataclass(frozen=True, slots=True)
class Sum:
    """What all meters of a building counted in a month, of one quantity."""

    building: str
    month: datetime  # UTC, its begin by the plant's clock
    quantity: str  # the point's key
    value: float  # in the point's unit
    meters: int  # that counted


def indexes_of(specs: Iterable[PointSpec]) -> list[str]:
    """Return the keys of the points that only count up: heat and volume."""
    return [spec.key for spec in specs if spec.role in INDEX_ROLES]


def months(start: datetime, end: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the begins (UTC) of the local months that touch a period, and of the next one."""
    local = start.astimezone(zone)
    year, month = local.year, local.month
    found = [_begin(year, month, zone)]
    while found[-1] < end:
        year, month = (year + 1, _JANUARY) if month == _DECEMBER else (year, month + 1)
        found.append(_begin(year, month, zone))
    return found


def kept_moments(series: Series, start: datetime, end: datetime, zone: ZoneInfo) -> Ints:
    """Return which samples of a period the sums of months and of contracts need.

    The first believable one of the period and of every month in it, and the last one.
    """
    times = series.times_ms[np.isfinite(series.values)]
    first, last = to_ms(start), to_ms(end)
    times = times[(times >= first) & (times < last)]
    if not len(times):
        return times
    begins = [first, *(to_ms(each) for each in months(start, end, zone))]
    places = np.searchsorted(times, [each for each in begins if first <= each < last])
    kept = times[places[places < len(times)]]
    return np.unique(np.append(kept, times[-1]))


def without(series: Series, start: datetime, end: datetime, kept: Ints) -> Series:
    """Return a series as it will read when a period was reduced."""
    first, last = to_ms(start), to_ms(end)
    times = series.times_ms
    stays = (times < first) | (times >= last) | np.isin(times, kept)
    return Series(series.point, times[stays], series.values[stays], series.quality[stays])


def building_sums(
    buildings: Mapping[str, Sequence[Series]], bounds: Sequence[datetime]
) -> list[Sum]:
    """Return what each building's meters counted between bounds, each quantity for itself."""
    sums: list[Sum] = []
    for building, held in sorted(buildings.items()):
        counted: dict[tuple[datetime, str], list[float]] = {}
        for series in held:
            key = split_point(series.point)[1]
            for month, used in zip(bounds, used_between(series, bounds), strict=False):
                if used is not None:
                    counted.setdefault((month, key), []).append(used)
        sums += [
            Sum(building, month, key, round(sum(used), 6), len(used))
            for (month, key), used in sorted(counted.items())
        ]
    return sums


def used_between(series: Series, bounds: Sequence[datetime]) -> list[float | None]:
    """Return what an index counted from each bound to the next; None where it is not known.

    At a bound counts the first believable sample from then on, after the last one that.
    """
    good = np.isfinite(series.values)
    times, values = series.times_ms[good], series.values[good]
    if not len(times):
        return [None] * (len(bounds) - 1)
    at = np.searchsorted(times, [to_ms(each) for each in bounds])
    stands = values[np.minimum(at, len(times) - 1)].tolist()
    return [
        None if at[nth] >= len(times) else after - before
        for nth, (before, after) in enumerate(pairwise(stands))
    ]


def digest_of(sums: Sequence[Sum]) -> str:
    """Return the SHA-256 of sums, for two lists to be compared by who sees neither."""
    said = [[s.building, s.month.isoformat(), s.quantity, repr(s.value)] for s in sums]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _begin(year: int, month: int, zone: ZoneInfo) -> datetime:
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)
