"""The backups of a plant, as a page asks for them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.errors import Conflict
from app.model.backup import Backup, BackupPlan, Salvaged
from app.verbs import Viewer

MADE_AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


class FakeBackups:
    """Remembers what was asked for; what is made is whole."""

    def __init__(self) -> None:
        self.listed: list[Backup] = []
        self.kept = BackupPlan()
        self.failure = ""
        self.passwords: list[str] = []

    async def made(self, viewer: Viewer) -> Sequence[Backup]:
        return list(self.listed)

    async def make(self, viewer: Viewer, file: str, password: str = "") -> Backup:
        made = Backup(
            file, MADE_AT, 41_000_000, 37, bool(password), carried=False, verified=True
        )
        self.listed.insert(0, made)
        return made

    async def salvage(self, viewer: Viewer, *, again: bool = False) -> Sequence[Salvaged]:
        return [Salvaged("2026.sqlite", 41_000, 41_000 if again else 0, 1)]

    async def plan(self, viewer: Viewer) -> BackupPlan:
        return self.kept

    async def put_plan(
        self,
        viewer: Viewer,
        plan: BackupPlan,
        password: str = "",
        note: str = "",
        base: BackupPlan | None = None,
    ) -> BackupPlan:
        plan.require_sound()
        if base is not None and base != self.kept:
            raise Conflict("somebody else changed when backups are made: look again")
        self.kept = plan
        self.passwords.append(password)
        return plan

    async def trouble(self, viewer: Viewer) -> str:
        return self.failure
