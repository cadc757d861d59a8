"""Gas of many days in kilowatt-hours: each day's volume by the value that holds on it.

kWh = volume · correction · calorific value (DVGW G 685): the supplier dates the values by day.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from app.model.balance import UNKNOWN, Amount, Told, added
from app.model.consumption import Consumption, UnplacedAmount
from app.model.totals import TotalsPlan
from app.model.units import converted, rounded

_DECIMALS = 9  # of m³


def gas_energy(
    plan: TotalsPlan, own: str, fine: Consumption, edges: Sequence[datetime], zone: ZoneInfo
) -> tuple[Told, bool]:
    """Return the kWh of each part, and whether any gas was counted before the first value.

    Args:
        plan: Has the values.
        own: The id of the entry.
        fine: Its volume by parts of a day or less.
        edges: Of the parts wanted, rising; each is an edge of ``fine`` as well.
        zone: The plant's, whose days the values are of.
    """
    parts: list[Amount] = []
    unvalued = False
    for begin, end in pairwise(edges):
        lost = [
            each
            for each in fine.unplaced
            if not each.jump and begin <= each.start and each.end <= end
        ]
        amounts = [
            amount
            for nth, start in enumerate(fine.starts)
            if begin <= start < end
            for amount in _of_part(plan, fine, nth, zone, lost)
        ]
        amounts += [_of_gap(plan, each, fine.unit, zone) for each in lost]
        known = [each for each in amounts if each is not _WITHOUT]
        unvalued = unvalued or len(known) < len(amounts)
        parts.append(added((1, each) for each in amounts))
    return Told(own, tuple(parts), added((1, each) for each in parts)), unvalued


_WITHOUT = Amount(None, whole=False)  # volume was counted, and nobody knows its worth


def _of_part(
    plan: TotalsPlan, fine: Consumption, nth: int, zone: ZoneInfo, lost: list[UnplacedAmount]
) -> list[Amount]:
    value, start = fine.amounts[nth], fine.starts[nth]
    end = fine.starts[nth + 1] if nth + 1 < len(fine) else fine.ends_at
    in_gap = any(each.start < end and each.end > start for each in lost)
    if value is None:
        return [] if in_gap else [UNKNOWN]  # what was counted in it is told with the gap
    worth = Decimal(0) if not value else _worth(plan, value, fine.unit, start, zone)
    if worth is None:
        return [_WITHOUT]
    return [Amount(worth, fine.complete[nth] or in_gap, fine.estimated[nth])]


def _of_gap(plan: TotalsPlan, lost: UnplacedAmount, unit: str, zone: ZoneInfo) -> Amount:
    """Return what a gap is worth; unknown where the value changed while it lasted."""
    ends = (lost.start, lost.end)
    first, last = (plan.gas_on(each.astimezone(zone).date()) for each in ends)
    if first != last:
        return UNKNOWN
    worth = _worth(plan, lost.amount, unit, lost.start, zone)
    return _WITHOUT if worth is None else Amount(worth)


def _worth(
    plan: TotalsPlan, value: Decimal, unit: str, at: datetime, zone: ZoneInfo
) -> Decimal | None:
    holds = plan.gas_on(at.astimezone(zone).date())
    if holds is None:
        return None
    volume_m3 = value if unit == "m³" else rounded(converted(value, unit, "m³"), _DECIMALS)
    return volume_m3 * holds.correction * holds.calorific_kwh_m3
