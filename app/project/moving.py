"""A project's databases carried to a server and back, row by row, and proved to be the same."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Table, func, insert, select, text

from app.database import Manner, open_database, shut, told
from app.databaseserver import DatabaseServer, ServerPlace
from app.errors import BadInput, StoreBroken
from app.ports import Clock
from app.project.databases import SCHEMAS, SERVER_PASSWORD, FolderDatabases, databases_of
from app.project.folder import ProjectFolder, ProjectMark, mark_text, read_mark, write_mark
from app.project.lock import acquire
from app.project.opening import utc_now
from app.project.pending import decide, settle, work_folder
from app.project.serverdatabases import ServerDatabases, State
from app.project.upgrade import Schema
from app.users.keyplaces import Keys
from app.users.secrets import open_secrets
from app.words import _

_COUNTER = text("SELECT pg_get_serial_sequence(:table, :column)")
_COUNT_ON = text("SELECT setval(CAST(:counter AS regclass), :next, false)")
AT_ONCE = 2_000  # rows carried together
_IN_PIECES = {"yield_per": AT_ONCE}
Step = Callable[[str, int], None]  # of which table, how many rows are there by now


@dataclass(frozen=True, slots=True)
class Carried:
    """One table as it arrived: its rows and the hash over all, the same on both sides."""

    table: str  # with its database: "config.device"
    rows: int
    sha256: str


class Cargo(Protocol):
    """What lies beside the databases and moves with them: the history."""

    def settle(self, folder: ProjectFolder, server: DatabaseServer, now: Clock) -> None:
        """Bring to the server what waits on this computer, before all moves back."""

    def to_server(
        self, folder: ProjectFolder, place: ServerPlace, target: Connection, step: "Step"
    ) -> list[Carried]:
        """Copy it to the server, in the caller's transaction; what arrived, proved equal."""

    def to_folder(
        self, folder: Path, place: ServerPlace, source: Connection, step: "Step"
    ) -> list[Carried]:
        """Copy it into files below ``folder``, in the caller's transaction."""

    def put_aside(self, folder: ProjectFolder, now: Clock) -> None:
        """Put files that are worth nothing any more into ``backups``."""


def carry(
    schema: Schema, source: Connection, target: Connection, step: Step = lambda _t, _n: None
) -> list[Carried]:
    """Copy all rows of one database and prove that they arrived; both transactions are open.

    Raises `StoreBroken` where what arrived is not what was sent.
    """
    arrived = []
    for table in schema.metadata.sorted_tables:
        name = f"{schema.name}.{table.name}"
        sent = _carry(table, source, target, partial(step, name))
        found = fingerprint(target, table)
        arrived.append(require_arrived(name, sent, found))
    return arrived


def require_arrived(table: str, sent: tuple[int, str], found: tuple[int, str]) -> Carried:
    """Return a table that arrived; `StoreBroken` where its rows are not those sent."""
    if sent != found:
        raise StoreBroken(
            _("{table}: {sent} rows were sent and {found} arrived, or not the same").format(
                table=table, sent=sent[0], found=found[0]
            )
        )
    return Carried(table, *found)


def fingerprint(connection: Connection, table: Table) -> tuple[int, str]:
    """Return how many rows a table has and a hash over them, the same on every engine."""
    digest, rows = hashlib.sha256(), 0
    for row in _rows(connection, table):
        digest.update(_line(row))
        rows += 1
    return rows, digest.hexdigest()


def _carry(
    table: Table, source: Connection, target: Connection, step: Callable[[int], None]
) -> tuple[int, str]:
    digest, rows = hashlib.sha256(), 0
    batch: list[Mapping[str, Any]] = []

    def put() -> None:
        if batch:
            target.execute(insert(table), batch)
            batch.clear()
            step(rows)

    for row in _rows(source, table):
        digest.update(_line(row))
        rows += 1
        batch.append(row)
        if len(batch) == AT_ONCE:
            put()
    put()
    _go_on_counting(table, target)
    return rows, digest.hexdigest()


