"""What simulated wired meters count agrees with itself, at any moment."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from drivers.mbus.asking import Secondary, long_frame
from drivers.mbus.decoder import Decoder
from drivers.mbus.telegram import Record
from drivers.simulators.wiredvalues import (
    ElectricityValues,
    HeatValues,
    Values,
    WaterValues,
    month_ends,
    since_installed_s,
)

NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
HEAD = b"\x72" + Secondary.parsed("12345678-KAM-35-04").encoded() + bytes(4)


def told(values: Values, at: datetime, part: int = 0) -> tuple[Record, ...]:
    body = values.telegrams(at, at.replace(tzinfo=None))[part]
    return Decoder().decode(long_frame(0x08, 1, HEAD + body)).body.records


def by_heading(values: Values, at: datetime) -> Mapping[str, float]:
    return {
        each.heading.dif_vif.hex(): each.value
        for each in told(values, at)
        if each.value is not None
    }


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_heat_meter_shows_one_water_that_agrees_with_itself(seed: int) -> None:
    now = by_heading(HeatValues(seed), NOON)
    flow_m3h, power_kw = now["043b"], now["042d"]
    supply_c, return_c, spread_k = now["0259"], now["025d"], now["0261"]
    assert spread_k == pytest.approx(supply_c - return_c, abs=0.011)
    assert power_kw == pytest.approx(1.163 * flow_m3h * spread_k, abs=0.11)
    assert now["0406"] == pytest.approx(1.163 * spread_k * now["0414"], rel=0.001)
    assert now["142d"] >= power_kw


@pytest.mark.parametrize("make", [HeatValues, WaterValues])
def test_an_index_is_the_integral_of_its_rate(
    make: type[HeatValues] | type[WaterValues],
) -> None:
    values, step_s = make(3), 30.0
    start_s = since_installed_s(NOON)
    summed = sum(
        values.flow.rate(start_s + (step + 0.5) * step_s) * step_s / 3600
        for step in range(86400 // 30)
    )
    assert values.flow.total(start_s + 86400) - values.flow.total(start_s) == pytest.approx(
        summed, rel=1e-6
    )


def test_the_volume_times_temperature_of_a_heat_meter_is_its_integral() -> None:
    values, step_s = HeatValues(5), 30.0
    start_s = since_installed_s(NOON)
    summed = 0.0
    for step in range(7200 // 30):
        at_s = start_s + (step + 0.5) * step_s
        supply_c = values.supply_c + values.supply_swing_k * values.flow.sine(at_s)
        summed += values.flow.rate(at_s) * supply_c * step_s / 3600
    gained = values.supply_m3c(start_s + 7200) - values.supply_m3c(start_s)
    assert gained == pytest.approx(summed, rel=1e-6)


def test_an_electricity_meter_takes_or_gives_and_counts_both_apart() -> None:
    values, step_s = ElectricityValues(4), 30.0
    start_s = since_installed_s(NOON)
    taken = given = 0.0
    for step in range(86400 // 30):
        taken_w, given_w = values.powers_w(start_s + (step + 0.5) * step_s)
        assert min(taken_w, given_w) == 0.0
        taken += taken_w * step_s / 3.6e6
        given += given_w * step_s / 3.6e6
    before, after = values.energies_kwh(start_s), values.energies_kwh(start_s + 86400)
    assert after[0] - before[0] == pytest.approx(taken, rel=1e-4)
    assert after[1] - before[1] == pytest.approx(given, rel=1e-4)


@pytest.mark.parametrize("make", [HeatValues, WaterValues, ElectricityValues])
def test_indexes_never_go_back(make: type[HeatValues]) -> None:
    values = make(9)
    indexes = ("0406", "0414", "0413", "0404", "04843c")
    before: dict[str, float] = {}
    for hours in range(0, 72, 3):
        now = by_heading(values, NOON + timedelta(hours=hours))
        for each in indexes:
            if each in now:
                assert now[each] >= before.get(each, 0.0)
                before[each] = now[each]
    assert before


def test_ends_of_months_are_older_and_smaller_one_after_the_other() -> None:
    records = told(HeatValues(2), NOON, part=1)
    energies = [each for each in records if each.heading.quantity == "energy"]
    assert [each.heading.storage for each in energies] == [1, 2, 3, 4, 5, 6]
    values = [each.value for each in energies if each.value is not None]
    assert values == sorted(values, reverse=True)
    dates = [each.time.isoformat() for each in records if each.time is not None]
    assert dates[:2] == ["2026-01-31", "2025-12-31"]
    assert [end.day for end in month_ends(NOON)] == [1] * 6


def test_another_seed_is_another_meter_and_the_same_seed_the_same() -> None:
    assert by_heading(WaterValues(1), NOON) == by_heading(WaterValues(1), NOON)
    assert by_heading(WaterValues(1), NOON) != by_heading(WaterValues(2), NOON)
