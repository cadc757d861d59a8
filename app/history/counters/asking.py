"""Consumption as it is asked for: from stored samples, profiles and statements to an answer."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from app.errors import BadInput
from app.history.counters.course import Scale
from app.history.counters.fromdays import thinned
from app.history.counters.many import ManySums, many_sums
from app.history.counters.marks import Mark
from app.history.counters.rules import Checks, validate
from app.history.counters.sums import Sums, sums
from app.history.energydays import Bins, bins
from app.history.history import History
from app.history.readings import to_moment
from app.history.thinnedout import for_sums
from app.model.consumption import Consumption, Step, UnplacedAmount
from app.model.counter import INDEX_ROLES, Broken, Edit, IndexRules, in_force, moments, rules_of
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId
from app.model.units import rounded
from app.ports import StatementBook
from app.series import Series
from app.words import _

# Samples from so long before and after are looked at too: what the first and the last edge
# lie between, and what tells a wrong figure from a right one.
AROUND = timedelta(days=2)
MOST_PARTS = 2_000_000  # of an answer, over all points
_SHORTEST = {
    Step.QUARTER: timedelta(minutes=15),
    Step.HOUR: timedelta(minutes=30),
    Step.DAY: timedelta(hours=23),
    Step.MONTH: timedelta(days=28),
    Step.YEAR: timedelta(days=365),
    Step.DECADE: timedelta(days=3652),
}
_LAST_YEAR = 9000
_MISSING = int(Mark.MISSING)
_A_TURN = 300  # points of which a profile is asked before others have a turn
_T = TypeVar("_T")
_AT_A_TIME = 50  # indexes that are followed through all their samples


def _unknown(_devices: Collection[DeviceId]) -> Mapping[DeviceId, datetime]:
    return {}


def _nobody(_device: DeviceId) -> Mapping[str, PointSpec]:
    return {}


@dataclass(frozen=True, slots=True)
class Facts:
    """What must be known of indexes besides their samples."""

    zone: Callable[[], ZoneInfo]  # the plant's
    spec_of: Callable[[PointId], PointSpec | None]  # on the core's loop
    statements: StatementBook  # blocks
    # since when a device has been there, where that is known; blocks
    installed: Callable[[Collection[DeviceId]], Mapping[DeviceId, datetime]] = _unknown
    # every point of a device, by key; on the core's loop
    specs_of: Callable[[DeviceId], Mapping[str, PointSpec]] = _nobody


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, once it is known to make sense."""

    bins: Bins
    rules: dict[PointId, IndexRules]


async def question(
    facts: Facts, points: Sequence[PointId], start: datetime, end: datetime, step: Step
) -> Question:
    """Return what is asked for; on the core's loop, where others have their turns meanwhile.

    Raises:
        BadInput: A point that is no index, or more parts than anybody can look at.
    """
    parts = parts_asked(facts, len(points), start, end, step)
    known: dict[int, tuple[PointSpec | None, IndexRules]] = {}

    def rules(point: PointId) -> IndexRules:
        """Return those of its profile: indexes alike share them, and are summed together."""
        spec = facts.spec_of(point)
        if id(spec) not in known:
            known[id(spec)] = spec, _rules(spec, point)
        return known[id(spec)][1]

    return Question(parts, await in_turns(points, rules))


async def in_turns(
    points: Sequence[PointId], told: Callable[[PointId], _T]
) -> dict[PointId, _T]:
    """Return what is told of each point; all others on the loop have their turns meanwhile."""
    found = {}
    for first in range(0, len(points), _A_TURN):
        found.update({point: told(point) for point in points[first : first + _A_TURN]})
        await asyncio.sleep(0)
    return found


def parts_asked(facts: Facts, points: int, start: datetime, end: datetime, step: Step) -> Bins:
    """Return the parts of a period; `BadInput` for more than anybody can look at."""
    if end.year > _LAST_YEAR:
        raise BadInput(_("no sample lies that far ahead"))
    if (end - start) / _SHORTEST[step] * points > MOST_PARTS:
        raise BadInput(_("these are too many figures at once: ask for longer parts"))
    return bins(facts.zone(), step, start, end)


def nothing(asked: Question, point: PointId, at: datetime) -> Consumption:
    """Return the answer for a period that has no parts."""
    return Consumption(point, asked.rules[point].unit, (), at, (), (), ())


def _rules(spec: PointSpec | None, point: PointId) -> IndexRules:
    """Return how an index counts; a limit its profile does not tell is learnt."""
    if spec is None or spec.role not in INDEX_ROLES:
        raise BadInput(
            _("{point} is no index of a meter: nothing is counted there").format(point=point)
        )
    return rules_of(spec)


def answer(asked: Question, facts: Facts, found: Sequence[Series]) -> list[Consumption]:
    """Return the consumption of each point; blocks, in a thread."""
    stated = facts.statements.of([series.point for series in found])
    return [_consumption(asked, series, in_force(stated[series.point])) for series in found]


