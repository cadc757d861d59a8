"""How a change of the project goes: aside from the loop, audited, saved, then made known."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol, TypeVar

from app.asked import Version
from app.errors import StoreBroken
from app.ports import Deed
from app.project.config import Mutate, PlantConfig
from app.project.configuration import Saved, Witness
from app.project.difference import differences, told_short
from app.project.opening import Project
from app.verbs import Viewer

_T = TypeVar("_T")


class Tell(Protocol):
    """Writes down whose deed it is, and its old, new, result and reason."""

    def __call__(self, entity: str, **what: str) -> None: ...


class ChangeDesk:
    """The one place where changes of a project are handled; lives on the core's loop."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._watchers: list[Callable[[PlantConfig], None]] = []
        self.present = project.configuration.current()

    def watch(self, watcher: Callable[[PlantConfig], None]) -> Callable[[], None]:
        """Call ``watcher`` after every change; call the result to stop."""
        self._watchers.append(watcher)
        return lambda: self._watchers.remove(watcher)

    async def reread(self) -> None:
        """Take in what was changed beside the versions: somebody's name was put out."""
        self.present = await self.work(self._project.configuration.current)
        for watcher in tuple(self._watchers):
            watcher(self.present.config)

    async def change(
        self,
        viewer: Viewer,
        name: str,
        entity: str,
        note: str,
        mutate: Mutate,
        expected_version: int | None = None,
    ) -> Version:
        """Save what ``mutate`` makes of the plant; see `Configuration.change`."""

        def work(witness: Witness) -> Saved:
            return self._project.configuration.change(
                viewer.name,
                note,
                mutate,
                expected_version=expected_version,
                witness=witness,
            )

        return await self.save(viewer, name, entity, work, note)

    async def save(
        self,
        viewer: Viewer,
        name: str,
        entity: str,
        work: Callable[[Witness], Saved],
        note: str = "",
    ) -> Version:
        """Do ``work`` aside, with its change in the audit before it is saved."""
        witness = witness_of(self._project, viewer, f"project.{name}", entity, note)
        saved = await self.deed(lambda: work(witness))
        if saved.version.number != self.present.version.number:
            self.present = saved
            for watcher in tuple(self._watchers):
                watcher(saved.config)
        return saved.version

    def audit(self, viewer: Viewer, verb_name: str, entity: str, **what: str) -> int:
        """Write down what a person is about to do; blocks, so call it from the worker."""
        return self._project.audit.append(**_deed(viewer, verb_name, entity, what))

    def note(self, viewer: Viewer, verb_name: str, entity: str, **what: str) -> None:
        """Write down what a person did, now or as soon as it can be; from the worker."""
        self._project.audit.keep(**_deed(viewer, verb_name, entity, what))

    @contextmanager
    def before(self, viewer: Viewer, verb_name: str) -> Iterator[Tell]:
        """Give what writes a deed down before it is committed; from the worker.

        What it raises takes the deed back. What was told and could not be committed is
        told to have failed.
        """
        told: list[tuple[str, dict[str, str]]] = []

        def tell(entity: str, **what: str) -> None:
            self.audit(viewer, verb_name, entity, **what)
            told.append((entity, what))

        try:
            yield tell
        except StoreBroken as error:
            for entity, what in told:
                ended = {**what, "result": "failed", "reason": str(error)}
                self.note(viewer, verb_name, entity, **ended)
            raise

    async def deed(self, work: Callable[[], _T]) -> _T:
        """Do what changes something, as `work`; `StoreBroken` while nothing may be changed."""

        def admitted() -> _T:
            self._project.audit.admit()
            return work()

        return await self.work(admitted)

    async def work(self, work: Callable[[], _T]) -> _T:
        """Do what blocks in the project's one worker thread."""
        return await asyncio.get_running_loop().run_in_executor(self._project.worker, work)


def witness_of(
    project: Project, viewer: Viewer, verb_name: str, entity: str, note: str = ""
) -> Witness:
    """Return who writes a change of the configuration into the audit before it is saved."""

    def witness(version: Version, old: PlantConfig, new: PlantConfig) -> None:
        what = {
            "old": f"version {version.number - 1}",
            "new": told_short(differences(old, new)),
            "result": f"version {version.number}",
            "reason": note,
        }
        project.audit.append(**_deed(viewer, verb_name, entity, what))

    return witness


def _deed(viewer: Viewer, verb_name: str, entity: str, what: Mapping[str, str]) -> Deed:
    return Deed(
        login=viewer.login,
        name=viewer.name,
        workstation=viewer.workstation,
        verb=verb_name,
        entity=entity,
        old=what.get("old", ""),
        new=what.get("new", ""),
        result=what.get("result", ""),
        reason=what.get("reason", ""),
    )
