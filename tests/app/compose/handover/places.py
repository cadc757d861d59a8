"""A laptop and a control room, each with a project and keys of its own."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.compose.handover.importing import Importing, importing
from app.compose.handover.packing import pack_for
from app.history.store import EmbeddedHistory
from app.model.alarm import Alarm, AlarmState
from app.model.reading import PointId, Quality, Reading
from app.project.config import Mutate, PlantConfig
from app.project.opening import Project, create_project, open_project
from app.users.keyplaces import Keys
from tests.app.project.sites import OLE, PASSWORD, ZONE, Ticking, device, link, rule

PHRASE = "seven green valves at noon"
PERSON = ("ole", PASSWORD)
BEGIN = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class Place:
    """A computer with one project."""

    def __init__(self, home: Path, name: str, start: datetime = BEGIN) -> None:
        self.home, self.root = home / name, home / name / "Nordby"
        self.home.mkdir()
        self.keys = Keys(self.home / "private")
        self.clock = Ticking(start)

    def new(self) -> "Place":
        """Make its project, empty."""
        create_project(
            self.root, title="Nordby", zone=ZONE, administrator=OLE,
            keys=self.keys, now=self.clock,
        )  # fmt: skip
        return self

    def opened(self) -> Project:
        """Open it; to be closed."""
        return open_project(self.root, keys=self.keys, now=self.clock)

    def change(self, *mutations: Mutate, author: str = "Ole Holm") -> None:
        """Save each change as a version of its own."""
        with closing(self.opened()) as project:
            for mutate in mutations:
                project.configuration.change(author, "as found", mutate)

    def config(self) -> PlantConfig:
        """What stands now."""
        with closing(self.opened()) as project:
            return project.configuration.current().config

    def packed(self) -> Path:
        """Pack it."""
        out = self.home / f"{self.clock():%H%M%S}.heatdesk"
        pack_for(self.root, out, PHRASE, PERSON, self.keys, now=self.clock)
        return out

    def importing(
        self, package: Path, phrase: str = PHRASE, person: tuple[str, str] = PERSON
    ) -> AbstractContextManager[Importing]:
        """Compare a package with it."""
        return importing(self.root, package, phrase, person, self.keys, now=self.clock)

    def measured(self, point: str, values: Sequence[float | None], start: datetime) -> None:
        """Store a quarter hour after the other; None: nobody answered."""
        store = EmbeddedHistory(self.root / "history")
        for number, value in enumerate(values):
            at = start + timedelta(minutes=15 * number)
            quality = Quality.OFFLINE if value is None else Quality.GOOD
            store.append([Reading(PointId(point), value, quality, at)], "quarter", at)
        store.close()

    def samples(self, point: str) -> list[tuple[datetime, object, Quality]]:
        """Everything stored of a point."""
        store = EmbeddedHistory(self.root / "history")
        ever = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
        found = store.samples(PointId(point), *ever, "quarter")
        store.close()
        return [(each.at, each.reading.value, each.reading.quality) for each in found]


def raised(project: Project, at: datetime, name: str = "ahornvej-14.supply.high") -> None:
    """Write down that an alarm came."""
    one = rule(name)
    one = replace(one, device=one.device, id=name)
    project.journal.append(Alarm(one, AlarmState.UNACKNOWLEDGED, at, occurred_at=at), at)


def plant_of(*devices: str) -> Mutate:
    """A gateway and some controllers behind it, one station after the other."""

    def mutate(config: PlantConfig) -> PlantConfig:
        config = config.with_link(link())
        for unit, name in enumerate(devices, 1):
            config = config.with_device(device(name, unit))
        return config

    return mutate


def states(found: Importing) -> dict[str, str]:
    """The comparison, shortly."""
    return {each.key: each.state.value for each in found.differences}
