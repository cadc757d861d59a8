"""Every thing that is configured keeps its versions, and one of them can be brought back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import pytest

from app.asked import Asked, Preset
from app.errors import BadInput, Conflict, NotPermitted, SecondPersonNeeded
from app.model.device import LinkId
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Capability, Role, Scope
from app.model.second import Danger, SecondRules
from app.model.version import SECOND, Thing, ThingKind, ThingVersion
from app.project.bringback import bring_back, versions_of, why_not_back
from app.project.deskservice import DeskService
from app.project.opening import Project
from app.project.people import people_service
from app.project.service import ProjectService
from app.project.versionservice import VersionService
from app.users.peopleservice import PeopleService
from app.verbs import Viewer
from tests.app.project.sites import PASSWORD, create, device, link, opened, rule
from tests.people import person
from tests.plant import GUEST, LUND

AHORN = Thing(ThingKind.DEVICE, "ahornvej-14")
PROFILE = Thing(ThingKind.PROFILE, "gavazzi.em24_e1.yaml")
RULE = rule()
YAML = (Path(__file__).parents[3] / "resources/profiles/gavazzi.em24_e1.yaml").read_text(
    encoding="utf-8"
)
VERA = replace(LUND, login="vera", name="V. Holm")


@dataclass
class Site:
    """The services of an open project, as `Asked` has them."""

    kept: Project
    project: ProjectService
    versions: VersionService
    people: PeopleService
    desk: DeskService

    async def history(self, thing: Thing, viewer: Viewer = LUND) -> list[ThingVersion]:
        return list(await versions_of(cast("Asked", self), viewer, thing))

    async def back(self, thing: Thing, number: int, seen: ThingVersion | None = None) -> None:
        known = await self.history(thing)
        wanted = next(each for each in known if each.number == number)
        await bring_back(
            cast("Asked", self), LUND, thing, wanted, seen or known[0], "a mistake"
        )


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    kept = opened(tmp_path, create(tmp_path))
    project = ProjectService(kept)

    async def changed() -> None: ...

    people = people_service(kept, changed)
    made = Site(kept, project, VersionService(kept, project.changes), people, DeskService(kept))
    await project.put_link(LUND, link(), "first gateway")
    await project.put_device(LUND, device())
    await project.put_rule(LUND, RULE)
    yield made
    kept.close()


def numbers(versions: list[ThingVersion]) -> list[int]:
    return [each.number for each in versions]


async def test_a_device_has_its_own_versions_with_author_time_and_note(site: Site) -> None:
    await site.project.put_device(VERA, device(name="Ahornvej 14 b"), "house was split")
    await site.project.put_rule(LUND, rule(limit=90.0))
    known = await site.history(AHORN)
    assert numbers(known) == [5, 3]
    assert (known[0].author, known[0].note) == ("V. Holm", "house was split")
    assert known[0].at is not None
    assert known[1].at is not None
    assert known[0].at > known[1].at
    assert '"name": "Ahornvej 14 b"' in known[0].content


async def test_one_device_is_brought_back_and_nothing_else(site: Site) -> None:
    await site.project.put_device(VERA, device(name="Ahornvej 14 b", unit=7))
    await site.project.put_rule(LUND, rule(limit=90.0))
    await site.back(AHORN, 3)
    assert site.project.config.devices[DeviceId(AHORN.id)] == device()
    assert site.project.config.rules[RULE.id].limit == 90.0
    newest = (await site.history(AHORN))[0]
    assert newest.note == "version 3 brought back: a mistake"
    entry = site.kept.audit.entries(1)[0]
    assert (entry.verb, entry.reason) == ("project.put_device", newest.note)
    assert "unit 7 → 1" in entry.new
    await site.project.undo(LUND)
    assert site.project.config.devices[DeviceId(AHORN.id)].unit == 7


async def test_what_was_removed_comes_back_with_its_story(site: Site) -> None:
    await site.project.remove_rule(LUND, RULE.id)
    thing = Thing(ThingKind.RULE, RULE.id)
    known = await site.history(thing)
    assert [each.is_gone for each in known] == [True, False]
    assert why_not_back(thing, known[0], known[0]) != ""
    await site.back(thing, known[1].number)
    assert site.project.config.rules[RULE.id] == RULE


async def test_lines_and_letterhead_have_versions_too(site: Site) -> None:
    await site.project.put_link(LUND, link(port=503))
    await site.back(Thing(ThingKind.LINK, "gateway"), 2)
    assert site.project.config.links[LinkId("gateway")] == link()
    plant = Thing(ThingKind.PLANT, "plant")
    await site.project.describe(LUND, utility="Nordby Varme", options={"address": "Vej 1"})
    await site.back(plant, 1)
    assert (site.project.config.utility, site.project.config.options) == ("", {})
    seen = (await site.history(plant))[0]
    await site.project.describe(VERA, title="Nordby Øst")
    with pytest.raises(Conflict, match=r"V\. Holm changed plant meanwhile .*Nordby Øst"):
        await site.back(plant, 1, seen)


async def test_the_second_of_two_hears_who_when_and_what(site: Site) -> None:
    seen = device()
    await site.project.put_device(VERA, replace(seen, name="Ahornvej 14 b"), base=seen)
    with pytest.raises(Conflict) as told:
        await site.project.put_device(LUND, replace(seen, unit=9), base=seen)
    assert str(told.value) == (
        "V. Holm changed device ahornvej-14 meanwhile (2026-01-15 13:00): "
        "name “Ahornvej 14” → “Ahornvej 14 b”. Yours was not saved."
    )
    # Another device's change is no conflict, and the same wish twice is none either.
    await site.project.put_device(LUND, device("other", 2))
    await site.project.put_device(VERA, replace(seen, name="Ahornvej 14 b"), base=seen)
    await site.project.remove_rule(VERA, RULE.id)
    with pytest.raises(Conflict, match="it was removed"):
        await site.project.put_rule(LUND, replace(RULE, limit=80.0), base=RULE)


async def test_a_role_begins_as_it_came_and_is_brought_back(site: Site) -> None:
    thing = Thing(ThingKind.ROLE, "basic")
    roles = {each.id: each for each in await site.people.roles(LUND)}
    cells = {**roles["basic"].cells, Capability.MAKE_REPORT: Scope.ALL}
    cells |= {Capability.SEE_HISTORY: Scope.ALL, Capability.SEE_ALARMS: Scope.ALL}
    cells |= {Capability.SEE_PLANT: Scope.ALL}
    await site.people.put_role(LUND, replace(roles["basic"], cells=cells), "more reports")
    known = await site.history(thing)
    assert numbers(known) == [2, 1]
    assert (known[0].author, known[0].note) == ("K. Lund", "more reports")
    assert (known[1].author, known[1].note) == ("", "as it was found")
    await site.back(thing, 1)
    roles = {each.id: each for each in await site.people.roles(LUND)}
    assert roles["basic"].scope(Capability.MAKE_REPORT) is Scope.NONE
    assert site.kept.audit.entries(1)[0].reason == "version 1 brought back: a mistake"
    with pytest.raises(Conflict, match=r"K\. Lund saved version 3 meanwhile"):
        await site.back(thing, 1, known[0])


async def test_a_role_that_was_removed_comes_back(site: Site) -> None:
    cells = {Capability.SEE_PLANT: Scope.ALL, Capability.KEEP_OWN: Scope.ALL}
    made = await site.people.put_role(LUND, Role("", "Caretaker", 15, cells))
    await site.people.remove_role(LUND, made.id)
    thing = Thing(ThingKind.ROLE, made.id)
    assert [each.is_gone for each in await site.history(thing)] == [True, False]
    await site.back(thing, 1)
    assert "Caretaker" in {each.name for each in await site.people.roles(LUND)}


async def test_what_a_person_was_given_is_brought_back_and_a_removed_one_is_not(
    site: Site,
) -> None:
    vera = await site.people.add_person(LUND, Person("vera", "Vera", "basic"), PASSWORD + "!")
    given = replace(vera, areas=("Nord",), role="limited")
    await site.people.change_person(LUND, given, "moved to the north")
    thing = Thing(ThingKind.PERSON, "vera")
    known = await site.history(thing)
    assert [each.note for each in known] == ["moved to the north", ""]
    assert PASSWORD not in "".join(each.content for each in known)
    with pytest.raises(Conflict, match=r"K\. Lund changed account vera meanwhile .*areas"):
        await site.people.change_person(LUND, replace(vera, name="V."))
    await site.back(thing, 1)
    now = next(each for each in await site.people.people(LUND) if each.login == "vera")
    assert (now.role, now.areas) == ("basic", ())
    await site.people.remove_person(LUND, "vera")
    with pytest.raises(BadInput, match="has lost its password"):
        await site.back(thing, 1)


async def test_rules_for_second_persons_keep_their_versions_and_come_back(site: Site) -> None:
    thing = Thing(ThingKind.SECOND, SECOND)
    (as_found,) = await site.history(thing)
    assert (as_found.author, as_found.note) == ("", "as it was found")
    both = frozenset({Danger.OVERRIDE, Danger.BULK})
    rules = await site.people.put_second_rules(LUND, SecondRules(both, 20), "two pairs of eyes")
    two = replace(LUND, second="vera")  # for less, somebody confirmed it
    less = replace(rules, dangers=frozenset({Danger.BULK}), wait_min=40)
    await site.people.put_second_rules(two, less)
    known = await site.history(thing)
    assert numbers(known) == [3, 2, 1]
    assert [each.note for each in known] == ["", "two pairs of eyes", "as it was found"]
    with pytest.raises(SecondPersonNeeded):
        await site.back(thing, 1)  # the way back is no way around the second person
    await site.back(thing, 2)
    now = await site.people.second_rules(LUND)
    assert (now.dangers, now.wait_min) == (both, 20)
    entry = site.kept.audit.entries(1)[0]
    assert (entry.verb, entry.entity) == ("people.put_second_rules", "second person")
    assert entry.reason == "version 2 brought back: a mistake"
    with pytest.raises(Conflict, match="meanwhile"):
        await site.back(thing, 2, known[0])
    stories = {each.thing: each for each in await site.versions.things(LUND)}
    assert stories[thing].count == 4
    with pytest.raises(NotPermitted):
        await site.history(thing, GUEST)
    eve = person("eve", "Eve", "desk-3", [Capability.KEEP_OWN])
    assert thing not in {each.thing for each in await site.versions.things(eve)}


async def test_presets_are_kept_and_the_second_of_two_is_told(site: Site) -> None:
    wished = Preset("", "device-group", "Schools", "", shared=True, content='{"devices": []}')
    first = await site.desk.keep_preset(LUND, wished)
    second = replace(first, content='{"devices": ["ahornvej-14"]}')
    await site.desk.keep_preset(LUND, second, first)
    with pytest.raises(Conflict, match=r"K\. Lund changed “Schools” meanwhile .*devices"):
        await site.desk.keep_preset(LUND, replace(first, name="Old"), first)
    thing = Thing(ThingKind.PRESET, first.id)
    await site.desk.remove_preset(LUND, first.id)
    with pytest.raises(Conflict, match="it was removed"):
        await site.desk.keep_preset(LUND, replace(first, name="Old"), second)
    await site.back(thing, 1)
    assert await site.desk.presets(LUND, "device-group") == [first]
    assert site.kept.audit.entries(1)[0].verb == "desk.keep_preset"
    assert numbers(await site.history(thing, VERA)) == [4, 3, 2, 1]


async def test_nobody_sees_versions_of_a_preset_that_is_another_s_alone(site: Site) -> None:
    wished = Preset("", "chart", "Mine", "", shared=False, content="{}")
    kept = await site.desk.keep_preset(LUND, wished)
    with pytest.raises(BadInput, match="there is no preset"):
        await site.history(Thing(ThingKind.PRESET, kept.id), VERA)
    assert kept.id not in {each.thing.id for each in await site.versions.things(VERA)}
    assert kept.id in {each.thing.id for each in await site.versions.things(LUND)}


async def test_a_profile_put_there_by_hand_has_a_version_and_is_saved_over(site: Site) -> None:
    file = site.kept.folder.profiles / PROFILE.id
    file.write_text(YAML, encoding="utf-8")
    (first,) = await site.history(PROFILE)
    assert (first.author, first.content) == ("", YAML)
    changed = f"{YAML}# looked through\n"
    made = await site.versions.put_profile(LUND, PROFILE.id, changed, 1, "looked through")
    assert made.number == 2
    with pytest.raises(
        Conflict, match=r"K\. Lund changed profile gavazzi\.em24_e1\.yaml meanwhile"
    ):
        await site.versions.put_profile(VERA, PROFILE.id, f"{YAML}# mine\n", 1)
    assert file.read_text(encoding="utf-8") == changed
    await site.back(PROFILE, 1)
    assert file.read_text(encoding="utf-8") == YAML
    entry = site.kept.audit.entries(1)[0]
    assert (entry.verb, entry.result) == ("versions.put_profile", "version 3")
    file.unlink()
    assert (await site.history(PROFILE))[0].is_gone


async def test_a_file_that_makes_no_sense_is_not_saved(site: Site) -> None:
    for name in ("../evil.yaml", "a/b.yaml", ".yaml", "con.yaml", "x.json", "naïve.yaml"):
        with pytest.raises(BadInput, match="there is no profile"):
            await site.versions.put_profile(LUND, name, YAML, 0)
    with pytest.raises(BadInput, match=r"gavazzi\.em24_e1\.yaml:1"):
        await site.versions.put_profile(LUND, PROFILE.id, "nonsense: true\n", 0)
    with pytest.raises(BadInput, match=r"plan\.json"):
        await site.versions.put_diagram(LUND, "plan.json", "{", 0)
    assert list(site.kept.folder.profiles.iterdir()) == []


async def test_the_list_tells_each_only_what_is_theirs(site: Site) -> None:
    everything = {each.thing.kind for each in await site.versions.things(LUND)}
    assert everything == {
        ThingKind.PLANT,
        ThingKind.LINK,
        ThingKind.DEVICE,
        ThingKind.RULE,
        ThingKind.PERSON,
    }  # a role stands here once it is no longer as it came
    few = person("few", "F. Ew", "desk-3", frozenset({Capability.KEEP_OWN}))
    assert await site.versions.things(few) == []
    with pytest.raises(NotPermitted):
        await site.versions.of_role(GUEST, "basic")
    with pytest.raises(BadInput, match="there is no device nowhere"):
        await site.versions.of_device(LUND, DeviceId("nowhere"))


async def test_a_project_of_an_older_program_shows_what_stood_before(site: Site) -> None:
    story = next(each for each in await site.versions.things(LUND) if each.thing == AHORN)
    assert (story.name, story.count, story.author) == ("Ahornvej 14", 1, "K. Lund")
