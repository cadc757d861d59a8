"""A night on which secrets go through every door of the product: commands and the channel."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import typer
from typer.core import TyperGroup

from app.cli.main import build
from app.compose.joining import join
from app.errors import BadInput, CoreLost, NotPermitted
from app.model.person import Person
from app.model.rights import Locked
from app.project.customers import CUSTOMER_KEY
from app.project.lock import read_owner
from app.project.opening import AUDIT_KEY, open_project
from app.users.door import REFUSED, WINDOW
from tests.journeys.leaks import Processes, Typist, Vault
from tests.journeys.product import PROGRAM, environment, wait_for
from tests.journeys.smallsite import LOGIN, PASSWORD, Site
from tests.secretsearch import Secret

# Whatever kind of line there will be: each of them keeps what it must not tell in the store.
OF_LINES = ("gateway password", "TLS key passphrase", "token of a partner", "broker password")
# What is told a password fails as nobody foresaw, while it lies in every frame.
AT_A_PASSWORD, AT_A_SERVER = "argon2:PasswordHasher.verify", "psycopg:connect"
_POISON = """
import sys
from functools import reduce
from importlib import import_module
from app.__main__ import main
left, where = int(sys.argv.pop(1)), sys.argv.pop(1)
module, _colon, path = where.partition(":")
*owners, name = path.split(".")
owner = reduce(getattr, owners, import_module(module))
right = getattr(owner, name)
def wrong(*given, **named):
    global left
    left -= 1
    if left < 0:
        raise RuntimeError("nobody foresaw this")
    return right(*given, **named)
