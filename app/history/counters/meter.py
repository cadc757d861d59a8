"""Every rule that the points of one meter allow, run on one of its indexes.

Energy is held against volume and spread where the meter tells both temperatures, and an index
against the meter's own intervals where it sends them, day by day.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache, reduce
from operator import or_
from zoneinfo import ZoneInfo

import numpy as np

from app.history.counters.course import Course
from app.history.counters.heatcheck import HeatMeter, heat_check
from app.history.counters.marks import Bools, Ints, Mark, Marks
from app.history.counters.rules import Checks, sum_check, validate
from app.history.counters.spreading import validated
from app.history.counters.sums import sums, totals_at
from app.history.counters.water import Floats
from app.history.energydays import Bins, Step, bins
from app.history.readings import to_moment, to_ms
from app.history.samples import BELIEVABLE
from app.model.counter import HOUR_MS, Edit, rules_of
from app.model.point import PointSpec
from app.model.profile import UNIT_NOT_SET
from app.model.units import least_digit, unit
from app.model.validation import Checked, Finding, Rule
from app.series import Series

ENERGY, VOLUME, SUPPLY, RETURN = "meter.energy", "meter.volume", "meter.supply", "meter.return"
INTERVAL = "_interval"  # behind an index's role: what was counted in the interval that ended
_BESIDE = {ENERGY: VOLUME, VOLUME: ENERGY}  # what counts whenever the other one does
_OF_SAMPLES: Mapping[Rule, Mark] = {
    Rule.RANGE: Mark.RANGE,
    Rule.SPIKE: Mark.SPIKE | Mark.JUMP,
    Rule.NEGATIVE: Mark.FELL | Mark.BROKEN,
    Rule.FROZEN: Mark.FROZEN,
}
_ANY_OF_SAMPLES = int(reduce(or_, _OF_SAMPLES.values()))
_NEAR_MS = HOUR_MS  # so close to both ends of a day there are samples, or it is not compared


@dataclass(frozen=True, slots=True)
class Sent:
    """One point of the meter, what it sent, and what was stated about it."""

    spec: PointSpec
    series: Series
    edits: Sequence[Edit] = ()


@dataclass(frozen=True, slots=True)
class _Index:
    """An index on which the rules of samples were run."""

    spec: PointSpec
    course: Course
    days: Bins
    counted: Ints
    whole: Bools  # days of which it tells the whole truth

    @classmethod
    def of(cls, spec: PointSpec, course: Course, days: Bins) -> "_Index":
        told = sums(course, days)
        return cls(spec, course, days, told.counts, told.complete)

    def amount(self, counts: int, sign: str = "") -> float:
        return float(self.course.scale.amount(counts, sign or self.spec.unit))


def check_index(
    of: Sent, beside: Mapping[str, Sent], zone: ZoneInfo, start: datetime, end: datetime
) -> Checked:
    """Return what the rules find in an index from ``start`` to before ``end``.

    Args:
        of: The index.
        beside: The other points of its meter, by their roles.
        zone: The plant's; days are compared by its clock.
        start: Aware, as the end; samples around are looked at too where they are given.
        end: Not before the start.

    Raises:
        BadInput: A unit that nobody knows.
    """
    role = of.spec.role
    companion = beside.get(_BESIDE.get(role, ""))
    other = None
    if companion is not None and _tells(companion):
        other = validated(companion.series, rules_of(companion.spec), companion.edits)
    told = validate(of.series, rules_of(of.spec), Checks(), of.edits, other)
    findings = list(_of_samples(of.series, told.marks, to_ms(start), to_ms(end)))
    ran = set(_OF_SAMPLES)
    days = bins(zone, Step.DAY, start, end)
    if len(days):
        index = cache(lambda: _Index.of(of.spec, told.course, days))  # most have nothing beside
        intervals = beside.get(f"{role}{INTERVAL}")
        if intervals is not None and _tells(intervals) and len(intervals.series):
            ran.add(Rule.SUM)
            findings += _of_intervals(index(), intervals)
        warm, cold = beside.get(SUPPLY), beside.get(RETURN)
        if role == ENERGY and companion and other and warm and cold:
            times = np.intersect1d(_believed(warm.series)[0], _believed(cold.series)[0])
            if len(other) and len(times):
                ran.add(Rule.PHYSICS)
                volume = _Index.of(companion.spec, other, days)
                findings += _of_physics(index(), volume, warm, cold)
    most = told.rules.most_per_hour
    return Checked(of.series.point, tuple(findings), frozenset(ran), most)


def _tells(sent: Sent) -> bool:
    return sent.spec.unit != UNIT_NOT_SET


def roles_beside(role: str) -> tuple[str, ...]:
    """Return the roles of the points that rules of an index look at, too."""
    wanted = (f"{role}{INTERVAL}", _BESIDE.get(role, ""))
    return (*wanted, SUPPLY, RETURN) if role == ENERGY else wanted


def _of_samples(series: Series, marks: Marks, begin: int, end: int) -> Iterator[Finding]:
    """Yield one finding for each run of samples that met the same rule."""
    there = int(np.bitwise_or.reduce(marks))
    if not there & _ANY_OF_SAMPLES:
        return  # as of most indexes
    order = np.argsort(series.times_ms, kind="stable")
    times, values, sorted_marks = series.times_ms[order], series.values[order], marks[order]
    inside = (times >= begin) & (times < end)
    for rule, mark in _OF_SAMPLES.items():
        if not there & mark:
            continue
        met = (inside & (sorted_marks & mark != 0)).astype(np.int64)
        change = np.diff(met, prepend=0, append=0)
        firsts, lasts = np.flatnonzero(change > 0), np.flatnonzero(change < 0) - 1
        for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True):
            span = to_moment(int(times[first])), to_moment(int(times[last]))
            figure = float(values[first])
            yield Finding(rule, *span, samples=last - first + 1, figure=figure)


def _of_intervals(index: _Index, sent: Sent) -> Iterator[Finding]:
    """Yield the days whose intervals do not add up to the index."""
    scale, days = index.course.scale, index.days
    times, values = _believed(sent.series)
    size = unit(sent.spec.unit).size / scale.count
    exact = np.rint(values * 10.0**sent.spec.decimals)
    each = size / 10**sent.spec.decimals
    amounts = np.array([round(int(value) * each) for value in exact.tolist()], np.int64)
    digit = least_digit(sent.spec.unit, sent.spec.decimals) / scale.count
    marks = sum_check(index.course, days, times, amounts, max(1, _up(digit)))
    at = np.searchsorted(times, days.edges_ms, "right")
    added = np.diff(np.concatenate([[0], np.cumsum(amounts)])[at])
    for day in np.flatnonzero(marks).tolist():
        both = index.amount(int(index.counted[day])), index.amount(int(added[day]))
        yield _of_day(Rule.SUM, days, day, *both)


def _of_physics(index: _Index, volume: _Index, warm: Sent, cold: Sent) -> Iterator[Finding]:
    """Yield the days on which energy is further from volume times spread than it may be.

    Nobody knows the meter's nominal flow here, so its flow sensor may be off by the most
    that any may be, 5 %: what is found is wrong beyond doubt.
    """
    (warm_ms, warm_c), (cold_ms, cold_c) = _believed(warm.series), _believed(cold.series)
    times, of_warm, of_cold = np.intersect1d(warm_ms, cold_ms, return_indices=True)
    days = index.days
    near = _is_near(times, days.edges_ms)
    meter = HeatMeter(
        float("inf"),
        energy_step_kwh=_digit(index.spec, "kWh"),
        volume_step_m3=_digit(volume.spec, "m³"),
    )
    found = heat_check(
        meter,
        times,
        _level(index, times, "kWh"),
        _level(volume, times, "m³"),
        warm_c[of_warm],
        cold_c[of_cold],
        days.edges_ms,
    )
    wrong = found.wrong & index.whole & volume.whole & near
    kwh = float(unit("kWh").size / unit(index.spec.unit).size)
    for day in np.flatnonzero(wrong).tolist():
        both = found.counted_kwh[day] * kwh, found.expected_kwh[day] * kwh
        yield _of_day(Rule.PHYSICS, days, day, *map(float, both))


def _of_day(rule: Rule, days: Bins, day: int, counted: float, expected: float) -> Finding:
    begin, end = (to_moment(edge) for edge in days.edges_ms[day : day + 2].tolist())
    return Finding(rule, begin, end, counted=counted, expected=expected)


def _believed(series: Series) -> tuple[Ints, Floats]:
    """Return times and values of what is believed, by time, the last of each moment."""
    fine = BELIEVABLE[series.quality] & np.isfinite(series.values)
    times, last = np.unique(series.times_ms[fine][::-1], return_index=True)
    return times, series.values[fine][::-1][last]


def _is_near(times: Ints, edges: Ints) -> Bools:
    """Return which parts have samples close to both ends."""
    after = np.searchsorted(times, edges)
    padded = np.append(times, np.iinfo(np.int64).max // 2)
    close = padded[after] - edges <= _NEAR_MS
    both: Bools = close[:-1] & close[1:]
    return both


def _level(index: _Index, times: Ints, sign: str) -> Floats:
    """Return what an index had counted at each moment."""
    level: Floats = totals_at(index.course, times).astype(np.float64)
    level *= index.amount(1, sign)
    return level


def _digit(spec: PointSpec, sign: str) -> float:
    return float(least_digit(spec.unit, spec.decimals) / unit(sign).size)


def _up(share: Fraction) -> int:
    return -(-share.numerator // share.denominator)
