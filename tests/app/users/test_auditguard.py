"""A full or failing audit stops what may be stopped, tells so, loses nothing and goes on."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.database import Manner, look_at, open_database
from app.errors import StoreBroken
from app.ports import AuditTrail
from app.project.migrating import migrate
from app.project.upgrade import AUDIT
from app.users.audit import SqlAuditTrail, head_file, read_head, verify_audit
from app.users.auditguard import GuardedAudit
from app.users.auditroom import AuditRoom, Level, judged
from app.users.chain import STORAGE_VERB
from tests.app.project.sites import Ticking
from tests.smalldisk import SmallDisk, mounted

KEY = b"k" * 32
MB = 1_000_000
FAILS = """
CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END
"""


class Disk:
    """A disk whose free space a test decides."""

    def __init__(self) -> None:
        self.free_bytes = 1000 * MB

    def free(self, _folder: Path) -> int:
        return self.free_bytes


def guarded(folder: Path, room: AuditRoom) -> GuardedAudit:
    """The audit in a folder, begun when there is none."""
    file = folder / "audit.sqlite"
    if not file.exists():
        migrate(file, AUDIT)
        SqlAuditTrail.begin(open_database(file, Manner.DURABLE), file, KEY, Ticking()).close()
    return GuardedAudit(open_database(file, Manner.DURABLE), file, KEY, Ticking(), room=room)


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def audit(tmp_path: Path, disk: Disk) -> Iterator[GuardedAudit]:
    made = guarded(tmp_path, AuditRoom(400_000, 100 * MB, 20, disk.free))
    yield made
    made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mounted(tmp_path / "disk") as disk:
        yield disk


def append(audit: AuditTrail, new: str = "21.0") -> int:
    """A setting is about to be changed."""
    return audit.append(
        login="lund",
        name="K. Lund",
        workstation="desk-1",
        verb="write",
        entity="d.comfort",
        new=new,
    )


def test_a_file_taken_from_under_it_stops_changes_until_it_is_back(
    tmp_path: Path, audit: GuardedAudit
) -> None:
    append(audit)
    folder, aside = tmp_path, tmp_path.with_name(f"{tmp_path.name}-aside")
    folder.rename(aside)
    other = guarded_copy(aside, folder)
    assert audit.look().level is Level.STOPPED
    assert "is gone, or another file lies in its place" in audit.troubles[0]
    with pytest.raises(StoreBroken, match="is gone"):
        audit.admit()
    with pytest.raises(StoreBroken, match="is gone"):
        append(audit, "22.0")
    keep(audit)
    assert verify_audit(open_database(other, Manner.DURABLE), other, KEY) == "", "not touched"
    shutil.rmtree(folder)
    aside.rename(folder)
    assert audit.look().level is Level.WELL
    assert "seen" in [each.reason for each in audit.entries(10)], "it waited"
    assert audit.verify() == ""


def guarded_copy(folder: Path, place: Path) -> Path:
    """Put a copy in a folder's place, as somebody does who restores a backup."""
    shutil.copytree(folder, place)
    return place / "audit.sqlite"


def keep(audit: AuditTrail, reason: str = "seen") -> None:
    """An alarm was acknowledged."""
    audit.keep(
        login="lund",
        name="K. Lund",
        workstation="desk-1",
        verb="acknowledge",
        entity="alarm odd",
        reason=reason,
    )


def sql(folder: Path, text: str) -> None:
    """Do something to the database as another program would."""
    with closing(sqlite3.connect(folder / "audit.sqlite")) as database:
        database.executescript(text)


def refused(audit: GuardedAudit) -> str:
    """The sentence a change is refused with."""
    with pytest.raises(StoreBroken) as caught:
        audit.admit()
    return str(caught.value)


def fill(audit: GuardedAudit, until: Callable[[], bool]) -> None:
    """Write entries until something holds."""
    for _turn in range(400):
        if until():
            return
        append(audit, "9" * 2000)
        audit.look()
    raise AssertionError("never")


def told(audit: GuardedAudit) -> list[tuple[str, str]]:
    """What the audit says of its own storage, oldest first."""
    entries = audit.entries(1000)[::-1]
    return [(each.old, each.new) for each in entries if each.verb == STORAGE_VERB]


