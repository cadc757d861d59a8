"""Thousands of indexes at once give, to the last digit, what each gives alone."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.counters.many import Indexes, many_sums
from app.history.counters.marks import Mark
from app.history.counters.spreading import validated
from app.history.counters.sums import sums
from app.history.energydays import bins
from app.history.readings import to_ms
from app.model.consumption import Step
from app.model.counter import Accepted, Edit, IndexRules, Spread
from app.model.reading import PointId, Quality
from app.series import CODE_OF

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 3, 27, 20, tzinfo=UTC)
MINUTE_MS = 60_000

# Steps of time and of the index; now and then something odd.
passed = st.sampled_from([15, 15, 60, 60, 60, 61, 240, 1440]).map(lambda each: each * MINUTE_MS)
counted = st.one_of(st.integers(0, 30), st.sampled_from([0, 0, 5000, -3, -4000]))
qualities = st.sampled_from([Quality.GOOD] * 6 + [Quality.BAD, Quality.UNCERTAIN])
rules = st.builds(
    IndexRules,
    unit=st.just("kWh"),
    decimals=st.integers(0, 2),
    wraps_at=st.sampled_from([None, 10**5]),
    most_per_hour=st.sampled_from([None, None, Decimal(500)]),
)


@dataclass(frozen=True)
class Drawn:
    rows: list[tuple[int, int, Quality]]
    start: int
    rules: IndexRules
    edits: tuple[Edit, ...]


far = (BEGIN - timedelta(days=9), BEGIN + timedelta(days=30))
edits = st.sampled_from([(), (), (), (Spread(*far),), (Accepted(*far),)])
drawn_indexes = st.lists(
    st.builds(
        Drawn,
        rows=st.lists(st.tuples(passed, counted, qualities), max_size=40),
        start=st.integers(0, 99_999),
        rules=rules,
        edits=edits,
    ),
    min_size=1,
    max_size=6,
)


def columns(drawn: list[Drawn]) -> Indexes:
    times: list[int] = []
    values: list[float] = []
    codes: list[int] = []
    starts = [0]
    for each in drawn:
        at, stands = to_ms(BEGIN) - 5 * 3_600_000, each.start
        for step, gain, quality in each.rows:
            at, stands = at + step, stands + gain
            times.append(at)
            believable = quality is not Quality.BAD
            values.append(stands / 10**each.rules.decimals if believable else float("nan"))
            codes.append(CODE_OF[quality])
        starts.append(len(times))
    return Indexes(
        [PointId(f"meter-{nth}.energy") for nth in range(len(drawn))],
        np.array(starts, np.int64),
        np.array(times, np.int64),
        np.array(values, np.float64),
        np.array(codes, np.uint8),
    )


@pytest.mark.parametrize("step", [Step.QUARTER, Step.HOUR, Step.DAY, Step.MONTH])
@given(drawn=drawn_indexes)
@settings(max_examples=60)
def test_all_at_once_is_one_after_the_other(step: Step, drawn: list[Drawn]) -> None:
    period = bins(ZONE, step, BEGIN, BEGIN + timedelta(days=3))
    indexes = columns(drawn)
    stated = {nth: each.edits for nth, each in enumerate(drawn) if each.edits}
    found = many_sums(indexes, [each.rules for each in drawn], period, stated)
    for nth, each in enumerate(drawn):
        alone = sums(validated(indexes.of(nth), each.rules, each.edits), period)
        assert found.counts[nth].tolist() == alone.counts.tolist()
        assert found.marks[nth].tolist() == alone.marks.tolist()
        assert found.unplaced[nth] == sum(lost.counts for lost in alone.unplaced)
        assert found.scales[nth] == alone.scale


def test_many_samples_are_worked_through_in_parts() -> None:
    drawn = [
        Drawn([(3_600_000, nth, Quality.GOOD)] * (nth % 7), 5, IndexRules("m³"), ())
        for nth in range(40)
    ]
    period = bins(ZONE, Step.HOUR, BEGIN, BEGIN + timedelta(days=1))
    indexes, all_rules = columns(drawn), [each.rules for each in drawn]
    whole = many_sums(indexes, all_rules, period)
    parts = many_sums(indexes, all_rules, period, at_a_time=9)
    assert parts.counts.tolist() == whole.counts.tolist()
    assert parts.marks.tolist() == whole.marks.tolist()
    assert whole.complete.any()


def test_nothing_asked_and_nothing_there_is_no_fault() -> None:
    nothing = columns([])
    empty = bins(ZONE, Step.DAY, BEGIN, BEGIN)
    assert many_sums(nothing, [], empty).counts.shape == (0, 0)
    one = columns([Drawn([], 0, IndexRules("kWh"), ())])
    day = bins(ZONE, Step.DAY, BEGIN, BEGIN + timedelta(hours=1))
    assert not many_sums(one, [IndexRules("kWh")], day).complete.any()


def test_of_one_reading_alone_nothing_is_known_and_not_nothing_counted() -> None:
    """A meter read once since it was put in: 0 would be a figure that nobody measured."""
    rows = [(3_600_000, 7, Quality.GOOD)]
    drawn = [
        Drawn(rows, 5, IndexRules("kWh"), ()),
        Drawn([*rows, (3_600_000, 0, Quality.GOOD)], 5, IndexRules("kWh"), ()),
        Drawn([*rows, (3_600_000, 4, Quality.BAD)], 5, IndexRules("kWh"), ()),
    ]
    indexes, all_rules = columns(drawn), [each.rules for each in drawn]
    for step in (Step.HOUR, Step.MONTH):
        period = bins(ZONE, step, BEGIN - timedelta(days=2), BEGIN + timedelta(days=2))
        found = many_sums(indexes, all_rules, period)
        known = [(row & Mark.MISSING == 0).any() for row in found.marks]
        assert known == [False, True, False], "read again, and it stood still: that is 0"
        for nth, each in enumerate(drawn):
            alone = sums(validated(indexes.of(nth), each.rules, each.edits), period)
            assert found.marks[nth].tolist() == alone.marks.tolist()
