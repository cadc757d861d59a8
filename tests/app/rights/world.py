"""A running project with two controllers, and somebody of every role who was given one."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from app.asked import Asked, Note, Preset
from app.auditverbs import AuditQuery
from app.channel.client import ChannelClient, remote_asked
from app.compose.joining import Joined, join
from app.errors import PlantError
from app.model.alarm import AlarmRule
from app.model.backup import BackupPlan
from app.model.comparison import Period
from app.model.consumption import Step
from app.model.control import WriteRequest
from app.model.counter import Entered, StatementId
from app.model.customer import AskedBy, Customer, ErasureWish
from app.model.device import LinkConfig, LinkId
from app.model.exportplan import ExportPlan
from app.model.person import Person
from app.model.point import Category
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.model.retention import DataKind, KeepRule, KeepRules
from app.model.rights import Locked, Role
from app.model.scan import ScanPick, ScanSteer, ScanWish
from app.model.second import SecondRules
from app.model.totals import TotalsPlan
from app.narrowed import narrowed
from app.ports import Sample
from app.project.lock import read_owner
from app.sampleverbs import HandedOut, Part
from app.series import Tile
from app.users.roles import preset_roles
from app.verbs import Viewer
from tests.journeys.smallsite import LOGIN, PASSWORD, Site, running_site, substations

WORD = "warm water runs uphill"
PIN = "731946"
OWN, FOREIGN = (each.config.id for each in substations(2))
NOBODY = ErasureWish("c-0", 1, AskedBy.RESIDENT)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOWHERE = DeviceId("nowhere-1")
NO_FIGURE = Decimal(-1)
KEYS = {
    Category.PRIMARY: "c1_room_comfort",
    Category.LIMITED: "c1_frost_t",
    Category.ALL: "clock_minute",
}


@dataclass(slots=True)
class World:
    """The project in reach of its administrator, and of everybody else."""

    joined: Joined
    site: Site
    documents: dict[DeviceId, str] = field(default_factory=dict)
    notes: dict[DeviceId, str] = field(default_factory=dict)
    rules: dict[DeviceId, str] = field(default_factory=dict)
    links: dict[DeviceId, LinkId] = field(default_factory=dict)

    @property
    def asked(self) -> Asked:
        """All services, as the administrator asks them."""
        return self.joined.asked

    def ask(self, work: Any) -> Any:
        """Wait for an answer of the core."""
        return self.joined.ask(work)

    def enter(self, login: str, word: str = WORD) -> Viewer:
        """Come in as somebody, in the core's own process."""
        assert self.joined.core is not None
        return self.ask(self.joined.core.authenticate(login, word))  # type: ignore[no-any-return]

    @contextmanager
    def through(
        self, way: str, login: str, word: str = WORD, device: str = ""
    ) -> Iterator[tuple[Asked, Viewer]]:
        """Ask as somebody: in the core's own process, or through the local channel.

        Through the channel as who says that it is such a ``device``.
        """
        assert self.joined.core is not None
        if way == "here":
            viewer = self.enter(login, word)
            yield narrowed(self.joined.core.asked, viewer), viewer
            return
        owner = read_owner(self.site.folder)
        assert owner is not None
        port, token = owner.port or 0, owner.token().encode()
        coming = ChannelClient.connect(port, token, login, word, device)
        client: ChannelClient = self.ask(coming)
        assert client.viewer is not None
        try:
            self.ask(client.watch_all())
            yield remote_asked(client), client.viewer
        finally:
            self.ask(client.close())

    def look_around(self) -> None:
        """Wait until the devices have answered, and learn which lines and rules there are."""
        self.joined.wait_for_answers()
        for view in self.ask(self.asked.plant.devices(self.joined.viewer)):
            self.links[view.config.id] = view.link.id
        for rule in self.ask(self.asked.alarms.rules(self.joined.viewer)):
            if rule.kind != "device-bit":
                self.rules.setdefault(rule.device, rule.id)

    def furnish(self) -> None:
        """Give every device what can be asked of it, as often as it was taken away."""
        project, viewer = self.asked.project, self.joined.viewer
        for device in (OWN, FOREIGN):
            if not self.documents.get(device) or not self._stands(device):
                made = self.ask(
                    project.add_document(viewer, device, f"Of {device}", "a.txt", b"words")
                )
                self.documents[device] = made.id
            note = self.notes.get(device)
            if note is None or note not in {
                n.id for n in self.ask(project.notes(viewer, device))
            }:
                kept = self.ask(project.keep_note(viewer, Note("", device, f"about {device}")))
                self.notes[device] = kept.id

    def _stands(self, device: DeviceId) -> bool:
        documents = self.ask(self.asked.project.documents(self.joined.viewer, device))
        return self.documents[device] in {each.id for each in documents}


