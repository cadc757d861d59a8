"""kWh, kW, l/h and m³ on the meter's card, whatever the meter counts in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, Quality, Reading
from tests.fakes.smallplant import NOON
from widgets.controls.quality import number_text
from widgets.models.meterunits import in_trade_units

POINT = PointId("meter.energy")


def spec(role: str, unit: str, decimals: int, kind: ValueKind = ValueKind.NUMBER) -> PointSpec:
    return PointSpec("energy", "Energy", unit=unit, decimals=decimals, role=role, kind=kind)


def shown(role: str, unit: str, decimals: int, value: float) -> str:
    turned = in_trade_units(spec(role, unit, decimals))
    reading = turned.reading(Reading(POINT, value, Quality.GOOD, NOON))
    assert isinstance(reading.value, float)
    return f"{number_text(reading.value, turned.spec)} {turned.spec.unit}"


@pytest.mark.parametrize(
    ("role", "unit", "decimals", "value", "says"),
    [
        ("meter.energy", "MWh", 3, 41.268, "41268 kWh"),
        ("meter.energy", "Wh", 0, 41268.0, "41.268 kWh"),
        ("meter.energy", "kWh", 1, 412.6, "412.6 kWh"),
        ("meter.energy", "GJ", 3, 36.0, "10000 kWh"),
        ("meter.power", "W", 0, 28412.0, "28.412 kW"),
        ("meter.power", "MW", 4, 0.0284, "28.4 kW"),
        ("meter.flow", "m³/h", 3, 0.862, "862 l/h"),
        ("meter.flow", "l/h", 0, 862.0, "862 l/h"),
        ("meter.volume", "l", 0, 9846.0, "9.846 m³"),
        ("meter.volume", "m³", 2, 9846.25, "9846.25 m³"),
        ("meter.supply", "°C", 2, 62.71, "62.71 °C"),
    ],
)
def test_a_figure_is_told_in_the_unit_of_the_trade(
    role: str, unit: str, decimals: int, value: float, says: str
) -> None:
    assert shown(role, unit, decimals, value).replace("\u00a0", "").replace(",", "") == says


@pytest.mark.parametrize(
    ("unit", "decimals"), [("MWh", 0), ("MWh", 2), ("GJ", 1), ("barrels", 2), ("", 0)]
)
def test_where_a_digit_would_be_invented_the_meter_s_own_unit_stays(
    unit: str, decimals: int
) -> None:
    before = spec("meter.energy", unit, decimals)
    assert in_trade_units(before).spec == before


def test_words_and_missing_values_are_left_as_they_are() -> None:
    turned = in_trade_units(spec("meter.energy", "MWh", 3))
    for reading in (
        Reading(POINT, None, Quality.OFFLINE, NOON, "device-offline"),
        Reading(POINT, "on", Quality.GOOD, NOON),
    ):
        assert turned.reading(reading) == reading
    word = spec("meter.energy", "MWh", 3, ValueKind.CHOICE)
    assert in_trade_units(word).spec == word


@given(
    st.sampled_from(["Wh", "MWh", "GWh", "MJ", "GJ"]),
    st.integers(0, 6),
    st.integers(1, 10_000_000),
)
def test_one_step_of_the_meter_never_fills_less_than_the_last_digit_shown(
    unit: str, decimals: int, steps: int
) -> None:
    """So two figures that differ on the screen differ by a step of the meter at least."""
    turned = in_trade_units(spec("meter.energy", unit, decimals))
    step = 10.0**-decimals * turned.factor
    last_digit = 10.0**-turned.spec.decimals
    assert turned.spec.decimals == 6 or last_digit * 10 > step * (1 - 1e-9)
    if turned.factor != 1.0:
        assert last_digit >= step * (1 - 1e-9) or turned.spec.decimals == 6
    reading = turned.reading(Reading(POINT, steps * 10.0**-decimals, Quality.GOOD, NOON))
    assert reading.value == pytest.approx(steps * step)
