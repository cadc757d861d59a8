"""What may be asked of earlier versions of single things, a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.device import LinkId
from app.model.reading import DeviceId
from app.model.version import ThingStory, ThingVersion
from app.verbs import Viewer


class VersionVerbs(Protocol):
    """Versions of one thing at a time, newest first; saving one again is its own verb."""

    async def things(self, viewer: Viewer) -> Sequence[ThingStory]:
        """Return everything that is kept in versions and is the viewer's to see."""
        ...

    async def of_plant(self, viewer: Viewer) -> Sequence[ThingVersion]: ...

    async def of_device(self, viewer: Viewer, device: DeviceId) -> Sequence[ThingVersion]: ...

    async def of_link(self, viewer: Viewer, link: LinkId) -> Sequence[ThingVersion]: ...

    async def of_rule(self, viewer: Viewer, rule: str) -> Sequence[ThingVersion]: ...

    async def of_person(self, viewer: Viewer, login: str) -> Sequence[ThingVersion]: ...

    async def of_role(self, viewer: Viewer, role: str) -> Sequence[ThingVersion]: ...

    async def of_second_rules(self, viewer: Viewer) -> Sequence[ThingVersion]: ...

    async def of_preset(self, viewer: Viewer, preset: str) -> Sequence[ThingVersion]:
        """Return the versions of one's own preset, or of one that is shared."""
        ...

    async def of_profile(self, viewer: Viewer, name: str) -> Sequence[ThingVersion]:
        """Return the versions of a device profile of the project's own, by its file's name."""
        ...

    async def of_diagram(self, viewer: Viewer, name: str) -> Sequence[ThingVersion]:
        """Return the versions of a diagram of the project's own, by its file's name."""
        ...

    async def put_profile(
        self, viewer: Viewer, name: str, text: str, seen: int, note: str = ""
    ) -> ThingVersion:
        """Save a profile; `Conflict` when its newest version is not ``seen`` (0: a new one)."""
        ...

    async def put_diagram(
        self, viewer: Viewer, name: str, text: str, seen: int, note: str = ""
    ) -> ThingVersion:
        """Save a diagram; `Conflict` when its newest version is not ``seen`` (0: a new one)."""
        ...
