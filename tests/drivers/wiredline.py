"""A bus of simulated meters behind a real TCP listener, and a master that is connected."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from drivers.links.mbus import MbusLink, dial_tcp
from drivers.mbus.asking import Timing
from drivers.mbusmaster import MbusMaster, Station
from drivers.simulators.busserver import BusServer, LineSpeed
from drivers.simulators.faults import Fault
from drivers.simulators.wiredbus import WiredBus, seeded_meters

BAUD = 2400


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class WiredLine:
    """Both ends of a line."""

    bus: WiredBus
    server: BusServer
    link: MbusLink
    master: MbusMaster

    def fault(self, *texts: str) -> None:
        """Let only these faults be in force."""
        self.server.faults.clear()
        for text in texts:
            self.server.faults.add(Fault.parsed(text))

    def station(self, primary: int, **more: float) -> Station:
        return Station(f"Meter {primary}", primary, **more)  # type: ignore[arg-type]

    def selected(self, place: int) -> Station:
        meter = self.bus.meters[place]
        return Station(f"Meter {meter.secondary.id}", secondary=meter.secondary)


@asynccontextmanager
async def wired_line(
    count: int = 6,
    *faults: str,
    addressed: bool = True,
    lapse: float = 0.0,
    network_s: float = 0.15,
    seed: int = 3,
    now: Callable[[], datetime] = clock,
    baud: int = BAUD,
) -> AsyncIterator[WiredLine]:
    """Serve a bus and connect to it; lapse 0 lets bytes take no time, the master's included."""
    bus = WiredBus(seeded_meters(count, seed, baud, addressed=addressed), now)
    server = BusServer("127.0.0.1", 0, bus, seed, LineSpeed(baud, lapse))
    await server.start([Fault.parsed(text) for text in faults])
    timing = Timing(baud, network_s, lapse or 1000.0)
    link = MbusLink(server.address, dial_tcp("127.0.0.1", server.port), timing, 3.0, clock)
    try:
        yield WiredLine(bus, server, link, MbusMaster(link))
    finally:
        await link.close()
        await server.stop()


def sent(link: MbusLink) -> Sequence[bytes]:
    """Return what the master put on the line, oldest first."""
    return [frame.data for frame in link.frames() if frame.sent]
