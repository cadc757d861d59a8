"""Many save the same thing at the same moment: one is saved, every other one is told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.asked import Preset
from app.errors import Conflict
from app.model.person import Person
from app.model.reading import DeviceId
from app.model.rights import Capability, Role, Scope
from app.model.version import Thing, ThingKind
from app.project.deskservice import DeskService
from app.project.opening import Project
from app.project.people import people_service
from app.project.service import ProjectService
from app.project.versionservice import VersionService
from app.users.peopleservice import PeopleService
from tests.app.project.sites import PASSWORD, create, device, link, opened, rule
from tests.plant import LUND

MANY = 12
WHO = [replace(LUND, login=f"p{at}", name=f"Person {at}") for at in range(MANY)]
AHORN = DeviceId("ahornvej-14")


@dataclass
class Desk:
    """All services of one project, as many people ask them at once."""

    kept: Project
    project: ProjectService
    people: PeopleService
    desk: DeskService
    versions: VersionService

    def numbers(self, thing: Thing) -> list[int]:
        kept = thing.kind in (ThingKind.DEVICE, ThingKind.LINK, ThingKind.RULE)
        store = self.kept.stories if kept else self.kept.archive
        return [each.number for each in store.versions(thing)]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    kept = opened(tmp_path, create(tmp_path))
    project = ProjectService(kept)

    async def changed() -> None: ...

    await project.put_link(LUND, link())
    await project.put_device(LUND, device())
    await project.put_rule(LUND, rule())
    yield Desk(
        kept,
        project,
        people_service(kept, changed),
        DeskService(kept),
        VersionService(kept, project.changes),
    )
    kept.close()


async def race(saves: Sequence[Callable[[], Awaitable[object]]]) -> Counter[str]:
    """Begin all at once; return how many were saved and how many were told of a conflict."""
    ended = await asyncio.gather(*(each() for each in saves), return_exceptions=True)
    told = Counter("saved" for each in ended if not isinstance(each, BaseException))
    for each in ended:
        if isinstance(each, Conflict):
            assert "meanwhile" in str(each)
            assert "Person" in str(each)  # who was quicker
            told["told"] += 1
        elif isinstance(each, BaseException):
            raise each
    return told


ONE_ALONE = Counter({"saved": 1, "told": MANY - 1})


async def test_one_device_is_saved_by_one_of_many(desk: Desk) -> None:
    seen, service = device(), desk.project
    saves = [
        lambda who=who, at=at: service.put_device(
            who, replace(seen, name=f"Name {at}"), "", seen
        )
        for at, who in enumerate(WHO)
    ]
    assert await race(saves) == ONE_ALONE
    assert len(desk.numbers(Thing(ThingKind.DEVICE, AHORN))) == 2
    assert service.version.number == 5


async def test_the_same_wish_of_many_is_one_change(desk: Desk) -> None:
    seen, service = device(), desk.project
    wished = replace(seen, name="All want this")
    saves = [lambda who=who: service.put_device(who, wished, "", seen) for who in WHO]
    assert await race(saves) == Counter({"saved": MANY})
    assert desk.numbers(Thing(ThingKind.DEVICE, AHORN)) == [5, 3]


async def test_a_line_and_a_rule_are_saved_by_one_of_many(desk: Desk) -> None:
    service = desk.project
    lines = [
        lambda who=who, at=at: service.put_link(who, link(port=600 + at), "", link())
        for at, who in enumerate(WHO)
    ]
    assert await race(lines) == ONE_ALONE
    rules = [
        lambda who=who, at=at: service.put_rule(who, rule(limit=60.0 + at), "", rule())
        for at, who in enumerate(WHO)
    ]
    assert await race(rules) == ONE_ALONE


async def test_those_who_change_different_things_never_meet(desk: Desk) -> None:
    service = desk.project
    for at in range(MANY):
        await service.put_device(LUND, device(f"d-{at}", at + 2))
    saves = [
        lambda who=who, at=at: service.put_device(
            who, replace(device(f"d-{at}", at + 2), area="North"), "", device(f"d-{at}", at + 2)
        )
        for at, who in enumerate(WHO)
    ]
    assert await race(saves) == Counter({"saved": MANY})
    areas = {each.area for each in service.config.devices.values() if each.id != AHORN}
    assert areas == {"North"}


async def test_a_letterhead_is_saved_by_one_of_many(desk: Desk) -> None:
    saves = [
        lambda who=who, at=at: desk.project.describe(who, utility=f"Utility {at}", seen=1)
        for at, who in enumerate(WHO)
    ]
    assert await race(saves) == ONE_ALONE


async def test_a_role_and_a_person_are_saved_by_one_of_many(desk: Desk) -> None:
    cells = {Capability.SEE_PLANT: Scope.ALL, Capability.KEEP_OWN: Scope.ALL}
    role = await desk.people.put_role(LUND, Role("", "Caretaker", 15, cells))
    roles = [
        lambda who=who, at=at: desk.people.put_role(who, replace(role, name=f"Role {at}"))
        for at, who in enumerate(WHO)
    ]
    assert await race(roles) == ONE_ALONE
    assert desk.numbers(Thing(ThingKind.ROLE, role.id)) == [2, 1]
    vera = await desk.people.add_person(LUND, Person("vera", "Vera", "basic"), f"{PASSWORD}!")
    people = [
        lambda who=who, at=at: desk.people.change_person(who, replace(vera, name=f"V. {at}"))
        for at, who in enumerate(WHO)
    ]
    assert await race(people) == ONE_ALONE
    assert desk.numbers(Thing(ThingKind.PERSON, "vera")) == [2, 1]


async def test_a_preset_is_saved_by_one_of_many_windows(desk: Desk) -> None:
    wished = Preset("", "device-group", "Schools", "", shared=True, content="[]")
    first = await desk.desk.keep_preset(WHO[0], wished)
    windows = [replace(WHO[0], workstation=f"desk-{at}") for at in range(MANY)]
    saves = [
        lambda who=who, at=at: desk.desk.keep_preset(
            who, replace(first, content=f"[{at}]"), first
        )
        for at, who in enumerate(windows)
    ]
    assert await race(saves) == ONE_ALONE
    assert desk.numbers(Thing(ThingKind.PRESET, first.id)) == [2, 1]


async def test_a_diagram_is_saved_by_one_of_many(desk: Desk) -> None:
    made = await desk.versions.put_diagram(LUND, "school.json", '{"name": "school"}', 0)
    saves = [
        lambda who=who, at=at: desk.versions.put_diagram(
            who, "school.json", f'{{"name": "school_{at}"}}', made.number
        )
        for at, who in enumerate(WHO)
    ]
    assert await race(saves) == ONE_ALONE
    file = desk.kept.folder.diagrams / "school.json"
    newest = desk.kept.archive.versions(Thing(ThingKind.DIAGRAM, "school.json"))[0]
    assert file.read_text(encoding="utf-8") == newest.content
    assert desk.kept.audit.verify() == ""
