"""A district-heating substation with its building and its hot-water tank, second by second.

Two plate heat exchangers stand side by side on the district network: one feeds
the radiators, one charges the hot-water tank. Each has a motor valve on the
network side and a pump on the house side. A heat meter counts both together.
"""

import math
from dataclasses import asdict, dataclass, fields

from app.errors import BadInput
from app.model.heat import KW_PER_M3H_KELVIN, heat_power_kw
from drivers.simulators.exchanger import Exchanger
from drivers.simulators.weather import unit_noise

STEP_S = 1.0  # the model's own step; triac pulses are shares of it
_PLANT_ROOM_C = 21.0
_COLD_WATER_C = 9.0
_RADIATOR_EXPONENT = 1.3  # EN 442
_SENSOR_LAG_S = 12.0  # pocket sensors
_PIPE_COOLS_S = 2400.0  # a still pipe reaches the plant room's temperature


@dataclass(frozen=True, slots=True)
class SubstationDesign:
    """What was built: sizes follow from the building's heat demand at −12 °C."""

    design_kw: float
    flats: int
    tank_l: float
    gains_share: float  # people and appliances, of the design heat demand
    yearly_kwh: float
    index_kwh: float  # what the heat meter had counted when the story begins
    index_m3: float

    @classmethod
    def of(cls, seed: int) -> "SubstationDesign":
        """Return the building that belongs to ``seed``: 10 to 50 flats, 40 to 210 kW."""
        flats = 10 + int(41 * unit_noise(seed, 101))
        design_kw = flats * (3.6 + 0.8 * unit_noise(seed, 102))
        years = 1.0 + 8.0 * unit_noise(seed, 103)
        yearly_kwh = design_kw * 2100.0
        return cls(
            design_kw=design_kw,
            flats=flats,
            tank_l=350.0 + 15.0 * flats,
            gains_share=0.09 + 0.04 * unit_noise(seed, 104),
            yearly_kwh=yearly_kwh,
            index_kwh=math.floor(years * yearly_kwh),
            index_m3=math.floor(years * yearly_kwh / (KW_PER_M3H_KELVIN * 36.0)),
        )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What comes from outside the substation during the next minute."""

    outdoor_c: float
    sun: float  # 0…1 of a clear summer noon
    network_c: float  # what the district network sends
    draw_lpm: float  # hot water tapped
    people: float  # 0…1, how much is going on in the flats
    radiators: float = 1.0  # how far the thermostats of the flats stand open, around 1
    pressure: float = 1.0  # the network's flow through a given valve opening, around 1


@dataclass(frozen=True, slots=True)
class Commands:
    """What the controller does with its outputs during one step."""

    heat_motor_s: float = 0.0  # seconds of motor run, positive opens
    dhw_motor_s: float = 0.0
    heat_motor_run_s: float = 70.0  # from closed to open
    dhw_motor_run_s: float = 70.0
    heat_pump: bool = False
    charge_pump: bool = False


@dataclass(slots=True)
class SubstationState:
    """Everything that has a memory; plain numbers, so that it can be kept in a file."""

    heat_valve: float = 0.25  # 0 closed … 1 open
    dhw_valve: float = 0.0
    flow_c: float = 48.0  # S3, after the heating exchanger
    radiator_in_c: float = 44.0
    radiator_out_c: float = 38.0
    room_c: float = 20.0
    mass_c: float = 19.2  # walls and floors
    tank_top_c: float = 53.0
    tank_middle_c: float = 52.0
    tank_bottom_c: float = 45.0
    charge_c: float = 50.0  # house side of the tank's exchanger, outlet
    heat_return_c: float = 40.0  # S5, network side
    dhw_return_c: float = 35.0  # S6, network side
    supply_c: float = 75.0  # network water as it arrives
    return_c: float = 40.0  # network water as it leaves
    heat_flow_m3h: float = 0.0
    dhw_flow_m3h: float = 0.0
    power_kw: float = 0.0
    index_kwh: float = 0.0  # the heat meter's indexes as the story began …
    index_m3: float = 0.0
    counted_kwh: float = 0.0  # … and since: apart, to add seconds to years without rounding
    counted_m3: float = 0.0
    heat_pump_runs: bool = False
    charge_pump_runs: bool = False

    @property
    def energy_kwh(self) -> float:
        """Return the heat meter's energy index in kWh."""
        return self.index_kwh + self.counted_kwh

    @property
    def volume_m3(self) -> float:
        """Return the heat meter's volume index in m³."""
        return self.index_m3 + self.counted_m3

    @property
    def flow_m3h(self) -> float:
        """Return the network water both exchangers take together, in m³/h."""
        return self.heat_flow_m3h + self.dhw_flow_m3h

    @classmethod
    def of(cls, seed: int, design: SubstationDesign) -> "SubstationState":
        """Return how a substation is found: no two rooms or tanks are equally warm."""
        tank_c = 46.0 + 8.0 * unit_noise(seed, 111)
        return cls(
            room_c=19.7 + 0.6 * unit_noise(seed, 112),
            mass_c=18.9 + 0.5 * unit_noise(seed, 113),
            tank_top_c=tank_c + 1.5,
            tank_middle_c=tank_c,
            tank_bottom_c=tank_c - 10.0 * unit_noise(seed, 114),
            index_kwh=design.index_kwh,
            index_m3=design.index_m3,
        )

    def kept(self) -> dict[str, float]:
        """Return the state as plain numbers."""
        return asdict(self)

    @classmethod
    def revived(cls, kept: dict[str, float]) -> "SubstationState":
        """Return a state kept earlier; raises `BadInput` when a number is missing or odd."""
        state = cls()
        for each in fields(cls):
            value = kept.get(each.name)
            if not isinstance(value, int | float) or not math.isfinite(value):
                raise BadInput(f"saved state: '{each.name}' is no number")
            setattr(state, each.name, type(getattr(state, each.name))(value))
        return state


