"""Brings a backup back, and lets the activity log of the project say so."""

import getpass
import socket
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.backup.opening import restore
from app.errors import SecretsLocked
from app.personal.staying import keep_erased
from app.project.opening import open_project
from app.users.keyplaces import Keys

VERB = "project.restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """A project that stands in its folder again."""

    made_at: datetime  # of the backup, UTC
    parts: int
    server: str  # where its databases lay; "": in its folder
    locked: str  # why its secrets do not open here; "" where they do


def restored(file: Path, folder: Path, passphrase: str, keys: Keys | None = None) -> Restored:
    """Make a project of a backup; blocks. Raises what `restore` raises.

    It is opened once: whoever was erased since the backup was made is erased again.
    """
    manifest = restore(file, folder, passphrase, keys)
    locked = ""
    try:
        with closing(open_project(folder, keys=keys)) as project:
            project.audit.append(
                login="",
                name="Heatdesk",
                workstation=socket.gethostname(),
                verb=VERB,
                entity="project",
                new=f"as of {manifest.made_at.isoformat()}",
                result="done",
                reason=f"{file.name}, by {getpass.getuser()}, who owns the files",
            )
            keep_erased(project)
    except SecretsLocked as error:
        locked = str(error)
    return Restored(manifest.made_at, len(manifest.parts), manifest.server, locked)
