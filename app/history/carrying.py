"""A history carried to a server and back, row by row, and proved to be the same."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import BigInteger, Integer, LargeBinary, SmallInteger, Table, Text
from sqlalchemy import Connection as AnyConnection

from app.database import told
from app.databaseserver import DatabaseServer, ServerPlace
from app.errors import StoreBroken
from app.history.bufferedhistory import WAITING, BufferedHistory
from app.history.schema import FAST, QUARTER, Stream, server_tables
from app.history.serverplace import make_tables
from app.history.sqlitefile import SqliteFile
from app.history.store import EmbeddedHistory
from app.ports import Clock
from app.project.folder import ProjectFolder
from app.project.moving import AT_ONCE, Carried, Step, require_arrived

ASIDE = "history-moved"  # how the folder is called that files are put aside into
_FILE = re.compile(r"(fast|\d{4})\.sqlite")
_KINDS = {Text: "text", LargeBinary: "bytea", SmallInteger: "int2", Integer: "int4"}
_Row = Sequence[Any]
_Server = psycopg.Connection[Any]


class HistoryCargo:
    """`app.project.moving.Cargo`: the history goes with the databases, whole or not at all."""

    def settle(self, folder: ProjectFolder, server: DatabaseServer, now: Clock) -> None:
        """Bring to the server what waits on this computer, before all moves back."""
        waiting = EmbeddedHistory(folder.history / WAITING)
        with closing(BufferedHistory(server, waiting)) as store:
            while store.trouble:
                if not store.compact(now(), lambda: True) and server.trouble:
                    raise StoreBroken(server.trouble)

    def to_server(
        self, folder: ProjectFolder, place: ServerPlace, target: AnyConnection, step: Step
    ) -> list[Carried]:
        """Copy every file into a schema of its own, in the caller's transaction."""
        raw, arrived = _driver(target), list[Carried]()
        for file in _files(folder.history):
            stream, schema = _stream(file.stem), place.part(_part(file.stem))
            source = SqliteFile(file, stream)
            with closing(source), source.reading() as reader:
                if reader is None:
                    continue
                make_tables(raw, schema, stream)
                for table in _tables(stream):
                    held = _Held(table, file.stem)
                    rows = reader.connection.execute(held.ordered(table.name))
                    sent = _copied_in(raw, held, schema, rows, step)
                    arrived.append(_proved(held, sent, _there(raw, held, schema)))
        return arrived

    def to_folder(
        self, folder: Path, place: ServerPlace, source: AnyConnection, step: Step
    ) -> list[Carried]:
        """Copy every schema into a file below ``folder``, in the caller's transaction."""
        raw, arrived = _driver(source), list[Carried]()
        for stem, schema in _schemas(raw, place):
            stream = _stream(stem)
            target = SqliteFile(folder / f"{stem}.sqlite", stream)
            with closing(target), target.writing() as connection:
                for table in _tables(stream):
                    held = _Held(table, stem)
                    sent = _Proof()
                    for number, row in enumerate(_there(raw, held, schema), 1):
                        sent.add(held, row)
                        connection.execute(held.insertion, held.numbered(row, number))
                        if number % AT_ONCE == 0:
                            step(held.name, number)
                    rows = connection.execute(held.ordered(table.name))
                    arrived.append(_proved(held, sent, rows))
        return arrived

    def put_aside(self, folder: ProjectFolder, now: Clock) -> None:
        """Put files that are worth nothing any more into ``backups``."""
        aside = folder.backups / f"{now():%Y%m%dT%H%M%SZ}-{ASIDE}"
        for file in _files(folder.history):
            with told(file):
                aside.mkdir(parents=True, exist_ok=True)
                for each in sorted(folder.history.glob(f"{file.name}*")):
                    each.replace(aside / each.name)


