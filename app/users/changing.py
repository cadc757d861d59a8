"""How a change of people or roles goes: aside from the loop, audited, then in effect."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.database import before_commit
from app.errors import BadInput, Conflict, NotPermitted, StoreBroken
from app.model.person import Person
from app.model.refusal import Refusal
from app.model.rights import Role
from app.ports import AuditTrail, Deed
from app.users.accounts import Accounts
from app.verbs import Viewer

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Keeper(Protocol):
    """Who keeps the versions of people, roles and rules, named as the audit names them."""

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
        meant: object = None,
    ) -> _T:
        """Do what blocks aside, with an entry in the audit, then let it take effect.

        The entry is there before the change is: what a kill leaves is never without one.
        What was refused is told to who keeps refusals, so that it cannot flood the audit; of
        ``login``, if given, how they stood before. ``meant`` is the person or role as it
        shall be.
        """
        said = _Said(self._deed(viewer, name, entity), self._audit)

        def audited() -> _T:
            self._audit.admit()
            said.deed["old"] = self._before(login)
            self._keeper.found(entity)
            try:
                made = said.doing(self._accounts, work, told(meant), note)
            except Conflict as error:
                raise self._keeper.clash(entity) from error
            said.surely(told(made), note)
            self._keep(entity, viewer.name, note)
            return made

        return await self._effective(viewer, said, audited)

    async def rule(
        self,
        viewer: Viewer,
        name: str,
        entity: str,
        work: Callable[[], _T],
        old: Callable[[], str],
        new: str,
        note: str = "",
    ) -> _T:
        """Change a rule of the project; ``old`` is asked aside for how it read before."""
        said = _Said(self._deed(viewer, name, entity), self._audit)

        def audited() -> _T:
            self._audit.admit()
            said.deed["old"] = old()
            self._keeper.found(entity)
            made = said.doing(self._accounts, work, new, note)
            said.surely(new, note)
            self._keep(entity, viewer.name, note)
            return made

        return await self._effective(viewer, said, audited)

    async def _effective(self, viewer: Viewer, said: "_Said", audited: Callable[[], _T]) -> _T:
        """Do it aside and let it take effect; tell of its refusal who keeps refusals."""
        try:
            made = await self.aside(audited)
        except (Conflict, NotPermitted, BadInput) as error:
            viewer.grant.refused(said.refusal(self, str(error)))
            error.in_audit = True
            raise
        await self._changed()
        return made

    def _keep(self, entity: str, author: str, note: str) -> None:
        """Keep how they stand now; they do so whether or not that can be kept.

        Whoever looks at their versions next finds them as they are.
        """
        try:
            self._keeper.saved(entity, author, note)
        except StoreBroken as error:
            _log.warning("the version of %s could not be kept: %s", entity, error)

    async def aside(self, work: Callable[[], _T]) -> _T:
        """Do what blocks in the project's one worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def _before(self, login: str) -> str:
        try:
            return told(self._accounts.person(login)) if login else ""
        except BadInput:
            return ""

    @staticmethod
    def _deed(viewer: Viewer, name: str, entity: str) -> Deed:
        return Deed(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation,
            verb=name,
            entity=entity,
        )


@dataclass(slots=True)
class _Said:
    """What the audit is told of one change: before it is committed, or how else it ended."""

    deed: Deed
    audit: AuditTrail
    is_said: bool = False

    def doing(self, accounts: Accounts, work: Callable[[], _T], new: str, note: str = "") -> _T:
        """Do it, said as done before it is committed; what cannot be said is not done."""

        def say() -> None:
            self.audit.append(**self._done(new, note))
            self.is_said = True

        try:
            with before_commit(accounts.engine, say):
                return work()
        except StoreBroken as error:
            if self.is_said:
                self.ended("failed", str(error))
            raise

    def surely(self, new: str, note: str = "") -> None:
        """Say that it is done, where nothing had to be committed for it."""
        if not self.is_said:
            self.audit.keep(**self._done(new, note))

    def refusal(self, service: object, reason: str) -> Refusal:
        """Return that it was refused, and why."""
        deed = self.deed
        who = (deed["login"], deed["name"], deed["workstation"])
        old = deed.get("old", "")
        return Refusal(*who, service, "", deed["entity"], reason, called=deed["verb"], old=old)

    def ended(self, result: str, reason: str) -> None:
        """Say that nothing was changed, and why."""
        said = self.deed.copy()
        said["result"], said["reason"] = result, reason
        self.audit.keep(**said)

    def _done(self, new: str, note: str) -> Deed:
        said = self.deed.copy()
        said["result"], said["new"], said["reason"] = "done", new, note
        return said


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
