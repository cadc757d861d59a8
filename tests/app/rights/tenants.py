"""Two plants of one computer with the same ids, each with a mark of its own in everything.

The names, texts and contents of a plant begin with its mark, a word that stands nowhere
else; whatever shows the other plant's mark has told of it.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.asked import Note, Preset
from app.auditverbs import AuditQuery
from app.channel.surface import surface
from app.channel.wire import the_wire
from app.compose.joining import join
from app.model.alarm import AlarmRule
from app.model.comparison import Period
from app.model.consumption import Step
from app.model.customer import Customer, Tenancy
from app.model.device import DeviceConfig
from app.model.person import Person
from app.model.reading import PointId, Quality, Reading
from app.model.rights import Capability, Role, Scope
from app.series import Series, Tile
from tests.app.rights.world import OWN, WORD, Ask, World, outcome, samples, whole_samples
from tests.journeys.quicksite import QUICK_PROFILE, quick_substations
from tests.journeys.smallsite import LOGIN, PASSWORD, Simulated, Site, at_home, create_site

ALFA, BRAVO = "Zqxovalf", "Kwyjubra"
VALUES = {ALFA: 4711.25, BRAVO: 8154.75}
GUEST, PROFILE, DIAGRAM = "berit", "own.yaml", "own.json"
PAST = PointId(f"{OWN}.s3")
SECRET, RULE = "line-1", "own-rule"
QUARTER = timedelta(minutes=15)
_CHANGES = re.compile(
    r"\.(add|put|keep|remove|change|set|forget|write|describe|redo|restore|undo|acknowledge|"
    r"erase|lock|unlock|open_writing|confirm|commissioning|difference)"
)
_DRAWN = """{"diagram": {"schema": 1, "id": "own", "version": 1, "title": "%s", "width": 100,
"height": 100}, "elements": []}"""


class Tenant(Site):
    """One of the plants; its mark is its name."""

    def __init__(self, home: Path, mark: str) -> None:
        super().__init__(home / mark)
        self.home.mkdir()
        self.mark, self.word = mark, f"{WORD} {mark}"  # the guest's password here
        self.value = VALUES[mark]  # what its history alone holds
        self.role = self.preset = self.customer = self.note = self.document = ""

    def create(self) -> None:
        """Make the project over its simulators, with the same ids as the other's."""
        devices = quick_substations(1)
        for device in devices:
            kind, *options = device.simulator
            self.simulators[device.config.id] = simulated = Simulated(kind, *options)
            simulated.begin()
            simulated.arrive()
        named = QUICK_PROFILE.replace("ECL Comfort", f"{self.mark} Comfort")
        create_site(self, devices, named)

    def stop(self) -> None:
        """End the core and the simulators."""
        self.stop_core()
        for each in self.simulators.values():
            each.stop()


@contextmanager
def two_tenants(home: Path) -> Iterator[tuple[Tenant, Tenant]]:
    """Make two plants of one person's computer; nobody runs a core yet."""
    with at_home(home), ExitStack() as ending:
        made = Tenant(home, ALFA), Tenant(home, BRAVO)
        for each in made:
            ending.callback(each.stop)
            each.create()
        yield made


@contextmanager
def opened(tenant: Tenant) -> Iterator[World]:
    """Run a plant in this process, with all that was seeded by now."""
    with join(tenant.folder, LOGIN, PASSWORD) as joined:
        world = World(joined, tenant)
        world.look_around()
        if tenant.document:
            world.rules[OWN] = RULE
            world.notes[OWN], world.documents[OWN] = tenant.note, tenant.document
        yield world


def seed(world: World, tenant: Tenant) -> None:
    """Put the mark in everything a project can hold."""
    a, v, mark = world.asked, world.joined.viewer, tenant.mark
    (view,) = world.ask(a.plant.devices(v))
    device: DeviceConfig = replace(view.config, name=f"{mark} station", area=f"{mark} area")
    note = Note("", OWN, f"{mark} note", about_at=datetime.now(UTC), point=PAST)
    preset = Preset("", "chart", f"{mark} pens", "", shared=True, content=f'["{mark}"]')
    cells = {Capability.SEE_PLANT: Scope.ASSIGNED, Capability.KEEP_OWN: Scope.ALL}
    meters = (Tenancy(OWN, datetime(2026, 1, 1, tzinfo=UTC)),)
    resident = Customer("", f"{mark} resident", f"{mark}-7", remark=mark, meters=meters)
    rule = AlarmRule(RULE, "low", OWN, PAST, f"{mark} rule", 2, limit=200.0)
    steps: Sequence[Any] = (
        a.project.describe(v, title=f"{mark} plant", utility=f"{mark} heat", note=mark),
        a.project.put_link(v, replace(view.link, name=f"{mark} line")),
        a.project.put_device(v, device, f"{mark} change"),
        a.project.put_rule(v, rule, mark),
        a.people.add_person(
            v,
            Person(GUEST, f"{mark} guest", "basic", devices=(OWN,), is_guest=True),
            tenant.word,
        ),
        a.desk.keep_preference(v, "palette_recent", json.dumps([f"{mark} search"])),
        a.versions.put_diagram(v, DIAGRAM, _DRAWN % f"{mark} drawing", 0, mark),
    )
    for each in steps:
        world.ask(each)
    world.rules[OWN] = RULE
    tenant.note = world.notes[OWN] = world.ask(a.project.keep_note(v, note)).id
    content, name = f"{mark} words".encode(), f"{mark}.txt"
    filed = world.ask(a.project.add_document(v, OWN, f"{mark} file", name, content))
    tenant.document = world.documents[OWN] = filed.id
    tenant.preset = world.ask(a.desk.keep_preset(v, preset)).id
    tenant.role = world.ask(a.people.put_role(v, Role("", f"{mark} role", 15, cells))).id
    tenant.customer = world.ask(a.customers.put_customer(v, resident)).id
    world.ask(a.reports.commissioning(v, OWN))
    assert world.joined.core is not None
    core = world.joined.core
    core.project.secrets.put(SECRET, f"{mark} secret")
    then = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    told = [Reading(PAST, tenant.value, Quality.GOOD, then + n * QUARTER) for n in range(4)]
    core.recording.store.append(told, "quarter")


