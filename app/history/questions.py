"""What a question about the past must be, and what is known of the points it names."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.errors import BadInput
from app.history.counters.asking import Facts
from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, split_point
from app.words import _


def installed(facts: Facts, points: Sequence[PointId]) -> Mapping[PointId, datetime]:
    """Return since when the devices of points have been there; blocks."""
    devices = {point: split_point(point)[0] for point in points}
    came = facts.installed(set(devices.values()))
    return {point: came[each] for point, each in devices.items() if each in came}


def number(facts: Facts, point: PointId) -> PointSpec:
    """Return what is known of a quantity; `BadInput` for a point that is none."""
    spec = facts.spec_of(point)
    if spec is None or spec.kind is not ValueKind.NUMBER:
        raise BadInput(_("{point} is no quantity that can be compared").format(point=point))
    return spec


def too_much(most: str) -> str:
    """Return what is said to who asks for more than can be answered."""
    return _("at most {most} at a time: ask for fewer points or a shorter time").format(
        most=most
    )


def check(start: datetime, end: datetime) -> None:
    """Raise `BadInput` for a time without zone, and for an end before the start."""
    if start.tzinfo is None or end.tzinfo is None:
        raise BadInput("a time of history must say its time zone")
    if end < start:
        raise BadInput(f"history ends at {end} before it begins at {start}")
