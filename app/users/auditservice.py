"""The activity log as screens and commands may ask for it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from app.auditverbs import (
    ArchivePart,
    AuditArchive,
    AuditEntry,
    AuditProof,
    AuditQuery,
    AuditStorage,
)
from app.errors import BadInput
from app.ports import Clock, Deed
from app.users.auditarchive import Archiver
from app.users.auditguard import GuardedAudit
from app.users.auditroom import MB, Standing
from app.users.auditsearch import AuditSearch
from app.verbs import Capability, Viewer, require, verb
from app.words import _

MOST_MB = 1_000_000


class AuditService:
    """The audit as screens and commands may ask for it, an `AuditVerbs`.

    What people did concerns the plant as a whole: who may see it sees all of it.
    """

    def __init__(self, trail: GuardedAudit, now: Clock = lambda: datetime.now(UTC)) -> None:
        self._trail, self._archiver = trail, Archiver(trail, now)
        self._search = AuditSearch(trail.engine, trail.file)

    @verb(Capability.SEE_AUDIT, whole=True)
    async def entries(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AuditEntry]:
        """Return at most ``limit`` entries, newest first."""
        return await asyncio.to_thread(self._trail.entries, limit, before_seq)

    @verb(Capability.SEE_AUDIT, whole=True)
    async def found(self, viewer: Viewer, query: AuditQuery) -> Sequence[int]:
        """Return the numbers of all entries asked for, in the order asked for."""
        return await asyncio.to_thread(self._search.found, query)

    @verb(Capability.SEE_AUDIT, whole=True)
    async def numbered(self, viewer: Viewer, numbers: Sequence[int]) -> Sequence[AuditEntry]:
        """Return the entries of some numbers (at most 2,000), in their order."""
        return await asyncio.to_thread(self._search.numbered, numbers)

    @verb(Capability.SEE_AUDIT, whole=True)
    async def written(
        self, viewer: Viewer, columns: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        """Return what is written in some columns: each text once, the most frequent first."""
        return await asyncio.to_thread(self._search.written, columns)

    @verb(Capability.SEE_AUDIT, whole=True)
    async def proof(self, viewer: Viewer, number: int) -> AuditProof:
        """Return one entry with what proves it; `BadInput` when there is none."""
        return await asyncio.to_thread(self._trail.proof, number)

    @verb(Capability.SEE_AUDIT, whole=True)
    async def storage(self, viewer: Viewer) -> AuditStorage:
        """Return what the log takes of the room it has."""
        return _told(await asyncio.to_thread(self._trail.look))

    @verb(Capability.SEE_AUDIT, whole=True)
    async def verify(self, viewer: Viewer) -> str:
        """Return "" when chain and archives are whole, else what is wrong first."""
        return await asyncio.to_thread(lambda: self._trail.verify() or self._archiver.fault())

    @verb(Capability.SEE_AUDIT, whole=True)
    async def archives(self, viewer: Viewer) -> Sequence[AuditArchive]:
        """Return which entries lie in files outside, the oldest first."""
        return await asyncio.to_thread(self._archiver.all)

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def archive_part(self, viewer: Viewer, before: datetime) -> ArchivePart:
        """Return the entries before a moment as a file; nothing is gone yet."""
        require(viewer, Capability.SEE_AUDIT, whole=True)
        return await asyncio.to_thread(self._archiver.part, before)

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def archived(self, viewer: Viewer, digest: str, place: str) -> AuditArchive:
        """Take a part out that was handed out, now that a file at ``place`` holds it."""
        return await asyncio.to_thread(self._archiver.kept, digest, place, _deed(viewer))

    @verb(Capability.EDIT_PROJECT, whole=True)
    async def set_limit(self, viewer: Viewer, limit_mb: int) -> AuditStorage:
        """Let the log take so much room; `BadInput` for less than it has taken."""
        if not 1 <= limit_mb <= MOST_MB:
            raise BadInput(
                _("the room of the activity log is 1 to {most} MB").format(most=MOST_MB)
            )
        deed = _deed(viewer)
        return _told(await asyncio.to_thread(self._trail.limit, limit_mb * MB, deed))


def _told(standing: Standing) -> AuditStorage:
    return AuditStorage(
        standing.size_bytes, standing.limit_bytes, standing.free_bytes, standing.says
    )


def _deed(viewer: Viewer) -> Deed:
    return Deed(
        login=viewer.login,
        name=viewer.name,
        workstation=viewer.workstation,
        verb="",
        entity="audit",
    )
