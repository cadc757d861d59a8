"""The project's verbs: every change is permitted, audited, saved, then made known."""

import asyncio
import inspect
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.asked import ProjectVerbs
from app.errors import BadInput, Conflict, NotPermitted, StoreBroken
from app.model.device import LinkId
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.opening import Project
from app.project.service import ProjectService
from app.verbs import Capability, verbs_of
from tests.app.project.sites import create, device, link, opened, plant, rule
from tests.plant import GUEST, LUND

AHORN = DeviceId("ahornvej-14")


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    made = opened(tmp_path, create(tmp_path))
    yield made
    made.close()


@pytest.fixture
async def service(project: Project) -> ProjectService:
    return ProjectService(project)


async def fill(service: ProjectService) -> None:
    """Bring in the gateway, the controller and the rule of the small plant."""
    await service.put_link(LUND, link(), "first gateway")
    await service.put_device(LUND, device())
    await service.put_rule(LUND, rule())


def newest_audit(project: Project) -> tuple[str, ...]:
    entry = project.audit.entries(1)[0]
    return (entry.login, entry.verb, entry.entity, entry.old, entry.new, entry.result)


async def test_it_is_what_screens_ask_for(service: ProjectService) -> None:
    asked: ProjectVerbs = service
    assert [version.number for version in await asked.versions(LUND)] == [1]


async def test_a_plant_is_filled_and_read_back(service: ProjectService) -> None:
    await fill(service)
    assert service.config == replace(plant(), utility="")
    assert await service.configuration(LUND) == service.config
    assert service.version.number == 4


async def test_every_change_is_in_the_audit_with_what_changed(
    service: ProjectService, project: Project
) -> None:
    await fill(service)
    await service.put_device(LUND, device(name="Ahornvej 14 b"), "house was split")
    assert newest_audit(project) == (
        "lund",
        "project.put_device",
        "device ahornvej-14",
        "version 4",
        "device ahornvej-14: name 'Ahornvej 14' → 'Ahornvej 14 b'",
        "version 5",
    )
    entry = project.audit.entries(1)[0]
    assert (entry.name, entry.workstation) == ("K. Lund", "desk-1")
    assert entry.reason == "house was split"
    assert project.audit.verify() == ""


async def test_each_verb_leaves_one_version_and_one_entry(
    service: ProjectService, project: Project
) -> None:
    await fill(service)
    steps: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        ("remove_rule", lambda: service.remove_rule(LUND, rule().id)),
        ("put_rule", lambda: service.put_rule(LUND, rule(limit=90.0))),
        ("remove_device", lambda: service.remove_device(LUND, AHORN)),
        ("remove_link", lambda: service.remove_link(LUND, LinkId("gateway"))),
        ("describe", lambda: service.describe(LUND, title="Nordby Øst", utility="Varme")),
        ("undo", lambda: service.undo(LUND)),
        ("redo", lambda: service.redo(LUND)),
        ("restore", lambda: service.restore(LUND, 4)),
    ]
    for number, (name, step) in enumerate(steps, start=5):
        await step()
        assert service.version.number == number
        assert newest_audit(project)[1] == f"project.{name}"
        assert newest_audit(project)[-1] == f"version {number}"
    assert len(project.audit.entries(100)) == 1 + 3 + len(steps)
    assert service.config == replace(plant(), utility="")


async def test_describing_touches_only_what_is_given(service: ProjectService) -> None:
    await service.describe(LUND, utility="Nordby Varme", options={"tone": "low"})
    await service.describe(LUND, zone="Europe/Berlin")
    config = service.config
    assert (config.title, config.zone, config.utility) == (
        "Nordby",
        "Europe/Berlin",
        "Nordby Varme",
    )
    assert config.options == {"tone": "low"}
    with pytest.raises(BadInput, match="no time zone"):
        await service.describe(LUND, zone="Mars")


