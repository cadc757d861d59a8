"""An ECL Comfort 310 with application A266.1 on Modbus TCP, over a living heating central.

Its manners are those of the real controller: one client at a time (a second is
accepted, then dropped), a link silent for 75 s is closed, a read that touches a
register the controller does not serve fails whole, 192.00 °C is an open sensor.

``set`` understands, on the control line: ``set s1 -5`` (a sensor shows −5 °C),
``set s2 open``, ``set s1 auto``; ``set relay1 on|off|auto`` (by hand at the
display); ``set alarm3 on|off|auto``; ``set 11180 215`` (a register, as somebody
at the display would change it).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from app.errors import BadInput
from app.ports import SimulatorType
from drivers.simulators.central import MANUAL_PNU, RELAYS, Central
from drivers.simulators.clocks import SimulatedTime, zone_of
from drivers.simulators.faults import ON_WIRES, FaultKind
from drivers.simulators.hosting import Steer, host, wall_clock
from drivers.simulators.options import ServerOptions, option
from drivers.simulators.pdu import RegisterBank
from drivers.simulators.registers.ecl310 import SENSORS, EclIdentity, EclRegisters
from drivers.simulators.weather import Weather, season_of

_T = TypeVar("_T")
_SERVICE_STATION = 254
_BROADCAST = 0
_HIGHEST_STATION = 247
_BY_HAND = {"auto": 0, "off": 1, "on": 2}
_ALARMS = 32


@dataclass(frozen=True, kw_only=True)
class Ecl310Options(ServerOptions):
    """How one simulated controller is set up."""

    unit: int = option(1, "station address, 1 to 247; 254 answers always")
    idle_close_s: float = option(75.0, "close a link silent for so long; 0 never", float)
    zone: str = option("Europe/Copenhagen", "time zone the controller's clock is set to")
    clock_offset_s: float = option(0.0, "how far the controller's clock is off", float)
    serial: int = option(0, "serial number; 0: from the seed")
    season: str = option("winter", "winter, spring, summer or calendar")
    weather_seed: int = option(1, "the town's weather; all its controllers share it")
    no_room_sensor: bool = option(False, "S2 is not connected")

    def check(self) -> None:
        super().check()
        if not 1 <= self.unit <= _HIGHEST_STATION:
            raise BadInput(f"--unit: {self.unit} is not between 1 and {_HIGHEST_STATION}")
        if not 0 <= self.serial < 1 << 32:
            raise BadInput(f"--serial: {self.serial} does not fit into two registers")
        season_of(self.season)
        zone_of(self.zone)


class Ecl310:
    """One controller with its central; lives on the loop's thread."""

    most_clients = 1
    first_number = 1
    gateway = False
    broadcasts = True

    def __init__(self, options: Ecl310Options, place: int, now: Callable[[], datetime]) -> None:
        seed = options.seed + place
        self._options = options
        self._wall = now
        self._time = SimulatedTime.starting(now, options.speed)
        self.central = Central(
            seed,
            Weather(options.weather_seed, season_of(options.season)),
            zone_of(options.zone),
            self._time(),
        )
        self.central.clock.shift = timedelta(seconds=options.clock_offset_s)
        if options.no_room_sensor:
            self.central.forced[2] = None
        serial = options.serial + place if options.serial else 0
        identity = EclIdentity.of(seed, serial, options.unit, options.host)
        self.registers = EclRegisters(self.central, identity, self.simulated_now)
        self.registers.on_written = self._written
        self.changed = False

    def simulated_now(self) -> datetime:
        """Return the moment in the simulation, UTC."""
        return self._time()

    def bank(self, unit: int) -> RegisterBank | None:
        if unit not in {self._options.unit, _SERVICE_STATION, _BROADCAST}:
            return None
        self.tick()
        return self.registers

    def tick(self) -> None:
        self.central.advance(self._time())

    def restarted(self) -> None:
        self.registers.restarted()

    def sensor_open(self, name: str, is_open: bool) -> None:
        number = _numbered(name, "s", SENSORS)
        if is_open:
            self.central.forced[number] = None
        else:
            self.central.forced.pop(number, None)

    def command(self, words: Sequence[str]) -> None:
        if len(words) != 2:  # noqa: PLR2004 - a name and a value
            raise BadInput("write 'set NAME VALUE', such as 'set s1 -5'")
        name, value = words[0].lower(), words[1].lower()
        if name.isdecimal():
            self._set_register(int(name), value)
        elif name.startswith("relay"):
            number = _numbered(name, "relay", RELAYS)
            self.registers.set_raw(MANUAL_PNU + number - 1, _choice(_BY_HAND, value))
        elif name.startswith("alarm"):
            self._force_alarm(_numbered(name, "alarm", _ALARMS), value)
        else:
            self._force_sensor(_numbered(name, "s", SENSORS), value)

    def status(self) -> str:
        return f"time {self._time().isoformat(timespec='seconds')}"

    def kept(self) -> Mapping[str, Any]:
        return self.central.kept()

    def revive(self, kept: Mapping[str, Any]) -> None:
        story = datetime.fromtimestamp(kept["clock"]["second"], self._wall().tzinfo)
        if self._options.speed != 1.0:
            self._time = SimulatedTime.starting(self._wall, self._options.speed, story)
        self.central.revive(kept, self._time())

    def _written(self) -> None:
        self.changed = True

    def _set_register(self, pnu: int, value: str) -> None:
        if pnu not in self.central.registers:
            raise BadInput(f"PNU {pnu} has no memory that could be set")
        try:
            self.registers.set_raw(pnu, int(value))
        except ValueError as error:
            raise BadInput(f"PNU {pnu}: {error}") from error

    def _force_alarm(self, number: int, value: str) -> None:
        if value == "auto":
            self.registers.forced_alarms.pop(number, None)
        else:
            self.registers.forced_alarms[number] = _choice({"on": True, "off": False}, value)

    def _force_sensor(self, number: int, value: str) -> None:
        if value == "auto":
            self.central.forced.pop(number, None)
        elif value == "open":
            self.central.forced[number] = None
        else:
            self.central.forced[number] = _figure(value)
        self.central.settings_changed()  # weather included


def _numbered(name: str, prefix: str, most: int) -> int:
    digits = name.lower().removeprefix(prefix)
    if not digits.isdecimal() or not 1 <= int(digits) <= most:
        raise BadInput(f"'{name}' is none of {prefix}1 to {prefix}{most}")
    return int(digits)


def _choice(choices: Mapping[str, _T], value: str) -> _T:
    if value not in choices:
        raise BadInput(f"'{value}' is none of {', '.join(choices)}")
    return choices[value]


def _figure(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise BadInput(f"'{value}' is no temperature") from None


async def serve(
    options: Ecl310Options,
    ready: Callable[[str], object],
    steer: Steer | None = None,
    now: Callable[[], datetime] = wall_clock,
) -> None:
    """Serve ``options.count`` controllers until cancelled or told to quit; see `host`."""
    options.check()
    devices = [Ecl310(options, place, now) for place in range(options.count)]
    await host("ecl310", devices, options, ready, steer)


_UNKNOWN = {FaultKind.UNIT_SILENT} | ON_WIRES

SIMULATOR = SimulatorType(
    kind="ecl310",
    summary="ECL Comfort 310, application A266.1, over a heating central (Modbus TCP)",
    faults=tuple(kind.value for kind in FaultKind if kind not in _UNKNOWN),
    serve=serve,
    options=Ecl310Options,
)
