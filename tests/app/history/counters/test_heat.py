"""Energy is volume times spread times what water carries, as far as a meter can know."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.errors import BadInput
from app.history.counters.course import course
from app.history.counters.gas import GasQuality, gas_kwh
from app.history.counters.heatcheck import HeatMeter, heat_check, permitted_error
from app.history.counters.marks import Ints
from app.history.counters.water import (
    Floats,
    enthalpy_kjkg,
    heat_coefficient,
    specific_volume_m3kg,
)
from app.history.energydays import bins
from app.history.readings import to_ms
from app.model.consumption import Step
from app.model.counter import HOUR_MS, IndexRules
from app.model.heat import KW_PER_M3H_KELVIN
from app.model.reading import PointId
from app.series import Series

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 1, 31, 23, tzinfo=UTC)
HOURS = 24 * 14
METER = HeatMeter(nominal_flow_m3h=1.5, energy_step_kwh=1.0, volume_step_m3=0.01)


@pytest.mark.parametrize(
    ("kelvin", "bar", "volume", "enthalpy"),
    [
        (300.0, 30.0, 0.100215168e-2, 0.115331273e3),
        (300.0, 800.0, 0.971180894e-3, 0.184142828e3),
        (500.0, 30.0, 0.120241800e-2, 0.975542239e3),
    ],
)
def test_water_is_as_the_release_of_1997_verifies_it(
    kelvin: float, bar: float, volume: float, enthalpy: float
) -> None:
    """IAPWS R7-97, table 5: nine digits of each."""
    at = np.array([kelvin - 273.15])
    assert specific_volume_m3kg(at, bar)[0] == pytest.approx(volume, rel=1e-8)
    assert enthalpy_kjkg(at, bar)[0] == pytest.approx(enthalpy, rel=1e-8)


def test_cool_water_carries_more_and_equal_temperatures_are_no_fault() -> None:
    warm, cold = np.array([70.0, 110.0, 20.0, 50.0]), np.array([40.0, 60.0, 20.0, np.nan])
    found = heat_coefficient(warm, cold)
    assert found[0] > found[1]
    assert found[2] == pytest.approx(KW_PER_M3H_KELVIN, rel=5e-3)  # a display value
    assert np.isnan(found[3])
    assert (heat_coefficient(warm, cold, measured_in_supply=True)[:2] < found[:2]).all()


def test_the_permitted_error_is_that_of_the_directive() -> None:
    """Class 2 at a hundredth of its nominal flow and the least spread: 4 + 3.5 + 1.5 %."""
    error = permitted_error(METER, np.array([0.015, 1.5, 0.0]), np.array([3.0, 30.0, 3.0]))
    assert error == pytest.approx([0.04 + 0.035 + 0.015, 0.0202 + 0.008 + 0.006, 0.1])


def house(seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what a right meter shows each hour: energy, volume, supply and return."""
    chance = np.random.default_rng(seed)
    hours = np.arange(HOURS + 1)
    supply = 75 + 5 * np.sin(hours / 24 * 2 * np.pi) + chance.normal(0, 0.5, len(hours))
    back = 42 + 2 * np.sin(hours / 12 * 2 * np.pi) + chance.normal(0, 0.3, len(hours))
    flow = np.maximum(0.2 + 0.1 * np.cos(hours / 24 * 2 * np.pi), 0.0)[1:]
    flow[chance.random(HOURS) < 0.1] = 0.0
    warm, cold = (supply[1:] + supply[:-1]) / 2, (back[1:] + back[:-1]) / 2
    error = 1 + chance.uniform(-0.02, 0.02)
    power = flow * heat_coefficient(warm, cold) * (warm - cold) * error
    energy = np.floor(np.concatenate([[0.0], np.cumsum(power)]))
    volume = np.floor(np.concatenate([[0.0], np.cumsum(flow)]) * 100) / 100
    return energy, volume, np.round(supply, 1), np.round(back, 1)


