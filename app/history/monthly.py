"""The figures of points for each day or month of a period, as tables and reports show them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from app.errors import BadInput
from app.history.energydays import Bins, Step
from app.history.performance import Due, performance
from app.history.readings import to_moment
from app.history.samples import BELIEVABLE
from app.history.tiles import means_of, told_parts
from app.model.figures import Figure, Figures
from app.model.performance import Performance
from app.model.reading import PointId
from app.ports import HistoryStore
from app.words import _

STEPS = frozenset({Step.DAY, Step.MONTH})


def told_by(step: Step) -> None:
    """Raise `BadInput` for parts of which no figures are told."""
    if step not in STEPS:
        raise BadInput(_("figures are told by the day or by the month"))


def empty(point: PointId, unit: str, at: datetime) -> Figures:
    """Return the answer for a period that has no parts."""
    return Figures(point, unit, (), at, (), (), (), (), (), ())


def monthly(
    store: HistoryStore,
    units: Mapping[PointId, str],
    points: Sequence[PointId],
    parts: Bins,
    due: Due,
    installed: Mapping[PointId, datetime],
) -> list[Figures]:
    """Return the figures of some points, each named once, without what they counted; blocks.

    Args:
        store: Where the samples are kept.
        units: Of every point.
        points: Whose figures.
        parts: Of the period.
        due: How often a reading is due, and until when.
        installed: Since when a point's device has been there, where that is known.
    """
    came = _came(store, points, parts, due, installed)
    told = told_parts(store, points, parts)
    columns = np.vstack([told.figures[:4], means_of(told)])
    believed = told.counts[BELIEVABLE].sum(axis=0)
    bounds = np.searchsorted(told.series, np.arange(len(points) + 1)).tolist()
    starts = tuple(to_moment(edge) for edge in parts.edges_ms[:-1].tolist())
    ends_at = to_moment(int(parts.edges_ms[-1]))
    found = []
    for nth, (begin, end) in enumerate(pairwise(bounds)):
        of_part = np.full((5, len(parts)), np.nan)
        of_part[:, told.days[begin:end]] = columns[:, begin:end]
        many = np.zeros(len(parts), np.int64)
        many[told.days[begin:end]] = believed[begin:end]
        point = points[nth]
        first, last, least, most, mean = (_known(row.tolist()) for row in of_part)
        unit = units[point]
        found.append(
            Figures(
                *(point, unit, starts, ends_at),
                *(first, last, least, most, mean),
                came[point],
                samples=tuple(many.tolist()),
            )
        )
    return found


def _known(row: Sequence[float]) -> tuple[Figure, ...]:
    return tuple(None if each != each else each for each in row)  # noqa: PLR0124 - NaN


def _came(
    store: HistoryStore,
    points: Sequence[PointId],
    parts: Bins,
    due: Due,
    installed: Mapping[PointId, datetime],
) -> dict[PointId, tuple[Performance, ...]]:
    """Return what came of what was due in each part that has begun; none lies ahead of now."""
    found: dict[PointId, list[Performance]] = {point: [] for point in points}
    for begin, end in pairwise(to_moment(edge) for edge in parts.edges_ms.tolist()):
        until = max(begin, min(end, due.end))
        part = Due(begin, until, due.interval)
        for each in performance(store, parts.zone, points, part, installed):
            found[each.point].append(each)
    return {point: tuple(each) for point, each in found.items()}
