"""A folder that was copied while a core ran it is a plant of its own."""

import json
import os
import shutil
from pathlib import Path

import pytest

from app.errors import ProjectInUse
from app.project.folder import ProjectFolder
from app.project.lock import acquire, read_owner, stale_owner


def copy_of(root: Path) -> Path:
    copy = root.with_name(f"{root.name}-copy")
    shutil.copytree(root, copy)
    return copy


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = tmp_path / "plant"
    made.mkdir()
    return made


def test_a_copy_is_owned_by_nobody(root: Path, tmp_path: Path) -> None:
    lock = acquire(root, private=tmp_path / "private")
    copy = copy_of(root)
    assert read_owner(root) == lock.owner
    assert read_owner(copy) is None
    left = stale_owner(copy)
    assert left is not None
    assert left.pid == os.getpid(), "the lock came along, but it is another folder's"


def test_a_copy_is_taken_while_the_original_runs(root: Path, tmp_path: Path) -> None:
    lock = acquire(root, private=tmp_path / "private")
    lock.announce(4711, "open sesame")
    copy = copy_of(root)
    second = acquire(copy, private=tmp_path / "private")
    assert read_owner(copy) == second.owner
    assert read_owner(root) == lock.owner
    assert lock.owner.token() == "open sesame", "the original's door was not taken away"
    with pytest.raises(ProjectInUse):
        acquire(root, private=tmp_path / "private")


def test_a_folder_that_moves_on_its_disk_keeps_its_owner(root: Path, tmp_path: Path) -> None:
    acquire(root, private=tmp_path / "private")
    moved = root.rename(tmp_path / "moved")
    assert read_owner(moved) is not None


def test_a_lock_of_an_older_program_is_believed(root: Path, tmp_path: Path) -> None:
    lock = acquire(root, private=tmp_path / "private")
    file = ProjectFolder(root).lock
    fields = json.loads(file.read_text("utf-8"))
    del fields["place"]
    file.write_text(json.dumps(fields), "utf-8")
    found = read_owner(root)
    assert found is not None
    assert (found.pid, found.place) == (lock.owner.pid, "")


def test_a_lock_of_another_computer_is_never_judged_from_here(
    root: Path, tmp_path: Path
) -> None:
    acquire(root, private=tmp_path / "private")
    file = ProjectFolder(root).lock
    fields = json.loads(file.read_text("utf-8")) | {"host": "elsewhere", "place": "1:2"}
    file.write_text(json.dumps(fields), "utf-8")
    found = read_owner(root)
    assert found is not None
    assert not found.here