class Substation:
    """The water, iron and masonry; `step` moves them on by one step.

    Deterministic: the same design, surroundings and commands give the same
    numbers to the last bit. Runs on any one thread.
    """

    def __init__(self, design: SubstationDesign, state: SubstationState) -> None:
        self.design = design
        self.meter_blind = False  # a temperature sensor of the heat meter is gone
        self.state = state
        kw = design.design_kw
        self._loss_kw_k = kw / 32.0  # 20 °C inside at −12 °C
        self._radiator_kw = kw * (1.0 - 0.3 * design.gains_share)
        self._radiator_over_k = 32.0  # mean water over room: 62/42 °C at 20 °C
        self._heating = Exchanger(
            network_m3h=kw * 1.25 / (KW_PER_M3H_KELVIN * 40.0),
            house_m3h=kw / (KW_PER_M3H_KELVIN * 22.0),
            ua_kw_k=kw / 7.5,
        )
        charge_kw = 14.0 + 1.3 * design.flats
        self._charging = Exchanger(
            network_m3h=charge_kw * 1.6 / (KW_PER_M3H_KELVIN * 40.0),
            house_m3h=charge_kw / (KW_PER_M3H_KELVIN * 22.0),
            ua_kw_k=charge_kw / 8.0,
        )

    @property
    def emitted_kw(self) -> float:
        """Return the heat the radiators give to the rooms, in kW."""
        now = self.state
        return self._emission_kw(now.radiator_in_c) + self._emission_kw(now.radiator_out_c)

    def step(self, around: Surroundings, commands: Commands, dt_s: float = STEP_S) -> None:
        """Move on by ``dt_s`` seconds (up to 10; the fastest lag is 12 s)."""
        self._move_valves(around, commands, dt_s)
        self._arrive(around, dt_s)
        heat_kw = self._heat_circuit(around, dt_s)
        self._house(around, dt_s)
        charge_kw = self._tank_circuit(around, dt_s)
        self._leave(heat_kw, charge_kw, dt_s)

    def _move_valves(self, around: Surroundings, commands: Commands, dt_s: float) -> None:
        now = self.state
        heat = now.heat_valve + commands.heat_motor_s / commands.heat_motor_run_s
        dhw = now.dhw_valve + commands.dhw_motor_s / commands.dhw_motor_run_s
        now.heat_valve = min(1.0, max(0.0, heat))
        now.dhw_valve = min(1.0, max(0.0, dhw))
        now.heat_pump_runs = commands.heat_pump
        now.charge_pump_runs = commands.charge_pump
        # the seat bends the flow the other way than the plates bend the heat
        share = dt_s / 4.0 if dt_s < 4.0 else 1.0  # noqa: PLR2004 - water follows within seconds
        heat_share = around.pressure * now.heat_valve * (0.3 + 0.7 * now.heat_valve)
        dhw_share = around.pressure * now.dhw_valve * (0.3 + 0.7 * now.dhw_valve)
        heat_m3h = self._heating.network_m3h * heat_share
        dhw_m3h = self._charging.network_m3h * dhw_share
        now.heat_flow_m3h = _settle(now.heat_flow_m3h, heat_m3h, share)
        now.dhw_flow_m3h = _settle(now.dhw_flow_m3h, dhw_m3h, share)

    def _arrive(self, around: Surroundings, dt_s: float) -> None:
        """The service pipe brings the network's temperature, and cools when nothing flows."""
        now = self.state
        renewed = now.flow_m3h / self._heating.network_m3h
        lag_s = 90.0 / max(0.02, renewed)
        share = min(1.0, dt_s / lag_s)
        lost = min(1.0, dt_s / 14400.0) * (now.supply_c - _PLANT_ROOM_C)
        now.supply_c += share * (around.network_c - now.supply_c) - lost

    def _heat_circuit(self, around: Surroundings, dt_s: float) -> float:
        """Exchanger and radiators; returns the heat taken from the network in kW."""
        now = self.state
        if not now.heat_pump_runs:
            return self._heat_circuit_stands(dt_s)
        thermostat = min(1.0, max(0.0, (23.0 - now.room_c) / 2.0))
        house_m3h = self._heating.house_m3h * around.radiators * (0.25 + 0.75 * thermostat)
        kw = self._heating.heat_kw(
            now.heat_flow_m3h, now.supply_c, house_m3h, now.radiator_out_c
        )
        water_kw_k = KW_PER_M3H_KELVIN * house_m3h
        leaving_c = now.radiator_out_c + kw / water_kw_k
        now.flow_c += min(1.0, dt_s / _SENSOR_LAG_S) * (leaving_c - now.flow_c)
        self._radiate(water_kw_k, dt_s)
        self._cool_return(kw, dt_s)
        return kw

    def _heat_circuit_stands(self, dt_s: float) -> float:
        """No pump: radiators give off what they hold; hot plates creep along the pipe."""
        now = self.state
        self._radiate(0.0, dt_s)
        plates_c = _PLANT_ROOM_C
        if now.heat_flow_m3h > 0.01 * self._heating.network_m3h:
            plates_c += 0.25 * (now.supply_c - _PLANT_ROOM_C)
        now.flow_c += dt_s / _PIPE_COOLS_S * (plates_c - now.flow_c)
        self._cool_return(0.0, dt_s)
        return 0.0

    def _radiate(self, water_kw_k: float, dt_s: float) -> None:
        now = self.state
        half_kwh_k = 0.0055 * self.design.design_kw  # water and steel of half the radiators
        first_kw = self._emission_kw(now.radiator_in_c)
        second_kw = self._emission_kw(now.radiator_out_c)
        hours = dt_s / 3600.0
        in_kw = water_kw_k * (now.flow_c - now.radiator_in_c)
        on_kw = water_kw_k * (now.radiator_in_c - now.radiator_out_c)
        now.radiator_in_c += (in_kw - first_kw) * hours / half_kwh_k
        now.radiator_out_c += (on_kw - second_kw) * hours / half_kwh_k

    def _emission_kw(self, water_c: float) -> float:
        over_k = water_c - self.state.room_c
        if over_k <= 0.0:
            return 0.0
        share = math.pow(over_k / self._radiator_over_k, _RADIATOR_EXPONENT)
        return 0.5 * self._radiator_kw * share

    def _cool_return(self, kw: float, dt_s: float) -> None:
        """S5 sits behind the plates; without flow it drifts to the plant room's temperature."""
        now = self.state
        if now.heat_flow_m3h > 0.002 * self._heating.network_m3h:
            leaving_c = now.supply_c - kw / (KW_PER_M3H_KELVIN * now.heat_flow_m3h)
            now.heat_return_c += min(1.0, dt_s / 20.0) * (leaving_c - now.heat_return_c)
        else:
            now.heat_return_c += dt_s / _PIPE_COOLS_S * (_PLANT_ROOM_C - now.heat_return_c)

    def _house(self, around: Surroundings, dt_s: float) -> None:
        """Air follows within the hour, walls and floors within days."""
        now = self.state
        hours = dt_s / 3600.0
        design_kw = self.design.design_kw
        gains_kw = design_kw * (
            self.design.gains_share * (0.5 + around.people) + 0.16 * around.sun
        )
        to_mass_kw = 7.0 * self._loss_kw_k * (now.room_c - now.mass_c)
        by_air_kw = 0.5 * self._loss_kw_k * (now.room_c - around.outdoor_c)
        by_walls_kw = 0.5 * self._loss_kw_k * (now.mass_c - around.outdoor_c)
        air_kwh_k = 4.0 * self._loss_kw_k
        mass_kwh_k = 85.0 * self._loss_kw_k
        now.room_c += (self.emitted_kw + gains_kw - to_mass_kw - by_air_kw) * hours / air_kwh_k
        now.mass_c += (to_mass_kw - by_walls_kw) * hours / mass_kwh_k

    def _tank_circuit(self, around: Surroundings, dt_s: float) -> float:
        """Charge the tank from the top down, tap it; returns kW taken from the network."""
        now = self.state
        kw = 0.0
        layer_l = self.design.tank_l / 3.0
        if now.charge_pump_runs:
            house_m3h = self._charging.house_m3h
            kw = self._charging.heat_kw(
                now.dhw_flow_m3h, now.supply_c, house_m3h, now.tank_bottom_c
            )
            outlet_c = now.tank_bottom_c + kw / (KW_PER_M3H_KELVIN * house_m3h)
            now.charge_c += min(1.0, dt_s / _SENSOR_LAG_S) * (outlet_c - now.charge_c)
            self._push_down(min(0.5, house_m3h / 3.6 * dt_s / layer_l))
        else:
            now.charge_c += dt_s / _PIPE_COOLS_S * (_PLANT_ROOM_C - now.charge_c)
        self._push_up(min(0.5, around.draw_lpm / 60.0 * dt_s / layer_l))
        self._circulate(dt_s, layer_l)
        self._cool_dhw_return(kw, dt_s)
        return kw

    def _push_down(self, share: float) -> None:
        now = self.state
        now.tank_bottom_c += share * (now.tank_middle_c - now.tank_bottom_c)
        now.tank_middle_c += share * (now.tank_top_c - now.tank_middle_c)
        now.tank_top_c += share * (now.charge_c - now.tank_top_c)

    def _push_up(self, share: float) -> None:
        now = self.state
        now.tank_top_c += share * (now.tank_middle_c - now.tank_top_c)
        now.tank_middle_c += share * (now.tank_bottom_c - now.tank_middle_c)
        now.tank_bottom_c += share * (_COLD_WATER_C - now.tank_bottom_c)

    def _circulate(self, dt_s: float, layer_l: float) -> None:
        """The hot-water circulation takes from the top and returns 5 K cooler to the middle."""
        now = self.state
        circulation_kw = 0.045 * self.design.flats
        layer_kwh_k = layer_l * KW_PER_M3H_KELVIN / 1000.0
        lost_k = circulation_kw * dt_s / 3600.0 / layer_kwh_k
        if now.tank_top_c > _PLANT_ROOM_C:
            now.tank_top_c -= 0.35 * lost_k
            now.tank_middle_c -= 0.65 * lost_k
        rises_k = 0.5 * max(0.0, now.tank_middle_c - now.tank_top_c)  # warm water does
        now.tank_top_c += rises_k
        now.tank_middle_c -= rises_k
        rises_k = 0.5 * max(0.0, now.tank_bottom_c - now.tank_middle_c)
        now.tank_middle_c += rises_k
        now.tank_bottom_c -= rises_k

    def _cool_dhw_return(self, kw: float, dt_s: float) -> None:
        now = self.state
        if now.dhw_flow_m3h > 0.002 * self._charging.network_m3h:
            leaving_c = now.supply_c - kw / (KW_PER_M3H_KELVIN * now.dhw_flow_m3h)
            now.dhw_return_c += min(1.0, dt_s / 20.0) * (leaving_c - now.dhw_return_c)
        else:
            now.dhw_return_c += dt_s / _PIPE_COOLS_S * (_PLANT_ROOM_C - now.dhw_return_c)

    def _leave(self, heat_kw: float, charge_kw: float, dt_s: float) -> None:
        """Mix both returns and let the heat meter count what it sees.

        The index is the sum of flow × spread × 1.163 kWh/(m³·K) over the steps,
        with the very flow and temperatures the meter shows (EN 1434-1).
        """
        now = self.state
        flow_m3h = now.flow_m3h
        if flow_m3h > 0.002 * self._heating.network_m3h:
            mixed_c = now.supply_c - (heat_kw + charge_kw) / (KW_PER_M3H_KELVIN * flow_m3h)
            now.return_c += min(1.0, dt_s / 15.0) * (mixed_c - now.return_c)
        else:
            now.return_c += dt_s / _PIPE_COOLS_S * (_PLANT_ROOM_C - now.return_c)
        now.return_c = min(
            now.return_c, now.supply_c
        )  # EN 1434: a meter never counts backwards
        now.power_kw = heat_power_kw(flow_m3h, now.supply_c, now.return_c)
        if self.meter_blind:  # power reads 0 and the energy index stands; volume goes on
            now.power_kw = 0.0
        now.counted_kwh += now.power_kw * dt_s / 3600.0
        now.counted_m3 += flow_m3h * dt_s / 3600.0


def _settle(value: float, target: float, share: float) -> float:
    """Return a first-order step towards ``target``, exactly there when close (no denormals)."""
    moved = value + share * (target - value)
    return target if abs(target - moved) < 1e-6 else moved  # noqa: PLR2004 - a drop an hour
