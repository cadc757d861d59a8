"""Roles and shared presets come where chosen; accounts, and their passwords, never do."""

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.asked import Preset
from app.errors import BadInput, NotPermitted
from app.model.handover import Choice
from app.model.person import Person
from app.model.rights import Capability, Role, Scope
from app.model.version import Thing, ThingKind
from app.project.people import PeopleArchive
from tests.app.compose.handover.places import BEGIN, Place, plant_of, states
from tests.app.project.sites import PASSWORD

CELLS = {Capability.SEE_PLANT: Scope.ALL, Capability.KEEP_OWN: Scope.ALL}
CARETAKER = Role("role-caretaker", "Caretaker", 15, CELLS)
GROUP = Preset("group-1", "device-group", "Schools", "ole", shared=True, content="{}")


@pytest.fixture
def laptop(tmp_path: Path) -> Place:
    return Place(tmp_path, "laptop").new()


@pytest.fixture
def office(tmp_path: Path) -> Place:
    return Place(tmp_path, "office", BEGIN + timedelta(hours=1)).new()


def with_people(place: Place) -> None:
    """Let somebody add a person, a role, a changed role and groups of devices."""
    with closing(place.opened()) as project:
        project.roles.put(CARETAKER)
        basic = project.roles.get("basic")
        more = {**basic.cells, Capability.SEE_HISTORY: Scope.ASSIGNED}
        project.roles.put(replace(basic, name="Basic and history", cells=more))
        project.accounts.add(Person("ida", "Ida Berg", CARETAKER.id), "a word of the laptop")
        inside = json.dumps({"devices": ["school", "gone"], "points": ["school.supply"]})
        project.desks.keep_preset("ole", replace(GROUP, content=inside))
        private = replace(GROUP, id="own", name="Mine", shared=False)
        project.desks.keep_preset("ida", private)


def test_what_differs_of_people_is_told_and_only_what_gives_no_rights_comes_by_itself(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("school"))
    office.change(plant_of("school"))
    with_people(laptop)
    with office.importing(laptop.packed()) as found:
        told = {key: state for key, state in states(found).items() if ":" in key}
        assert told["role:role-caretaker"] == "new"
        assert told["role:basic"] == "conflict"
        assert told["preset:group-1"] == "new"
        assert told["account:ida"] == "stays there"
        assert "preset:own" not in told
        assert "account:ole" not in told
        (basic,) = [each for each in found.differences if each.key == "role:basic"]
        assert "Basic and history" in basic.lines[0]
        with pytest.raises(BadInput, match="role:basic"):
            found.apply({}, office.keys)
        with pytest.raises(BadInput, match="accounts are not brought along"):
            found.apply({"role:basic": Choice.HERE, "account:ida": Choice.LAPTOP}, office.keys)
        found.apply({"role:basic": Choice.LAPTOP}, office.keys)
    with closing(office.opened()) as project:
        assert project.roles.get(CARETAKER.id).name == "Caretaker"
        assert project.roles.get("basic").scope(Capability.SEE_HISTORY) is Scope.ASSIGNED
        kept = project.desks.get("group-1")
        assert kept is not None
        assert (kept.owner, kept.shared) == ("ole", True)
        versions = project.archive.versions(Thing(ThingKind.ROLE, "basic"))
        assert (versions[0].author, versions[0].note) == ("Ole Holm", "brought from a laptop")
        assert set(project.accounts.logins()) == {"ole"}
        entities = {each.entity for each in project.audit.entries(50)}
        assert {"role basic", "role role-caretaker", "preset group-1"} <= entities
    for file in office.root.rglob("*"):
        if file.is_file() and "handovers" not in file.parts:
            assert b"a word of the laptop" not in file.read_bytes()


def test_kept_as_here_nothing_of_people_changes_and_a_second_time_asks_nothing_new(
    laptop: Place, office: Place
) -> None:
    with_people(laptop)
    package = laptop.packed()
    with office.importing(package) as found:
        found.apply({"role:basic": Choice.HERE}, office.keys)
    with closing(office.opened()) as project:
        assert project.roles.get("basic").name != "Basic and history"
    with office.importing(package) as found:
        assert states(found)["role:basic"] == "conflict"
        assert "role:role-caretaker" not in states(found)
        assert "preset:group-1" not in states(found)


def test_what_the_laptop_has_of_before_is_no_question(laptop: Place, office: Place) -> None:
    with_people(laptop)
    package = laptop.packed()
    with office.importing(package) as found:
        found.apply({"role:basic": Choice.LAPTOP}, office.keys)
    with closing(office.opened()) as project:
        now = project.roles.get(CARETAKER.id)
        kept = PeopleArchive(project)
        project.roles.put(replace(now, name="Janitor"))
        kept.saved(f"role {now.id}", "Ole Holm", "a better word")
    with office.importing(package) as found:
        assert states(found)["role:role-caretaker"] == "changed here"


def test_devices_in_a_group_bear_our_ids_and_an_unknown_owner_gives_it_to_who_brings_it(
    laptop: Place, office: Place
) -> None:
    laptop.change(plant_of("school"))
    office.change(plant_of("skole"))
    with closing(laptop.opened()) as project:
        project.accounts.add(Person("ida", "Ida Berg", "basic"), PASSWORD + "!")
        inside = json.dumps({"devices": ["school"], "points": ["school.supply", "x"]})
        project.desks.keep_preset("ida", replace(GROUP, content=inside))
    with office.importing(laptop.packed()) as found:
        ours = dict(found.pairing.devices)
        choices = {each.key: Choice.HERE for each in found.open_questions({})}
        found.apply(choices, office.keys)
    with closing(office.opened()) as project:
        kept = project.desks.get("group-1")
    assert kept is not None
    assert kept.owner == "ole"
    (named,) = [str(each) for each in ours.values()]
    told = json.loads(kept.content)
    assert told == {"devices": [named], "points": [f"{named}.supply", "x"]}


def test_a_role_that_may_more_than_who_brings_it_is_refused_and_nothing_is_changed(
    laptop: Place, office: Place
) -> None:
    high = Role("role-high", "High", 5000, CELLS)
    with closing(laptop.opened()) as project:
        project.roles.put(high)
    before = office.config()
    with (
        office.importing(laptop.packed()) as found,
        pytest.raises(NotPermitted, match="High may do more than you"),
    ):
        found.apply({}, office.keys)
    assert office.config() == before
    with closing(office.opened()) as project:
        assert high.id not in {each.id for each in project.roles.all()}
