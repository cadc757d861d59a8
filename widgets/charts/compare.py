"""Another time laid over this one: weekday upon weekday, clock upon clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

import numpy as np

from app.model.reading import PointId, Quality
from app.series import CODE_OF, Series
from app.words import _
from widgets.charts.envelope import Floats
from widgets.charts.trace import Trace

_HOUR_S = 3600
_DAY_S = 86400
SHIFTS_D = (1, 7, 28, 364)  # days; all but the first keep the weekday
MOST_BACK_D = 3660  # ten years


@dataclass(frozen=True, slots=True)
class Compare:
    """How many days back the other time lies, and whether the difference is drawn too."""

    days: int = 0  # 0: nothing is compared
    difference: bool = False

    @property
    def words(self) -> str:
        """Return how far back it lies: ``−7 d``."""
        return _("−{days} d").format(days=self.days)


def bounds_before(
    start: datetime, end: datetime, days: int, zone: tzinfo | None
) -> tuple[datetime, datetime]:
    """Return begin and end (UTC) some days back on the plant's wall clock."""
    back = timedelta(days=days)
    first, last = (
        (moment.astimezone(zone).replace(tzinfo=None) - back) for moment in (start, end)
    )
    return _resolved(first, zone), _resolved(last, zone)


def moved_on(series: Series, days: int, zone: tzinfo | None) -> Series:
    """Return stored samples ``days`` later, at the same time of the wall clock.

    Where the clock was set meanwhile the hour that is not there is left out, and the
    one that comes twice is drawn once: eight in the morning lies upon eight.
    """
    times_s = series.times_ms / 1000
    if not len(times_s):
        return series
    wall = times_s + _offsets(times_s, zone) + days * _DAY_S
    guess = wall - _offsets(wall, zone)  # right but for the hours around a setting
    moved = wall - _offsets(guess, zone)
    there = np.abs(moved + _offsets(moved, zone) - wall) < 1
    kept = np.flatnonzero(there)
    later = np.diff(np.maximum.accumulate(moved[kept]), prepend=-np.inf) > 0
    kept = kept[later]
    return Series(
        series.point,
        (moved[kept] * 1000).astype(np.int64),
        series.values[kept],
        series.quality[kept],
    )


def difference(now: Trace, then: Trace, point: PointId) -> Series:
    """Return now minus then at each moment of ``now`` where both are known.

    The other time's value is interpolated between two neighbouring samples, never
    across a gap. A value of which either side is doubtful is uncertain.
    """
    times, values = now.times, now.values
    if not len(then) or not len(times):
        return Series(point, np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8))
    after = np.clip(np.searchsorted(then.times, times), 1, max(len(then) - 1, 1))
    before = after - 1
    after = np.minimum(after, len(then) - 1)
    outside = (times < then.times[0]) | (times > then.times[-1])
    apart = np.append(then.gap_flags(), False)[before]
    other = np.interp(times, then.times, then.values)
    exact = then.times[after] == times
    other = np.where(exact, then.values[after], np.where(apart, np.nan, other))
    found = np.where(outside, np.nan, values - other)
    doubtful = now.doubtful | then.doubtful[before] | then.doubtful[after]
    quality = np.full(len(times), CODE_OF[Quality.GOOD], dtype=np.uint8)
    quality[doubtful] = CODE_OF[Quality.UNCERTAIN]
    quality[np.isnan(found)] = CODE_OF[Quality.BAD]
    return Series(point, (times * 1000).astype(np.int64), found, quality)


def _resolved(wall: datetime, zone: tzinfo | None) -> datetime:
    local = wall.replace(tzinfo=zone) if zone is not None else wall
    return local.astimezone(UTC)


def _offsets(times_s: Floats, zone: tzinfo | None) -> Floats:
    """Return the wall clock's offset from UTC in seconds at each moment (rising or nearly).

    Clocks are set on the full hour of UTC or the half: looked at every half hour where
    the ends of a day differ, once a day elsewhere.
    """
    first = np.floor(times_s.min() / _DAY_S) * _DAY_S
    days = np.arange(first, times_s.max() + 2 * _DAY_S, _DAY_S)
    at_days = [_offset(day, zone) for day in days]
    marks, offsets = [float(days[0])], [at_days[0]]
    for day, one, other in zip(days, at_days, at_days[1:], strict=False):
        if one != other:
            halves = np.arange(day, day + _DAY_S + 1, _HOUR_S / 2)
            marks += halves.tolist()
            offsets += [_offset(half, zone) for half in halves]
    place = np.searchsorted(np.array(marks), times_s, "right") - 1
    return np.array(offsets)[np.maximum(place, 0)]


def _offset(moment_s: float, zone: tzinfo | None) -> float:
    offset = datetime.fromtimestamp(moment_s, UTC).astimezone(zone).utcoffset()
    return (offset or timedelta()).total_seconds()
