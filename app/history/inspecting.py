"""Looks through every block of a history file: what is damaged, and where."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from app.database import read_only
from app.errors import StoreBroken
from app.history.codec import Codec
from app.history.dayrows import NO_CHUNK
from app.history.latestvalues import SEALED_AS
from app.history.places import Places
from app.history.schema import FAST, LAYOUT, QUARTER, Stream
from app.history.series import seal_of
from app.words import _, ngettext

_FILE = re.compile(r"(fast|\d{4})\.sqlite")
_AT_ONCE = 500  # rows opened together
_Row = tuple[int, int, int, int, bytes]  # owner, slot, slots covered, samples, packed


def history_files(folder: Path) -> list[Path]:
    """Return the files that samples lie in, by name; what waits for a server, too."""
    return [file for file in sorted(folder.rglob("*.sqlite")) if _FILE.fullmatch(file.name)]


def stream_of(file: Path) -> Stream:
    """Return whose samples a file holds, by its name."""
    return FAST if file.name.startswith("fast") else QUARTER


def faults_of_file(file: Path) -> Iterator[str]:
    """Yield what is damaged in a history file, a sentence each; nothing for a whole one.

    Every block is opened and compared with its seal and with the count beside it; the
    file is not changed. Damage that SQLite itself sees is told by `health_of`.
    """
    stream = stream_of(file)
    try:
        with closing(read_only(file)) as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            if not tables:
                return  # it was only begun
            found = connection.execute("SELECT version FROM layout").fetchone()
            if found is None or found[0] > LAYOUT:
                yield _("{file}: it is of a newer Heatdesk").format(file=file)
                return
            yield from _names(file, connection)
            for table, (question, counted) in _questions(stream).items():
                if table not in tables:
                    continue
                damaged = _damaged(connection, question, stream, counted=counted)
                if damaged:
                    yield ngettext(
                        "{file}: {count} block of its table {table} is damaged",
                        "{file}: {count} blocks of its table {table} are damaged",
                        damaged,
                    ).format(file=file, count=damaged, table=table)
    except (sqlite3.Error, IndexError, TypeError, UnicodeDecodeError) as error:
        yield _("{file} cannot be looked through: {error}").format(file=file, error=error)


def _questions(stream: Stream) -> dict[str, tuple[str, bool]]:
    """Return what is asked of each table with blocks, and whether samples are counted."""
    batches, chunks = stream.batches.name, stream.chunks.name
    lying = "SELECT series, slot, slots, samples, packed FROM"
    asked = {
        # Our own tables and numbers.
        batches: (f"SELECT grp, slot, 1, samples, packed FROM {batches}", True),  # noqa: S608
        chunks: (f"{lying} {chunks}", False),  # a late one counts but what it adds
        "newest": (f"SELECT grp, slot, {SEALED_AS}, 0, packed FROM newest", False),  # noqa: S608
    }
    if stream.figures:
        asked["outline"] = f"{lying} outline", False
        asked["day"] = (
            f"SELECT grp, slot, {NO_CHUNK}, 0, packed FROM day WHERE packed <> x''",  # noqa: S608
            False,
        )
    return asked


def _names(file: Path, connection: sqlite3.Connection) -> Iterator[str]:
    for number, point, seal in connection.execute("SELECT id, point, seal FROM series"):
        if not isinstance(point, str) or seal != seal_of(point, number):
            said = _("{file}: the name of point {point} does not fit its seal")
            yield said.format(file=file, point=number)


def _damaged(
    connection: sqlite3.Connection, question: str, stream: Stream, *, counted: bool
) -> int:
    """Return how many blocks of a table cannot be opened."""
    codec, damaged = Codec(), 0
    rows = connection.execute(question)
    while some := rows.fetchmany(_AT_ONCE):
        if not _whole(codec, some, stream, counted=counted):
            damaged += sum(not _whole(codec, [row], stream, counted=counted) for row in some)
    return damaged


def _whole(codec: Codec, rows: Sequence[_Row], stream: Stream, *, counted: bool) -> bool:
    owners, slots, covered, samples, packed = zip(*rows, strict=True)
    try:
        places = Places.of(owners, slots, stream.slot_ms, covered)
        if not counted:
            codec.opened(packed, places)
            return True
        return len(codec.unpack(packed, places)) == int(sum(samples))
    except (StoreBroken, ValueError, TypeError):
        return False
