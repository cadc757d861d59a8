"""The backups of a plant, as a page asks for them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.model.backup import Backup
from app.verbs import Viewer

MADE_AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


class FakeBackups:
    """Remembers what was asked for; what is made is whole."""

    def __init__(self) -> None:
        self.listed: list[Backup] = []

    async def made(self, viewer: Viewer) -> Sequence[Backup]:
        return list(self.listed)

    async def make(self, viewer: Viewer, file: str, password: str = "") -> Backup:
        made = Backup(
            file, MADE_AT, 41_000_000, 37, bool(password), carried=False, verified=True
        )
        self.listed.insert(0, made)
        return made