@contextmanager
def running_world(home: Path) -> Iterator[World]:
    """Run the project until the block ends, with a person ``at-<role>`` for every role."""
    with ExitStack() as ending:
        site = ending.enter_context(running_site(home, substations(2), core=False))
        joined = ending.enter_context(join(site.folder, LOGIN, PASSWORD))
        world = World(joined, site)
        world.look_around()
        for role in preset_roles():
            person = Person(f"at-{role}", f"At {role}", role, devices=(OWN,))
            world.ask(joined.asked.people.add_person(joined.viewer, person, WORD))
        world.furnish()
        yield world


Ask = Callable[[Asked, Viewer], Awaitable[Any]]


def samples(world: World, device: DeviceId) -> Mapping[str, Ask]:
    """Return how each verb that speaks of a device is asked about this one.

    What puts a device or a link is not asked about those that are not there: it makes them.
    """
    point = PointId(f"{device}.s3")
    until = datetime.now(UTC)
    since = until - timedelta(hours=1)
    document = world.documents.get(device, f"{device}-document")
    note = world.notes.get(device, f"{device}-note")
    rule = world.rules.get(device, f"{device}-rule")
    link = world.links.get(device, LinkId(f"{device}-link"))
    about = Note(note, device, "other words", version=-1)  # outdated: nothing is changed
    asked = {
        "versions.of_device": lambda a, v: a.versions.of_device(v, device),
        "versions.of_link": lambda a, v: a.versions.of_link(v, link),
        "versions.of_rule": lambda a, v: a.versions.of_rule(v, rule),
        "plant.attendance": lambda a, v: a.plant.attendance(v, device, since, until),
        "plant.conversation": lambda a, v: a.plant.conversation(v, device),
        "plant.device": lambda a, v: a.plant.device(v, device),
        "plant.frames": lambda a, v: a.plant.frames(v, device),
        "plant.latest": lambda a, v: a.plant.latest(v, [point]),
        "plant.read_now": lambda a, v: a.plant.read_now(v, device, ["s3"]),
        **history_samples(point, since, until, device),
        "alarms.acknowledge": lambda a, v: a.alarms.acknowledge(v, [rule]),
        "control.last_changes": lambda a, v: a.control.last_changes(v, device),
        "control.take_back": lambda a, v: a.control.take_back(v, device, "relay1_override"),
        "control.set_clock": lambda a, v: a.control.set_clock(v, device),
        "control.write": lambda a, v: a.control.write(v, wish(device, Category.PRIMARY)),
        "reports.commissioning": lambda a, v: a.reports.commissioning(v, device),
        "reports.difference": lambda a, v: a.reports.difference(v, document, document),
        "reports.reported": lambda a, v: a.reports.reported(v, document),
        "reports.consumption": lambda a, v: a.reports.consumption(v, device, since, until),
        "reports.revised": lambda a, v: a.reports.revised(v, device),
        "project.add_document": lambda a, v: a.project.add_document(
            v, device, "Empty", "empty.txt", b""
        ),
        "project.document_versions": lambda a, v: a.project.document_versions(v, document),
        "project.documents": lambda a, v: a.project.documents(v, device),
        "project.keep_note": lambda a, v: a.project.keep_note(v, about),
        "project.note_versions": lambda a, v: a.project.note_versions(v, note),
        "project.notes": lambda a, v: a.project.notes(v, device),
        "project.put_device": lambda a, v: _same_device(world, a, v, device),
        "project.put_link": lambda a, v: _same_link(world, a, v, device),
        "project.put_rule": lambda a, v: _same_rule(world, a, v, device),
        "project.remove_device": lambda a, v: _removed_device(world, a, v, device),
        "project.remove_document": lambda a, v: a.project.remove_document(v, document),
        "project.remove_link": lambda a, v: a.project.remove_link(v, link),
        "project.remove_note": lambda a, v: a.project.remove_note(v, note),
        "project.remove_rule": lambda a, v: _removed_rule(world, a, v, rule),
    }
    makers = ("project.put_device", "project.put_link") if device == NOWHERE else ()
    return {name: ask for name, ask in asked.items() if name not in makers}


