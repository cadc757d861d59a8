"""One core owns a project; the others are told who, and a dead one owns nothing."""

import json
import os
import stat
from pathlib import Path

import pytest

from app.errors import BadInput, NotPermitted, ProjectInUse
from app.project.folder import ProjectFolder
from app.project.guard import guarded
from app.project.lock import OwnerLock, acquire, read_owner, stale_owner
from tests.app.project.sites import Process, rewrite_lock, wait_until
from tests.machine import posix_rights, posix_signals

HOLD = """
import sys
from pathlib import Path
from app.project.lock import acquire
lock = acquire(Path(sys.argv[1]), private=Path(sys.argv[2]))
lock.announce(4711, "open sesame")
print("held", flush=True)
sys.stdin.readline()
lock.release()
print("released", flush=True)
"""
FIGHT = """
import sys
from pathlib import Path
from app.errors import ProjectInUse
from app.project.lock import acquire
print("ready", flush=True)
sys.stdin.readline()
try:
    lock = acquire(Path(sys.argv[1]), private=Path(sys.argv[2]))
except ProjectInUse:
    print("lost", flush=True)
else:
    print("won", flush=True)
sys.stdin.readline()
"""


def take(tmp_path: Path) -> OwnerLock:
    return acquire(tmp_path, private=tmp_path / "private")


def test_a_free_project_has_no_owner(tmp_path: Path) -> None:
    assert read_owner(tmp_path) is None


def test_who_acquires_a_project_is_its_owner(tmp_path: Path) -> None:
    lock = take(tmp_path)
    owner = read_owner(tmp_path)
    assert owner == lock.owner
    assert owner is not None
    assert owner.pid == os.getpid()
    assert owner.here
    assert owner.port is None


def test_a_second_core_is_told_who_owns_the_project(tmp_path: Path) -> None:
    owner = take(tmp_path).owner
    with pytest.raises(ProjectInUse) as refusal:
        take(tmp_path)
    sentence = str(refusal.value)
    assert str(tmp_path) in sentence
    assert owner.host in sentence
    assert f"process {owner.pid}" in sentence
    assert owner.user in sentence


def test_a_released_project_may_be_taken_again(tmp_path: Path) -> None:
    first = take(tmp_path)
    first.release()
    assert read_owner(tmp_path) is None
    first.release()
    take(tmp_path).release()
    assert not ProjectFolder(tmp_path).lock.exists()


def test_releasing_twice_never_takes_the_project_from_the_next_owner(tmp_path: Path) -> None:
    first = take(tmp_path)
    first.release()
    second = take(tmp_path)
    rewrite_lock(tmp_path, user="somebody else")
    first.release()
    assert ProjectFolder(tmp_path).lock.exists()
    second.release()
    assert ProjectFolder(tmp_path).lock.exists()


def test_a_lock_that_cannot_be_removed_does_not_stop_the_closing(tmp_path: Path) -> None:
    root = tmp_path / "stick"
    root.mkdir()
    lock = acquire(root, private=tmp_path / "private")
    for file in root.iterdir():
        file.unlink()
    root.rmdir()
    lock.release()


