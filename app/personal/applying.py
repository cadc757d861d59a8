"""Carries an erasure out, in a running project or in whatever old copies were put into one."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from app.database import told
from app.errors import BadInput, PlantError, StoreBroken
from app.history.forgetting import Kept
from app.history.history import History
from app.history.quarantine import salvage_all, set_aside_in
from app.history.store import EmbeddedHistory
from app.model.reading import DeviceId, PointId
from app.personal.backups import (
    backups_elsewhere,
    clean_backup,
    is_backup,
    is_sealed_backup,
    redact_backup,
)
from app.personal.meterindex import kept_moments
from app.personal.reaching import changing
from app.personal.reaching import settle as settle_server
from app.project.callname import Finder
from app.project.databases import Databases
from app.project.erasures import ErasedMeter, Tombstone, files_of
from app.project.folder import ProjectFolder, read_mark
from app.project.ownrows import Rows
from app.project.residentrows import drop_rows, named_documents
from app.project.scrub import (
    clean_database,
    clean_file,
    clean_rows,
    connected,
    is_database,
    names_in_file,
    settle,
    wipe,
)
from app.project.upgrade import CONFIG, JOURNAL
from app.users.auditcopy import redact_copy
from app.words import _

Redact = Callable[[Finder, Tombstone], int]  # the audit without a name
Archives = Callable[[Finder, Tombstone], tuple[int, list[str]]]  # and what lies outside
_log = logging.getLogger(__name__)


def no_archives(_finder: Finder, _stone: Tombstone) -> tuple[int, list[str]]:
    """Leave alone what lies outside: of a copy, the running project looks after it."""
    return 0, []


@dataclass(slots=True)
class Outcome:
    """What an erasure did."""

    counts: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)  # places we could not clear


@dataclass(frozen=True, slots=True)
class Applying:
    """The hands of an erasure; methods block for seconds to minutes, outside the loop.

    Only who owns the project may do this. Doing it again does no harm.
    """

    folder: ProjectFolder
    history: History
    key: bytes  # of the digests
    audit_key: bytes
    redact: Redact
    archives: Archives = no_archives
    # of audits in handovers, by the folder’s name
    laptop_keys: Mapping[str, bytes] = field(default_factory=dict)
    databases: Databases | None = None  # where they lie on a server; None: in the folder

    def apply(self, stone: Tombstone, only: Collection[Path] | None = None) -> Outcome:
        """Erase somebody from every file, or from some of them.

        Raises `StoreBroken` where a database cannot be used; whatever was done by then
        stays done, and doing it again goes on.
        """
        outcome = Outcome()
        finder = Finder(self.key, stone.names)
        files = files_of(self.folder.root)
        wanted = files if only is None else [each for each in files if each in set(only)]
        on_server = only is None and self.databases is not None
        if on_server or any(self._is_history(path) for path in wanted):
            outcome.counts["readings"] += self._forget(stone, outcome)
        databases = [
            path for path in wanted if not self._is_history(path) and is_database(path)
        ]
        for path in databases:
            try:
                self._clean_database(path, stone, finder, outcome)
            except StoreBroken as error:
                if not self._is_rotten(path, error):
                    raise
                outcome.left.append(path.relative_to(self.folder.root).as_posix())
        if on_server:
            self._clean_server(stone, finder, outcome)
        for path in wanted:
            if not path.exists() or path in databases or self._is_history(path):
                continue
            if is_backup(self.folder, path):
                self._clean_backup(path, stone, outcome)
            elif is_sealed_backup(self.folder, path):
                outcome.left.append(path.relative_to(self.folder.root).as_posix())
            else:
                self._clean_plain(path, finder, outcome)
        outcome.left += self._still_there(wanted, finder)
        outcome.left += backups_elsewhere(self.folder) if only is None else []
        return outcome

    def _still_there(self, files: Collection[Path], finder: Finder) -> list[str]:
        """Return the files that bear his name themselves and could not be cleared."""
        return [
            path.relative_to(self.folder.root).as_posix()
            for path in files
            if finder.finds(path.name) and path.exists()
        ]

    def kept(self, meter: ErasedMeter, zone: ZoneInfo) -> Kept:
        """Return which moments of a meter's indexes stay."""
        points = [PointId(each) for each in meter.indexes]
        held = self.history.ranges(points, meter.since, meter.until, "quarter")
        return {
            series.point: kept_moments(series, meter.since, meter.until, zone)
            for series in held
        }

    def _forget(self, stone: Tombstone, outcome: Outcome) -> int:
        gone = 0
        damaged = set_aside_in(self.folder.history)
        if any(not each.salvaged for each in damaged):
            for _done in salvage_all(self.folder.history, self.history):
                pass  # what can be read of others stays: it lies in the history now
        for meter in stone.meters:
            points = self.history.points_of(DeviceId(meter.meter))
            kept = self.kept(meter, ZoneInfo(stone.zone))
            gone += self.history.forget(points, meter.since, meter.until, kept)
        for each in damaged:  # nobody can take one meter out of what SQLite cannot read
            for file in (each.log, each.file):
                if file.is_file():
                    wipe(file)
            outcome.counts["damaged history files"] += 1
        return gone

    def _clean_database(
        self, path: Path, stone: Tombstone, finder: Finder, outcome: Outcome
    ) -> None:
        counts = outcome.counts
        if path == self.folder.audit:
            self._redact(stone, finder, outcome)
        elif path.is_relative_to(self.folder.handovers):
            counts["activity log entries"] += self._redact_laptops(path, finder, outcome)
        elif _holds_audit(path):
            counts["activity log entries"] += redact_copy(path, self.audit_key, finder.without)
            counts["backup copies"] += 1
        else:
            self._drop_rows(path, stone, finder, outcome)
            texts, left = clean_database(finder, path)
            counts["texts"] += texts
            outcome.left += left
            if path not in (self.folder.config, self.folder.journal):
                counts["backup copies"] += 1
        settle(path)

    def _redact(self, stone: Tombstone, finder: Finder, outcome: Outcome) -> None:
        """Put a name out of the project's own audit, and of what was taken out of it."""
        outcome.counts["activity log entries"] += self.redact(finder, stone)
        outside, left = self.archives(finder, stone)
        outcome.counts["activity log entries"] += outside
        outcome.left += left

    def _clean_server(self, stone: Tombstone, finder: Finder, outcome: Outcome) -> None:
        """Do to the databases on a server what is done to those in a folder."""
        databases = self.databases
        assert databases is not None  # noqa: S101 - looked at by who calls
        for schema in (CONFIG, JOURNAL):
            with changing(databases, schema) as rows:
                outcome.counts += self._drop(rows, stone, finder, is_config=schema is CONFIG)
                texts, left = clean_rows(rows, finder, schema.name)
            outcome.counts["texts"] += texts
            outcome.left += left
        self._redact(stone, finder, outcome)
        settle_server(databases)
        said = _("{place}: the server's own backups and its log of changes")
        outcome.left.append(said.format(place=databases.server and databases.server.place))

    def _redact_laptops(self, path: Path, finder: Finder, outcome: Outcome) -> int:
        """Redact the audit that came with an import, as the laptop's own program would."""
        key = self.laptop_keys.get(path.parent.name)
        if key is None or not _holds_audit(path):
            outcome.left.append(path.relative_to(self.folder.root).as_posix())
            return 0
        return redact_copy(path, key, finder.without)

    def _drop_rows(
        self, path: Path, stone: Tombstone, finder: Finder, outcome: Outcome
    ) -> None:
        """Take the rows out that are his, his documents before: a row is how they are found."""
        with told(path), closing(connected(path)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            is_config = path == self.folder.config
            gone = self._drop(connection, stone, finder, is_config=is_config)
            connection.execute("COMMIT")
        if path in (self.folder.config, self.folder.journal):
            outcome.counts += gone

    def _drop(
        self, rows: Rows, stone: Tombstone, finder: Finder, *, is_config: bool
    ) -> Counter[str]:
        listed = named_documents(rows, stone, finder)
        if is_config:
            listed += self._documents_that_name(rows, finder, {own for own, _ in listed})
            for _own, paper in listed:
                wipe(self.folder.documents / paper)
        return drop_rows(rows, stone, [own for own, _path in listed])

    def _documents_that_name(
        self, rows: Rows, finder: Finder, known: Collection[str]
    ) -> list[tuple[str, str]]:
        """Return the documents whose own words name him."""
        found = []
        for own, paper in rows.execute("SELECT id, path FROM document").fetchall():
            file = self.folder.documents / paper
            if own not in known and file.is_file() and names_in_file(finder, file):
                found.append((own, paper))
        return found

    def _clean_plain(self, path: Path, finder: Finder, outcome: Outcome) -> None:
        """Put a name out of a file of text; a document that holds one goes."""
        counts = outcome.counts
        is_paper = path.is_relative_to(self.folder.documents)
        if not names_in_file(finder, path):
            return
        if is_paper:  # in no list: a listed one went with its row
            wipe(path)
            counts["files"] += 1
            return
        is_log = path.is_relative_to(self.folder.logs)
        lines = clean_file(finder, path, in_place=is_log)
        counts["log lines" if is_log else "files"] += lines if is_log else min(lines, 1)
        if names_in_file(finder, path) and not finder.finds(path.name):
            outcome.left.append(path.relative_to(self.folder.root).as_posix())

    def _clean_backup(self, path: Path, stone: Tombstone, outcome: Outcome) -> None:
        """Erase him from a whole project that is packed, as from the one that runs."""

        def clean(folder: ProjectFolder) -> bool:
            if read_mark(folder.root).id != read_mark(self.folder.root).id:
                raise BadInput(f"{path}: it is of another project")

            def redact(finder: Finder, _stone: Tombstone) -> int:
                return redact_backup(folder, self.audit_key, finder.without)

            with closing(EmbeddedHistory(folder.history)) as history:
                inside = replace(
                    self,
                    folder=folder,
                    history=history,
                    redact=redact,
                    archives=no_archives,
                    databases=None,
                )
                done = inside.apply(stone)
            outcome.left += [f"{path.name}: {place}" for place in done.left]
            return any(done.counts.values())

        try:
            if clean_backup(path, clean):
                outcome.counts["backup copies"] += 1
        except BadInput:
            outcome.left.append(path.relative_to(self.folder.root).as_posix())

    def _is_rotten(self, path: Path, error: StoreBroken) -> bool:
        """Whether a copy cannot be read at all: no other try would go better."""
        own = (self.folder.config, self.folder.journal, self.folder.audit)
        return path not in own and type(error.__cause__) is sqlite3.DatabaseError

    def _is_history(self, path: Path) -> bool:
        return path.is_relative_to(self.folder.history)


def reapply(
    applying: Applying, stones: Collection[Tombstone], paths: Mapping[str, Collection[Path]]
) -> tuple[list[str], dict[str, Outcome]]:
    """Erase again what old copies brought back.

    ``paths`` says which files each tombstone is new to; one that is not named: to all.

    Returns:
        A sentence for each that could not be, and by their ids what the others did.
    """
    faults, outcomes = list[str](), dict[str, Outcome]()
    for stone in stones:
        try:
            done = applying.apply(stone, paths.get(stone.id))
        except PlantError as error:
            faults.append(str(error))
            continue
        outcomes[stone.id] = done
        if any(done.counts.values()):
            told_of = ", ".join(f"{count} {kind}" for kind, count in done.counts.items())
            _log.warning("erasure %s was carried out again: %s", stone.id, told_of)
    return faults, outcomes


def _holds_audit(path: Path) -> bool:
    with told(path), closing(sqlite3.connect(path)) as connection:
        return bool(
            connection.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'audit'"
            ).fetchone()
        )
