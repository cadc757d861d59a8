"""The oldest part of the audit in a file of its own: signed, and held to by the chain.

Such a file is a ZIP of two: ``entries.jsonl``, an entry a line as it was hashed, and
``archive.json``, which says which entries of which project they are, signed with its key.
What stays in the project holds the file's own hash, so no other takes its place.
"""

import hashlib
import hmac
import io
import json
import logging
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.auditverbs import ArchivePart, AuditArchive
from app.database import BUSY_S
from app.errors import BadInput
from app.ports import Clock, Deed
from app.users.auditguard import GuardedAudit
from app.users.auditrows import AuditRows
from app.users.chain import (
    ARCHIVE_VERB,
    LIMIT_VERB,
    ChainEntry,
    Link,
    part_fault,
    read_link,
)
from app.words import _

YOUNGEST = timedelta(days=1)  # what people still work with stays
MOST_AT_ONCE = 200_000  # entries in one file; some 15 MB
_MOST_BYTES = 2_000_000_000  # of an unpacked part of a file from outside
_FORMAT, _ENTRIES, _ABOUT = 1, "entries.jsonl", "archive.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Archive:
    """A file as it was read."""

    link: Link  # what it says of itself
    entries: Sequence[ChainEntry]
    redactions: Mapping[int, str]
    sealed_from: int
    is_signed: bool


@dataclass(slots=True)
class Archiver:
    """Makes room in the audit of an open project; methods block, any thread.

    A part is handed out first, and taken out of the project only when whoever keeps it
    says so: nothing is gone before a file holds it.
    """

    trail: GuardedAudit
    now: Clock
    _handed: dict[str, tuple[Link, str]] = field(default_factory=dict)  # by the file's hash

    def part(self, before: datetime) -> ArchivePart:
        """Return the entries before a moment as a file; `BadInput` when there are none."""
        if before > self.now() - YOUNGEST:
            raise BadInput(_("only entries that are older than a day can be archived"))
        content, link, lines = self._made(self.trail.rows.until(before, MOST_AT_ONCE))
        self._handed = {link.digest: (link, lines)}
        return ArchivePart(content, link.first, link.last, link.digest)

    def kept(self, digest: str, place: str, deed: Deed) -> AuditArchive:
        """Take a part out that was handed out, and say in the audit where it lies.

        The entry that says so is on the disk before anything goes; what a kill leaves
        here as well is no harm.
        """
        link, lines = self._handed.get(digest, (None, ""))
        if link is None:
            raise BadInput(_("this part of the activity log was not handed out: begin again"))
        if lines != _digest(_lines(self.trail.rows.span(link.first, link.last))):
            raise BadInput(_("the activity log was changed meanwhile: begin again"))
        said = deed.copy()
        said["verb"], said["entity"] = ARCHIVE_VERB, "audit"
        said["new"] = link._replace(place=place).text()
        said["result"] = "done"
        self.trail.append(**said)
        self._carry_limit(link.last, said)
        self._carry_links(link.last, said)
        self.trail.drop(link.last)
        self._handed.clear()
        _give_back(self.trail.file)
        return self.all()[-1]

    def all(self) -> list[AuditArchive]:
        """Return which parts lie outside, the oldest first; of each the last word holds."""
        found: dict[int, AuditArchive] = {}
        for entry in self.trail.rows.of_verb(ARCHIVE_VERB):
            link = read_link(entry)
            if link is not None:
                at, name = datetime.fromisoformat(entry.at), entry.name
                if (before := found.get(link.last)) is not None:
                    at, name = before.at, before.name
                found[link.last] = AuditArchive(
                    link.first, link.last, link.digest, link.place, at, name
                )
        return [found[last] for last in sorted(found)]

    def fault(self) -> str:
        """Return "" when every archive lies where it was put, as it was, else what is wrong."""
        return next(
            (said for _place, said in archive_faults(self.trail.rows, self.trail.key)), ""
        )

    def fault_of(self, link: Link, file: Path) -> str:
        """Return "" when a file holds what a link speaks of, else a sentence naming it."""
        return file_fault(link, file, self.trail.key)

    def _carry_limit(self, last: int, deed: Deed) -> None:
        """Say again what room the log has, where the entry that says so goes."""
        limits = self.trail.rows.of_verb(LIMIT_VERB)
        if limits and limits[-1].seq <= last:
            said = deed.copy()
            said["verb"], said["old"], said["new"] = LIMIT_VERB, limits[-1].new, limits[-1].new
            self.trail.append(**said)

    def _carry_links(self, last: int, deed: Deed) -> None:
        """Say again where older parts lie, where the entry that says so goes.

        Else nobody would know any more what was taken out before, nor miss it.
        """
        said_by = {
            link.last: entry
            for entry in self.trail.rows.of_verb(ARCHIVE_VERB)
            if (link := read_link(entry)) is not None
        }
        for entry in said_by.values():
            if entry.seq <= last:
                said = deed.copy()
                said["new"], said["result"] = entry.new, "as before"
                said["reason"] = entry.reason
                self.trail.append(**said)

    def _made(self, entries: Sequence[ChainEntry]) -> tuple[bytes, Link, str]:
        if not entries:
            raise BadInput(_("there are no entries that old in the activity log"))
        first, last = entries[0], entries[-1]
        before, previous = self.trail.rows.begin()
        assert before == first.seq - 1  # noqa: S101 - they are the oldest there are
        redactions = {
            str(number): hash_
            for number, hash_ in self.trail.rows.redactions().items()
            if first.seq <= number <= last.seq
        }
        link = Link(first.seq, last.seq, previous, last.hash, "", "")
        made_at, sealed_from = self.now(), self.trail.sealed_from
        content = archive_of(self.trail.key, link, entries, redactions, sealed_from, made_at)
        link = link._replace(digest=_digest(content))
        return content, link, _digest(_lines(entries))


