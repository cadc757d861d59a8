"""Means of what was measured, part by part, to stand beside those of another period."""

from decimal import Decimal

import numpy as np

from app.history.energydays import Bins
from app.history.quarters import QUARTER
from app.history.readings import to_moment
from app.history.samples import BELIEVABLE, Floats, Ints
from app.model.comparison import Side
from app.model.consumption import Consumption
from app.model.point import PointSpec
from app.series import Series

_NOISE = 9  # decimals beyond which adding fractions tells nothing
MOST_POINTS = 100  # beside each other: two of each of fifty devices
_QUARTER_MS = QUARTER.total_seconds() * 1000


def side_of(counted: Consumption) -> Side:
    """Return what an index counted as one side."""
    return Side(
        counted.unit, counted.starts, counted.ends_at, counted.amounts, counted.complete
    )


def means(series: Series, spec: PointSpec, parts: Bins) -> Side:
    """Return the mean of each part, with as many decimals as the point is shown with.

    A part is complete when a believable value of each quarter of an hour is there.
    """
    edges, many = parts.edges_ms, len(parts)
    fine = BELIEVABLE[series.quality] & np.isfinite(series.values)
    place = np.searchsorted(edges, series.times_ms[fine], "right") - 1
    values = series.values[fine]
    inside = (place >= 0) & (place < many)
    place, values = place[inside], values[inside]
    counts = np.bincount(place, minlength=many)
    sums: Floats = np.bincount(place, values, minlength=many).astype(np.float64)
    return side_of_sums(sums, counts, spec, parts)


def side_of_sums(sums: Floats, counts: Ints, spec: PointSpec, parts: Bins) -> Side:
    """Return the means from the sum and the count of what is believed in each part."""
    edges = parts.edges_ms
    due = np.diff(edges) / _QUARTER_MS
    sums = np.round(sums, _NOISE)  # so that it does not matter in what order they were added
    starts = tuple(to_moment(edge) for edge in edges[:-1].tolist())
    return Side(
        spec.unit,
        starts,
        to_moment(int(edges[-1])),
        tuple(
            round(Decimal(total / count), spec.decimals) if count else None
            for total, count in zip(sums.tolist(), counts.tolist(), strict=True)
        ),
        tuple((counts >= due).tolist()),
    )
