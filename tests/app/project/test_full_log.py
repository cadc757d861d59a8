"""While the activity log is full nothing of the project is changed, and all are told why."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from app.asked import Note, Preset
from app.errors import StoreBroken
from app.model.person import Person
from app.model.reading import DeviceId
from app.project.deskservice import DeskService
from app.project.opening import Project, create_project, open_project
from app.project.people import people_service
from app.project.service import ProjectService
from app.users.auditroom import AuditRoom
from tests.app.project.sites import OLE, PASSWORD, ZONE, device, keys, link, plant, rule
from tests.plant import LUND

AHORNVEJ = DeviceId("ahornvej-14")
Deed = Callable[[Project], Awaitable[object]]
NOTE = Note("", AHORNVEJ, "full")
SHARED = Preset("", "chart", "Night", "", shared=True, content="{}")
PERSON = Person("berit", "Berit", "read-only")


async def _nothing() -> None:
    """Rights need not take effect here."""


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    root = tmp_path / "site"
    create_project(root, title="Nordby", zone=ZONE, administrator=OLE, keys=keys(tmp_path))
    opened = open_project(root, keys=keys(tmp_path), audit_room=AuditRoom(limit_bytes=1))
    opened.configuration.change("Ole Holm", "", lambda _empty: plant())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "deed",
    [
        lambda p: ProjectService(p).put_link(LUND, link("other")),
        lambda p: ProjectService(p).put_device(LUND, device(area="Syd")),
        lambda p: ProjectService(p).put_rule(LUND, rule("new")),
        lambda p: ProjectService(p).remove_device(LUND, AHORNVEJ),
        lambda p: ProjectService(p).undo(LUND),
        lambda p: ProjectService(p).keep_note(LUND, NOTE),
        lambda p: ProjectService(p).add_document(LUND, AHORNVEJ, "t", "t.txt", b"text"),
        lambda p: people_service(p, _nothing).add_person(LUND, PERSON, PASSWORD),
        lambda p: DeskService(p).keep_preset(LUND, SHARED),
    ],
)
async def test_a_change_is_refused_with_the_reason(project: Project, deed: Deed) -> None:
    before = project.configuration.current().version.number
    with pytest.raises(StoreBroken, match=r"log is full .* are refused until it has room"):
        await deed(project)
    assert project.configuration.current().version.number == before
    assert project.notes.of(AHORNVEJ) == []
    assert [each.login for each in project.accounts.people()] == ["ole"]


async def test_what_is_read_is_read_and_people_come_in(project: Project) -> None:
    assert await ProjectService(project).notes(LUND, AHORNVEJ) == []
    assert len(await ProjectService(project).versions(LUND)) == 2
    assert project.door.let_in("ole", PASSWORD).name == "Ole Holm"
