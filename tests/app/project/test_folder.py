"""A project folder says what it is in one readable file."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.errors import BadInput
from app.project.folder import (
    FORMAT,
    ProjectFolder,
    ProjectMark,
    is_project,
    read_mark,
    write_mark,
)

MARK = ProjectMark(
    FORMAT,
    UUID("5d9ee2a4-7d44-4b5c-9d66-0d5f5f6a3a11"),
    datetime(2026, 1, 15, 12, 0, tzinfo=UTC),
    "0.1.0",
)
GOOD = """\
format = 1
id = "5d9ee2a4-7d44-4b5c-9d66-0d5f5f6a3a11"
created_at = 2026-01-15T12:00:00+00:00
program = "0.1.0"
"""


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write_mark(ProjectFolder(tmp_path), MARK)
    assert read_mark(tmp_path) == MARK
    assert is_project(tmp_path)


def test_format_and_identity_can_be_read_without_a_database(tmp_path: Path) -> None:
    write_mark(ProjectFolder(tmp_path), MARK)
    content = tomllib.loads((tmp_path / "project.toml").read_text("utf-8"))
    assert content["format"] == FORMAT
    assert content["id"] == str(MARK.id)


def test_an_ordinary_folder_is_no_project(tmp_path: Path) -> None:
    assert not is_project(tmp_path)
    with pytest.raises(BadInput, match="no Heatdesk project"):
        read_mark(tmp_path)


def test_a_project_of_a_newer_program_is_refused_by_name(tmp_path: Path) -> None:
    newer = GOOD.replace("format = 1", "format = 7").replace("0.1.0", "9.9")
    (tmp_path / "project.toml").write_text(newer, "utf-8")
    with pytest.raises(BadInput) as refusal:
        read_mark(tmp_path)
    assert "newer Heatdesk (9.9, project format 7; this program knows 2)" in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("format = 1", "", "format must be"),
        ("format = 1", 'format = "1"', "format must be"),
        ("format = 1", "format = true", "format must be"),
        ("format = 1", "format = 0", "format must be"),
        ("format = 1", "format =", "line 1"),
        ("5d9ee2a4-7d44-4b5c-9d66-0d5f5f6a3a11", "seven", "id is no project identity: 'seven'"),
        ("+00:00", "", "created_at must be"),
        ("created_at = 2026-01-15T12:00:00+00:00", "created_at = 3", "created_at must be"),
    ],
)
def test_a_broken_mark_is_told_with_its_file(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in GOOD
    (tmp_path / "project.toml").write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(BadInput) as refusal:
        read_mark(tmp_path)
    assert str(tmp_path / "project.toml") in str(refusal.value)
    assert says in str(refusal.value)


def test_a_mark_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match=r"project\.toml"):
        read_mark(tmp_path)


def test_the_sub_folders_of_a_copied_project_are_made_again(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    folder.make_folders()
    folder.make_folders()
    made = sorted(path.name for path in tmp_path.iterdir())
    assert made == ["backups", "diagrams", "documents", "history", "logs", "profiles"]


def test_every_place_lies_inside_the_folder(tmp_path: Path) -> None:
    folder = ProjectFolder(tmp_path)
    places = [
        getattr(folder, name)
        for name in dir(ProjectFolder)
        if isinstance(getattr(ProjectFolder, name), property)
    ]
    assert len(places) == len(set(places)) == 14
    assert all(place.parent == tmp_path for place in places)