def days() -> Ints:
    return bins(ZONE, Step.DAY, BEGIN, BEGIN + timedelta(hours=HOURS)).edges_ms


TIMES = to_ms(BEGIN) + np.arange(HOURS + 1) * HOUR_MS


def test_a_right_meter_is_never_accused() -> None:
    for seed in range(50):
        energy, volume, supply, back = house(seed)
        checked = heat_check(METER, TIMES, energy, volume, supply, back, days())
        assert not checked.wrong.any()
        assert np.isfinite(checked.expected_kwh).all()


@pytest.mark.parametrize("fault", ["probe beside its pocket", "pulse value", "pipe"])
def test_a_wrongly_built_meter_is_found_every_day(fault: str) -> None:
    energy, volume, supply, back = house(1)
    meter = METER
    if fault == "probe beside its pocket":
        supply = supply - 6.0  # what is sent; the meter counts with it too
        energy = np.floor(energy * 1.25)
    elif fault == "pulse value":
        volume = volume * 10
    else:
        energy = np.floor(energy * 0.85)
    checked = heat_check(meter, TIMES, energy, volume, supply, back, days())
    assert checked.wrong.all()


def test_where_a_temperature_is_missing_nothing_is_claimed() -> None:
    energy, volume, supply, back = house(2)
    back[30] = np.nan
    checked = heat_check(METER, TIMES, energy * 3, volume, supply, back, days())
    assert np.flatnonzero(np.isnan(checked.expected_kwh)).tolist() == [1]
    assert np.flatnonzero(~checked.wrong).tolist() == [1]


def gas(volumes: list[float]) -> Series:
    return Series(
        PointId("gas.volume"),
        to_ms(BEGIN) + np.arange(len(volumes)) * HOUR_MS,
        np.array(volumes),
        np.zeros(len(volumes), np.uint8),
    )


def test_gas_is_worth_its_calorific_value_of_each_time_and_adds_up_exactly() -> None:
    counted = course(gas([100 + 0.25 * hour for hour in range(HOURS + 1)]), IndexRules("m³", 2))
    change = BEGIN + timedelta(days=3, hours=5, minutes=30)
    qualities = [
        GasQuality(change, Decimal("11.472"), Decimal("0.9514")),
        GasQuality(BEGIN, Decimal("11.205"), Decimal("0.9514")),
    ]
    end = BEGIN + timedelta(hours=HOURS)
    hours, by_day, year = (
        gas_kwh(counted, bins(ZONE, step, BEGIN, end), qualities)
        for step in (Step.HOUR, Step.DAY, Step.YEAR)
    )
    assert len(hours) == HOURS
    assert sum(hours) == sum(by_day) == sum(year)
    assert hours[0] == Fraction("0.25") * Fraction("11.205") * Fraction("0.9514")
    # In the hour of the change 12 of its 25 hundredths fall into the first half hour.
    mixed = Fraction(12, 100) * Fraction("11.205") + Fraction(13, 100) * Fraction("11.472")
    assert hours[77] == mixed * Fraction("0.9514")


def test_gas_without_a_calorific_value_is_told_in_cubic_metres_only() -> None:
    counted = course(gas([1, 2, 3]), IndexRules("m³", 2))
    period = bins(ZONE, Step.DAY, BEGIN, BEGIN + timedelta(hours=2))
    with pytest.raises(BadInput, match="no calorific value"):
        gas_kwh(counted, period, [])
    heat = course(gas([1, 2, 3]), IndexRules("kWh", 2))
    with pytest.raises(BadInput, match="measure different things"):
        gas_kwh(heat, period, [GasQuality(BEGIN, Decimal(11))])
    with pytest.raises(BadInput, match="more than nothing"):
        GasQuality(BEGIN, Decimal(0))
    assert gas_kwh(counted, bins(ZONE, Step.DAY, BEGIN, BEGIN), []) == []
