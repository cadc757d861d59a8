"""A heat exchanger never passes more heat than physics allows."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.model.heat import KW_PER_M3H_KELVIN
from drivers.simulators.exchanger import Exchanger

PLATES = Exchanger(network_m3h=2.0, house_m3h=4.0, ua_kw_k=12.0)
FLOWS = some.floats(0.001, 8.0)
TEMPERATURES = some.floats(5.0, 110.0)


@given(FLOWS, TEMPERATURES, FLOWS, TEMPERATURES)
def test_no_water_leaves_hotter_than_the_hot_or_colder_than_the_cold(
    network_m3h: float, hot_c: float, house_m3h: float, cold_c: float
) -> None:
    kw = PLATES.heat_kw(network_m3h, hot_c, house_m3h, cold_c)
    assert kw >= 0.0
    assert math.isfinite(kw)
    if hot_c > cold_c:
        cooled_c = hot_c - kw / (KW_PER_M3H_KELVIN * network_m3h)
        warmed_c = cold_c + kw / (KW_PER_M3H_KELVIN * house_m3h)
        assert cooled_c >= cold_c - 1e-6
        assert warmed_c <= hot_c + 1e-6


@given(FLOWS, some.floats(30.0, 110.0), FLOWS, some.floats(5.0, 29.0))
def test_more_network_water_never_means_less_heat(
    network_m3h: float, hot_c: float, house_m3h: float, cold_c: float
) -> None:
    some_kw = PLATES.heat_kw(network_m3h, hot_c, house_m3h, cold_c)
    more_kw = PLATES.heat_kw(network_m3h * 1.2, hot_c, house_m3h, cold_c)
    assert more_kw >= some_kw * (1.0 - 1e-9)


def test_equal_flows_are_no_special_case_to_the_outside() -> None:
    nearly = [PLATES.heat_kw(3.0 + off, 80.0, 3.0, 40.0) for off in (-0.004, 0.0, 0.004)]
    assert nearly[0] == pytest.approx(nearly[1], rel=0.005)
    assert nearly[2] == pytest.approx(nearly[1], rel=0.005)


def test_at_its_design_flows_it_carries_its_design_heat() -> None:
    kw = PLATES.heat_kw(2.0, 80.0, 4.0, 40.0)
    units, ratio = 12.0 / (2.0 * KW_PER_M3H_KELVIN), 0.5
    decay = math.exp(-units * (1.0 - ratio))
    expected = (1.0 - decay) / (1.0 - ratio * decay) * 2.0 * KW_PER_M3H_KELVIN * 40.0
    assert kw == pytest.approx(expected)


@pytest.mark.parametrize(
    ("network_m3h", "hot_c", "house_m3h", "cold_c"),
    [
        (0.0, 80.0, 4.0, 40.0),
        (2.0, 80.0, 0.0, 40.0),
        (2.0, 40.0, 4.0, 40.0),
        (2.0, 30.0, 4.0, 40.0),
    ],
)
def test_without_flow_or_spread_no_heat_passes(
    network_m3h: float, hot_c: float, house_m3h: float, cold_c: float
) -> None:
    assert PLATES.heat_kw(network_m3h, hot_c, house_m3h, cold_c) == 0.0
