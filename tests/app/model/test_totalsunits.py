"""Totals are told in what fits them or in a unit wished, and add up in each."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.model.balance import UNKNOWN, Amount, Told
from app.model.totalsunits import Wish, in_units, most_decimals
from app.model.totalsviews import Line


def line(value: str | None, unit: str = "kWh", parts: tuple[str, ...] = ()) -> Line:
    whole = UNKNOWN if value is None else Amount(Decimal(value), estimated=True)
    return Line(
        "Main", unit, Told("main", tuple(Amount(Decimal(each)) for each in parts), whole)
    )


def shown(found: list[Line]) -> list[tuple[Decimal | None, str]]:
    return [(each.told.amount.value, each.unit) for each in found]


@pytest.mark.parametrize(
    ("wish", "energy", "volume"),
    [
        (Wish.SMALL, (Decimal(12_345_670), "Wh"), (Decimal("678.9"), "dm³")),
        (Wish.KILO, (Decimal("12345.67"), "kWh"), (Decimal("0.6789"), "m³")),
        (Wish.MEGA, (Decimal("12.34567"), "MWh"), (Decimal("0.6789"), "m³")),
        (Wish.GIGA, (Decimal("0.01234567"), "GWh"), (Decimal("0.6789"), "m³")),
        (Wish.FITTING, (Decimal("12.34567"), "MWh"), (Decimal("0.6789"), "m³")),
    ],
)
def test_energy_and_volume_are_told_in_what_was_wished(
    wish: Wish, energy: tuple[Decimal, str], volume: tuple[Decimal, str]
) -> None:
    found = in_units([line("12345.67"), line("0.6789", "m³")], wish)
    assert shown(found) == [energy, volume]


@pytest.mark.parametrize(
    ("largest", "unit"),
    [
        ("0.4", "kWh"),
        ("9999.99", "kWh"),
        ("10000", "MWh"),
        ("-25000", "MWh"),
        ("9999999", "MWh"),
        ("10000000", "GWh"),
    ],
)
def test_the_fitting_unit_is_that_of_the_largest_line_for_all_of_them(
    largest: str, unit: str
) -> None:
    found = in_units([line("1.5"), line(largest), line(None)], Wish.FITTING)
    assert {each.unit for each in found} == {unit}
    assert found[2].told.amount.value is None, "what is unknown stays unknown"


def test_parts_follow_and_what_is_estimated_says_so_still() -> None:
    (found,) = in_units([line("3", parts=("1", "2"))], Wish.SMALL)
    assert [each.value for each in found.told.parts] == [1000, 2000]
    assert found.told.amount.estimated


def test_another_unit_and_no_line_stay_as_they_are() -> None:
    assert shown(in_units([line("3", "EUR")], Wish.MEGA)) == [(Decimal(3), "EUR")]
    assert in_units([], Wish.FITTING) == []
    assert shown(in_units([line(None)], Wish.FITTING)) == [(None, "kWh")]


def test_no_unit_shows_more_than_a_watt_hour_or_a_cubic_decimetre() -> None:
    units = ("Wh", "kWh", "MWh", "GWh", "dm³", "m³")
    assert [most_decimals(each) for each in units] == [0, 3, 6, 9, 0, 3]


@given(
    some.lists(some.decimals(-(10**9), 10**9, places=6), min_size=1, max_size=8),
    some.sampled_from(Wish),
)
def test_lines_add_up_in_every_unit_to_the_last_digit(
    values: list[Decimal], wish: Wish
) -> None:
    every = [line(str(each)) for each in values]
    every.append(line(str(sum(values, Decimal(0)))))
    *parts, last = (each.told.amount.value or Decimal(0) for each in in_units(every, wish))
    assert sum(parts, Decimal(0)) == last
