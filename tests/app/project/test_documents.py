"""Documents are filed for good: never overwritten, never outside the project."""

import hashlib
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import Manner, open_database
from app.errors import BadInput, StoreBroken
from app.model.reading import DeviceId
from app.project.documents import Documents
from app.project.migrating import migrate
from app.project.upgrade import CONFIG
from tests.app.project.sites import Ticking
from tests.fakes.clock import FakeClock

AHORN = DeviceId("ahornvej-14")
PDF = b"%PDF-1.7 a report"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    return folder


@pytest.fixture
def documents(tmp_path: Path, root: Path) -> Iterator[Documents]:
    file = tmp_path / "config.sqlite"
    migrate(file, CONFIG)
    engine = open_database(file, Manner.RARE)
    yield Documents(engine, root, Ticking())
    engine.dispose()


def report(documents: Documents, name: str = "report.pdf", content: bytes = PDF) -> Path:
    """File a report with Ahornvej 14 and return where it lies."""
    filed = documents.file(
        content, name, title="Report", kind="note", created_by="Ole", device=AHORN
    )
    return filed.path


def test_a_document_lies_with_its_device_by_date_and_name(
    documents: Documents, root: Path
) -> None:
    filed = documents.file(
        PDF,
        "Commissioning report.PDF",
        title="Commissioning report",
        kind="commissioning-report",
        created_by="Ole Holm",
        device=AHORN,
    )
    assert filed.path == root / "ahornvej-14" / "2026-01-15-commissioning-report-1.pdf"
    assert filed.path.read_bytes() == PDF
    assert filed.created_by == "Ole Holm"
    assert filed.kind == "commissioning-report"
    assert filed.created_at.tzinfo is not None
    assert documents.get(filed.id) == filed


def test_nothing_filed_is_ever_overwritten(documents: Documents) -> None:
    paths = [report(documents, content=f"report {n}".encode()) for n in range(12)]
    assert [path.name for path in paths[:2]] == [
        "2026-01-15-report-1.pdf",
        "2026-01-15-report-2.pdf",
    ]
    assert [path.read_text("utf-8") for path in paths] == [f"report {n}" for n in range(12)]


def test_a_file_that_lies_there_already_is_left_alone(documents: Documents, root: Path) -> None:
    (root / "ahornvej-14").mkdir()
    stray = root / "ahornvej-14" / "2026-01-15-report-1.pdf"
    stray.write_bytes(b"mine")
    assert report(documents).name == "2026-01-15-report-2.pdf"
    assert stray.read_bytes() == b"mine"


def test_a_file_of_any_size_is_copied(documents: Documents, tmp_path: Path) -> None:
    source = tmp_path / "photo.jpg"
    source.write_bytes(b"0123456789abcdef" * 200_000)
    filed = documents.file(source, source.name, title="", kind="photo", created_by="Ole")
    assert filed.path.read_bytes() == source.read_bytes()
    assert filed.title == "photo.jpg"
    assert source.exists()


def test_a_document_may_belong_to_the_plant_as_a_whole(
    documents: Documents, root: Path
) -> None:
    filed = documents.file(PDF, "plan.pdf", title="Plan", kind="note", created_by="Ole")
    assert filed.device is None
    assert filed.path == root / "_plant" / "2026-01-15-plan-1.pdf"


def test_the_date_in_the_name_is_the_plants_own(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "config.sqlite"
    migrate(file, CONFIG)
    engine = open_database(file, Manner.RARE)
    late = FakeClock(datetime(2026, 1, 15, 23, 30, tzinfo=UTC))
    filed = Documents(engine, root, late).file(
        PDF,
        "a.pdf",
        title="A",
        kind="note",
        created_by="Ole",
        zone=ZoneInfo("Europe/Copenhagen"),
    )
    assert filed.path.name == "2026-01-16-a-1.pdf"
    assert filed.created_at == late.now
    engine.dispose()


def test_documents_are_listed_by_device_newest_first(documents: Documents) -> None:
    first, second = report(documents, "a.pdf"), report(documents, "b.pdf")
    other = documents.file(PDF, "c.pdf", title="C", kind="note", created_by="Ole")
    assert [document.path for document in documents.all(AHORN)] == [second, first]
    assert [document.path for document in documents.all()] == [other.path, second, first]
    assert documents.all(DeviceId("birkevej-2")) == []


def test_an_unknown_document_is_told(documents: Documents) -> None:
    with pytest.raises(BadInput, match="there is no document 4711"):
        documents.get("4711")


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../evil.pdf", "2026-01-15-evil-1.pdf"),
        ("C:\\Windows\\evil.pdf", "2026-01-15-evil-1.pdf"),
        ("/etc/passwd", "2026-01-15-passwd-1"),
        ("CON.pdf", "2026-01-15-con-file-1.pdf"),
        ("report.pdf:stream", "2026-01-15-report-1"),
        ("report.", "2026-01-15-report-1"),
        ("a" * 300 + ".pdf", f"2026-01-15-{'a' * 80}-1.pdf"),
        ("报告.pdf", "2026-01-15-document-1.pdf"),
        ("Østerbro – måling.xlsx", "2026-01-15-oesterbro-maaling-1.xlsx"),
        ("", "2026-01-15-document-1"),
        ("x.verylongending", "2026-01-15-x-1"),
    ],
)
def test_any_name_becomes_one_every_system_takes(
    documents: Documents, name: str, stored: str
) -> None:
    assert report(documents, name).name == stored


