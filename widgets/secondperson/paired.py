"""Services as a screen asks them: what is refused to one alone, two are asked about."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, cast

from app.asked import Asked
from app.channel.wishes import wish
from app.errors import SecondPersonNeeded
from app.verbs import Viewer
from widgets.pairboard import PairBoard

_SERVICES = ("project", "people", "customers")


def paired(asked: Asked, board: PairBoard) -> Asked:
    """Return the same services, but what needs a second person waits for one.

    Whoever asks hears the answer as if there had been nobody else; the board's
    ``wanted`` tells the window to ask for the second person meanwhile.
    """
    doors = {name: _Paired(getattr(asked, name), name, board) for name in _SERVICES}
    return replace(asked, **cast("Any", doors))


class _Paired:
    def __init__(self, service: Any, name: str, board: PairBoard) -> None:
        self._service, self._name, self._board = service, name, board

    def __getattr__(self, verb: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._service, verb)

        async def asked(viewer: Viewer, *args: Any, **kwargs: Any) -> Any:
            try:
                return await method(viewer, *args, **kwargs)
            except SecondPersonNeeded:
                end: Future[Any] = Future()
                wanted = wish(f"{self._name}.{verb}", *args, **kwargs)
                self._board.wanted.emit(wanted, end)  # crosses to the screen's thread
                return await asyncio.wrap_future(end)

        return asked
