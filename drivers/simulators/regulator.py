"""What an ECL Comfort 310 with application A266.1 makes of its sensors.

Desired temperatures, two motor valves, two pumps, deviation alarms.
Where the published descriptions leave the algorithm open (the smoothing of the
return limit, when a tank charge starts and ends, alarm numbers) the choice made
here is this simulator's own and its comment says so.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import IntEnum

from app.errors import BadInput
from drivers.simulators.physics import Commands
from drivers.simulators.registers.a266 import CURVE_OUTDOOR_C
from drivers.simulators.settings import HeatingSettings, HotWaterSettings

_ROOM_BASE_C = 20.0  # the curve is drawn for this room temperature
_SHIFT_PER_SLOPE = 2.5  # a room set point 1 K higher lifts the flow by slope x 2.5 K
_BLIND_OUTDOOR_C = 0.0  # what is assumed outdoors while S1 is open
_CHARGE_OVER_K = 4.0  # the charge aims this far above the tank's set point, to get there


class Mode(IntEnum):
    """Registers 4201 and 4202."""

    MANUAL = 0
    SCHEDULED = 1
    COMFORT = 2
    SAVING = 3
    FROST = 4


class Status(IntEnum):
    """Registers 4211 and 4212."""

    SAVING = 0
    PRE_COMFORT = 1
    COMFORT = 2
    PRE_SAVING = 3


@dataclass(frozen=True, slots=True)
class Sensed:
    """What the sensors say, in °C; None is an open sensor."""

    outdoor_c: float | None  # S1
    room_c: float | None  # S2
    flow_c: float | None  # S3
    tank_c: float | None  # S4
    heat_return_c: float | None  # S5
    dhw_return_c: float | None  # S6


@dataclass(frozen=True, slots=True)
class Orders:
    """What people and the week program want at this moment."""

    heat_mode: Mode
    dhw_mode: Mode
    heat_comfort: bool  # by the week program
    dhw_comfort: bool
    kills_bacteria: bool  # the anti-bacteria hours run


@dataclass(slots=True)
class Memory:
    """What the controller remembers from step to step; plain numbers."""

    outdoor_filtered_c: float = 0.0
    filter_ready: bool = False
    cut_out: bool = False
    desired_flow_c: float = 40.0
    desired_dhw_c: float = 53.0
    heat_error_k: float = 0.0
    heat_debt_s: float = 0.0
    dhw_error_k: float = 0.0
    dhw_debt_s: float = 0.0
    heat_return_k: float = 0.0  # the return limit's say on the flow
    dhw_return_k: float = 0.0
    heat_post_run_s: float = 0.0
    dhw_post_run_s: float = 0.0
    charging: bool = False
    heat_pump: bool = False
    charge_pump: bool = False
    heat_alarm_s: float = 0.0
    dhw_alarm_s: float = 0.0

    def kept(self) -> dict[str, float]:
        """Return the memory as plain numbers."""
        return asdict(self)

    @classmethod
    def revived(cls, kept: Mapping[str, float]) -> "Memory":
        """Return a memory kept earlier; raises `BadInput` when a number is missing."""
        memory = cls()
        for each in fields(cls):
            if not isinstance(kept.get(each.name), int | float):
                raise BadInput(f"saved state: '{each.name}' is no number")
            setattr(memory, each.name, type(getattr(memory, each.name))(kept[each.name]))
        return memory


@dataclass(slots=True)
class Regulator:
    """The control loops of both circuits; pure arithmetic over `Memory`."""

    heating: HeatingSettings
    hot_water: HotWaterSettings
    memory: Memory

    def step(self, sensed: Sensed, orders: Orders, dt_s: float) -> Commands:
        """Look at the sensors and return what motors and pumps do for the next ``dt_s``.

        In manual mode of either circuit nothing is regulated and no frost is
        guarded against, in both circuits; the pumps stay as they are.
        """
        memory = self.memory
        if Mode.MANUAL in (orders.heat_mode, orders.dhw_mode):
            memory.heat_debt_s = memory.dhw_debt_s = 0.0
            return self._commands(0.0, 0.0)
        outdoor_c = _BLIND_OUTDOOR_C if sensed.outdoor_c is None else sensed.outdoor_c
        self._filter_outdoor(outdoor_c, dt_s)
        memory.desired_dhw_c = self._desired_dhw_c(sensed, orders, dt_s)
        dhw_motor_s = self._charge(sensed, orders, dt_s)
        memory.desired_flow_c = self._desired_flow_c(sensed, orders, outdoor_c, dt_s)
        heat_motor_s = self._mix(sensed, dt_s)
        self._run_heat_pump(outdoor_c, dt_s)
        self._watch(sensed, dt_s)
        return self._commands(heat_motor_s, dhw_motor_s)

    def _commands(self, heat_motor_s: float, dhw_motor_s: float) -> Commands:
        return Commands(
            heat_motor_s=heat_motor_s,
            dhw_motor_s=dhw_motor_s,
            heat_motor_run_s=self.heating.motor_run_s,
            dhw_motor_run_s=self.hot_water.motor_run_s,
            heat_pump=self.memory.heat_pump,
            charge_pump=self.memory.charge_pump,
        )

    def _filter_outdoor(self, outdoor_c: float, dt_s: float) -> None:
        """Heating cut-out follows a slow outdoor temperature, half a degree of hysteresis.

        The filter figure's unit is not published; minutes are taken.
        """
        memory = self.memory
        minutes = self.heating.cut_out_filter
        if not memory.filter_ready or minutes is None:
            memory.outdoor_filtered_c, memory.filter_ready = outdoor_c, True
        else:
            share = min(1.0, dt_s / (60.0 * minutes))
            memory.outdoor_filtered_c += share * (outdoor_c - memory.outdoor_filtered_c)
        limit_c = self.heating.cut_out_c
        if limit_c is None:
            memory.cut_out = False
        elif memory.cut_out:
            memory.cut_out = memory.outdoor_filtered_c > limit_c - 0.5
        else:
            memory.cut_out = memory.outdoor_filtered_c > limit_c

    def _desired_flow_c(
        self, sensed: Sensed, orders: Orders, outdoor_c: float, dt_s: float
    ) -> float:
        heating, memory = self.heating, self.memory
        comfort = is_comfort(orders.heat_mode, orders.heat_comfort)
        resting = heating.total_stop and not comfort
        if orders.heat_mode is Mode.FROST or memory.cut_out or resting:
            memory.heat_return_k = 0.0
            return heating.frost_c
        room_c = heating.room_comfort_c if comfort else saving_room_c(heating, outdoor_c)
        flow_c = curve_flow_c(heating.curve_c, outdoor_c)
        flow_c += (room_c - _ROOM_BASE_C) * heating.slope * _SHIFT_PER_SLOPE
        if sensed.room_c is not None:
            flow_c += room_influence_k(heating, room_c, sensed.room_c)
        flow_c = min(heating.max_c, max(heating.min_c, flow_c))
        memory.heat_return_k = _return_influence_k(
            memory.heat_return_k,
            sensed.heat_return_c,
            return_limit_c(heating, outdoor_c),
            heating.return_influence,
            heating.return_integrator_s,
            dt_s,
        )
        return min(heating.max_c, max(heating.min_c, flow_c + memory.heat_return_k))

    def _mix(self, sensed: Sensed, dt_s: float) -> float:
        heating, memory = self.heating, self.memory
        if sensed.flow_c is None or (heating.dhw_priority and memory.charging):
            memory.heat_debt_s = 0.0
            return -dt_s  # a valve nobody can judge closes
        error_k = memory.desired_flow_c - sensed.flow_c
        memory.heat_debt_s = _wish_s(
            memory.heat_debt_s, error_k, memory.heat_error_k, heating, dt_s
        )
        memory.heat_error_k = error_k
        motor_s, memory.heat_debt_s = _pulse(memory.heat_debt_s, heating.shortest_s, dt_s)
        return motor_s

    def _run_heat_pump(self, outdoor_c: float, dt_s: float) -> None:
        heating, memory = self.heating, self.memory
        wanted = memory.desired_flow_c > heating.pump_heat_c or outdoor_c < heating.pump_frost_c
        if wanted:
            memory.heat_post_run_s = heating.pump_post_run_s
        else:
            memory.heat_post_run_s = max(0.0, memory.heat_post_run_s - dt_s)
        memory.heat_pump = wanted or memory.heat_post_run_s > 0.0

    def _desired_dhw_c(self, sensed: Sensed, orders: Orders, dt_s: float) -> float:
        water, memory = self.hot_water, self.memory
        if orders.dhw_mode is Mode.FROST:
            memory.dhw_return_k = 0.0
            return water.frost_c
        comfort = is_comfort(orders.dhw_mode, orders.dhw_comfort)
        wanted_c = water.comfort_c if comfort else water.saving_c
        if orders.kills_bacteria and water.anti_bacteria_c is not None:
            wanted_c = max(wanted_c, water.anti_bacteria_c)
        memory.dhw_return_k = _return_influence_k(
            memory.dhw_return_k,
            sensed.dhw_return_c if memory.charging else None,
            water.return_limit_c,
            water.return_influence,
            water.return_integrator_s,
            dt_s,
        )
        return min(water.max_c, max(water.min_c, wanted_c + memory.dhw_return_k))

    def _charge(self, sensed: Sensed, orders: Orders, dt_s: float) -> float:
        """Charge the tank: from one neutral zone below the set point up to the set point.

        The start and stop of a charge are this simulator's own choice: the
        published A266.1 list has no start and stop difference.
        """
        water, memory = self.hot_water, self.memory
        tank_c, wanted_c = sensed.tank_c, memory.desired_dhw_c
        if tank_c is None:
            memory.charging = False
        elif memory.charging:
            memory.charging = tank_c < wanted_c
        elif tank_c < wanted_c - water.neutral_zone_k:
            memory.charging, memory.dhw_error_k = True, 0.0
        self._run_charge_pump(dt_s)
        if not memory.charging or tank_c is None:
            memory.dhw_debt_s = 0.0
            return -dt_s
        error_k = wanted_c + _CHARGE_OVER_K - tank_c
        memory.dhw_debt_s = _wish_s(memory.dhw_debt_s, error_k, memory.dhw_error_k, water, dt_s)
        memory.dhw_error_k = error_k
        motor_s, memory.dhw_debt_s = _pulse(memory.dhw_debt_s, water.shortest_s, dt_s)
        return motor_s

    def _run_charge_pump(self, dt_s: float) -> None:
        memory = self.memory
        if memory.charging:
            memory.dhw_post_run_s = self.hot_water.pump_post_run_s
        else:
            memory.dhw_post_run_s = max(0.0, memory.dhw_post_run_s - dt_s)
        memory.charge_pump = memory.charging or memory.dhw_post_run_s > 0.0

    def _watch(self, sensed: Sensed, dt_s: float) -> None:
        """Time how long a circuit has been off its desired temperature."""
        memory = self.memory
        off = self.heating.alarm.deviates(sensed.flow_c, memory.desired_flow_c)
        memory.heat_alarm_s = memory.heat_alarm_s + dt_s if off else 0.0
        off = self.hot_water.alarm.deviates(sensed.tank_c, memory.desired_dhw_c)
        memory.dhw_alarm_s = memory.dhw_alarm_s + dt_s if off else 0.0

    def alarms(self) -> tuple[int, ...]:
        """Return the numbers of the standing alarms.

        1 = heating flow, 2 = hot water off its desired temperature. The numbers
        are this simulator's own: those of A266.1 are not published.
        """
        memory = self.memory
        heat = memory.heat_alarm_s > self.heating.alarm.delay_s
        dhw = memory.dhw_alarm_s > self.hot_water.alarm.delay_s
        return tuple(number for number, stands in ((1, heat), (2, dhw)) if stands)


def is_comfort(mode: Mode, by_program: bool) -> bool:
    """Tell whether comfort holds: by the mode, or scheduled by the week program."""
    return mode is Mode.COMFORT or (mode is Mode.SCHEDULED and by_program)


def curve_flow_c(curve_c: tuple[float, ...], outdoor_c: float) -> float:
    """Return the flow temperature of the heat curve in °C, straight between its points."""
    outdoors = CURVE_OUTDOOR_C
    place = 0
    while place < len(outdoors) - 2 and outdoor_c > outdoors[place + 1]:
        place += 1
    share = (outdoor_c - outdoors[place]) / (outdoors[place + 1] - outdoors[place])
    if place == 0:
        share = max(0.0, share)  # colder than the coldest point: no hotter
    return curve_c[place] + share * (curve_c[place + 1] - curve_c[place])


def saving_room_c(heating: HeatingSettings, outdoor_c: float) -> float:
    """Return the room temperature wanted while saving, in °C.

    Auto saving lifts it as it gets colder: at 10 °C outdoors and above not at
    all, at the setting and below up to comfort.
    """
    weight = (10.0 - outdoor_c) / (10.0 - heating.auto_saving_c) if _auto(heating) else 0.0
    weight = min(1.0, max(0.0, weight))
    return heating.room_saving_c + weight * (heating.room_comfort_c - heating.room_saving_c)


def _auto(heating: HeatingSettings) -> bool:
    return heating.auto_saving_c < 10.0  # noqa: PLR2004 - the setting's upper end: no line left


def room_influence_k(heating: HeatingSettings, wanted_c: float, room_c: float) -> float:
    """Return what a too warm or too cold room adds to the flow, in K."""
    too_cold_k = wanted_c - room_c
    if too_cold_k < 0.0:
        return -too_cold_k * heating.room_influence_max * heating.slope
    return too_cold_k * heating.room_influence_min * heating.slope


def return_limit_c(heating: HeatingSettings, outdoor_c: float) -> float:
    """Return the highest return temperature at this outdoor temperature, in °C."""
    (warm_x, warm_y), (cold_x, cold_y) = heating.return_line
    if warm_x == cold_x:
        return warm_y
    share = min(1.0, max(0.0, (outdoor_c - cold_x) / (warm_x - cold_x)))
    return cold_y + share * (warm_y - cold_y)


def _return_influence_k(
    before_k: float,
    return_c: float | None,
    limit_c: float,
    influence: tuple[float, float],
    integrator_s: float | None,
    dt_s: float,
) -> float:
    """Return how the return limit moves the desired temperature, in K.

    Excess over the limit x factor, e.g. 2 K x −2.0 = −4 K. The integrator's
    exact law is not published: it works here as a smoothing twenty times as long.
    """
    if return_c is None or integrator_s is None:
        return 0.0
    over_k = return_c - limit_c
    target_k = over_k * influence[0] if over_k > 0.0 else -over_k * influence[1]
    return before_k + min(1.0, dt_s / (20.0 * integrator_s)) * (target_k - before_k)


def _wish_s(
    debt_s: float,
    error_k: float,
    error_before_k: float,
    loop: HeatingSettings | HotWaterSettings,
    dt_s: float,
) -> float:
    """Return the motor run still owed: PI control in its stepwise form, silent in the zone."""
    if abs(error_k) <= loop.neutral_zone_k / 2.0:
        return 0.0
    share = (error_k - error_before_k + error_k * dt_s / loop.tn_s) / loop.xp_k
    run_s = loop.motor_run_s
    return min(run_s, max(-run_s, debt_s + share * run_s))


def _pulse(debt_s: float, shortest_s: float, dt_s: float) -> tuple[float, float]:
    """Return the motor's run in this step and what stays owed; no pulse is shorter than set."""
    if abs(debt_s) < max(shortest_s, 0.4):
        return 0.0, debt_s
    run_s = min(dt_s, max(-dt_s, debt_s))
    return run_s, debt_s - run_s
