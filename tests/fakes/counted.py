"""What an index of the fake plant counted: so much in each hour, until noon, and no more."""

import itertools
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.history.energydays import Step, bins
from app.model.comparison import Compared, Period, Side
from app.model.consumption import Consumption
from app.model.figures import Figures
from app.model.reading import PointId
from tests.fakes.smallplant import NOON

ZONE = ZoneInfo("Europe/Copenhagen")
_HOUR = timedelta(hours=1)
_WEEK_H = 168
_PLACE = Decimal("0.01")


def of_hour(number: int) -> int:
    """Return hundredths counted in an hour since 1970: mornings and evenings more."""
    return 40 + (number * 7) % 24 * 3 + (number // 24) % 7 * 5


@lru_cache(maxsize=4096)
def hundredths(first: int, last: int) -> int:
    """Return what was counted from an hour to before another, both since 1970."""
    weeks, rest = divmod(last - first, _WEEK_H)
    whole = sum(map(of_hour, range(_WEEK_H))) * weeks if weeks else 0
    return whole + sum(map(of_hour, range(first, first + rest)))


def counted(point: PointId, start: datetime, end: datetime, step: Step) -> Consumption:
    """Return what was counted in each part; the parts of a longer step are sums of these."""
    parts = bins(ZONE, step, start, end)
    edges = [round(each.timestamp() / 3600) for each in parts.moments()]
    noon = round(NOON.timestamp() / 3600)
    amounts: list[Decimal | None] = []
    for first, last in itertools.pairwise(edges):
        known = hundredths(first, min(last, noon)) if first < noon else None
        amounts.append(None if known is None else known * _PLACE)
    return Consumption(
        point,
        "kWh",
        parts.moments()[:-1],
        parts.moments()[-1],
        tuple(amounts),
        tuple(last <= noon for last in edges[1:]),
        tuple(False for _each in amounts),
        so_far=tuple(first < noon for first in edges[:-1]),
    )


def figured(point: PointId, start: datetime, end: datetime, step: Step) -> Figures:
    """Return the figures of each part: a calm day, and what was counted of an index."""
    used = counted(point, start, end, step)
    ends = (*used.starts[1:], used.ends_at)
    hours = [
        max(0, round((min(last, NOON) - first).total_seconds() / 3600))
        for first, last in zip(used.starts, ends, strict=True)
    ]

    def all_of(value: float) -> tuple[float | None, ...]:
        return tuple(value if each else None for each in hours)

    first, last, least, most, mean = (all_of(each) for each in (48.0, 52.0, 45.0, 55.0, 50.0))
    index = used if ".e" in point else None
    many = tuple(4 * each for each in hours)
    return Figures(
        point,
        "kWh",
        used.starts,
        used.ends_at,
        first,
        last,
        least,
        most,
        mean,
        (),
        index,
        many,
    )


def compared(point: PointId, first: Period, second: Period, step: Step) -> Compared:
    """Return what was counted in both times; of what is no energy that of means."""
    sides = []
    for period in (first, second):
        found = counted(point, period.start, period.end, step)
        sides.append(
            Side(found.unit, found.starts, found.ends_at, found.amounts, found.complete)
        )
    return Compared(point, ".e" in point, (sides[0], sides[1]))
