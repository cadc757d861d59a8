"""What gas or oil is worth in kilowatt-hours: by its calorific value of each time.

Wh = volume · correction · calorific value (DVGW G 685, GTS): the supplier tells the
calorific value for each month, the correction brings the volume at the meter's pressure and
temperature to that at standard conditions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import numpy as np

from app.errors import BadInput
from app.history.counters.course import Course
from app.history.counters.marks import Ints
from app.history.counters.sums import sums
from app.history.energydays import Bins
from app.history.readings import to_ms
from app.words import _


@dataclass(frozen=True, slots=True)
class GasQuality:
    """What a cubic metre holds from a moment on, until the next of these."""

    since: datetime
    calorific_kwh_m3: Decimal  # gross, at standard conditions
    correction: Decimal = Decimal(1)  # standard volume of a cubic metre at the meter

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.calorific_kwh_m3 <= 0 or self.correction <= 0:
            raise BadInput(_("a calorific value needs a time zone and is more than nothing"))


def gas_kwh(course: Course, bins: Bins, qualities: Sequence[GasQuality]) -> list[Fraction]:
    """Return the kWh of each part, exactly; its volume before the first quality is refused.

    Where a value changes within a part, each side is told by its own value. The parts of a
    part add up to it, because nothing is rounded.

    Raises:
        BadInput: Something was counted before the first value holds, or no volume at all.
    """
    edges = bins.edges_ms
    dated = sorted(qualities, key=lambda each: each.since)
    since = np.array([to_ms(each.since) for each in dated], np.int64)
    if not len(bins):
        return []
    within = since[(since > edges[0]) & (since < edges[-1])]
    fine = Bins(bins.step, bins.zone, np.union1d(edges, within))
    counted = sums(course, fine)
    found = [Fraction(0)] * len(bins)
    places: Ints = np.searchsorted(edges, fine.edges_ms[:-1], "right") - 1
    holds: Ints = np.searchsorted(since, fine.edges_ms[:-1], "right") - 1
    for place, which, counts in zip(
        places.tolist(), holds.tolist(), counted.counts.tolist(), strict=True
    ):
        if not counts:
            continue
        if which < 0:
            raise BadInput(_("no calorific value is known for the begin of this time"))
        each = dated[which]
        worth = Fraction(each.calorific_kwh_m3) * Fraction(each.correction)
        found[place] += course.scale.amount(counts, "m³") * worth
    return found
