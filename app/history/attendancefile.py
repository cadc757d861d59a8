"""Which device was there when, in a file of its own: only changes are written."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import StoreBroken
from app.model.device import Presence

LAYOUT = 1
KEPT_MS = 400 * 86_400_000  # a year, and the month before it to compare with
MOST_CHANGES = 20_000  # of one device: one that comes and goes must not fill the disk
_BUSY_S = 10.0
_CODES = {
    Presence.ON: 1,
    Presence.LATE: 2,
    Presence.OFFLINE: 3,
    Presence.DISABLED: 4,
    Presence.FAULT: 5,
}
_NOT_NOTED = 0
_PRESENCES = {code: presence for presence, code in _CODES.items()}
_TABLES = (
    "CREATE TABLE run (id INTEGER PRIMARY KEY, began INTEGER NOT NULL, seen INTEGER NOT NULL)",
    """CREATE TABLE device (
         id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
         serial TEXT NOT NULL DEFAULT '', config TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE change (
         id INTEGER PRIMARY KEY, run INTEGER NOT NULL, device INTEGER NOT NULL,
         at INTEGER NOT NULL, presence INTEGER NOT NULL)""",
    "CREATE INDEX change_of_device ON change (device, at)",
    f"PRAGMA user_version = {LAYOUT}",
)
# What lines that hear learned of their meters; programs that know nothing of it leave it.
_LEARNED = """
CREATE TABLE IF NOT EXISTS learned (
  link TEXT NOT NULL, name TEXT NOT NULL, said TEXT NOT NULL, PRIMARY KEY (link, name)
) WITHOUT ROWID
"""
_FORGET_OLD = """
DELETE FROM change WHERE at < :before AND EXISTS (
  SELECT 1 FROM change AS newer
  WHERE newer.device = change.device AND newer.id > change.id AND newer.at <= :before)
"""
_FORGET_MANY = """
DELETE FROM change WHERE device = :device AND id <= (
  SELECT id FROM change WHERE device = :device ORDER BY id DESC LIMIT 1 OFFSET :most)
"""
_CHANGES = """
SELECT change.run, change.at, change.presence, run.seen
FROM change JOIN run ON run.id = change.run
WHERE change.device = :device AND change.at < :end AND change.id >= coalesce((
  SELECT id FROM change WHERE device = :device AND at <= :start
  ORDER BY at DESC, id DESC LIMIT 1
), 0) ORDER BY change.id
"""
# Device, when (ms since 1970, UTC), what it became; None: nobody looks at it any more.
Change = tuple[str, int, Presence | None]
Piece = tuple[int, int, Presence]  # from, to (ms since 1970, UTC), what it was


@dataclass(frozen=True, slots=True)
class Met:
    """Who answered for a device last, and under which configuration of it."""

    serial: str
    config: str


class AttendanceFile:
    """One SQLite file; every method blocks, one thread at a time. All raise `StoreBroken`.

    A run is a time in which a core looked on without a break: what held when it was last
    seen is not taken to have held until the next one.
    """

    def __init__(self, path: Path) -> None:
        """Open nothing yet."""
        self.path = path
        self._run = 0
        self._open: sqlite3.Connection | None = None

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def met(self) -> Mapping[str, Met]:
        """Return by device who answered last; makes no file where there is none."""
        if not self.path.exists():
            return {}
        with self._used() as connection:
            rows = connection.execute(
                "SELECT name, serial, config FROM device WHERE serial <> ''"
            )
            return {name: Met(serial, config) for name, serial, config in rows}

    def meet(self, device: str, met: Met) -> None:
        """Keep who answers for a device now."""
        with self._used() as connection:
            connection.execute(
                "UPDATE device SET serial = ?, config = ? WHERE id = ?",
                (met.serial, met.config, _number(connection, device)),
            )

    def learned(self) -> Mapping[str, dict[str, str]]:
        """Return by line and name what was learned; makes no file where there is none."""
        if not self.path.exists():
            return {}
        found: dict[str, dict[str, str]] = {}
        with self._used() as connection:
            for link, name, said in connection.execute("SELECT link, name, said FROM learned"):
                found.setdefault(link, {})[name] = said
        return found

    def learn(self, link: str, news: Mapping[str, str]) -> None:
        """Keep what a line learned; an empty text is forgotten."""
        with self._used() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO learned (link, name, said) VALUES (?, ?, ?)",
                [(link, name, said) for name, said in news.items() if said],
            )
            connection.executemany(
                "DELETE FROM learned WHERE link = ? AND name = ?",
                [(link, name) for name, said in news.items() if not said],
            )

    def begin(self, at_ms: int) -> None:
        """Begin a run: from now on somebody looks on."""
        with self._used() as connection:
            begun = connection.execute(
                "INSERT INTO run (began, seen) VALUES (?, ?)", (at_ms, at_ms)
            )
            self._run = int(begun.lastrowid or 0)

    def note(self, changes: Iterable[Change], at_ms: int) -> None:
        """Keep changes of this run, and that it still lasts."""
        with self._used() as connection:
            connection.executemany(
                "INSERT INTO change (run, device, at, presence) VALUES (?, ?, ?, ?)",
                [
                    (self._run, _number(connection, device), at, _code(presence))
                    for device, at, presence in changes
                ],
            )
            connection.execute("UPDATE run SET seen = ? WHERE id = ?", (at_ms, self._run))

    def forget(self, now_ms: int) -> None:
        """Throw away what is too old or too much; what still held then stays."""
        with self._used() as connection:
            connection.execute(_FORGET_OLD, {"before": now_ms - KEPT_MS})
            many = connection.execute(
                "SELECT device FROM change GROUP BY device HAVING count(*) > ?",
                (MOST_CHANGES,),
            ).fetchall()
            for (device,) in many:
                connection.execute(_FORGET_MANY, {"device": device, "most": MOST_CHANGES})
            connection.execute(
                "DELETE FROM run WHERE id <> ? AND id NOT IN (SELECT run FROM change)",
                (self._run,),
            )

    def first_ms(self, device: str) -> int | None:
        """Return since when a device's changes are kept; None when none is."""
        with self._used() as connection:
            found = connection.execute(
                "SELECT min(at) FROM change WHERE device ="
                " (SELECT id FROM device WHERE name = ?)",
                (device,),
            ).fetchone()
        return None if found is None else found[0]

    def pieces(self, device: str, start_ms: int, end_ms: int) -> list[Piece]:
        """Return what a device was, with holes where no core looked on."""
        with self._used() as connection:
            row = connection.execute(
                "SELECT id FROM device WHERE name = ?", (device,)
            ).fetchone()
            if row is None:
                return []
            asked = {"device": row[0], "start": start_ms, "end": end_ms}
            changes = connection.execute(_CHANGES, asked).fetchall()
        return list(_pieces(changes, start_ms, end_ms))

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        """Lend the connection for one transaction."""
        try:
            connection = self._open or self._opened()
            with connection:
                connection.execute("BEGIN")
                yield connection
        except sqlite3.Error as error:
            self.close()
            raise StoreBroken(f"{self.path} cannot be used: {error}") from error

    def _opened(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreBroken(f"{self.path.parent} cannot be made: {error}") from error
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        with ExitStack() as undoing:
            undoing.callback(connection.close)
            self._settle(connection)
            undoing.pop_all()
        self._open = connection
        return connection

    def _settle(self, connection: sqlite3.Connection) -> None:
        layout = connection.execute("PRAGMA user_version").fetchone()[0]
        if layout > LAYOUT:
            raise StoreBroken(
                f"{self.path} was written by a newer Heatdesk (layout {layout}, this program "
                f"knows {LAYOUT}): open the project with that version"
            )
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may cost the last change; what is kept is whole all the same.
        connection.execute("PRAGMA synchronous = NORMAL")
        if layout == 0:
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                for statement in _TABLES:
                    connection.execute(statement)
        connection.execute(_LEARNED)


def _code(presence: Presence | None) -> int:
    return _NOT_NOTED if presence is None else _CODES[presence]


def _number(connection: sqlite3.Connection, device: str) -> int:
    connection.execute("INSERT OR IGNORE INTO device (name) VALUES (?)", (device,))
    found = connection.execute("SELECT id FROM device WHERE name = ?", (device,)).fetchone()
    return int(found[0])


def _pieces(
    changes: Sequence[tuple[int, int, int, int]], start_ms: int, end_ms: int
) -> Iterator[Piece]:
    """Turn changes into what held between them; a run's last one held until it was seen.

    Where the clock was set back two runs speak of one time: it is told once.
    """
    held = []
    for number, (run, at, code, seen) in enumerate(changes):
        follower = changes[number + 1] if number + 1 < len(changes) else None
        until = follower[1] if follower is not None and follower[0] == run else seen
        held.append((max(at, start_ms), min(until, end_ms), code))
    told_ms = start_ms
    for begin, end, code in sorted(held):
        begin_ms = max(begin, told_ms)
        if begin_ms < end and code in _PRESENCES:
            yield begin_ms, end, _PRESENCES[code]
            told_ms = end
