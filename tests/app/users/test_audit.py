"""The audit is on the disk before the caller goes on, and hides no loss."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.database import Manner, look_at, open_database
from app.errors import StoreBroken
from app.project.migrating import migrate
from app.project.upgrade import AUDIT
from app.users.audit import SqlAuditTrail, head_file, read_head, verify_audit
from app.users.chain import ChainEntry
from tests.app.project.sites import Process, Ticking
from tests.app.users.test_chain import chain, head

KEY = b"k" * 32
APPEND = """
import sys
from pathlib import Path
from tests.app.users.test_audit import begun, write
trail = begun(Path(sys.argv[1]))
for number in range(100_000):
    print(write(trail, new=str(number)), flush=True)
"""
Change = Callable[[sqlite3.Connection], object]


def begun(folder: Path) -> SqlAuditTrail:
    """Start the audit of a new project in a folder."""
    file = folder / "audit.sqlite"
    migrate(file, AUDIT)
    return SqlAuditTrail.begin(open_database(file, Manner.DURABLE), file, KEY, Ticking())


def reopened(folder: Path, key: bytes = KEY, renewed: str = "") -> SqlAuditTrail:
    """Go on with it as after a restart."""
    file = folder / "audit.sqlite"
    engine = open_database(file, Manner.DURABLE)
    return SqlAuditTrail(engine, file, key, Ticking(), renewed=renewed)


def write(trail: SqlAuditTrail, **changes: str) -> int:
    """Write down that a setting was changed."""
    fields = {"verb": "control.write", "entity": "device station-7 comfort", "old": "20.0"}
    person = {"login": "lund", "name": "K. Lund", "workstation": "desk-1"}
    return trail.append(**(person | fields | {"new": "21.0"} | changes))


def tampered(folder: Path, change: Change) -> None:
    """Change the database as somebody with a tool would."""
    with closing(sqlite3.connect(folder / "audit.sqlite")) as database, database:
        change(database)


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[SqlAuditTrail]:
    made = begun(tmp_path)
    for number in range(10):
        write(made, new=str(number))
    yield made
    made.close()


def test_entries_are_numbered_and_told_newest_first(trail: SqlAuditTrail) -> None:
    entries = trail.entries(3)
    assert [(entry.seq, entry.new) for entry in entries] == [(10, "9"), (9, "8"), (8, "7")]
    newest = entries[0]
    assert (newest.login, newest.name, newest.workstation) == ("lund", "K. Lund", "desk-1")
    assert newest.at.tzinfo is not None
    assert newest.at > entries[1].at
    assert [entry.seq for entry in trail.entries(3, before_seq=8)] == [7, 6, 5]
    assert trail.entries(3, before_seq=1) == []


def test_a_whole_audit_is_whole(trail: SqlAuditTrail) -> None:
    assert trail.verify() == ""


def test_any_words_are_kept_as_they_are(trail: SqlAuditTrail) -> None:
    words = 'Ø "quoted", \\ back \n line \u2028 end'
    write(trail, reason=words)
    assert trail.entries(1)[0].reason == words
    assert trail.verify() == ""


def test_the_chain_goes_on_after_a_restart(trail: SqlAuditTrail, tmp_path: Path) -> None:
    trail.close()
    again = reopened(tmp_path)
    assert write(again) == 11
    assert again.verify() == ""
    again.close()


def test_an_entry_is_on_the_disk_when_the_call_returns(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    write(trail, new="seen by others")
    with closing(sqlite3.connect(tmp_path / "audit.sqlite")) as database:
        row = database.execute("SELECT new FROM audit ORDER BY seq DESC").fetchone()
    assert row == ("seen by others",)
    head = read_head(tmp_path / "audit.head")
    assert head is not None
    assert head.count == 11


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda db: db.execute("UPDATE audit SET new = '99' WHERE seq = 4"),
            "entry 4 is not as",
        ),
        (
            lambda db: db.execute("UPDATE audit SET new = x'ff00' WHERE seq = 4"),
            "entry 4 is not",
        ),
        (
            lambda db: db.execute("UPDATE audit SET new = CAST(x'ff' AS TEXT) WHERE seq = 4"),
            "Could not decode",
        ),
        (lambda db: db.execute("DELETE FROM audit WHERE seq = 4"), "entry 4 is missing"),
        (lambda db: db.execute("DELETE FROM audit WHERE seq > 8"), "entry 9 is missing"),
        (lambda db: db.execute("DELETE FROM audit"), "entry 1 is missing"),
        (
            lambda db: db.executescript(
                "UPDATE audit SET seq = 99 WHERE seq = 4;"
                "UPDATE audit SET seq = 4 WHERE seq = 5;"
                "UPDATE audit SET seq = 5 WHERE seq = 99"
            ),
            "entry 4 is not as it was written",
        ),
        (
            lambda db: db.execute(
                "INSERT INTO audit SELECT 11, at, login, name, workstation, verb, entity, old,"
                " new, result, reason, hash, seal, salt FROM audit WHERE seq = 10"
            ),
            "entry 11 is not as it was written",
        ),
        (lambda db: db.execute("UPDATE audit SET seal = 'ø' WHERE seq = 4"), "entry 4 was not"),
        (lambda db: db.execute("DROP TABLE audit"), "no such table"),
    ],
)
def test_every_tampering_is_found_while_the_program_runs(
    trail: SqlAuditTrail, tmp_path: Path, change: Change, says: str
) -> None:
    tampered(tmp_path, change)
    assert says in trail.verify()


def test_a_missing_or_forged_end_is_found(trail: SqlAuditTrail, tmp_path: Path) -> None:
    head = head_file(tmp_path / "audit.sqlite")
    good = head.read_text("utf-8")
    head.write_text(good.replace('"count": 10', '"count": 9'), "utf-8")
    assert "signed end of the audit was not written by" in trail.verify()
    head.write_text("{", "utf-8")
    assert "signed end of the audit is missing" in trail.verify()
    head.unlink()
    assert "signed end of the audit is missing" in trail.verify()
    head.write_text(good, "utf-8")
    assert trail.verify() == ""


def test_without_the_key_only_the_hashes_can_be_followed(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    file = tmp_path / "audit.sqlite"
    tampered(tmp_path, lambda db: db.execute("UPDATE audit SET seal = 'x' WHERE seq = 4"))
    assert verify_audit(look_at(file), file, None) == ""
    assert "entry 4 was not written" in verify_audit(look_at(file), file, KEY)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("DELETE FROM audit WHERE seq > 7", "audit entry 8 is missing: 10 were signed"),
        ("DELETE FROM audit", "audit entry 1 is missing: 10 were signed"),
        (
            "UPDATE audit SET hash = 'x' WHERE seq = 10",
            "entry 10 is not the one that was signed",
        ),
    ],
)
def test_going_on_after_a_loss_never_hides_it(
    trail: SqlAuditTrail, tmp_path: Path, change: str, says: str
) -> None:
    trail.close()
    tampered(tmp_path, lambda db: db.execute(change))
    again = reopened(tmp_path)
    newest = again.entries(1)[0]
    assert newest.verb == "audit.gap"
    assert newest.name == "Heatdesk"
    assert says in newest.reason
    assert len(list(tmp_path.glob("audit.head.*.broken"))) == 1
    for _ in range(5):
        write(again)
    assert again.verify() != ""
    again.close()
    once_more = reopened(tmp_path)
    assert once_more.verify() != ""
    assert len(list(tmp_path.glob("audit.head.*.broken"))) == 1
    once_more.close()


@pytest.mark.parametrize("content", [None, "", "{}"])
def test_a_lost_end_is_owned_up_to(
    trail: SqlAuditTrail, tmp_path: Path, content: str | None
) -> None:
    trail.close()
    head = tmp_path / "audit.head"
    head.unlink()
    if content is not None:
        head.write_text(content, "utf-8")
    again = reopened(tmp_path)
    assert (
        again.entries(1)[0].reason == "the signed end of the audit is missing or cannot be read"
    )
    assert again.verify().startswith("audit entry 11 records a break")
    again.close()


def test_a_stop_between_entry_and_signature_is_no_loss(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    head = tmp_path / "audit.head"
    before = head.read_text("utf-8")
    write(trail)
    trail.close()
    head.write_text(before, "utf-8")
    again = reopened(tmp_path)
    assert again.verify() == ""
    assert write(again) == 12
    assert again.verify() == ""
    assert [entry.verb for entry in again.entries(20) if "audit" in entry.verb] == []
    again.close()


def test_a_new_key_is_an_entry_and_seals_what_follows(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    trail.close()
    again = reopened(tmp_path, b"n" * 32, renewed="the old key is gone")
    newest = again.entries(1)[0]
    assert (newest.verb, newest.reason) == ("audit.new-key", "the old key is gone")
    assert again.verify() == ""
    write(again)
    again.close()
    later = reopened(tmp_path, b"n" * 32)
    assert later.verify() == ""
    tampered(tmp_path, lambda db: db.execute("UPDATE audit SET new = '99' WHERE seq = 4"))
    assert "entry 4 is not as it was written" in later.verify()
    later.close()


def test_a_new_key_does_not_hide_what_was_lost_before(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    trail.close()
    tampered(tmp_path, lambda db: db.execute("DELETE FROM audit WHERE seq > 7"))
    again = reopened(tmp_path, b"n" * 32, renewed="the old key is gone")
    assert [entry.verb for entry in again.entries(2)] == ["audit.gap", "audit.new-key"]
    assert "entry 8 is missing" in again.verify()
    again.close()


def test_entries_from_many_threads_make_one_chain(trail: SqlAuditTrail) -> None:
    def work() -> None:
        for _ in range(20):
            write(trail)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert trail.verify() == ""
    for thread in threads:
        thread.join()
    assert len(trail.entries(1000)) == 110
    assert trail.verify() == ""


@pytest.mark.campaign
def test_entries_written_before_a_kill_are_never_lost(tmp_path: Path) -> None:
    for wanted in (1, 20, 60):
        folder = tmp_path / str(wanted)
        folder.mkdir()
        writer = Process(APPEND, folder)
        newest = 0
        for _ in range(wanted):
            newest = int(writer.line())
        writer.kill()
        said = [int(line) for line in writer.rest() if line]
        newest = said[-1] if said else newest
        again = reopened(folder)
        assert again.entries(1)[0].seq in (newest, newest + 1)
        assert again.entries(1)[0].verb == "control.write"
        assert again.verify() == ""
        again.close()


def test_an_audit_that_cannot_be_written_stops_the_caller(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    tampered(tmp_path, lambda db: db.execute("DROP TABLE audit"))
    with pytest.raises(StoreBroken, match=r"audit\.sqlite cannot be used: no such table"):
        write(trail)


def test_an_entry_of_a_stranger_with_the_next_number_stops_the_caller(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    tampered(
        tmp_path,
        lambda db: db.execute(
            "INSERT INTO audit SELECT 11, at, login, name, workstation, verb, entity, old,"
            " new, result, reason, hash, seal, salt FROM audit WHERE seq = 10"
        ),
    )
    with pytest.raises(StoreBroken, match="UNIQUE"):
        write(trail)


def test_an_entry_that_makes_no_sense_is_told(trail: SqlAuditTrail, tmp_path: Path) -> None:
    tampered(tmp_path, lambda db: db.execute("UPDATE audit SET at = 'yesterday' WHERE seq = 9"))
    with pytest.raises(StoreBroken, match=r"audit\.sqlite holds something that cannot be read"):
        trail.entries(5)
    assert "entry 9 is not as it was written" in trail.verify()


@pytest.mark.campaign
def test_a_hundred_thousand_entries_in_the_file_are_verified_within_five_seconds(
    tmp_path: Path,
) -> None:
    file = tmp_path / "audit.sqlite"
    migrate(file, AUDIT)
    entries = chain(100_000, KEY)
    marks = ", ".join("?" * len(ChainEntry._fields))
    tampered(
        tmp_path, lambda db: db.executemany(f"INSERT INTO audit VALUES ({marks})", entries)
    )
    head_file(file).write_text(head(entries, KEY).text(), "utf-8")
    trail = reopened(tmp_path)
    begun_at = time.process_time()
    assert trail.verify() == ""
    assert time.process_time() - begun_at < 5.0
    tampered(tmp_path, lambda db: db.execute("UPDATE audit SET old = '' WHERE seq = 77777"))
    assert trail.verify().startswith("audit entry 77777 is not as it was written")
    trail.close()
