"""Whatever changes something leaves one entry of who, where, when, what; nothing else does."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest

from app.asked import Asked, Note, Preset
from app.auditverbs import AuditEntry
from app.channel.surface import surface
from app.channel.wishes import wish
from app.errors import BadInput, NotPermitted
from app.model.alarm import AlarmRule
from app.model.backup import BackupPlan
from app.model.control import WriteRequest
from app.model.counter import Break, Broken, StatementId
from app.model.customer import AskedBy, Customer, ErasureWish
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.exportplan import ExportPlan
from app.model.person import Person
from app.model.reading import DeviceId, PointId
from app.model.retention import DataKind, KeepRule, KeepRules
from app.model.rights import Capability, Locked, Role, Scope
from app.model.scan import ScanPick, ScanState, ScanWish
from app.model.second import Danger, SecondRules
from app.model.totals import Entry, Medium, TotalsPlan
from app.verbs import Viewer
from drivers.simulators.wiredbus import seeded_meters
from tests.app.rights.world import (
    OWN,
    WORD,
    World,
    nowhere,
    out_of,
    running_world,
    some_samples,
)
from tests.drivers.simulators.wire import running
from tests.journeys.product import heatdesk, wait_for

pytestmark = pytest.mark.timeout(180)
Act = Callable[[Asked, Viewer], Awaitable[Any]]
PROFILE = "schema: 1\nprofile: {id: no, version: 1, label: No one, status: draft}\n"
DIAGRAM, PIN = "{}", "493817"
LOGO = (files("resources.letterheads") / "oesterby.svg").read_bytes()
KEYS = b"71;000102030405060708090A0B0C0D0E0F"
SECOND = "at-manager"  # who confirms
NEW, LINE = DeviceId("new-1"), LinkId("new-line")
METER, INDEX = "eastron.sdm630", PointId("new-1.energy_import")
ENTRY = Entry("main", "Main", Medium.ELECTRICITY, point=INDEX)
# Questions, and how each person keeps their own desk, or leaves it: what nobody else sees.
UNCHANGING = """
    alarms.history alarms.rules alarms.standing audit.entries audit.found audit.numbered
    audit.proof audit.storage audit.verify audit.written audit.archives audit.archive_part
    customers.customers customers.customer_versions customers.proofs customers.traces
    backups.made backups.plan samples.export_plan samples.export_trouble backups.trouble
    control.last_changes control.overrides desk.confirm_password desk.keep_preference
    desk.preferences desk.presets hardening.findings history.comparison
    history.consumption history.figures history.outline history.performance history.quarters
    history.range history.validation meters.statements
    retention.preview retention.room retention.rules totals.plan totals.told
    samples.add_import samples.add_part samples.kept samples.points samples.stats
    pairs.waiting people.people people.roles people.second_rules
    radio.keys radio.test_keys radio.try_key radio.receivers radio.reception
    radio.lines radio.check_line radio.try_layout
    plant.attendance plant.conversation plant.device plant.devices plant.frames plant.latest
    plant.read_now plant.title plant.troubles plant.zone_name project.difference
    project.document_versions project.documents project.note_versions project.notes
    project.versions reports.letterhead reports.reported reports.revised
    versions.of_device versions.of_diagram versions.of_link versions.of_person
    versions.of_plant versions.of_preset versions.of_profile versions.of_role
    scan.standing scan.steer
    telegrams.inspect versions.of_rule versions.of_second_rules versions.things
    session.has_pin
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("audited")) as running:
        yield running


