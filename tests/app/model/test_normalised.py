"""Degree days and floor areas: by the definition, and unknown wherever something lacks."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from app.model.comparison import Side
from app.model.device import Option
from app.model.normalised import (
    FLOOR_AREA,
    DegreeRule,
    Normalised,
    area_in,
    areas_of,
    degree_days,
    with_area,
)

ZONE = ZoneInfo("Europe/Copenhagen")
DAY = timedelta(days=1)
BEGIN = datetime(2026, 1, 1, tzinfo=ZONE)


def means(*told: str | None, partly: int = 0) -> Side:
    """Return means of days; of the first so many some temperatures are missing."""
    starts = tuple(BEGIN.astimezone(UTC) + nth * DAY for nth in range(len(told)))
    values = tuple(None if each is None else Decimal(each) for each in told)
    whole = tuple(nth >= partly and value is not None for nth, value in enumerate(values))
    return Side("°C", starts, BEGIN + len(told) * DAY, values, whole)


@pytest.mark.parametrize(
    ("room", "limit", "told", "expected"),
    [
        ("20", "15", ("-5.0", "0.0", "14.9", "15.0", "22.0"), "50.1"),  # G20/15
        ("15", "15", ("-5.0", "0.0", "14.9", "15.0", "22.0"), "35.1"),
        ("17", "17", ("16.5", "17.0", "18.0"), "0.5"),
        ("20", "12", ("11.9", "12.0"), "8.1"),
        ("20", "15", ("25.0",), "0"),  # a summer's day: none, and that is known
    ],
)
def test_they_are_the_sum_of_what_heated_days_are_colder_than_the_room(
    room: str, limit: str, told: tuple[str, ...], expected: str
) -> None:
    found = degree_days(means(*told), DegreeRule(Decimal(room), Decimal(limit)))
    assert found.value == Decimal(expected)
    assert (found.days, found.unknown, found.partly) == (len(told), 0, 0)


def test_a_day_without_a_temperature_leaves_the_whole_unknown() -> None:
    found = degree_days(means("1.0", None, "2.0", partly=1), DegreeRule())
    assert (found.value, found.days, found.unknown, found.partly) == (None, 3, 1, 1)
    assert degree_days(means(), DegreeRule()).value is None


def test_a_room_below_the_limit_is_refused_with_both_temperatures() -> None:
    with pytest.raises(BadInput, match=r"room is colder than the limit.*12 °C, 15 °C"):
        DegreeRule(Decimal(12), Decimal(15)).require_sound()


@pytest.mark.parametrize(
    ("room", "limit"),
    [("NaN", "15"), ("20", "Infinity"), ("50", "15"), ("20", "-40"), ("12", "15")],
)
def test_temperatures_that_count_nothing_sensible_are_refused(room: str, limit: str) -> None:
    with pytest.raises(BadInput, match=r"temperature|colder"):
        degree_days(means("1.0"), DegreeRule(Decimal(room), Decimal(limit)))


def test_areas_hold_from_their_days_on_and_stay_beside_other_options() -> None:
    options: dict[str, Option] = {"secondary": "12345678"}
    first = with_area(options, date(2024, 7, 1), Decimal("1400.5"))
    both = with_area(first, date(2020, 1, 1), Decimal(1250))
    assert both == {"secondary": "12345678", FLOOR_AREA: "2020-01-01=1250; 2024-07-01=1400.5"}
    assert areas_of(both) == (
        (date(2020, 1, 1), Decimal(1250)),
        (date(2024, 7, 1), Decimal("1400.5")),
    )
    assert areas_of(with_area(both, date(2020, 1, 1), Decimal(1300)))[0][1] == 1300
    assert areas_of({}) == ()


@pytest.mark.parametrize(
    "written",
    [
        "1250",
        "2020-01-01=",
        "2020-13-01=5",
        "2020-01-01=0",
        "2020-01-01=-3",
        "2020-01-01=NaN",
        "2020-01-01=20000000",
        "2020-01-01=1;;",
    ],
)
def test_an_area_that_cannot_be_read_is_told_not_guessed(written: str) -> None:
    with pytest.raises(BadInput, match="is no floor area"):
        areas_of({FLOOR_AREA: written})


AREAS = ((date(2026, 1, 1), Decimal(1000)), (date(2026, 1, 11), Decimal(2000)))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 1, 1), date(2026, 1, 11), "1000"),
        (date(2026, 1, 11), date(2026, 2, 1), "2000"),
        (date(2026, 1, 1), date(2026, 1, 21), "1500"),  # ten days of each
        (date(2026, 1, 10), date(2026, 1, 13), "1666.67"),
        (date(2025, 12, 31), date(2026, 1, 5), None),  # a day nobody knows
        (date(2026, 1, 5), date(2026, 1, 5), None),  # no time at all
    ],
)
def test_an_area_that_changed_within_the_time_counts_by_its_days(
    first: date, last: date, expected: str | None
) -> None:
    start, end = (
        datetime(each.year, each.month, each.day, tzinfo=ZONE) for each in (first, last)
    )
    found = area_in(AREAS, start, end, ZONE)
    assert found == (None if expected is None else Decimal(expected))


def test_days_are_those_of_the_plant_also_over_a_change_of_the_clock() -> None:
    start = datetime(2026, 3, 28, tzinfo=ZONE)
    end = datetime(2026, 3, 30, tzinfo=ZONE)
    changed = ((date(2026, 1, 1), Decimal(100)), (date(2026, 3, 29), Decimal(300)))
    assert area_in(changed, start.astimezone(UTC), end.astimezone(UTC), ZONE) == 200
    assert area_in((), start, end, ZONE) is None


def test_what_is_unknown_makes_nothing_known() -> None:
    full = Normalised(Decimal(1000), Decimal(500), Decimal(40))
    assert (full.per_m2, full.per_degree_day) == (Decimal(2), Decimal(25))
    assert full.per_both == Decimal("0.05")
    for amount, area, days in ((None, 500, 40), (1000, None, 40), (1000, 500, None)):
        told = Normalised(
            *(None if each is None else Decimal(each) for each in (amount, area, days))
        )
        assert told.per_both is None
    summer = Normalised(Decimal(10), Decimal(500), Decimal(0))
    assert summer.per_degree_day is None  # divided by nothing it is no figure
    assert summer.per_both is None
