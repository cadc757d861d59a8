"""Who may speak next on a line that carries one question at a time: writes go first."""

import asyncio
from collections import deque
from types import TracebackType


class Turns:
    """Hands the line from one question to the next, in order of arrival, writes first.

    Use it as ``async with turns.urgent():`` or ``async with turns.patient():``. A
    question cancelled while it waits leaves the order of the others as it was.
    """

    def __init__(self) -> None:
        self._taken = False
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()
        self._urgent_turn = _Turn(self, self._urgent)
        self._patient_turn = _Turn(self, self._patient)

    def urgent(self) -> "_Turn":
        """Return the turn of a write."""
        return self._urgent_turn

    def patient(self) -> "_Turn":
        """Return the turn of a read."""
        return self._patient_turn

    @property
    def taken(self) -> bool:
        """Whether a question is under way."""
        return self._taken

    @property
    def waiting(self) -> int:
        """How many questions wait for the line."""
        return len(self._urgent) + len(self._patient)

    async def take(self, queue: deque[asyncio.Future[None]]) -> None:
        """Wait until the line is ours."""
        if not self._taken:
            self._taken = True
            return
        mine = asyncio.get_running_loop().create_future()
        queue.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self.leave()  # the line was handed to us in the moment we gave up
            elif mine in queue:
                queue.remove(mine)
            raise

    def leave(self) -> None:
        """Hand the line to the next question, if one waits."""
        for queue in (self._urgent, self._patient):
            while queue:
                heir = queue.popleft()
                if not heir.done():
                    heir.set_result(None)
                    return
        self._taken = False


class _Turn:
    """The ``async with`` of one kind of question."""

    def __init__(self, turns: Turns, queue: deque[asyncio.Future[None]]) -> None:
        self._turns = turns
        self._queue = queue

    async def __aenter__(self) -> None:
        await self._turns.take(self._queue)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._turns.leave()