def _rows(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """Yield all rows by their keys, in one order on every engine."""
    wanted = select(table).order_by(*table.primary_key.columns)
    with connection.execute(wanted, execution_options=_IN_PIECES) as result:
        for row in result.mappings():
            yield dict(row)


def _line(row: Mapping[str, Any]) -> bytes:
    said = {str(name): _said(value) for name, value in row.items()}
    return json.dumps(said, sort_keys=True, ensure_ascii=True).encode() + b"\n"


def _said(value: Any) -> Any:
    """Return a value as it is hashed: a moment by its text, a number by its exact form."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float):
        return value.hex()
    if isinstance(value, dict):
        return {str(key): _said(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_said(each) for each in value]
    return value


def _go_on_counting(table: Table, target: Connection) -> None:
    """Let the server number new rows behind those that were carried."""
    counted = table.autoincrement_column
    if target.dialect.name != "postgresql" or counted is None:
        return
    names = {"table": f'"{table.name}"', "column": counted.name}
    if (counter := target.scalar(_COUNTER, names)) is not None:
        newest = target.scalar(select(func.max(counted))) or 0
        target.execute(_COUNT_ON, {"counter": counter, "next": newest + 1})


def move_to_server(
    root: Path,
    place: ServerPlace,
    password: str,
    *,
    keys: Keys | None = None,
    now: Clock = utc_now,
    step: Step = lambda _table, _rows: None,
    cargo: Cargo | None = None,
) -> list[Carried]:
    """Carry the databases of a project from its folder to a server, or leave all as it was.

    The files are put aside into ``backups`` once the project lies on the server.

    Raises:
        BadInput: It lies on a server already, or the server holds another project.
        ProjectInUse: A core runs it.
        StoreBroken: Something cannot be read or written, or did not arrive as it was sent.
        SecretsLocked: No key opens the secrets, where the server's password will lie.
    """
    keys, folder = keys or Keys.of_this_machine(), ProjectFolder(root)
    with ExitStack() as ending:
        mark = _owned(root, keys, ending)
        if mark.server is not None:
            raise BadInput(_("{folder} lies on a server already").format(folder=root))
        store = open_secrets(folder.secrets, keys)
        files = FolderDatabases(folder)
        files.bring_up_to_date(now)
        server = DatabaseServer(place, password)
        ending.callback(server.close)
        databases = ServerDatabases(server, mark.id)
        databases.collect(ending)
        arrived: list[Carried] = []
        with databases.together() as there:
            databases.make(there)
            for schema in SCHEMAS:
                databases.enter(there, schema)
                with told(files.file(schema)), _reading(files, schema) as here:
                    arrived += carry(schema, here, there, step)
            if cargo is not None:
                arrived += cargo.to_server(folder, place, there, step)
        store.put(SERVER_PASSWORD, password)
        with told(folder.mark):
            write_mark(folder, mark.moved(place.fields()))
        with databases.together() as there:
            databases.say(there, State.LIVE)
        _put_aside(files, folder, now)
        if cargo is not None:
            cargo.put_aside(folder, now)
        return arrived


def move_to_folder(
    root: Path,
    *,
    keys: Keys | None = None,
    now: Clock = utc_now,
    step: Step = lambda _table, _rows: None,
    cargo: Cargo | None = None,
) -> list[Carried]:
    """Carry the databases of a project from its server back into its folder.

    What remains on the server says that it is worth nothing any more: no other
    workstation goes on with it. Raises what `move_to_server` raises.
    """
    keys, folder = keys or Keys.of_this_machine(), ProjectFolder(root)
    with ExitStack() as ending:
        mark = _owned(root, keys, ending)
        if mark.server is None:
            raise BadInput(_("{folder} holds its databases itself").format(folder=root))
        databases = databases_of(folder, mark, keys, ending)
        assert isinstance(databases, ServerDatabases)  # noqa: S101 - as its mark says
        databases.collect(ending)
        if cargo is not None:
            cargo.settle(folder, databases.server, now)
            cargo.put_aside(folder, now)  # a kill may have come before that was done
        staged = work_folder(folder) / "staged"
        with told(staged):
            staged.mkdir()
        with databases.together() as there:
            databases.require_ours(there, left=True)
            arrived = _to_files(databases, there, ProjectFolder(staged), cargo, step)
            databases.say(there, State.LEFT)
        with told(staged):
            (staged / folder.mark.name).write_text(mark_text(mark.moved(None)), "utf-8")
        decide(folder, staged)
        open_secrets(folder.secrets, keys).remove(SERVER_PASSWORD)
        return arrived


def copy_to_files(
    databases: ServerDatabases,
    mark: ProjectMark,
    into: ProjectFolder,
    cargo: Cargo,
    step: Step = lambda _table, _rows: None,
) -> list[Carried]:
    """Write a project's databases on a server, and its history, into files: all of one moment.

    The project stays where it is. Raises `StoreBroken`.
    """
    with databases.together() as there:
        databases.require_ours(there)
        arrived = _to_files(databases, there, into, cargo, step)
    with told(into.mark):
        into.mark.write_text(mark_text(mark.moved(None)), "utf-8")
    return arrived


def _to_files(
    databases: ServerDatabases,
    there: Connection,
    into: ProjectFolder,
    cargo: Cargo | None,
    step: Step,
) -> list[Carried]:
    arrived: list[Carried] = []
    for schema in SCHEMAS:
        databases.enter(there, schema)
        file = into.root / f"{schema.name}.sqlite"
        with told(file), _new_file(file, schema) as here:
            arrived += carry(schema, there, here, step)
    if cargo is not None:
        arrived += cargo.to_folder(into.history, databases.server.place, there, step)
    return arrived


def _owned(root: Path, keys: Keys, ending: ExitStack) -> ProjectMark:
    read_mark(root)
    lock = acquire(root, private=keys.private)
    ending.callback(lock.release)
    settle(ProjectFolder(root))
    return read_mark(root)


@contextmanager
def _reading(files: FolderDatabases, schema: Schema) -> Iterator[Connection]:
    engine = files.look(schema)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def _new_file(file: Path, schema: Schema) -> Iterator[Connection]:
    from app.project.migrating import migrate

    migrate(file, schema)
    engine = open_database(file, Manner.RARE)
    with engine.begin() as connection:
        yield connection
    shut(engine)


def _put_aside(files: FolderDatabases, folder: ProjectFolder, now: Clock) -> None:
    for schema in SCHEMAS:
        file = files.file(schema)
        aside = folder.backups / f"{now():%Y%m%dT%H%M%SZ}-{schema.name}-moved.sqlite"
        with told(file):
            file.replace(aside)