def answer_by_days(
    asked: Question, facts: Facts, store: History, points: Sequence[PointId]
) -> list[Consumption]:
    """Return the consumption of many points for parts of whole days; blocks, in a thread.

    It is that of `answer`, from the figures of days where these are enough. Only a jump that
    is no more than a few usual days' consumption is not looked for: it has its day.
    """
    begin, end = _around(asked)
    stated = facts.statements.of(points)
    alone, rules = set[int](), list[IndexRules]()
    for nth, point in enumerate(points):
        edits = within(in_force(stated[point]), begin, end)
        rules.append(_by_now(asked.rules[point], edits))
        if any(not isinstance(each, Broken) or each.at >= begin for each in edits):
            alone.add(nth)
    found = thinned(store, points, asked.bins, AROUND // timedelta(milliseconds=1))
    many = many_sums(found.indexes, rules, asked.bins)
    alone |= set(np.flatnonzero(found.odd | (many.unplaced != 0)).tolist())
    told = {each.point: each for each in _each_told(points, many, alone)}
    followed = [points[nth] for nth in sorted(alone)]
    for first in range(0, len(followed), _AT_A_TIME):
        some = followed[first : first + _AT_A_TIME]
        exact = answer(asked, facts, for_sums(store, some, begin, end))
        told |= {each.point: each for each in exact}
    return [told[point] for point in points]


def _by_now(rules: IndexRules, edits: Sequence[Edit]) -> IndexRules:
    """Return how an index counts after what was stated, in the order of its breaks."""
    breaks = sorted((each for each in edits if isinstance(each, Broken)), key=_at)
    for each in breaks:
        rules = each.rules or rules
    return rules


def _at(edit: Broken) -> datetime:
    return edit.at


def _around(asked: Question) -> tuple[datetime, datetime]:
    edges = asked.bins.edges_ms
    return to_moment(int(edges[0])) - AROUND, to_moment(int(edges[-1])) + AROUND


def _consumption(asked: Question, series: Series, edits: Sequence[Edit]) -> Consumption:
    told = validate(series, asked.rules[series.point], Checks(), within(edits, *_around(asked)))
    return _told_of(series.point, sums(told.course, asked.bins))


def _told_of(point: PointId, counted: Sums) -> Consumption:
    moments_at = counted.bins.moments()
    return Consumption(
        point,
        counted.scale.unit,
        moments_at[:-1],
        moments_at[-1],
        _amounts(counted.scale, counted.counts.tolist(), counted.marks.tolist()),
        tuple(counted.complete.tolist()),
        tuple(counted.estimated.tolist()),
        tuple(_unplaced(counted)),
        tuple(counted.so_far.tolist()),
    )


def _each_told(
    points: Sequence[PointId], many: ManySums, alone: Collection[int]
) -> Iterator[Consumption]:
    """Yield what `_told_of` makes of each index but some, in a fraction of its time."""
    moments_at = many.bins.moments()
    starts, ends_at = moments_at[:-1], moments_at[-1]
    columns = (many.counts, many.marks, many.complete, many.estimated, many.so_far)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for nth, (counts, marks, complete, estimated, so_far) in enumerate(rows):
        if nth not in alone:
            scale = many.scales[nth]
            yield Consumption(
                points[nth],
                scale.unit,
                starts,
                ends_at,
                _amounts(scale, counts, marks),
                tuple(complete),
                tuple(estimated),
                (),
                tuple(so_far),
            )


def within(edits: Sequence[Edit], begin: datetime, end: datetime) -> tuple[Edit, ...]:
    """Return what of the edits matters to samples of a time.

    Of a break before it only the rules matter, not what the index read then: the samples
    between are not at hand, and would look like a gap.
    """
    kept: list[Edit] = []
    for edit in edits:
        first, last = moments(edit)
        if isinstance(edit, Broken) and last < begin:
            kept.append(replace(edit, final=None, initial=None))
        elif first <= end and last >= begin:
            kept.append(edit)
    return tuple(kept)


def _amounts(
    scale: Scale, counts: Sequence[int], marks: Sequence[int]
) -> tuple[Decimal | None, ...]:
    """Return the amount of each part with the decimals of the index.

    What is rounded is the sum from the begin of the period, so that the parts add up to the
    whole also where counts are no whole digits: GJ that went on in kWh.
    """
    if scale.counts_digits:
        told = [Decimal(each).scaleb(-scale.decimals) for each in counts]
    else:
        stands = [_told(scale, total) for total in accumulate(counts, initial=0)]
        told = [after - before for before, after in pairwise(stands)]
    return tuple(
        None if mark & _MISSING else amount for amount, mark in zip(told, marks, strict=True)
    )


def _unplaced(counted: Sums) -> Iterator[UnplacedAmount]:
    for each in counted.unplaced:
        yield UnplacedAmount(
            to_moment(each.start_ms),
            to_moment(each.end_ms),
            _told(counted.scale, each.counts),
            jump=each.why is Mark.JUMP,
        )


def _told(scale: Scale, counts: int) -> Decimal:
    return rounded(scale.amount(counts), scale.decimals)
