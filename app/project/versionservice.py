"""Versions of single things as screens and commands may ask for them."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from app.errors import missing
from app.model.device import LinkId
from app.model.reading import DeviceId
from app.model.version import FILES, PLANT, SECOND, Thing, ThingKind, ThingStory, ThingVersion
from app.project.changes import ChangeDesk
from app.project.clash import clash
from app.project.opening import Project
from app.project.people import PeopleArchive
from app.project.stories import HELD
from app.project.thingcontent import content_of_preset
from app.project.whose import Whose
from app.verbs import Capability, Viewer, verb

_Stories = Mapping[str, Sequence[ThingVersion]]


class VersionService:
    """Fulfils `app.asked.VersionVerbs`; on the core's loop, its work aside."""

    def __init__(self, project: Project, desk: ChangeDesk) -> None:
        """``desk`` is where changes of the project are handled."""
        self._project, self._desk = project, desk
        self._whose = Whose(project, desk)
        self._people = PeopleArchive(project)

    async def devices_of(self, kind: str, named: object) -> Collection[DeviceId] | None:
        """Return which devices a thing is about, for `app.verbs`; None when there is none."""
        return await self._whose.devices_of(kind, named)

    @verb(Capability.KEEP_OWN)
    async def things(self, viewer: Viewer) -> Sequence[ThingStory]:
        """Return everything that is kept in versions and is the viewer's to see."""
        return await self._desk.work(lambda: list(self._told(viewer)))

    @verb(Capability.EDIT_GENERAL, whole=True, reads=True)
    async def of_plant(self, viewer: Viewer) -> Sequence[ThingVersion]:
        """Return the versions of the plant's name, time zone and letterhead."""
        return await self._held(Thing(ThingKind.PLANT, PLANT))

    @verb(Capability.SEE_PLANT)
    async def of_device(self, viewer: Viewer, device: DeviceId) -> Sequence[ThingVersion]:
        """Return the versions of a device."""
        return await self._held(Thing(ThingKind.DEVICE, device))

    @verb(Capability.SEE_PLANT, of={"link": "link"})
    async def of_link(self, viewer: Viewer, link: LinkId) -> Sequence[ThingVersion]:
        """Return the versions of a line."""
        return await self._held(Thing(ThingKind.LINK, link))

    @verb(Capability.SEE_ALARMS, of={"rule": "alarm rule"})
    async def of_rule(self, viewer: Viewer, rule: str) -> Sequence[ThingVersion]:
        """Return the versions of an alarm rule."""
        return await self._held(Thing(ThingKind.RULE, rule))

    @verb(Capability.MANAGE_USERS, reads=True)
    async def of_person(self, viewer: Viewer, login: str) -> Sequence[ThingVersion]:
        """Return the versions of a person's account."""
        return await self._desk.work(
            lambda: self._people.versions(Thing(ThingKind.PERSON, login))
        )

    @verb(Capability.MANAGE_USERS, reads=True)
    async def of_role(self, viewer: Viewer, role: str) -> Sequence[ThingVersion]:
        """Return the versions of a role."""
        return await self._desk.work(lambda: self._people.versions(Thing(ThingKind.ROLE, role)))

    @verb(Capability.MANAGE_USERS, reads=True)
    async def of_second_rules(self, viewer: Viewer) -> Sequence[ThingVersion]:
        """Return the versions of the rules for second persons."""
        thing = Thing(ThingKind.SECOND, SECOND)
        return await self._desk.work(lambda: self._people.versions(thing))

    @verb(Capability.KEEP_OWN)
    async def of_preset(self, viewer: Viewer, preset: str) -> Sequence[ThingVersion]:
        """Return the versions of one's own preset, or of one that is shared."""
        thing = Thing(ThingKind.PRESET, preset)

        def work() -> Sequence[ThingVersion]:
            now = self._project.desks.get(preset)
            if now is not None:
                self._project.archive.found(thing, content_of_preset(now))
            found = self._project.archive.versions(thing)
            if not _may_see(viewer, found):
                raise missing("preset", preset)
            return found

        return await self._desk.work(work)

    @verb(Capability.EDIT_PROJECT, whole=True, reads=True)
    async def of_profile(self, viewer: Viewer, name: str) -> Sequence[ThingVersion]:
        """Return the versions of a device profile of the project's own."""
        return await self._desk.work(
            lambda: self._project.own_files.versions(Thing(ThingKind.PROFILE, name))
        )

    @verb(Capability.EDIT_PROJECT, whole=True, reads=True)
    async def of_diagram(self, viewer: Viewer, name: str) -> Sequence[ThingVersion]:
        """Return the versions of a diagram of the project's own."""
        return await self._desk.work(
            lambda: self._project.own_files.versions(Thing(ThingKind.DIAGRAM, name))
        )

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def put_profile(
        self, viewer: Viewer, name: str, text: str, seen: int, note: str = ""
    ) -> ThingVersion:
        """Save a device profile of the project's own; it serves when the core next starts."""
        return await self._put(viewer, Thing(ThingKind.PROFILE, name), text, seen, note)

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def put_diagram(
        self, viewer: Viewer, name: str, text: str, seen: int, note: str = ""
    ) -> ThingVersion:
        """Save a diagram of the project's own."""
        return await self._put(viewer, Thing(ThingKind.DIAGRAM, name), text, seen, note)

    async def _held(self, thing: Thing) -> Sequence[ThingVersion]:
        found = await self._desk.work(lambda: self._project.stories.versions(thing))
        if not found:
            raise missing(thing.kind.value, thing.id)
        return found

    async def _put(
        self, viewer: Viewer, thing: Thing, text: str, seen: int, note: str
    ) -> ThingVersion:
        place = f"{thing.kind.value} {thing.id}"

        def work() -> ThingVersion:
            files = self._project.own_files
            files.look()
            known: Sequence[ThingVersion] = self._project.archive.versions(thing)
            newest = known[0] if known else ThingVersion(0, None, "", "", "")
            if newest.number != seen and newest.content != text:
                before = next((each.content for each in known if each.number == seen), "")
                raise clash(place, newest, before, self._desk.present.config.timezone)
            number = newest.number + (newest.content != text)
            with self._desk.before(viewer, f"versions.put_{thing.kind.value}") as tell:
                return files.put(
                    thing,
                    text,
                    viewer.name,
                    note,
                    lambda: tell(
                        place,
                        old=f"version {newest.number}",
                        result=f"version {number}",
                        reason=note,
                    ),
                )

        return await self._desk.deed(work)

    def _told(self, viewer: Viewer) -> Iterator[ThingStory]:
        for kind in HELD:
            sees = self._sight_of(viewer, kind)
            yield from (each for each in self._project.stories.all(kind) if sees(each.thing))
        kept: dict[ThingKind, _Stories] = {}
        if viewer.may(Capability.MANAGE_USERS):
            self._people.look()
            kept |= {
                kind: self._project.archive.stories(kind)
                for kind in (ThingKind.PERSON, ThingKind.ROLE, ThingKind.SECOND)
            }
        if viewer.rights.whole(Capability.EDIT_PROJECT):
            self._project.own_files.look()
            kept |= {kind: self._project.archive.stories(kind) for kind in FILES}
        kept[ThingKind.PRESET] = self._presets(viewer)
        for kind, stories in kept.items():
            for id_, versions in stories.items():
                yield _story(Thing(kind, id_), versions)

    def _presets(self, viewer: Viewer) -> _Stories:
        archive = self._project.archive
        for preset in self._project.desks.seen_by(viewer.login):
            archive.found(Thing(ThingKind.PRESET, preset.id), content_of_preset(preset))
        stories = archive.stories(ThingKind.PRESET)
        return {id_: each for id_, each in stories.items() if _may_see(viewer, each)}

    def _sight_of(self, viewer: Viewer, kind: ThingKind) -> Callable[[Thing], bool]:
        """Return whether things of a kind are the viewer's; gone ones are so to who sees all.

        The rights are looked at once, and not for each of ten thousand things.
        """
        rights = viewer.rights
        need = Capability.SEE_ALARMS if kind is ThingKind.RULE else Capability.SEE_PLANT
        whole = rights.whole(Capability.SEE_PLANT) and rights.whole(need)
        if kind is ThingKind.PLANT:
            whole = rights.whole(Capability.EDIT_GENERAL)
        if whole or kind is ThingKind.PLANT:
            return lambda _thing: whole
        if kind is ThingKind.DEVICE:
            return lambda thing: viewer.sees(DeviceId(thing.id))

        def sees(thing: Thing) -> bool:
            devices = self._whose.of_line_or_rule(thing)
            return bool(devices) and all(
                viewer.sees(each) and rights.may(need, each) for each in devices or ()
            )

        return sees


def _may_see(viewer: Viewer, versions: Sequence[ThingVersion]) -> bool:
    """Whether a preset is one's own, or shared as it stood last."""
    last = next((each for each in versions if not each.is_gone), None)
    if last is None:
        return False
    known = _known(last.content)
    shared = bool(known.get("shared")) and not versions[0].is_gone
    return shared or known.get("owner") == viewer.login


def _story(thing: Thing, versions: Sequence[ThingVersion]) -> ThingStory:
    newest = versions[0]
    last = next((each for each in versions if not each.is_gone), newest)
    known = {} if thing.kind in FILES else _known(last.content)
    name = str(known.get("name") or thing.id)
    sort = str(known.get("kind", "")) if thing.kind is ThingKind.PRESET else ""
    return ThingStory(
        thing, name, newest.at, newest.author, len(versions), newest.is_gone, sort
    )


def _known(content: str) -> Mapping[str, object]:
    try:
        known = json.loads(content)
    except ValueError:
        return {}
    return known if isinstance(known, dict) else {}
