"""Water, iron and masonry behave: heat is conserved, the meter counts what flows."""

import pytest

from app.errors import BadInput
from app.model.heat import KW_PER_M3H_KELVIN
from drivers.simulators.physics import (
    Commands,
    Substation,
    SubstationDesign,
    SubstationState,
    Surroundings,
)

MILD = Surroundings(outdoor_c=2.0, sun=0.0, network_c=78.0, draw_lpm=0.0, people=0.3)
OFF = Commands()
HEATING = Commands(heat_pump=True)


def substation(seed: int = 3, **state: float) -> Substation:
    """A substation whose first moments are given."""
    design = SubstationDesign.of(seed)
    start = SubstationState(index_kwh=design.index_kwh, index_m3=design.index_m3)
    made = Substation(design, start)
    for name, value in state.items():
        setattr(made.state, name, value)
    return made


def run(
    made: Substation, commands: Commands, seconds: int, around: Surroundings = MILD
) -> SubstationState:
    for _ in range(seconds):
        made.step(around, commands)
    return made.state


def test_the_index_is_the_integral_of_flow_times_spread() -> None:
    made = substation()
    kwh = m3 = 0.0
    for second in range(3 * 3600):
        opening = 1.0 if second % 900 < 20 else (-1.0 if second % 900 > 880 else 0.0)
        pumping = Commands(
            heat_motor_s=opening, dhw_motor_s=-opening, heat_pump=True, charge_pump=True
        )
        made.step(MILD, pumping)
        now = made.state
        spread_k = now.supply_c - now.return_c
        kwh += KW_PER_M3H_KELVIN * now.flow_m3h * spread_k / 3600.0
        m3 += now.flow_m3h / 3600.0
    counted_kwh = made.state.energy_kwh - made.design.index_kwh
    assert kwh > 50.0
    assert made.state.counted_kwh == pytest.approx(kwh, rel=1e-12)
    assert made.state.counted_m3 == pytest.approx(m3, rel=1e-12)
    assert counted_kwh == pytest.approx(kwh, rel=1e-9)


def test_in_the_long_run_the_house_gets_what_the_network_loses() -> None:
    made = substation(heat_valve=0.5)
    run(made, HEATING, 6 * 3600)
    before_kwh = made.state.energy_kwh
    radiated_kwh = 0.0
    stored_before = made.state.radiator_in_c + made.state.radiator_out_c
    for _ in range(3600):
        made.step(MILD, HEATING)
        now = made.state
        radiated_kwh += made.emitted_kw / 3600.0
    stored_kwh = (now.radiator_in_c + now.radiator_out_c - stored_before) * (
        0.0055 * made.design.design_kw
    )
    metered_kwh = made.state.energy_kwh - before_kwh
    assert metered_kwh == pytest.approx(radiated_kwh + stored_kwh, rel=0.02)


def test_an_open_valve_heats_the_flow_and_a_closed_one_lets_it_cool() -> None:
    hot = run(substation(heat_valve=0.9), HEATING, 1800)
    cold = run(substation(heat_valve=0.0), HEATING, 1800)
    assert hot.flow_c > 55.0
    assert cold.flow_c < 40.0
    assert cold.heat_flow_m3h == 0.0


def test_the_return_is_never_hotter_than_the_supply_nor_colder_than_the_house_side() -> None:
    made = substation(heat_valve=0.5)
    for _ in range(2 * 3600):
        made.step(MILD, HEATING)
        assert made.state.return_c <= made.state.supply_c
    assert made.state.heat_return_c > made.state.radiator_out_c


def test_a_motor_needs_its_run_time_from_closed_to_open() -> None:
    made = substation(heat_valve=0.0)
    run(made, Commands(heat_motor_s=1.0, heat_motor_run_s=70.0), 35)
    assert made.state.heat_valve == pytest.approx(0.5)
    run(made, Commands(heat_motor_s=1.0, heat_motor_run_s=70.0), 100)
    assert made.state.heat_valve == 1.0


