"""A loop of its own beside the core's, for a library that must watch sockets by itself.

On Windows the core's loop cannot do that (`asyncio.ProactorEventLoop` has no ``add_reader``).
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from typing import Any

from drivers.receivers.receiver import Outlet, Take
from drivers.wireless.caught import Caught


async def beside(work: Callable[[Outlet], Coroutine[Any, Any, None]], outlet: Outlet) -> None:
    """Let ``work`` run on a loop in a thread of its own; what it raises is raised here.

    Its outlet hands everything over to this loop, where ``outlet`` lives, and waits while
    there is no room. Who cancels this cancels the work, and waits for its end.
    """
    home, loop = asyncio.get_running_loop(), asyncio.SelectorEventLoop()
    ended = home.create_future()
    far = replace(
        outlet,
        take=_taking(home, outlet.take),
        up=lambda: _tell(home, outlet.up),
    )
    task = loop.create_task(work(far))

    def over() -> None:
        if not ended.done():
            ended.set_result(None)

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(asyncio.wait([task]))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.run_until_complete(loop.shutdown_default_executor())
        finally:
            loop.close()
            _tell(home, over)

    Thread(target=run, name="receiver", daemon=True).start()
    try:
        await asyncio.shield(ended)
    except asyncio.CancelledError:
        with suppress(RuntimeError):  # it has just ended by itself
            loop.call_soon_threadsafe(task.cancel)
        await ended
        raise
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error


def _taking(home: asyncio.AbstractEventLoop, take: Take) -> Take:
    async def taken(line: bytes | Caught) -> None:
        await take(line)

    async def over(line: bytes | Caught) -> None:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(taken(line), home))

    return over


def _tell(home: asyncio.AbstractEventLoop, what: Callable[[], object]) -> None:
    with suppress(RuntimeError):  # nobody is left to be told
        home.call_soon_threadsafe(what)
