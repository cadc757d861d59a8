"""Versions of things in memory, as a page asks for them."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from app.errors import Conflict, missing
from app.model.device import LinkId
from app.model.reading import DeviceId
from app.model.version import PLANT, SECOND, Thing, ThingKind, ThingStory, ThingVersion
from app.verbs import Viewer
from tests.fakes.smallplant import NOON

DEVICE = Thing(ThingKind.DEVICE, "ahornvej-14")
ROLE = Thing(ThingKind.ROLE, "basic")
OF_THE_PLANT = {
    "title": "Østerby Fjernvarme",
    "zone": "Europe/Copenhagen",
    "utility": "Østerby Fjernvarme",
    "logo": "",
    "options": {"address": "Værkvej 2, 6000 Kolding"},
}
PROFILE = Thing(ThingKind.PROFILE, "house.meter.yaml")


def some_versions() -> Mapping[Thing, Sequence[ThingVersion]]:
    """Return the versions of a device, a role and a profile, newest first."""
    device = {
        "id": "ahornvej-14",
        "name": "Ahornvej 14",
        "area": "Nordby",
        "link": "gw-1",
        "unit": 14,
        "profile": "danfoss.ecl310",
        "enabled": True,
        "serial": "",
        "options": {},
    }
    lines = "profile:\n  id: house.meter\n  version: 1\npoints:\n  - key: energy\n"
    return {
        DEVICE: (
            version(8, "Berit Vagt", "moved", device | {"area": "Nordby / Skole", "unit": 15}),
            version(5, "K. Lund", "named by its street", device),
            version(2, "K. Lund", "", device | {"name": "ECL 14"}),
        ),
        ROLE: (version(1, "", "as it was found", {"name": "Basic", "rank": 40}),),
        PROFILE: (
            version(2, "K. Lund", "flow added", lines + "  - key: flow\n"),
            version(1, "", "as it was found", lines),
        ),
    }


def version(number: int, author: str, note: str, content: object) -> ThingVersion:
    """Return a version an hour younger than the one before."""
    text = content if isinstance(content, str) else json.dumps(content)
    return ThingVersion(number, NOON + timedelta(hours=number), author, note, text)


class FakeVersions:
    """Keeps what it is given; what is saved by other verbs does not come here."""

    def __init__(self, kept: Mapping[Thing, Sequence[ThingVersion]]) -> None:
        self.kept = dict(kept)
        self.names: Callable[[Thing], str] = lambda thing: thing.id
        self.devices: dict[Thing, DeviceId] = {}  # of rules

    async def things(self, viewer: Viewer) -> Sequence[ThingStory]:
        return [
            ThingStory(
                thing,
                self.names(thing),
                found[0].at,
                found[0].author,
                len(found),
                watches=self.devices.get(thing, ""),
            )
            for thing, found in self.kept.items()
        ]

    async def of_plant(self, viewer: Viewer) -> Sequence[ThingVersion]:
        if Thing(ThingKind.PLANT, PLANT) not in self.kept:
            return (version(3, "K. Lund", "", OF_THE_PLANT),)
        return self._of(ThingKind.PLANT, PLANT)

    async def of_device(self, viewer: Viewer, device: DeviceId) -> Sequence[ThingVersion]:
        return self._of(ThingKind.DEVICE, device)

    async def of_link(self, viewer: Viewer, link: LinkId) -> Sequence[ThingVersion]:
        return self._of(ThingKind.LINK, link)

    async def of_rule(self, viewer: Viewer, rule: str) -> Sequence[ThingVersion]:
        return self._of(ThingKind.RULE, rule)

    async def of_person(self, viewer: Viewer, login: str) -> Sequence[ThingVersion]:
        return self._of(ThingKind.PERSON, login)

    async def of_role(self, viewer: Viewer, role: str) -> Sequence[ThingVersion]:
        return self._of(ThingKind.ROLE, role)

    async def of_second_rules(self, viewer: Viewer) -> Sequence[ThingVersion]:
        return self._of(ThingKind.SECOND, SECOND)

    async def of_preset(self, viewer: Viewer, preset: str) -> Sequence[ThingVersion]:
        return self._of(ThingKind.PRESET, preset)

    async def of_profile(self, viewer: Viewer, name: str) -> Sequence[ThingVersion]:
        return self._of(ThingKind.PROFILE, name)

    async def of_diagram(self, viewer: Viewer, name: str) -> Sequence[ThingVersion]:
        return self._of(ThingKind.DIAGRAM, name)

    async def put_profile(
        self, viewer: Viewer, name: str, text: str, seen: int, note: str = ""
    ) -> ThingVersion:
        return self._put(viewer, Thing(ThingKind.PROFILE, name), text, seen, note)

    async def put_diagram(
        self, viewer: Viewer, name: str, text: str, seen: int, note: str = ""
    ) -> ThingVersion:
        return self._put(viewer, Thing(ThingKind.DIAGRAM, name), text, seen, note)

    def saved(self, thing: Thing, author: str, note: str, content: object) -> None:
        """Add a version, as somebody elsewhere saves it."""
        known = self.kept.get(thing, ())
        number = known[0].number + 1 if known else 1
        self.kept[thing] = (version(number, author, note, content), *known)

    def _of(self, kind: ThingKind, id_: str) -> Sequence[ThingVersion]:
        if Thing(kind, id_) not in self.kept:
            raise missing(kind.value, id_)
        return self.kept[Thing(kind, id_)]

    def _put(
        self, viewer: Viewer, thing: Thing, text: str, seen: int, note: str
    ) -> ThingVersion:
        if self._of(thing.kind, thing.id)[0].number != seen:
            raise Conflict(f"somebody changed {thing.id} meanwhile")
        self.saved(thing, viewer.name, note, text)
        return self.kept[thing][0]
