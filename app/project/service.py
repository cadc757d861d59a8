"""The project as screens and commands may ask for it: changes, versions and documents."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from time import monotonic

from app.asked import Version
from app.errors import PlantError
from app.model.alarm import AlarmRule
from app.model.crowd import Crowd
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.reading import DeviceId
from app.model.second import Danger
from app.model.version import PLANT, Thing, ThingKind
from app.project.changes import ChangeDesk
from app.project.config import PlantConfig
from app.project.opening import Project
from app.project.overtaken import clash_over
from app.project.pathservice import PathService
from app.project.thingcontent import Held, content_of_held
from app.verbs import Capability, Viewer, require_second, verb

_KIND: Mapping[type, ThingKind] = {
    LinkConfig: ThingKind.LINK,
    DeviceConfig: ThingKind.DEVICE,
    AlarmRule: ThingKind.RULE,
}
_SWITCHED = "in or out of service"


class ProjectService(PathService):
    """The configuration, its versions, and documents, a `ProjectVerbs`.

    Lives on the core's loop; the database work is done in the project's worker thread,
    one thing after the other. Every change is in the audit before it is saved.
    """

    def __init__(self, project: Project) -> None:
        """Read the present configuration, which blocks: before the loop is busy."""
        super().__init__(project, ChangeDesk(project))
        self._crowd = Crowd()

    @property
    def version(self) -> Version:
        """The newest version, for a later change to be made from."""
        return self._desk.present.version

    def watch(self, watcher: Callable[[PlantConfig], None]) -> Callable[[], None]:
        """Call ``watcher`` on the loop after every change; call the result to stop."""
        return self._desk.watch(watcher)

    @verb(Capability.EDIT_PROJECT, whole=True, reads=True)
    async def configuration(self, viewer: Viewer) -> PlantConfig:
        """Return the plant as it is configured now."""
        return self.config

    @verb(Capability.EDIT_GENERAL, whole=True)
    async def describe(
        self,
        viewer: Viewer,
        title: str | None = None,
        zone: str | None = None,
        utility: str | None = None,
        logo: str | None = None,
        options: Mapping[str, Option] | None = None,
        note: str = "",
        seen: int | None = None,
    ) -> None:
        """Change the plant's own fields; what is ``None`` stays as it is.

        Raises `Conflict` when they were changed after version ``seen``.
        """
        given = {
            "title": title, "zone": zone, "utility": utility, "logo": logo, "options": options,
        }  # fmt: skip
        wished = {name: value for name, value in given.items() if value is not None}

        def mutate(config: PlantConfig) -> PlantConfig:
            made = _described(config, wished)
            if seen is not None and made != config:
                self._require_seen(seen)
            return made

        await self._desk.change(viewer, "describe", "plant", note, mutate)

    @verb(Capability.EDIT_PROJECT, whole=True, danger=Danger.RESTORE)
    async def apply(
        self, viewer: Viewer, config: PlantConfig, expected_version: int, note: str = ""
    ) -> Version:
        """Put a whole configuration in place of the present one: an import, a bulk edit.

        Raises `Conflict` when the newest version is no longer ``expected_version``.
        """
        return await self._desk.change(
            viewer, "apply", "plant", note, lambda _old: config, expected_version
        )

    @verb(Capability.EDIT_DEVICES, of={"link": "link"})
    async def put_link(
        self,
        viewer: Viewer,
        link: LinkConfig,
        note: str = "",
        base: LinkConfig | None = None,
        expected_version: int | None = None,
    ) -> None:
        """Add a link, or change the one with its id, unless it is no longer as ``base``."""
        place = f"link {link.id}"

        def mutate(config: PlantConfig) -> PlantConfig:
            self._require_as(base, config.links.get(link.id), link)
            return config.with_link(link)

        await self._desk.change(viewer, "put_link", place, note, mutate, expected_version)

    @verb(Capability.EDIT_DEVICES, of={"device": "device"}, dangers=(Danger.BULK,))
    async def put_device(
        self,
        viewer: Viewer,
        device: DeviceConfig,
        note: str = "",
        base: DeviceConfig | None = None,
        expected_version: int | None = None,
    ) -> None:
        """Add a device, or change the one with its id, unless it is no longer as ``base``.

        Whoever adds one is given it where their rights reach no further: else they would
        lose sight of what they made.
        """
        place, known = f"device {device.id}", device.id in self.config.devices
        own = not known and not viewer.rights.whole(Capability.SEE_PLANT)
        switched = known and self.config.devices[device.id].enabled is not device.enabled
        if switched and self._crowd.is_many(viewer.login, _SWITCHED, device.id, monotonic()):
            require_second(viewer, Danger.BULK)

        def mutate(config: PlantConfig) -> PlantConfig:
            self._require_as(base, config.devices.get(device.id), device)
            return config.with_device(device)

        if own:
            await self._give(viewer, device.id, given=True)
        try:
            await self._desk.change(viewer, "put_device", place, note, mutate, expected_version)
        except PlantError:
            if own:
                await self._give(viewer, device.id, given=False)
            raise
        if switched:
            self._crowd.note(viewer.login, _SWITCHED, device.id, monotonic())

    @verb(Capability.EDIT_DEVICES, danger=Danger.REMOVE)
    async def remove_device(self, viewer: Viewer, device: DeviceId, note: str = "") -> None:
        """Take a device out of the plant, with its alarm rules; its history stays."""
        place = f"device {device}"
        await self._desk.change(
            viewer, "remove_device", place, note, lambda p: p.without_device(device)
        )

    @verb(Capability.EDIT_DEVICES, of={"link": "link"}, danger=Danger.REMOVE)
    async def remove_link(self, viewer: Viewer, link: LinkId, note: str = "") -> None:
        """Take a link out of the plant; `BadInput` while it serves a device."""
        place = f"link {link}"
        await self._desk.change(
            viewer, "remove_link", place, note, lambda p: p.without_link(link)
        )

    @verb(Capability.EDIT_RULES, of={"rule": "alarm rule"})
    async def put_rule(
        self,
        viewer: Viewer,
        rule: AlarmRule,
        note: str = "",
        base: AlarmRule | None = None,
        expected_version: int | None = None,
    ) -> None:
        """Add an alarm rule, or change the one with its id, unless no longer as ``base``."""
        place = f"alarm rule {rule.id}"

        def mutate(config: PlantConfig) -> PlantConfig:
            self._require_as(base, config.rules.get(rule.id), rule)
            return config.with_rule(rule)

        await self._desk.change(viewer, "put_rule", place, note, mutate, expected_version)

    @verb(Capability.EDIT_RULES, of={"rule": "alarm rule"})
    async def remove_rule(self, viewer: Viewer, rule: str, note: str = "") -> None:
        """Take an alarm rule out of the plant; its alarms stay in the journal."""
        place = f"alarm rule {rule}"
        await self._desk.change(
            viewer, "remove_rule", place, note, lambda p: p.without_rule(rule)
        )

    @verb(Capability.SEE_PLANT, whole=True)
    async def versions(self, viewer: Viewer) -> Sequence[Version]:
        """Return all versions, newest first."""
        return await self._desk.work(self._project.configuration.versions)

    @verb(Capability.SEE_PLANT, whole=True)
    async def difference(self, viewer: Viewer, older: int, newer: int) -> Sequence[str]:
        """Return one line a change between two versions."""
        return await self._desk.work(
            lambda: self._project.configuration.difference(older, newer)
        )

    @verb(Capability.EDIT_PROJECT, whole=True, danger=Danger.RESTORE)
    async def undo(self, viewer: Viewer) -> Version:
        """Take back the newest change not taken back yet, again and again if wished."""
        return await self._desk.save(
            viewer, "undo", "plant", lambda w: self._project.configuration.undo(viewer.name, w)
        )

    @verb(Capability.EDIT_PROJECT, whole=True, danger=Danger.RESTORE)
    async def redo(self, viewer: Viewer) -> Version:
        """Take back the newest undo."""
        return await self._desk.save(
            viewer, "redo", "plant", lambda w: self._project.configuration.redo(viewer.name, w)
        )

    @verb(Capability.EDIT_PROJECT, whole=True, danger=Danger.RESTORE)
    async def restore(self, viewer: Viewer, version: int) -> Version:
        """Make the plant as it was in ``version``; a change that can be taken back."""
        return await self._desk.save(
            viewer,
            "restore",
            "plant",
            lambda w: self._project.configuration.restore(viewer.name, version, w),
        )

    def _require_as(self, base: Held | None, now: Held | None, wished: Held) -> None:
        """Raise `Conflict` when a thing is neither as it was seen nor as it is wished."""
        if base is not None and now not in (base, wished):
            thing = Thing(_KIND[type(base)], base.id)
            raise clash_over(self._project, thing, content_of_held(base))

    def _require_seen(self, seen: int) -> None:
        """Raise `Conflict` when the plant's own fields changed after version ``seen``."""
        thing = Thing(ThingKind.PLANT, PLANT)
        known = self._project.stories.versions(thing)
        if known[0].number > seen:
            before = next((each.content for each in known if each.number <= seen), "")
            raise clash_over(self._project, thing, before)

    async def _give(self, viewer: Viewer, device: DeviceId, *, given: bool) -> None:
        give = self._project.accounts.give
        await self._desk.work(lambda: give(viewer.login, device, given=given))


def _described(plant: PlantConfig, wished: Mapping[str, object]) -> PlantConfig:
    return replace(plant, **wished)  # type: ignore[arg-type]  # names checked by the caller
