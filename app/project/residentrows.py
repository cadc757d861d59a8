"""The rows of a database that are a resident's alone, and how they go."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath

from app.project.callname import Finder
from app.project.erasures import ErasedMeter, Tombstone
from app.project.scrub import has_table

ADDED = "document"  # the kind of what a person added; the others the program made
_NOTES = """
    DELETE FROM note WHERE device = ? AND id IN (
        SELECT id FROM note WHERE coalesce(about_at, written_at) >= ?
        AND coalesce(about_at, written_at) < ?
    )
"""
_ALARMS = """
    UPDATE alarm SET value = NULL, note = '' WHERE device = ? AND at >= ? AND at < ?
    AND (value IS NOT NULL OR note <> '')
"""
_MOMENT = "%Y-%m-%d %H:%M:%S.%f"  # as the tables keep it


def named_documents(
    connection: sqlite3.Connection, stone: Tombstone, finder: Finder
) -> list[tuple[str, str]]:
    """Return id and path of the documents that are a resident's or name him.

    Those filed with his meters during his contract; those whose title or path names
    him; and what the program made for a device while its name did.
    """
    if not has_table(connection, "document"):
        return []
    named = _named_devices(connection, finder)
    rows = connection.execute("SELECT id, path, device, title, kind, created_at FROM document")
    found = []
    for own, path, device, title, kind, at in rows.fetchall():
        his = any(
            meter.meter == device and _in_period(meter, str(at)) for meter in stone.meters
        )
        told = finder.finds(str(title)) or finder.finds(str(path))
        if his or told or (device in named and kind != ADDED):
            found.append((str(own), str(PurePosixPath(path))))
    return found


def drop_rows(
    connection: sqlite3.Connection, stone: Tombstone, documents: list[str]
) -> Counter[str]:
    """Take a resident's rows out of a configuration or a journal, an older one too."""
    gone: Counter[str] = Counter()
    run = connection.execute
    if has_table(connection, "customer"):
        gone["customer records"] += run(
            "DELETE FROM customer WHERE id = ?", (stone.customer,)
        ).rowcount
    if has_table(connection, "thing_version"):
        gone["customer records"] += run(
            "DELETE FROM thing_version WHERE kind = 'customer' AND id = ?", (stone.customer,)
        ).rowcount
    for own in documents:
        gone["documents"] += run("DELETE FROM document WHERE id = ?", (own,)).rowcount
    for meter in stone.meters:
        span = (meter.meter, _told(meter.since), _told(meter.until))
        for sentence, kind in _of_a_period(connection):
            gone[kind] += run(sentence, span).rowcount
    return gone


def count_rows(connection: sqlite3.Connection, stone: Tombstone) -> Counter[str]:
    """Count what `drop_rows` would take, in a transaction that is taken back."""
    connection.execute("BEGIN")
    try:
        return drop_rows(connection, stone, [])
    finally:
        connection.execute("ROLLBACK")


def _of_a_period(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """Yield what goes of a device and a period: sentence and what it counts as."""
    if has_table(connection, "note"):
        yield _NOTES, "notes"
    if has_table(connection, "alarm"):
        yield _ALARMS, "alarm values"


def _named_devices(connection: sqlite3.Connection, finder: Finder) -> set[str]:
    if not has_table(connection, "device"):
        return set()
    rows = connection.execute("SELECT DISTINCT id, name, area FROM device").fetchall()
    return {own for own, *names in rows if any(finder.finds(str(name)) for name in names)}


def _in_period(meter: ErasedMeter, at: str) -> bool:
    return _told(meter.since) <= at < _told(meter.until)


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(_MOMENT)
