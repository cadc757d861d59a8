"""Files and notes of a device: kept in versions, told apart from reports, never lost."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.asked import FileVerbs, Note
from app.errors import BadInput, Conflict, NotPermitted
from app.model.reading import DeviceId, PointId
from app.project.filekinds import LARGEST_BYTES, endings, require_keepable
from app.project.notes import LONGEST_NOTE
from app.project.opening import Project
from app.project.service import ProjectService
from app.verbs import Capability, verbs_of
from tests.app.project.sites import create, device, link, opened
from tests.plant import GUEST, LUND, NOON

AHORN = DeviceId("ahornvej-14")
PDF = b"%PDF-1.7 plan of the cellar"
SENSOR = Note("", AHORN, "Sensor S3 changed 🔧 <b>\u05d0", NOON, PointId("ahornvej-14.supply"))


@pytest.fixture
async def project(tmp_path: Path) -> AsyncIterator[Project]:
    made = opened(tmp_path, create(tmp_path))
    yield made
    made.close()


@pytest.fixture
async def files(project: Project) -> FileVerbs:
    service = ProjectService(project)
    await service.put_link(LUND, link())
    await service.put_device(LUND, device())
    return service


async def test_a_note_is_found_again_with_who_wrote_it_and_when(files: FileVerbs) -> None:
    kept = await files.keep_note(LUND, SENSOR)
    assert (kept.author, kept.version) == ("K. Lund", 1)
    assert kept.text == SENSOR.text
    assert kept.about_at == NOON
    assert kept.written_at is not None
    assert await files.notes(GUEST, AHORN) == [kept]
    assert await files.notes(GUEST, DeviceId("birkevej-3")) == []


async def test_a_changed_note_keeps_what_it_read_before(
    files: FileVerbs, project: Project
) -> None:
    first = await files.keep_note(LUND, SENSOR)
    second = await files.keep_note(LUND, replace(first, text="  Sensor S3 changed, cable too "))
    assert second.text == "Sensor S3 changed, cable too"
    assert await files.notes(LUND, AHORN) == [second]
    assert await files.note_versions(LUND, first.id) == [second, first]
    entry = project.audit.entries(1)[0]
    assert (entry.verb, entry.entity) == ("project.keep_note", "device ahornvej-14")
    assert (entry.old, entry.new) == (first.text, second.text)


async def test_nobody_overwrites_what_they_have_not_seen(files: FileVerbs) -> None:
    first = await files.keep_note(LUND, SENSOR)
    await files.keep_note(LUND, replace(first, text="mine"))
    with pytest.raises(Conflict, match="Lund has changed this note meanwhile"):
        await files.keep_note(LUND, replace(first, text="yours"))
    assert [each.text for each in await files.notes(LUND, AHORN)] == ["mine"]


async def test_a_removed_note_is_off_the_list_and_in_the_audit(
    files: FileVerbs, project: Project
) -> None:
    first = await files.keep_note(LUND, SENSOR)
    await files.remove_note(LUND, first.id)
    assert await files.notes(LUND, AHORN) == []
    assert [each.text for each in await files.note_versions(LUND, first.id)] == [first.text]
    assert project.audit.entries(1)[0].old == first.text
    with pytest.raises(BadInput, match="no such note"):
        await files.keep_note(LUND, replace(first, text="still here"))
    with pytest.raises(BadInput, match="no such note"):
        await files.remove_note(LUND, first.id)


async def test_notes_come_by_the_moment_they_are_about(files: FileVerbs) -> None:
    for hours, text in ((2, "middle"), (1, "newest"), (3, "oldest")):
        await files.keep_note(
            LUND, Note("", AHORN, text, about_at=NOON - timedelta(hours=hours))
        )
    told = [each.text for each in await files.notes(LUND, AHORN)]
    assert told == ["newest", "middle", "oldest"]


@pytest.mark.parametrize(
    ("note", "says"),
    [
        (Note("", AHORN, " \n "), "without words"),
        (Note("", AHORN, "x" * (LONGEST_NOTE + 1)), "at most 20000"),
        (Note("", AHORN, "x", NOON.replace(tzinfo=None)), "time zone"),
        (Note("", AHORN, "x", point=PointId("birkevej-3.s3")), "no point of ahornvej-14"),
        (Note("", DeviceId("nobody"), "x"), "no device nobody"),
        (Note("gone", AHORN, "x"), "no such note"),
    ],
)
async def test_a_note_that_will_not_do_is_refused(
    files: FileVerbs, note: Note, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        await files.keep_note(LUND, note)


async def test_a_file_is_kept_with_its_device_and_exchanged_for_a_newer_one(
    files: FileVerbs, project: Project
) -> None:
    first = await files.add_document(LUND, AHORN, "Cellar", "Plan.PDF", PDF)
    second = await files.add_document(
        LUND, AHORN, "Cellar, new pump", "plan 2.pdf", PDF + b"!", replaces=first.id
    )
    third = await files.add_document(
        LUND, AHORN, "Cellar", "plan 3.pdf", PDF + b"?", replaces=first.id
    )
    assert (first.version, second.version, third.version) == (1, 2, 3)
    assert await files.documents(GUEST, AHORN) == [third]
    assert await files.document_versions(GUEST, second.id) == [third, second, first]
    assert first.path.read_bytes() == PDF
    assert third.path.read_bytes() == PDF + b"?"
    assert project.documents.faults() == []
    entry = project.audit.entries(1)[0]
    assert (entry.verb, entry.result) == ("project.add_document", "version 3")


async def test_a_removed_file_is_off_the_list_but_not_lost(
    files: FileVerbs, project: Project
) -> None:
    first = await files.add_document(LUND, AHORN, "Cellar", "plan.pdf", PDF)
    await files.add_document(LUND, AHORN, "Cellar", "plan.pdf", PDF, replaces=first.id)
    await files.remove_document(LUND, first.id)
    assert await files.documents(LUND) == []
    assert first.path.is_file()
    assert project.documents.faults() == []
    assert project.audit.entries(1)[0].verb == "project.remove_document"
    with pytest.raises(BadInput, match="no document"):
        await files.remove_document(LUND, first.id)


async def test_a_report_is_neither_removed_nor_exchanged(
    files: FileVerbs, project: Project
) -> None:
    report = project.documents.file(
        PDF,
        "report.pdf",
        title="Report 1",
        kind="commissioning-report",
        created_by="Ole",
        device=AHORN,
    )
    with pytest.raises(NotPermitted, match="Report 1 was made by the program"):
        await files.remove_document(LUND, report.id)
    with pytest.raises(NotPermitted, match="stays as it is"):
        await files.add_document(LUND, AHORN, "x", "x.pdf", PDF, replaces=report.id)
    assert await files.documents(LUND, AHORN) == [report]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.pdf", b"", "is empty"),
        ("plan.exe", b"MZ", "of this kind are not kept"),
        ("plan", PDF, "of this kind are not kept"),
        ("plan.pdf", b"MZ\x90", "its content is no PDF file"),
        ("plan.png", PDF, "its content is no PNG file"),
        ("notes.txt", b"#!/bin/sh", "its content is no TXT file"),
        ("plan.txt", b"x" * (LARGEST_BYTES + 1), "26 MB; a document may have 25 MB"),
    ],
)
async def test_a_file_of_another_kind_or_size_is_refused_with_the_reason(
    files: FileVerbs, name: str, content: bytes, says: str
) -> None:
    with pytest.raises(BadInput, match=says):
        await files.add_document(LUND, AHORN, "x", name, content)
    assert await files.documents(LUND) == []


def test_every_kind_that_is_offered_is_taken() -> None:
    assert {".pdf", ".png", ".jpg", ".docx", ".xlsx", ".txt", ".csv"} <= set(endings())
    for name, content in (
        ("foto.JPEG", b"\xff\xd8\xff\xe0"),
        ("C:\\plans\\p.dwg", b"AC1032"),
        ("list.xlsx", b"PK\x03\x04"),
        ("log.txt", b"pump changed"),
    ):
        require_keepable(name, content)


def test_writing_needs_the_right_to_keep_notes() -> None:
    named = verbs_of(ProjectService)
    writing = ("add_document", "remove_document", "keep_note", "remove_note")
    assert {named[each] for each in writing} == {Capability.KEEP_NOTES}
    reading = ("notes", "note_versions", "documents", "document_versions")
    assert {named[each] for each in reading} == {Capability.SEE_PLANT}


async def test_a_guest_writes_nothing(files: FileVerbs) -> None:
    with pytest.raises(NotPermitted):
        await files.keep_note(GUEST, SENSOR)
    with pytest.raises(NotPermitted):
        await files.add_document(GUEST, AHORN, "x", "x.pdf", PDF)