async def test_who_listens_hears_of_every_change_after_it_is_saved(
    service: ProjectService, project: Project
) -> None:
    heard: list[PlantConfig] = []
    loop_thread = threading.get_ident()

    def listen(config: PlantConfig) -> None:
        assert threading.get_ident() == loop_thread
        assert project.configuration.current().config == config
        heard.append(config)

    stop = service.watch(listen)
    await fill(service)
    await service.undo(LUND)
    assert [len(config.rules) for config in heard] == [0, 0, 1, 0]
    stop()
    await service.redo(LUND)
    assert len(heard) == 4


async def test_a_change_that_changes_nothing_is_not_told(
    service: ProjectService, project: Project
) -> None:
    await fill(service)
    heard: list[PlantConfig] = []
    service.watch(heard.append)
    before = len(project.audit.entries(100))
    await service.put_device(LUND, device())
    await service.restore(LUND, 4)
    assert heard == []
    assert len(project.audit.entries(100)) == before


async def test_a_refused_change_changes_and_audits_nothing(
    service: ProjectService, project: Project
) -> None:
    await fill(service)
    before = service.config
    refused: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        ("there is no link", lambda: service.put_device(LUND, device(link=LinkId("x")))),
        ("already belongs to", lambda: service.put_device(LUND, device("birkevej-2", 1))),
        ("serves ahornvej-14", lambda: service.remove_link(LUND, LinkId("gateway"))),
        ("there is no device x", lambda: service.remove_device(LUND, DeviceId("x"))),
        ("there is no alarm rule x", lambda: service.remove_rule(LUND, "x")),
        ("the host is empty", lambda: service.put_link(LUND, link(host=""))),
        ("there is no version 99", lambda: service.restore(LUND, 99)),
        ("nothing was taken back", lambda: service.redo(LUND)),
    ]
    for says, attempt in refused:
        with pytest.raises(BadInput, match=says):
            await attempt()
    assert service.config == before
    assert project.configuration.current().config == before
    assert newest_audit(project)[1] == "project.put_rule"


async def test_what_the_audit_cannot_take_down_is_not_done(
    service: ProjectService, project: Project
) -> None:
    with closing(sqlite3.connect(project.folder.audit)) as database, database:
        database.execute("DROP TABLE audit")
    heard: list[PlantConfig] = []
    service.watch(heard.append)
    with pytest.raises(StoreBroken, match=r"audit\.sqlite"):
        await service.put_link(LUND, link())
    assert service.config.links == {}
    assert project.configuration.current().version.number == 1
    assert heard == []


async def test_a_guest_may_look_and_not_touch(service: ProjectService) -> None:
    assert await service.documents(GUEST) == []
    assert len(await service.versions(GUEST)) == 1
    assert await service.difference(GUEST, 1, 1) == []
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: service.put_link(GUEST, link()),
        lambda: service.put_device(GUEST, device()),
        lambda: service.put_rule(GUEST, rule()),
        lambda: service.remove_link(GUEST, LinkId("gateway")),
        lambda: service.remove_device(GUEST, AHORN),
        lambda: service.remove_rule(GUEST, "x"),
        lambda: service.describe(GUEST, title="x"),
        lambda: service.apply(GUEST, plant(), 1),
        lambda: service.undo(GUEST),
        lambda: service.redo(GUEST),
        lambda: service.restore(GUEST, 1),
        lambda: service.file_document(GUEST, b"x", "x.txt", "x", "note"),
    ]
    for attempt in attempts:
        with pytest.raises(NotPermitted, match=r"A\. Guest may not do this"):
            await attempt()
    assert service.version.number == 1


def test_every_public_coroutine_names_its_capability() -> None:
    public = {
        name
        for name, member in inspect.getmembers(ProjectService)
        if not name.startswith("_") and inspect.iscoroutinefunction(inspect.unwrap(member))
    }
    named = verbs_of(ProjectService)
    assert public - {"devices_of"} == set(named)  # a question of the verbs themselves
    looks = {"documents", "versions", "difference"}
    looks |= {"document_versions", "notes", "note_versions"}
    assert {name for name, need in named.items() if need is Capability.SEE_PLANT} == looks
    assert named["file_document"] is Capability.MAKE_REPORT


