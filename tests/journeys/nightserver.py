"""The part of the night at a database server: its password told, mistaken, and killed with."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

import psycopg
from psycopg import sql

from app.databaseserver import number_of
from tests.journeys.nightsecond import killed_while_one_waits
from tests.journeys.nightshift import AT_A_PASSWORD, AT_A_SERVER, Night
from tests.journeys.product import PROGRAM, environment, wait_for
from tests.journeys.smallsite import LOGIN
from tests.postgres import Postgres, serving

ROLE, OWN, ANOTHER = "night", "plant", "elsewhere"
TOLD, WRONG = "at the database server", "a wrong one at the database server"
TYPED, RAW = "typed into an address", "typed raw into an address"
WAITS_S = 60.0
OUTSIDE = tempfile.gettempdir()  # of the night, where only we may enter


@dataclass(frozen=True, slots=True)
class Server:
    """A real server, which writes down all it is told, and a role with a password there."""

    night: Night
    postgres: Postgres

    def address(self, database: str = OWN, word: str = "") -> str:
        """Return where a database lies, with a password in it as nobody should give it."""
        who = f"{ROLE}:{word}" if word else ROLE
        return f"postgresql://{who}@127.0.0.1:{self.postgres.port}/{database}"

    def make(self) -> None:
        """Let the role in by a secret of its own, and write down everything from now on."""
        word = self.night.vault.new(TOLD)
        with closing(self.postgres.connect()) as connection:
            made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            connection.execute(made.format(sql.Identifier(ROLE), sql.Literal(word)))
            for name in (OWN, ANOTHER):
                whose = sql.SQL("CREATE DATABASE {} TEMPLATE template0 OWNER {}")
                connection.execute(whose.format(sql.Identifier(name), sql.Identifier(ROLE)))
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("SELECT pg_reload_conf()")

    def keep_what_it_holds(self) -> None:
        """Put every row of it, and all it was told, among the files that are searched."""
        rows = list[str]()
        for database in (OWN, ANOTHER):
            with closing(self.postgres.connect(database)) as connection:
                for schema, table in _tables(connection):
                    asked = sql.SQL("SELECT * FROM {}").format(sql.Identifier(schema, table))
                    rows += [f"{table}: {row!r}" for row in connection.execute(asked)]
        out = self.night.out
        (out / "at the server.txt").write_text("\n".join(rows), encoding="utf-8")
        shutil.copy(self.postgres.folder / "log", out / "told the server.txt")

    @contextmanager
    def held_up(self) -> Iterator[None]:
        """Let nobody have a turn at the project's databases."""
        with closing(self.postgres.connect(OWN)) as connection:
            turn = number_of("heatdesk_config")
            connection.execute("SELECT pg_advisory_lock(%s)", (turn,))
            yield

    def somebody_waits(self) -> bool:
        """Whether somebody waits for that turn."""
        with closing(self.postgres.connect()) as connection:
            asked = "SELECT 1 FROM pg_stat_activity WHERE usename = %s AND wait_event = %s"
            return connection.execute(asked, (ROLE, "advisory")).fetchone() is not None


def at_a_server(night: Night) -> None:
    """Move the project to a server, use it there, and bring it back; each time with secrets."""
    night.vault.new(WRONG)
    with serving(within=OUTSIDE) as postgres:
        server = Server(night, postgres)
        server.make()
        passwords_in_addresses(server)
        refused(server)
        killed_on_the_way(server)
        moved(server)
        lived_there(server)
        brought_back(server)
        server.keep_what_it_holds()


def passwords_in_addresses(server: Server) -> None:
    """Write a password where none belongs: it is refused, and not said again."""
    night, port = server.night, server.postgres.port
    folder, who = night.site.folder, ("--user", LOGIN)
    word, raw = quote(night.vault.new(TYPED), safe=""), night.vault.new(RAW)
    for address in (
        server.address(word=word),
        server.address(word=raw),
        f"postgresql+psycopg://{ROLE}:{word}@127.0.0.1:{port}/{OWN}",
        f"{ROLE}:{word}@127.0.0.1:{port}/{OWN}",
        f"host=127.0.0.1 user={ROLE} password={word}",
        f"{server.address()}?password={word}",
        f"{server.address()}?schema={word}",
        f"{server.address()}?tls={word}",
        f"postgresql://{word}@127.0.0.1:{port}:{word}/{OWN}",
        f"postgresql://{ROLE}@[127.0.0.1{word}",
    ):
        night.run("database", "to", folder, address, *who, code=2)
    for address in (server.address(word=word), server.address(word=raw)):
        new = ["new", str(night.home / "never made"), "--server", address]
        night.say(new, 2, {"HEATDESK_PASSWORD_FILE": str(night.vault.file("engineer"))})
    night.not_ours(TYPED)
    night.not_ours(RAW)


