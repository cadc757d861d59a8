"""An activity log in memory, searched as the core searches its own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from app.auditverbs import (
    ArchivePart,
    AuditArchive,
    AuditEntry,
    AuditProof,
    AuditQuery,
    AuditStorage,
    Sought,
)
from app.errors import BadInput, PlantError
from app.verbs import Viewer
from tests.fakes.smallplant import NOON

_FIELDS = {field.name for field in fields(AuditEntry)}
_WRITTEN = ("who", "login", "workstation", "old", "new", "reason")


def some_entries() -> list[AuditEntry]:
    """Three entries, the newest first."""
    return [
        _entry(3, "write", "ahornvej-14.p11175", "1.2", "1.1", "confirmed"),
        _entry(2, "acknowledge", "rule-24", "", "", "done"),
        _entry(1, "sign-in", "", "", "", "done"),
    ]


class FakeAuditLog:
    """An `AuditVerbs`; ``broken`` is what `verify` answers, ``failure`` is raised by all."""

    def __init__(self, log: Sequence[AuditEntry] | None = None) -> None:
        self.log = list(some_entries() if log is None else log)
        self.broken = ""
        self.failure: PlantError | None = None
        self.queries: list[AuditQuery] = []
        self.told = 0  # entries told so far
        self.limit_mb, self.says = 1000, ""  # what `storage` tells
        self.outside: list[AuditArchive] = []

    async def entries(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AuditEntry]:
        return [each for each in self.log if before_seq is None or each.seq < before_seq][
            :limit
        ]

    async def found(self, viewer: Viewer, query: AuditQuery) -> Sequence[int]:
        if self.failure is not None:
            raise self.failure
        self.queries.append(query)
        kept = [each for each in self.log if _wanted(each, query)]
        ranks = {text: nth for nth, text in enumerate(query.ranks)}

        def key(entry: AuditEntry) -> tuple[int, str, int]:
            text = "" if query.order == "seq" else _text(entry, query.order)
            return ranks.get(text, len(ranks)), text, entry.seq

        return [each.seq for each in sorted(kept, key=key, reverse=query.falling)]

    async def numbered(self, viewer: Viewer, numbers: Sequence[int]) -> Sequence[AuditEntry]:
        by_number = {each.seq: each for each in self.log}
        self.told += len(numbers)
        return [by_number[each] for each in numbers if each in by_number]

    async def written(
        self, viewer: Viewer, columns: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        return {name: sorted({_text(entry, name) for entry in self.log}) for name in columns}

    async def proof(self, viewer: Viewer, number: int) -> AuditProof:
        (entry,) = await self.numbered(viewer, [number])
        return AuditProof(entry, "ab" * 32, "cd" * 32, "ef" * 32, self.broken)

    async def storage(self, viewer: Viewer) -> AuditStorage:
        return AuditStorage(12_000_000, self.limit_mb * 1_000_000, 50_000_000_000, self.says)

    async def verify(self, viewer: Viewer) -> str:
        return self.broken

    async def archives(self, viewer: Viewer) -> Sequence[AuditArchive]:
        return self.outside

    async def archive_part(self, viewer: Viewer, before: datetime) -> ArchivePart:
        if self.failure is not None:
            raise self.failure
        old = [each.seq for each in self.log if each.at < before]
        if not old:
            raise BadInput("there are no entries that old in the activity log")
        return ArchivePart(b"archive", min(old), max(old), "ab" * 32)

    async def archived(self, viewer: Viewer, digest: str, place: str) -> AuditArchive:
        first, last = self.log[-1].seq, self.log[-1].seq
        self.outside.append(AuditArchive(first, last, digest, place, NOON, viewer.name))
        self.log = self.log[:-1]
        return self.outside[-1]

    async def set_limit(self, viewer: Viewer, limit_mb: int) -> AuditStorage:
        if self.failure is not None:
            raise self.failure
        self.limit_mb = limit_mb
        return await self.storage(viewer)


def _wanted(entry: AuditEntry, query: AuditQuery) -> bool:
    return (
        all(_holds(entry, sought) for sought in query.sought)
        and all(_text(entry, name) in texts for name, texts in query.among.items())
        and (query.start is None or entry.at >= query.start)
        and (query.end is None or entry.at < query.end)
        and (query.first is None or entry.seq >= query.first)
        and (query.last is None or entry.seq <= query.last)
    )


def _holds(entry: AuditEntry, sought: Sought) -> bool:
    if any(_text(entry, name) in texts for name, texts in sought.means.items()):
        return True
    text = "\n".join(_text(entry, name) for name in sought.columns or _WRITTEN)
    return sought.text.casefold() in text.casefold()


def _text(entry: AuditEntry, name: str) -> str:
    if name == "who":
        return entry.name or entry.login
    assert name in _FIELDS
    return str(getattr(entry, name))


def _entry(seq: int, verb: str, entity: str, old: str, new: str, result: str) -> AuditEntry:
    at = NOON - timedelta(minutes=10 * (4 - seq))
    return AuditEntry(seq, at, "lund", "K. Lund", "desk-1", verb, entity, old, new, result, "")