def test_a_folder_that_does_not_exist_cannot_be_owned(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be locked"):
        take(tmp_path / "gone")


def test_the_announced_channel_is_found_by_others(tmp_path: Path) -> None:
    lock = take(tmp_path)
    lock.announce(4711, "open sesame")
    owner = read_owner(tmp_path)
    assert owner is not None
    assert (owner.address, owner.port) == ("127.0.0.1", 4711)
    assert owner.token() == "open sesame"


def test_the_token_is_nowhere_in_the_project_folder(tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    acquire(root, private=tmp_path / "private").announce(4711, "open sesame")
    for file in root.rglob("*"):
        assert b"open sesame" not in file.read_bytes()


@posix_rights
def test_only_its_owner_may_read_the_token(tmp_path: Path) -> None:
    lock = take(tmp_path)
    lock.announce(4711, "open sesame")
    file = Path(lock.owner.token_file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    with pytest.raises(NotPermitted, match="same user"):
        lock.owner.token()


def test_a_token_that_is_gone_lets_nobody_in(tmp_path: Path) -> None:
    lock = take(tmp_path)
    lock.announce(4711, "open sesame")
    Path(lock.owner.token_file).unlink()
    with pytest.raises(NotPermitted):
        lock.owner.token()


def test_announcing_again_and_releasing_leave_no_token_behind(tmp_path: Path) -> None:
    lock = take(tmp_path)
    lock.announce(4711, "one")
    lock.announce(4712, "two")
    tokens = list((tmp_path / "private" / "channels").iterdir())
    assert [str(token) for token in tokens] == [lock.owner.token_file]
    lock.release()
    assert list((tmp_path / "private" / "channels").iterdir()) == []


def test_who_lost_the_lock_may_not_announce(tmp_path: Path) -> None:
    lock = take(tmp_path)
    rewrite_lock(tmp_path, user="somebody else")
    with pytest.raises(ProjectInUse, match="somebody else"):
        lock.announce(4711, "open sesame")
    ProjectFolder(tmp_path).lock.unlink()
    with pytest.raises(ProjectInUse, match="released"):
        lock.announce(4711, "open sesame")


def test_a_process_number_used_again_is_no_owner(tmp_path: Path) -> None:
    take(tmp_path)
    rewrite_lock(tmp_path, life="an earlier life of this number")
    assert read_owner(tmp_path) is None
    stale = stale_owner(tmp_path)
    assert stale is not None
    assert stale.pid == os.getpid()
    assert take(tmp_path).owner == read_owner(tmp_path)


def test_a_lock_of_another_computer_is_never_judged_from_here(tmp_path: Path) -> None:
    take(tmp_path)
    rewrite_lock(tmp_path, host="boiler-house", pid=2**22 - 1)
    owner = read_owner(tmp_path)
    assert owner is not None
    assert not owner.here
    with pytest.raises(ProjectInUse) as refusal:
        take(tmp_path)
    assert "boiler-house" in str(refusal.value)
    assert f"remove the file {tmp_path / 'lock'}" in str(refusal.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"since": 5}', '{"since": "today"}'])
def test_a_lock_file_that_says_nothing_holds_nothing(tmp_path: Path, text: str) -> None:
    ProjectFolder(tmp_path).lock.write_text(text, "utf-8")
    assert read_owner(tmp_path) is None
    assert take(tmp_path).owner == read_owner(tmp_path)


def test_a_living_core_in_another_process_owns_the_project_until_it_lets_go(
    tmp_path: Path,
) -> None:
    other = Process(HOLD, tmp_path, tmp_path / "private")
    assert other.line() == "held"
    owner = read_owner(tmp_path)
    assert owner is not None
    assert (owner.pid, owner.port, owner.token()) == (other.pid, 4711, "open sesame")
    with pytest.raises(ProjectInUse, match=f"process {other.pid}"):
        take(tmp_path)
    other.tell()
    assert other.line() == "released"
    other.rest()
    take(tmp_path).release()


def test_the_lock_of_a_killed_core_is_stale_and_its_token_is_swept_away(
    tmp_path: Path,
) -> None:
    other = Process(HOLD, tmp_path, tmp_path / "private")
    assert other.line() == "held"
    token = Path(json.loads((tmp_path / "lock").read_text("utf-8"))["token_file"])
    other.kill()
    # Nobody has waited for it yet: the system still lists it, but it is dead.
    wait_until(lambda: read_owner(tmp_path) is None)
    stale = stale_owner(tmp_path)
    assert stale is not None
    assert stale.pid == other.pid
    assert token.exists()
    lock = take(tmp_path)
    assert not token.exists()
    lock.release()
    other.rest()


def test_a_dead_core_cannot_make_us_remove_a_file_of_its_choice(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("keep me", "utf-8")
    take(tmp_path)
    rewrite_lock(tmp_path, life="long gone", token_file=str(precious))
    take(tmp_path)
    assert precious.exists()


@pytest.mark.parametrize("leftover", ["nothing", "a stale lock", "a torn lock"])
def test_of_many_cores_that_start_together_exactly_one_wins(
    tmp_path: Path, leftover: str
) -> None:
    if leftover == "a stale lock":
        take(tmp_path)
        rewrite_lock(tmp_path, life="long gone")
    if leftover == "a torn lock":
        ProjectFolder(tmp_path).lock.write_text('{"host"', "utf-8")
    fighters = [Process(FIGHT, tmp_path, tmp_path / "private") for _ in range(5)]
    for fighter in fighters:
        assert fighter.line() == "ready"
    for fighter in fighters:
        fighter.tell()
    outcomes = [fighter.line() for fighter in fighters]
    owner = read_owner(tmp_path)
    assert sorted(outcomes) == ["lost"] * 4 + ["won"]
    assert owner is not None
    assert owner.pid == fighters[outcomes.index("won")].pid
    for fighter in fighters:
        fighter.tell()
        fighter.rest()


@posix_signals
def test_a_core_killed_inside_the_guard_blocks_nobody(tmp_path: Path) -> None:
    script = (
        "import sys, time\nfrom pathlib import Path\nfrom app.project.guard import guarded\n"
        "with guarded(Path(sys.argv[1])):\n    print('in', flush=True)\n    time.sleep(60)\n"
    )
    other = Process(script, tmp_path)
    assert other.line() == "in"
    other.kill()
    other.rest()
    with guarded(tmp_path):
        pass
