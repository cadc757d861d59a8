"""How a project's databases are opened on a server, and what is said when it is gone."""

import hashlib
import logging
import os
import re
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.abc import Buffer
from psycopg.types.string import StrDumper
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import ConnectionPoolEntry

from app.database import BUSY_S, Manner, looks_only, storable
from app.errors import BadInput, PlantError, StoreBroken
from app.words import _

CONNECT_S = 3  # how long a server that does not answer keeps anybody waiting
RETRY_S = 1.0  # between two tries to reach a server that is gone
SCHEMA = "heatdesk"
PORT = 5432
TLS = ("disable", "prefer", "require", "verify-ca", "verify-full")
_ONE_MOMENT = psycopg.IsolationLevel.REPEATABLE_READ  # all it sees is of one
_KINDS = ("postgresql", "postgres")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where on a database server a project lies; its password is a secret and not here."""

    host: str
    port: int
    database: str
    user: str
    schema: str = SCHEMA  # what the names of this project's schemas begin with
    tls: str = "prefer"  # as libpq's sslmode

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"

    def part(self, name: str) -> str:
        """Return the schema of a database of the project, such as "config"."""
        return f"{self.schema}_{name}"

    def fields(self) -> Mapping[str, str | int]:
        """Return it as the project's mark keeps it."""
        return {name: getattr(self, name) for name in ServerPlace.__slots__}


def place_from(fields: Mapping[str, object], where: str) -> ServerPlace:
    """Return the place that a project's mark names; `BadInput` names ``where`` it is wrong."""
    given = {name: str(fields.get(name, "")) for name in ("host", "database", "user")}
    port = fields.get("port", PORT)
    schema, tls = str(fields.get("schema", SCHEMA)), str(fields.get("tls", "prefer"))
    for name, value in given.items():
        if not value:
            raise BadInput(
                _("{where}: the server needs a {name}").format(where=where, name=name)
            )
    if type(port) is not int or not 0 < port < 65536:  # noqa: PLR2004 - of TCP
        raise BadInput(_("{where}: {port} is no port").format(where=where, port=port))
    if not _NAME.fullmatch(schema):
        raise BadInput(
            _("{where}: a schema is named with small letters, digits and _").format(where=where)
        )
    if tls not in TLS:
        raise BadInput(
            _("{where}: tls is one of {ways}").format(where=where, ways=", ".join(TLS))
        )
    return ServerPlace(given["host"], port, given["database"], given["user"], schema, tls)


def parse_place(address: str) -> ServerPlace:
    """Return the place of ``postgresql://user@host:port/database?schema=…&tls=…``.

    Raises `BadInput`; for a password in it too, for it would stand in lists of processes.
    Nothing of what was typed is said again: anything in it may be a password.
    """
    try:
        parts = urlsplit(address)
        port = parts.port or PORT
    except ValueError:
        raise BadInput(_like()) from None
    if parts.scheme not in _KINDS:
        raise BadInput(_like())
    if parts.password is not None:
        raise BadInput(_("the password does not belong into the address: it is asked for"))
    options = dict(pair.partition("=")[::2] for pair in parts.query.split("&") if pair)
    if set(options) - {"schema", "tls"}:
        raise BadInput(_("behind the address only ?schema=… and &tls=… may stand"))
    fields: dict[str, object] = {
        "host": parts.hostname or "",
        "port": port,
        "database": unquote(parts.path.removeprefix("/")),
        "user": unquote(parts.username or ""),
        **options,
    }
    return place_from(fields, _("the address"))


def _like() -> str:
    return _("a server is named as postgresql://user@host:5432/database")


