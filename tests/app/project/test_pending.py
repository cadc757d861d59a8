"""Files that belong together take their places together, or none of them does."""

import os
from pathlib import Path

import pytest

from app.errors import StoreBroken
from app.project.folder import ProjectFolder
from app.project.pending import decide, settle, work_folder
from app.users.privatefile import write_part


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    """A project of two files, one of them a database with what lies beside it."""
    made = ProjectFolder(tmp_path / "site")
    made.root.mkdir()
    made.config.write_text("old", "utf-8")
    (made.root / "config.sqlite-wal").write_text("old pages", "utf-8")
    (made.root / "keep.txt").write_text("stays", "utf-8")
    return made


def staged(folder: ProjectFolder, **files: str) -> Path:
    """Prepare files in the work folder."""
    place = work_folder(folder) / "new"
    for name, text in files.items():
        file = place / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return place


def held(folder: ProjectFolder) -> dict[str, str]:
    """Every file of the project with what stands in it."""
    return {
        each.relative_to(folder.root).as_posix(): each.read_text("utf-8")
        for each in folder.root.rglob("*")
        if each.is_file()
    }


def test_what_is_decided_lies_in_its_places_and_nothing_is_left_beside(
    folder: ProjectFolder,
) -> None:
    decide(folder, staged(folder, config_sqlite="new", documents__flat__a_txt="a letter"))
    assert held(folder) == {
        "config.sqlite": "new",  # and no pages of the old one, which would be read into it
        "documents/flat/a.txt": "a letter",
        "keep.txt": "stays",
    }
    assert sorted(each.name for each in folder.root.iterdir()) == [
        *("config.sqlite", "documents", "keep.txt"),
    ]


def test_what_was_not_decided_is_swept_away_and_the_project_is_the_old_one(
    folder: ProjectFolder,
) -> None:
    before = held(folder)
    staged(folder, config_sqlite="new")
    settle(folder)
    assert held(folder) == before
    settle(folder)  # again: nothing to do
    assert held(folder) == before


def test_work_begins_in_an_empty_folder_whatever_an_earlier_one_left(
    folder: ProjectFolder,
) -> None:
    staged(folder, config_sqlite="half")
    work = work_folder(folder)
    assert list(work.iterdir()) == []
    if os.name != "nt":
        assert work.stat().st_mode & 0o077 == 0  # what is prepared there is nobody else's


def test_what_was_decided_before_the_power_went_is_finished_when_it_is_back(
    folder: ProjectFolder,
) -> None:
    # As a kill between the two files leaves it: one in its place, one still waiting.
    ready = folder.root / "import.ready"
    (ready / "documents").mkdir(parents=True)
    (ready / "documents" / "a.txt").write_text("a letter", "utf-8")
    folder.config.write_text("new", "utf-8")
    staged(folder, config_sqlite="of a later import")
    settle(folder)
    assert held(folder)["config.sqlite"] == "new"
    assert held(folder)["documents/a.txt"] == "a letter"
    assert not ready.exists()
    assert not (folder.root / "import.part").exists()


def test_a_place_that_is_taken_by_a_folder_is_told_and_it_is_tried_again(
    folder: ProjectFolder,
) -> None:
    (folder.root / "report.pdf" / "inside").mkdir(parents=True)
    with pytest.raises(StoreBroken, match=r"import\.ready"):
        decide(folder, staged(folder, report_pdf="paper", zz_txt="last"))
    assert "zz.txt" not in held(folder)  # it waits: what was decided is not forgotten
    (folder.root / "report.pdf" / "inside").rmdir()
    (folder.root / "report.pdf").rmdir()
    settle(folder)
    assert (held(folder)["report.pdf"], held(folder)["zz.txt"]) == ("paper", "last")


def test_a_second_import_does_not_begin_over_one_that_was_decided(
    folder: ProjectFolder,
) -> None:
    (folder.root / "import.ready").mkdir()
    (folder.root / "import.ready" / "config.sqlite").write_text("first", "utf-8")
    with pytest.raises(StoreBroken):
        decide(folder, staged(folder, config_sqlite="second"))
    settle(folder)
    assert held(folder)["config.sqlite"] == "first"


def test_what_a_kill_left_half_written_is_swept_away_but_no_one_s_lock(
    folder: ProjectFolder,
) -> None:
    folder.diagrams.mkdir()
    before = held(folder)
    for place in (folder.audit_head, folder.diagrams / "house.json", folder.root / "notes"):
        write_part(place, b"Mads")
    write_part(folder.lock, b"another process is about to take it")
    (folder.root / ".editor.part").write_text("somebody else's", "utf-8")
    settle(folder)
    left = set(held(folder)) - set(before)
    assert left == {f".lock.{os.getpid()}.part", ".editor.part"}
