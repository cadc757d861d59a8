"""What a laptop brings is compared by what it is, not by its name, and merged whole."""

import shutil
import zipfile
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.compose.handover.package import Step
from app.compose.handover.packing import pack_for
from app.errors import BadInput, NotPermitted, SecretsLocked
from app.model.alarm import AlarmState
from app.model.device import LinkId
from app.model.handover import Choice
from app.model.person import Person
from app.model.reading import DeviceId, Quality
from app.project.check import check_project, is_sound
from app.project.config import Mutate
from app.project.opening import open_project
from app.project.takeover import CalledOff
from app.project.validation import faults_of
from app.users.keyplaces import Keys
from tests.app.compose.handover.places import (
    BEGIN,
    PERSON,
    PHRASE,
    Place,
    plant_of,
    raised,
    states,
)  # fmt: skip
from tests.app.project.sites import device, link, rule

EARLIER = BEGIN - timedelta(hours=2)


@pytest.fixture
def laptop(tmp_path: Path) -> Place:
    return Place(tmp_path, "laptop").new()


@pytest.fixture
def office(tmp_path: Path) -> Place:
    return Place(tmp_path, "office", BEGIN + timedelta(hours=1)).new()


def test_what_only_the_laptop_has_comes_with_its_records_and_its_history(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("ahornvej-14"), lambda c: c.with_rule(rule()))
    laptop.measured("ahornvej-14.supply", [70.0, None, 71.5], BEGIN)
    with closing(laptop.opened()) as project:
        raised(project, BEGIN)
        project.documents.file(
            b"%PDF", "as built.pdf", title="As built", kind="drawing", created_by="Ole Holm",
            device=DeviceId("ahornvej-14"),
        )  # fmt: skip
        project.secrets.put("link/gateway/password", "hunter2hunter2")
        before = project.audit.entries(1)[0].seq
    package = laptop.packed()
    with office.importing(package) as found:
        assert states(found) == {
            "link:gateway": "new",
            "device:ahornvej-14": "new",
            "rule:ahornvej-14.supply.high": "new",
            "secret:link/gateway/password": "new",
        }
        brought = found.apply({}, office.keys)
    assert (brought.samples, brought.documents, brought.alarms) == (3, 1, 1)
    assert brought.versions == 2  # the laptop's two, and nothing was left for the import itself
    assert brought.audit_entries == before + 2  # who came in, and the packing
    assert office.config().devices == laptop.config().devices
    assert office.samples("ahornvej-14.supply") == laptop.samples("ahornvej-14.supply")
    assert [each[2] for each in office.samples("ahornvej-14.supply")] == [
        Quality.GOOD, Quality.OFFLINE, Quality.GOOD,
    ]  # fmt: skip
    with closing(office.opened()) as project:
        assert project.documents.faults() == []
        assert project.documents.all(DeviceId("ahornvej-14"))[0].path.read_bytes() == b"%PDF"
        assert project.secrets.get("link/gateway/password") == "hunter2hunter2"
        assert project.audit.verify() == ""
        assert project.journal.standing()[0].occurred_at == BEGIN
        authors = [version.author for version in project.configuration.versions()]
        notes = [version.note for version in project.configuration.versions()]
        assert authors[:2] == ["Ole Holm", "Ole Holm"]
        assert all("on the laptop, 2026-01-05" in note for note in notes[:2])
        verbs = [(entry.verb, entry.entity) for entry in project.audit.entries(10)]
        assert ("project.import", "device ahornvej-14") in verbs
        assert verbs[0] == ("project.import", "project")
    assert brought.backup.is_file()
    assert is_sound(check_project(office.root, keys=office.keys, now=office.clock))


@pytest.mark.parametrize("how", ["altered", "without a head", "with a head of its own"])
def test_a_laptop_whose_activity_log_was_altered_is_told_before_anything_is_merged(
    laptop: Place, office: Place, tmp_path: Path, how: str
) -> None:
    laptop.change(plant_of("ahornvej-14"))
    package = tmp_path / "altered.zip"
    with (
        zipfile.ZipFile(laptop.packed()) as whole,
        zipfile.ZipFile(package, "w") as altered,
    ):
        for name in whole.namelist():
            content = whole.read(name)
            if name == "audit.sqlite" and how == "altered":
                content = content.replace(b"Ole Holm", b"Ida Holm")
            if name == "audit.head":
                if how == "without a head":
                    continue
                content = content if how == "altered" else b"{}"
            altered.writestr(name, content)
    with office.importing(package) as found:
        (log,) = [each for each in found.differences if each.kind == "audit"]
        assert log.lines[0]
        with pytest.raises(BadInput, match="say what shall hold, here or laptop: audit:log"):
            found.apply({}, office.keys)
        found.apply({log.key: Choice.HERE}, office.keys)
    with closing(office.opened()) as project:
        done = [e for e in project.audit.entries(20) if e.verb == "project.import"]
        told = {each.entity: each for each in done}
        assert told["audit log"].new == log.lines[0]
        assert told["project"].new.startswith("altered.zip: taken 2, kept 1, versions ")
        assert "Path(" not in told["project"].new
        assert project.audit.verify() == ""


