"""Private files are for their owner alone, and are replaced whole or not at all."""

import stat
from pathlib import Path

import pytest

from app.errors import SecretsLocked
from app.users.privatefile import read_private, replace_file, user_folder, write_private
from tests.machine import posix_rights


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "down" / "key"
    write_private(file, b"\x00\r\n\xff")
    assert read_private(file) == b"\x00\r\n\xff"
    write_private(file, b"new")
    assert read_private(file) == b"new"


@posix_rights
def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "private" / "key"
    write_private(file, b"x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@posix_rights
def test_writing_closes_a_file_that_stood_open_to_others(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"old")
    file.chmod(0o666)
    write_private(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@posix_rights
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_that_others_may_read_is_no_secret(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "key"
    write_private(file, b"x")
    file.chmod(mode)
    with pytest.raises(SecretsLocked, match=f"mode {mode:04o}"):
        read_private(file)


def test_a_leftover_of_an_earlier_attempt_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "key"
    replace_file(file, b"one")
    for part in tmp_path.glob(".key.*"):
        part.unlink()
    replace_file(file, b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert file.read_bytes() == b"two"


def test_what_cannot_be_written_leaves_the_old_and_no_litter(tmp_path: Path) -> None:
    target = tmp_path / "key"
    target.mkdir()
    (target / "full").touch()
    with pytest.raises(OSError, match="key"):
        replace_file(target, b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_the_users_own_folder_is_not_shared() -> None:
    assert user_folder().name == "heatdesk"
    assert user_folder().is_absolute()
