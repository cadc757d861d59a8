"""A bus of wired M-Bus meters behind a serial server: raw bytes over TCP.

With ``--pty`` the bus hangs on a pseudo-terminal instead, which programs open as the serial
port of a level converter; the meters hear what is said at their own rate only.

Heat, water and electricity meters by turns, numbered by seed. Primary addresses count
1, 2, 3 …; with ``--fresh`` all have 0, as they come from their makers.

``set`` understands, on the control line: ``set info ID BITS`` (the info code of a heat
meter), ``set silent ID on|off`` (a meter that was taken off the bus), ``set vanish ID on``
(one that carries the next command out and is silent from then on) and ``set rate ID BAUD``.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import BadInput
from app.ports import SimulatorType
from drivers.mbus.asking import CI_BAUD, LAST_PRIMARY
from drivers.simulators.busserver import SUPPORTED, BusServer, LineSpeed
from drivers.simulators.busterminal import BusTerminal
from drivers.simulators.hosting import Steer, host_behind, wall_clock
from drivers.simulators.options import ServerOptions, option
from drivers.simulators.wiredbus import WiredBus, seeded_meters
from drivers.simulators.wiredvalues import HeatValues

_FASTEST_LAPSE = 10_000.0
_MOST_SHIFT_MIN = 24 * 60


@dataclass(frozen=True, kw_only=True)
class MbusOptions(ServerOptions):
    """How a bus is set up."""

    units: int = option(20, "so many meters on the bus, up to 250")
    fresh: bool = option(False, "all meters have the primary address 0")
    valves: bool = option(False, "heat meters have a valve (sample commands of our own)")
    clock_min: int = option(60, "the meters' clocks are so many minutes ahead of UTC")
    pty: bool = option(False, "serve a pseudo-terminal instead of TCP (not on Windows)")
    baud: int = option(2400, "the rate the meters and the serial server speak at")
    lapse: float = option(
        1.0, "the line is so many times faster than its baud rate; 0: bytes take no time", float
    )

    def check(self) -> None:
        super().check()
        if self.pty and sys.platform == "win32":
            raise BadInput("--pty: Windows has no pseudo-terminals")
        if not 1 <= self.units <= LAST_PRIMARY:
            raise BadInput(f"--units: {self.units} is not between 1 and {LAST_PRIMARY}")
        if abs(self.clock_min) > _MOST_SHIFT_MIN:
            raise BadInput(f"--clock-min: {self.clock_min} is more than a day")
        if self.baud not in CI_BAUD:
            known = ", ".join(str(each) for each in CI_BAUD)
            raise BadInput(f"--baud: {self.baud} is none of {known}")
        if not 0.0 <= self.lapse <= _FASTEST_LAPSE:
            raise BadInput(f"--lapse: {self.lapse} is not between 0 and {_FASTEST_LAPSE:g}")


def bus_of(options: MbusOptions, place: int, now: Callable[[], datetime]) -> WiredBus:
    """Return the bus of the options, the ``place``-th of several."""
    seed = options.seed + place
    meters = seeded_meters(options.units, seed, options.baud, addressed=not options.fresh)
    for meter in meters:
        meter.clock_shift = timedelta(minutes=options.clock_min)
        if options.valves and isinstance(meter.values, HeatValues):
            meter.values.valve = False
    return WiredBus(meters, now, options.speed)


async def serve(
    options: MbusOptions,
    ready: Callable[[str], object],
    steer: Steer | None = None,
    now: Callable[[], datetime] = wall_clock,
) -> None:
    """Serve ``options.count`` buses until cancelled or told to quit; see `host_behind`."""
    options.check()
    buses = [bus_of(options, place, now) for place in range(options.count)]
    speed = LineSpeed(options.baud, options.lapse)

    def listen(where: str, port: int, place: int) -> BusServer:
        kind = BusTerminal if options.pty else BusServer
        return kind(where, port, buses[place], options.seed + place, speed)

    await host_behind("mbus", buses, options, ready, steer, listen)


SIMULATOR = SimulatorType(
    kind="mbus",
    summary="a bus of wired M-Bus meters (heat, water, electricity), TCP or a serial port",
    faults=tuple(kind.value for kind in SUPPORTED),
    serve=serve,
    options=MbusOptions,
)
