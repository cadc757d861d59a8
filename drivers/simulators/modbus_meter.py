"""Heat and electricity meters on Modbus TCP, one or many behind one gateway address.

Models: ``multical`` (Kamstrup MULTICAL 403/603 over a heating central of its own),
``sdm630`` (Eastron, function 4), ``em24`` (Carlo Gavazzi EM24 E1).

``set`` understands, on the control line: ``set t1 open|auto`` (multical; fault
``sensor-open:t1`` does the same) and ``set l1 5000`` or ``set l1 auto`` (watts on
a phase of an electricity meter).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.errors import BadInput
from app.ports import SimulatorType
from drivers.simulators.central import Central
from drivers.simulators.clocks import SimulatedTime, zone_of
from drivers.simulators.electricity import PHASES, ElectricMeter
from drivers.simulators.faults import ON_WIRES, FaultKind
from drivers.simulators.hosting import Steer, host, wall_clock
from drivers.simulators.options import ServerOptions, option
from drivers.simulators.pdu import RegisterBank
from drivers.simulators.registers.meters import MeterRegisters, em24, multical, sdm630
from drivers.simulators.weather import Weather, season_of

_MOST_UNITS = 247
_HEAT = "multical"
_ELECTRIC: Mapping[str, Callable[[ElectricMeter], MeterRegisters]] = {
    "sdm630": sdm630,
    "em24": em24,
}


@dataclass(frozen=True, kw_only=True)
class ModbusMeterOptions(ServerOptions):
    """How one address with meters is set up."""

    model: str = option(_HEAT, "multical, sdm630 or em24")
    units: int = option(1, "so many meters behind this address, units 1, 2, 3 …")
    gateway_says: bool = option(False, "units not there get exception 11 instead of silence")
    zone: str = option("Europe/Copenhagen", "time zone people live by")
    season: str = option("winter", "winter, spring, summer or calendar")
    weather_seed: int = option(1, "the town's weather")
    pv_kw: float = option(0.0, "solar power on the roof of an electricity meter", float)

    def check(self) -> None:
        super().check()
        if self.model not in {_HEAT, *_ELECTRIC}:
            known = ", ".join((_HEAT, *_ELECTRIC))
            raise BadInput(f"--model: '{self.model}' is none of {known}")
        if not 1 <= self.units <= _MOST_UNITS:
            raise BadInput(f"--units: {self.units} is not between 1 and {_MOST_UNITS}")
        if not 0.0 <= self.pv_kw <= 1000.0:  # noqa: PLR2004
            raise BadInput(f"--pv-kw: {self.pv_kw} is not between 0 and 1000")
        season_of(self.season)
        zone_of(self.zone)


class _Meter(Protocol):
    """One meter behind the address."""

    bank: MeterRegisters

    def advance(self, to: datetime) -> None: ...

    def sensor_open(self, name: str, is_open: bool) -> None: ...

    def command(self, name: str, value: str) -> None: ...

    def kept(self) -> Mapping[str, Any]: ...

    def revive(self, kept: Mapping[str, Any], now: datetime) -> None: ...


class _HeatMeter:
    """A MULTICAL in a heating central that runs by itself."""

    def __init__(self, options: ModbusMeterOptions, seed: int, start: datetime) -> None:
        weather = Weather(options.weather_seed, season_of(options.season))
        self._central = Central(seed, weather, zone_of(options.zone), start)
        self._open: set[str] = set()
        self.bank = multical(self._central.substation, self._open)

    def advance(self, to: datetime) -> None:
        self._central.advance(to)

    def sensor_open(self, name: str, is_open: bool) -> None:
        if name not in {"t1", "t2"}:
            raise BadInput(f"'{name}' is neither t1 nor t2")
        if is_open:
            self._open.add(name)
        else:
            self._open.discard(name)
        self._central.substation.meter_blind = bool(self._open)

    def command(self, name: str, value: str) -> None:
        if value not in {"open", "auto"}:
            raise BadInput(f"'{value}' is neither open nor auto")
        self.sensor_open(name, value == "open")

    def kept(self) -> Mapping[str, Any]:
        return self._central.kept()

    def revive(self, kept: Mapping[str, Any], now: datetime) -> None:
        self._central.revive(kept, now)


class _ElectricityMeter:
    """An SDM630 or EM24 at a building's mains."""

    def __init__(self, options: ModbusMeterOptions, seed: int, start: datetime) -> None:
        weather = Weather(options.weather_seed, season_of(options.season))
        zone = zone_of(options.zone)
        self._meter = ElectricMeter(seed, weather, zone, start, options.pv_kw)
        self.bank = _ELECTRIC[options.model](self._meter)

    def advance(self, to: datetime) -> None:
        self._meter.advance(to)

    def sensor_open(self, name: str, is_open: bool) -> None:
        raise BadInput(f"an electricity meter has no sensor '{name}'")

    def command(self, name: str, value: str) -> None:
        digits = name.removeprefix("l")
        if not digits.isdecimal() or not 1 <= int(digits) <= PHASES:
            raise BadInput(f"'{name}' is none of l1 to l{PHASES}")
        if value == "auto":
            self._meter.forced.pop(int(digits), None)
        else:
            try:
                self._meter.forced[int(digits)] = float(value)
            except ValueError:
                raise BadInput(f"'{value}' is no power in W") from None
        self._meter.refresh()

    def kept(self) -> Mapping[str, Any]:
        return self._meter.kept()

    def revive(self, kept: Mapping[str, Any], now: datetime) -> None:
        self._meter.revive(kept, now)


