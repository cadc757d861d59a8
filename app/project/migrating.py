"""Take a database through the steps it is missing, and verify it before that holds.

Apart from the rest because Alembic is large, and most days there is nothing to migrate.
"""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep, RevisionStep
from alembic.script import Script
from alembic.script.revision import RevisionMap
from sqlalchemy import Connection

from app.database import Manner, open_database, told
from app.errors import StoreBroken
from app.project.upgrade import Schema


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
                migrate_in(connection, schema, file)
    finally:
        engine.dispose()


def migrate_in(connection: Connection, schema: Schema, file: Path) -> None:
    """Run the missing steps in the caller's transaction and verify the outcome."""
    _run(connection, schema)
    if faults := _faults(connection, schema):
        raise StoreBroken(f"{file} does not pass after migration: {faults[0]}")


def revision_in(connection: Connection) -> str | None:
    """Return the revision a database is at, ``None`` before its first migration."""
    return MigrationContext.configure(connection).get_current_revision()


def departures(connection: Connection, schema: Schema) -> list[Any]:
    """Return how the database's tables differ from the schema; empty when they agree."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, schema.metadata))


def _run(connection: Connection, schema: Schema) -> None:
    scripts = RevisionMap(lambda: _modules(schema))

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
    faults: list[str] = []
    if connection.dialect.name == "sqlite":  # a server looks after both by itself
        answers = connection.exec_driver_sql("PRAGMA integrity_check(3)").scalars().all()
        faults = [str(answer) for answer in answers if answer != "ok"]
        for table, *_rest in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            faults.append(f"a row of {table} points at a row that does not exist")
    faults += [f"it differs from the schema: {step}" for step in departures(connection, schema)]
    return faults


def _modules(schema: Schema) -> Iterator[Script]:
    """Import the steps; found like this they are in a frozen bundle too."""
    package = schema.migrations
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        yield Script(module, module.revision, str(module.__file__))