class Story:
    """Changes one thing after another, and remembers what later ones need."""

    def __init__(self) -> None:
        self.note = Note("", OWN, "")
        self.preset = Preset("", "chart", "Mine", "", shared=True, content="{}")
        self.document = ""
        self.customer = Customer("", "Mads Riis")
        self.reports: list[str] = []
        self.request = ""
        self.statement = StatementId("")
        self.role = Role("", "Own role", 10, {Capability.SEE_PLANT: Scope.ALL})

    async def state(self, a: Asked, v: Viewer) -> None:
        """Until the device was put in force, nobody knows what its points are."""
        says = Broken(
            datetime.now(UTC) - timedelta(hours=1), Break.EXCHANGE, initial=Decimal(0)
        )
        for _second in range(30):
            try:
                made = await a.meters.state(v, INDEX, says, "exchanged")
            except BadInput:
                await asyncio.sleep(1)
            else:
                self.statement = made.id
                return
        raise AssertionError(f"{INDEX} stays unknown")

    async def keep_note(self, a: Asked, v: Viewer) -> None:
        self.note = await a.project.keep_note(v, Note("", OWN, "the valve hums"))

    async def add_document(self, a: Asked, v: Viewer) -> None:
        kept = await a.project.add_document(v, OWN, "Words", "words.txt", b"words")
        self.document = kept.id

    async def keep_preset(self, a: Asked, v: Viewer) -> None:
        self.preset = await a.desk.keep_preset(v, self.preset)

    async def put_customer(self, a: Asked, v: Viewer) -> None:
        self.customer = await a.customers.put_customer(v, self.customer)

    async def put_role(self, a: Asked, v: Viewer) -> None:
        self.role = await a.people.put_role(v, self.role)

    async def change_person(self, a: Asked, v: Viewer) -> None:
        people = {each.login: each for each in await a.people.people(v)}
        berit = people["berit"]
        await a.people.change_person(
            v, Person(berit.login, "Berit Holm", "read-only", version=berit.version)
        )

    async def ask(self, a: Asked, v: Viewer) -> None:
        wanted = wish("project.redo")
        self.request = (await a.pairs.ask(v, [wanted], "two pairs of eyes")).id

    async def confirm(self, a: Asked, v: Viewer) -> None:
        """The second person types over what the first one asked for."""
        await a.pairs.confirm(v, self.request, SECOND, WORD)

    async def withdraw(self, a: Asked, v: Viewer) -> None:
        asked = await a.pairs.ask(v, [wish("project.redo")], "once more")
        await a.pairs.withdraw(v, asked.id)

    async def commissioning(self, a: Asked, v: Viewer) -> None:
        made = await a.reports.commissioning(v, OWN)
        self.reports.append(made[0].id)

    async def consumption(self, a: Asked, v: Viewer) -> None:
        day = datetime(2025, 3, 1, tzinfo=ZoneInfo(await a.plant.zone_name(v)))
        await a.reports.consumption(v, NEW, day, day + timedelta(days=3))

    async def restore(self, a: Asked, v: Viewer) -> None:
        await a.project.put_link(v, LinkConfig(LINE, "modbus-tcp", "Again", {"host": "h"}))
        before = await a.project.versions(v)
        await a.project.restore(v, sorted(each.number for each in before)[-2])

    async def acknowledge(self, a: Asked, v: Viewer) -> None:
        standing = await a.alarms.standing(v)
        await a.alarms.acknowledge(v, [standing[0].rule.id], "seen")

    async def set_clock(self, a: Asked, v: Viewer) -> None:
        minute = (datetime.now(UTC).minute + 30) % 60
        await a.control.write(v, WriteRequest(OWN, "clock_minute", minute, "wrong-minute"))
        await a.control.set_clock(v, OWN)

    async def take_back(self, a: Asked, v: Viewer) -> None:
        await a.control.write(v, WriteRequest(OWN, "relay1_override", 2.0, "held"))
        await a.control.take_back(v, OWN, "relay1_override")

    async def unlocked(self, a: Asked, v: Viewer, opening: Awaitable[None]) -> None:
        await a.session.lock(v, Locked.DESK)
        await opening

    async def put_paths(self, a: Asked, v: Viewer) -> None:
        await a.project.put_paths(v, NEW, [NEW, OWN])
        await a.project.put_paths(v, NEW, [DeviceId(f"{NEW}-own")])  # as it was before

    async def archived(self, a: Asked, v: Viewer) -> None:
        with patch("app.users.auditarchive.YOUNGEST", timedelta(0)):
            part = await a.audit.archive_part(v, datetime.now(UTC))
        await a.audit.archived(v, part.digest, "outside.zip")

    def acts(self) -> dict[str, Act]:
        """Return what changes something, in an order that works."""
        line = LinkConfig(LINE, "modbus-tcp", "New line", {"host": "127.0.0.1", "port": 1})
        device = DeviceConfig(NEW, "New one", "Havnen", LINE, 1, METER, enabled=False)
        rule = AlarmRule("new-rule", "offline", NEW, None, "Away", 3)
        writing = WriteRequest(OWN, "c1_room_comfort", 21.0, "one-intent")
        berit = Person("berit", "Berit Vagt", "read-only")
        return {
            "control.write": lambda a, v: a.control.write(v, writing),
            "control.take_back": self.take_back,
            "control.set_clock": self.set_clock,
            "reports.commissioning": self.commissioning,
            "reports.difference": lambda a, v: a.reports.difference(v, *self.reports * 2),
            "reports.keep_logo": lambda a, v: a.reports.keep_logo(v, "logo.svg", LOGO),
            "project.describe": lambda a, v: a.project.describe(v, utility="Østerby"),
            "project.put_link": lambda a, v: a.project.put_link(v, line),
            "project.put_device": lambda a, v: a.project.put_device(v, device),
            "project.put_paths": self.put_paths,
            **self.acts_about_indexes(),
            "project.put_rule": lambda a, v: a.project.put_rule(v, rule),
            "project.undo": lambda a, v: a.project.undo(v),
            "project.redo": lambda a, v: a.project.redo(v),
            "project.remove_rule": lambda a, v: a.project.remove_rule(v, "new-rule"),
            "project.remove_device": lambda a, v: a.project.remove_device(v, NEW),
            "project.remove_link": lambda a, v: a.project.remove_link(v, LINE),
            "project.restore": self.restore,
            "project.keep_note": self.keep_note,
            "project.remove_note": lambda a, v: a.project.remove_note(v, self.note.id),
            "project.add_document": self.add_document,
            "project.remove_document": lambda a, v: a.project.remove_document(v, self.document),
            "desk.keep_preset": self.keep_preset,
            "desk.remove_preset": lambda a, v: a.desk.remove_preset(v, self.preset.id),
            **self.acts_at_the_lock(),
            "session.forget_pin": lambda a, v: a.session.forget_pin(v),
            "people.put_role": self.put_role,
            "people.remove_role": lambda a, v: a.people.remove_role(v, self.role.id),
            "people.add_person": lambda a, v: a.people.add_person(v, berit, WORD),
            "people.set_password": lambda a, v: a.people.set_password(v, "berit", WORD + "!"),
            "people.change_person": self.change_person,
            "people.remove_person": lambda a, v: a.people.remove_person(v, "berit"),
            "people.change_own_password": lambda a, v: a.people.change_own_password(
                v, WORD, WORD + "?"
            ),
            "versions.put_profile": lambda a, v: a.versions.put_profile(
                v, "no.yaml", PROFILE, 0
            ),
            "versions.put_diagram": lambda a, v: a.versions.put_diagram(
                v, "no.json", DIAGRAM, 0
            ),
            "customers.put_customer": self.put_customer,
            "customers.personal_data": lambda a, v: a.customers.personal_data(
                v, self.customer.id
            ),
            "customers.erase": lambda a, v: a.customers.erase(
                v, ErasureWish(self.customer.id, 1, AskedBy.RESIDENT), WORD + "?"
            ),
            "alarms.acknowledge": self.acknowledge,
            **self.acts_of_the_log(),
            **self.acts_of_two(),
        }

    def acts_about_indexes(self) -> dict[str, Act]:
        """Return what is stated about the index of a meter, and taken back."""
        return {
            "reports.consumption": self.consumption,
            "meters.state": self.state,
            "meters.take_back": lambda a, v: a.meters.take_back(
                v, INDEX, self.statement, "it was another meter"
            ),
        }

    def acts_of_the_log(self) -> dict[str, Act]:
        """Return what makes room in the activity log."""
        rules = KeepRules({kind: KeepRule(24) for kind in DataKind})
        return {
            "retention.put_rules": lambda a, v: a.retention.put_rules(v, rules),
            "retention.run_now": lambda a, v: a.retention.run_now(v),
            "samples.put_export_plan": lambda a, v: a.samples.put_export_plan(
                v, ExportPlan(hour=4)
            ),
            "totals.put_plan": lambda a, v: a.totals.put_plan(v, TotalsPlan((ENTRY,))),
            "backups.make": _backed_up,
            "radio.import_keys": lambda a, v: a.radio.import_keys(v, "k.csv", KEYS),
            "radio.remove_keys": lambda a, v: a.radio.remove_keys(v, ["71"]),
            "scan.begin": lambda a, v: a.scan.begin(v, ScanWish(nowhere())),
            "scan.take": _found_and_taken,
            "radio.keep_secret": _sealed,
            "radio.try_receiver": lambda a, v: a.radio.try_receiver(
                v, "here=file:/no/such/file", LINE
            ),
            "backups.put_plan": lambda a, v: a.backups.put_plan(v, BackupPlan(keep=3)),
            "backups.salvage": lambda a, v: a.backups.salvage(v),
            "samples.keep_export": lambda a, v: a.samples.keep_export(v, out_of(OWN)),
            "samples.keep_import": _taken_in,
            "audit.archived": self.archived,
            "audit.set_limit": lambda a, v: a.audit.set_limit(v, 900),
        }

    def acts_at_the_lock(self) -> dict[str, Act]:
        """Return how a locked desk is opened and closed."""
        return {
            "session.set_pin": lambda a, v: a.session.set_pin(v, WORD, PIN),
            "session.lock": lambda a, v: a.session.lock(v, Locked.WRITING),
            "session.open_writing": lambda a, v: a.session.open_writing(v, WORD),
            "session.unlock": lambda a, v: self.unlocked(a, v, a.session.unlock(v, WORD)),
            "session.unlock_by_pin": lambda a, v: self.unlocked(
                a, v, a.session.unlock_by_pin(v, PIN)
            ),
        }

    def acts_of_two(self) -> dict[str, Act]:
        """Return what is about a second person, the last of all: it changes what one may."""
        rules = SecondRules(frozenset({Danger.OVERRIDE}))
        return {
            "pairs.ask": self.ask,
            "pairs.confirm": self.confirm,
            "pairs.withdraw": self.withdraw,
            "people.put_second_rules": lambda a, v: a.people.put_second_rules(v, rules),
        }


