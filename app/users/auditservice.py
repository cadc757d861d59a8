"""The activity log as screens and commands may ask for it."""

import asyncio
from collections.abc import Collection, Mapping, Sequence

from app.auditverbs import AuditEntry, AuditProof, AuditQuery, AuditStorage
from app.users.auditguard import GuardedAudit
from app.users.auditsearch import AuditSearch
from app.verbs import Capability, Viewer, verb


class AuditService:
    """The audit as screens and commands may ask for it, an `AuditVerbs`.

    What people did concerns the plant as a whole: who may see it sees all of it.
    """

    def __init__(self, trail: GuardedAudit) -> None:
        self._trail = trail
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
        standing = await asyncio.to_thread(self._trail.look)
        return AuditStorage(
            standing.size_bytes, standing.limit_bytes, standing.free_bytes, standing.says
        )

    @verb(Capability.SEE_AUDIT, whole=True)
    async def verify(self, viewer: Viewer) -> str:
        """Return "" when the chain is whole, else a sentence naming the first broken entry."""
        return await asyncio.to_thread(self._trail.verify)
