"""Which months of a group of points were thinned out, as their rows of the month table say.

The state of a month is one small number: 1 where chunks of days wait to be merged, and from 2
on what was thinned out. Of a month that was, the figures of days and the outlines are all
that is left of the other samples: they are never worked out anew from those that stayed.
"""

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from app.history.dayparts import DayParts, side_by_side
from app.history.engine import MonthRow, Tables
from app.model.retention import DataKind, Stage

OPEN = 1  # chunks of days wait to be merged
TOUCHED = 1 << 7  # thinned out, in part or before late samples came: to be looked at again
_BITS_OF_KIND = 2


def is_thinned(state: int) -> bool:
    """Whether samples of such a month were thrown away."""
    return state > OPEN


def merged(state: int) -> int:
    """Return the state once the chunks of days are merged."""
    return TOUCHED if is_thinned(state) else 0


def state_of(stages: Mapping[DataKind, Stage]) -> int:
    """Return the state of a month of which each kind was thinned out so far; 0: none."""
    state = 0
    for place, kind in enumerate(DataKind):
        state |= stages[kind].value << (1 + place * _BITS_OF_KIND)
    return state


def covers(state: int, wanted: int) -> bool:
    """Whether a month was thinned out at least as far as wanted, and left alone since."""
    if not wanted:
        return True
    if state & TOUCHED:
        return False
    return all(
        _stage(state, place).value >= _stage(wanted, place).value
        for place in range(len(DataKind))
    )


def further(state: int, wanted: int) -> int:
    """Return the state of a month that was thinned out so far and now is as wanted."""
    both = [
        max(_stage(state, place).value, _stage(wanted, place).value)
        for place in range(len(DataKind))
    ]
    return sum(stage << (1 + place * _BITS_OF_KIND) for place, stage in enumerate(both))


def _stage(state: int, place: int) -> Stage:
    return Stage(state >> (1 + place * _BITS_OF_KIND) & 3)


def thinned_months(rows: Iterable[MonthRow]) -> set[tuple[int, int]]:
    """Return each (group, month) that was thinned out."""
    return {(group, month) for group, month, _merged, state in rows if is_thinned(state)}


def state_in(tables: Tables, group: int, month: int) -> int:
    """Return the state of a month of a group of points."""
    return next(
        (row[3] for row in tables.months.all() if row[0] == group and row[1] == month), 0
    )


def fuller(fresh: DayParts, kept: DayParts) -> DayParts:
    """Return of each point and day the figures of more samples; of as many, the fresh ones.

    So a day that was thinned out keeps its figures whatever comes late, until all of it is
    there again.
    """
    both = side_by_side([kept, fresh])
    if not len(both):
        return both
    is_fresh = np.arange(len(both)) >= len(kept)
    order = np.lexsort((is_fresh, both.samples, both.days, both.series))
    series, days = both.series[order], both.days[order]
    last = np.append((series[1:] != series[:-1]) | (days[1:] != days[:-1]), True)
    return both.take(order[last])


def of_points(parts: DayParts, numbers: Collection[int]) -> DayParts:
    """Return the figures of some points."""
    return parts.take(np.isin(parts.series, np.fromiter(numbers, np.int64)))