def test_a_second_import_of_the_same_finds_nothing_and_doubles_nothing(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("ahornvej-14"))
    laptop.measured("ahornvej-14.supply", [70.0, 71.0], BEGIN)
    with closing(laptop.opened()) as project:
        raised(project, BEGIN)
        (stands,) = project.journal.standing()
        late = replace(stands, state=AlarmState.NORMAL, occurred_at=EARLIER, historical=True)
        project.journal.append(late, BEGIN + timedelta(minutes=1))
    package = laptop.packed()
    for samples in (2, 0):
        with office.importing(package) as found:
            brought = found.apply({}, office.keys)
        assert (brought.samples, brought.alarms, brought.documents) == (
            samples, samples, 0,
        )  # fmt: skip
    assert states(found) == {}
    with closing(office.opened()) as project:  # what came late is kept, and stands nowhere
        assert project.journal.standing() == [stands]
        assert [each.alarm for each in project.journal.history(9)] == [late, stands]
    assert len(office.samples("ahornvej-14.supply")) == 2


def test_the_same_device_under_another_id_is_merged_and_another_one_under_its_id_is_not(
    laptop: Place, office: Place
) -> None:
    """Ids are what somebody typed: address, serial number and application tell who it is."""
    office.change(
        lambda c: (
            c.with_link(link("line-a"))
            .with_device(device("school", 1, link=LinkId("line-a"), serial="0071"))
            .with_device(device("bakery", 2, link=LinkId("line-a")))
        )
    )
    office.measured("school.supply", [60.0, None], BEGIN)
    laptop.change(
        lambda c: (
            c.with_link(link())  # the same gateway, called otherwise
            .with_device(device("skolen", 1, serial="71", name="School"))
            .with_link(link("school", host="10.9.9.9"))
            .with_device(device("school", 2, link=LinkId("school")))
        )
    )
    laptop.measured("skolen.supply", [99.0, 61.0, 62.0], BEGIN)
    laptop.measured("school.supply", [40.0], BEGIN)
    with office.importing(laptop.packed()) as found:
        assert states(found) == {
            "link:line-a": "conflict",  # its name
            "device:school": "conflict",
            "link:school-2": "new",
            "device:school-2": "new",
        }
        with pytest.raises(BadInput, match=r"link:line-a, device:school"):
            found.apply({}, office.keys)
        brought = found.apply(
            {"link:line-a": Choice.HERE, "device:school": Choice.LAPTOP}, office.keys
        )
    config = office.config()
    assert faults_of(config) == []
    assert config.devices[DeviceId("school")].link == "line-a"
    assert config.devices[DeviceId("school")].serial == "71"
    assert config.links[LinkId("line-a")].name == "Line-a"
    assert set(config.devices) == {"school", "bakery", "school-2"}
    values = [value for _at, value, _quality in office.samples("school.supply")]
    assert values == [60.0, 61.0, 62.0]  # ours, the laptop's where ours said nothing, and more
    assert [value for _at, value, _q in office.samples("school-2.supply")] == [40.0]
    assert brought.kept == 1


def test_another_device_at_the_same_address_is_never_taken_for_ours(
    laptop: Place, office: Place
) -> None:
    office.change(plant_of(), lambda c: c.with_device(device("old-meter", 1, serial="11")))
    laptop.change(plant_of(), lambda c: c.with_device(device("meter", 1, serial="22")))
    package = laptop.packed()
    with office.importing(package) as found:
        assert states(found) == {"device:meter": "other device"}
        found.apply({"device:meter": Choice.HERE}, office.keys)
    assert set(office.config().devices) == {"old-meter"}
    with office.importing(package) as found:
        found.apply({"device:meter": Choice.LAPTOP}, office.keys)
    assert set(office.config().devices) == {"meter"}


