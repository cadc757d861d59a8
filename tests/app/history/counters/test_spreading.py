"""A gap is spread only where a person chose so, and its energy stays what it was."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.errors import BadInput
from app.history.counters.marks import Mark
from app.history.counters.spreading import validated
from app.history.counters.sums import Sums, sums
from app.history.energydays import bins
from app.history.readings import to_ms
from app.model.consumption import Step
from app.model.counter import (
    Accepted,
    Break,
    Broken,
    Edit,
    Entered,
    IndexRules,
    Shape,
    Spread,
    Statement,
    StatementId,
    TakenBack,
    Withdrawn,
    in_force,
)
from app.model.reading import PointId, Quality
from app.series import CODE_OF, Series

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 10, 11, 22, tzinfo=UTC)  # a Monday's midnight in Copenhagen
HOUR = timedelta(hours=1)
RULES = IndexRules("kWh")
POINT = PointId("meter.energy")
HOURS = 21 * 24


def used(hour: int) -> int:
    """Return what was counted in an hour: little by night, more by day, by the weekday."""
    return (hour % 24 > 6) * 10 + hour // 24 % 7 + 1


def series(without: range = range(0)) -> Series:
    hours = [hour for hour in range(HOURS + 1) if hour not in without]
    stands = np.cumsum([0, *(used(hour) for hour in range(HOURS))])
    return Series(
        POINT,
        np.array([to_ms(BEGIN + hour * HOUR) for hour in hours], np.int64),
        stands[hours].astype(np.float64),
        np.full(len(hours), CODE_OF[Quality.GOOD], np.uint8),
    )


GAP = range(16 * 24 + 1, 17 * 24 + 12)  # a day and a half of the third week
WHOLE = (BEGIN, BEGIN + HOURS * HOUR)


def hours_of(given: Series, *edits: Edit, rules: IndexRules = RULES) -> Sums:
    return sums(validated(given, rules, edits), bins(ZONE, Step.HOUR, *WHOLE))


def test_what_nobody_spread_has_no_place() -> None:
    found = hours_of(series(GAP))
    lost = sum(used(hour) for hour in range(GAP.start - 1, GAP.stop))
    assert [each.counts for each in found.unplaced] == [lost]
    assert not found.counts[GAP.start - 1 : GAP.stop].any()
    assert (~found.complete).sum() == len(GAP) + 1
    year = sums(validated(series(GAP), RULES), bins(ZONE, Step.YEAR, *WHOLE))
    assert year.counts.tolist() == [sum(used(hour) for hour in range(HOURS))]


def test_spread_evenly_the_energy_is_conserved_and_every_hour_says_so() -> None:
    found = hours_of(series(GAP), Spread(*WHOLE))
    inside = found.counts[GAP.start - 1 : GAP.stop]
    assert found.unplaced == ()
    assert inside.sum() == sum(used(hour) for hour in range(GAP.start - 1, GAP.stop))
    assert inside.max() - inside.min() <= 1
    told = found.marks & Mark.ESTIMATED != 0
    assert np.flatnonzero(told).tolist() == list(range(GAP.start - 1, GAP.stop))


def test_spread_as_the_week_before_it_looks_like_the_week_before() -> None:
    found = hours_of(series(GAP), Spread(*WHOLE, Shape.WEEK_BEFORE))
    right = [used(hour) for hour in range(HOURS)]
    assert found.counts.tolist() == right  # these weeks are equal: each hour is found again
    assert (found.marks[GAP.start - 1 : GAP.stop] & Mark.ESTIMATED != 0).all()


def test_with_no_week_before_it_is_spread_evenly() -> None:
    early = range(3, 12)
    found = hours_of(series(early), Spread(*WHOLE, Shape.WEEK_BEFORE))
    inside = found.counts[2:12]
    assert inside.sum() == sum(used(hour) for hour in range(2, 12))
    assert inside.max() - inside.min() <= 1


def test_a_gap_outside_of_what_was_chosen_stays_a_gap() -> None:
    chosen = Spread(BEGIN, BEGIN + 16 * 24 * HOUR)
    assert len(hours_of(series(GAP), chosen).unplaced) == 1


def test_a_silence_in_which_nothing_was_counted_is_no_gap() -> None:
    quiet = Series(
        POINT,
        np.array([to_ms(BEGIN), to_ms(BEGIN + 30 * HOUR)], np.int64),
        np.array([7.0, 7.0]),
        np.zeros(2, np.uint8),
    )
    found = hours_of(quiet)
    assert found.unplaced == ()
    assert found.complete[:30].all()
    assert found.marks[0] == Mark.SILENT
    assert (found.marks[30:] == Mark.MISSING).all()


def test_samples_between_the_hours_are_shared_out_to_the_last_count() -> None:
    given = series()
    late = Series(POINT, given.times_ms + 437_000, given.values, given.quality)
    found = hours_of(late)
    assert found.placed == int(given.values[-2]) + used(HOURS - 1) * 3_163 // 3_600
    assert found.marks[5] == Mark.DIVIDED
    assert found.marks[0] == Mark.DIVIDED | Mark.PARTLY


def test_an_exchange_with_a_guessed_final_reading_says_that_it_is_one() -> None:
    at = BEGIN + 10 * HOUR + HOUR / 2
    given = series()
    given.values[11:] -= 50
    edit = Broken(at, Break.EXCHANGE, Decimal(80), Decimal(30), estimated=True)
    found = hours_of(given, edit)
    assert found.marks[10] & Mark.ESTIMATED
    assert not found.marks[11] & Mark.ESTIMATED


def test_an_index_cannot_become_one_of_something_else() -> None:
    other = Broken(BEGIN + HOUR, Break.UNIT, rules=IndexRules("m³"))
    with pytest.raises(BadInput, match="measure different things"):
        hours_of(series(), other)
    with pytest.raises(BadInput, match="measure different things"):
        validated(series(), RULES).scale.amount(5, "m³")


def test_heat_in_gigajoules_goes_on_in_kilowatt_hours_without_losing_a_joule() -> None:
    """One digit of 0.001 GJ is 1 MJ, one of a kWh 3.6 MJ: both are multiples of 0.2 MJ."""
    given = series()
    split = 100
    given.values[:split] = np.arange(split) * 0.018  # GJ: 5 kWh an hour
    given.values[split:] = 500 + np.arange(len(given.values) - split)
    edit = Broken(BEGIN + 99 * HOUR + HOUR / 2, Break.UNIT, rules=IndexRules("kWh"))
    course = validated(given, IndexRules("GJ", 3), [edit])
    assert course.scale.count == Fraction(200_000)
    assert course.scale.amount(course.total, "kWh") == 500 + HOURS - 100


def test_an_index_too_large_for_its_digits_is_refused() -> None:
    given = series()
    given.values[4] = 1e18
    with pytest.raises(BadInput, match="too large"):
        hours_of(given, rules=IndexRules("kWh", 3))


def said(number: int, says: Edit | TakenBack) -> Statement:
    return Statement(StatementId(str(number)), POINT, says, "the fitter's note", "ea", BEGIN)


def test_every_statement_can_be_taken_back_and_brought_back() -> None:
    spread = said(1, Spread(*WHOLE))
    undone = said(2, TakenBack(spread.id))
    redone = said(3, TakenBack(undone.id))
    assert in_force((spread,)) == (spread.says,)
    assert in_force((spread, undone)) == ()
    assert in_force((spread, undone, redone)) == (spread.says,)
    before = validated(series(GAP), RULES, in_force(()))
    after = validated(series(GAP), RULES, in_force((spread, undone)))
    assert after.totals.tolist() == before.totals.tolist()
    assert after.marks.tolist() == before.marks.tolist()


def test_nothing_is_stated_without_a_reason() -> None:
    with pytest.raises(BadInput, match="without a reason"):
        Statement(StatementId("1"), POINT, Withdrawn(*WHOLE), "  ", "ea", BEGIN)
    with pytest.raises(BadInput, match="at most"):
        Statement(StatementId("1"), POINT, Withdrawn(*WHOLE), "x" * 501, "ea", BEGIN)


def test_what_was_sent_stays_as_it_came_and_is_judged_beside_it() -> None:
    given = series()
    given.values[40] = 3.0
    given.quality[50], given.values[50] = CODE_OF[Quality.OFFLINE], np.nan
    kept = given.values.copy()
    edits = (
        Withdrawn(BEGIN + 60 * HOUR, BEGIN + 62 * HOUR),
        Entered(BEGIN + 70 * HOUR, Decimal(int(given.values[70]))),
        Accepted(*WHOLE),
    )
    course = validated(given, RULES, edits)
    told = {at: Mark(mark) for at, mark in enumerate(course.judged.tolist()) if mark}
    assert told == {
        40: Mark.FELL,
        50: Mark.UNBELIEVABLE,
        60: Mark.WITHDRAWN,
        61: Mark.WITHDRAWN,
        70: Mark.DOUBLED,
    }
    assert np.array_equal(given.values, kept, equal_nan=True)
    assert course.total == sum(used(hour) for hour in range(HOURS))
