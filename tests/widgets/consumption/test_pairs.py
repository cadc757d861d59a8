"""Two times beside each other: every part in its row, every figure in one unit, no sum lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.consumption import Consumption
from app.model.reading import PointId
from tests.fakes.counted import counted
from widgets.consumption.pairs import Consumed, Pair, Told, consumed, parts_of, total_of
from widgets.consumption.stretch import BESIDES, STEPS, Beside, Scale, Stretch, stretch_of

ZONE = ZoneInfo("Europe/Copenhagen")
POINT = PointId("meter-1.energy")
SPRING, AUTUMN = date(2025, 3, 30), date(2025, 10, 26)
DAYS = st.dates(date(2021, 1, 1), date(2025, 12, 31))


def asked(times: Stretch) -> Consumption:
    of = times.bounds(ZONE)
    return counted(POINT, of.start, of.end, STEPS[times.scale])


def beside(scale: Scale, day: date, how: Beside = Beside.BEFORE) -> Consumed:
    own = stretch_of(scale, day)
    other = own.beside(how)
    return consumed(own, how, asked(own), None if other is None else asked(other), ZONE)


def told(*amounts: str | None, unit: str = "kWh") -> Consumption:
    """Return hours of a day as an index told them."""
    own = asked(stretch_of(Scale.DAY, date(2025, 1, 20)))
    known = [None if each is None else Decimal(each) for each in amounts]
    padded = (*known, *([None] * (len(own) - len(known))))
    return replace(own, unit=unit, amounts=padded)


@given(st.sampled_from(Scale), DAYS, st.sampled_from(Beside))
def test_no_part_of_either_time_is_lost(scale: Scale, day: date, how: Beside) -> None:
    own = stretch_of(scale, day)
    found, other = beside(scale, day, how), own.beside(how)
    assert [pair.now for pair in found.pairs if pair.now] == parts_of(asked(own))
    expected = [] if other is None else parts_of(asked(other))
    assert [pair.before for pair in found.pairs if pair.before] == expected
    assert found.total() == total_of(parts_of(asked(own)))
    assert found.total_before() == total_of(expected)
    assert (how in BESIDES[scale] and how is not Beside.NOTHING) == (found.other is not None)


def walls(pair: Pair) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]
        "" if part is None else f"{part.start.astimezone(ZONE):%H:%M %Z}"
        for part in (pair.now, pair.before)
    )


def test_hours_stand_beside_hours_on_the_short_day() -> None:
    found = beside(Scale.DAY, SPRING)
    assert len(found.pairs) == 24
    assert walls(found.pairs[1]) == ("01:00 CET", "01:00 CET")
    assert walls(found.pairs[2]) == ("", "02:00 CET")
    assert walls(found.pairs[3]) == ("03:00 CEST", "03:00 CET")
    assert walls(found.pairs[-1]) == ("23:00 CEST", "23:00 CET")


def test_hours_stand_beside_hours_on_the_long_day_and_after_it() -> None:
    found = beside(Scale.DAY, AUTUMN)
    assert len(found.pairs) == 25
    assert walls(found.pairs[2]) == ("02:00 CEST", "02:00 CEST")
    assert walls(found.pairs[3]) == ("02:00 CET", "")
    after = beside(Scale.DAY, date(2025, 10, 27))
    assert walls(after.pairs[3]) == ("", "02:00 CET")
    assert walls(after.pairs[4]) == ("03:00 CET", "03:00 CET")


@pytest.mark.parametrize(("day", "known"), [(SPRING, 23), (AUTUMN, 24)])
def test_only_hours_that_both_days_had_are_held_against_each_other(
    day: date, known: int
) -> None:
    found = beside(Scale.DAY, day)
    both = [pair for pair in found.pairs if pair.now is not None and pair.before is not None]
    assert len(both) == known
    assert found.total(like=True) == total_of(pair.now for pair in both)
    assert found.total_before(like=True) == total_of(pair.before for pair in both)


def test_days_stand_beside_the_same_date_or_the_same_weekday() -> None:
    by_date = beside(Scale.MONTH, date(2025, 3, 9))
    assert len(by_date.pairs) == 31
    assert by_date.pairs[28].before is None, "there was no 29th of February"
    by_weekday = beside(Scale.MONTH, date(2025, 3, 9), Beside.WEEKDAYS)
    for pair in by_weekday.pairs:
        assert pair.now is not None
        assert pair.before is not None
        one, other = (each.start.astimezone(ZONE) for each in (pair.now, pair.before))
        assert one.weekday() == other.weekday()


def test_a_shorter_month_shows_the_days_it_does_not_have() -> None:
    found = beside(Scale.MONTH, date(2025, 2, 9))
    lost = [pair.before for pair in found.pairs if pair.now is None]
    assert [each.start.astimezone(ZONE).day for each in lost if each] == [29, 30, 31]
    assert found.total_before() == total_of(pair.before for pair in found.pairs)


@given(DAYS)
def test_hours_add_up_to_days_days_to_months_and_months_to_years(day: date) -> None:
    sums = {
        scale: beside(scale, day, Beside.NOTHING).total()
        for scale in (Scale.DAY, Scale.MONTH, Scale.YEAR)
    }
    for wide, fine in ((Scale.YEAR, Scale.MONTH), (Scale.MONTH, Scale.DAY)):
        (part,) = (
            pair.now
            for pair in beside(wide, day, Beside.NOTHING).pairs
            if pair.now is not None
            and pair.now.start <= stretch_of(fine, day).bounds(ZONE).start < pair.now.end
        )
        assert part.amount == sums[fine]


@pytest.mark.parametrize(
    ("amounts", "unit", "shown", "words"),
    [
        (["0.4", "12.5"], "kWh", "kWh", ["0.4", "12.5"]),
        (["9999.9", "1"], "kWh", "kWh", ["9\u00a0999.9", "1.0"]),
        (["12345.6", "0.4"], "kWh", "MWh", ["12.3456", "0.0004"]),
        (["12345", "4"], "Wh", "kWh", ["12.345", "0.004"]),
        (["12.345", "0.001"], "MWh", "MWh", ["12.345", "0.001"]),
        (["54321", "7"], "l", "m³", ["54.321", "0.007"]),
        (["54321.25", "7"], "m³", "m³", ["54\u00a0321.25", "7.00"]),
        (["12345", "4"], "GJ", "GJ", ["12\u00a0345", "4"]),
        (["12345", "4"], "parsec", "parsec", ["12\u00a0345", "4"]),
    ],
)
def test_large_figures_are_told_in_a_larger_unit_and_no_digit_is_lost(
    amounts: list[str], unit: str, shown: str, words: list[str]
) -> None:
    own = stretch_of(Scale.DAY, date(2025, 1, 20))
    found = consumed(own, Beside.NOTHING, told(*amounts, unit=unit), None, ZONE)
    assert found.unit == shown
    parts = [pair.now for pair in found.pairs[:2]]
    assert [found.now.words(each.amount) for each in parts if each] == words


def test_a_time_told_in_another_unit_comes_into_the_one_shown() -> None:
    own = stretch_of(Scale.DAY, date(2025, 1, 20))
    now, before = told("1.500", unit="MWh"), told("900", unit="kWh")
    found = consumed(own, Beside.BEFORE, now, before, ZONE)
    assert (found.now.unit, found.before.unit) == ("MWh", "MWh")
    assert found.before.words(Decimal(900)) == "0.900"
    change = found.change(found.pairs[0])
    assert change is not None
    assert change[0] == Decimal("0.600")
    assert change[1] == pytest.approx(66.6667, abs=1e-3)


def test_what_measures_something_else_keeps_its_unit_and_is_not_subtracted() -> None:
    own = stretch_of(Scale.DAY, date(2025, 1, 20))
    found = consumed(own, Beside.BEFORE, told("1.5"), told("3", unit="m³"), ZONE)
    assert (found.unit, found.before.unit) == ("kWh", "m³")
    assert found.change(found.pairs[0]) is None
    assert found.change_of(found.total(), found.total_before()) is None


def test_unknown_is_never_nought() -> None:
    own = stretch_of(Scale.DAY, date(2025, 1, 20))
    found = consumed(own, Beside.BEFORE, told(None, "2"), told("1", None), ZONE)
    assert found.change(found.pairs[0]) is None
    assert found.change(found.pairs[1]) is None
    assert found.now.words(None) == "–"
    nothing = consumed(own, Beside.BEFORE, told(), told(), ZONE)
    assert (nothing.total(), nothing.total_before()) == (None, None)


def test_a_day_that_is_not_over_stands_beside_the_same_hours() -> None:
    own = stretch_of(Scale.DAY, date(2025, 1, 20))
    now, before = told("2", "3"), told("1", "1", "1", "1")
    found = consumed(own, Beside.BEFORE, now, before, ZONE)
    assert found.total() == Decimal(5)
    assert found.total_before() == Decimal(4)
    assert found.total_before(like=True) == Decimal(2)
    assert found.change_of(found.total(), found.total_before(like=True)) == (Decimal(3), 150.0)


def test_nothing_is_no_whole_of_which_there_are_percents() -> None:
    own = stretch_of(Scale.DAY, date(2025, 1, 20))
    found = consumed(own, Beside.BEFORE, told("2.0"), told("0.0"), ZONE)
    assert found.change(found.pairs[0]) == (Decimal("2.0"), None)


def test_an_amount_goes_into_a_larger_unit_exactly() -> None:
    to_mwh = Told("kWh", "MWh", 5)
    assert to_mwh.value(Decimal("1234.56")) == Decimal("1.23456")
    assert Told("kWh", "kWh", 2).value(Decimal("1.25")) == Decimal("1.25")