@dataclass(frozen=True, slots=True)
class _Held:
    """A table on its way: what is read of it, and in which order."""

    table: Table
    where: str  # whose file: "2026"
    name: str = field(init=False)
    columns: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"history.{self.where}.{self.table.name}")
        object.__setattr__(self, "columns", tuple(each.name for each in self.table.columns))

    def ordered(self, place: str) -> str:
        """Return the question for all rows by their keys, the same order everywhere."""
        keys = ", ".join(each.name for each in self.table.primary_key.columns)
        return f"SELECT {', '.join(self.columns)} FROM {place} ORDER BY {keys}"  # noqa: S608 - our own

    @property
    def insertion(self) -> str:
        """Return the statement that puts a row into a file."""
        asked = ", ".join("?" * len(self.columns))
        return f"INSERT INTO {self.table.name} ({', '.join(self.columns)}) VALUES ({asked})"  # noqa: S608

    @property
    def kinds(self) -> list[str]:
        """Return what the server calls the kinds of the columns."""
        return [_kind(each.type) for each in self.table.columns]

    def numbered(self, row: _Row, number: int) -> _Row:
        """Return a row as a file takes it, where ids of batches are unique among all."""
        if "id" not in self.columns or "grp" not in self.columns:
            return row
        at = self.columns.index("id")
        return (*row[:at], number, *row[at + 1 :])

    def said(self, row: _Row) -> Iterator[bytes]:
        """Yield what is hashed of a row; an id of a batch is but its place in the order."""
        for name, value in zip(self.columns, row, strict=True):
            if name == "id" and "grp" in self.columns:
                continue
            if isinstance(value, bytes):
                yield b"%d:" % len(value)
                yield value
            else:
                yield f"{value}\n".encode()


class _Proof:
    """Counts and hashes rows as they go by."""

    def __init__(self) -> None:
        self.rows, self._digest = 0, hashlib.sha256()

    def add(self, held: _Held, row: _Row) -> None:
        self.rows += 1
        for piece in held.said(row):
            self._digest.update(piece)

    def told(self) -> tuple[int, str]:
        return self.rows, self._digest.hexdigest()


def _proved(held: _Held, sent: _Proof, arrived: Iterable[_Row]) -> Carried:
    """Return the table as it arrived; `StoreBroken` where that is not as it was sent."""
    found = _Proof()
    for row in arrived:
        found.add(held, row)
    return require_arrived(held.name, sent.told(), found.told())


def _copied_in(
    raw: _Server, held: _Held, schema: str, rows: Iterable[_Row], step: Step
) -> _Proof:
    sent = _Proof()
    into = f'COPY "{schema}".{held.table.name} ({", ".join(held.columns)})'
    with (
        raw.cursor() as cursor,
        cursor.copy(f"{into} FROM STDIN (FORMAT BINARY)".encode()) as copy,
    ):
        copy.set_types(held.kinds)
        for row in rows:
            sent.add(held, row)
            copy.write_row(row)
            if sent.rows % AT_ONCE == 0:
                step(held.name, sent.rows)
    return sent


def _there(raw: _Server, held: _Held, schema: str) -> Iterator[_Row]:
    """Yield a table's rows on the server, in pieces: a year of a large plant is gigabytes."""
    with raw.cursor("heatdesk_carried") as cursor:
        cursor.itersize = 512
        question = held.ordered(f'"{schema}".{held.table.name}')
        yield from cursor.execute(question.encode(), binary=True)


def _driver(connection: AnyConnection) -> _Server:
    raw = connection.connection.driver_connection
    assert isinstance(raw, psycopg.Connection)  # noqa: S101 - of a server's engine
    return raw


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.sqlite")) if _FILE.fullmatch(file.name)]


def _stream(stem: str) -> Stream:
    return FAST if stem == "fast" else QUARTER


def _part(stem: str) -> str:
    return stem if stem == "fast" else f"y{stem}"


def _schemas(raw: _Server, place: ServerPlace) -> list[tuple[str, str]]:
    """Return each schema of the history, and how its file is called."""
    rows = raw.execute("SELECT nspname FROM pg_namespace ORDER BY nspname").fetchall()
    prefix = re.escape(place.part(""))
    named = [(re.fullmatch(rf"{prefix}(?:y(\d{{4}})|(fast))", row[0]), row[0]) for row in rows]
    return [(found[1] or found[2], name) for found, name in named if found]


def _tables(stream: Stream) -> list[Table]:
    return [table for table in server_tables(stream) if table.name != "layout"]


def _kind(kind: object) -> str:
    if isinstance(kind, BigInteger):
        return "int8"
    return next(name for type_, name in _KINDS.items() if isinstance(kind, type_))
