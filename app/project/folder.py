"""Where everything of a project lies, and the one file that says it is a project."""

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from app.clipped import quoted
from app.errors import BadInput, StoreBroken
from app.users.privatefile import replace_file
from app.words import _

# Of the folder as a whole; each database has a revision of its own besides.
FORMAT = 1
ON_A_SERVER = 2  # its databases lie on a server: programs that know none refuse it

_TEXT = """\
# This folder is a Heatdesk project. Please open it with Heatdesk and change nothing here.
format = {format}
id = "{id}"
created_at = {created_at}
program = "{program}"  # the version of Heatdesk that made it
"""
_SERVER = """
# Where its databases lie; the password is among the secrets.
[server]
"""


@dataclass(frozen=True, slots=True)
class ProjectFolder:
    """The places of a project; nothing here touches the disk."""

    root: Path

    @property
    def mark(self) -> Path:
        """The file that makes the folder a project."""
        return self.root / "project.toml"

    @property
    def config(self) -> Path:
        """Configuration, accounts and the list of documents."""
        return self.root / "config.sqlite"

    @property
    def journal(self) -> Path:
        """What the plant did: alarms."""
        return self.root / "journal.sqlite"

    @property
    def audit(self) -> Path:
        """What people did, hash-chained."""
        return self.root / "audit.sqlite"

    @property
    def audit_head(self) -> Path:
        """The signed end of the audit, kept apart from its entries."""
        return self.root / "audit.head"

    @property
    def secrets(self) -> Path:
        """The sealed passwords and keys."""
        return self.root / "secrets.bin"

    @property
    def lock(self) -> Path:
        """Which core owns the project now."""
        return self.root / "lock"

    @property
    def history(self) -> Path:
        """Stored samples."""
        return self.root / "history"

    @property
    def documents(self) -> Path:
        """Files kept with devices."""
        return self.root / "documents"

    @property
    def profiles(self) -> Path:
        """Device profiles of this project's own."""
        return self.root / "profiles"

    @property
    def diagrams(self) -> Path:
        """Diagrams of this project's own."""
        return self.root / "diagrams"

    @property
    def logs(self) -> Path:
        """The program's log files."""
        return self.root / "logs"

    @property
    def backups(self) -> Path:
        """Copies made before a database is brought up to date."""
        return self.root / "backups"

    @property
    def handovers(self) -> Path:
        """The audits of laptops whose projects were brought in, as they were."""
        return self.root / "handovers"

    def sub_folders(self) -> tuple[Path, ...]:
        """Return the folders inside, empty ones of a new project included."""
        return (
            self.history,
            self.documents,
            self.profiles,
            self.diagrams,
            self.logs,
            self.backups,
        )

    def make_folders(self) -> None:
        """Make the sub-folders that are missing; a copied project may have lost empty ones.

        Raises `StoreBroken` where something else is in a folder's place.
        """
        # A folder is looked for by every command; databases not even by every second one.
        from app.database import told

        for folder in self.sub_folders():
            if folder.is_file():
                raise StoreBroken(f"{folder} is a file, where a folder must be")
            with told(folder):
                folder.mkdir(parents=True, exist_ok=True)


def require_outside(project: Path, place: Path, but: Path | None = None) -> None:
    """Raise `BadInput` for a place in a project's folder, also by a link.

    What is made of a project would be made of itself. ``but``: a folder of it that will do.
    """
    real, inside = (Path(os.path.realpath(each)) for each in (place, project))
    if but is not None and real.is_relative_to(os.path.realpath(but)):
        return
    if real.is_relative_to(inside):
        said = _("{place} lies in the project’s own folder: choose another")
        raise BadInput(said.format(place=place))


@dataclass(frozen=True, slots=True)
class ProjectMark:
    """What ``project.toml`` says."""

    format: int
    id: UUID
    created_at: datetime
    program: str
    server: Mapping[str, str | int] | None = None  # where the databases lie, if not in here

    def moved(self, server: Mapping[str, str | int] | None) -> "ProjectMark":
        """Return the mark of the same project with its databases on a server, or in here."""
        return replace(self, server=server, format=FORMAT if server is None else ON_A_SERVER)


def is_project(root: Path) -> bool:
    """Whether ``root`` says of itself that it is a project, of whatever format."""
    return ProjectFolder(root).mark.is_file()


def write_mark(folder: ProjectFolder, mark: ProjectMark) -> None:
    """Make the folder a project; raises `OSError`."""
    replace_file(folder.mark, mark_text(mark).encode())


def mark_text(mark: ProjectMark) -> str:
    """Return what the file says."""
    text = _TEXT.format(
        format=mark.format,
        id=mark.id,
        created_at=mark.created_at.isoformat(timespec="seconds"),
        program=mark.program,
    )
    if mark.server is None:
        return text
    lines = (f"{name} = {json.dumps(value)}\n" for name, value in mark.server.items())
    return f"{text}{_SERVER}{''.join(lines)}"


def read_mark(root: Path) -> ProjectMark:
    """Return what the folder says of itself, without opening a database.

    Raises `BadInput` when the folder is no project, when its mark cannot be read,
    and when a newer program made it.
    """
    file = ProjectFolder(root).mark
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{root} is no Heatdesk project: it holds no project.toml") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"{file}: {error}") from error
    mark = _mark_of(content, file)
    if mark.format > ON_A_SERVER:
        raise BadInput(
            f"{root} was made by a newer Heatdesk ({mark.program}, project format "
            f"{mark.format}; this program knows {ON_A_SERVER}): open it with that version"
        )
    return mark


def _mark_of(content: Mapping[str, object], file: Path) -> ProjectMark:
    number, identity = content.get("format"), content.get("id")
    created_at = content.get("created_at")
    if type(number) is not int or number < 1:
        raise BadInput(f"{file}: format must be a whole number from 1 up")
    if not isinstance(created_at, datetime) or created_at.tzinfo is None:
        raise BadInput(f"{file}: created_at must be a date and time with its zone")
    server = content.get("server")
    if (server is not None and not isinstance(server, dict)) or (
        (number == ON_A_SERVER) is (server is None)
    ):
        raise BadInput(f"{file}: a project of format {ON_A_SERVER} has a table [server]")
    program = str(content.get("program", ""))
    try:
        return ProjectMark(number, UUID(str(identity)), created_at, program, server)
    except ValueError:
        raise BadInput(f"{file}: id is no project identity: {quoted(identity)}") from None