class DatabaseServer:
    """One server for one project: gives engines, and knows whether it answers.

    While it does not, whoever asks is told so at once and a thread of its own looks for
    it: nobody waits for a dead server more than once. Any thread; `close` at the end.
    """

    def __init__(self, place: ServerPlace, password: str) -> None:
        self.place = place
        self._password = password
        self._gone = ""  # what the server said when it was lost; "" while it answers
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._engines: list[Engine] = []

    def __repr__(self) -> str:
        return f"DatabaseServer({self.place})"

    @property
    def trouble(self) -> str:
        """What an operator must know; "" while the server answers."""
        return self._sentence(self._gone) if self._gone else ""

    def engine(self, part: str, manner: Manner) -> Engine:
        """Return an engine whose tables are those of a part: "config", "journal", "audit".

        Like the engine of a file: every transaction that writes waits for its turn at its
        beginning, so that what was read in it still holds when it writes, whichever
        workstation writes; `app.database.reading` looks without making anybody wait.
        """
        schema = self.place.part(part)
        engine = self.plain_engine({"search_path": schema, **_synchronous(manner)})
        turn = text("SELECT pg_advisory_xact_lock(:key)").bindparams(key=number_of(schema))

        def begin(connection: Connection) -> None:
            looks = looks_only(connection)
            driver = connection.connection.driver_connection
            if isinstance(driver, psycopg.Connection):  # it says so with its BEGIN
                driver.isolation_level = _ONE_MOMENT if looks else None
                driver.read_only = looks
            if not looks:
                connection.execute(turn)

        event.listen(engine, "begin", begin)
        return engine

    def plain_engine(self, settings: Mapping[str, str] | None = None) -> Engine:
        """Return an engine without turns, for who looks at more than one part."""
        engine = create_engine(
            URL.create("postgresql+psycopg"),
            connect_args=self._arguments(settings or {}),
            pool_pre_ping=True,  # the first question after the server came back is answered
            hide_parameters=True,
        )
        event.listen(engine, "do_connect", self._before_connecting)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "handle_error", self._told)
        self._engines.append(engine)
        return engine

    def connection(self, **settings: str) -> psycopg.Connection[Any]:
        """Return a connection of the driver itself, each statement its own transaction.

        Raises `StoreBroken` when the server does not answer.
        """
        if self._gone:
            raise StoreBroken(self._sentence(self._gone))
        try:
            return psycopg.connect(**self._arguments(settings), autocommit=True)
        except psycopg.Error as error:
            self._lost(_said(error))
            raise StoreBroken(self._sentence(_said(error))) from error

    def broken(self, error: psycopg.Error) -> StoreBroken:
        """Return what is told of an error on such a connection; note a server that is gone."""
        if isinstance(error, psycopg.OperationalError) and _is_gone(error):
            self._lost(_said(error))
            return StoreBroken(self._sentence(_said(error)))
        return StoreBroken(f"{self.place}: {_said(error)}")

    def close(self) -> None:
        """Let go of the server; may be called twice."""
        self._closed.set()
        for engine in self._engines:
            engine.dispose()

    def _arguments(self, settings: Mapping[str, str]) -> dict[str, Any]:
        place = self.place
        given = {"timezone": "UTC", "lock_timeout": f"{BUSY_S * 1000:.0f}", **settings}
        return {
            "host": place.host,
            "port": place.port,
            "dbname": place.database,
            "user": place.user,
            "password": self._password,
            "sslmode": place.tls,
            "connect_timeout": CONNECT_S,
            # A cable that was pulled out says nothing: these find out.
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 2,
            "tcp_user_timeout": CONNECT_S * 1000,
            "application_name": who_is_here()[:63],
            "client_encoding": "UTF8",
            "options": " ".join(f"-c {name}={value}" for name, value in given.items()),
        }

    def _before_connecting(
        self, _dialect: Dialect, _entry: ConnectionPoolEntry, _args: object, _kwargs: object
    ) -> None:
        if self._gone:
            raise psycopg.OperationalError(self._gone)

    def _told(self, context: ExceptionContext) -> PlantError | None:
        """Say what the server means in a sentence; note when it is gone."""
        error = context.original_exception
        if not isinstance(error, psycopg.Error) or context.is_pre_ping:
            return None
        if isinstance(error, psycopg.DataError):
            return BadInput(_("{place}: {what}").format(place=self.place, what=_said(error)))
        if context.connection is None or context.is_disconnect:
            if _is_gone(error):
                self._lost(_said(error))
            return StoreBroken(self._sentence(_said(error)))
        if isinstance(error, psycopg.IntegrityError):
            return None  # who asks knows what it means
        return StoreBroken(f"{self.place}: {_said(error)}")

    def _sentence(self, what: str) -> str:
        return _(
            "the database server {place} does not serve ({what}); Heatdesk tries again by "
            "itself"
        ).format(place=self.place, what=what)

    def _lost(self, what: str) -> None:
        with self._turn:
            if self._gone or self._closed.is_set():
                return
            self._gone = what
        _log.error("%s", self._sentence(what))
        threading.Thread(target=self._seek, name="database server", daemon=True).start()

    def _seek(self) -> None:
        """Look for the server until it answers again; its own thread."""
        while not self._closed.wait(RETRY_S):
            try:
                psycopg.connect(**self._arguments({})).close()
            except psycopg.Error as error:
                self._gone = _said(error)
                continue
            self._gone = ""
            _log.warning("the database server %s answers again", self.place)
            return


def who_is_here() -> str:
    """Return how this program is called at the server, for who looks there."""
    return f"heatdesk {socket.gethostname()} {os.getpid()}"


def number_of(name: str) -> int:
    """Return the number by which the server knows the turn called ``name``."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


class _Storable(StrDumper):
    """Hands texts to the server as it can hold them."""

    def dump(self, obj: str) -> Buffer | None:
        """Return the bytes of a text."""
        return super().dump(storable(obj))


def _prepare(connection: psycopg.Connection[Any], _entry: ConnectionPoolEntry) -> None:
    connection.adapters.register_dumper(str, _Storable)


def _synchronous(manner: Manner) -> dict[str, str]:
    return {"synchronous_commit": "off" if manner is Manner.QUICK else "on"}


def _is_gone(error: psycopg.Error) -> bool:
    """Whether nobody answers: no connection, a broken one, or one that is shutting down."""
    return error.sqlstate is None or error.sqlstate[:2] in ("08", "57")


def _said(error: psycopg.Error) -> str:
    """Return the first line of what the server said, which is the sentence of it."""
    primary = error.diag.message_primary or str(error)
    return " ".join(primary.split("\n")[0].split()) or type(error).__name__
