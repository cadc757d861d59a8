"""The rows of a project's own databases, asked alike in a file and on a server."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import Connection

_MOMENT = "%Y-%m-%d %H:%M:%S.%f"  # as a file keeps it
_FILE_TEXTS = ("CHAR", "TEXT", "CLOB", "JSON", "")  # what types of text are called there
_SERVER_TEXTS = """
    SELECT c.table_name, c.column_name, c.data_type, EXISTS (
        SELECT 1 FROM information_schema.key_column_usage k
        JOIN information_schema.table_constraints t USING (constraint_schema, constraint_name)
        WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_schema = c.table_schema
        AND k.table_name = c.table_name AND k.column_name = c.column_name
    )
    FROM information_schema.columns c
    JOIN information_schema.tables b USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND b.table_type = 'BASE TABLE'
    AND c.data_type IN ('text', 'character varying', 'character', 'json', 'jsonb')
    ORDER BY c.table_name, c.ordinal_position
"""


class Answer(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""

    def fetchone(self) -> Any:
        """Return the next row, None at the end."""

    def fetchall(self) -> Sequence[Any]:
        """Return the rows that are left."""


class Rows(Protocol):
    """A connection to one database; ``?`` stands for what is given. A file's is SQLite's."""

    def execute(self, said: str, given: Sequence[Any] = (), /) -> Answer:
        """Carry out one statement."""


class ServerRows:
    """The same within a transaction on a server, whose tables the search path names."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def texts(self) -> Sequence[tuple[str, str, str, bool]]:
        """Table, name and type of each column of text, and whether it is a row's key."""
        return [tuple(each) for each in self.execute(_SERVER_TEXTS).fetchall()]

    def execute(self, said: str, given: Sequence[Any] = (), /) -> Answer:
        """Carry out one statement."""
        return self._connection.exec_driver_sql(said.replace("?", "%s"), tuple(given))


def moment_for(rows: Rows, at: datetime) -> object:
    """Return a moment as it is compared with those that the tables keep."""
    return at if isinstance(rows, ServerRows) else moment_text(at)


def moment_text(kept: object) -> str:
    """Return a moment that a table keeps as text (UTC), by which moments can be ordered."""
    if isinstance(kept, datetime):
        return kept.astimezone(UTC).strftime(_MOMENT)
    return str(kept)


def has_table(rows: Rows, table: str) -> bool:
    """Whether a database has a table: older ones lack what came later."""
    if isinstance(rows, ServerRows):
        known = rows.execute("SELECT to_regclass(?)", (f'"{table}"',)).fetchone()
        return known is not None and known[0] is not None
    known = rows.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()
    return known is not None


def text_columns(rows: Rows) -> dict[str, dict[str, bool]]:
    """Return each table's columns of text, and whether they are a row's key."""
    found: dict[str, dict[str, bool]] = {}
    if isinstance(rows, ServerRows):
        for table, name, _kind, is_key in rows.texts:
            found.setdefault(table, {})[name] = is_key or name == "id"
        return found
    tables = rows.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    for (table,) in tables:
        info = rows.execute(f'PRAGMA table_info("{table}")').fetchall()
        texts = {
            name: bool(key) or name == "id"
            for _nth, name, kind, _null, _default, key in info
            if any(each and each in kind.upper() for each in _FILE_TEXTS) or not kind
        }
        if texts:
            found[table] = texts
    return found


def texts_of(rows: Rows, table: str, columns: Sequence[str]) -> Sequence[Any]:
    """Return of every row what tells it from others now, and some columns as text."""
    if isinstance(rows, ServerRows):
        listed = ", ".join(f'"{name}"::text' for name in columns)
        return rows.execute(f'SELECT ctid::text, {listed} FROM "{table}"').fetchall()  # noqa: S608 - names of our own tables
    listed = ", ".join(f'"{name}"' for name in columns)
    return rows.execute(f'SELECT rowid, {listed} FROM "{table}"').fetchall()  # noqa: S608 - as above


def put_texts(rows: Rows, table: str, row: object, given: Mapping[str, str]) -> None:
    """Write some columns of a row that `texts_of` told, in the same transaction."""
    if isinstance(rows, ServerRows):
        kinds = {name: kind for of, name, kind, _is_key in rows.texts if of == table}
        put = ", ".join(f'"{name}" = ?::{kinds[name]}' for name in given)
        where = "ctid = ?::tid"
    else:
        put, where = ", ".join(f'"{name}" = ?' for name in given), "rowid = ?"
    rows.execute(
        f'UPDATE "{table}" SET {put} WHERE {where}',  # noqa: S608 - names of our own tables
        (*given.values(), row),
    )
