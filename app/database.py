"""How a project's SQLite files are opened, and what is said when one cannot be read."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    NullPool,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import StoreBroken

BUSY_S = 10.0  # how long a writer waits for another process that looks into the same file
_LOOKS = "heatdesk_looks"
_log = logging.getLogger(__name__)


# Constraints carry names, so that a later migration can find them on every database.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC: aware outside, whatever the database can keep inside."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: nobody could say later which moment it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} carries no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as UTC; SQLite keeps no zone, so it is put back here."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Manner(Enum):
    """How a file is written: the pragmas that follow from what it must withstand."""

    # One file, changed by people now and then: a copy of it is whole, a commit is on the disk.
    RARE = ("journal_mode=DELETE", "synchronous=EXTRA")
    # Written while others read it for long; a commit is on the disk when it returns.
    DURABLE = ("journal_mode=WAL", "synchronous=FULL")
    # Written on the core's loop: a commit outlives the process; the disk follows at once.
    QUICK = ("journal_mode=WAL", "synchronous=NORMAL")


def open_database(file: Path, manner: Manner) -> Engine:
    """Return an engine on ``file``, which is made when missing; any thread may use it.

    Every transaction takes the write lock at its beginning, so that what was read in it
    still holds when it writes. `reading` gives transactions that only look.
    """
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        connect_args={"timeout": BUSY_S, "check_same_thread": False},
        hide_parameters=True,  # a fault report traces it: it may be a password typed as a login
    )

    def prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, see below
        for pragma in (*manner.value, "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    def begin(connection: Connection) -> None:
        looks = connection.get_execution_options().get(_LOOKS, False)
        connection.exec_driver_sql("BEGIN" if looks else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def shut(engine: Engine) -> None:
    """Let go of the file and leave it in one piece, so that a plain copy of it is whole.

    Somebody who looks into it at this moment keeps it in several pieces, which is no
    harm: the next who opens it puts them together. Never raises.
    """
    engine.dispose()
    try:
        with engine.connect() as connection:
            driver = connection.connection.driver_connection
            if isinstance(driver, sqlite3.Connection):
                driver.execute("PRAGMA busy_timeout=0")
                driver.execute("PRAGMA journal_mode=DELETE")
    except (DBAPIError, sqlite3.Error) as error:
        _log.info("%s stays in several pieces: %s", engine.url.database, error)
    engine.dispose()


def reading(engine: Engine) -> Engine:
    """Return the same engine for looking only: its transactions never make a writer wait."""
    return engine.execution_options(**{_LOOKS: True})


@contextmanager
def told(file: Path) -> Iterator[None]:
    """Turn what the database says into `StoreBroken` with a sentence naming the file."""
    try:
        yield
    except DBAPIError as error:
        raise StoreBroken(f"{file} cannot be used: {error.orig}") from error
    except (sqlite3.Error, OSError) as error:
        raise StoreBroken(f"{file} cannot be used: {error}") from error


@contextmanager
def understood(file: Path) -> Iterator[None]:
    """Turn rows that make no sense into `StoreBroken`: somebody else wrote into the file."""
    try:
        yield
    except (ValueError, TypeError, LookupError, InvalidRequestError) as error:
        raise StoreBroken(f"{file} holds something that cannot be read: {error}") from error


def read_only(file: Path) -> sqlite3.Connection:
    """Return a plain connection that cannot change ``file``; `sqlite3.Error` if missing."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)


def recover(file: Path) -> None:
    """Put back what a killed program had begun to write; only for who owns the file.

    SQLite does so at the first look of somebody who may write. Raises `StoreBroken`.
    """
    with told(file), closing(sqlite3.connect(file, timeout=BUSY_S)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


def is_interrupted(file: Path) -> bool:
    """Whether a rollback journal lies beside the file: its last write was not finished."""
    journal = file.with_name(f"{file.name}-journal")
    return journal.is_file() and journal.stat().st_size > 0


def look_at(file: Path) -> Engine:
    """Return an engine that cannot change ``file``, whoever owns it."""
    return create_engine(
        "sqlite://",
        creator=lambda: read_only(file),
        poolclass=NullPool,
        hide_parameters=True,
    )


def health_of(file: Path) -> str:
    """Return "" when SQLite finds the whole file sound, else what it says."""
    try:
        with closing(read_only(file)) as connection:
            answers = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        return str(error)
    if answers != ["ok"]:
        return "; ".join(answers)
    if strays:
        return f"{len(strays)} rows point at rows that do not exist"
    return ""


def back_up(file: Path, copy: Path) -> None:
    """Copy a database while it may be in use; the copy appears whole or not at all.

    Raises `StoreBroken` when the file cannot be read or the copy cannot be written.
    """
    part = copy.with_name(f"{copy.name}.part")
    with told(file):
        copy.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(read_only(file)) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        part.replace(copy)