async def test_of_two_who_change_the_same_version_the_second_is_told(
    service: ProjectService,
) -> None:
    await fill(service)
    seen = service.version.number
    await service.put_device(LUND, device(name="first"), expected_version=seen)
    with pytest.raises(Conflict, match=r"K\. Lund saved version 5 meanwhile"):
        await service.put_device(LUND, device(name="second"), expected_version=seen)
    with pytest.raises(Conflict):
        await service.put_link(LUND, link(port=503), expected_version=seen)
    with pytest.raises(Conflict):
        await service.put_rule(LUND, rule(limit=1.0), expected_version=seen)
    assert service.config.devices[AHORN].name == "first"


async def test_a_whole_configuration_is_put_in_place_at_once(service: ProjectService) -> None:
    many = plant()
    for number in range(2, 200):
        many = many.with_device(device(f"d-{number}", number))
    version = await service.apply(LUND, many, 1, "import")
    assert version.number == 2
    assert (
        version.summary == "plant changed, 1 link added, 199 devices added, 1 alarm rule added"
    )
    assert service.config == many
    with pytest.raises(Conflict):
        await service.apply(LUND, plant(), 1)
    assert (await service.undo(LUND)).number == 3
    assert service.config.devices == {}


async def test_the_audit_of_a_large_change_stays_readable(
    service: ProjectService, project: Project
) -> None:
    many = plant()
    for number in range(2, 200):
        many = many.with_device(device(f"d-{number}", number))
    await service.apply(LUND, many, 1)
    told = project.audit.entries(1)[0].new
    assert told.endswith("more")
    assert len(told) < 2000


async def test_differences_of_versions_are_told(service: ProjectService) -> None:
    await fill(service)
    await service.put_device(LUND, device(name="Ahornvej 14 b"))
    assert await service.difference(LUND, 4, 5) == [
        "device ahornvej-14: name 'Ahornvej 14' → 'Ahornvej 14 b'"
    ]
    with pytest.raises(BadInput, match="there is no version 9"):
        await service.difference(LUND, 4, 9)


async def test_a_document_is_filed_listed_and_audited(
    service: ProjectService, project: Project
) -> None:
    await fill(service)
    filed = await service.file_document(
        LUND, b"%PDF", "Report.pdf", "Commissioning", "commissioning-report", AHORN
    )
    assert filed.path == project.folder.documents / "ahornvej-14" / "2026-01-15-report-1.pdf"
    assert filed.created_by == "K. Lund"
    plan = await service.file_document(LUND, b"x", "plan.txt", "Plan", "note")
    assert await service.documents(GUEST, AHORN) == [filed]
    assert await service.documents(GUEST) == [plan, filed]
    entries = project.audit.entries(2)
    assert [(entry.verb, entry.entity, entry.new) for entry in entries] == [
        ("project.file_document", "plant", "2026-01-15-plan-1.txt"),
        ("project.file_document", "device ahornvej-14", "2026-01-15-report-1.pdf"),
    ]


async def test_a_document_needs_a_device_that_exists(service: ProjectService) -> None:
    with pytest.raises(BadInput, match="there is no device ahornvej-14"):
        await service.file_document(LUND, b"x", "x.txt", "x", "note", AHORN)


async def test_a_hundred_changes_at_once_are_made_one_after_the_other(
    service: ProjectService, project: Project
) -> None:
    await service.put_link(LUND, link())
    heard: list[int] = []
    service.watch(lambda config: heard.append(len(config.devices)))
    await asyncio.gather(
        *(service.put_device(LUND, device(f"d-{number}", number)) for number in range(100))
    )
    assert heard == list(range(1, 101))
    assert service.version.number == 102
    assert project.audit.verify() == ""


async def test_the_loop_runs_on_while_the_database_works(service: ProjectService) -> None:
    many = plant()
    for number in range(2, 250):
        many = many.with_device(device(f"d-{number}", number))
    turns = 0
    change = asyncio.ensure_future(service.apply(LUND, many, 1))
    while not change.done():
        turns += 1
        await asyncio.sleep(0.001)
    assert turns > 5
    assert (await change).number == 2
