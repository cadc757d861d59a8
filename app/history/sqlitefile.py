"""One file of stored history: opened, checked, written by one and read by many at once."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock

from app.errors import StoreBroken, StoreDamaged
from app.history import schema, statements
from app.history.codec import Codec
from app.history.outlines import month_of
from app.history.schema import FIGURES_SINCE, GROUP_SIZE, LAYOUT, QUARTER, Stream

_BUSY_S = 10.0  # how long to wait for another program, such as a backup, to let go
_PATIENCE_S = 1.0  # closing waits no longer for a writer
_PRIMARY = 0xFF  # the low byte of SQLite's extended error codes
_ROTTEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SENTENCES = {
    sqlite3.SQLITE_FULL: "{path} cannot take more: the disk is full",
    sqlite3.SQLITE_IOERR: "{path}: the disk reports an error ({name})",
    sqlite3.SQLITE_CORRUPT: "{path} is damaged ({text})",
    sqlite3.SQLITE_NOTADB: "{path} is damaged ({text})",
    sqlite3.SQLITE_READONLY: "{path} may not be written: look at its rights",
    sqlite3.SQLITE_PERM: "{path} may not be written: look at its rights",
    sqlite3.SQLITE_CANTOPEN: "{path} cannot be opened: look at the rights of its folder",
    sqlite3.SQLITE_BUSY: "{path} is held by another program",
}


class Reader:
    """A connection for looking, with a codec of its own; one thread has it at a time."""

    def __init__(self, connection: sqlite3.Connection, layout: int = LAYOUT) -> None:
        self.connection = connection
        self.layout = layout  # of the file when it was opened
        self.codec = Codec()

    def leave_file(self) -> None:
        """End the transaction: what was read is unpacked without holding up the file."""
        self.connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file, whatever state it is in."""
        with suppress(sqlite3.Error):
            self.connection.close()


