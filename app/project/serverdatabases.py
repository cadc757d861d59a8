"""A project's databases on a PostgreSQL server: one schema each, and whose they are."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, text

from app.database import reading, told
from app.databaseserver import DatabaseServer, number_of
from app.errors import BadInput, StoreBroken
from app.ports import Clock
from app.project.collecting import Collector
from app.project.databases import MANNERS, SCHEMAS
from app.project.upgrade import CONFIG, Schema, require_revision
from app.words import _

_WORD = "Heatdesk "
HISTORY = r"fast|y\d{4}"  # how the schemas of the history are called
_ALL = text("SELECT nspname FROM pg_namespace ORDER BY nspname")
_CLAIM = text(
    "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = :name"
)
# By their bytes, as in a file: the order of a language would be another on each server.
_SORTED_BY_LANGUAGE = text(
    "SELECT table_name, column_name, character_maximum_length FROM information_schema.columns"
    " WHERE table_schema = :name AND data_type IN ('text', 'character varying')"
    " AND collation_name IS DISTINCT FROM 'C'"
)


# What knows upper and lower case in every alphabet; a server has one of them.
_FOLDERS = text(
    "SELECT collname FROM pg_collation WHERE collname IN ('und-x-icu', 'pg_c_utf8', 'C.utf8')"
    " ORDER BY collname DESC LIMIT 1"
)


class State(Enum):
    """How the databases on a server stand."""

    BEGUN = "begun"  # being filled: worth nothing if that was broken off
    LIVE = "live"
    LEFT = "left"  # brought back into a folder since


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose databases lie on a server; kept as a comment of their schema."""

    project: UUID
    state: State

    def text(self) -> str:
        """Return it as the server keeps it."""
        said = {"project": self.project.hex, "state": self.state.value}
        return f"{_WORD}{json.dumps(said)}"


def claim_of(said: str | None) -> Claim | None:
    """Return what a schema's comment says; None when it is no word of ours."""
    try:
        content = json.loads((said or "").removeprefix(_WORD))
        return Claim(UUID(content["project"]), State(content["state"]))
    except (ValueError, KeyError, TypeError):
        return None