def history_samples(
    point: PointId, since: datetime, until: datetime, device: DeviceId
) -> Mapping[str, Ask]:
    """Return how what is kept of a point is asked for, and brought in."""
    return {
        "history.quarters": lambda a, v: a.history.quarters(v, [point], since, until),
        "history.consumption": lambda a, v: a.history.consumption(
            v, [point], since, until, Step.HOUR
        ),
        "history.performance": lambda a, v: a.history.performance(v, [point], since, until),
        "history.comparison": lambda a, v: a.history.comparison(
            v, [point], Period(since, until), Period(since, until), Step.HOUR
        ),
        "history.outline": lambda a, v: a.history.outline(v, [point], since, until, Tile.DAY),
        "history.figures": lambda a, v: a.history.figures(v, [point], since, until, Step.DAY),
        "samples.kept": lambda a, v: a.samples.kept(v, point, since, until),
        "samples.keep_export": lambda a, v: a.samples.keep_export(v, out_of(device)),
        "samples.add_part": lambda a, v: _added_part(a, v, point),
        "history.range": lambda a, v: a.history.range(v, [point], since, until),
        **meter_samples(point, since),
    }


def meter_samples(point: PointId, at: datetime) -> Mapping[str, Ask]:
    """Return how statements about indexes are asked for, made and taken back."""
    return {
        "history.validation": lambda a, v: a.history.validation(v, [point], at, at),
        "meters.statements": lambda a, v: a.meters.statements(v, [point]),
        "meters.state": lambda a, v: a.meters.state(v, point, Entered(at, NO_FIGURE), "why"),
        "meters.take_back": lambda a, v: a.meters.take_back(
            v, point, StatementId("none"), "why"
        ),
    }


def audit_samples() -> Mapping[str, Ask]:
    """Return how the activity log is asked, and made room in."""
    return {
        "audit.entries": lambda a, v: a.audit.entries(v, 10),
        "audit.found": lambda a, v: a.audit.found(v, AuditQuery()),
        "audit.numbered": lambda a, v: a.audit.numbered(v, [1]),
        "audit.proof": lambda a, v: a.audit.proof(v, 1),
        "audit.storage": lambda a, v: a.audit.storage(v),
        "audit.written": lambda a, v: a.audit.written(v, ["who"]),
        "audit.verify": lambda a, v: a.audit.verify(v),
        "audit.archives": lambda a, v: a.audit.archives(v),
        "audit.archive_part": lambda a, v: a.audit.archive_part(
            v, datetime(2020, 1, 1, tzinfo=UTC)
        ),
        "audit.archived": lambda a, v: a.audit.archived(v, "no such part", "nowhere.zip"),
        "audit.set_limit": lambda a, v: a.audit.set_limit(v, 1000),
    }