async def _found_and_taken(a: Asked, v: Viewer) -> None:
    number = seeded_meters(1, 1, 2400, addressed=True)[0].secondary.id
    with running("mbus", "--units", "1", "--lapse", "0") as bus:
        options: dict[str, Option] = {"host": bus.host, "port": bus.port, "lapse": 1000.0}
        bus_line = LinkConfig(LinkId("bus"), "mbus-tcp", "Bus", options)
        await a.scan.begin(v, ScanWish(bus_line, within=number))
        for _look in range(200):
            standing = await a.scan.standing(v)
            if standing.state is not ScanState.RUNNING:
                break
            await asyncio.sleep(0.05)
        picks = [ScanPick(each.secondary, "Cellar") for each in standing.progress.found]
        await a.scan.take(v, picks)


async def _backed_up(a: Asked, v: Viewer) -> None:
    with TemporaryDirectory() as place:
        await a.backups.make(v, str(Path(place) / "whole.heatdesk-backup"))


async def _sealed(a: Asked, v: Viewer) -> None:
    """A receiver is put in first: nobody keeps the password of one that is not there."""
    options = {"receivers": "broker=mqtt:eng@127.0.0.1:9/meters/#"}
    await a.project.put_link(v, LinkConfig(LinkId("radio"), "wmbus", "Radio", options))
    await a.radio.keep_secret(v, "broker", "quiet water")


