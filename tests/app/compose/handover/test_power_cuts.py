"""Whenever the power goes during an import, the project is the old one or the new one."""

import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.project.check import check_project, is_sound
from app.project.folder import ProjectFolder
from app.project.pending import decide, settle, work_folder
from tests.app.compose.handover.places import BEGIN, PERSON, PHRASE, Place, plant_of, raised
from tests.app.project.sites import Process

_IMPORT = """
import sys
from pathlib import Path
from app.compose.handover.importing import importing
from app.users.keyplaces import Keys
root, package, phrase, login, password, private = sys.argv[1:]
keys = Keys(Path(private))
with importing(Path(root), Path(package), phrase, (login, password), keys) as found:
    print("begin", flush=True)
    found.apply({}, keys)
    print("done", flush=True)
"""


def begun(office: Place, package: Path) -> Process:
    """An import in a process of its own, about to begin."""
    private = office.keys.private
    process = Process(_IMPORT, office.root, package, PHRASE, *PERSON, private)
    assert process.line() == "begin"
    return process


def outcome(office: Place) -> tuple[int, int, int, int]:
    """What stands after a power cut; all of it must belong together."""
    with closing(office.opened()) as project:
        assert project.audit.verify() == ""
        assert project.documents.faults() == []
        found = (
            len(project.configuration.current().config.devices),
            len(office.samples("ahornvej-14.supply")),
            len(project.documents.all()),
            len(project.journal.history(10)),
        )
    assert not list(office.root.glob("import.*"))
    assert not list((office.root / "backups").glob(".*")), "no half of a backup stays"
    assert is_sound(check_project(office.root, keys=office.keys))
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kills", [2, pytest.param(24, marks=pytest.mark.campaign)])
def test_killed_at_any_moment_it_is_whole(tmp_path: Path, kills: int) -> None:
    laptop = Place(tmp_path, "laptop").new()
    laptop.change(plant_of("ahornvej-14"))
    laptop.measured("ahornvej-14.supply", [70.0] * 20, BEGIN)
    with closing(laptop.opened()) as project:
        raised(project, BEGIN)
        project.documents.file(b"x", "a.pdf", title="A", kind="note", created_by="Ole Holm")
    package = laptop.packed()
    old, new = (0, 0, 0, 0), (1, 20, 1, 1)
    whole = Place(tmp_path, "whole", BEGIN + timedelta(hours=1)).new()
    process, begin = begun(whole, package), time.monotonic()
    assert process.line() == "done"
    lasts_s = time.monotonic() - begin
    process.rest()
    assert outcome(whole) == new
    seen = set()
    for number in range(kills):
        office = Place(tmp_path, f"office-{number}", BEGIN + timedelta(hours=1)).new()
        process, begin = begun(office, package), time.monotonic()
        time.sleep(lasts_s * number / (kills - 1))
        process.kill()
        process.rest()
        found = outcome(office)
        assert found in (old, new)
        seen.add(found)
    assert old in seen


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_what_was_decided_is_finished_by_the_next_who_opens(tmp_path: Path, moved: int) -> None:
    folder = ProjectFolder(tmp_path)
    (tmp_path / "config.sqlite").write_text("old", encoding="utf-8")
    (tmp_path / "config.sqlite-journal").write_text("of the old one", encoding="utf-8")
    decided = tmp_path / "import.ready"
    for name in ("config.sqlite", "documents/a/b.pdf", "secrets.bin"):
        (decided / name).parent.mkdir(parents=True, exist_ok=True)
        (decided / name).write_text("new", encoding="utf-8")
    for file in sorted(f for f in decided.rglob("*") if f.is_file())[:moved]:
        place = tmp_path / file.relative_to(decided)
        place.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{place}-journal").unlink(missing_ok=True)
        file.replace(place)
    settle(folder)
    settle(folder)
    assert {f.relative_to(tmp_path).as_posix() for f in tmp_path.rglob("*") if f.is_file()} == {
        "config.sqlite", "documents/a/b.pdf", "secrets.bin",
    }  # fmt: skip
    assert (tmp_path / "config.sqlite").read_text(encoding="utf-8") == "new"


def test_what_was_not_decided_is_swept_away(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    (tmp_path / "config.sqlite").write_text("old", encoding="utf-8")
    work = work_folder(folder)
    (work / "staged").mkdir()
    (work / "staged" / "config.sqlite").write_text("new", encoding="utf-8")
    settle(folder)
    assert [each.name for each in tmp_path.iterdir()] == ["config.sqlite"]
    assert (tmp_path / "config.sqlite").read_text(encoding="utf-8") == "old"
    work = work_folder(folder)
    (work / "staged").mkdir()
    (work / "staged" / "config.sqlite").write_text("new", encoding="utf-8")
    decide(folder, work / "staged")
    assert (tmp_path / "config.sqlite").read_text(encoding="utf-8") == "new"
