"""What may be asked of the activity log: a part of `app.asked`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from app.verbs import Viewer


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of what people did."""

    seq: int
    at: datetime
    login: str
    name: str
    workstation: str
    verb: str
    entity: str
    old: str
    new: str
    result: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sought:
    """Words that must stand in an entry: as it is written, or as the asker reads it.

    A column is one of `AuditEntry`, or "who": the name, else the login.
    """

    text: str
    columns: tuple[str, ...] = ()  # where it may stand as written; empty: wherever people read
    # Column → what is written where the asker reads the words in a language of their own.
    means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries, and in which order; everything asked for must hold."""

    sought: tuple[Sought, ...] = ()
    among: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # column → as written
    start: datetime | None = None  # UTC, inclusive
    end: datetime | None = None  # UTC, exclusive
    first: int | None = None  # numbers, both inclusive
    last: int | None = None
    order: str = "seq"  # a column
    falling: bool = True
    ranks: tuple[str, ...] = ()  # what is written in that column, as the asker would sort it


@dataclass(frozen=True, slots=True)
class AuditProof:
    """An entry with what proves it."""

    entry: AuditEntry
    hash: str
    previous: str  # the hash of the entry before
    seal: str
    fault: str  # "" when it is as it was written, else what is wrong with it


@dataclass(frozen=True, slots=True)
class AuditStorage:
    """What the activity log takes of the room it has."""

    size_bytes: int
    limit_bytes: int
    free_bytes: int  # on its disk
    says: str  # what is wrong with it; "" while all is well


@dataclass(frozen=True, slots=True)
class ArchivePart:
    """The oldest entries as a file, to be kept outside of the project."""

    content: bytes
    first: int
    last: int
    digest: str  # SHA-256 of the content


@dataclass(frozen=True, slots=True)
class AuditArchive:
    """Which entries lie in a file outside, and where it was put."""

    first: int
    last: int
    digest: str
    place: str
    at: datetime  # UTC
    name: str  # of who archived them


class AuditVerbs(Protocol):
    """What people did."""

    async def entries(
        self, viewer: Viewer, limit: int, before_seq: int | None = None
    ) -> Sequence[AuditEntry]: ...

    async def found(self, viewer: Viewer, query: AuditQuery) -> Sequence[int]:
        """Return the numbers of all entries asked for, in the order asked for."""
        ...

    async def numbered(self, viewer: Viewer, numbers: Sequence[int]) -> Sequence[AuditEntry]:
        """Return the entries of some numbers, in their order."""
        ...

    async def written(
        self, viewer: Viewer, columns: Collection[str]
    ) -> Mapping[str, Sequence[str]]:
        """Return what is written in some columns: each text once, the most frequent first."""
        ...

    async def proof(self, viewer: Viewer, number: int) -> AuditProof:
        """Return one entry with what proves it."""
        ...

    async def storage(self, viewer: Viewer) -> AuditStorage:
        """Return what the log takes of the room it has."""
        ...

    async def verify(self, viewer: Viewer) -> str:
        """Return "" when chain and archives are whole, else what is wrong first."""
        ...

    async def archives(self, viewer: Viewer) -> Sequence[AuditArchive]:
        """Return which entries lie in files outside, the oldest first."""
        ...

    async def archive_part(self, viewer: Viewer, before: datetime) -> ArchivePart:
        """Return the entries before a moment as a file; nothing is gone yet."""
        ...

    async def archived(self, viewer: Viewer, digest: str, place: str) -> AuditArchive:
        """Take a part out that was handed out, now that a file at ``place`` holds it."""
        ...

    async def set_limit(self, viewer: Viewer, limit_mb: int) -> AuditStorage:
        """Let the log take so much room; `BadInput` for less than it has taken."""
        ...