def whole_samples(world: World) -> Mapping[str, Ask]:
    """Return how each verb is asked that is about everything, or about oneself."""
    own = Person("at-nobody", "At nobody", "read-only", version=-1)
    preset = Preset("", "chart", "Mine", "", shared=False, content="{}")
    role = Role("", "", 0, {})
    return {
        **customer_samples(),
        "plant.devices": lambda a, v: a.plant.devices(v),
        "plant.title": lambda a, v: a.plant.title(v),
        "plant.troubles": lambda a, v: a.plant.troubles(v),
        "plant.zone_name": lambda a, v: a.plant.zone_name(v),
        **retention_samples(),
        "samples.points": lambda a, v: a.samples.points(v),
        "samples.stats": lambda a, v: a.samples.stats(v),
        "samples.add_import": lambda a, v: a.samples.add_import(v, "none.csv"),
        "samples.keep_import": _kept_import,
        "alarms.history": lambda a, v: a.alarms.history(v, 100),
        "alarms.rules": lambda a, v: a.alarms.rules(v),
        "alarms.standing": lambda a, v: a.alarms.standing(v),
        "reports.letterhead": lambda a, v: a.reports.letterhead(v),
        "project.describe": lambda a, v: a.project.describe(v),
        "project.difference": lambda a, v: a.project.difference(v, 1, 2),
        "project.redo": lambda a, v: a.project.redo(v),
        "project.restore": lambda a, v: a.project.restore(v, -1),
        "project.undo": lambda a, v: _undone(world, a, v),
        "project.versions": lambda a, v: a.project.versions(v),
        **audit_samples(),
        "desk.confirm_password": lambda a, v: a.desk.confirm_password(v, WORD),
        "desk.keep_preference": lambda a, v: a.desk.keep_preference(v, "x", "1"),
        "desk.keep_preset": lambda a, v: a.desk.keep_preset(v, preset),
        "desk.preferences": lambda a, v: a.desk.preferences(v),
        "desk.presets": lambda a, v: a.desk.presets(v, "chart"),
        "desk.remove_preset": lambda a, v: a.desk.remove_preset(v, "none"),
        "session.lock": lambda a, v: a.session.lock(v, Locked.NOTHING),
        "session.unlock": lambda a, v: a.session.unlock(v, WORD),
        "session.unlock_by_pin": _by_pin,
        "session.open_writing": lambda a, v: a.session.open_writing(v, WORD),
        "session.has_pin": lambda a, v: a.session.has_pin(v),
        "session.set_pin": lambda a, v: a.session.set_pin(v, WORD, PIN),
        "session.forget_pin": lambda a, v: a.session.forget_pin(v),
        "people.people": lambda a, v: a.people.people(v),
        "people.roles": lambda a, v: a.people.roles(v),
        "people.add_person": lambda a, v: a.people.add_person(v, own, "short"),
        "people.change_person": lambda a, v: a.people.change_person(v, own),
        "people.remove_person": lambda a, v: a.people.remove_person(v, "at-nobody"),
        "people.set_password": lambda a, v: a.people.set_password(v, "at-nobody", WORD),
        "people.change_own_password": lambda a, v: a.people.change_own_password(v, WORD, WORD),
        "people.put_role": lambda a, v: a.people.put_role(v, role),
        "people.remove_role": lambda a, v: a.people.remove_role(v, "no-role"),
        "versions.things": lambda a, v: a.versions.things(v),
        "versions.of_plant": lambda a, v: a.versions.of_plant(v),
        "versions.of_person": lambda a, v: a.versions.of_person(v, "at-basic"),
        "versions.of_role": lambda a, v: a.versions.of_role(v, "basic"),
        "versions.of_second_rules": lambda a, v: a.versions.of_second_rules(v),
        "versions.of_preset": lambda a, v: a.versions.of_preset(v, "none"),
        "versions.of_profile": lambda a, v: a.versions.of_profile(v, "none.yaml"),
        "versions.of_diagram": lambda a, v: a.versions.of_diagram(v, "none.json"),
        "versions.put_profile": lambda a, v: a.versions.put_profile(v, "none.yaml", "", 0),
        "versions.put_diagram": lambda a, v: a.versions.put_diagram(v, "none.json", "", 0),
    }


