"""Units are worth what the rest of the world says they are, to the last digit."""

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.model.profile import UNIT_NOT_SET
from app.model.units import (
    converted,
    decimals_in,
    decimals_told,
    factor,
    is_currency,
    is_known,
    least_digit,
    readable,
    rounded,
    signs,
    unit,
)

# How pint writes what operators write otherwise.
PINT = {"m³": "m**3", "dm³": "dm**3", "l": "l", "t": "metric_ton", "%": "percent", "d": "day"}
REACTIVE = {"var": "W", "VA": "W"}  # pint knows no difference between kinds of power


def in_pint(sign: str) -> str:
    for own, theirs in REACTIVE.items():
        sign = sign.replace(own, theirs) if sign != "h" else sign
    if "/" in sign:
        volume, time = sign.split("/")
        return f"{PINT.get(volume, volume)}/{time}"
    return PINT.get(sign, sign)


def test_every_pair_of_units_is_what_pint_says() -> None:
    theirs: pint.UnitRegistry[Fraction] = pint.UnitRegistry(non_int_type=Fraction)
    pairs = 0
    for source, target in product(signs(), repeat=2):
        if unit(source).kind != unit(target).kind or unit(source).zero:
            continue
        right = theirs.convert(Fraction(1), in_pint(source), in_pint(target))
        assert factor(source, target) == Fraction(right), (source, target)
        pairs += 1
    assert pairs > 200


def test_what_measures_different_things_is_never_told_in_each_other() -> None:
    for source, target in product(signs(), repeat=2):
        if unit(source).kind != unit(target).kind:
            with pytest.raises(BadInput, match="measure different things"):
                factor(source, target)
    with pytest.raises(BadInput, match="measure different things"):
        converted(20, "°C", "kWh")


def test_a_temperature_has_a_zero_of_its_own_and_a_difference_has_none() -> None:
    assert converted(21.5, "°C", "°C") == Fraction("21.5")
    with pytest.raises(BadInput, match="measure different things"):
        factor("°C", "K")


@pytest.mark.parametrize(
    ("source", "target", "right"),
    [
        ("kWh", "MJ", Fraction(18, 5)),
        ("GJ", "kWh", Fraction(2500, 9)),
        ("MWh", "GJ", Fraction(18, 5)),
        ("m³/h", "l/s", Fraction(5, 18)),
        ("bar", "kPa", Fraction(100)),
        ("dm³", "m³", Fraction(1, 1000)),
    ],
)
def test_a_factor_is_exact(source: str, target: str, right: Fraction) -> None:
    assert factor(source, target) == right


@given(
    st.decimals(-(10**9), 10**9, places=3),
    st.sampled_from(signs()),
    st.sampled_from(signs()),
)
def test_there_and_back_nothing_is_lost(value: Decimal, source: str, target: str) -> None:
    if unit(source).kind == unit(target).kind:
        assert converted(converted(value, source, target), target, source) == value


@pytest.mark.parametrize(
    ("source", "decimals", "target", "told"),
    [
        ("kWh", 0, "kWh", 0),
        ("kWh", 0, "Wh", 0),  # 1 kWh is 1,000 Wh: no digit behind the point is invented
        ("kWh", 0, "MWh", 3),
        ("kWh", 1, "MWh", 4),
        ("kWh", 3, "Wh", 0),
        ("MWh", 3, "kWh", 0),
        ("MWh", 3, "GJ", 2),  # steps of 0.0036 GJ
        ("m³", 2, "dm³", 0),
        ("°C", 1, "°C", 1),
    ],
)
def test_no_decimals_are_told_that_the_meter_does_not_have(
    source: str, decimals: int, target: str, told: int
) -> None:
    assert decimals_told(source, decimals, target) == told
    step = least_digit(source, decimals) / unit(target).size
    assert told == 0 or Fraction(1, 10**told) >= step


def test_the_decimals_of_a_profile_belong_to_the_unit_usually_read() -> None:
    assert [decimals_in(sign, 3) for sign in ("MWh", "kWh", "GJ", "GWh")] == [3, 0, 2, 3]
    assert decimals_in("× 20 ms", 2) == 2


@pytest.mark.parametrize(
    ("value", "sign", "told_in"),
    [
        (Fraction(950), "Wh", "Wh"),
        (Fraction(9_999), "kWh", "kWh"),
        (Fraction(10_000), "kWh", "MWh"),
        (Fraction(12_345_678), "kWh", "GWh"),
        (Fraction(10**9), "GWh", "GWh"),
        (Fraction(5), "kWh", "kWh"),
        (Fraction(20_000), "dm³", "m³"),
        (Fraction(20_000), "EUR", "EUR"),
    ],
)
def test_a_figure_is_told_in_the_unit_it_reads_well_in(
    value: Fraction, sign: str, told_in: str
) -> None:
    assert readable(value, sign) == told_in


def test_money_is_a_unit_and_never_other_money() -> None:
    assert [is_currency(sign) for sign in ("DKK", "kWh", "MWH1")] == [True, False, False]
    assert factor("EUR", "EUR") == 1
    with pytest.raises(BadInput):
        factor("EUR", "DKK")
    with pytest.raises(BadInput, match="no unit that Heatdesk knows"):
        unit("furlong")


def test_rounding_is_to_the_even_digit_and_keeps_its_zeros() -> None:
    assert str(rounded(Fraction(5, 2), 0)) == "2"
    assert str(rounded(Fraction(7, 2), 1)) == "3.5"
    assert str(rounded(Fraction(1, 3), 3)) == "0.333"
    assert str(rounded(Fraction(2), 2)) == "2.00"


@pytest.mark.parametrize("sign", [UNIT_NOT_SET])
def test_a_unit_that_nobody_set_is_told_as_that_with_the_place_to_set_it(sign: str) -> None:
    for asked in (lambda: unit(sign), lambda: factor(sign, "kWh"), lambda: factor("kWh", sign)):
        with pytest.raises(BadInput) as refused:
            asked()
        said = str(refused.value)
        assert said.startswith("the unit is not set")
        assert "among the options of the device" in said
        assert "that Heatdesk knows" not in said


@pytest.mark.parametrize(
    ("sign", "known"), [("kWh", True), ("EUR", True), ("", False), ("unit not set", False)]
)
def test_a_unit_that_nobody_chose_is_none(sign: str, known: bool) -> None:
    assert is_known(sign) is known
