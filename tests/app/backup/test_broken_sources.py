"""What is broken in a project goes along as it is: no backup fails for the sake of one file."""

import sqlite3
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.backup.making import ENDING, make_backup
from app.backup.opening import faults_of_backup
from app.errors import StoreBroken
from tests.app.compose.handover.places import BEGIN, Place, plant_of

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path, "office").new()
    place.change(plant_of("school"))
    place.measured("school.supply", [70.0, 71.5], BEGIN)
    return place


def made(place: Place) -> Path:
    out = place.home / f"whole{ENDING}"
    with closing(place.opened()) as project:
        make_backup(project, out, "", NOW)
    return out


def test_a_history_that_is_no_database_any_more_is_kept_as_it_is(place: Place) -> None:
    rubbish = b"once upon a time" * 800
    (place.root / "history" / "2024.sqlite").write_bytes(rubbish)
    out = made(place)
    with zipfile.ZipFile(out) as packed:
        assert packed.read("history/2024.sqlite") == rubbish
    [said] = faults_of_backup(out)
    assert said.startswith("history/2024.sqlite was broken when the backup was made")


def test_an_activity_log_that_was_changed_goes_along_and_is_told(place: Place) -> None:
    with closing(sqlite3.connect(place.root / "audit.sqlite")) as connection:
        connection.execute("UPDATE audit SET name = 'Somebody else' WHERE seq = 1")
        connection.commit()
    [said] = faults_of_backup(made(place))
    assert said.startswith("audit.sqlite: ")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no such names")
def test_a_file_nobody_could_take_out_again_is_named(place: Place) -> None:
    (place.root / "documents" / "what?.txt").write_text("hm", "utf-8")
    with pytest.raises(StoreBroken, match=r"what\?\.txt: .*rename it"):
        made(place)
    assert not list(place.home.glob(f"*{ENDING}"))
    assert not list(place.home.glob(".pack-*"))


@pytest.mark.skipif(sys.platform == "win32", reason="making links needs rights there")
def test_links_are_not_followed_out_of_the_project(place: Place) -> None:
    secret = place.home / "letter.txt"
    secret.write_text("private", "utf-8")
    (place.root / "documents" / "letter.txt").symlink_to(secret)
    with zipfile.ZipFile(made(place)) as packed:
        assert "documents/letter.txt" not in packed.namelist()


def test_a_document_that_goes_away_meanwhile_is_no_fault(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = place.root / "documents" / "school" / "gone.txt"
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_text("soon erased", "utf-8")
    out = place.home / f"whole{ENDING}"
    with closing(place.opened()) as project:

        def step(_done: int) -> bool:
            paper.unlink(missing_ok=True)
            return True

        make_backup(project, out, "", NOW, step)
    assert list(faults_of_backup(out)) == []
    with zipfile.ZipFile(out) as packed:
        assert "documents/school/gone.txt" not in packed.namelist()


def test_two_files_that_would_be_one_elsewhere_are_both_named(place: Place) -> None:
    """Such a backup could be opened by nobody; here, where both are, one can be renamed."""
    papers = place.root / "documents" / "school"
    papers.mkdir(parents=True, exist_ok=True)
    for name in ("Prüfung.txt", "PRÜFUNG.txt"):
        (papers / name).write_text(name, "utf-8")
    if len(list(papers.glob("*[fF]*.txt"))) == 1:
        pytest.skip("this disk takes both names for one")
    with pytest.raises(StoreBroken, match=r"one file on many systems: rename one$") as told:
        made(place)
    assert "Prüfung.txt" in str(told.value)
    assert "PRÜFUNG.txt" in str(told.value)
    assert not list(place.home.glob(f"*{ENDING}")), "nothing is left of it"
    (papers / "PRÜFUNG.txt").rename(papers / "second.txt")
    assert list(faults_of_backup(made(place))) == []