def retention_samples() -> Mapping[str, Ask]:
    """Return what is asked of how long samples are kept, of backups, and of telegrams."""
    rules = KeepRules({kind: KeepRule(24) for kind in DataKind})
    return {
        "project.put_paths": lambda a, v: a.project.put_paths(v, OWN, [OWN]),
        "samples.export_plan": lambda a, v: a.samples.export_plan(v),
        "samples.export_trouble": lambda a, v: a.samples.export_trouble(v),
        "samples.put_export_plan": lambda a, v: a.samples.put_export_plan(v, ExportPlan()),
        "telegrams.inspect": lambda a, v: a.telegrams.inspect(v, "E5"),
        "totals.plan": lambda a, v: a.totals.plan(v),
        "totals.put_plan": lambda a, v: a.totals.put_plan(v, TotalsPlan()),
        "totals.told": lambda a, v: a.totals.told(v, LONG_AGO, LONG_AGO, Step.DAY),
        "retention.rules": lambda a, v: a.retention.rules(v),
        "retention.put_rules": lambda a, v: a.retention.put_rules(v, rules),
        "retention.preview": lambda a, v: a.retention.preview(v, rules),
        "retention.run_now": lambda a, v: a.retention.run_now(v),
        "retention.room": lambda a, v: a.retention.room(v),
        "backups.salvage": lambda a, v: a.backups.salvage(v),
        "backups.plan": lambda a, v: a.backups.plan(v),
        "backups.put_plan": lambda a, v: a.backups.put_plan(v, BackupPlan("here")),
        "backups.trouble": lambda a, v: a.backups.trouble(v),
        "backups.made": lambda a, v: a.backups.made(v),
        "backups.make": lambda a, v: a.backups.make(v, "nowhere.txt"),
        **radio_samples(),
    }


def radio_samples() -> Mapping[str, Ask]:
    """Return what is asked of meters by radio."""
    return {
        "scan.begin": lambda a, v: a.scan.begin(v, ScanWish(nowhere())),
        "scan.steer": lambda a, v: a.scan.steer(v, ScanSteer.CANCEL),
        "scan.standing": lambda a, v: a.scan.standing(v),
        "scan.take": lambda a, v: a.scan.take(v, [ScanPick("12345678-KAM-35-04", "")]),
        "radio.keys": lambda a, v: a.radio.keys(v),
        "radio.receivers": lambda a, v: a.radio.receivers(v),
        "radio.lines": lambda a, v: a.radio.lines(v),
        "radio.check_line": lambda a, v: a.radio.check_line(v, nowhere()),
        "radio.try_layout": lambda a, v: a.radio.try_layout(v, "", "f.csv", b""),
        "radio.try_receiver": lambda a, v: a.radio.try_receiver(v, "file:/none", LinkId("l")),
        "radio.reception": lambda a, v: a.radio.reception(v),
        "radio.import_keys": lambda a, v: a.radio.import_keys(v, "keys.csv", b"1;2"),
        "radio.remove_keys": lambda a, v: a.radio.remove_keys(v, ["1"]),
        "radio.keep_secret": lambda a, v: a.radio.keep_secret(v, "no receiver", "word"),
        "radio.try_key": lambda a, v: a.radio.try_key(v, "00"),
        "radio.test_keys": lambda a, v: a.radio.test_keys(v, "12345678"),
    }


def nowhere() -> LinkConfig:
    """Return a line at whose other end nobody listens."""
    return LinkConfig(LinkId("nowhere"), "mbus-tcp", "Nowhere", {"host": "::1", "port": 1})


def customer_samples() -> Mapping[str, Ask]:
    """Return how each verb about residents is asked, and about safety, paper, two people."""
    return {
        "reports.keep_logo": lambda a, v: a.reports.keep_logo(v, "logo.txt", b"no logo"),
        "hardening.findings": lambda a, v: a.hardening.findings(v),
        "customers.customers": lambda a, v: a.customers.customers(v),
        "customers.customer_versions": lambda a, v: a.customers.customer_versions(v, "c-0"),
        "customers.put_customer": lambda a, v: a.customers.put_customer(v, Customer("", "")),
        "customers.personal_data": lambda a, v: a.customers.personal_data(v, "c-0"),
        "customers.traces": lambda a, v: a.customers.traces(v, NOBODY),
        "customers.erase": lambda a, v: a.customers.erase(v, NOBODY, WORD),
        "customers.proofs": lambda a, v: a.customers.proofs(v),
        "pairs.ask": lambda a, v: a.pairs.ask(v, [], "why"),
        "control.overrides": lambda a, v: a.control.overrides(v),
        "pairs.waiting": lambda a, v: a.pairs.waiting(v),
        "pairs.confirm": lambda a, v: a.pairs.confirm(v, "none", "at-nobody", WORD),
        "pairs.withdraw": lambda a, v: a.pairs.withdraw(v, "none"),
        "people.second_rules": lambda a, v: a.people.second_rules(v),
        "people.put_second_rules": lambda a, v: a.people.put_second_rules(
            v, SecondRules(version=-1)
        ),
    }


