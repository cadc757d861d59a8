"""Keeps every line running: a driver that crashes is told of and started again, alone."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

LONGEST_PAUSE_S = 8.0
FIRST_PAUSE_S = 0.5
CALM_S = 60.0  # a line that ran this long starts its pauses anew
_log = logging.getLogger(__name__)


class Supervisor:
    """Tasks that must not die; lives on the core's loop.

    One of the named places that survive an unknown error: it logs it with its
    trace, waits (0.5 s, doubling to 8 s) and starts that task alone again.
    """

    def __init__(self, report: Callable[[str, Exception], None] | None = None) -> None:
        """``report`` hears of each crash: the task's name and the error."""
        self._report = report
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run ``work()`` under this name, its own, until it returns or `stop` is called."""
        task = asyncio.create_task(self._keep(name, work), name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda done: self._forget(name, done))

    async def stop(self, name: str) -> None:
        """End one task and wait for its clean-up."""
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def stop_all(self) -> None:
        """End every task at the same time."""
        await asyncio.gather(*(self.stop(name) for name in tuple(self._tasks)))

    def _tell(self, name: str, error: Exception) -> None:
        try:
            if self._report is not None:
                self._report(name, error)
        except Exception:  # noqa: BLE001 - the named supervisor: telling must end nothing
            _log.exception("the crash of %s could not be reported", name)

    def _forget(self, name: str, done: "asyncio.Task[None]") -> None:
        if self._tasks.get(name) is done:
            del self._tasks[name]

    async def _keep(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        loop = asyncio.get_running_loop()
        pause_s = FIRST_PAUSE_S
        while True:
            started_s = loop.time()
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - the named supervisor
                _log.exception("%s crashed; it starts again in %.1f s", name, pause_s)
                self._tell(name, error)
            else:
                return
            if loop.time() - started_s > CALM_S:
                pause_s = FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
