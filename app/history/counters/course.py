"""The course of an index: what it counted from sample to sample, after all that is known.

What was sent stays as it came; a course stands beside it and says of every sample whether it
counts and why not. It is worked out from the samples, the rules of the index and the edits in
force, and from nothing else: the same of them give the same course, in whatever order they
came, and an edit taken back leaves no trace.

Everything is counted in whole **counts**. A count is the last digit of the index; where its
unit or decimals changed it is the largest amount of which all last digits are multiples. So
sums and differences are exact, and rounding is left to who shows a figure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import gcd

import numpy as np

from app.errors import BadInput
from app.history.counters.chain import Chain, Limits, Seed, chain
from app.history.counters.marks import Ints, Mark, Marks
from app.history.readings import to_ms
from app.history.samples import BELIEVABLE
from app.model.counter import (
    HOUR_MS,
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Withdrawn,
)
from app.model.reading import Quality
from app.model.units import least_digit, unit
from app.series import QUALITY_CODES, Series
from app.words import _

_STATED = -1  # in the place of a sample's position: a person put it in
_RANK = np.array([quality is Quality.GOOD for quality in QUALITY_CODES], np.int64)
_GAP, _SILENT = int(Mark.GAP), int(Mark.SILENT)
_NONE = np.empty(0, np.int64)
_LARGEST = 1 << 62  # what whole numbers of 64 bits hold, with room for a sum


@dataclass(frozen=True, slots=True)
class Scale:
    """What the counts of a course are worth."""

    unit: str  # of the index now
    decimals: int
    count: Fraction  # one count in the base unit of the kind: J, m³

    def amount(self, counts: int, told_in: str = "") -> Fraction:
        """Return counts in a unit (its own if none is named), exactly."""
        told = unit(told_in or self.unit)
        if told.kind != unit(self.unit).kind:
            raise BadInput(
                _("{one} and {other} measure different things").format(
                    one=self.unit, other=told.sign
                )
            )
        return counts * self.count / told.size

    @property
    def counts_digits(self) -> bool:
        """Whether one count is the last digit of the index, as nearly always."""
        return self.count == least_digit(self.unit, self.decimals)


@dataclass(frozen=True, slots=True)
class Course:
    """Anchors in the order of time, and what was counted up to each.

    ``totals`` begin at 0 and never fall. ``marks`` tell of the stretch that ends at an anchor.
    Two anchors may have the same moment: an exchange. ``judged`` has a mark for each sample
    that was sent, in the order they were given.
    """

    scale: Scale
    times_ms: Ints
    totals: Ints
    marks: Marks
    judged: Marks
    only_rose: bool = False  # never further than it can: nothing had to be decided

    def __len__(self) -> int:
        return len(self.times_ms)

    @property
    def total(self) -> int:
        """What was counted in all, in counts."""
        return int(self.totals[-1]) if len(self) else 0


@dataclass(slots=True)
class _Life:
    """An index from one break to the next."""

    rules: IndexRules
    begin_ms: int | None = None  # None: since ever
    initial: Decimal | None = None
    end_ms: int | None = None
    final: Decimal | None = None
    goes_on: bool = False  # where the life before stood: only the unit changed
    unsure: bool = False  # its final reading is a guess
    places: Ints = field(default_factory=lambda: _NONE)  # of samples, `_STATED` for others
    times: Ints = field(default_factory=lambda: _NONE)
    counts: Ints = field(default_factory=lambda: _NONE)

    def put(self, at_ms: int, count: int) -> list[int]:
        """Put in what a person read; return the position of the sample whose place it took."""
        place = int(np.searchsorted(self.times, at_ms))
        if place == len(self.times) or self.times[place] != at_ms:
            self.insert(place, at_ms, count)
            return []
        was = int(self.places[place])
        self.places, self.counts = self.places.copy(), self.counts.copy()
        self.places[place], self.counts[place] = _STATED, count
        return [] if was == _STATED else [was]

    def insert(self, place: int, at_ms: int, count: int) -> None:
        """Put in what was stated before the sample at a place."""
        self.places = np.insert(self.places, place, _STATED)
        self.times = np.insert(self.times, place, at_ms)
        self.counts = np.insert(self.counts, place, count)

    def followed(
        self, limits: Limits, accepted: Sequence[tuple[int, int]], seed: Seed | None
    ) -> Chain:
        """Return which of it is believed."""
        stated = set(np.flatnonzero(self.places == _STATED).tolist())
        return chain(
            self.times.tolist(),
            self.counts.tolist(),
            limits,
            stated=stated,
            accepted=accepted,
            seed=seed,
        )

    def plain_gains(self, limits: Limits, seed: Seed | None) -> Ints | None:
        """Return what it counted up to each sample where it only rises as it can, else None.

        Nothing but that is what most indexes do for years: it need not be followed step by
        step, and comes out the same.
        """
        times, counts = self.times, self.counts
        if not len(counts):
            return None
        before = seed or Seed(int(times[0]), int(counts[0]))
        gains = steps(counts, before.level)
        passed = steps(times, before.time_ms)
        fits = _fits(gains, passed, limits)
        return gains if fits and gains.min() >= 0 and passed.min() >= 0 else None


def steps(numbers: Ints, before: int) -> Ints:
    """Return what each is more than the one before; `numpy.diff` takes four times as long."""
    found = np.empty_like(numbers)
    found[:1] = numbers[:1] - before
    np.subtract(numbers[1:], numbers[:-1], out=found[1:])
    return found


def _fits(gains: Ints, passed: Ints, limits: Limits) -> bool:
    """Whether it never counted more than it can in the time that passed."""
    most = limits.most_per_hour
    if most is None:
        return bool((gains <= (limits.wraps or _LARGEST)).all())
    if most * int(passed.max()) >= _LARGEST:
        return False
    return bool((gains <= most * passed // HOUR_MS + limits.step).all())


def holds(given: Course, rules: IndexRules) -> bool:
    """Whether a course without edits is the same by other rules that state a limit alone."""
    if not len(given):
        return True
    if not given.only_rose:
        return False
    limits = _limits(rules, given.scale, 1)
    gains, passed = steps(given.totals, 0), steps(given.times_ms, int(given.times_ms[0]))
    return _fits(gains, passed, limits)


def course(series: Series, rules: IndexRules, edits: Iterable[Edit] = ()) -> Course:
    """Return the course of an index.

    Args:
        series: What was sent, in any order; of several samples of one moment a good one
            counts, and of equally good ones the last.
        rules: Those of the index before its first break.
        edits: What persons stated and still holds.

    Raises:
        BadInput: A break into a unit of another kind, or figures too large to be counted.
    """
    stated = tuple(edits)
    judged = np.zeros(len(series), np.int64)
    places = _believed(series, stated, judged)
    lives = _lives(rules, stated)
    scale, per_digit = _scale(lives)
    for life, counts_per_digit in zip(lives, per_digit, strict=True):
        replaced = _fill(life, series, places, stated, counts_per_digit)
        judged[replaced] |= Mark.DOUBLED
    accepted = [
        (to_ms(each.start), to_ms(each.end)) for each in stated if isinstance(each, Accepted)
    ]
    joined = _Joined()
    before = 0
    for life, counts_per_digit in zip(lives, per_digit, strict=True):
        limits = _limits(life.rules, scale, counts_per_digit)
        rounding = max(before, counts_per_digit) if life.goes_on else counts_per_digit
        joined.add(life, replace(limits, step=rounding), accepted)
        before = counts_per_digit
    for place, mark in joined.dropped.items():
        judged[place] |= mark
    return joined.course(scale, judged)


def _believed(series: Series, edits: Sequence[Edit], judged: Marks) -> Ints:
    """Return the positions of samples worth looking at, in order of time; mark the others."""
    fine = BELIEVABLE[series.quality] & np.isfinite(series.values)
    judged[~fine] |= Mark.UNBELIEVABLE
    for edit in edits:
        if isinstance(edit, Withdrawn):
            out = (series.times_ms >= to_ms(edit.start)) & (series.times_ms < to_ms(edit.end))
            judged[out] |= Mark.WITHDRAWN
            fine &= ~out
    places = np.flatnonzero(fine)
    times = series.times_ms[places]
    order = np.lexsort((places, _RANK[series.quality[places]], times))
    places, times = places[order], times[order]
    last = np.ones(len(places), np.bool_)
    last[:-1] = times[1:] != times[:-1]
    judged[places[~last]] |= Mark.DOUBLED
    return places[last]


def _lives(rules: IndexRules, edits: Sequence[Edit]) -> list[_Life]:
    breaks = sorted((each for each in edits if isinstance(each, Broken)), key=_at)
    lives = [_Life(rules)]
    for each in breaks:
        old = lives[-1]
        old.end_ms, old.final, old.unsure = to_ms(each.at), each.final, each.estimated
        new = _Life(each.rules or old.rules, to_ms(each.at), each.initial)
        if unit(new.rules.unit).kind != unit(old.rules.unit).kind:
            raise BadInput(
                _("{one} and {other} measure different things").format(
                    one=old.rules.unit, other=new.rules.unit
                )
            )
        known = each.final is not None or each.initial is not None
        new.goes_on = each.kind is Break.UNIT and not known
        lives.append(new)
    return lives


def _at(edit: Broken) -> int:
    return to_ms(edit.at)


def _scale(lives: Sequence[_Life]) -> tuple[Scale, list[int]]:
    """Return what a count is worth, and how many of them the last digit of each life is."""
    digits = [least_digit(life.rules.unit, life.rules.decimals) for life in lives]
    count = digits[0]
    for digit in digits[1:]:
        count = Fraction(
            gcd(count.numerator * digit.denominator, digit.numerator * count.denominator),
            count.denominator * digit.denominator,
        )
    newest = lives[-1].rules
    scale = Scale(newest.unit, newest.decimals, count)
    return scale, [int(digit / count) for digit in digits]


def _fill(
    life: _Life, series: Series, places: Ints, edits: Sequence[Edit], counts_per_digit: int
) -> list[int]:
    """Give a life the samples of its time, and what persons put in.

    Return the positions of samples in whose place a person put another figure.
    """
    times = series.times_ms[places]
    begin = 0 if life.begin_ms is None else int(np.searchsorted(times, life.begin_ms))
    end = len(times) if life.end_ms is None else int(np.searchsorted(times, life.end_ms))
    life.places = places[begin:end]
    life.times = times[begin:end]
    counts = np.rint(series.values[life.places] * 10.0**life.rules.decimals)
    if len(counts) and float(np.abs(counts).max()) * counts_per_digit >= _LARGEST:
        raise BadInput(_("the index is too large to be counted in its last digit"))
    life.counts = counts.astype(np.int64) * counts_per_digit
    first, last = life.begin_ms, life.end_ms
    replaced = []

    def counted(value: Decimal) -> int:
        return round(value.scaleb(life.rules.decimals)) * counts_per_digit

    for edit in edits:
        if isinstance(edit, Entered):
            at = to_ms(edit.at)
            if (first is None or at >= first) and (last is None or at < last):
                replaced += life.put(at, counted(edit.value))
    if first is not None and life.initial is not None:
        life.insert(0, first, counted(life.initial))
    if last is not None and life.final is not None:
        life.insert(len(life.times), last, counted(life.final))
    return replaced


def _limits(rules: IndexRules, scale: Scale, counts_per_digit: int) -> Limits:
    most = rules.most_per_hour
    return Limits(
        step=counts_per_digit,
        wraps=None if rules.wraps_at is None else rules.wraps_at * counts_per_digit,
        most_per_hour=(
            None if most is None else int(Fraction(most) * unit(rules.unit).size / scale.count)
        ),
    )


class _Joined:
    """The lives of an index one after the other."""

    def __init__(self) -> None:
        self.dropped: dict[int, Mark] = {}
        self._times: list[Ints] = []
        self._totals: list[Ints] = []
        self._marks: list[Marks] = []
        self._newest: int | None = None  # the time of the newest anchor
        self._total = 0
        self._seed: Seed | None = None
        self._only_rose = True

    def add(self, life: _Life, limits: Limits, accepted: Sequence[tuple[int, int]]) -> None:
        """Add the next life."""
        seed = self._seed if life.goes_on else None
        gains = life.plain_gains(limits, seed)
        if gains is not None:
            kept, marks = np.arange(len(gains)), np.zeros(len(gains), np.int64)
            level = int(life.counts[-1])
        else:
            self._only_rose = False
            found = life.followed(limits, accepted, seed)
            for nth, why in found.dropped.items():
                self.dropped[int(life.places[nth])] = why
            if not found.kept:
                return
            kept, level = np.array(found.kept, np.int64), found.levels[-1]
            gains = np.array(found.gains, np.int64)
            marks = np.array([int(mark) for mark in found.marks], np.int64)
        times = life.times[kept]
        begin = int(times[0]) if self._newest is None else self._newest
        passed = steps(times, begin)
        long = passed > life.rules.gap_ms
        marks[long & (gains > 0)] |= _GAP
        marks[long & (gains <= 0)] |= _SILENT
        if self._newest is not None and not life.goes_on:
            # Nobody knows what was counted before the first sample of another meter.
            marks[0] = int(Mark.UNKNOWN) if passed[0] else 0
        marks[life.places[kept] == _STATED] |= int(Mark.ENTERED)
        if life.unsure and life.final is not None:
            marks[-1] |= int(Mark.ESTIMATED)
        if self._total + float(gains.sum(dtype=np.float64)) >= _LARGEST:
            raise BadInput(_("the index is too large to be counted in its last digit"))
        totals = self._total + np.cumsum(gains)
        self._times.append(times)
        self._totals.append(totals)
        self._marks.append(marks)
        self._newest, self._total = int(times[-1]), int(totals[-1])
        self._seed = Seed(self._newest, level)

    def course(self, scale: Scale, judged: Marks) -> Course:
        """Return what was put together."""
        times, totals, marks = (
            np.concatenate([_NONE, *each]) for each in (self._times, self._totals, self._marks)
        )
        return Course(scale, times, totals, marks, judged, self._only_rose)
