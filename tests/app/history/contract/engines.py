"""The databases a history can be kept in; every test of this package runs on each of them.

A further database is added to `ENGINES` and nowhere else.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from app.databaseserver import DatabaseServer, ServerPlace
from app.history.history import History
from app.history.serverhistory import ServerHistory
from app.history.store import EmbeddedHistory
from tests.postgres import LOUD, NoServer, dropped, running

ZONE = ZoneInfo("Europe/Copenhagen")  # where the plant of these tests lies
Opened = Callable[[], History]  # each call opens the same history again, as after a restart


@dataclass(frozen=True, slots=True)
class Engine:
    """One kind of database."""

    name: str
    # An empty history, and all that it needs; ``folder`` is empty and may be used. At the
    # end every history that was opened is closed and nothing is left running.
    kept: Callable[[Path], AbstractContextManager[Opened]]
    missing: Callable[[], str] = lambda: ""  # why there is none here; skips the tests


@contextmanager
def _embedded(folder: Path) -> Iterator[Opened]:
    opened: list[History] = []

    def again() -> History:
        opened.append(EmbeddedHistory(folder / "history", ZONE))
        return opened[-1]

    yield again
    for each in opened:
        each.close()


_schemas = count(1)


@contextmanager
def _on_a_server(folder: Path) -> Iterator[Opened]:
    """Each history has schemas of its own names in one database."""
    place = replace(_plant(), schema=f"h{next(_schemas)}")
    server = DatabaseServer(place, running().password)
    opened: list[History] = []

    def again() -> History:
        opened.append(ServerHistory(server, ZONE))
        return opened[-1]

    yield again
    for each in opened:
        each.close()
    server.close()
    dropped(running(), place)


@cache
def _plant() -> ServerPlace:
    return running().new_place()


@cache
def _no_server() -> str:
    try:
        running()
    except NoServer as error:
        return LOUD.format(why=error)
    return ""


EMBEDDED = Engine("embedded", _embedded)
SERVER = Engine("postgresql", _on_a_server, _no_server)
ENGINES: tuple[Engine, ...] = (EMBEDDED, SERVER)