class MeterGateway:
    """One address with one or many meters; lives on the loop's thread."""

    most_clients = 8
    first_number = 0
    broadcasts = False

    def __init__(
        self, options: ModbusMeterOptions, place: int, now: Callable[[], datetime]
    ) -> None:
        self.gateway = options.gateway_says
        self.changed = False
        self._options = options
        self._wall = now
        self._time = SimulatedTime.starting(now, options.speed)
        start, first = self._time(), options.seed + place * options.units
        made = _HeatMeter if options.model == _HEAT else _ElectricityMeter
        self._meters: list[_Meter] = [
            made(options, first + each, start) for each in range(options.units)
        ]

    def bank(self, unit: int) -> RegisterBank | None:
        if not 1 <= unit <= len(self._meters):
            return None
        meter = self._meters[unit - 1]
        meter.advance(self._time())
        return meter.bank

    def tick(self) -> None:
        for meter in self._meters:
            meter.advance(self._time())

    def restarted(self) -> None:
        """Indexes are kept without power; there is nothing to lose."""

    def sensor_open(self, name: str, is_open: bool) -> None:
        self.tick()
        for meter in self._meters:
            meter.sensor_open(name.lower(), is_open)

    def command(self, words: Sequence[str]) -> None:
        if len(words) != 2:  # noqa: PLR2004 - a name and a value
            raise BadInput("write 'set NAME VALUE', such as 'set l1 5000'")
        self.tick()
        for meter in self._meters:
            meter.command(words[0].lower(), words[1].lower())

    def status(self) -> str:
        return f"time {self._time().isoformat(timespec='seconds')}"

    def kept(self) -> Mapping[str, Any]:
        return {
            "story": self._time().timestamp(),
            "meters": [meter.kept() for meter in self._meters],
        }

    def revive(self, kept: Mapping[str, Any]) -> None:
        if len(kept["meters"]) != len(self._meters):
            raise BadInput(f"saved state: {len(kept['meters'])} meters")
        if self._options.speed != 1.0:
            story = datetime.fromtimestamp(kept["story"], self._wall().tzinfo)
            self._time = SimulatedTime.starting(self._wall, self._options.speed, story)
        for meter, each in zip(self._meters, kept["meters"], strict=True):
            meter.revive(each, self._time())


async def serve(
    options: ModbusMeterOptions,
    ready: Callable[[str], object],
    steer: Steer | None = None,
    now: Callable[[], datetime] = wall_clock,
) -> None:
    """Serve ``options.count`` addresses until cancelled or told to quit; see `host`."""
    options.check()
    devices = [MeterGateway(options, place, now) for place in range(options.count)]
    await host("modbus-meter", devices, options, ready, steer)


SIMULATOR = SimulatorType(
    kind="modbus-meter",
    summary="heat meter (multical) or electricity meter (sdm630, em24) on Modbus TCP",
    faults=tuple(kind.value for kind in FaultKind if kind not in ON_WIRES),
    serve=serve,
    options=ModbusMeterOptions,
)