def archive_of(
    key: bytes,
    link: Link,
    entries: Sequence[ChainEntry],
    redactions: Mapping[str, str],
    sealed_from: int,
    made_at: datetime,
) -> bytes:
    """Return the signed file of the entries a link speaks of; its digest is not asked for.

    Args:
        key: The project's, that signs the audit.
        link: Which entries they are, and between which hashes.
        entries: All of them, oldest first.
        redactions: How redacted ones among them read, as hashes by number.
        sealed_from: The first entry sealed with the key.
        made_at: The moment.
    """
    lines = _lines(entries)
    about = {
        "format": _FORMAT,
        "first": link.first,
        "last": link.last,
        "previous": link.previous,
        "hash": link.hash,
        "redactions": dict(redactions),
        "sealed_from": sealed_from,
        "entries": _digest(lines),
        "made_at": made_at.isoformat(timespec="seconds"),
    }
    signed = about | {"signature": _signature(key, about)}
    return _zipped(lines, json.dumps(signed, indent=1).encode())


def archive_faults(rows: AuditRows, key: bytes | None) -> Iterator[tuple[str, str]]:
    """Yield where an archive should lie and what is wrong with it, the newest first.

    Without the key it is still held against the hash that stays in the project.
    """
    begin, links = rows.begin(), rows.links()
    while begin[0]:
        link = links[begin[0]]
        if fault := file_fault(link, Path(link.place), key):
            yield link.place, fault
        begin = (link.first - 1, link.previous)
        if begin[0] and begin[0] not in links:
            lost = _("where entry {number} of the activity log lies is not known")
            yield "", lost.format(number=begin[0])
            return


def file_fault(link: Link, file: Path, key: bytes | None) -> str:
    """Return "" when a file holds what a link speaks of, else a sentence naming it."""
    words: dict[str, Any] = {"first": link.first, "last": link.last, "place": file}
    try:
        content = file.read_bytes()
    except OSError:
        return _(
            "entries {first} to {last} of the activity log are not in their archive: "
            "{place} is missing or cannot be read"
        ).format(**words)
    if hashlib.sha256(content).hexdigest() == link.digest:
        return ""
    said = _(
        "the archive {place} with the entries {first} to {last} of the activity log was "
        "changed: {fault}"
    )
    try:
        found = read_archive(content, key)
    except BadInput as error:
        return said.format(fault=error, **words)
    return said.format(fault=archive_fault(found, link, key), **words)


def read_archive(content: bytes, key: bytes | None) -> Archive:
    """Return what a file holds; `BadInput` for what is no archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            _require(all(each.file_size < _MOST_BYTES for each in packed.infolist()))
            lines, about = packed.read(_ENTRIES), json.loads(packed.read(_ABOUT))
        _require(about["format"] == _FORMAT)
        entries = [ChainEntry(*json.loads(line)) for line in lines.splitlines()]
        signature = str(about.pop("signature"))
        is_signed = (
            key is not None
            and about["entries"] == _digest(lines)
            and hmac.compare_digest(signature.encode(), _signature(key, about).encode())
        )
        texts = (str(about["previous"]), str(about["hash"]))
        digest = hashlib.sha256(content).hexdigest()
        link = Link(int(about["first"]), int(about["last"]), *texts, digest, "")
        redactions = {int(seq): str(hash_) for seq, hash_ in about["redactions"].items()}
        return Archive(link, entries, redactions, int(about["sealed_from"]), is_signed)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadInput(
            _("it is no archive of an activity log ({error})").format(error=error)
        ) from error


def archive_fault(archive: Archive, link: Link | None, key: bytes | None) -> str:
    """Return "" for a whole archive, else a sentence naming the first thing wrong with it.

    Held against a ``link`` it must be the very file; without one, or without the key, so
    much is checked as can be.
    """
    held = link or archive.link

    def key_of(number: int) -> bytes | None:
        return key if number >= archive.sealed_from else None

    if fault := part_fault(archive.entries, held, key_of, archive.redactions):
        return fault
    if key is not None and not archive.is_signed:
        return _("it was not signed by this project’s program")
    if link is not None and archive.link.digest != link.digest:
        return _("it is not the file that was made")
    return ""


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError(_("another Heatdesk made it, or it is too large"))


def _lines(entries: Sequence[ChainEntry]) -> bytes:
    return b"".join(_line(entry) for entry in entries)


def _line(entry: ChainEntry) -> bytes:
    return json.dumps(entry, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _zipped(lines: bytes, about: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in ((_ABOUT, about), (_ENTRIES, lines)):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, content)
    return made.getvalue()


def _signature(key: bytes, about: Mapping[str, Any]) -> str:
    text = json.dumps(about, sort_keys=True)
    return hmac.new(key, f"archive:{text}".encode(), hashlib.sha256).hexdigest()


def _give_back(file: Path) -> None:
    """Give the room of what went back to the disk; it is used again in any case."""
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_S)) as connection:
            connection.isolation_level = None
            connection.execute("PRAGMA secure_delete=ON").fetchone()
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        _log.warning("the room of archived entries is not given back yet: %s", error)
