"""An index that only rises is summed in one go: the same as followed step by step."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from unittest.mock import patch

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.history.counters.course import Course, _Life, course
from app.history.counters.rules import Validation, validate
from app.model.counter import Break, Broken, Edit, Entered, IndexRules, Withdrawn
from app.model.reading import PointId
from app.series import Series

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
HEAT = PointId("school.energy")
RULES = (
    IndexRules("kWh", 1),
    IndexRules("kWh", 1, wraps_at=10**4),
    IndexRules("kWh", 1, most_per_hour=Decimal("2.5")),
    IndexRules("MWh", 3, wraps_at=10**7, most_per_hour=Decimal("0.5")),
)
steps = st.lists(st.integers(-3, 40) | st.just(0), min_size=1, max_size=80)
gaps = st.lists(st.sampled_from([1, 1, 1, 2, 9]), min_size=1, max_size=80)


def series_of(rises: Sequence[int], passed: Sequence[int], decimals: int) -> Series:
    """Return an index after rises in its last digit, with some hours between its samples."""
    many = min(len(rises), len(passed))
    values = np.maximum(np.cumsum(rises[:many]) + 500, 0) / 10.0**decimals
    hours = np.cumsum(passed[:many]) - passed[0]
    times = round(BEGIN.timestamp() * 1000) + hours * 3_600_000
    return Series(HEAT, times.astype(np.int64), values, np.zeros(many, np.uint8))


def edits_of(wanted: Sequence[str]) -> list[Edit]:
    """Return some statements about the first days."""
    at = BEGIN + 20 * HOUR
    known: dict[str, Edit] = {
        "exchange": Broken(at, Break.EXCHANGE, Decimal(900), Decimal(0)),
        "reset": Broken(at + HOUR, Break.RESET, None, Decimal(1), estimated=True),
        "unit": Broken(at + 3 * HOUR, Break.UNIT, rules=IndexRules("MWh", 2)),
        "read": Entered(BEGIN + 5 * HOUR, Decimal(60)),
        "between": Entered(BEGIN + 5 * HOUR + HOUR / 2, Decimal(61)),
        "withdrawn": Withdrawn(BEGIN + 7 * HOUR, BEGIN + 9 * HOUR),
    }
    return [known[each] for each in wanted]


def same(one: Course, other: Course) -> bool:
    columns = ("times_ms", "totals", "marks", "judged")
    return one.scale == other.scale and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in columns
    )


def step_by_step(series: Series, rules: IndexRules, edits: Sequence[Edit]) -> Course:
    with patch.object(_Life, "plain_gains", lambda *_: None):
        return course(series, rules, edits)


stated = st.lists(
    st.sampled_from(["exchange", "reset", "unit", "read", "between", "withdrawn"]),
    max_size=3,
    unique=True,
)


@given(steps, gaps, st.sampled_from(RULES), stated)
def test_one_go_and_step_by_step_give_the_same_course(
    rises: list[int], passed: list[int], rules: IndexRules, wanted: list[str]
) -> None:
    series, edits = series_of(rises, passed, rules.decimals), edits_of(wanted)
    assert same(course(series, rules, edits), step_by_step(series, rules, edits))


@given(steps, gaps, st.sampled_from(RULES))
def test_the_rules_find_the_same_both_ways(
    rises: list[int], passed: list[int], rules: IndexRules
) -> None:
    series = series_of(rises * 3, passed * 3, rules.decimals)

    def checked() -> Validation:
        return validate(series, rules)

    one = checked()
    with patch.object(_Life, "plain_gains", lambda *_: None):
        other = checked()
    assert one.rules == other.rules
    assert same(one.course, other.course)
    assert one.marks.tolist() == other.marks.tolist()


def test_a_limit_over_ten_years_of_silence_does_not_overflow() -> None:
    rules = IndexRules("kWh", 6, most_per_hour=Decimal(10**9))
    times = np.array([0, 10 * 365 * 86_400_000], np.int64) + 10**12
    series = Series(HEAT, times, np.array([1.0, 2.0]), np.zeros(2, np.uint8))
    assert course(series, rules).total == 10**6


def test_an_index_without_samples_has_an_empty_course() -> None:
    nothing = np.empty(0, np.int64)
    series = Series(HEAT, nothing, np.empty(0), np.empty(0, np.uint8))
    assert len(course(series, RULES[0])) == 0
    both = course(series, RULES[0], edits_of(["exchange"]))
    assert both.totals.tolist() == [0, 0]
