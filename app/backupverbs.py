"""What may be asked of the backups of a plant, a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.backup import Backup
from app.verbs import Viewer


class BackupVerbs(Protocol):
    """Whole projects in one file, made while the plant runs."""

    async def made(self, viewer: Viewer) -> Sequence[Backup]:
        """Return the backups that were made of this project, the newest first."""
        ...

    async def make(self, viewer: Viewer, file: str, password: str = "") -> Backup:
        """Write a backup into a new file of this computer, and read it back.

        ``password`` is the passphrase that seals it; "": it is not sealed.
        """
        ...
