"""Bring a project's databases up to what this program knows: back up, migrate, verify.

Each database has its own line of migrations under ``migrations/``. All steps of a file
run in one transaction that is verified before it is committed: whatever fails or kills
the program, the file is as it was or as it should be, and a copy lies in ``backups``.
"""

import pkgutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType

from sqlalchemy import MetaData

import app.project.migrations.audit
import app.project.migrations.config
import app.project.migrations.journal
from app.database import back_up, read_only, recover, told
from app.errors import BadInput, StoreBroken
from app.project.tables import JournalBase
from app.users.tables import AuditBase, ConfigBase


@dataclass(frozen=True, slots=True)
class Schema:
    """What one database should look like, and the migrations that lead there.

    ``migrations`` is a package with one module a step, named ``m<revision>_<what>``.
    """

    name: str  # of its file: "config"
    metadata: MetaData
    migrations: ModuleType

    def revisions(self) -> list[str]:
        """Return the revisions this program knows, oldest first.

        They are told by the modules' names, which costs nothing where there is nothing
        to migrate; a frozen bundle lists its modules too.
        """
        modules = pkgutil.iter_modules(self.migrations.__path__)
        return sorted(info.name[1:].partition("_")[0] for info in modules)

    def newest(self) -> str:
        """Return the revision this program works with."""
        return self.revisions()[-1]


CONFIG = Schema("config", ConfigBase.metadata, app.project.migrations.config)
JOURNAL = Schema("journal", JournalBase.metadata, app.project.migrations.journal)
AUDIT = Schema("audit", AuditBase.metadata, app.project.migrations.audit)


def revision_of(file: Path) -> str | None:
    """Return the revision a database is at, ``None`` before its first migration.

    Raises `StoreBroken` when the file cannot be read.
    """
    with told(file), closing(read_only(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if ("alembic_version",) not in tables.fetchall():
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def require_known(file: Path, schema: Schema) -> str | None:
    """Return the file's revision; one this program does not know raises `BadInput`."""
    return require_revision(revision_of(file), schema, file)


def require_revision(revision: str | None, schema: Schema, file: Path) -> str | None:
    """Return the revision found in ``file``; one this program does not know is `BadInput`."""
    if revision is not None and revision not in schema.revisions():
        raise BadInput(
            f"{file} was written by a newer Heatdesk (schema {revision}, this program knows "
            f"up to {schema.newest()}): open the project with that version"
        )
    return revision


def bring_up_to_date(
    file: Path, schema: Schema, backups: Path, now: Callable[[], datetime]
) -> Path | None:
    """Migrate ``file`` to the schema; the caller must own the project.

    Returns:
        The copy of the older file, or ``None`` when nothing had to be done.

    Raises:
        BadInput: A newer program wrote the file.
        StoreBroken: It cannot be read, or the migrated file does not pass: it is
            then as it was before.
    """
    recover(file)
    before = require_known(file, schema)
    if before == schema.newest():
        return None
    from app.project.migrating import migrate

    copy = backups / f"{now():%Y%m%dT%H%M%SZ}-{schema.name}-{before or 'empty'}.sqlite"
    back_up(file, copy)
    try:
        migrate(file, schema)
    except StoreBroken as error:
        raise StoreBroken(f"{error}; the file is unchanged, a copy is {copy}") from error
    return copy