def test_with_room_everything_goes_on_and_nothing_is_told(audit: GuardedAudit) -> None:
    audit.admit()
    assert append(audit) == 1
    keep(audit)
    assert audit.look().level is Level.WELL
    assert audit.troubles == ()
    assert [each.verb for each in audit.entries(9)] == ["acknowledge", "write"]


def test_it_warns_at_80_percent_and_stops_changes_when_full(audit: GuardedAudit) -> None:
    fill(audit, lambda: audit.standing.level is Level.SCARCE)
    share = audit.standing.size_bytes / audit.standing.limit_bytes
    assert 0.8 <= share < 1.0
    (warning,) = audit.troubles
    assert warning.startswith("the activity log has taken 0.3 of its 0.4 MB: when it is full")
    audit.admit()
    fill(audit, lambda: audit.standing.level is Level.STOPPED)
    assert refused(audit) == audit.troubles[0]
    assert "the activity log is full (0.4 of 0.4 MB): changes of settings, dev" in refused(
        audit
    )
    assert "reading and acknowledging alarms go on" in refused(audit)
    keep(audit, "seen all the same")
    assert audit.entries(1)[0].reason == "seen all the same"
    assert told(audit) == [("enough room", "scarce"), ("scarce", "stopped")]
    assert audit.verify() == ""


def test_more_room_given_is_used_after_the_next_start(tmp_path: Path, disk: Disk) -> None:
    first = guarded(tmp_path, AuditRoom(100_000, MB, free=disk.free))
    fill(first, lambda: first.standing.level is Level.STOPPED)
    refused(first)
    first.close()
    second = guarded(tmp_path, AuditRoom(100 * MB, MB, free=disk.free))
    second.admit()
    assert second.troubles == ()
    assert second.verify() == ""
    second.close()


def test_a_disk_that_fills_up_warns_then_stops_then_goes_on(
    audit: GuardedAudit, disk: Disk
) -> None:
    disk.free_bytes = 380 * MB
    audit.admit()
    assert audit.troubles[0].startswith(
        "only 380 MB are free on the disk of the activity log: "
    )
    disk.free_bytes = 90 * MB
    assert refused(audit).startswith("only 90 MB are free on the disk of the activity log: ")
    disk.free_bytes = 101 * MB
    refused(audit)  # nothing flutters at the limit
    disk.free_bytes = 2000 * MB
    audit.admit()
    assert audit.troubles == ()
    assert [new for _old, new in told(audit)] == ["scarce", "stopped", "enough room"]


def test_a_write_that_fails_is_told_and_what_is_essential_waits_for_its_turn(
    audit: GuardedAudit, tmp_path: Path
) -> None:
    sql(tmp_path, FAILS)
    with pytest.raises(StoreBroken, match="disk I/O error"):
        append(audit)
    assert "disk I/O error" in refused(audit)
    keep(audit, "the pump again")
    why, waiting = audit.troubles
    assert why.startswith("the activity log cannot be written (")
    assert waiting.startswith("2 entries wait to be written into the activity log")
    assert audit.entries(9) == []
    moment = audit._late[-1][1]
    sql(tmp_path, "DROP TRIGGER broken")
    audit.admit()
    assert audit.troubles == ()
    entries = audit.entries(9)
    assert [each.verb for each in entries] == [STORAGE_VERB, "acknowledge", STORAGE_VERB]
    assert entries[1].at == moment
    assert [new for _old, new in told(audit)] == ["stopped", "enough room"]
    assert append(audit) == 4
    assert audit.verify() == ""


def test_a_deed_goes_after_what_waits(audit: GuardedAudit, tmp_path: Path) -> None:
    sql(tmp_path, FAILS)
    keep(audit)
    sql(tmp_path, "DROP TRIGGER broken")
    assert append(audit) == 2
    assert [each.verb for each in audit.entries(9)] == ["write", "acknowledge"]