def test_without_its_pump_the_circuit_cools_and_hot_water_runs_through_to_the_network() -> None:
    made = substation(heat_valve=0.6)
    warm = run(made, HEATING, 3600)
    flow_c, return_c, room_c = warm.flow_c, warm.heat_return_c, warm.room_c
    still = run(made, OFF, 2 * 3600)
    assert still.flow_c < flow_c - 4.0
    assert still.heat_return_c > return_c + 20.0
    assert still.room_c < room_c
    assert still.power_kw < 2.0


def test_a_building_cools_by_a_degree_or_two_in_an_unheated_night_not_by_ten() -> None:
    made = substation(heat_valve=0.0, radiator_in_c=21.0, radiator_out_c=21.0)
    night = run(made, OFF, 8 * 3600)
    assert 15.5 < night.room_c < 19.0


def test_charging_fills_the_tank_and_tapping_empties_it_from_below() -> None:
    charging = Commands(charge_pump=True)
    made = substation(
        dhw_valve=0.7, tank_top_c=45.0, tank_middle_c=40.0, tank_bottom_c=20.0, charge_c=30.0
    )
    full = run(made, charging, 3600)
    assert min(full.tank_top_c, full.tank_middle_c, full.tank_bottom_c) > 50.0
    tapping = Surroundings(outdoor_c=2.0, sun=0.0, network_c=78.0, draw_lpm=20.0, people=0.3)
    top_c = full.tank_top_c
    tapped = run(made, OFF, 900, tapping)
    assert tapped.tank_bottom_c < 30.0
    assert tapped.tank_top_c > tapped.tank_middle_c > tapped.tank_bottom_c
    assert tapped.tank_top_c > top_c - 25.0


def test_the_service_pipe_cools_when_nothing_flows_and_warms_up_again() -> None:
    made = substation(heat_valve=0.0, dhw_valve=0.0)
    still = run(made, OFF, 5 * 3600)
    assert still.supply_c < 65.0
    made.state.heat_valve = 0.5
    assert run(made, HEATING, 1800).supply_c > 76.0


def test_ten_second_steps_lead_to_the_same_place_as_single_seconds() -> None:
    fine, coarse = substation(heat_valve=0.45), substation(heat_valve=0.45)
    run(fine, HEATING, 4 * 3600)
    for _ in range(4 * 360):
        coarse.step(MILD, HEATING, 10.0)
    assert coarse.state.flow_c == pytest.approx(fine.state.flow_c, abs=0.5)
    assert coarse.state.room_c == pytest.approx(fine.state.room_c, abs=0.1)
    assert coarse.state.energy_kwh - coarse.design.index_kwh == pytest.approx(
        fine.state.energy_kwh - fine.design.index_kwh, rel=0.02
    )


def test_the_same_story_twice_is_the_same_to_the_last_bit() -> None:
    one, two = substation(8, heat_valve=0.4), substation(8, heat_valve=0.4)
    assert run(one, HEATING, 1000) == run(two, HEATING, 1000)


def test_a_blind_heat_meter_counts_volume_but_no_energy() -> None:
    made = substation(heat_valve=0.5)
    made.meter_blind = True
    now = run(made, HEATING, 600)
    assert now.power_kw == 0.0
    assert now.energy_kwh == made.design.index_kwh
    assert now.volume_m3 > made.design.index_m3


def test_seeds_are_different_houses_of_plausible_size() -> None:
    designs = [SubstationDesign.of(seed) for seed in range(50)]
    assert len({design.design_kw for design in designs}) == 50
    assert all(30.0 < design.design_kw < 250.0 for design in designs)
    assert all(10 <= design.flats <= 50 for design in designs)


def test_no_two_substations_are_found_equally_warm() -> None:
    found = [SubstationState.of(seed, SubstationDesign.of(seed)) for seed in range(20)]
    assert len({state.tank_middle_c for state in found}) == 20
    assert all(45.0 < state.tank_middle_c < 55.0 for state in found)
    assert all(state.tank_bottom_c <= state.tank_middle_c < state.tank_top_c for state in found)


def test_state_survives_being_written_down() -> None:
    made = substation(heat_valve=0.5)
    run(made, HEATING, 100)
    assert SubstationState.revived(made.state.kept()) == made.state
    broken = made.state.kept() | {"room_c": float("nan")}
    with pytest.raises(BadInput, match="'room_c' is no number"):
        SubstationState.revived(broken)
