"""One stream of the history in one schema of a server, lent to whoever reads or writes it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any

import psycopg
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from app.databaseserver import DatabaseServer, number_of
from app.errors import BadInput, StoreBroken
from app.history.codec import Codec
from app.history.readers import Readers
from app.history.schema import LAYOUT, Stream, server_steps, server_tables
from app.history.serverstatements import Texts
from app.history.servertables import ServerTables
from app.words import _

Connection = psycopg.Connection[Any]
NEWS = "heatdesk_history"  # what is listened to for new samples; the schema comes with it
_IDLE = 4  # connections that wait for their next question
_THERE = b"SELECT 1 FROM pg_namespace WHERE nspname = %s"
_SIZE = (
    b"SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0)::bigint FROM pg_class "
    b"JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = %s AND relkind = 'r'"
)
# Of a Citus cluster, where the table itself is empty: what its parts take on all machines.
_CLUSTER = b"SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL"
_SIZE_SHARED = _SIZE.replace(
    b"pg_total_relation_size(pg_class.oid)",
    b"CASE WHEN pg_class.oid IN (SELECT logicalrelid FROM pg_dist_partition) "
    b"THEN citus_total_relation_size(pg_class.oid) "
    b"ELSE pg_total_relation_size(pg_class.oid) END",
)


class Lender:
    """Connections to the server, lent one at a time; any thread."""

    def __init__(self, server: DatabaseServer) -> None:
        self.server = server
        self._idle: list[tuple[Connection, Codec]] = []
        self._turn = RLock()

    @contextmanager
    def lent(self) -> Iterator[tuple[Connection, Codec]]:
        """Lend a connection with a codec of its own; what fails is a `StoreBroken`."""
        connection, codec = self._taken()
        well = False
        try:
            yield connection, codec
            well = True
        except psycopg.Error as error:
            raise self.server.broken(error) from error
        finally:
            if well:
                self._back(connection, codec)
            else:
                connection.close()  # whatever went wrong, nobody else gets it

    def close(self) -> None:
        """Let go of what is not lent."""
        with self._turn:
            idle, self._idle = self._idle, []
        for connection, _codec in idle:
            connection.close()

    def _taken(self) -> tuple[Connection, Codec]:
        with self._turn:
            while self._idle:
                connection, codec = self._idle.pop()
                if self._lives(connection):
                    return connection, codec
        return self.server.connection(), Codec()

    @staticmethod
    def _lives(connection: Connection) -> bool:
        try:
            connection.execute(b"")
        except psycopg.Error:
            connection.close()
            return False
        return True

    def _back(self, connection: Connection, codec: Codec) -> None:
        with self._turn:
            if len(self._idle) < _IDLE and not connection.closed:
                self._idle.append((connection, codec))
                return
        connection.close()


class SchemaReader:
    """`Looking` over a schema: tables of one moment, and a codec of its own."""

    def __init__(self, connection: Connection, codec: Codec, texts: Texts) -> None:
        self._connection = connection
        self.codec = codec
        self.tables = ServerTables(connection, texts)

    def leave(self) -> None:
        """End the transaction: what was read is unpacked without holding up the server."""
        self._connection.rollback()


class SchemaPlace:
    """`Place` over one schema, which is made when first written to."""

    on_a_server = True

    def __init__(self, lender: Lender, schema: str, stream: Stream) -> None:
        self._lender, self._schema, self._stream = lender, schema, stream
        self._texts = Texts(stream, schema)
        self._turn = RLock()
        self._there = False
        self.readers = Readers()

    @property
    def name(self) -> str:
        """The server, and the schema there."""
        return f"{self._lender.server.place}/{self._schema}"

    @property
    def there(self) -> bool:
        """Whether the schema was made."""
        if not self._there:
            with self._lender.lent() as (connection, _codec):
                self._there = self._ready(connection)
        return self._there

    @contextmanager
    def writing(self) -> Iterator[ServerTables]:
        """Lend the tables for one transaction; on return it is on the server's disk, whole."""
        with self._turn, self._lender.lent() as (connection, _codec), connection.transaction():
            turn = (number_of(self._schema),)
            connection.execute(b"SELECT pg_advisory_xact_lock(%s)", turn)
            if not self._there and not self._ready(connection):
                make_tables(connection, self._schema, self._stream)
            tables = ServerTables(connection, self._texts)
            yield tables
            if tables.batches.added:
                connection.execute(b"SELECT pg_notify(%s, %s)", (NEWS, self._schema))
        self._there = True

    @contextmanager
    def reading(self) -> Iterator[SchemaReader | None]:
        """Lend the tables of one moment; None while nothing was ever written."""
        with self.readers.one(), self._lender.lent() as (connection, codec):
            if not self._there and not self._ready(connection):
                yield None
                return
            connection.execute(b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            self._there = True
            yield SchemaReader(connection, codec, self._texts)
            connection.rollback()

    def settle(self) -> None:
        """Write the tables anew without what was removed.

        What the server keeps in its log of changes and in its own backups is its
        administrator's business.
        """
        with self._lender.lent() as (connection, _codec):
            for table in server_tables(self._stream):
                connection.execute(f'VACUUM FULL "{self._schema}".{table.name}'.encode())

    def size_bytes(self) -> int:
        """Return the room its tables take, on all machines of a cluster."""
        with self._lender.lent() as (connection, _codec):
            shared = connection.execute(_CLUSTER).fetchone() == (True,)
            asked = _SIZE_SHARED if shared else _SIZE
            row = connection.execute(asked, (self._schema,)).fetchone()
        return 0 if row is None else int(row[0])

    def close(self) -> None:
        """Nothing is held between two transactions."""

    def _ready(self, connection: Connection) -> bool:
        """Whether the schema is there, of the newest layout by now."""
        found = self._layout(connection)
        if found is None or found == LAYOUT:
            return found is not None
        with connection.transaction():  # all of it or nothing, and by one at a time
            turn = (number_of(self._schema),)
            connection.execute(b"SELECT pg_advisory_xact_lock(%s)", turn)
            found = self._layout(connection)
            if found is not None and found < LAYOUT:
                bring_up_to_date(connection, self._schema, self._stream, found)
        return True

    def _layout(self, connection: Connection) -> int | None:
        """Return the layout of the schema, None without one; `BadInput` for a newer one."""
        if connection.execute(_THERE, (self._schema,)).fetchone() is None:
            return None
        row = connection.execute(self._texts.layout.encode()).fetchone()
        if row is None or row[0] is None:
            raise StoreBroken(_("{place} is empty").format(place=self.name))
        if row[0] > LAYOUT:
            raise BadInput(
                f"{self.name} was written by a newer Heatdesk (layout {row[0]}, this program "
                f"knows {LAYOUT})"
            )
        return int(row[0])


def make_tables(connection: Connection, schema: str, stream: Stream) -> None:
    """Make a schema with the tables of a stream; a part of the caller's transaction."""
    connection.execute(f'CREATE SCHEMA "{schema}"'.encode())
    connection.execute(f'SET LOCAL search_path = "{schema}"'.encode())
    for text in ddl(stream):
        connection.execute(text.encode())
    said = (LAYOUT, stream.name)
    connection.execute(b"INSERT INTO layout (version, stream) VALUES (%s, %s)", said)


def bring_up_to_date(connection: Connection, schema: str, stream: Stream, version: int) -> None:
    """Add the tables that an older program did not know; a part of the caller's transaction.

    What belongs into them is worked out as in a file: a little at a time.
    """
    connection.execute(f'SET LOCAL search_path = "{schema}"'.encode())
    for text in _made(server_steps(stream, version)):
        connection.execute(text.encode())
    connection.execute(b"UPDATE layout SET version = %s", (LAYOUT,))


def ddl(stream: Stream) -> list[str]:
    """Return the statements that make a stream's tables in an empty schema."""
    return _made(server_tables(stream))


def _made(tables: Sequence[Table]) -> list[str]:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in tables]
    indexes = [index for table in tables for index in table.indexes]
    return made + [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
