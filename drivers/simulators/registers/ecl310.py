"""The registers an ECL Comfort 310 with application A266.1 serves, and those it does not.

Served is what published descriptions name for this controller; any other
number fails, and with it the whole read. What a write to a read-only register
is answered with is not published: exception 2 is given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from ipaddress import IPv4Address

from drivers.simulators import weekprogram
from drivers.simulators.central import (
    MANUAL_PNU,
    MBUS_BAUD_PNU,
    MBUS_METER_PNUS,
    MODE_PNUS,
    RELAYS,
    Central,
)
from drivers.simulators.clocks import CLOCK_PNUS
from drivers.simulators.pdu import (
    ILLEGAL_ADDRESS,
    ILLEGAL_VALUE,
    READ_HOLDING,
    READ_INPUT,
    WRITE_SINGLE,
    Refusal,
)
from drivers.simulators.registers.a266 import SETTINGS, curve_points_c
from drivers.simulators.registers.table import signed, unsigned
from drivers.simulators.regulator import Mode
from drivers.simulators.weather import unit_noise

SENSOR_OPEN = 19200  # 192.00 °C
SENSORS = 16
_COLDEST_C, _HOTTEST_C = -60.0, 150.0
_NOISE_C = 0.03
_ALARMS = 32
_SLOPE, _CURVE = 11175, 11400
_COMMAND, _SUMMER_TIME, _WINK = 1, 10198, 2097
_MBUS_COMMAND, _MBUS_STATE = 5998, 5999
_HIGHEST_RELAY = 2  # automatic, off, on
_HIGHEST = {MBUS_BAUD_PNU: 3} | dict.fromkeys(MBUS_METER_PNUS, 250)
_MBUS_INIT, _MBUS_SCANNING, _MBUS_IDLE = 1, 2, 3
_INIT_TAKES = timedelta(seconds=8)
_SCAN_TAKES = timedelta(minutes=12)
_CLEAR_LOG = 2


@dataclass(frozen=True, slots=True)
class EclIdentity:
    """What the controller says of itself."""

    serial: int
    station: int  # PNU 38, the Modbus address
    address: IPv4Address
    produced: int  # PNU 2099: year − 2000 in the high byte, week in the low one

    @classmethod
    def of(cls, seed: int, serial: int, station: int, host: str) -> "EclIdentity":
        """Return the identity that belongs to ``seed``; a serial of 0 follows from it too."""
        own = 400_000 + int(500_000 * unit_noise(seed, 401))
        year, week = 18 + int(8 * unit_noise(seed, 402)), 1 + int(52 * unit_noise(seed, 403))
        return cls(serial or own, station, IPv4Address(host), year << 8 | week)

    def registers(self) -> dict[int, int]:
        """Return the identity registers, PNU → raw."""
        octets = self.address.packed
        network = dict(
            zip(range(278, 290), (*octets, *octets[:3], 1, 255, 0, 0, 0), strict=True)
        )
        return network | {
            8: 12214,  # software build
            19: 3040,  # code number 087H3040
            34: ord("A") << 8 | 2,
            35: 2 << 8 | 45,
            36: self.serial >> 16,
            37: self.serial & 0xFFFF,
            38: self.station,
            258: 1,  # fixed address
            2060: ord("A"),
            2061: 266,
            2062: 1,
            2063: 8 << 8,
            2099: self.produced,
        }


class EclRegisters:
    """The register bank of one controller over its heating central."""

    functions = frozenset({READ_HOLDING, READ_INPUT, WRITE_SINGLE})
    most_registers = 123

    def __init__(
        self, central: Central, identity: EclIdentity, now: Callable[[], datetime]
    ) -> None:
        self.central = central
        self.forced_alarms: dict[int, bool] = {}
        self.on_written: Callable[[], None] = lambda: None
        self._now = now
        self._settings = {setting.pnu: setting for setting in SETTINGS}
        self._program = frozenset(
            (
                *weekprogram.program_pnus(weekprogram.HEATING_BASE),
                *weekprogram.program_pnus(weekprogram.HOT_WATER_BASE),
            )
        )
        self._fixed = _silent_registers() | identity.registers()
        self._live = self._live_registers()
        self._mode_before = [Mode.SCHEDULED, Mode.SCHEDULED]
        self._wink_until = self._mbus_until = now()
        self._mbus_doing = _MBUS_IDLE

    def read(self, function: int, address: int, count: int) -> Sequence[int]:
        """Return the words; functions 3 and 4 see the same registers."""
        return [self._word(pnu) for pnu in range(address + 1, address + 1 + count)]

    def write(self, address: int, word: int) -> None:
        pnu = address + 1
        raw = signed(word)
        if pnu in CLOCK_PNUS:
            if not self.central.clock.accept(pnu, word, self._now()):
                raise Refusal(ILLEGAL_VALUE, f"PNU {pnu}: no such date or time with {word}")
            self.central.settings_changed()
        elif pnu in self.central.registers and not self._is_manual(pnu):
            self._check(pnu, raw)
            self._set(pnu, raw)
        else:
            self._special(pnu, word)
        self.on_written()

    def set_raw(self, pnu: int, raw: int) -> None:
        """Change a register as somebody at the display would, without a range check."""
        self._set(pnu, raw)
        self.on_written()

    def restarted(self) -> None:
        """Power came back: nothing blinks, the M-Bus starts afresh."""
        self._wink_until = self._now()
        self._begin_mbus(_MBUS_INIT)

    def _word(self, pnu: int) -> int:
        live = self._live.get(pnu)
        if live is not None:
            return unsigned(live())
        raw = self.central.registers.get(pnu)
        if raw is None:
            raw = self._fixed.get(pnu)
        if raw is None:
            raise Refusal(ILLEGAL_ADDRESS, f"PNU {pnu} is not served")
        return unsigned(raw)

    def _check(self, pnu: int, raw: int) -> None:
        setting = self._settings.get(pnu)
        if setting is not None:
            fits = setting.accepts(raw)
        elif pnu in self._program:
            fits = weekprogram.is_time_of_day(raw)
        elif pnu in MODE_PNUS:
            fits = 0 <= raw <= max(Mode)
        else:
            fits = 0 <= raw <= _HIGHEST.get(pnu, _HIGHEST_RELAY)
        if not fits:
            raise Refusal(ILLEGAL_VALUE, f"PNU {pnu}: {raw} is out of range")

    def _set(self, pnu: int, raw: int) -> None:
        registers = self.central.registers
        if pnu in MODE_PNUS:
            self._set_mode(MODE_PNUS.index(pnu), Mode(raw))
        else:
            registers[pnu] = raw
        if pnu in MBUS_METER_PNUS:
            self._begin_mbus(_MBUS_INIT)
        if pnu == _SLOPE:
            for place, flow_c in enumerate(curve_points_c(raw / 10)):
                registers[_CURVE + place] = flow_c
        self.central.settings_changed()

    def _set_mode(self, place: int, mode: Mode) -> None:
        """Manual is for all circuits at once; leaving it gives the other its mode back."""
        registers = self.central.registers
        modes = [Mode(registers[pnu]) for pnu in MODE_PNUS]
        if Mode.MANUAL not in modes:
            self._mode_before = list(modes)
        elif mode is not Mode.MANUAL:
            modes = list(self._mode_before)
        modes[place] = mode
        if mode is Mode.MANUAL:
            modes = [Mode.MANUAL, Mode.MANUAL]
        for pnu, each in zip(MODE_PNUS, modes, strict=True):
            registers[pnu] = int(each)

    def _special(self, pnu: int, word: int) -> None:
        if pnu == _COMMAND:
            if word != _CLEAR_LOG:
                raise Refusal(ILLEGAL_VALUE, f"PNU 1: command {word} is not known")
        elif pnu == _SUMMER_TIME:
            if word not in {0, 1}:
                raise Refusal(ILLEGAL_VALUE, f"PNU {pnu}: {word} is neither 0 nor 1")
            self.central.clock.summer_time = bool(word)
        elif pnu == _WINK:
            self._wink_until = self._now() + timedelta(seconds=word)
        elif pnu == _MBUS_COMMAND:
            if word > _MBUS_SCANNING:
                raise Refusal(ILLEGAL_VALUE, f"PNU {pnu}: command {word} is not known")
            if word:
                self._begin_mbus(word)
        else:
            raise Refusal(ILLEGAL_ADDRESS, f"PNU {pnu} is not there to be written")

    def _begin_mbus(self, doing: int) -> None:
        self._mbus_doing = doing
        self._mbus_until = self._now() + (
            _SCAN_TAKES if doing == _MBUS_SCANNING else _INIT_TAKES
        )

    def _is_manual(self, pnu: int) -> bool:
        return MANUAL_PNU <= pnu < MANUAL_PNU + RELAYS

    def _live_registers(self) -> dict[int, Callable[[], int]]:
        central = self.central
        live: dict[int, Callable[[], int]] = {
            1024: lambda: self._alarm_bits() >> 16,
            1025: lambda: self._alarm_bits() & 0xFFFF,
            _COMMAND: lambda: 0,
            _WINK: self._wink_left_s,
            3999: self._output_bits,
            4211: lambda: int(central.status(1)),
            4212: lambda: int(central.status(2)),
            _MBUS_COMMAND: lambda: 0,
            _MBUS_STATE: self._mbus_state,
            _SUMMER_TIME: lambda: int(central.clock.summer_time),
            11201: lambda: self._sensor(1),
            11202: lambda: self._sensor(2),
            11253: lambda: round(100 * central.regulator.memory.desired_flow_c),
        }
        for place in range(RELAYS):
            live[4000 + place] = partial(_bit, self._output_bits, place)
            live[4006 + place] = partial(_bit, self._output_bits, RELAYS + place)
        for place in range(_ALARMS):
            live[1040 + place] = partial(_bit, self._alarm_bits, place)
        for place in range(SENSORS):
            live[10201 + place] = partial(self._sensor, place + 1)
        for pnu in CLOCK_PNUS:
            live[pnu] = partial(self._clock, pnu)
        return live

    def _sensor(self, number: int) -> int:
        """Return a sensor in hundredths of a degree; Pt1000 inputs flicker a little."""
        central = self.central
        if number in central.forced:
            temperature_c = central.forced[number]
        else:
            sensed = central.sensed()
            connected = (
                sensed.outdoor_c,
                sensed.room_c,
                sensed.flow_c,
                sensed.tank_c,
                sensed.heat_return_c,
                sensed.dhw_return_c,
            )
            temperature_c = connected[number - 1] if number <= len(connected) else None
            if temperature_c is not None:
                tick = int(self._now().timestamp()) // 5
                flicker = 2.0 * unit_noise(central.seed, 404, number, tick) - 1.0
                temperature_c += _NOISE_C * flicker
        if temperature_c is None or not _COLDEST_C <= temperature_c <= _HOTTEST_C:
            return SENSOR_OPEN
        return round(100 * temperature_c)

    def _output_bits(self) -> int:
        commands = self.central.commands
        triacs = (
            commands.heat_motor_s > 0,
            commands.heat_motor_s < 0,
            commands.dhw_motor_s > 0,
            commands.dhw_motor_s < 0,
        )
        bits = sum(1 << place for place, on in enumerate(triacs) if on)
        for number in range(1, RELAYS + 1):
            bits |= int(self.central.relay(number)) << 5 + number
        return bits

    def _alarm_bits(self) -> int:
        standing = set(self.central.regulator.alarms())
        standing |= {number for number, on in self.forced_alarms.items() if on}
        standing -= {number for number, on in self.forced_alarms.items() if not on}
        return sum(1 << number - 1 for number in standing)

    def _clock(self, pnu: int) -> int:
        return self.central.clock.register(pnu, self._now())

    def _mbus_state(self) -> int:
        return self._mbus_doing if self._now() < self._mbus_until else _MBUS_IDLE

    def _wink_left_s(self) -> int:
        return max(0, int((self._wink_until - self._now()).total_seconds()))


def _bit(bits: Callable[[], int], place: int) -> int:
    return bits() >> place & 1


def _silent_registers() -> dict[int, int]:
    """Return registers that are there, with nothing connected behind them."""
    empty = [
        *range(2100, 2136),  # extension modules: none
        *range(4012, 4026),  # among them ECA 32 outputs 4016-4018: none
        *range(4213, 4217),
    ]
    return dict.fromkeys(empty, 0)
