"""Seeded faults are found, healthy figures are left alone, and every flag says which rule."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.history.counters.course import Course, course, holds, steps
from app.history.counters.marks import Ints, Mark
from app.history.counters.rules import (
    Checks,
    learnt_limit,
    quantile,
    sum_check,
    validate,
)
from app.history.counters.spreading import validated
from app.history.energydays import bins
from app.history.readings import to_ms
from app.model.consumption import Step
from app.model.counter import HOUR_MS, Accepted, IndexRules, wraps_after
from app.model.reading import PointId, Quality
from app.series import CODE_OF, Series

BEGIN = datetime(2026, 1, 4, 23, tzinfo=UTC)
HOURS = 2400
RULES = IndexRules("kWh", 1, wraps_at=wraps_after(8))
FAULTS = ("leap", "dip", "zero", "range", "frozen", "leaps")
SEEDED = 20


def series(shown: Ints, decimals: int = 1) -> Series:
    return Series(
        PointId("meter.energy"),
        to_ms(BEGIN) + np.arange(len(shown)) * HOUR_MS,
        shown / 10**decimals,
        np.full(len(shown), CODE_OF[Quality.GOOD], np.uint8),
    )


@dataclass
class Meter:
    """A house in winter: what its heat meter truly counted, and what was sent."""

    chance: np.random.Generator
    sent: Ints = field(init=False)
    volume: Course = field(init=False)
    faults: list[tuple[str, int, int]] = field(default_factory=list)  # which, from, to before

    def __post_init__(self) -> None:
        hours = np.arange(HOURS)
        need = 12 + 8 * np.cos(hours / 24 * 2 * np.pi) + 6 * np.cos(hours / 700)
        used = self.chance.poisson(np.maximum(need, 0.5))
        used[self.chance.random(HOURS) < 0.08] = 0
        shown = np.cumsum(np.concatenate([[self.chance.integers(10**4, 10**7)], used]))
        volume = np.cumsum(np.concatenate([[500], used * 2 + 1]))
        self.volume = validated(series(volume, 2), IndexRules("m³", 2))
        self.sent = shown.copy()
        for nth in range(SEEDED):
            self._break(shown, FAULTS[nth % len(FAULTS)], 60 + nth * 115)

    def _break(self, shown: Ints, fault: str, at: int) -> None:
        at += int(self.chance.integers(0, 40))
        length = 1
        if fault in {"leap", "leaps"}:
            length = 1 if fault == "leap" else int(self.chance.integers(2, 4))
            size = int(10 ** self.chance.uniform(2.6, 6))
            self.sent[at : at + length] = shown[at : at + length] + size
        elif fault == "dip":
            length = int(self.chance.integers(1, 4))
            self.sent[at : at + length] = shown[at : at + length] - int(
                10 ** self.chance.uniform(1.7, 3.9)
            )
        elif fault == "zero":
            self.sent[at] = 0
        elif fault == "range":
            self.sent[at] = self.chance.choice([-1, -50, 10**8, 2**31])
        else:
            length = int(self.chance.integers(12, 40))
            self.sent[at : at + length] = shown[at - 1]
        self.faults.append((fault, at, at + length))


@dataclass
class Found:
    """How many seeded faults were found, and what healthy figures were accused."""

    seeded: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    flags: int = 0
    false: int = 0
    healthy: int = 0

    def look(self, meter: Meter) -> None:
        told = validate(series(meter.sent), RULES, companion=meter.volume)
        flagged = told.marks != 0
        guilty = np.zeros(len(flagged), np.bool_)
        for fault, begin, end in meter.faults:
            self.seeded[fault] = self.seeded.get(fault, 0) + 1
            self.found[fault] = self.found.get(fault, 0) + bool(flagged[begin:end].any())
            guilty[begin:end] = True
        self.flags += int(flagged.sum())
        self.false += int((flagged & ~guilty).sum())
        self.healthy += int((~guilty).sum())

    def require(self) -> None:
        share = {fault: self.found[fault] / many for fault, many in self.seeded.items()}
        assert sum(self.found.values()) >= 0.95 * sum(self.seeded.values()), share
        assert self.false <= 0.01 * self.flags, (self.false, self.flags)
        assert self.false <= 0.01 * self.healthy


def look_at(meters: int) -> Found:
    chance = np.random.default_rng(21)
    found = Found()
    for _ in range(meters):
        found.look(Meter(chance))
    return found


def test_seeded_faults_are_found_and_healthy_figures_left_alone() -> None:
    look_at(30).require()


@pytest.mark.campaign
@pytest.mark.timeout(1200)
def test_twenty_thousand_faults_in_a_thousand_meters(
    record_property: Callable[[str, object], None],
) -> None:
    found = look_at(1000)
    assert sum(found.seeded.values()) == 20_000
    record_property("found", str(found))
    found.require()


def test_what_was_found_wrong_never_changes_what_was_counted() -> None:
    meter = Meter(np.random.default_rng(3))
    told = validate(series(meter.sent), RULES, companion=meter.volume)
    total = told.course.scale.amount(told.course.total, "kWh")
    last, first = int(meter.sent[-1]), int(meter.sent[0])
    assert total * 10 == last - first


def test_a_jump_that_is_real_is_left_alone_once_a_person_said_so() -> None:
    meter = Meter(np.random.default_rng(4))
    shown = meter.sent[:60].copy()  # before the first fault
    shown[30:] += 900_000
    given = series(shown)
    rules = IndexRules("kWh", 1, most_per_hour=Decimal(100))
    assert validate(given, rules).marks[30] == Mark.JUMP
    edit = Accepted(BEGIN, BEGIN + timedelta(hours=60))
    assert not validate(given, rules, edits=[edit]).marks.any()


def test_nothing_is_learnt_from_a_day_and_nothing_below_ten_digits() -> None:
    few = validate(series(np.arange(20)), RULES)
    assert few.rules.most_per_hour is None
    slow = validate(series(np.arange(200) // 9), RULES)
    assert slow.rules.most_per_hour == Decimal("1.0")
    unlearnt = validate(series(np.arange(200)), RULES, Checks(learn_limit=False))
    assert unlearnt.rules.most_per_hour is None


def test_an_index_that_stands_while_the_volume_counts_is_told() -> None:
    shown = np.concatenate([np.arange(20) * 5, np.full(30, 95)])
    volume = validated(series(np.arange(50) * 3, 2), IndexRules("m³", 2))
    told = validate(series(shown), RULES, companion=volume)
    assert np.flatnonzero(told.marks & Mark.FROZEN).tolist() == list(range(20, 50))
    still = validated(series(np.minimum(np.arange(50), 19) * 3, 2), IndexRules("m³", 2))
    assert not validate(series(shown), RULES, companion=still).marks.any()


def test_an_undocumented_reset_is_told_at_the_sample_that_fell() -> None:
    shown = np.concatenate([50_000 + np.arange(30) * 5, np.arange(30) * 5])
    told = validate(series(shown), IndexRules("kWh", 1))
    assert told.marks[30] == Mark.BROKEN
    assert np.count_nonzero(told.marks) == 1


def test_intervals_that_do_not_add_up_to_the_index_are_told_by_the_day() -> None:
    zone = ZoneInfo("Europe/Copenhagen")
    chance = np.random.default_rng(8)
    true = chance.integers(0, 1000, 24 * 20)  # thousandths of a kWh
    shown = np.concatenate([[0], np.cumsum(true)]) // 100
    course = validated(series(shown), RULES)
    ends = series(shown).times_ms[1:]
    days = bins(zone, Step.DAY, BEGIN, BEGIN + timedelta(days=20))
    amounts = np.rint(true / 100).astype(np.int64)
    assert not sum_check(course, days, ends, amounts).any()
    amounts[5 * 24 + 3] += 30
    told = sum_check(course, days, ends, amounts)
    assert np.flatnonzero(told == Mark.SUM).tolist() == [5]


def some_index(chance: np.random.Generator) -> tuple[Series, IndexRules]:
    """Return an index that only rises, or does one of many other things."""
    count, digits = int(chance.integers(1, 200)), int(chance.integers(3, 8))
    shown = np.cumsum(chance.integers(0, 30, count)) + int(chance.integers(0, 10**digits))
    if chance.random() < 0.3:
        shown[int(chance.integers(0, count)) :] += int(10 ** chance.uniform(1, 6))
    if chance.random() < 0.3:
        shown[int(chance.integers(0, count))] -= int(10 ** chance.uniform(0, 4))
    shown = np.maximum(shown, 0)  # else the range speaks first
    wraps_at = wraps_after(digits) if chance.random() < 0.5 else None
    if wraps_at is not None:
        shown %= wraps_at
    there = chance.random(count) < chance.choice([0.4, 0.97, 1.0])
    there[0] = True
    whole = series(shown)
    quality = whole.quality.copy()
    quality[chance.random(count) < 0.02] = CODE_OF[Quality.OFFLINE]
    kept = np.flatnonzero(there)
    if chance.random() < 0.2:
        kept = chance.permutation(kept)
    part = Series(whole.point, whole.times_ms[kept], whole.values[kept], quality[kept])
    return part, IndexRules("kWh", 1, wraps_at=wraps_at)


def alike(one: Course, other: Course) -> bool:
    return one.scale == other.scale and all(
        np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("times_ms", "totals", "marks", "judged")
    )


def test_a_course_that_a_learnt_limit_leaves_alone_is_the_one_worked_out_with_it() -> None:
    """Most indexes only rise: they are not gone through twice, and tell the same."""
    chance, spared, others = np.random.default_rng(12), 0, 0
    for _nth in range(300):
        sent, rules = some_index(chance)
        first = course(sent, rules)
        limited = replace(rules, most_per_hour=learnt_limit(first, rules))
        again = course(sent, limited)
        if holds(first, limited):
            spared += 1
            assert alike(first, again)
        else:
            others += 1
        found = validate(sent, rules)
        assert found.rules == limited
        assert alike(found.course, again)
    assert spared > 100
    assert others > 50


def test_a_limit_that_was_passed_is_never_said_to_hold() -> None:
    rises = course(series(np.array([0, 5, 10, 15])), RULES)
    assert rises.only_rose
    assert holds(rises, replace(RULES, most_per_hour=Decimal("0.5")))
    assert not holds(rises, replace(RULES, most_per_hour=Decimal("0.3")))
    fell = course(series(np.array([0, 5, 3, 15])), RULES)
    assert not fell.only_rose
    assert not holds(fell, replace(RULES, most_per_hour=Decimal(9999)))
    nothing = course(series(np.array([], np.int64)), RULES)
    assert holds(nothing, RULES)


def test_the_busiest_hours_are_those_that_numpy_tells() -> None:
    chance = np.random.default_rng(2)
    for count in (1, 2, 3, 48, 49, 50, 51, 499, 2400):
        values = chance.gamma(2.0, 3.0, count)
        for share in (0.0, 0.5, 0.98, 1.0):
            assert quantile(values, share) == np.quantile(values, share)


def test_steps_are_differences() -> None:
    assert steps(np.array([7, 9, 4]), 2).tolist() == [5, 2, -5]
    assert steps(np.array([], np.int64), 2).tolist() == []