class SqliteFile:
    """A history file; made when first written to, checked when first opened.

    Any thread may use it: writers wait for each other, readers wait for nobody. All
    methods raise `StoreBroken` with a sentence that names the file.
    """

    def __init__(
        self, path: Path, stream: Stream, on_damage: Callable[[Path], None] = lambda _path: None
    ) -> None:
        """``on_damage`` is told of damage when it is met, on the thread that met it."""
        self.path = path
        self._stream = stream
        self._on_damage = on_damage
        self._retired = False
        self._writer: sqlite3.Connection | None = None
        self._writing = Lock()
        self._checked = False
        self._layout = LAYOUT  # of the file, once it was opened
        self._idle: list[Reader] = []

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction; on return it is on the disk, whole.

        After any error nothing of the transaction is left, and the next one begins with
        a fresh connection.
        """
        with self._writing, self._told(), ExitStack() as undoing:
            undoing.callback(self._drop_writer)
            connection = self._writer = self._writer or self._made()
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
            undoing.pop_all()  # it went well: the connection stays

    @contextmanager
    def reading(self) -> Iterator[Reader | None]:
        """Lend a reader within one transaction, so all it reads is of one moment.

        Lends None while nothing was ever written.
        """
        with self._told(), ExitStack() as undoing:
            reader = self._reader()
            if reader is None:
                yield None
                return
            undoing.callback(reader.close)
            reader.connection.execute("BEGIN")
            yield reader
            if reader.connection.in_transaction:
                reader.leave_file()
            undoing.pop_all()
        if reader.layout == self._layout and not self._retired:
            self._idle.append(reader)
        else:  # the file has more tables now
            reader.close()

    def rewrite(self) -> None:
        """Write the file anew over its old pages, so that nothing deleted is left in it.

        Takes seconds for a large file; whoever writes meanwhile waits.
        """
        with self._writing, self._told(), ExitStack() as undoing:
            undoing.callback(self._drop_writer)
            connection = self._writer = self._writer or self._made()
            connection.execute("PRAGMA secure_delete=ON").fetchone()
            connection.execute("VACUUM")
            busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise StoreBroken(f"{self.path} is being read: what went is in {self.path}-wal")
            undoing.pop_all()

    def close(self) -> None:
        """Let go of the file; using it again opens it again.

        A writer that hangs in the disk is left behind after a second: what it was about
        to commit is then as if the program had been killed.
        """
        while self._idle:
            self._idle.pop().close()
        if self._writing.acquire(timeout=_PATIENCE_S):
            self._drop_writer()
            self._writing.release()

    def retire(self) -> None:
        """Let go of the file for good: another one will lie in its place."""
        self._retired = True
        self.close()

    def _require_in_place(self) -> None:
        if self._retired:
            raise StoreBroken(f"{self.path} was set aside meanwhile: ask again")

    def _reader(self) -> Reader | None:
        self._require_in_place()
        with suppress(IndexError):
            return self._idle.pop()
        if not self.path.exists():
            return None
        with ExitStack() as undoing:
            reader = Reader(self._connected())
            undoing.callback(reader.close)
            if not self._checked and not self._has_tables(reader.connection):
                return None
            reader.layout = self._layout
            # What an older file does not have is empty for a reader: only who writes adds it.
            for statement in self._stream.steps_from(reader.layout):
                reader.connection.execute(
                    statement.replace("CREATE TABLE", "CREATE TEMP TABLE")
                )
            reader.connection.execute("PRAGMA query_only=ON")
            undoing.pop_all()
        return reader

    def _made(self) -> sqlite3.Connection:
        """Return a connection for writing, the tables being there."""
        self._require_in_place()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreBroken(f"{self.path.parent} cannot be made: {error}") from error
        with ExitStack() as undoing:
            connection = self._connected()
            undoing.callback(connection.close)
            connection.execute("PRAGMA journal_mode=WAL")
            # A commit returns when it is on the disk, not just with the operating system.
            connection.execute("PRAGMA synchronous=FULL")
            if not self._has_tables(connection):
                self._make_tables(connection)
            elif self._layout < LAYOUT:
                self._bring_up_to_date(connection)
            undoing.pop_all()
        self._checked = True
        return connection

    def _make_tables(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        if not self._has_tables(connection):
            for statement in self._stream.ddl():
                connection.execute(statement)
            row = (LAYOUT, self._stream.name)
            connection.execute("INSERT INTO layout (version, stream) VALUES (?, ?)", row)
            self._layout = LAYOUT
        connection.execute("COMMIT")

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        """Add the tables an older program did not know, all of them or none.

        Their months are merged, and their figures worked out, like those of months that
        ended just now: a little at a time.
        """
        connection.execute("BEGIN IMMEDIATE")
        self._has_tables(connection)
        if self._layout < LAYOUT:
            for statement in self._stream.steps_from(self._layout):
                connection.execute(statement)
            if self._stream.figures and self._layout < FIGURES_SINCE:
                connection.executemany(statements.PUT_MONTH, months_lying(connection))
            connection.execute("UPDATE layout SET version = ?", (LAYOUT,))
        connection.execute("COMMIT")
        self._layout = LAYOUT

    def _connected(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA cell_size_check=ON")  # find damage where it is first read
        return connection

    def _has_tables(self, connection: sqlite3.Connection) -> bool:
        """Return False for an empty file; refuse one that is not ours to understand."""
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not tables:
            return False
        found = None
        if "layout" in tables:
            found = connection.execute("SELECT version, stream FROM layout").fetchone()
        if found is None or found[1] != self._stream.name:
            raise StoreBroken(f"{self.path} is no history of the {self._stream.name} stream")
        if found[0] > LAYOUT:
            raise StoreBroken(
                f"{self.path} was written by a newer Heatdesk (history layout {found[0]}, "
                f"this program knows {LAYOUT}): open the project with that version"
            )
        self._layout = found[0]
        self._checked = True
        return True

    def _drop_writer(self) -> None:
        """Close the writing connection; SQLite takes back what was not committed."""
        connection, self._writer = self._writer, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what goes wrong into a sentence that names the file."""
        try:
            yield
        except sqlite3.ProgrammingError:
            raise  # a fault of ours, not of the file
        except UnicodeDecodeError as error:  # SQLite tells of a name that is none any more
            self._on_damage(self.path)
            raise StoreDamaged(f"{self.path} is damaged ({error.reason})") from error
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) & _PRIMARY not in _ROTTEN:
                raise StoreBroken(_sentence(self.path, error)) from error
            self._on_damage(self.path)
            raise StoreDamaged(_sentence(self.path, error)) from error
        except StoreBroken as error:
            if isinstance(error, StoreDamaged):
                self._on_damage(self.path)
            if str(self.path.parent) in str(error):
                raise
            raise type(error)(f"{self.path}: {error}") from error


def months_lying(connection: sqlite3.Connection) -> list[tuple[int, int, int, int]]:
    """Return a row to be merged for each group and month that may have chunks of days."""
    chunk, points = QUARTER.chunks.name, schema.series.name
    first, last = connection.execute(
        f"SELECT min(slot), max(slot) FROM {chunk}"  # noqa: S608 - our own tables
    ).fetchone()
    [highest] = connection.execute(f"SELECT max(id) FROM {points}").fetchone()  # noqa: S608
    if first is None or highest is None:
        return []
    return [
        (group, month, 0, 1)
        for group in range(highest // GROUP_SIZE + 1)
        for month in range(month_of(first), month_of(last) + 1)
    ]


def _sentence(path: Path, error: sqlite3.Error) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    pattern = _SENTENCES.get(code, "{path} cannot be used: {text}")
    return pattern.format(
        path=path, text=error, name=getattr(error, "sqlite_errorname", "unknown")
    )