@given(name=st.text(), device=st.text())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_name_and_no_device_leads_out_of_the_folder(
    documents: Documents, root: Path, name: str, device: str
) -> None:
    filed = documents.file(
        b"x", name, title="", kind="note", created_by="Ole", device=DeviceId(device)
    )
    assert filed.path.resolve().is_relative_to(root.resolve())
    assert filed.path.parent.parent == root
    assert filed.path.is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_folder_that_leads_out_of_the_project_takes_nothing(
    documents: Documents, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "ahornvej-14").symlink_to(outside)
    with pytest.raises(StoreBroken, match="leads out of the project"):
        report(documents)
    assert list(outside.iterdir()) == []


def test_a_source_that_is_gone_leaves_nothing_behind(
    documents: Documents, root: Path, tmp_path: Path
) -> None:
    with pytest.raises(StoreBroken, match=r"gone\.pdf"):
        documents.file(
            tmp_path / "gone.pdf", "gone.pdf", title="", kind="note", created_by="Ole"
        )
    assert [path for path in root.rglob("*") if path.is_file()] == []
    assert documents.all() == []


def test_what_cannot_be_listed_is_not_left_lying(tmp_path: Path, root: Path) -> None:
    file = tmp_path / "config.sqlite"
    migrate(file, CONFIG)
    engine = open_database(file, Manner.RARE)
    documents = Documents(engine, root, Ticking())
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DROP TABLE document")
    with pytest.raises(StoreBroken, match="no such table"):
        report(documents)
    assert [path for path in root.rglob("*") if path.is_file()] == []
    engine.dispose()


def test_size_and_digest_are_kept_with_the_document(
    documents: Documents, tmp_path: Path
) -> None:
    report(documents)
    with closing(sqlite3.connect(tmp_path / "config.sqlite")) as database:
        row = database.execute("SELECT path, size, sha256 FROM document").fetchone()
    assert row == (
        "ahornvej-14/2026-01-15-report-1.pdf",
        len(PDF),
        hashlib.sha256(PDF).hexdigest(),
    )


def test_sound_documents_have_no_faults(documents: Documents) -> None:
    report(documents)
    assert documents.faults() == []


def test_gone_changed_and_stray_files_are_told_by_name(
    documents: Documents, root: Path
) -> None:
    gone, changed = report(documents, "gone.pdf"), report(documents, "changed.pdf")
    gone.unlink()
    changed.write_bytes(b"%PDF-1.7 a retort")
    stray = root / "ahornvej-14" / "stray.txt"
    stray.write_text("", "utf-8")
    assert documents.faults() == [
        f"{changed} (Report) was changed after filing",
        f"{gone} (Report) is gone",
        f"{stray} is in no list of documents",
    ]


def test_a_document_that_became_a_folder_cannot_be_read(documents: Documents) -> None:
    path = report(documents)
    path.unlink()
    path.mkdir()
    (fault,) = documents.faults()
    assert "cannot be read" in fault


def test_a_list_that_makes_no_sense_is_told(documents: Documents, tmp_path: Path) -> None:
    report(documents)
    with closing(sqlite3.connect(tmp_path / "config.sqlite")) as database, database:
        database.execute("UPDATE document SET created_at = 'yesterday'")
    for ask in (documents.all, documents.faults):
        with pytest.raises(StoreBroken, match="holds something that cannot be read"):
            ask()
