"""A heating central under an ECL Comfort 310: substation, controller, people and weather."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from drivers.simulators import weekprogram
from drivers.simulators.clocks import DeviceClock, utc_second
from drivers.simulators.customs import surroundings
from drivers.simulators.physics import (
    Commands,
    Substation,
    SubstationDesign,
    SubstationState,
    Surroundings,
)
from drivers.simulators.registers.a266 import SETTINGS
from drivers.simulators.regulator import (
    Memory,
    Mode,
    Orders,
    Regulator,
    Sensed,
    Status,
    is_comfort,
)
from drivers.simulators.settings import HeatingSettings, HotWaterSettings
from drivers.simulators.weather import Weather

RELAYS: Final = 6
MODE_PNUS: Final = (4201, 4202)
OVERRIDE_PNU: Final = 4066  # relay 1; 0 automatic, 1 off, 2 on
MANUAL_PNU: Final = 4026  # relay 1, set at the display; outranks the override
MBUS_BAUD_PNU: Final = 5997
MBUS_METER_PNUS: Final = (6000, 6050, 6100, 6150, 6200)
_FORCED: Final = {1: False, 2: True}
_WARM_UP_S: Final = 3600
_COARSE_S: Final = 10
_MOST_STEPS: Final = 20_000  # in one go: half a second; the rest follows at the next look
_MOST_CATCH_UP_S: Final = 7 * 24 * 3600  # longer gone: the water stood still meanwhile
_MINUTE_S: Final = 60
_YEAR_S: Final = 365.25 * 24 * 3600
_INDEX_SINCE_S: Final = 1_735_689_600  # 2025-01-01: a meter read again later has gone on


def start_registers() -> dict[int, int]:
    """Return every register with a memory, signed, as the simulation starts."""
    registers = {setting.pnu: setting.start for setting in SETTINGS}
    registers |= weekprogram.start_program(weekprogram.HEATING_BASE)
    registers |= weekprogram.start_program(weekprogram.HOT_WATER_BASE)
    registers |= dict.fromkeys(MODE_PNUS, int(Mode.SCHEDULED))
    registers |= dict.fromkeys((MBUS_BAUD_PNU, *MBUS_METER_PNUS), 0)
    registers |= {OVERRIDE_PNU + place: 0 for place in range(RELAYS)}
    registers |= {MANUAL_PNU + place: 0 for place in range(RELAYS)}
    return registers


class Central:
    """The whole central; `advance` brings it to a moment, registers steer it.

    Deterministic: the same seed, start and writes at the same simulated seconds
    give the same central. Runs on one thread.
    """

    def __init__(
        self,
        seed: int,
        weather: Weather,
        zone: ZoneInfo,
        start: datetime,
    ) -> None:
        self.seed = seed
        self.weather = weather
        self.zone = zone
        self.clock = DeviceClock(zone)
        self.registers = start_registers()
        self.forced: dict[int, float | None] = {}  # sensor number → °C, None: open
        self.commands = Commands()
        design = _design_at(seed, start)
        self.substation = Substation(design, SubstationState.of(seed, design))
        self.regulator = Regulator(
            HeatingSettings.of(self.registers), HotWaterSettings.of(self.registers), Memory()
        )
        self._second = int(start.timestamp()) - _WARM_UP_S
        self._look_around()
        self._warm_up(int(start.timestamp()))

    @property
    def at(self) -> datetime:
        """Return the simulated moment the central has reached."""
        return utc_second(self._second)

    @property
    def around(self) -> Surroundings:
        """Return weather, network and taps of the present minute."""
        return self._around

    def advance(self, to: datetime) -> None:
        """Let whole seconds pass until ``to``; far behind, it catches up over several calls."""
        until = int(to.timestamp())
        if until - self._second > _MOST_CATCH_UP_S or until < self._second - _MINUTE_S:
            self._second = until  # the computer slept for weeks, or its clock was set back
            self._look_around()
        for _ in range(min(_MOST_STEPS, max(0, until - self._second))):
            self._step(1)

    def settings_changed(self) -> None:
        """Take over the registers after a write."""
        self.regulator.heating = HeatingSettings.of(self.registers)
        self.regulator.hot_water = HotWaterSettings.of(self.registers)
        self._look_around()

    def sensed(self) -> Sensed:
        """Return what the connected sensors S1 … S6 say; None is an open one."""
        water = self.substation.state
        true = (
            self._around.outdoor_c,
            water.room_c,
            water.flow_c,
            water.tank_middle_c,
            water.heat_return_c,
            water.dhw_return_c,
        )
        if not self.forced:
            return Sensed(*true)
        return Sensed(*(self.forced.get(place, c) for place, c in enumerate(true, start=1)))

    def relay(self, number: int) -> bool:
        """Return whether relay 1 … 6 is drawn: by hand, else by override, else by the loops."""
        place = number - 1
        by_hand = _FORCED.get(self.registers[MANUAL_PNU + place])
        if by_hand is not None:
            return by_hand
        if Mode.MANUAL not in self._modes():
            forced = _FORCED.get(self.registers[OVERRIDE_PNU + place])
            if forced is not None:
                return forced
        memory = self.regulator.memory
        if number == 1:
            return memory.heat_pump
        if number == 2:  # noqa: PLR2004 - the second pump
            return memory.charge_pump
        return number == RELAYS and bool(self.regulator.alarms())

    def status(self, circuit: int) -> Status:
        """Return the status register of circuit 1 or 2."""
        orders_mode = self._modes()[circuit - 1]
        by_program = self._heat_comfort if circuit == 1 else self._dhw_comfort
        return Status.COMFORT if is_comfort(orders_mode, by_program) else Status.SAVING

    def kept(self) -> dict[str, Mapping[str, float]]:
        """Return what must survive a restart of the process."""
        return {
            "water": self.substation.state.kept(),
            "memory": self.regulator.memory.kept(),
            "registers": {str(pnu): raw for pnu, raw in self.registers.items()},
            "clock": {
                "second": self._second,
                "shift_s": self.clock.shift.total_seconds(),
                "summer_time": self.clock.summer_time,
            },
        }

    def revive(self, kept: Mapping[str, Mapping[str, float]], now: datetime) -> None:
        """Go on where `kept` left off; raises `BadInput` when it does not fit."""
        state = SubstationState.revived(dict(kept["water"]))
        memory = Memory.revived(kept["memory"])
        for pnu in self.registers:
            self.registers[pnu] = int(kept["registers"].get(str(pnu), self.registers[pnu]))
        clock = kept["clock"]
        self.clock.shift = timedelta(seconds=clock["shift_s"])
        self.clock.summer_time = bool(clock["summer_time"])
        self.substation.state, self.regulator.memory = state, memory
        self._second = int(clock["second"])
        self.settings_changed()
        until = int(now.timestamp())
        if until - self._second <= _MOST_CATCH_UP_S:
            while until - self._second > _MOST_STEPS:
                self._step(_COARSE_S)
        self.advance(now)

    def _modes(self) -> tuple[Mode, Mode]:
        heat, dhw = MODE_PNUS
        return Mode(self.registers[heat]), Mode(self.registers[dhw])

    def _warm_up(self, until: int) -> None:
        """Start as a central that has been running, not as cold iron."""
        while self._second < until:
            self._step(min(_COARSE_S, until - self._second))
        self.substation.state.counted_kwh = self.substation.state.counted_m3 = 0.0

    def _step(self, dt_s: int) -> None:
        orders = self._orders
        commands = self.regulator.step(self.sensed(), orders, float(dt_s))
        heat_pump, charge_pump = self.relay(1), self.relay(2)
        if (commands.heat_pump, commands.charge_pump) != (heat_pump, charge_pump):
            commands = replace(commands, heat_pump=heat_pump, charge_pump=charge_pump)
        self.commands = commands
        self.substation.step(self._around, commands, float(dt_s))
        before = self._second // _MINUTE_S
        self._second += dt_s
        if self._second // _MINUTE_S != before:
            self._look_around()

    def _look_around(self) -> None:
        """Once a minute: weather, network, taps, the week program."""
        at = utc_second(self._second // _MINUTE_S * _MINUTE_S)
        true_local = at.astimezone(self.zone).replace(tzinfo=None)
        around = surroundings(self.substation.design, self.weather, self.seed, at, true_local)
        outdoor_c = self.forced.get(1)
        self._around = around if outdoor_c is None else replace(around, outdoor_c=outdoor_c)
        shown = self.clock.local(at)
        self._heat_comfort = weekprogram.comfort_at(
            self.registers, weekprogram.HEATING_BASE, shown
        )
        self._dhw_comfort = weekprogram.comfort_at(
            self.registers, weekprogram.HOT_WATER_BASE, shown
        )
        heat_mode, dhw_mode = self._modes()
        self._orders = Orders(
            heat_mode=heat_mode,
            dhw_mode=dhw_mode,
            heat_comfort=self._heat_comfort,
            dhw_comfort=self._dhw_comfort,
            kills_bacteria=_kills_bacteria(self.registers, shown),
        )


def _design_at(seed: int, start: datetime) -> SubstationDesign:
    """Return the building of ``seed``, its meter's index grown to the date."""
    design = SubstationDesign.of(seed)
    years = max(0.0, start.timestamp() - _INDEX_SINCE_S) / _YEAR_S
    return replace(
        design,
        index_kwh=design.index_kwh + int(design.yearly_kwh * years),
        index_m3=design.index_m3 + int(design.yearly_kwh * years / 41.9),
    )


def _kills_bacteria(registers: Mapping[int, int], local: datetime) -> bool:
    """Tell whether the anti-bacteria hours run (days by bit, Monday first; half hours)."""
    if not registers[12122] >> local.weekday() & 1:
        return False
    begun_min = 60 * local.hour + local.minute - 30 * registers[12123]
    return 0 <= begun_min < registers[12124]
