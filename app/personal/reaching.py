"""How the rows of a project's own databases are reached, in its folder or on its server."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from app.database import read_only, told
from app.project.databases import SCHEMAS, Databases
from app.project.ownrows import Rows, ServerRows
from app.project.scrub import connected
from app.project.upgrade import Schema


@contextmanager
def looking(databases: Databases, schema: Schema) -> Iterator[Rows]:
    """Give a database for looking only."""
    file = databases.file(schema)
    if databases.server is None:
        with told(file), closing(read_only(file)) as connection:
            yield connection
        return
    engine = databases.look(schema)
    with told(file), engine.begin() as on_server:
        yield ServerRows(on_server)


@contextmanager
def changing(databases: Databases, schema: Schema) -> Iterator[Rows]:
    """Give a database within one transaction, in which nobody else writes."""
    file = databases.file(schema)
    if databases.server is None:
        with told(file), closing(connected(file)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        return
    with ExitStack() as ending, told(file):
        engine = databases.open(schema, ending)
        yield ServerRows(ending.enter_context(engine.begin()))


def settle(databases: Databases) -> None:
    """Let a server write its tables anew, so that nothing is left there of what went.

    What it keeps in its log of changes, and in backups of its own, is its administrator's
    business.
    """
    server = databases.server
    if server is None:
        return
    import psycopg
    from psycopg import sql

    with closing(server.connection()) as connection:
        try:
            for schema in SCHEMAS:
                part = server.place.part(schema.name)
                known = "SELECT tablename FROM pg_tables WHERE schemaname = %s"
                for (table,) in connection.execute(known, (part,)).fetchall():
                    name = sql.Identifier(part, str(table))
                    connection.execute(sql.SQL("VACUUM FULL {}").format(name))
        except psycopg.Error as error:
            raise server.broken(error) from error