class ServerDatabases:
    """Three schemas of one database on a server, `app.project.databases.Databases`."""

    def __init__(self, server: DatabaseServer, project: UUID) -> None:
        self._server = server
        self._project = project
        self._all = server.plain_engine()
        self._collector: Collector | None = None

    @property
    def server(self) -> DatabaseServer:
        """The server."""
        return self._server

    @property
    def troubles(self) -> Sequence[str]:
        """What is to be told of the server."""
        said = (self.server.trouble, self._collector.trouble if self._collector else "")
        return tuple(each for each in said if each)

    def collect(self, ending: ExitStack) -> None:
        """Become the one who collects, until ``ending``; `ProjectInUse` says who does."""
        self._collector = Collector(self.server)
        ending.callback(self._collector.close)

    def file(self, schema: Schema) -> Path:
        """Return how a database is called: "db.example:5432/plant/config"."""
        return Path(str(self.server.place), schema.name)

    def bring_up_to_date(self, now: Clock) -> list[Path]:
        """Look at all before one is touched; they change together or not at all.

        No copies are made here: backing up a server is its administrator's business.
        """
        from app.project.migrating import revision_in

        with self.together() as connection:
            self.require_ours(connection)
            self.say(connection, State.LIVE)  # a kill may have come before it was said
            older = []
            for schema in SCHEMAS:
                self.enter(connection, schema)
                found = revision_in(connection)
                if require_revision(found, schema, self.file(schema)) is None:
                    raise StoreBroken(_("{place} is empty").format(place=self.file(schema)))
                older += [schema] if found != schema.newest() else []
            self.migrate(connection, older)
        return []

    def fault(self) -> str:
        """Return why the databases cannot be used: the server is away, or they are not ours."""
        from app.project.migrating import revision_in

        try:
            with told(self.file(CONFIG)), self._all.begin() as connection:
                self.require_ours(connection)
                for schema in SCHEMAS:
                    self.enter(connection, schema)
                    require_revision(revision_in(connection), schema, self.file(schema))
        except (StoreBroken, BadInput) as error:
            return str(error)
        return ""

    def build(self) -> None:
        """Make those of a new project, in place of some that were begun and not finished."""
        with self.together() as connection:
            self.make(connection)
            self.say(connection, State.LIVE)

    def make(self, connection: Connection) -> None:
        """Make the schemas; `BadInput` where others lie. A part of the caller's transaction.

        What was begun and broken off, or is worth nothing since it went back into a
        folder, gives way.
        """
        found = self.claim(connection)
        for name in self._names(connection):
            if found is None or found.state is State.LIVE:
                raise BadInput(
                    _(
                        "{place} already holds a project in its schemas {name}: choose another "
                        "database, or another schema"
                    ).format(place=self.server.place, name=f"{self.server.place.schema}_…")
                )
            connection.exec_driver_sql(f'DROP SCHEMA "{name}" CASCADE')
        for schema in SCHEMAS:
            name = self.server.place.part(schema.name)
            connection.exec_driver_sql(f'CREATE SCHEMA "{name}"')
        self.say(connection, State.BEGUN)
        self.migrate(connection, SCHEMAS)

    def _names(self, connection: Connection) -> list[str]:
        """Return the schemas that are there: of the databases, and of the history."""
        ours = [schema.name for schema in SCHEMAS]
        wanted = re.compile(
            rf"{re.escape(self.server.place.part(''))}({'|'.join(ours)}|{HISTORY})"
        )
        return [name for name in connection.scalars(_ALL) if wanted.fullmatch(name)]

    def migrate(self, connection: Connection, schemas: Sequence[Schema]) -> None:
        """Take databases through the steps they lack; a part of the caller's transaction."""
        from app.project.migrating import migrate_in

        for schema in schemas:
            self.enter(connection, schema)
            migrate_in(connection, schema, self.file(schema))
            _make_folded(connection)
            name = self.server.place.part(schema.name)
            for table, column, most in connection.execute(_SORTED_BY_LANGUAGE, {"name": name}):
                kind = "text" if most is None else f"varchar({most})"
                connection.exec_driver_sql(
                    f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {kind} COLLATE "C"'
                )

    def open(self, schema: Schema, ending: ExitStack) -> Engine:
        """Return an engine on one of the databases."""
        engine = self.server.engine(schema.name, MANNERS[schema.name])
        ending.callback(engine.dispose)
        return engine

    def look(self, schema: Schema) -> Engine:
        """Return an engine for looking only."""
        return reading(self.server.engine(schema.name, MANNERS[schema.name]))

    @contextmanager
    def together(self) -> Iterator[Connection]:
        """Give a transaction over all databases; whoever else would write waits."""
        with told(self.file(CONFIG)), self._all.begin() as connection:
            for schema in SCHEMAS:
                turn = number_of(self.server.place.part(schema.name))
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": turn})
            yield connection

    def enter(self, connection: Connection, schema: Schema) -> None:
        """Let the rest of a transaction speak of the tables of one database."""
        name = self.server.place.part(schema.name)
        connection.exec_driver_sql(f'SET LOCAL search_path = "{name}"')

    def claim(self, connection: Connection) -> Claim | None:
        """Return whose databases these are."""
        name = self.server.place.part(CONFIG.name)
        return claim_of(connection.scalar(_CLAIM, {"name": name}))

    def say(self, connection: Connection, state: State) -> None:
        """Write down whose they are, and how they stand."""
        name = self.server.place.part(CONFIG.name)
        said = Claim(self._project, state).text()
        connection.exec_driver_sql(f"COMMENT ON SCHEMA \"{name}\" IS '{said}'")

    def require_ours(self, connection: Connection, *, left: bool = False) -> None:
        """Raise `BadInput` unless the databases are those of this project and in use.

        ``left``: or were so until they were brought back.
        """
        found = self.claim(connection)
        if found is None or found.project != self._project:
            raise BadInput(
                _("{place} does not hold this project").format(place=self.server.place)
            )
        if found.state is State.LEFT and not left:
            raise BadInput(
                _(
                    "this project no longer lies on {place}: it was brought back into a "
                    "folder, and what is done here would be lost. If that was broken off, "
                    "do it again with “heatdesk database back”"
                ).format(place=self.server.place)
            )


def _make_folded(connection: Connection) -> None:
    """Teach the schema of a transaction to compare without upper and lower case."""
    knows = connection.scalar(_FOLDERS) or "default"
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION folded(said text) RETURNS text LANGUAGE sql IMMUTABLE"
        f" AS $$ SELECT replace(lower(said COLLATE \"{knows}\"), 'ß', 'ss') $$"
    )
