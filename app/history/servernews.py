"""Hears from the server when another workstation's collector stored something."""

import threading
from collections.abc import Callable

import psycopg

from app.databaseserver import RETRY_S, DatabaseServer
from app.errors import StoreBroken
from app.history.serverplace import NEWS


class HistoryNews:
    """Calls ``on_news`` in a thread of its own after each commit of new samples.

    The server tells each listener once a transaction, after it is durable; the word is the
    schema it went into. While the server is away nothing is heard: what came meanwhile is
    told by one call with "" when it is back.
    """

    def __init__(self, server: DatabaseServer, on_news: Callable[[str], None]) -> None:
        self._server, self._on_news = server, on_news
        self._ours = server.place.part("")
        self._closed = threading.Event()
        self.listening = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="history news", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; may be called twice."""
        self._closed.set()
        self._thread.join()

    def _listen(self) -> None:
        missed = False
        while not self._closed.is_set():
            try:
                with self._server.connection() as connection:
                    connection.execute(f"LISTEN {NEWS}".encode())
                    self.listening.set()
                    if missed:
                        self._on_news("")
                    self._hear(connection)
            except (psycopg.Error, StoreBroken):
                missed = True
                self.listening.clear()
                self._closed.wait(RETRY_S)

    def _hear(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        while not self._closed.is_set():
            for heard in connection.notifies(timeout=RETRY_S):
                if heard.payload.startswith(self._ours):
                    self._on_news(heard.payload)
