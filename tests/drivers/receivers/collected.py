"""What a receiver hands on, for tests that wait for it."""

import asyncio
from collections.abc import Callable
from itertools import repeat

from drivers.receivers.receiver import Outlet
from drivers.wireless.caught import Caught


class Collected:
    """Takes lines and rows, and tells when the way stood and what was wrong."""

    def __init__(self, secret: str = "") -> None:
        self.lines: list[bytes] = []
        self.rows: list[Caught] = []
        self.faults: list[str] = []
        self.keeps = True  # what was taken outlives a power cut
        self.up = asyncio.Event()
        self.came = asyncio.Event()
        self.outlet = Outlet(
            self.take, self.up.set, lambda: secret, self.faults.append, self.settled
        )

    async def take(self, line: bytes | Caught) -> None:
        if isinstance(line, Caught):
            self.rows.append(line)
        elif line:
            self.lines.append(line)
        self.came.set()

    async def settled(self) -> bool:
        return self.keeps

    async def wait_for(self, count: int) -> list[bytes]:
        async with asyncio.timeout(10):
            while len(self.lines) < count:
                self.came.clear()
                await self.came.wait()
        return self.lines

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            for _look in repeat(None):
                if holds():
                    return
                await asyncio.sleep(0.01)