setattr(owner, name, wrong)
sys.argv[0] = "heatdesk"
raise SystemExit(main())
"""


def files_with_a_secret() -> set[str]:
    """Return every option of a command that names a file with a password or the like."""
    program = typer.main.get_command(build())
    assert isinstance(program, TyperGroup)
    return _files_of(program, "")


def _files_of(program: TyperGroup, ahead: str) -> set[str]:
    found = set[str]()
    for name, command in program.commands.items():
        if isinstance(command, TyperGroup):
            found |= _files_of(command, f"{ahead}{name} ")
        for each in command.params:
            option = max(each.opts, key=len)
            if option.startswith("--") and option.endswith("-file"):
                found.add(f"{ahead}{name} {option}")
    return found


@dataclass(slots=True)
class Night:
    """Where all lies, and what was done so far."""

    home: Path
    site: Site
    vault: Vault
    processes: Processes = field(default_factory=Processes)
    typist: Typist = field(default_factory=Typist)
    ran: set[str] = field(default_factory=set)
    outputs: int = 0

    @property
    def out(self) -> Path:
        """Where exports go, and what commands said."""
        made = self.home / "exports"
        made.mkdir(exist_ok=True)
        return made

    def run(
        self, command: str, *arguments: object, word: str = "engineer", code: int = 0
    ) -> None:
        """Run a command with a password in a file, and keep what it says.

        A part of a command is named with it: "history stats".
        """
        words = command.split()
        given = [*words, *map(str, arguments), "--password-file", str(self.vault.file(word))]
        self.say(given, code)
        self.ran |= {f"{command} {each}" for each in given if each.startswith("--")}

    def say(
        self,
        arguments: list[str],
        code: int,
        more: dict[str, str] | None = None,
        program: tuple[str, ...] = PROGRAM,
    ) -> str:
        """Run a command line to its end, keep what it says and return it."""
        done = subprocess.run(
            [*program, *arguments], env=environment(self.home) | (more or {}), cwd=self.home,
            capture_output=True, timeout=180, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self.kept(done.stdout + done.stderr)
        assert done.returncode == code, (arguments[0], done.returncode, done.stderr)
        return done.stdout.decode("utf-8")

    def kept(self, said: bytes) -> None:
        """Keep what a terminal showed."""
        self.outputs += 1
        (self.out / f"terminal-{self.outputs}.txt").write_bytes(said)

    def told(self, command: str, *arguments: object, word: str = "engineer") -> str:
        """Run a command that goes well, and return what it says."""
        file = str(self.vault.file(word))
        return self.say([command, *map(str, arguments), "--password-file", file], 0)

    def type_at_a_terminal(self, *arguments: object, answers: Mapping[str, str]) -> None:
        """Type secrets where a command asks for them, and keep all the terminal shows."""
        import pty  # not on Windows

        ours, theirs = getattr(pty, "openpty")()  # noqa: B009 - unknown to mypy's Windows
        with subprocess.Popen(
            [*PROGRAM, *map(str, arguments)], stdin=theirs, stdout=theirs, stderr=theirs,
            env=environment(self.home), cwd=self.home,
        ) as asking:  # fmt: skip
            os.close(theirs)
            seen, asked = b"", set[str]()
            with suppress(OSError):  # the other side is gone
                while chunk := os.read(ours, 4096):
                    seen += chunk
                    for question, word in answers.items():
                        if seen.endswith(f"{question}: ".encode()):
                            os.write(ours, word.encode() + b"\n")
                            seen += b"|"
                            asked.add(question)
            os.close(ours)
            assert asking.wait(60) == 0, seen
        assert asked == set(answers), seen
        self.kept(seen)

    def not_ours(self, name: str) -> None:
        """Leave out of what processes were called what we put there ourselves."""
        self.processes.ours.add(self.vault.secrets[name].core)

    def note_token(self) -> None:
        """Look for the token of the core that runs now; it lies in one file by design."""
        owner = read_owner(self.site.folder)
        assert owner is not None
        name = f"channel token {owner.port}"
        self.vault.keep(name, owner.token())
        self.vault.allowed[name] = Path(owner.token_file)

    def stock(self) -> None:
        """Put the secrets of lines into the store, and look for its own keys as well."""
        with closing(open_project(self.site.folder)) as project:
            for name in OF_LINES:
                project.secrets.put(name, self.vault.new(name))
            key = "5f3c9d0e" + "a17b24c8" * 3
            project.secrets.put(
                "AES key of a meter", self.vault.keep("AES key of a meter", key)
            )
            self.vault.keep("audit key", project.secrets.get(AUDIT_KEY))
        for file in (self.home / "data").rglob("*.key"):
            name, key = f"key of a store {file.name}", file.read_text("utf-8").strip()
            self.vault.keep(name, base64.b64decode(key).hex())
            self.vault.allowed[name] = file

    def people(self) -> None:
        """Let people in, with right, wrong, weak and forbidden passwords, by the channel."""
        new, pin = self.vault.new, self.vault.pin
        with self.site.joined() as admin:
            people, session, viewer = admin.asked.people, admin.asked.session, admin.viewer
            add = people.add_person
            admin.ask(add(viewer, Person("ida", "Ida Holm", "full"), new("Ida’s first")))
            admin.ask(people.set_password(viewer, "ida", new("Ida’s")))
            basic = Person("ole", "Ole Vagt", "basic")
            admin.ask(add(viewer, basic, new("Ole’s")))
            weak = self.vault.keep("one that is too short", "Zq7-Kw9x")
            for attempt in (
                add(viewer, Person("per", "Per Bo", "basic"), weak),
                people.set_password(viewer, "nobody", new("for nobody")),
                people.change_own_password(viewer, new("a wrong old one"), new("a new one")),
                session.unlock(viewer, new("a wrong one at the lock")),
            ):
                with suppress(BadInput, NotPermitted):
                    raise AssertionError(admin.ask(attempt))
            admin.ask(session.set_pin(viewer, PASSWORD, pin("a PIN by the channel")))
            admin.ask(session.lock(viewer, Locked.DESK))
            with suppress(NotPermitted):
                admin.ask(session.unlock_by_pin(viewer, pin("a wrong PIN")))
            admin.ask(session.unlock_by_pin(viewer, pin("a PIN by the channel")))
        with join(self.site.folder, "ida", new("Ida’s")) as ida:
            own = ida.asked.people.change_own_password
            ida.ask(own(ida.viewer, new("Ida’s"), new("Ida’s own")))
            forbidden = ida.asked.people.set_password(ida.viewer, LOGIN, new("forbidden"))
            with suppress(NotPermitted):
                raise AssertionError(ida.ask(forbidden))

    def killed_at_work(self, sign: signal.Signals) -> None:
        """End the core with force while passwords are changed, again and again."""
        with self.site.joined() as admin:
            work = [
                admin.submit(
                    admin.asked.people.set_password(
                        admin.viewer, "ida", self.vault.new(f"changed {number}")
                    )
                )
                for number in range(8)
            ]
            work[0].result(30)
            os.kill(self.site.core_pid(), sign)
            for each in work:
                with suppress(CoreLost):
                    each.result(30)
        self.site.stop_core()

    def samples(self, folder: Path) -> None:
        """Take samples out and bring them in again, by wrong passwords and the right one."""
        run, who = self.run, ("--user", LOGIN)
        self.vault.new("a wrong one of the history")
        run("history stats", folder, "--json", *who, word="a wrong one of the history", code=3)
        run("history stats", folder, "--json", *who)
        for end in ("csv", "parquet"):
            file = self.out / f"samples.{end}"
            run("history export", folder, "--out", file, *who)
            run("history import", folder, file, "--dry-run", "--json", *who)

    def wait_for_the_brake(self) -> None:
        """Wait until no wrong password of ours is counted any more."""
        with self.site.joined() as joined:
            entries, viewer = joined.asked.audit.entries, joined.viewer

            def forgotten() -> bool:
                since = datetime.now(UTC) - WINDOW
                newest = joined.ask(entries(viewer, 50))
                return all(each.at < since or each.result != REFUSED for each in newest)

            wait_for(forgotten, 2 * WINDOW.total_seconds(), step_s=1.0)

    def begin_core(self) -> None:
        """Run a core again, and look for its token as well."""
        self.site.start_core()
        self.note_token()

    def crash(
        self, *arguments: object, after: int, word: str, where: str = AT_A_PASSWORD
    ) -> None:
        """Let a command fail in the middle of looking at a password."""
        given = [str(after), where, *map(str, arguments), "--user", LOGIN]
        given += ["--password-file", str(self.vault.file(word))]
        self.say(given, 1, program=(sys.executable, "-c", _POISON))

    def office_and_laptop(self) -> None:
        """Make a project elsewhere, pack it, carry it over: each step with its secrets."""
        laptop, package = self.home / "laptop", self.home / "exports" / "laptop.heatdesk"
        new, run = self.vault.new, self.run
        self.vault.keep("a weak one of a command", "Xk4-Pw2z")
        for name in ("lund’s", "lund’s recovered", "the passphrase", "a wrong passphrase"):
            new(name)
        run("new", laptop, "--user", "lund", word="a weak one of a command", code=2)
        run("new", laptop, "--user", "lund", word="lund’s")
        run("recover", laptop, "--user", "lund", word="lund’s recovered")
        phrase = ("--passphrase-file", self.vault.file("the passphrase"))
        run("pack", laptop, "--out", package, *phrase, word="lund’s recovered")
        new("a wrong one of a command")
        run("pack", laptop, "--out", package, *phrase, word="a wrong one of a command", code=3)
        run("devices", laptop, word="a wrong one of a command", code=3)
        wrong = ("--passphrase-file", self.vault.file("a wrong passphrase"))
        folder, who = self.site.folder, ("--user", LOGIN)
        run("import", folder, package, "--diff", *wrong, *who, code=2)
        run("import", folder, package, "--diff", "--json", *phrase, *who)
        run("import", folder, package, "--conflicts", "here", *phrase, *who)

    def round_of_commands(self, device: str) -> None:
        """Use every other command that takes a password, and every export."""
        run, folder, who = self.run, self.site.folder, ("--user", LOGIN)
        run("devices", folder, "--json", *who)
        run("read", folder, device, "--json", *who)
        run("write", folder, device, "c1_room_comfort", "20.5", "--yes", *who)
        for end in ("pdf", "xlsx", "csv"):
            report = ("report", "commissioning", folder, "--out", self.out / f"report.{end}")
            run(*map(str, report), "--devices", device, *who)
        run("hardening", folder, "--pdf", self.out / "hardening.pdf", *who)
        contract = ("--meter", device, "--since", "2026-01-01")
        run("customers", folder, "--add", "Grete Bo", *contract, *who)
        run("customers", folder, "--json", *who)
        run("statements", folder, "--json", *who)
        self.samples(folder)
        for end in ("csv", "xlsx"):
            run("audit", folder, "--out", self.out / f"audit.{end}", *who)
        run("audit", folder, "--verify", *who)
        run("audit", folder, "--limit-mb", "900", "--json", *who)
        run("shot", "people", folder, "--out", self.out / "people.png", *who)
        named = {"HEATDESK_PASSWORD_FILE": str(self.vault.file("engineer"))}
        self.say(["devices", str(folder), "--user", LOGIN], 0, named)
        if os.name == "posix":
            self.type_at_a_terminal(
                "devices", folder, *who, answers={"Password": self.vault.new("engineer")}
            )
        run("devices", folder, "--user", self.vault.new("typed as a login"), code=3)
        self.not_ours("typed as a login")


def memory_to_files() -> None:
    """Let processes that die leave their memory in a file, where the system does that."""
    if sys.platform != "win32":
        import resource

        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def engineer(vault: Vault) -> None:
    """Look for the engineer's own password, too."""
    vault.secrets["engineer"] = Secret("engineer", PASSWORD)


def customer_key(site: Site, vault: Vault) -> None:
    """Look for the key that seals residents, which is made with the first of them."""
    with closing(open_project(site.folder)) as project:
        vault.keep("key of residents", project.secrets.get(CUSTOMER_KEY))
