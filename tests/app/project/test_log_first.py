"""What people do with notes, files and residents stands in the log before it is so."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from app.asked import Document, Note
from app.errors import StoreBroken
from app.history.store import EmbeddedHistory
from app.model.customer import Customer
from app.model.reading import DeviceId
from app.personal.service import CustomerService
from app.project.opening import Project
from app.project.service import ProjectService
from app.project.versionservice import VersionService
from tests.app.project.sites import create, device, link, opened
from tests.plant import LUND, NOON

AHORN = DeviceId("ahornvej-14")
IDA = Customer("", "Ida Riis", "KV-1")
Deed = Callable[["Office"], Awaitable[object]]


class Office:
    """The services of a project with one device, a note and a document."""

    def __init__(self, project: Project) -> None:
        self.project, self.files = project, ProjectService(project)
        self.versions = VersionService(project, self.files.changes)
        history = EmbeddedHistory(project.folder.history)
        self.residents = CustomerService(
            project, self.files.changes, history, lambda _: None, lambda: NOON
        )
        self.close = history.close
        self.note = Note("", AHORN, "the valve hums")
        self.document: Document | None = None

    async def begin(self) -> None:
        await self.files.put_link(LUND, link())
        await self.files.put_device(LUND, device())
        self.note = await self.files.keep_note(LUND, self.note)
        self.document = await self.add()
        await self.residents.put_customer(LUND, IDA)

    async def add(self) -> Document:
        return await self.files.add_document(LUND, AHORN, "Plan", "plan.txt", b"cellar")

    async def take_off(self) -> None:
        assert self.document is not None
        await self.files.remove_document(LUND, self.document.id)

    def kept(self) -> tuple[str, ...]:
        """Return all that another program would read of the project now."""
        folder = self.project.folder
        with closing(sqlite3.connect(folder.config, timeout=1)) as other:
            rows = [line for line in other.iterdump() if line.startswith("INSERT")]
        drawn = [each.read_text("utf-8") for each in sorted(folder.diagrams.iterdir())]
        return (*rows, *drawn)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    project = opened(tmp_path, create(tmp_path))
    made = Office(project)
    await made.begin()
    yield made
    made.close()
    project.close()


DEEDS: dict[str, Deed] = {
    "project.keep_note": lambda o: o.files.keep_note(LUND, o.note),
    "project.remove_note": lambda o: o.files.remove_note(LUND, o.note.id),
    "project.add_document": lambda o: o.add(),
    "project.file_document": lambda o: o.files.file_document(
        LUND, b"%PDF", "report.pdf", "Report", "report", AHORN
    ),
    "project.remove_document": lambda o: o.take_off(),
    "customers.put_customer": lambda o: o.residents.put_customer(LUND, IDA),
    "versions.put_diagram": lambda o: o.versions.put_diagram(LUND, "house.json", "{}", 0),
}


@pytest.mark.parametrize("verb", DEEDS)
async def test_the_log_has_it_before_anybody_can_read_it(office: Office, verb: str) -> None:
    audit, before = office.project.audit, office.kept()
    append, seen = audit.append, list[tuple[str, ...]]()

    def look(**deed: Any) -> int:
        seen.append(office.kept())
        return append(**deed)

    audit.append = look  # type: ignore[method-assign]
    await DEEDS[verb](office)
    assert seen == [before], "a kill here leaves an entry, never a deed without one"
    assert office.kept() != before
    [entry] = audit.entries(1)
    assert (entry.login, entry.verb) == ("lund", verb)


@pytest.mark.parametrize("verb", DEEDS)
async def test_what_cannot_be_written_down_is_not_done(office: Office, verb: str) -> None:
    before, files = office.kept(), office.project.documents.faults()

    def full(**_deed: Any) -> int:
        raise StoreBroken("audit.sqlite cannot be used: the disk is full")

    office.project.audit.append = full  # type: ignore[method-assign]
    with pytest.raises(StoreBroken, match="disk is full"):
        await DEEDS[verb](office)
    assert office.kept() == before
    assert office.project.documents.faults() == files, "no file lies about in no list"


@pytest.mark.parametrize("verb", [verb for verb in DEEDS if verb != "versions.put_diagram"])
async def test_what_could_not_be_committed_is_said_to_have_failed(
    office: Office, verb: str
) -> None:
    before = office.kept()

    def fails(_connection: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    engine = office.project.accounts.engine
    event.listen(engine, "commit", fails)
    with pytest.raises(StoreBroken, match="I/O"):
        await DEEDS[verb](office)
    event.remove(engine, "commit", fails)
    assert office.kept() == before
    failed, done = office.project.audit.entries(2)
    assert (failed.verb, failed.entity, failed.result) == (verb, done.entity, "failed")
    assert "I/O" in failed.reason
    assert done.result != "failed"
