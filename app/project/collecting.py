"""Who collects for a project on a server: one program at a time, wherever it runs."""

import logging
import threading
from typing import Any

import psycopg

from app.databaseserver import DatabaseServer, number_of
from app.errors import ProjectInUse, StoreBroken
from app.words import _

LOOK_EVERY_S = 2.0
# How soon the server finds out that a computer has gone without a word.
_FAREWELL = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
_HOLDER = """
SELECT activity.application_name, host(activity.client_addr),
       to_char(activity.backend_start, 'YYYY-MM-DD HH24:MI')
FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32) | objid::bigint = %s
"""
_log = logging.getLogger(__name__)


class Collector:
    """The turn to collect; the server gives it back when the program or its cable is gone.

    A thread of its own sees that it still holds, and takes it again after the server was
    away. Should another program have it by then, `trouble` says so and `held` is False.
    """

    def __init__(self, server: DatabaseServer) -> None:
        """Take the turn; `ProjectInUse` names who has it, `StoreBroken` a lost server."""
        self._server = server
        self._key = number_of(f"{server.place.part('collector')}")
        self._closed = threading.Event()
        self._other = ""
        self._connection: psycopg.Connection[Any] | None = None
        if other := self._taken():
            raise ProjectInUse(other)
        self._thread = threading.Thread(target=self._watch, name="collector", daemon=True)
        self._thread.start()

    @property
    def held(self) -> bool:
        """Whether the turn is ours as far as anybody knows."""
        return self._connection is not None and not self._other

    @property
    def trouble(self) -> str:
        """What an operator must know; "" while all is well or the server is only away."""
        return self._other

    def close(self) -> None:
        """Give the turn back; may be called twice."""
        self._closed.set()
        self._thread.join()
        self._let_go()

    def _taken(self) -> str:
        """Try to take the turn; return who has it, "" when it is ours."""
        connection = self._server.connection(**_FAREWELL)
        try:
            got = connection.execute("SELECT pg_try_advisory_lock(%s)", (self._key,)).fetchone()
            if got is not None and got[0]:
                self._connection = connection
                return ""
            found = connection.execute(_HOLDER, (self._key,)).fetchone()
        except psycopg.Error as error:
            connection.close()
            raise StoreBroken(f"{self._server.place}: {error}") from error
        connection.close()
        return self._sentence(*(found or ("", "", "")))

    def _sentence(self, program: str, address: str, since: str) -> str:
        words = program.split()
        host, process = words[1:3] if len(words) > 2 else (address or "?", "?")  # noqa: PLR2004
        return _(
            "the project on {place} is collected by Heatdesk on {host} (process {process}, "
            "address {address}, since {since} UTC): close it there first"
        ).format(
            place=self._server.place, host=host, process=process, address=address, since=since
        )

    def _watch(self) -> None:
        while not self._closed.wait(LOOK_EVERY_S):
            try:
                if self._connection is None:
                    self._other = self._taken()
                    _log.warning("%s", self._other or "the turn to collect is ours again")
                else:
                    self._connection.execute("SELECT 1")
            except (psycopg.Error, StoreBroken) as error:
                _log.debug("the turn to collect: %s", error)
                self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
