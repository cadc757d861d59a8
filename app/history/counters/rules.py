"""The rules by which an index is checked, each of them visible and each with its own flag.

Nothing is thrown away: what was sent stays, and each sample says which rule it met. What a
rule takes out of the sum is only the figure; the energy shows at the next believed one.

| rule | flag | what it asks |
|---|---|---|
| range | `RANGE` | a figure below the least or above the most its digits can show |
| spike | `SPIKE`, `JUMP` | more than it can count in that time; stated, or learnt from itself |
| negative | `FELL`, `BROKEN` | it fell, and that is no rollover |
| frozen | `FROZEN` | it repeats itself and makes up for it later, or its companion counts on |
| sum | `SUM` | the meter's own intervals do not add up to its index |
| physics | `PHYSICS` | energy is not volume times spread (`heatcheck`) |
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from app.history.counters.course import Course, holds
from app.history.counters.marks import Bools, Ints, Mark, Marks
from app.history.counters.spreading import validated
from app.history.counters.sums import sums, totals_at
from app.history.counters.water import Floats
from app.history.energydays import Bins
from app.history.samples import BELIEVABLE
from app.model.counter import HOUR_MS, Edit, IndexRules
from app.model.reading import Quality
from app.series import CODE_OF, Series

# An index whose limit nobody knows may count so many times what it counts in its busiest
# hours: a house does not need four times its coldest day's power.
_TIMES_BUSIEST = 4
_BUSIEST = 0.98  # the part of the hours that are less busy
_HALF = 0.5
_FEWEST = 48  # hours from which anything can be learnt
_LONGEST_DAY_MS = 25 * HOUR_MS
_LEAST_STEPS = 10  # of the last digit an hour are never too many


@dataclass(frozen=True, slots=True)
class Checks:
    """What is checked; the defaults suit an hourly meter of heat, water or current."""

    lowest: Decimal = Decimal(0)
    highest: Decimal | None = None  # None: what its digits can show
    learn_limit: bool = True  # where the rules of the index state none
    still_ms: int = 12 * HOUR_MS  # so long it may repeat itself while its companion counts


@dataclass(frozen=True, slots=True)
class Validation:
    """The validated course beside what was sent, and what each sample met."""

    course: Course
    rules: IndexRules  # with the limit that was learnt
    marks: Marks  # of each sample, in the order they were given


def validate(
    series: Series,
    rules: IndexRules,
    checks: Checks | None = None,
    edits: Iterable[Edit] = (),
    companion: Course | None = None,
) -> Validation:
    """Return the course of an index after every rule, and what the rules found.

    Args:
        series: What was sent, in any order.
        rules: How the index counts.
        checks: What is checked.
        edits: What persons stated and still holds; an edit overrules every rule.
        companion: The course of an index that counts whenever this one does: the volume
            beside the energy.

    Raises:
        BadInput: As `validated`.
    """
    wanted, stated = checks or Checks(), tuple(edits)
    out = _out_of_range(series, rules, wanted)
    inside = series
    if out.any():
        quality = np.where(out, CODE_OF[Quality.BAD], series.quality).astype(np.uint8)
        inside = replace(series, quality=quality)
    course = validated(inside, rules, stated)
    if rules.most_per_hour is None and wanted.learn_limit:
        rules = replace(rules, most_per_hour=learnt_limit(course, rules))
        if stated or not holds(course, rules):
            course = validated(inside, rules, stated)
    marks = course.judged.copy()
    marks[out] = Mark.RANGE
    if companion is not None:
        marks[_stands_still(series, marks, companion, wanted.still_ms)] |= Mark.FROZEN
    _tell_breaks(series, course, marks)
    return Validation(course, rules, marks)


def learnt_limit(course: Course, rules: IndexRules) -> Decimal | None:
    """Return what an index can count in an hour, from what it did; None if that is too little.

    Several times its busiest hours; never less than ten of its last digits.
    """
    passed = np.diff(course.times_ms)
    gains = np.diff(course.totals)
    usable = (passed > 0) & (passed <= rules.gap_ms)
    if passed[usable].sum() < _FEWEST * HOUR_MS:
        return None
    busiest = _busiest(gains, passed, usable)
    digits = busiest * float(course.scale.amount(1, rules.unit)) * 10.0**rules.decimals
    steps = max(int(np.ceil(digits)) * _TIMES_BUSIEST, _LEAST_STEPS)
    return Decimal(steps).scaleb(-rules.decimals)


def _busiest(gains: Ints, passed: Ints, usable: Bools) -> float:
    """Return what was counted in an hour at the busiest times.

    Where most of the time has one sample a day, as after years, its days tell more than the
    few hours that are left: then each time counts as much as it is long, up to a day.
    """
    if 2 * int(passed[usable].sum()) >= int(passed.sum()):
        return quantile(gains[usable] / passed[usable] * HOUR_MS, _BUSIEST)
    there = passed > 0
    an_hour = gains[there] / passed[there] * HOUR_MS
    order = np.argsort(an_hour, kind="stable")
    weights = np.cumsum(np.minimum(passed[there], _LONGEST_DAY_MS)[order])
    return float(an_hour[order][np.searchsorted(weights, _BUSIEST * weights[-1])])


def quantile(values: Floats, share: float) -> float:
    """Return what `numpy.quantile` does of at least one value, in a tenth of its time."""
    virtual = share * (len(values) - 1)
    below = int(virtual)
    above = min(below + 1, len(values) - 1)
    parted = np.partition(values, (below, above))
    low, high, part = float(parted[below]), float(parted[above]), virtual - below
    step = high - low
    return low + step * part if part < _HALF else high - step * (1 - part)


def sum_check(
    course: Course, bins: Bins, ends_ms: Ints, amounts: Ints, digit: int = 1
) -> Marks:
    """Return `Mark.SUM` for each part in which the intervals do not add up to the index.

    A meter that sends intervals beside its index rounds both: they may lie apart by one digit
    of the index and half a digit of each interval. A part that is not all there is not judged.

    Args:
        course: Of the index.
        bins: The parts; intervals must not reach over their edges.
        ends_ms: When each interval ended, rising.
        amounts: What was counted in each, in counts of the course.
        digit: One digit of an interval, in counts.
    """
    at = np.searchsorted(ends_ms, bins.edges_ms, "right")
    added = np.diff(np.concatenate([[0], np.cumsum(amounts)])[at])
    many = np.diff(at)
    counted = sums(course, bins)
    apart = 2 * np.abs(added - counted.counts) > 2 + many * digit
    return np.where(counted.complete & (many > 0) & apart, int(Mark.SUM), 0)


def _out_of_range(series: Series, rules: IndexRules, checks: Checks) -> Bools:
    highest = checks.highest
    if highest is None and rules.wraps_at is not None:
        highest = Decimal(rules.wraps_at - 1).scaleb(-rules.decimals)
    values: Floats = series.values
    known = BELIEVABLE[series.quality] & np.isfinite(values)
    half = 0.5 / 10.0**rules.decimals
    with np.errstate(invalid="ignore"):
        out = values < float(checks.lowest) - half
        if highest is not None:
            out |= values > float(highest) + half
    return known & out


def _stands_still(series: Series, marks: Marks, companion: Course, longest_ms: int) -> Ints:
    """Return the samples that repeat the one before for too long while a companion counts."""
    counted = np.flatnonzero(marks == 0)
    counted = counted[np.argsort(series.times_ms[counted], kind="stable")]
    if not len(counted) or not len(companion):
        return counted[:0]
    times, values = series.times_ms[counted], series.values[counted]
    begins = np.flatnonzero(np.concatenate([[True], np.diff(values) != 0]))
    run = np.repeat(begins, np.diff(np.append(begins, len(values))))
    still = times - times[run]
    moved = totals_at(companion, times) - totals_at(companion, times[run])
    ends = np.append(begins[1:], len(values)) - 1
    frozen_run = (still[ends] >= longest_ms) & (moved[ends] > 1)
    frozen = np.repeat(frozen_run, np.diff(np.append(begins, len(values)))) & (still > 0)
    return counted[frozen]


def _tell_breaks(series: Series, course: Course, marks: Marks) -> None:
    """Say of the sample itself what the stretch that ends there says: a jump, a fall."""
    told = Mark.JUMP | Mark.BROKEN | Mark.ROLLOVER
    places = np.flatnonzero(course.marks & told)
    if not len(places):
        return
    by_time = np.flatnonzero(marks & ~(Mark.FROZEN | told) == 0)
    by_time = by_time[np.argsort(series.times_ms[by_time], kind="stable")]
    at = np.searchsorted(series.times_ms[by_time], course.times_ms[places])
    there = at < len(by_time)
    marks[by_time[at[there]]] |= course.marks[places[there]] & told
