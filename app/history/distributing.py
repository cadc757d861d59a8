"""The history's tables shared out over the machines of a Citus cluster, and its rules."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import Table

from app.databaseserver import DatabaseServer
from app.errors import BadInput
from app.history.schema import layout, series, server
from app.history.serverhistory import ServerHistory
from app.words import _

KEYS = ("grp", "series")  # by which rows are shared out: a group of points, or a point
# Small, and looked up by every question: each machine has a copy of its own.
EVERYWHERE = (layout.name, series.name)
_EXTENSION = b"SELECT extversion FROM pg_extension WHERE extname = 'citus'"
_OFFERED = b"SELECT 1 FROM pg_available_extensions WHERE name = 'citus'"
_DONE = b"SELECT logicalrelid::regclass::oid FROM pg_dist_partition"
_OID = b"SELECT %s::regclass::oid"


@dataclass(frozen=True, slots=True)
class Shared:
    """A table as a cluster has it."""

    table: str  # with its schema
    by: str  # the column its rows are shared out by; "" for a copy on every machine


def key_of(table: Table) -> str:
    """Return the column that a table's rows are shared out by; "" for a copy everywhere."""
    if table.name in EVERYWHERE:
        return ""
    return next(name for name in KEYS if name in table.columns)


def faults(tables: Sequence[Table] = ()) -> Iterator[str]:
    """Yield what of the schema a cluster would not take, a sentence each.

    The rules are those of Citus: every key and every unique index holds the column that
    rows are shared out by (ours begin with it), no table refers to rows of another, and
    no number comes from a counter that all machines would have to ask.
    """
    for table in tables or server.sorted_tables:
        if table.name in EVERYWHERE:
            continue
        keys = [list(table.primary_key.columns.keys())]
        keys += [list(each.columns.keys()) for each in table.indexes if each.unique]
        by = next((name for name in KEYS if name in table.columns), None)
        if by is None:
            yield f"{table.name}: has neither a group nor a point to be shared out by"
            continue
        for key in keys:
            if not key or key[0] != by:
                yield f"{table.name}: its key {key} does not begin with {by}"
        if table.foreign_keys:
            yield f"{table.name}: refers to rows of another table"
        counted = table.autoincrement_column
        if counted is not None or any(each.server_default for each in table.columns):
            yield f"{table.name}: has a number that a counter would give"


def distribute(server_: DatabaseServer) -> list[Shared]:
    """Turn the tables of every year and of the fast stream into distributed ones.

    What is so already stays; nobody may write meanwhile. All of it or nothing.

    Raises:
        BadInput: The server has no Citus; the sentence says what to do.
        StoreBroken: It does not answer, or refuses.
    """
    with closing(ServerHistory(server_)) as history:
        schemas = history.schemas()
    with closing(server_.connection()) as connection:
        try:
            with connection.transaction():
                _require_citus(connection, str(server_.place))
                done = {row[0] for row in connection.execute(_DONE).fetchall()}
                return [
                    each
                    for schema, tables in schemas
                    for each in _shared(connection, schema, tables, done)
                ]
        except psycopg.Error as error:
            raise server_.broken(error) from error


def _require_citus(connection: psycopg.Connection[Any], place: str) -> None:
    if connection.execute(_EXTENSION).fetchone() is not None:
        return
    if connection.execute(_OFFERED).fetchone() is None:
        raise BadInput(
            _(
                "{place} has no Citus: the history stays on this one server. To share it out "
                "over several machines, let its administrator install the extension citus"
            ).format(place=place)
        )
    raise BadInput(
        _(
            "{place} offers Citus, but this database does not use it: let its administrator "
            "say CREATE EXTENSION citus here and add the machines first"
        ).format(place=place)
    )


def _shared(
    connection: psycopg.Connection[Any], schema: str, tables: Sequence[Table], done: set[int]
) -> Iterator[Shared]:
    for table in tables:
        name = f'"{schema}".{table.name}'
        row = connection.execute(_OID, (name,)).fetchone()
        if row is None or row[0] in done:
            continue
        by = key_of(table)
        for statement, asked in statements(name, by):
            connection.execute(statement, asked)
        yield Shared(f"{schema}.{table.name}", by)


def statements(table: str, by: str) -> list[tuple[bytes, tuple[str, ...]]]:
    """Return what is said to Citus of a table, with its arguments."""
    if not by:
        return [(b"SELECT create_reference_table(%s)", (table,))]
    # Rows of one group lie together in every table, as Citus does of itself with equal keys.
    return [(b"SELECT create_distributed_table(%s, %s)", (table, by))]
