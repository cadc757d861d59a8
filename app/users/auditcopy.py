"""Redacts a copy of an audit that nobody runs, so that it can still be followed if restored."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from app.database import BUSY_S, look_at, told
from app.users.audit import (
    REDACTED_AT_ONCE,
    head_file,
    read_head,
    redacted_forms,
    verify_audit,
)
from app.users.chain import (
    GENESIS,
    REDACTION_VERB,
    ChainEntry,
    begins_after,
    chained,
    head_of,
    read_links,
    seal,
)
from app.users.privatefile import replace_file


def redact_copy(file: Path, key: bytes, without: Callable[[str], str]) -> int:
    """Put out of every entry of a copy what ``without`` takes; return how many changed.

    The entries that say so are added to the copy's own chain and sealed with ``key``; a
    chain that was whole and has a signed end gets a new one.
    """
    head = read_head(head_file(file))
    was_whole = head is not None and not verify_audit(look_at(file), file, key)
    with told(file), closing(sqlite3.connect(file, timeout=BUSY_S)) as connection:
        connection.isolation_level = None
        connection.execute("PRAGMA secure_delete=ON").fetchone()
        known = [row[1] for row in connection.execute("PRAGMA table_info(audit)")]
        fields = [name for name in ChainEntry._fields if name in known]
        listed = ", ".join(f'"{name}"' for name in fields)
        rows = connection.execute(f"SELECT {listed} FROM audit ORDER BY seq").fetchall()  # noqa: S608 - our own columns
        entries = [ChainEntry(*row) for row in rows]
        first = entries[0] if entries else None
        _before, previous = begins_after(first, read_links(entries))
        forms = redacted_forms(entries, without, previous)
        connection.execute("BEGIN IMMEDIATE")
        for form, _hash in forms.values():
            put = ", ".join(f'"{name}" = ?' for name in fields)
            given = [getattr(form, name) for name in fields]
            connection.execute(f"UPDATE audit SET {put} WHERE seq = ?", (*given, form.seq))  # noqa: S608
        last = entries[-1] if entries else None
        for begin in range(0, len(forms), REDACTED_AT_ONCE):
            part = list(forms.values())[begin : begin + REDACTED_AT_ONCE]
            last = _saying(key, last, {str(form.seq): hash_ for form, hash_ in part})
            marks = ", ".join("?" for _name in fields)
            given = [getattr(last, name) for name in fields]
            connection.execute(f"INSERT INTO audit ({listed}) VALUES ({marks})", given)  # noqa: S608
        connection.execute("COMMIT")
    if forms and head is not None and last is not None and was_whole:
        end = head_of(key, last.seq, last.hash, head.sealed_from)
        with told(file):
            replace_file(head_file(file), end.text().encode())
    return len(forms)


def _saying(key: bytes, last: ChainEntry | None, said: dict[str, str]) -> ChainEntry:
    seq, previous = (1, GENESIS) if last is None else (last.seq + 1, last.hash)
    at = datetime.now(UTC).isoformat()
    text = json.dumps(said)
    bare = ChainEntry(
        seq, at, "", "Heatdesk", "", REDACTION_VERB, "audit", "", text, "", "", "", ""
    )
    hash_ = chained(previous, bare)
    return bare._replace(hash=hash_, seal=seal(key, hash_))
