"""A resident's name goes out of the audit, and the chain still finds every tampering."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.database import Manner, back_up, look_at, open_database
from app.ports import Deed
from app.users.audit import SqlAuditTrail, verify_audit
from app.users.auditcopy import redact_copy
from tests.app.users.test_audit import KEY, reopened, tampered, trail, write
from tests.plant import NOON

__all__ = ["trail"]
WHO = Deed(login="ole", name="Ole Holm", workstation="desk-1", verb="", entity="")


def without(text: str) -> str:
    return text.replace("Mads Riis", "[erased]")


def told(trail: SqlAuditTrail) -> int:
    return trail.append(
        login="ole",
        name="Ole Holm",
        workstation="desk-1",
        verb="project.keep_note",
        entity="device ahornvej-14",
        new="Mads Riis complains of noise",
        reason="rang Mads Riis",
    )


def test_a_name_is_out_of_every_byte_and_the_chain_is_whole(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    named = told(trail)
    write(trail)
    before = trail.entries(1)[0].seq
    assert trail.redact(without, WHO) == 1
    assert trail.verify() == ""
    entries = {entry.seq: entry for entry in trail.entries(100)}
    assert entries[named].new == "[erased] complains of noise"
    assert entries[before + 1].verb == "audit.redact"
    assert list(json.loads(entries[before + 1].new)) == [str(named)]
    trail.close()
    again = reopened(tmp_path)
    assert again.verify() == ""
    with closing(sqlite3.connect(tmp_path / "audit.sqlite")) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        file.execute("VACUUM")
    again.close()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"Mads Riis" not in path.read_bytes()


def test_a_second_redaction_of_the_same_entry_holds_too(trail: SqlAuditTrail) -> None:
    named = told(trail)
    trail.redact(without, WHO)
    assert trail.redact(without, WHO) == 0  # nothing is left to put out
    trail.redact(lambda text: text.replace("noise", "[erased]"), WHO)
    entry = next(each for each in trail.entries(100) if each.seq == named)
    assert entry.new == "[erased] complains of [erased]"
    assert trail.verify() == ""


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET new = 'all is quiet' WHERE seq = {named}",
        "UPDATE audit SET salt = '00' WHERE seq = {named}",
        "UPDATE audit SET seal = 'x' WHERE seq = {named}",
        "UPDATE audit SET new = '{{}}' WHERE verb = 'audit.redact'",
        "UPDATE audit SET verb = 'project.keep_note' WHERE verb = 'audit.redact'",
        "UPDATE audit SET reason = 'nobody rang' WHERE seq = {named} - 1",
    ],
)
def test_whoever_changes_a_redacted_entry_or_its_order_is_found_out(
    trail: SqlAuditTrail, tmp_path: Path, change: str
) -> None:
    write(trail)
    named = told(trail)
    trail.redact(without, WHO)
    tampered(tmp_path, lambda db: db.execute(change.format(named=named)))
    assert "audit entry" in trail.verify()


def test_nobody_can_redact_with_an_entry_of_their_own(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    named = told(trail)
    write(trail)

    def forge(database: sqlite3.Connection) -> None:
        database.execute("UPDATE audit SET new = 'all is quiet' WHERE seq = ?", (named,))
        database.execute(
            "UPDATE audit SET verb = 'audit.redact', new = ? WHERE seq = ?",
            (json.dumps({named: "0" * 64}), named + 1),
        )

    tampered(tmp_path, forge)
    assert "audit entry" in trail.verify()


def test_an_audit_of_an_older_program_without_salts_is_still_followed(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    fault: Callable[[], str] = lambda: verify_audit(  # noqa: E731 - said twice below
        look_at(tmp_path / "audit.sqlite"), tmp_path / "audit.sqlite", None
    )
    assert fault() == ""
    told(trail)
    trail.close()
    tampered(tmp_path, lambda db: db.execute("ALTER TABLE audit DROP COLUMN salt"))
    assert "is not as it was written" in fault()  # read, and found changed: its salts are gone


def test_a_copy_that_nobody_runs_is_redacted_and_can_be_followed(
    trail: SqlAuditTrail, tmp_path: Path
) -> None:
    named = told(trail)
    trail.close()
    copy = tmp_path / "backups" / "audit-copy.sqlite"
    back_up(tmp_path / "audit.sqlite", copy)
    assert redact_copy(copy, KEY, without) == 1
    entries = SqlAuditTrail(open_database(copy, Manner.DURABLE), copy, KEY, lambda: NOON)
    assert {each.seq: each.reason for each in entries.entries(100)}[named] == "rang [erased]"
    assert entries.verify().startswith("audit entry")  # it owns up to its missing head
    assert "records a break" in entries.verify()
    entries.close()
