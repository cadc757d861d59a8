"""The rows of a database that are a resident's alone, and how they go."""

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from app.project.callname import Finder
from app.project.erasures import ErasedMeter, Tombstone
from app.project.ownrows import Rows, has_table, moment_for, moment_text

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


def named_documents(rows: Rows, stone: Tombstone, finder: Finder) -> list[tuple[str, str]]:
    """Return id and path of the documents that are a resident's or name him.

    Those filed with his meters during his contract; those whose title or path names
    him; and what the program made for a device while its name did.
    """
    if not has_table(rows, "document"):
        return []
    named = _named_devices(rows, finder)
    listed = rows.execute("SELECT id, path, device, title, kind, created_at FROM document")
    found = []
    for own, path, device, title, kind, at in listed.fetchall():
        his = any(meter.meter == device and _in_period(meter, at) for meter in stone.meters)
        told = finder.finds(str(title)) or finder.finds(str(path))
        if his or told or (device in named and kind != ADDED):
            found.append((str(own), str(PurePosixPath(path))))
    return found


def drop_rows(rows: Rows, stone: Tombstone, documents: list[str]) -> Counter[str]:
    """Take a resident's rows out of a configuration or a journal, an older one too."""
    gone: Counter[str] = Counter()
    run = rows.execute
    if has_table(rows, "customer"):
        gone["customer records"] += run(
            "DELETE FROM customer WHERE id = ?", (stone.customer,)
        ).rowcount
    if has_table(rows, "thing_version"):
        gone["customer records"] += run(
            "DELETE FROM thing_version WHERE kind = 'customer' AND id = ?", (stone.customer,)
        ).rowcount
    for own in documents:
        gone["documents"] += run("DELETE FROM document WHERE id = ?", (own,)).rowcount
    for meter in stone.meters:
        span = (meter.meter, moment_for(rows, meter.since), moment_for(rows, meter.until))
        for sentence, kind in _of_a_period(rows):
            gone[kind] += run(sentence, span).rowcount
    return gone


def count_rows(rows: Rows, stone: Tombstone) -> Counter[str]:
    """Count what `drop_rows` would take; all of it is taken back."""
    rows.execute("SAVEPOINT counted")
    try:
        return drop_rows(rows, stone, [])
    finally:
        rows.execute("ROLLBACK TO SAVEPOINT counted")
        rows.execute("RELEASE SAVEPOINT counted")


def _of_a_period(rows: Rows) -> Iterator[tuple[str, str]]:
    """Yield what goes of a device and a period: sentence and what it counts as."""
    if has_table(rows, "note"):
        yield _NOTES, "notes"
    if has_table(rows, "alarm"):
        yield _ALARMS, "alarm values"


def _named_devices(rows: Rows, finder: Finder) -> set[str]:
    if not has_table(rows, "device"):
        return set()
    known = rows.execute("SELECT DISTINCT id, name, area FROM device").fetchall()
    return {own for own, *names in known if any(finder.finds(str(name)) for name in names)}


def _in_period(meter: ErasedMeter, at: object) -> bool:
    return moment_text(meter.since) <= moment_text(at) < moment_text(meter.until)
