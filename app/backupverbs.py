"""What may be asked of the backups of a plant, a part of `app.asked`."""

from collections.abc import Sequence
from typing import Protocol

from app.model.backup import Backup, BackupPlan, Salvaged
from app.verbs import Viewer


class BackupVerbs(Protocol):
    """Whole projects in one file, made while the plant runs."""

    async def made(self, viewer: Viewer) -> Sequence[Backup]:
        """Return the backups that were made of this project, the newest first."""
        ...

    async def make(self, viewer: Viewer, file: str, password: str = "") -> Backup:
        """Write a backup into a new file of this computer, and read it back.

        "": where the nightly one goes, sealed as that one is. ``password`` is the
        passphrase that seals it; "": it is not sealed.
        """
        ...

    async def salvage(self, viewer: Viewer, *, again: bool = False) -> Sequence[Salvaged]:
        """Bring back what can be read of history files that are damaged, each sample once.

        With ``again`` of those, too, of which it was brought back already.
        """
        ...

    async def plan(self, viewer: Viewer) -> BackupPlan:
        """Return where and when a backup is made every night."""
        ...

    async def put_plan(
        self,
        viewer: Viewer,
        plan: BackupPlan,
        password: str = "",
        note: str = "",
        base: BackupPlan | None = None,
    ) -> BackupPlan:
        """Make backups by another plan; ``password`` is the new passphrase of sealed ones.

        `Conflict` when the plan is no longer as ``base``.
        """
        ...

    async def trouble(self, viewer: Viewer) -> str:
        """Return why the last nightly backup failed; "" while all is well."""
        ...
