"""How a change of people or roles goes: aside from the loop, audited, then in effect."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from typing import Protocol, TypeVar

from app.errors import BadInput, Conflict, NotPermitted
from app.model.person import Person
from app.model.rights import Role
from app.ports import AuditTrail
from app.users.accounts import Accounts
from app.verbs import Viewer

_T = TypeVar("_T")


class Keeper(Protocol):
    """Who keeps the versions of people and roles, named as the audit names them; blocks."""

    def found(self, entity: str) -> None:
        """Note how somebody stands before they are changed."""
        ...

    def saved(self, entity: str, author: str, note: str) -> None:
        """Keep how they stand now."""
        ...

    def clash(self, entity: str) -> Conflict:
        """Return what the second of two is told who change the same."""
        ...


class Changing:
    """The one place where people's rights are changed; lives on the core's loop."""

    def __init__(
        self,
        accounts: Accounts,
        audit: AuditTrail,
        worker: Executor,
        changed: Callable[[], Awaitable[None]],
        keeper: Keeper,
    ) -> None:
        """``changed`` is awaited after every change: rights may be others now."""
        self._keeper = keeper
        self._accounts, self._audit = accounts, audit
        self._worker, self._changed = worker, changed

    async def change(
        self,
        viewer: Viewer,
        name: str,
        entity: str,
        work: Callable[[], _T],
        login: str = "",
        note: str = "",
    ) -> _T:
        """Do what blocks aside, with an entry in the audit, then let it take effect.

        The audit has what was refused, too; of ``login``, if given, how they stood before.
        """

        def audited() -> _T:
            self._audit.admit()
            old = self._before(login)
            self._keeper.found(entity)
            try:
                made = work()
            except Conflict as error:
                told_whole = self._keeper.clash(entity)
                self._write(
                    viewer, name, entity, result="refused", reason=str(told_whole), old=old
                )
                raise told_whole from error
            except (NotPermitted, BadInput) as error:
                self._write(viewer, name, entity, result="refused", reason=str(error), old=old)
                raise
            self._write(
                viewer, name, entity, result="done", new=told(made), old=old, reason=note
            )
            self._keeper.saved(entity, viewer.name, note)
            return made

        made = await self.aside(audited)
        await self._changed()
        return made

    async def rule(
        self, viewer: Viewer, name: str, entity: str, work: Callable[[], tuple[_T, str, str]]
    ) -> _T:
        """Change a rule of the project; ``work`` returns it with old and new in words."""

        def audited() -> _T:
            self._audit.admit()
            try:
                made, old, new = work()
            except (Conflict, NotPermitted, BadInput) as error:
                self._write(viewer, name, entity, result="refused", reason=str(error))
                raise
            self._write(viewer, name, entity, result="done", old=old, new=new)
            return made

        made = await self.aside(audited)
        await self._changed()
        return made

    async def aside(self, work: Callable[[], _T]) -> _T:
        """Do what blocks in the project's one worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def _before(self, login: str) -> str:
        try:
            return told(self._accounts.person(login)) if login else ""
        except BadInput:
            return ""

    def _write(self, viewer: Viewer, name: str, entity: str, **what: str) -> None:
        self._audit.keep(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation,
            verb=name,
            entity=entity,
            **what,
        )


def told(made: object) -> str:
    """Return what the audit says of a person or role."""
    if isinstance(made, Person):
        given = [*made.devices, *made.areas, *made.groups]
        words = [made.name, made.role, *([f"given {', '.join(given)}"] if given else [])]
        if made.is_guest:
            words.append("guest")
        if made.ended:
            words.append(f"ended: {made.ended}")
        return "; ".join(words)
    if isinstance(made, Role):
        cells = (f"{cap.value}={scope.value}" for cap, scope in made.cells.items())
        return f"{made.name}, rank {made.rank}: {', '.join(cells)}"
    return ""
