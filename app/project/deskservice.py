"""A person's desk as screens may ask for it, and the proof that it is still that person."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from app.asked import Preset
from app.errors import StoreBroken
from app.model.version import Thing, ThingKind
from app.project.assigning import GROUP
from app.project.clash import clash
from app.project.opening import Project
from app.project.thingcontent import content_of_preset
from app.verbs import Capability, Viewer, verb
from app.words import _

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class DeskService:
    """Preferences and presets, a `DeskVerbs`; on the core's loop, its work aside."""

    def __init__(
        self, project: Project, regrouped: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        """``regrouped`` hears that a group of devices is another one now."""
        self._project, self._regrouped = project, regrouped

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
    async def keep_preset(
        self, viewer: Viewer, preset: Preset, base: Preset | None = None, note: str = ""
    ) -> Preset:
        """Add a preset or change one's own; returns it with its id and owner.

        Raises `Conflict` when it is no longer as ``base``. What others see is audited, and
        what has a ``note``.
        """

        def work() -> Preset:
            before = self._require_as(base, preset)
            if note or preset.shared or (before is not None and before.shared):
                self._audit(viewer, "desk.keep_preset", preset.name, note)
            kept = self._project.desks.keep_preset(viewer.login, preset)
            thing = Thing(ThingKind.PRESET, kept.id)
            content = content_of_preset(kept)
            self._version(thing, content, viewer.name, note)
            return kept

        kept = await self._aside(work)
        if kept.kind == GROUP and self._regrouped is not None:
            await self._regrouped()
        return kept

    @verb(Capability.KEEP_OWN)
    async def remove_preset(self, viewer: Viewer, preset: str) -> None:
        """Remove one of one's own presets."""

        def work() -> None:
            thing = Thing(ThingKind.PRESET, preset)
            before = self._note_found(preset)
            if before is not None and before.shared and before.owner == viewer.login:
                self._audit(viewer, "desk.remove_preset", before.name)
            self._project.desks.remove_preset(viewer.login, preset)
            self._version(thing, "", viewer.name, "")

        await self._aside(work)
        if self._regrouped is not None:
            await self._regrouped()

    @verb(Capability.KEEP_OWN)
    async def confirm_password(self, viewer: Viewer, password: str) -> None:
        """Raise `NotPermitted` unless it is the viewer's password.

        Wrong ones count like those of any other place: the project's door holds back who
        tries too many.
        """
        await self._aside(lambda: self._project.door.confirm(viewer, password))

    def _require_as(self, base: Preset | None, wished: Preset) -> Preset | None:
        """Raise `Conflict` when a preset changed since ``base`` was seen; return how it is."""
        now = self._note_found(wished.id)
        if base is None:
            return now
        seen, present = content_of_preset(base), "" if now is None else content_of_preset(now)
        if present not in (seen, content_of_preset(replace(wished, owner=base.owner))):
            newest = self._project.archive.versions(Thing(ThingKind.PRESET, base.id))[0]
            zone = self._project.configuration.current().config.timezone
            raise clash(_("“{name}”").format(name=base.name), newest, seen, zone)
        return now

    def _version(self, thing: Thing, content: str, author: str, note: str) -> None:
        """Keep how a preset stands now, which it does whether or not that can be kept."""
        try:
            self._project.archive.saved(thing, content, author, note)
        except StoreBroken as error:
            _log.warning("the version of preset %s could not be kept: %s", thing.id, error)

    def _note_found(self, preset: str) -> Preset | None:
        now = self._project.desks.get(preset) if preset else None
        if now is not None:
            thing = Thing(ThingKind.PRESET, preset)
            self._project.archive.found(thing, content_of_preset(now))
        return now

    def _audit(self, viewer: Viewer, verb: str, name: str, note: str = "") -> None:
        self._project.audit.admit()
        self._project.audit.append(
            login=viewer.login,
            name=viewer.name,
            workstation=viewer.workstation,
            verb=verb,
            entity=f"preset {name}",
            result="done",
            reason=note,
        )

    async def _aside(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._project.worker, work)
