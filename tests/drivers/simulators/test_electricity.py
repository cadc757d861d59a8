"""Electricity is counted as it flows, phase by phase."""

from datetime import timedelta

import pytest

from app.errors import BadInput
from drivers.simulators.electricity import ElectricMeter
from drivers.simulators.weather import Season, Weather
from tests.drivers.simulators.plant import COPENHAGEN, TUESDAY_NOON


def meter(seed: int = 2, pv_kw: float = 0.0, season: Season = Season.WINTER) -> ElectricMeter:
    return ElectricMeter(seed, Weather(1, season), COPENHAGEN, TUESDAY_NOON, pv_kw)


def test_the_indexes_are_the_integral_of_the_power_shown() -> None:
    made = meter()
    before = list(made.imported_kwh)
    joules = [0.0, 0.0, 0.0]
    for second in range(1, 3601):
        for place, phase in enumerate(made.phases):
            joules[place] += phase.watts
        made.advance(TUESDAY_NOON + timedelta(seconds=second))
    for place in range(3):
        counted = made.imported_kwh[place] - before[place]
        assert counted > 0.5
        assert counted == pytest.approx(joules[place] / 3.6e6, rel=1e-9)


def test_a_forced_load_is_counted_to_the_watt_hour() -> None:
    made = meter()
    made.forced = {1: 3600.0, 2: 0.0, 3: 1800.0}
    made.refresh()
    before = list(made.imported_kwh)
    made.advance(TUESDAY_NOON + timedelta(hours=1))
    gained = [after - start for after, start in zip(made.imported_kwh, before, strict=True)]
    assert gained == pytest.approx([3.6, 0.0, 1.8], abs=1e-8)


def test_sun_on_the_roof_is_exported_and_never_counted_as_import() -> None:
    made = meter(pv_kw=300.0, season=Season.SUMMER)
    before = sum(made.imported_kwh)
    assert made.watts < 0.0
    made.advance(TUESDAY_NOON + timedelta(hours=1))
    assert sum(made.exported_kwh) > 10.0
    assert sum(made.imported_kwh) == before


def test_voltages_currents_and_factors_are_those_of_a_grid() -> None:
    made = meter()
    for minute in range(0, 300, 7):
        made.advance(TUESDAY_NOON + timedelta(minutes=minute))
        assert 49.9 < made.hertz < 50.1
        for number, phase in enumerate(made.phases, start=1):
            assert 220.0 < phase.volts < 240.0
            assert 0.9 < phase.power_factor < 1.0
            assert phase.amps == pytest.approx(phase.volt_amps / phase.volts)
            assert phase.volt_amps**2 == pytest.approx(phase.watts**2 + phase.vars**2)
            assert 1.0 < made.distortion(number) < 3.0


def test_evenings_take_more_than_nights() -> None:
    def mean_w(hour: int) -> float:
        made = meter()
        start = TUESDAY_NOON.replace(hour=hour)
        made.advance(start + timedelta(days=30))  # skipped
        before = sum(made.imported_kwh)
        made.advance(start + timedelta(days=30, hours=1))
        return 1000.0 * (sum(made.imported_kwh) - before)

    assert mean_w(18) > 2.0 * mean_w(2)


def test_demand_is_a_slow_power() -> None:
    made = meter()
    made.forced = {1: 1000.0, 2: 1000.0, 3: 1000.0}
    made.refresh()
    made.advance(TUESDAY_NOON + timedelta(hours=3))
    assert made.demand_w == pytest.approx(3000.0, rel=0.001)


def test_it_is_the_same_however_often_it_is_read_and_goes_on_where_it_was_kept() -> None:
    often, seldom = meter(), meter()
    for second in range(1, 601):
        often.advance(TUESDAY_NOON + timedelta(seconds=second))
    seldom.advance(TUESDAY_NOON + timedelta(seconds=300))
    revived = meter()
    revived.revive(seldom.kept(), TUESDAY_NOON + timedelta(seconds=600))
    assert revived.imported_kwh == often.imported_kwh
    assert revived.at == often.at


def test_a_state_that_is_none_is_refused() -> None:
    for key, value in (("second", None), ("index_kwh", [1.0]), ("exported_j", None)):
        with pytest.raises(BadInput, match="no electricity meter"):
            meter().revive(meter().kept() | {key: value}, TUESDAY_NOON)


def test_weeks_of_rest_are_skipped_and_a_clock_set_back_does_not_stop_it() -> None:
    made = meter()
    before = list(made.imported_kwh)
    made.advance(TUESDAY_NOON + timedelta(days=30))
    assert made.imported_kwh == before
    made.advance(TUESDAY_NOON)
    assert made.at == TUESDAY_NOON
