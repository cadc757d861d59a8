"""Bring a project's databases up to what this program knows: back up, migrate, verify.

Each database has its own line of migrations under ``migrations/``. All steps of a file
run in one transaction that is verified before it is committed: whatever fails or kills
the program, the file is as it was or as it should be, and a copy lies in ``backups``.
"""

import importlib
import pkgutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection, MetaData

import app.project.migrations.audit
import app.project.migrations.config
import app.project.migrations.journal
from app.database import Manner, back_up, open_database, read_only, recover, told
from app.errors import BadInput, StoreBroken
from app.project.tables import JournalBase
from app.users.tables import AuditBase, ConfigBase


@dataclass(frozen=True, slots=True)
class Schema:
    """What one database should look like, and the migrations that lead there."""

    name: str  # of its file: "config"
    metadata: MetaData
    migrations: ModuleType  # a package with one module a step

    def scripts(self) -> RevisionMap:
        """Return the steps this program knows; imported, so a frozen bundle has them too."""
        return RevisionMap(self._modules)

    def newest(self) -> str:
        """Return the revision this program works with."""
        heads = self.scripts().heads
        return heads[0]

    def _modules(self) -> Iterable[Script]:
        for info in pkgutil.iter_modules(self.migrations.__path__):
            module = importlib.import_module(f"{self.migrations.__name__}.{info.name}")
            yield Script(module, module.revision, str(module.__file__))


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
    revision = revision_of(file)
    known = {script.revision for script in schema.scripts().iterate_revisions("heads", "base")}
    if revision is not None and revision not in known:
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
    copy = backups / f"{now():%Y%m%dT%H%M%SZ}-{schema.name}-{before or 'empty'}.sqlite"
    back_up(file, copy)
    try:
        migrate(file, schema)
    except StoreBroken as error:
        raise StoreBroken(f"{error}; the file is unchanged, a copy is {copy}") from error
    return copy


def migrate(file: Path, schema: Schema) -> None:
    """Run the missing steps on ``file``, which is made when missing, and verify the outcome.

    One transaction for all: raises `StoreBroken` with the file as it was.
    """
    engine = open_database(file, Manner.RARE)
    try:
        with told(file), engine.connect() as connection:
            # Rebuilding a table would otherwise cascade; the keys are checked below instead.
            driver = connection.connection.driver_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                _run(connection, schema)
                if faults := _faults(connection, schema):
                    raise StoreBroken(f"{file} does not pass after migration: {faults[0]}")
    finally:
        engine.dispose()


def departures(connection: Connection, schema: Schema) -> list[Any]:
    """Return how the database's tables differ from the schema; empty when they agree."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, schema.metadata))


def _run(connection: Connection, schema: Schema) -> None:
    scripts = schema.scripts()

    def missing(revision: Any, _context: MigrationContext) -> list[RevisionStep]:
        steps = scripts.iterate_revisions("heads", revision or "base")
        return [
            MigrationStep.upgrade_from_script(scripts, step)
            for step in reversed(list(steps))
            if isinstance(step, Script)
        ]

    context = MigrationContext.configure(
        connection, opts={"fn": missing, "transactional_ddl": True}
    )
    with Operations.context(context):
        context.run_migrations()


def _faults(connection: Connection, schema: Schema) -> list[str]:
    answers = connection.exec_driver_sql("PRAGMA integrity_check(3)").scalars().all()
    faults = [str(answer) for answer in answers if answer != "ok"]
    for table, *_rest in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        faults.append(f"a row of {table} points at a row that does not exist")
    faults += [f"it differs from the schema: {step}" for step in departures(connection, schema)]
    return faults