def reads(world: World, tenant: Tenant) -> Mapping[str, Ask]:
    """Return how every verb is asked that only looks, at all that was seeded."""
    asked = {**samples(world, OWN), **whole_samples(world)}
    found = {
        name: ask
        for name, ask in asked.items()
        if not _CHANGES.search(f".{name.split('.')[1]}")
    }
    assert set(asked) == set(surface()), "a verb nobody asks here"
    until = datetime.now(UTC)
    since = until - timedelta(hours=8)
    more: dict[str, Ask] = {
        "history.range past": lambda a, v: a.history.range(v, [PAST], since, until),
        "history.consumption past": lambda a, v: a.history.consumption(
            v, [PAST], since, until, Step.HOUR
        ),
        "history.performance past": lambda a, v: a.history.performance(v, [PAST], since, until),
        "history.comparison past": lambda a, v: a.history.comparison(
            v, [PAST], Period(since, until), Period(since, until), Step.HOUR
        ),
        "history.outline past": lambda a, v: a.history.outline(
            v, [PAST], since, until, Tile.HOUR
        ),
        "history.figures past": lambda a, v: a.history.figures(
            v, [PAST], since, until, Step.DAY
        ),
        "history.quarters past": lambda a, v: a.history.quarters(v, [PAST], since, until),
        "plant.latest all": lambda a, v: a.plant.latest(v, []),
        "project.documents all": lambda a, v: a.project.documents(v),
        "audit.entries all": lambda a, v: a.audit.entries(v, 10_000),
        "audit.written all": lambda a, v: a.audit.written(
            v, ["who", "entity", "old", "new", "reason", "result", "workstation", "operation"]
        ),
        "audit.found mark": lambda a, v: a.audit.found(v, AuditQuery()),
        "project.difference all": _all_differences,
        "alarms.history all": lambda a, v: a.alarms.history(v, 10_000),
        "desk.presets all": lambda a, v: a.desk.presets(v, "chart"),
        "versions.of_person guest": lambda a, v: a.versions.of_person(v, GUEST),
        "versions.of_role own": lambda a, v: a.versions.of_role(v, tenant.role),
        "versions.of_preset own": lambda a, v: a.versions.of_preset(v, tenant.preset),
        "versions.of_profile own": lambda a, v: a.versions.of_profile(v, PROFILE),
        "versions.of_diagram own": lambda a, v: a.versions.of_diagram(v, DIAGRAM),
        "customers.versions own": lambda a, v: a.customers.customer_versions(
            v, tenant.customer
        ),
        "customers.data own": lambda a, v: a.customers.personal_data(v, tenant.customer),
    }
    return found | more


async def _all_differences(asked: Any, viewer: Any) -> Any:
    versions = await asked.project.versions(viewer)
    return await asked.project.difference(viewer, 1, versions[0].number)


def told(world: World, tenant: Tenant, way: str) -> Iterator[tuple[str, str]]:
    """Yield what each reading verb answers, as text; of documents the contents too."""
    wire = the_wire()
    with world.through(way, LOGIN, PASSWORD) as (asked, viewer):
        for name, ask in reads(world, tenant).items():
            got = outcome(world, ask(asked, viewer))
            if isinstance(got, bytes):
                yield name, text_of(got)
                continue
            if isinstance(got, Exception):
                yield name, str(got)
                continue
            text = json.dumps(wire.unstructure(got), ensure_ascii=False, default=str)
            numbers = [each.values.tolist() for each in _series(got)]
            yield name, f"{text} {numbers}"
        for document in world.ask(asked.project.documents(viewer)):
            assert document.path.is_relative_to(tenant.folder)
            yield f"the file {document.title}", text_of(document.path.read_bytes())


def _series(got: Any) -> list[Series]:
    return (
        [each for each in got if isinstance(each, Series)]
        if isinstance(got, list | tuple)
        else []
    )


def text_of(content: bytes) -> str:
    """Return all text of a file: of a packed one what lies in it."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(f"{name} {text_of(packed.read(name))}" for name in packed.namelist())