def test_of_a_project_that_was_taken_along_only_what_both_changed_is_a_conflict(
    laptop: Place, tmp_path: Path
) -> None:
    laptop.change(plant_of("a", "b", "c", "d"))
    office = Place(tmp_path, "office", BEGIN + timedelta(hours=2))
    shutil.copytree(laptop.root, office.root)
    office.keys = laptop.keys

    def named(name: str, word: str) -> Mutate:
        return lambda c: c.with_device(replace(c.devices[DeviceId(name)], area=word))

    office.change(named("a", "Office"), named("c", "Office"))
    laptop.change(
        named("b", "Laptop"), named("c", "Laptop"), lambda c: c.without_device(DeviceId("d"))
    )
    laptop.change(lambda c: c.with_link(link(host="10.0.0.77")))
    with office.importing(laptop.packed()) as found:
        assert states(found) == {
            "link:gateway": "changed",
            "device:a": "changed here",
            "device:b": "changed",
            "device:c": "conflict",
            "device:d": "removed",
        }
        conflict = next(each for each in found.differences if each.key == "device:c")
        assert conflict.lines == ("device c: area 'Office' → 'Laptop'",)
        found.apply({"device:c": Choice.LAPTOP}, office.keys)
    areas = {each.id: each.area for each in office.config().devices.values()}
    assert areas == {"a": "Office", "b": "Laptop", "c": "Laptop", "d": "Nord"}
    assert office.config().links[LinkId("gateway")].options["host"] == "10.0.0.77"
    with closing(office.opened()) as project:
        story = [project.configuration.at(v.number) for v in project.configuration.versions()]
    areas_ever = {c.devices[DeviceId("c")].area for c in story if "c" in c.devices}
    assert areas_ever == {"Nord", "Office", "Laptop"}


def test_secrets_travel_sealed_and_open_only_with_the_passphrase_and_where_they_arrived(
    laptop: Place, office: Place, tmp_path: Path
) -> None:
    secret = "the meters' key 0011223344"
    with closing(laptop.opened()) as project:
        project.secrets.put("key/meter", secret)
        project.secrets.put("customer-key", "00" * 32)  # of residents, who do not come along
        key = project.secrets.get("audit-key")
    package = laptop.packed()
    with zipfile.ZipFile(package) as packed:
        inside = b"".join(packed.read(name) for name in packed.namelist())
    for word in (secret, key, PHRASE, PERSON[1]):
        assert word.encode() not in inside
    with pytest.raises(SecretsLocked, match="passphrase"), office.importing(package, "x" * 20):
        pass
    with office.importing(package) as found:
        assert states(found) == {"secret:key/meter": "new"}
        found.apply({}, office.keys)
    with closing(office.opened()) as project:
        assert project.secrets.get("key/meter") == secret
        assert "customer-key" not in project.secrets.names()
        assert "passphrase" not in project.secrets.places
    with pytest.raises(SecretsLocked):
        open_project(office.root, keys=Keys(tmp_path / "nobody", passphrase=PHRASE))


def test_who_may_not_change_the_project_imports_nothing_and_nobody_calls_off_half(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("ahornvej-14"))
    package = laptop.packed()
    with closing(office.opened()) as project:
        before = project.configuration.current().version
    stranger = office.importing(package, person=("ole", "wrong" * 4))
    with pytest.raises(NotPermitted), stranger:
        pass
    for parts in (1, 4, 6):
        with office.importing(package) as found, pytest.raises(CalledOff):
            found.apply({}, office.keys, until(parts))
        with closing(office.opened()) as project:
            assert project.configuration.current().version == before
            assert project.audit.verify() == ""
        assert not list(office.root.glob("import.*"))


@pytest.mark.parametrize("role", ["full", "site-administrator", "read-only"])
def test_only_who_may_change_the_project_and_its_people_packs_or_imports(
    laptop: Place, office: Place, role: str
) -> None:
    package, guest = laptop.packed(), ("ida", "another long password")
    for place in (laptop, office):
        with closing(place.opened()) as project:
            project.accounts.add(Person("ida", "Ida Berg", role), guest[1])
    out = laptop.home / "not.heatdesk"
    with pytest.raises(NotPermitted):
        pack_for(laptop.root, out, PHRASE, guest, laptop.keys)
    assert not out.exists()
    refused = office.importing(package, person=guest)
    with pytest.raises(NotPermitted), refused:
        pass


def until(parts: int) -> Step:
    """Call it off when so many parts are done."""
    return lambda done, _of: done < parts
