"""What may be asked of a second person, a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.second import PairRequest, Wish
from app.verbs import Viewer


class PairVerbs(Protocol):
    """Wishes that nobody carries out alone: asked for, confirmed by another, carried out."""

    async def ask(self, viewer: Viewer, wishes: Sequence[Wish], reason: str) -> PairRequest:
        """Ask for a second person; nothing is done until one confirms."""
        ...

    async def waiting(self, viewer: Viewer) -> Sequence[PairRequest]:
        """Return one's own requests and those one may confirm, the newest first.

        Those that are over stay for a while, so that it is heard what became of them.
        """
        ...

    async def confirm(
        self, viewer: Viewer, request: str, login: str, password: str
    ) -> PairRequest:
        """Let it be done: by one's own login and password, or at the desk of who asked.

        It has begun when this returns; `waiting` tells how it ended.
        """
        ...

    async def withdraw(self, viewer: Viewer, request: str) -> PairRequest:
        """Take back one's own request, or decline another's."""
        ...
