"""Which files with a resident's data were made: who holds one must hear of an erasure."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from app.auditverbs import AuditEntry
from app.personal.reaching import looking
from app.project.callname import Finder
from app.project.erasures import Tombstone
from app.project.opening import Project
from app.project.ownrows import moment_text
from app.project.residentrows import named_documents
from app.project.upgrade import CONFIG
from app.users.chain import ARCHIVE_VERB

_VERBS = frozenset({"customers.personal_data", "project.file_document"})
_PAGE = 500
SAMPLES_VERB, SCHEDULED_VERB = "samples.keep_export", "samples.scheduled"
_MADE = ("reports.", "export")


def handed_out(project: Project, stone: Tombstone, finder: Finder) -> list[str]:
    """Return a line for each file, the newest first; none names him."""
    with looking(project.databases, CONFIG) as config:
        listed = {own for own, _path in named_documents(config, stone, finder)}
        rows = config.execute(
            "SELECT created_at, title, kind, created_by, id FROM document"
        ).fetchall()
    lines = [
        (moment_text(at)[:16], f"{finder.without(str(title))} ({kind}), {by}")
        for at, title, kind, by, own in rows
        if own in listed
    ]
    lines += [
        (
            f"{entry.at:%Y-%m-%d %H:%M}",
            finder.without(f"{entry.verb} {_what(entry)}, {entry.name}"),
        )
        for entry in _once(
            each
            for each in _entries(
                project, min((m.since for m in stone.meters), default=stone.at)
            )
            if _concerns(each, stone)
        )
    ]
    return [f"{at} {what}" for at, what in sorted(lines, reverse=True)]


def _what(entry: AuditEntry) -> str:
    return entry.new if entry.verb == SCHEDULED_VERB else entry.entity


def _once(entries: Iterable[AuditEntry]) -> Iterator[AuditEntry]:
    """Yield entries, of what goes out every night by one plan the newest alone."""
    plans = set[str]()
    for entry in entries:
        if entry.verb != SCHEDULED_VERB or entry.new not in plans:
            yield entry
        if entry.verb == SCHEDULED_VERB:
            plans.add(entry.new)


def _entries(project: Project, since: datetime) -> list[AuditEntry]:
    found: list[AuditEntry] = []
    before: int | None = None
    while page := project.audit.entries(_PAGE, before):
        found += [each for each in page if each.at >= since]
        if page[-1].at < since:
            break
        before = page[-1].seq
    return found


def _concerns(entry: AuditEntry, stone: Tombstone) -> bool:
    if entry.verb == ARCHIVE_VERB:  # a part of this log lies outside: is it in reach?
        return not _is_in_reach(entry)
    if entry.verb == SCHEDULED_VERB:
        return entry.result.startswith("written")
    made = entry.verb in _VERBS or any(word in entry.verb for word in _MADE)
    if not made:
        return False
    if entry.entity == f"customer {stone.customer}":
        return True
    if entry.verb == SAMPLES_VERB:
        return any(m.since <= entry.at and _went_out(m.meter, entry) for m in stone.meters)
    return any(
        entry.entity == f"device {meter.meter}" and meter.since <= entry.at
        for meter in stone.meters
    )


def _went_out(device: str, entry: AuditEntry) -> bool:
    """Whether samples of a device stand in a file; they do where that cannot be told."""
    try:
        devices = json.loads(entry.new)["devices"]
    except (ValueError, KeyError, TypeError):
        return True
    return devices == "all" or device in devices


def _is_in_reach(archived: AuditEntry) -> bool:
    """Whether the file is where an entry says that it put older ones."""
    try:
        return Path(str(json.loads(archived.new)["place"])).is_file()
    except (ValueError, KeyError, TypeError):
        return False
