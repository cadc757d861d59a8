"""Time that passes by itself: a loop whose clock jumps to the next timer, and a line on it.

Minutes of a slow line take as long as their computing does, and every bit of it lies where
the line's own clock says.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from drivers.links.mbus import Made, MbusLink
from drivers.mbus.asking import Timing
from drivers.mbusmaster import MbusMaster
from drivers.simulators.busserver import BusServer, LineSpeed
from drivers.simulators.wiredbus import WiredBus, seeded_meters

T = TypeVar("T")
BAUD = 2400
BEGAN = datetime(2026, 2, 3, 11, 0, tzinfo=UTC)


class _Jumping(selectors.DefaultSelector):
    """Passes the time it was asked to wait for without waiting."""

    passed_s = 0.0

    def select(self, timeout: float | None = None) -> list[Any]:
        ready = super().select(0)
        if not ready and timeout:
            self.passed_s += timeout
        return cast("list[Any]", ready)


def run_virtually(work: Coroutine[Any, Any, T]) -> tuple[T, float]:
    """Run to the end without waiting; return the result and the virtual seconds it took."""
    selector = _Jumping()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.passed_s  # type: ignore[method-assign]
    try:
        return loop.run_until_complete(work), selector.passed_s
    finally:
        loop.close()


class _Near(asyncio.Transport):
    """Hands bytes to the bus without a network between."""

    def __init__(self, server: BusServer) -> None:
        super().__init__()
        self._server = server

    def write(self, data: Any) -> None:
        asyncio.get_running_loop().call_soon(self._server.sent, bytes(data))

    def abort(self) -> None:
        """Nothing to end."""


class _Far(asyncio.Transport):
    """Hands the bus' bytes to the master."""

    def __init__(self, ear: asyncio.Protocol) -> None:
        super().__init__()
        self._ear = ear

    def write(self, data: Any) -> None:
        self._ear.data_received(bytes(data))


class VirtualLine:
    """A bus, its serial server and a master on the same virtual clock; make it inside a run."""

    def __init__(self, count: int, *, addressed: bool, seed: int = 3, baud: int = BAUD) -> None:
        loop = asyncio.get_running_loop()

        def now() -> datetime:
            return BEGAN + timedelta(seconds=loop.time())

        self.bus = WiredBus(seeded_meters(count, seed, baud, addressed=addressed), now)
        self.server = BusServer("near", 1, self.bus, seed, LineSpeed(baud, 1.0))

        async def dial(made: Made) -> asyncio.Transport:
            self.server.joined(_Far(made()))
            return _Near(self.server)

        timing = Timing(baud, 0.05)
        self.link = MbusLink("near", dial, timing, 3.0, now)
        self.master = MbusMaster(self.link)