def test_what_waits_is_written_when_the_program_ends(
    tmp_path: Path, disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    audit = guarded(tmp_path, AuditRoom(MB, MB, free=disk.free))
    sql(tmp_path, FAILS)
    keep(audit)
    sql(tmp_path, "DROP TRIGGER broken")
    audit.close()
    again = guarded(tmp_path, AuditRoom(MB, MB, free=disk.free))
    assert [each.verb for each in again.entries(9)] == ["acknowledge"]
    sql(tmp_path, FAILS)
    keep(again)
    again.close()
    assert "1 entries of the audit are lost" in caplog.text


def test_too_many_that_wait_are_counted_as_lost(audit: GuardedAudit, tmp_path: Path) -> None:
    sql(tmp_path, FAILS)
    for number in range(23):
        keep(audit, str(number))
    lost = "3 entries of the activity log are lost: it could not be written for too long"
    assert list(audit.troubles) == [lost]
    sql(tmp_path, "DROP TRIGGER broken")
    audit.look()
    entries = audit.entries(99)[::-1]
    assert [each.reason for each in entries[:20]] == [str(number) for number in range(20)]
    assert (entries[20].result, entries[20].reason) == ("3 lost", lost)
    assert lost not in audit.troubles


def test_an_end_that_cannot_be_signed_adds_no_entry(
    audit: GuardedAudit, tmp_path: Path
) -> None:
    append(audit)
    head = head_file(tmp_path / "audit.sqlite")
    signed = read_head(head)
    blocked = head.with_name(f".{head.name}.{os.getpid()}.part")
    blocked.mkdir()
    (blocked / "in the way").touch()
    for _turn in range(3):
        with pytest.raises(StoreBroken):
            append(audit)
    assert read_head(head) == signed
    assert len(audit.entries(9)) == 1
    (blocked / "in the way").unlink()
    blocked.rmdir()
    assert append(audit) == 2
    assert audit.verify() == ""


def test_a_disk_that_is_really_full(small_disk: SmallDisk) -> None:
    audit = guarded(small_disk.folder, AuditRoom(100 * MB, MB))
    append(audit)
    small_disk.fill()
    assert "MB are free" in refused(audit)
    with pytest.raises(StoreBroken):
        fill(audit, lambda: False)
    for number in range(20):
        keep(audit, f"seen {number}")
    assert any("MB are free" in each or "cannot be written" in each for each in audit.troubles)
    assert audit.entries(1)[0].login == "lund"
    file = small_disk.folder / "audit.sqlite"
    assert audit.verify() == ""
    small_disk.free()
    audit.admit()
    assert audit.troubles == ()
    reasons = [each.reason for each in audit.entries(100)[::-1] if each.verb == "acknowledge"]
    assert reasons == [f"seen {number}" for number in range(20)]
    audit.close()
    again = guarded(small_disk.folder, AuditRoom(100 * MB, MB))
    assert verify_audit(look_at(file), file, KEY) == ""
    assert [each for each in again.entries(1000) if each.verb == "audit.gap"] == []
    again.close()


@pytest.mark.parametrize(
    ("size", "free", "before", "level"),
    [
        (79, 9000, Level.WELL, Level.WELL),
        (80, 9000, Level.WELL, Level.SCARCE),
        (78, 9000, Level.SCARCE, Level.SCARCE),
        (75, 9000, Level.SCARCE, Level.WELL),
        (100, 9000, Level.SCARCE, Level.STOPPED),
        (96, 9000, Level.STOPPED, Level.STOPPED),
        (94, 9000, Level.STOPPED, Level.SCARCE),
        (10, 401, Level.WELL, Level.WELL),
        (10, 400, Level.WELL, Level.SCARCE),
        (10, 100, Level.SCARCE, Level.STOPPED),
        (10, 0, Level.WELL, Level.STOPPED),
    ],
)
def test_where_the_levels_begin_and_end(
    size: int, free: int, before: Level, level: Level
) -> None:
    room = AuditRoom(100 * MB, 100 * MB)
    assert judged(room, size * MB, free * MB, before).level is level


def test_a_moment_that_waits_is_never_later_than_what_follows(
    audit: GuardedAudit, tmp_path: Path
) -> None:
    sql(tmp_path, FAILS)
    for _turn in range(5):
        keep(audit)
    sql(tmp_path, "DROP TRIGGER broken")
    append(audit)
    moments = [each.at for each in audit.entries(20)[::-1]]
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] >= timedelta(seconds=5)
