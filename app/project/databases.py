"""Where a project's three databases lie, in its folder or on a server, and how they open."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Engine

from app.database import Manner, health_of, look_at, open_database, recover, shut
from app.errors import BadInput, StoreBroken
from app.ports import Clock
from app.project.folder import ProjectFolder, ProjectMark, read_mark
from app.project.upgrade import (
    AUDIT,
    CONFIG,
    JOURNAL,
    Schema,
    bring_up_to_date,
    require_known,
)
from app.project.wayback import way_back
from app.users.keyplaces import Keys
from app.users.secrets import open_secrets
from app.words import _

if TYPE_CHECKING:
    from app.databaseserver import DatabaseServer  # loads a driver that few projects need

SCHEMAS = (CONFIG, JOURNAL, AUDIT)
SERVER_PASSWORD = "database-password"  # noqa: S105 - the name of the secret that holds it
MANNERS = {"config": Manner.RARE, "journal": Manner.QUICK, "audit": Manner.DURABLE}


class Databases(Protocol):
    """The databases of one project. Methods block; all raise `StoreBroken`."""

    def file(self, schema: Schema) -> Path:
        """Return how a database is called in what people are told."""

    def collect(self, ending: ExitStack) -> None:
        """Become the one program that collects for the project, until ``ending``.

        Raises `ProjectInUse` where another computer's does.
        """

    def bring_up_to_date(self, now: Clock) -> list[Path]:
        """Look at all before one is touched; return the copies made of older ones.

        Raises `BadInput` for those of a newer program.
        """

    def build(self) -> None:
        """Make those of a new project, without a row."""

    def open(self, schema: Schema, ending: ExitStack) -> Engine:
        """Return an engine that is let go with ``ending``."""

    def look(self, schema: Schema) -> Engine:
        """Return an engine that cannot change anything, whoever owns the project."""

    def fault(self) -> str:
        """Return "" when all can be used as they are, else why not; changes nothing."""

    @property
    def troubles(self) -> Sequence[str]:
        """What an operator must know of them, a sentence each."""

    @property
    def server(self) -> "DatabaseServer | None":
        """The server they lie on, None for files: the history lies where they do."""


class FolderDatabases:
    """Three files in the project's folder, the `Databases` of most projects."""

    def __init__(self, folder: ProjectFolder) -> None:
        self._folder = folder

    @property
    def server(self) -> None:
        """None: they are files."""

    @property
    def troubles(self) -> Sequence[str]:
        """Nothing: who uses a file that is broken says so."""
        return ()

    def file(self, schema: Schema) -> Path:
        """Return the file itself."""
        return self._folder.root / f"{schema.name}.sqlite"

    def collect(self, ending: ExitStack) -> None:
        """Nothing: who owns the folder is the one."""

    def bring_up_to_date(self, now: Clock) -> list[Path]:
        """Look at all files before one is touched; return the copies made."""
        for schema in SCHEMAS:
            self._require_sound(schema)
        copies = (
            bring_up_to_date(self.file(schema), schema, self._folder.backups, now)
            for schema in SCHEMAS
        )
        return [copy for copy in copies if copy is not None]

    def build(self) -> None:
        """Make the files."""
        from app.project.migrating import migrate

        for schema in SCHEMAS:
            migrate(self.file(schema), schema)

    def open(self, schema: Schema, ending: ExitStack) -> Engine:
        """Return an engine on the file."""
        engine = open_database(self.file(schema), MANNERS[schema.name])
        ending.callback(shut, engine)
        return engine

    def look(self, schema: Schema) -> Engine:
        """Return an engine that cannot change the file."""
        return look_at(self.file(schema))

    def fault(self) -> str:
        """Return what is wrong with the first file that is broken."""
        for schema in SCHEMAS:
            if sickness := health_of(self.file(schema)):
                return f"{self.file(schema)}: {sickness}"
        return ""

    def _require_sound(self, schema: Schema) -> None:
        """Put right what a kill left behind; a damaged file is told with the way out."""
        file, folder = self.file(schema), self._folder
        if not file.is_file():
            raise StoreBroken(f"{file} is missing. {way_back(folder, file)}")
        try:
            recover(file)
        except StoreBroken as error:
            sickness = str(error.__cause__)
        else:
            # Not of the journals: they grow for years.
            sickness = health_of(file) if schema is CONFIG else ""
        if sickness:
            raise StoreBroken(f"{file} is damaged ({sickness}). {way_back(folder, file)}")
        if require_known(file, schema) is None:
            # A new project's databases are filled when it is made: this one was emptied.
            raise StoreBroken(f"{file} is empty. {way_back(folder, file)}")


def databases_of(
    folder: ProjectFolder, mark: ProjectMark, keys: Keys, ending: ExitStack
) -> Databases:
    """Return where the databases of a project lie, as its mark says.

    For a server its password is taken out of the secrets, which raises `SecretsLocked`
    where no key opens them.
    """
    if mark.server is None:
        return FolderDatabases(folder)
    from app.databaseserver import DatabaseServer, place_from
    from app.project.serverdatabases import ServerDatabases

    place = place_from(mark.server, str(folder.mark))
    password = open_secrets(folder.secrets, keys).get(SERVER_PASSWORD)
    server = DatabaseServer(place, password)
    ending.callback(server.close)
    return ServerDatabases(server, mark.id)


def looked_at(root: Path, ending: ExitStack, keys: Keys | None = None) -> Databases:
    """Return the databases of the project in ``root`` for who only looks at them."""
    keys = keys or Keys.of_this_machine()
    return databases_of(ProjectFolder(root), read_mark(root), keys, ending)


def require_in_folder(root: Path, what: str) -> None:
    """Raise `BadInput` for a project whose databases lie on a server.

    ``what`` is the sentence's beginning: "a project can be packed".
    """
    if read_mark(root).server is not None:
        raise BadInput(
            _(
                "{what} only while its databases lie in its folder: bring them back with "
                "“heatdesk database back”, and to the server again afterwards"
            ).format(what=what)
        )
