"""What a person may ask about their own session: to lock it, to open it, a short PIN."""

from typing import Protocol

from app.model.rights import Locked
from app.verbs import Viewer


class SessionVerbs(Protocol):
    """One's own session at this workstation; nobody asks about another's."""

    async def lock(self, viewer: Viewer, how: Locked) -> None:
        """Lock the session so far at least; what is locked further stays so."""
        ...

    async def unlock(self, viewer: Viewer, password: str) -> None:
        """Open a locked desk; writing stays as it was locked."""
        ...

    async def unlock_by_pin(self, viewer: Viewer, pin: str) -> None:
        """Open a locked desk by the PIN of this person at this workstation.

        `NotPermitted` for a wrong one, for the tenth wrong one with the PIN gone, and
        wherever the desk is not locked.
        """
        ...

    async def open_writing(self, viewer: Viewer, password: str) -> None:
        """Allow writing again; `NotPermitted` for a wrong password or a locked desk."""
        ...

    async def has_pin(self, viewer: Viewer) -> bool:
        """Whether this person may unlock by a PIN at this workstation."""
        ...

    async def set_pin(self, viewer: Viewer, password: str, pin: str) -> None:
        """Let this person unlock by ``pin`` here; `BadInput` for one easily guessed."""
        ...

    async def forget_pin(self, viewer: Viewer) -> None:
        """Take the PIN away; only the password unlocks from now on."""
        ...
