"""One's own session as screens may ask for it: locked, opened again, by a PIN as well."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import TypeVar
from weakref import WeakKeyDictionary

from app.errors import NotPermitted
from app.model.rights import Grant, Locked
from app.ports import Deed
from app.users.accounts import Accounts
from app.users.auditguard import GuardedAudit
from app.users.door import ENTITY, Door
from app.users.pins import Pins, require_pin
from app.verbs import Capability, Viewer, verb
from app.words import _

_T = TypeVar("_T")
_ORDER = tuple(Locked)  # each locks more than the one before
Confirm = Callable[[Viewer, str], Awaitable[None]]


class SessionService:
    """Locks and unlocks sessions, a `SessionVerbs`; on the core's loop, its work aside."""

    def __init__(
        self,
        accounts: Accounts,
        door: Door,
        pins: Pins,
        audit: GuardedAudit,
        confirm: Confirm,
        worker: Executor,
    ) -> None:
        """``confirm`` raises `NotPermitted` unless it is handed the viewer's password."""
        self._accounts, self._door, self._pins = accounts, door, pins
        self._audit, self._confirm, self._worker = audit, confirm, worker
        self._before: WeakKeyDictionary[Grant, Locked] = WeakKeyDictionary()

    @verb(Capability.KEEP_OWN)
    async def lock(self, viewer: Viewer, how: Locked) -> None:
        """Lock the session so far at least; what is locked further stays so."""
        grant = viewer.grant
        if _ORDER.index(how) <= _ORDER.index(grant.locked):
            return
        if how is Locked.DESK:
            self._before[grant] = grant.locked
        grant.locked = how
        if how is Locked.WRITING:
            await self._aside(lambda: self._note(viewer, "session.lock", how.value))
        elif how is Locked.DESK:
            await self._aside(lambda: self._note(viewer, "session.lock_desk", ""))

    @verb(Capability.KEEP_OWN)
    async def unlock(self, viewer: Viewer, password: str) -> None:
        """Open a locked desk; writing stays as it was locked."""
        await self._confirm(viewer, password)
        if self._open_desk(viewer):
            await self._aside(lambda: self._note(viewer, "session.unlock", ""))

    @verb(Capability.KEEP_OWN)
    async def unlock_by_pin(self, viewer: Viewer, pin: str) -> None:
        """Open a locked desk by the PIN of this person at this workstation.

        Raises `NotPermitted` for a wrong one, for the tenth wrong one with the PIN gone,
        and wherever the desk is not locked: it is good for nothing else.
        """
        if viewer.grant.locked is not Locked.DESK:
            raise NotPermitted(_("a PIN only unlocks a locked desk: use your password"))
        await self._aside(lambda: self._door.confirm_pin(viewer, pin, self._pins))
        self._open_desk(viewer)

    @verb(Capability.KEEP_OWN)
    async def open_writing(self, viewer: Viewer, password: str) -> None:
        """Allow writing again; `NotPermitted` for a wrong password or a locked desk."""
        self._require_desk(viewer)
        await self._confirm(viewer, password)
        self._require_desk(viewer)  # it may have been locked while the password was proved
        was, viewer.grant.locked = viewer.grant.locked, Locked.NOTHING
        if was is Locked.WRITING:
            await self._aside(lambda: self._note(viewer, "session.open_writing", was.value))

    @verb(Capability.KEEP_OWN)
    async def has_pin(self, viewer: Viewer) -> bool:
        """Whether this person may unlock by a PIN at this workstation."""
        return await self._aside(
            lambda: self._pins.is_set(
                viewer.login, self._accounts.person(viewer.login).password_at
            )
        )

    @verb(Capability.KEEP_OWN)
    async def set_pin(self, viewer: Viewer, password: str, pin: str) -> None:
        """Let this person unlock by ``pin`` here; `BadInput` for one easily guessed."""
        await self._confirm(viewer, password)

        def work() -> None:
            require_pin(pin)
            password_at = self._accounts.person(viewer.login).password_at
            self._audit.append(**self._deed(viewer, "session.set_pin", ""))
            self._pins.put(viewer.login, pin, password_at)

        await self._aside(work)

    @verb(Capability.KEEP_OWN)
    async def forget_pin(self, viewer: Viewer) -> None:
        """Take the PIN away; only the password unlocks from now on."""

        def work() -> None:
            if self._pins.forget(viewer.login):
                self._note(viewer, "session.forget_pin", "")

        await self._aside(work)

    def _require_desk(self, viewer: Viewer) -> None:
        if viewer.grant.locked is Locked.DESK:
            raise NotPermitted(_("the desk is locked: unlock it first"))

    def _open_desk(self, viewer: Viewer) -> bool:
        """Open the desk; returns whether it was locked."""
        if viewer.grant.locked is not Locked.DESK:
            return False
        viewer.grant.locked = self._before.pop(viewer.grant, Locked.NOTHING)
        return True

    def _note(self, viewer: Viewer, verb_name: str, new: str) -> None:
        """Write down what nothing may keep from happening, as soon as it can be written."""
        self._audit.keep(**self._deed(viewer, verb_name, new))

    @staticmethod
    def _deed(viewer: Viewer, verb_name: str, new: str) -> Deed:
        return Deed(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation,
            verb=verb_name,
            entity=ENTITY,
            new=new,
            result="done",
        )

    async def _aside(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)
