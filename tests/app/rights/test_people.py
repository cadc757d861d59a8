"""Who gives rights to whom, and how soon it holds."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.asked import Preset
from app.errors import BadInput, Conflict, NotPermitted, PlantError
from app.model.device import DeviceConfig, DeviceStanding
from app.model.person import Person
from app.model.reading import DeviceId, Reading, split_point
from app.model.rights import Capability, Rights, Role, Scope
from app.model.version import PLANT, Thing, ThingKind
from app.users.roles import preset_roles
from tests.app.rights.world import FOREIGN, OWN, WORD, World, running_world
from tests.journeys.product import wait_for


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with running_world(tmp_path_factory.mktemp("people")) as running:
        yield running


def known(world: World, login: str) -> Person:
    everybody = world.ask(world.asked.people.people(world.joined.viewer))
    found: Person = next(each for each in everybody if each.login == login)
    return found


def change(world: World, login: str, **what: Any) -> Person:
    changed = replace(known(world, login), **what)
    made: Person = world.ask(world.asked.people.change_person(world.joined.viewer, changed))
    return made


def refused(world: World, work: Any, error: type[PlantError], words: str) -> None:
    with pytest.raises(error, match=words):
        world.ask(work)


@pytest.mark.parametrize("way", ["here", "channel"])
@pytest.mark.feature("LM-77")
def test_who_is_sent_away_may_do_nothing_at_once_and_hears_why(world: World, way: str) -> None:
    why = "the contract ended on 30 November"
    heard: list[Rights] = []
    guest = Person(f"guest-{way}", "A. Technician", "limited", devices=(OWN,), is_guest=True)
    world.ask(world.asked.people.add_person(world.joined.viewer, guest, WORD))
    with world.through(way, guest.login) as (asked, viewer):
        asked.watch_rights(heard.append)
        assert [v.config.id for v in world.ask(asked.plant.devices(viewer))] == [OWN]
        change(world, guest.login, ended=why)
        refused(world, asked.plant.devices(viewer), NotPermitted, why)
        wait_for(lambda: bool(heard), 5.0)
        assert heard[-1].ended == why
        assert not viewer.may(Capability.SEE_PLANT)
    with pytest.raises(NotPermitted, match=why):
        world.enter(guest.login)
    entries = world.ask(world.asked.audit.entries(world.joined.viewer, 5))
    entry = next(each for each in entries if each.verb == "people.change_person")
    assert (entry.entity, entry.result) == (f"account {guest.login}", "done")
    assert "guest" in entry.old
    assert why in entry.new


@pytest.mark.parametrize("way", ["here", "channel"])
@pytest.mark.feature("LM-55")
def test_news_of_what_was_not_given_never_arrive(world: World, way: str) -> None:
    readings: list[Reading] = []
    standings: list[DeviceStanding] = []
    change(world, "at-basic", devices=(OWN,))
    with world.through(way, "at-basic") as (asked, viewer):
        stops = [asked.watch_readings(readings.extend), asked.watch_devices(standings.extend)]
        admin = world.joined.viewer
        for device in (OWN, FOREIGN):
            world.ask(world.asked.plant.read_now(admin, device, ["s3"]))
        wait_for(lambda: bool(readings), 10.0)
        assert {split_point(each.point)[0] for each in readings} == {OWN}
        change(world, "at-basic", devices=(FOREIGN,))
        wait_for(lambda: viewer.sees(FOREIGN), 5.0)
        readings.clear()
        for device in (OWN, FOREIGN):
            world.ask(world.asked.plant.read_now(admin, device, ["s3"]))
        wait_for(lambda: bool(readings), 10.0)
        assert {split_point(each.point)[0] for each in readings} == {FOREIGN}
        for stop in stops:
            stop()
    change(world, "at-basic", devices=(OWN,))


@pytest.mark.parametrize("way", ["here", "channel"])
def test_versions_list_what_was_given_with_its_line_and_rules_and_nothing_else(
    world: World, way: str
) -> None:
    def things_of(device: DeviceId) -> set[Thing]:
        return {
            Thing(ThingKind.DEVICE, device),
            Thing(ThingKind.LINK, world.links[device]),
            Thing(ThingKind.RULE, world.rules[device]),
        }

    change(world, "at-basic", devices=(OWN,))
    with world.through(way, "at-basic") as (asked, viewer):
        kept = Preset("", "chart", "Mine", "", shared=False, content="{}")
        mine = Thing(ThingKind.PRESET, world.ask(asked.desk.keep_preset(viewer, kept)).id)
        listed = {each.thing for each in world.ask(asked.versions.things(viewer))}
        world.ask(asked.desk.remove_preset(viewer, mine.id))
    assert listed >= {mine, *things_of(OWN)}
    assert not listed & things_of(FOREIGN)
    plant = Thing(ThingKind.PLANT, PLANT)
    assert plant not in listed
    assert plant in {
        each.thing for each in world.ask(world.asked.versions.things(world.joined.viewer))
    }


def devices_of(world: World, login: str) -> set[str]:
    with world.through("here", login) as (asked, viewer):
        return {view.config.id for view in world.ask(asked.plant.devices(viewer))}


def test_an_area_gives_what_lies_in_it_and_in_its_parts(world: World) -> None:
    admin, project = world.joined.viewer, world.asked.project
    configs: dict[str, DeviceConfig] = {
        view.config.id: view.config for view in world.ask(world.asked.plant.devices(admin))
    }
    world.ask(project.put_device(admin, replace(configs[OWN], area="North / School street")))
    world.ask(project.put_device(admin, replace(configs[FOREIGN], area="Northern")))
    change(world, "at-read-only", devices=(), areas=("North",))
    with world.through("here", "at-read-only") as (asked, viewer):
        assert {v.config.id for v in world.ask(asked.plant.devices(viewer))} == {OWN}
        world.ask(project.put_device(admin, replace(configs[FOREIGN], area="North/Hill")))
        wait_for(lambda: viewer.sees(FOREIGN), 5.0)
    for config in configs.values():
        world.ask(project.put_device(admin, config))
    change(world, "at-read-only", devices=(OWN,), areas=())


def test_a_group_gives_its_devices_when_its_owner_may_give_them(world: World) -> None:
    content = f'{{"devices": ["{FOREIGN}", "gone"]}}'
    group = Preset("", "device-group", "Schools", "", shared=True, content=content)
    made = world.ask(world.asked.desk.keep_preset(world.joined.viewer, group))
    change(world, "at-read-only", groups=(made.id,))
    assert devices_of(world, "at-read-only") == {OWN, FOREIGN}
    with world.through("here", "at-full") as (asked, viewer):
        own = world.ask(asked.desk.keep_preset(viewer, group))
    change(world, "at-read-only", groups=(own.id,))
    assert devices_of(world, "at-read-only") == {OWN}
    change(world, "at-read-only", groups=())


@pytest.mark.feature("RD-59")
def test_somebody_is_always_left_who_manages(world: World) -> None:
    admin, people = world.joined.viewer, world.asked.people
    for other in ("at-administrator", "at-manager"):
        change(world, other, ended="away")
    own = known(world, admin.login)
    words = "somebody must be left who manages people and the project"
    for lost in (replace(own, role="full"), replace(own, ended="away")):
        refused(world, people.change_person(admin, lost), NotPermitted, words)
    refused(world, people.remove_person(admin, admin.login), NotPermitted, words)
    assert known(world, admin.login) == own
    change(world, "at-manager", ended="")
    assert world.ask(people.change_person(admin, replace(own, name="A. Engineer"))).version == 2
    change(world, "at-administrator", ended="")


@pytest.mark.feature("RD-59")
def test_a_manager_changes_the_roles_below_and_nobody_above(world: World) -> None:
    roles = {role.id: role for role in world.ask(world.asked.people.roles(world.joined.viewer))}
    with world.through("channel", "at-manager") as (asked, viewer):
        people = asked.people
        lower = roles["meter-user"]
        cells = {**lower.cells, Capability.MAKE_REPORT: Scope.ALL}
        with world.through("here", "at-meter-user") as (_asked, user):
            assert not user.may(Capability.MAKE_REPORT)
            kept = world.ask(people.put_role(viewer, replace(lower, cells=cells)))
            assert user.may(Capability.MAKE_REPORT)
            refused(
                world,
                people.put_role(viewer, lower),
                Conflict,
                "At manager changed role meter-user meanwhile .*make-report",
            )
            world.ask(people.remove_role(viewer, kept.id))
            assert not user.may(Capability.MAKE_REPORT)
        assert world.ask(people.roles(viewer))[-1].version == 0
        for higher in ("administrator", "manager"):
            with pytest.raises(NotPermitted):
                world.ask(people.put_role(viewer, replace(roles[higher], name="Mine")))
        with pytest.raises(NotPermitted, match="only who stands higher"):
            world.ask(people.set_password(viewer, "at-administrator", "another long word"))
        refused(
            world,
            people.add_person(viewer, Person("x", "X", "administrator"), WORD),
            NotPermitted,
            "only who stands higher",
        )


def test_nobody_gives_more_than_they_hold(world: World) -> None:
    with world.through("here", "at-site-administrator") as (asked, viewer):
        mighty = Role("", "Mighty", 20, dict(preset_roles()["manager"].cells))
        refused(
            world,
            asked.people.put_role(viewer, mighty),
            NotPermitted,
            "nobody can give rights that they do not hold",
        )


def test_a_role_of_ones_own_is_made_given_and_only_then_kept_from_being_removed(
    world: World,
) -> None:
    admin, people = world.joined.viewer, world.asked.people
    cells = {Capability.SEE_PLANT: Scope.ASSIGNED, Capability.KEEP_OWN: Scope.ALL}
    role = world.ask(people.put_role(admin, Role("", "Caretaker", 15, cells)))
    change(world, "at-basic", role=role.id)
    assert devices_of(world, "at-basic") == {OWN}
    refused(world, people.remove_role(admin, role.id), NotPermitted, "still that of At basic")
    change(world, "at-basic", role="basic")
    world.ask(people.remove_role(admin, role.id))
    refused(world, people.remove_role(admin, role.id), BadInput, "there is no role")


def test_two_who_change_one_person_hear_of_each_other(world: World) -> None:
    seen = known(world, "at-basic")
    change(world, "at-basic", name="Basic B.")
    work = world.asked.people.change_person(world.joined.viewer, replace(seen, name="C."))
    refused(world, work, Conflict, "changed account at-basic meanwhile .*“Basic B.”")


def test_ones_own_password_needs_the_old_one(world: World) -> None:
    with world.through("here", "at-installer") as (asked, viewer):
        people, new = asked.people, "cold water runs as well"
        refused(world, people.change_own_password(viewer, "no", new), NotPermitted, "wrong")
        refused(
            world, people.change_own_password(viewer, WORD, "short"), BadInput, "at least 12"
        )
        world.ask(people.change_own_password(viewer, WORD, new))
        with pytest.raises(NotPermitted):
            world.enter("at-installer")
        world.ask(people.change_own_password(viewer, new, WORD))


def test_no_password_stands_in_the_project_s_files(world: World) -> None:
    for file in Path(world.site.folder).rglob("*"):
        if file.is_file():
            assert WORD.encode() not in file.read_bytes(), file


def test_who_adds_a_device_is_given_it_and_a_failed_one_leaves_nothing_behind(
    world: World,
) -> None:
    with world.through("channel", "at-full") as (asked, viewer):
        (own,) = world.ask(asked.plant.devices(viewer))
        new = replace(own.config, id="fresh-1", name="Fresh 1", unit=77)
        world.ask(asked.project.put_device(viewer, new))
        wait_for(lambda: viewer.sees(new.id), 5.0)
        seen = {view.config.id for view in world.ask(asked.plant.devices(viewer))}
        assert seen == {OWN, new.id}
        with pytest.raises(PlantError):
            world.ask(asked.project.put_device(viewer, replace(new, id="fresh-2", name="")))
        assert known(world, "at-full").devices == (OWN, new.id)
        world.ask(asked.project.remove_device(viewer, new.id))
    assert devices_of(world, "at-basic") == {OWN}


def test_a_line_that_others_use_takes_no_device_of_somebody_who_does_not_see_them(
    world: World,
) -> None:
    with world.through("here", "at-full") as (asked, viewer):
        (own,) = world.ask(asked.plant.devices(viewer))
        hidden = replace(own.config, id="fresh-3", link=world.links[FOREIGN], unit=78)
        link = f"there is no link {world.links[FOREIGN]}"
        refused(world, asked.project.put_device(viewer, hidden), BadInput, link)
        moved = replace(own.config, link=world.links[FOREIGN])
        refused(world, asked.project.put_device(viewer, moved), BadInput, link)
        others = replace(own.config, id=FOREIGN)  # theirs is the line, not the device
        said = f"there is no device {FOREIGN}"
        refused(world, asked.project.put_device(viewer, others), BadInput, said)
