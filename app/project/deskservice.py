"""A person's desk as screens may ask for it, and the proof that it is still that person."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from app.asked import Preset
from app.errors import NotPermitted
from app.project.assigning import GROUP
from app.project.opening import Project
from app.verbs import Capability, Viewer, verb

_T = TypeVar("_T")
FIRST_WAIT_S = 1.0  # after a wrong password; doubled with each further one
LONGEST_WAIT_S = 30.0


class DeskService:
    """Preferences and presets, a `DeskVerbs`; on the core's loop, its work aside."""

    def __init__(
        self, project: Project, regrouped: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """``regrouped`` hears that a group of devices is another one now."""
        self._project, self._regrouped = project, regrouped
        self._wrong: dict[str, int] = {}  # login → wrong passwords in a row
        self._doors: dict[str, asyncio.Lock] = {}

    @verb(Capability.KEEP_OWN)
    async def preferences(self, viewer: Viewer) -> Mapping[str, str]:
        """Return one's own preferences, JSON texts by key."""
        return await self._aside(lambda: self._project.desks.preferences(viewer.login))

    @verb(Capability.KEEP_OWN)
    async def keep_preference(self, viewer: Viewer, key: str, value: str) -> None:
        """Keep a preference; an empty ``value`` takes it away."""
        await self._aside(lambda: self._project.desks.keep_preference(viewer.login, key, value))

    @verb(Capability.KEEP_OWN)
    async def presets(self, viewer: Viewer, kind: str) -> Sequence[Preset]:
        """Return one's own presets and the shared ones, by name."""
        return await self._aside(lambda: self._project.desks.presets(viewer.login, kind))

    @verb(Capability.KEEP_OWN)
    async def keep_preset(self, viewer: Viewer, preset: Preset) -> Preset:
        """Add a preset or change one's own; returns it with its id and owner."""
        kept = await self._aside(lambda: self._project.desks.keep_preset(viewer.login, preset))
        if kept.kind == GROUP and self._regrouped is not None:
            await self._regrouped()
        return kept

    @verb(Capability.KEEP_OWN)
    async def remove_preset(self, viewer: Viewer, preset: str) -> None:
        """Remove one of one's own presets."""
        await self._aside(lambda: self._project.desks.remove_preset(viewer.login, preset))
        if self._regrouped is not None:
            await self._regrouped()

    @verb(Capability.KEEP_OWN)
    async def confirm_password(self, viewer: Viewer, password: str) -> None:
        """Raise `NotPermitted` unless it is the viewer's password.

        Each wrong one makes the next answer wait longer, one question at a time, so
        that nobody finds a password by trying at an open screen.
        """
        async with self._doors.setdefault(viewer.login, asyncio.Lock()):
            wrong = self._wrong.get(viewer.login, 0)
            if wrong:
                await asyncio.sleep(min(FIRST_WAIT_S * 2 ** (wrong - 1), LONGEST_WAIT_S))
            try:
                await self._aside(lambda: self._project.door.confirm(viewer, password))
            except NotPermitted:
                self._wrong[viewer.login] = wrong + 1
                raise
            self._wrong.pop(viewer.login, None)

    async def _aside(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._project.worker, work)
