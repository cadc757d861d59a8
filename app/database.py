"""How a project's databases are used, its files opened, and what is said of broken ones."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from threading import get_ident

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

from app.errors import PlantError, StoreBroken

BUSY_S = 10.0  # how long a writer waits for another process that looks into the same file
_LOOKS = "heatdesk_looks"
_PAGES = 2048  # copied between two looks whether anybody still wants the copy
_STEPS = 1_000_000  # of SQLite's machine between two such looks
_PRIMARY = 0xFF  # of a code of SQLite, what kind of fault it is
_SHUT_OUT = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
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
        looks = looks_only(connection)
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
    if is_shared(engine):
        return
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


def looks_only(connection: Connection) -> bool:
    """Whether a connection is of an engine that `reading` gave."""
    return bool(connection.get_execution_options().get(_LOOKS, False))


def is_shared(engine: Engine) -> bool:
    """Whether the database lies on a server, where other workstations write too."""
    return engine.dialect.name != "sqlite"


def place_of(engine: Engine) -> Path:
    """Return the file of a database, or its name on a server, to be told to people."""
    return Path(engine.url.database or "")


def storable(text: str) -> str:
    """Return a text as a server can hold it: it knows neither NUL nor half a letter."""
    return text.replace("\0", "\u2400").encode("utf-8", "replace").decode()


@contextmanager
def before_commit(engine: Engine, say: Callable[[], object]) -> Iterator[None]:
    """Call ``say`` once, just before this thread's first change in the block is committed.

    What it raises takes the change back. Nothing is called when nothing is committed.
    """
    thread, due = get_ident(), [say]

    def hear(_connection: Connection) -> None:
        if due and get_ident() == thread:
            due.pop()()

    event.listen(engine, "commit", hear)
    try:
        yield
    finally:
        event.remove(engine, "commit", hear)


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
    """Whether a rollback journal lies beside the file: its last write was not finished.

    One that begins with a zero was never brought to the disk: nothing had been written
    yet, and the next write begins it anew. SQLite itself takes no notice of it.
    """
    journal = file.with_name(f"{file.name}-journal")
    if not journal.is_file():
        return False
    with told(journal), journal.open("rb") as stream:
        return stream.read(1) not in (b"", b"\0")


def look_at(file: Path) -> Engine:
    """Return an engine that cannot change ``file``, whoever owns it."""
    return create_engine(
        "sqlite://",
        creator=lambda: read_only(file),
        poolclass=NullPool,
        hide_parameters=True,
    )


def shut_out(file: Path) -> str:
    """Return why ``file`` cannot even be opened here, "" where it can, sound or not."""
    try:
        with closing(_opened(file)):
            return ""
    except UnicodeDecodeError:
        return ""  # opened it can be: it is damaged
    except sqlite3.Error as error:
        kind = error.sqlite_errorcode & _PRIMARY
        return str(error) if file.is_file() and kind in _SHUT_OUT else ""


def _opened(file: Path) -> sqlite3.Connection:
    """Return a connection that cannot change ``file`` and has looked into it.

    On a disk that cannot be written SQLite opens a file that was last written in several
    pieces only when told that nobody writes it: none of those pieces is there.
    """
    connection = read_only(file)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        connection.close()
        in_pieces = file.with_name(f"{file.name}-wal").exists()
        if error.sqlite_errorcode & _PRIMARY not in _SHUT_OUT or in_pieces:
            raise
        place = f"{file.absolute().as_uri()}?immutable=1"
        connection = sqlite3.connect(place, uri=True)
    return connection


def health_of(file: Path, step: Callable[[], None] = lambda: None) -> str:
    """Return "" when SQLite finds the whole file sound, else what it says.

    ``step`` is called now and then, a large file takes minutes; what it raises ends that.
    """
    ended = list[PlantError]()

    def given_up() -> bool:
        try:
            step()
        except PlantError as error:
            ended.append(error)
        return bool(ended)

    try:
        with closing(_opened(file)) as connection:
            connection.set_progress_handler(given_up, _STEPS)
            answers = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter: in a damaged name
        if ended:
            raise ended[0] from error
        return str(error)
    if answers != ["ok"]:
        return "; ".join(answers)
    if strays:
        return f"{len(strays)} rows point at rows that do not exist"
    return ""


def back_up(file: Path, copy: Path, step: Callable[[], None] = lambda: None) -> None:
    """Copy a database while it may be in use; the copy appears whole or not at all.

    It is of the moment it begins, however long it takes and whatever is written meanwhile.
    ``step`` is called every few megabytes; what it raises ends the copying.

    Raises `StoreBroken` when the file cannot be read or the copy cannot be written.
    """
    part = copy.with_name(f"{copy.name}.part")
    with told(file):
        copy.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with closing(read_only(file)) as source, closing(sqlite3.connect(part)) as target:
            source.execute("BEGIN")
            source.execute("PRAGMA schema_version").fetchone()  # the moment is now
            source.backup(target, pages=_PAGES, progress=lambda *_pages: step())
            source.rollback()
            target.execute("PRAGMA journal_mode=DELETE")
        part.replace(copy)
