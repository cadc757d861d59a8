"""What the rules find in the fake plant: one meter's probes are swapped, others have less."""

from datetime import datetime, timedelta
from decimal import Decimal

from app.model.reading import PointId, split_point
from app.model.validation import Checked, Finding, Rule
from app.words import _
from tests.fakes.smallplant import NOON

SPIKED, FELL, SWAPPED = "birkevej-3-em1", "birkevej-27-em1", "ahornvej-14-em1"
UNSET = "bøgevej-22-em1"
MIDNIGHT = NOON - timedelta(hours=12)  # of the plant's zone
_OF_SAMPLES = frozenset({Rule.RANGE, Rule.SPIKE, Rule.NEGATIVE, Rule.FROZEN})
_DAY = timedelta(days=1)


def judged(point: PointId, start: datetime, end: datetime) -> Checked:
    """Return what is found in an index of the plant in a time."""
    device, key = split_point(point)
    if not key.startswith("energy"):
        return Checked(point, (), _OF_SAMPLES, None)
    if device == UNSET:
        unit = _("{sign} is no unit that Heatdesk knows").format(sign="hp")
        return Checked(point, (), frozenset(), None, unit)
    at = NOON - timedelta(hours=20)
    found = {
        SPIKED: (
            Finding(Rule.SPIKE, at, at, 1, figure=98_211.4),
            Finding(Rule.FROZEN, at + 3 * _DAY / 24, at + 9 * _DAY / 24, 24, figure=98_212.0),
        ),
        FELL: (Finding(Rule.NEGATIVE, at, at, 1, figure=3.0),),
        SWAPPED: tuple(
            Finding(Rule.PHYSICS, day, day + _DAY, counted=412.0, expected=291.4)
            for day in (MIDNIGHT - _DAY, MIDNIGHT)
        ),
    }.get(device, ())
    inside = tuple(each for each in found if start <= each.start < end)
    ran = _OF_SAMPLES | ({Rule.PHYSICS} if device == SWAPPED else frozenset())
    return Checked(point, inside, ran, Decimal(40))
