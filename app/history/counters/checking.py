"""Indexes checked as they are asked for: from stored samples and statements to findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from app.errors import BadInput
from app.history.counters.asking import AROUND, Facts, in_turns, within
from app.history.counters.meter import Sent, check_index, roles_beside
from app.model.counter import INDEX_ROLES, in_force
from app.model.point import PointSpec
from app.model.reading import PointId, point_id, split_point
from app.model.validation import Checked
from app.ports import HistoryStore
from app.words import _


@dataclass(frozen=True, slots=True)
class Asked:
    """Indexes to be checked, each with the points beside it that its rules look at."""

    zone: ZoneInfo
    start: datetime
    end: datetime
    specs: Mapping[PointId, PointSpec]
    beside: Mapping[PointId, Mapping[str, PointId]]  # by role


async def to_check(
    facts: Facts, points: Sequence[PointId], start: datetime, end: datetime
) -> Asked:
    """Return what is to be looked at; on the core's loop, where others have their turns.

    Raises:
        BadInput: A point that is no index.
    """
    return _asked(facts, await in_turns(points, partial(_beside, facts)), start, end)


def check_now(
    facts: Facts,
    store: HistoryStore,
    points: Sequence[PointId],
    start: datetime,
    end: datetime,
) -> list[Checked]:
    """Return what the rules find in each index, asked by a thread that has no turns to take.

    Raises:
        BadInput: A point that is no index.
    """
    told = {point: _beside(facts, point) for point in points}
    return checked(_asked(facts, told, start, end), facts, store, points)


def _asked(
    facts: Facts,
    told: Mapping[PointId, Mapping[PointId, PointSpec]],
    start: datetime,
    end: datetime,
) -> Asked:
    specs = {each: spec for found in told.values() for each, spec in found.items()}
    beside = {
        point: {spec.role: each for each, spec in found.items() if each != point}
        for point, found in told.items()
    }
    return Asked(facts.zone(), start, end, specs, beside)


def _beside(facts: Facts, point: PointId) -> Mapping[PointId, PointSpec]:
    """Return what is known of an index and of the points that its rules look at."""
    spec = facts.spec_of(point)
    if spec is None or spec.role not in INDEX_ROLES:
        raise BadInput(
            _("{point} is no index of a meter: nothing is counted there").format(point=point)
        )
    device, wanted = split_point(point)[0], set(roles_beside(spec.role))
    found = {point: spec}
    for key, other in facts.specs_of(device).items():
        if other.role in wanted:
            wanted.discard(other.role)
            found[point_id(device, key)] = other
    return found


def checked(
    asked: Asked, facts: Facts, store: HistoryStore, points: Sequence[PointId]
) -> list[Checked]:
    """Return what the rules find in each index; blocks, in a thread.

    An index that cannot be checked, such as one whose unit nobody set, says why; the others
    are checked all the same.
    """
    every = list(dict.fromkeys(each for p in points for each in (p, *asked.beside[p].values())))
    begin, end = asked.start - AROUND, asked.end + AROUND
    found = dict(zip(every, store.ranges(every, begin, end, "quarter"), strict=True))
    stated = facts.statements.of(every)

    def sent(point: PointId) -> Sent:
        edits = within(in_force(stated[point]), begin, end)
        return Sent(asked.specs[point], found[point], edits)

    def of(point: PointId) -> Checked:
        beside = {role: sent(other) for role, other in asked.beside[point].items()}
        try:
            return check_index(sent(point), beside, asked.zone, asked.start, asked.end)
        except BadInput as error:
            return Checked(point, (), frozenset(), None, str(error))

    return [of(point) for point in points]