def refused(server: Server) -> None:
    """Begin to move with a wrong password of either kind, and with faults of ours."""
    night, folder = server.night, server.night.site.folder
    file, run = night.vault.file, night.run
    to = ("database", "to", folder, server.address(), "--user", LOGIN)
    run(*to, "--database-password-file", file(WRONG), code=2)
    told = ("--database-password-file", file(TOLD))
    run(*to, *told, word="a wrong one of a request", code=3)
    for where in (AT_A_PASSWORD, AT_A_SERVER):
        night.crash(*to[:4], *told, after=0, word="engineer", where=where)


def killed_on_the_way(server: Server) -> None:
    """Kill the move while the server holds it up."""
    night = server.night
    given = ["database", "to", str(night.site.folder), server.address(), "--user", LOGIN]
    given += ["--database-password-file", str(night.vault.file(TOLD))]
    given += ["--password-file", str(night.vault.file("engineer"))]
    for sign in (getattr(signal, "SIGKILL"), signal.SIGABRT):  # noqa: B009 - mypy's Windows
        with (
            server.held_up(),
            subprocess.Popen(
                [*PROGRAM, *given], env=environment(night.home), cwd=night.home,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            ) as moving,
        ):  # fmt: skip
            wait_for(server.somebody_waits, WAITS_S)
            os.kill(moving.pid, sign)
            night.kept(moving.communicate(timeout=WAITS_S)[0])
        assert moving.returncode not in (0, None)


def moved(server: Server) -> None:
    """Move it, and make another project there: passwords in files, and at a terminal."""
    night, folder, file = server.night, server.night.site.folder, server.night.vault.file
    told = ("--database-password-file", file(TOLD))
    if os.name == "posix":
        right = {
            "Password": night.vault.new("engineer"),
            "Password at the database server": night.vault.new(TOLD),
        }
        night.type_at_a_terminal(
            "database", "to", folder, server.address(), "--user", LOGIN, answers=right
        )
        night.run("database", "back", folder, "--user", LOGIN)
    night.run("database", "to", folder, server.address(), *told, "--json", "--user", LOGIN)
    there = ("--server", server.address(ANOTHER))
    other = night.home / "elsewhere"
    night.run("new", other, *there, "--database-password-file", file(WRONG), code=2)
    night.run("new", other, *there, *told, "--user", "lund")


def lived_there(server: Server) -> None:
    """Run it there, killed and found again; the server dies, and changes its password."""
    night, folder, who = server.night, server.night.site.folder, ("--user", LOGIN)
    for sign in (getattr(signal, "SIGKILL"), signal.SIGABRT):  # noqa: B009 - mypy's Windows
        night.begin_core()
        killed_while_one_waits(night, sign)
    night.begin_core()
    with night.site.joined() as joined:
        server.postgres.stop("kill")
        wait_for(lambda: "does not serve" in night.site.log(), WAITS_S)
        (night.out / "server gone.txt").write_text(
            repr(joined.ask(joined.asked.plant.troubles(joined.viewer))), encoding="utf-8"
        )
        server.postgres.start()
        wait_for(lambda: "answers again" in night.site.log(), WAITS_S)
    night.run("audit", folder, "--out", night.out / "audit there.csv", *who)
    night.run("hardening", folder, "--json", *who)
    night.site.stop_core()
    night.say(["check", str(folder)], 0)
    _let_in_by(server, WRONG)
    night.run("devices", folder, *who, code=2)
    night.say(["check", str(folder)], 2)
    _let_in_by(server, TOLD)


def _let_in_by(server: Server, name: str) -> None:
    """Let the role in by another password from now on."""
    with closing(server.postgres.connect()) as connection:
        connection.execute("SET log_statement = 'none'")  # this one is ours
        word = sql.Literal(server.night.vault.new(name))
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(ROLE), word)
        )


def brought_back(server: Server) -> None:
    """Bring it back into its folder."""
    night, folder, who = server.night, server.night.site.folder, ("--user", LOGIN)
    night.crash("database", "back", folder, after=0, word="engineer")
    night.crash("database", "back", folder, after=2, word="engineer", where=AT_A_SERVER)
    night.run("database", "back", folder, *who, word="a wrong one of a request", code=3)
    night.run("database", "back", folder, *who)
    night.run("database", "status", folder, "--json")


def _tables(connection: psycopg.Connection[tuple[object, ...]]) -> list[tuple[str, str]]:
    asked = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname LIKE 'heatdesk%'"
    return [(str(schema), str(table)) for schema, table in connection.execute(asked)]