def wish(device: DeviceId, category: Category) -> WriteRequest:
    """Return a wish that the limits refuse when the rights do not."""
    return WriteRequest(device, KEYS[category], 1e9, uuid4().hex)


def out_of(device: DeviceId) -> HandedOut:
    """Return what is said of a file with the samples of a device."""
    until = datetime.now(UTC)
    since = until - timedelta(hours=1)
    return HandedOut("out.csv", "00" * 32, [device], since, until, 4)


def some_samples(point: PointId) -> Part:
    """Return one sample on its way in."""
    at = datetime(2026, 1, 15, 12, tzinfo=UTC)
    return Part([], [Sample(at, Reading(point, 20.0, Quality.GOOD, at, "by hand"))])


async def _added_part(asked: Asked, viewer: Viewer, point: PointId) -> None:
    bringing = await asked.samples.add_import(viewer, "some.csv")
    await asked.samples.add_part(viewer, bringing, some_samples(point))


async def _kept_import(asked: Asked, viewer: Viewer) -> None:
    bringing = await asked.samples.add_import(viewer, "some.csv")
    await asked.samples.keep_import(viewer, bringing, "00" * 32, keep=False)


async def _by_pin(asked: Asked, viewer: Viewer) -> None:
    """Lock the desk and open it again, as the one who sits there."""
    await asked.session.set_pin(viewer, WORD, PIN)
    await asked.session.lock(viewer, Locked.DESK)
    await asked.session.unlock_by_pin(viewer, PIN)


async def _same_device(world: World, asked: Asked, viewer: Viewer, device: DeviceId) -> None:
    views = {v.config.id: v.config for v in await _all_devices(world)}
    await asked.project.put_device(viewer, views[device])


async def _same_link(world: World, asked: Asked, viewer: Viewer, device: DeviceId) -> None:
    for view in await _all_devices(world):
        if view.config.id == device:
            await asked.project.put_link(viewer, view.link)


async def _same_rule(world: World, asked: Asked, viewer: Viewer, device: DeviceId) -> None:
    known = await world.joined.asked.alarms.rules(world.joined.viewer)
    rules = {rule.device: rule for rule in known if rule.id in world.rules.values()}
    made = AlarmRule(f"{device}-rule", "offline", device, None, "Offline", 2)
    await asked.project.put_rule(viewer, rules.get(device, made))


async def _removed_device(world: World, asked: Asked, viewer: Viewer, device: DeviceId) -> None:
    before = {v.config.id: v.config for v in await _all_devices(world)}
    rules = await world.joined.asked.alarms.rules(world.joined.viewer)
    await asked.project.remove_device(viewer, device)
    joined = world.joined
    await joined.asked.project.put_device(joined.viewer, before[device])
    for rule in rules:
        if rule.device == device and rule.kind != "device-bit":
            await joined.asked.project.put_rule(joined.viewer, rule)


async def _removed_rule(world: World, asked: Asked, viewer: Viewer, rule: str) -> None:
    joined = world.joined
    known = [each for each in await joined.asked.alarms.rules(joined.viewer) if each.id == rule]
    await asked.project.remove_rule(viewer, rule)
    await joined.asked.project.put_rule(joined.viewer, known[0])


async def _undone(world: World, asked: Asked, viewer: Viewer) -> None:
    await asked.project.undo(viewer)
    await world.joined.asked.project.redo(world.joined.viewer)


async def _all_devices(world: World) -> Any:
    return await world.joined.asked.plant.devices(world.joined.viewer)


def outcome(world: World, work: Awaitable[Any]) -> Any:
    """Return the answer of a verb, or the error it raised."""
    try:
        return world.ask(work)
    except PlantError as error:
        return error