async def _taken_in(a: Asked, v: Viewer) -> None:
    bringing = await a.samples.add_import(v, "some.csv")
    await a.samples.add_part(v, bringing, some_samples(PointId(f"{OWN}.s3")))
    await a.samples.keep_import(v, bringing, "00" * 32, keep=True)


# What is sent and what came of it, register by register; what is restored was changed first;
# paths are taken back again.
SEVERAL = (
    "scan.take",
    "backups.make",
    "backups.salvage",
    "control.write",
    "control.set_clock",
    "control.take_back",
    "project.put_paths",
    "project.restore",
    "radio.keep_secret",
    "customers.erase",
    "pairs.withdraw",
    "session.unlock",
    "session.unlock_by_pin",
)


@pytest.mark.feature("LM-49", "RD-58")
def test_every_change_leaves_its_entry_with_every_field_filled(world: World) -> None:
    wrong: list[str] = []
    begun = datetime.now(UTC) - timedelta(seconds=5)
    hot = AlarmRule("hot", "high", OWN, PointId(f"{OWN}.s3"), "Hot", 3, limit=-100.0)
    world.ask(world.asked.project.put_rule(world.joined.viewer, hot))
    wait_for(lambda: world.ask(world.asked.alarms.standing(world.joined.viewer)), 30)
    with world.through("channel", "at-administrator") as (asked, viewer):
        for verb, act in Story().acts().items():
            before = newest(world)
            world.ask(act(asked, viewer))
            left = [each for each in entries(world) if each.seq > before]
            who = SECOND if verb == "pairs.confirm" else viewer.login
            own = [each for each in left if each.login == who]
            if verb == "pairs.confirm":  # who came in for it: that stands there too
                own = [each for each in own if each.verb != "session.login"]
            if len(own) != 1 and not (verb in SEVERAL and own):
                wrong.append(f"{verb}: {[(each.verb, each.entity) for each in left]}")
            for each in own:
                filled = all((each.name, each.workstation, each.verb, each.entity, each.result))
                if not filled or not begun <= each.at <= datetime.now(UTC):
                    wrong.append(f"{verb}: {each}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.feature("LM-49")
@pytest.mark.parametrize("way", ["here", "channel", "command line"])
def test_who_asks_for_what_they_may_not_do_stands_in_the_log(world: World, way: str) -> None:
    before = newest(world)
    if way == "command line":
        word = world.site.home / "basic-word"
        word.write_text(WORD + "\n", encoding="utf-8")
        options = ("--user", "at-basic", "--password-file", word)
        done = heatdesk(world.site.home, "audit", world.site.folder, *options)
        assert done.returncode == 3, done.stderr
        asked_for = "audit."
    else:
        with world.through(way, "at-basic") as (asked, viewer):
            project = asked.project
            work = project.undo(viewer) if way == "here" else project.redo(viewer)
            with pytest.raises(NotPermitted):
                world.ask(work)
        asked_for = "project.undo" if way == "here" else "project.redo"

    def left() -> list[AuditEntry]:
        ours = [e for e in entries(world) if e.seq > before and e.result == "refused"]
        return [e for e in ours if e.verb.startswith(asked_for)]

    wait_for(left, 30)
    (entry,) = left()
    assert (entry.login, entry.name) == ("at-basic", "At basic")
    assert entry.workstation
    assert "may not do this" in entry.reason


def test_every_verb_is_of_one_sort() -> None:
    assert {*Story().acts(), *UNCHANGING.split()} == set(surface())


def entries(world: World) -> list[AuditEntry]:
    found: list[AuditEntry] = world.ask(world.asked.audit.entries(world.joined.viewer, 50))
    return found


def newest(world: World) -> int:
    return entries(world)[0].seq
