"""Who waits for the screen comes first: polling begins nothing new for a moment."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

PAGE_S = 0.3  # polling waits so long for a page at most, and goes on for as long afterwards
START_S = 3.0  # and so long for a plant that is being opened
_LOOK_S = 0.02
_TOGETHER, _APART_S = 4, 0.005  # lines that waited go on: so many at once, so far apart


class Courtesy:
    """Lets the lines of a core wait while a window of the same process opens a page.

    Python runs one thread at a time: a plant of thousands of devices keeps its core's
    thread at work, and a page that takes 0.15 s by itself took three times as long. A poll
    that is under way goes on; the next begins a moment later. What was asked for by
    somebody (a write, a reading on demand) and meters that speak by themselves never wait.

    `begin` and `end` may be called by any thread, `passed` on the core's loop.
    """

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._begun_s = self._until_s = self._again_s = 0.0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._waking: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Ask polling to wait: until `end`, 0.3 s at most.

        Somebody who leafs through pages leaves the lines half of the time: no new wait
        begins before they had as long as the one before took.
        """
        now_s = self._now_s()
        if now_s >= max(self._again_s, self._until_s):
            self._begun_s, self._until_s = now_s, now_s + PAGE_S
            self._again_s = self._until_s + PAGE_S

    def begin_start(self) -> None:
        """Ask polling to wait while a plant is opened: until `end`, 3 s at most."""
        self._begun_s = self._now_s()
        self._until_s = self._begun_s + START_S

    def end(self) -> None:
        """Let polling go on; nothing to do when it does."""
        now_s = self._now_s()
        if now_s < self._until_s:
            self._again_s = now_s + min(now_s - self._begun_s, PAGE_S)
            self._until_s = now_s

    async def passed(self) -> None:
        """Return once nobody waits for the screen, at once when nobody does."""
        if not self._is_asked():
            return
        waits: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waits)
        if self._waking is None or self._waking.done():
            self._waking = asyncio.create_task(self._wake(), name="lines that gave way")
        await waits

    async def _wake(self) -> None:
        """Look for all who wait: a thousand lines that looked themselves would be the load."""
        while self._waiting:
            await asyncio.sleep(_LOOK_S if self._is_asked() else _APART_S)
            for _each in range(0 if self._is_asked() else min(_TOGETHER, len(self._waiting))):
                waits = self._waiting.popleft()
                if not waits.done():  # its line was ended meanwhile
                    waits.set_result(None)

    def _is_asked(self) -> bool:
        return self._now_s() < self._until_s
