"""What was counted in a gap is spread over it, where a person chose so: an estimate, no more.

The energy stays what it was to the last count; only its place is guessed, and every part it
reaches says so. A gap nobody spoke of stays a gap.
"""

from collections.abc import Iterable

import numpy as np

from app.history.counters.course import Course, course
from app.history.counters.marks import Ints, Mark
from app.history.counters.sums import totals_at
from app.history.readings import to_ms
from app.model.counter import Edit, IndexRules, Shape, Spread
from app.series import Series

_WEEK_MS = 7 * 86_400_000
_WEEKS_BACK = 4  # so many are looked through for one that was counted without a gap
_EMPTY = np.empty(0, np.int64)


def validated(series: Series, rules: IndexRules, edits: Iterable[Edit] = ()) -> Course:
    """Return the course of an index with all that persons stated, spread gaps included.

    The arguments and errors are those of `app.history.counters.course.course`.
    """
    stated = tuple(edits)
    return spread(course(series, rules, stated), stated)


def spread(given: Course, edits: Iterable[Edit]) -> Course:
    """Return the course with those gaps spread that lie within what a person chose."""
    for edit in edits:
        if isinstance(edit, Spread):
            gaps = np.flatnonzero(given.marks & Mark.GAP)
            begin, end = to_ms(edit.start), to_ms(edit.end)
            inside = (given.times_ms[gaps - 1] >= begin) & (given.times_ms[gaps] <= end)
            given = _spread(given, gaps[inside], edit.shape)
    return given


def _spread(given: Course, gaps: Ints, shape: Shape) -> Course:
    marks = given.marks.copy()
    marks[gaps] = (marks[gaps] & ~Mark.GAP) | Mark.ESTIMATED
    times, totals, places = [_EMPTY], [_EMPTY], [_EMPTY]
    if shape is Shape.WEEK_BEFORE:
        for gap in gaps.tolist():
            added, reached = _like_before(given, gap)
            times.append(added)
            totals.append(reached)
            places.append(np.full(len(added), gap))
    at = np.concatenate(places).astype(np.int64)
    return Course(
        given.scale,
        np.insert(given.times_ms, at, np.concatenate(times)),
        np.insert(given.totals, at, np.concatenate(totals)),
        np.insert(marks, at, Mark.ESTIMATED),
        given.judged,
    )


def _like_before(given: Course, gap: int) -> tuple[Ints, Ints]:
    """Return moments within a gap and the totals there, after the week before it.

    Where that week has a gap itself or counted nothing, an earlier one serves; where none
    does, nothing is returned and the gap is spread evenly.
    """
    begin, end = int(given.times_ms[gap - 1]), int(given.times_ms[gap])
    counted = int(given.totals[gap] - given.totals[gap - 1])
    nearest = -((begin - end) // _WEEK_MS)
    for weeks in range(nearest, nearest + _WEEKS_BACK):
        back = weeks * _WEEK_MS
        shape = _shape(given, begin - back, end - back)
        if shape is not None:
            moments, weights, whole = shape
            reached = [counted * weight // whole for weight in weights.tolist()]
            return moments + back, given.totals[gap - 1] + np.array(reached, np.int64)
    return _EMPTY, _EMPTY


def _shape(given: Course, begin: int, end: int) -> tuple[Ints, Ints, int] | None:
    """Return when an index was sampled in a time and what it had counted; None if unknown."""
    times = given.times_ms
    if begin < times[0]:
        return None
    first, last = int(np.searchsorted(times, begin, "right")), int(np.searchsorted(times, end))
    uncertain = Mark.GAP | Mark.JUMP | Mark.BROKEN | Mark.UNKNOWN | Mark.ESTIMATED
    if (given.marks[first : last + 1] & uncertain).any():
        return None
    low, high = totals_at(given, np.array([begin, end], np.int64)).tolist()
    if high == low:
        return None
    return times[first:last], given.totals[first:last] - low, high - low
