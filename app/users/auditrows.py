"""The audit as it was written, for who follows, archives or redacts its chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select, text

from app.database import is_shared, reading, told
from app.users.chain import (
    ARCHIVE_VERB,
    GENESIS,
    REDACTION_VERB,
    ChainEntry,
    Link,
    begins_after,
    onward_fault,
    read_links,
    read_redactions,
)
from app.users.tables import AuditRow

COLUMNS = [getattr(AuditRow, name) for name in ChainEntry._fields]
_SIZE = text("SELECT pg_total_relation_size('audit')")
AT_ONCE = 2000  # rows fetched together while the chain is followed


@dataclass(frozen=True, slots=True)
class AuditRows:
    """Looks into the audit's database; blocks, any thread. Raises `StoreBroken`."""

    engine: Engine
    file: Path

    def every(self) -> Iterator[ChainEntry]:
        """Yield all entries from the first on, as of one moment."""
        wanted = select(*COLUMNS).order_by(AuditRow.seq)
        with (
            told(self.file),
            reading(self.engine).connect() as connection,
            connection.execute(wanted, execution_options={"yield_per": AT_ONCE}) as rows,
        ):
            yield from (ChainEntry(*row) for row in rows)

    def of_verb(self, verb: str) -> list[ChainEntry]:
        """Return the entries of one verb, oldest first."""
        return self._listed(select(*COLUMNS).where(AuditRow.verb == verb))

    def span(self, first: int, last: int) -> list[ChainEntry]:
        """Return the entries of some numbers, both inclusive, oldest first."""
        return self._listed(select(*COLUMNS).where(AuditRow.seq.between(first, last)))

    def until(self, moment: datetime, most: int) -> list[ChainEntry]:
        """Return the oldest entries, up to the last that is older than ``moment``.

        One that says a later time among them was written by a clock that went wrong: it
        must not keep the log from ever being archived.
        """
        text = moment.astimezone(UTC).isoformat()
        older = select(func.max(AuditRow.seq)).where(AuditRow.at < text)
        with told(self.file), reading(self.engine).connect() as connection:
            end = connection.scalar(older) or 0
        return self._listed(select(*COLUMNS).where(AuditRow.seq <= end).limit(most))

    def links(self) -> dict[int, Link]:
        """Return in which files the entries lie that are not here, by the last in each."""
        return read_links(self.of_verb(ARCHIVE_VERB))

    def redactions(self) -> dict[int, str]:
        """Return how redacted entries must read since, by number."""
        return read_redactions(self.of_verb(REDACTION_VERB))

    def begin(self) -> tuple[int, str]:
        """Return number and hash of the entry before the oldest one here."""
        oldest = self._listed(select(*COLUMNS).limit(1))
        return begins_after(oldest[0] if oldest else None, self.links())

    def size_bytes(self) -> int:
        """Return what the entries take of their disk, with what is still being written."""
        if is_shared(self.engine):
            with told(self.file), reading(self.engine).connect() as connection:
                return int(connection.scalar(_SIZE) or 0)
        pieces = (self.file, self.file.with_name(f"{self.file.name}-wal"))
        return sum(piece.stat().st_size for piece in pieces if piece.exists())

    def _listed(self, wanted: Select[Any]) -> list[ChainEntry]:
        with told(self.file), reading(self.engine).connect() as connection:
            rows = connection.execute(wanted.order_by(AuditRow.seq))
            return [ChainEntry(*row) for row in rows]


def end_in(connection: Connection) -> tuple[int, str]:
    """Return number and hash of the newest entry."""
    wanted = select(AuditRow.seq, AuditRow.hash).order_by(AuditRow.seq.desc()).limit(1)
    newest = connection.execute(wanted).first()
    return (0, GENESIS) if newest is None else (newest.seq, newest.hash)


def followed(connection: Connection, seen: tuple[int, str], key: bytes | None) -> str:
    """Return "" when the chain goes on soundly from an end that was seen, else the fault.

    What was archived meanwhile needs no look: the entry that says so ends where it ends.
    """
    wanted = select(*COLUMNS).order_by(AuditRow.seq)
    told_of = wanted.where(AuditRow.verb.in_((REDACTION_VERB, ARCHIVE_VERB)))
    said = [ChainEntry(*row) for row in connection.execute(told_of)]
    oldest = connection.execute(wanted.limit(1)).first()
    begin = begins_after(None if oldest is None else ChainEntry(*oldest), read_links(said))
    if begin[0] >= max(seen[0], 1):
        rows, seen = connection.execute(wanted), begin
        entries = chain([_ended(begin)], (ChainEntry(*row) for row in rows))
    else:
        rows = connection.execute(wanted.where(AuditRow.seq >= seen[0]))
        entries = chain(ChainEntry(*row) for row in rows)
    redactions = read_redactions(each for each in said if each.verb == REDACTION_VERB)
    return onward_fault(entries, seen, key, redactions)


def _ended(end: tuple[int, str]) -> ChainEntry:
    """Return the last entry of an archive as far as it is known here."""
    return ChainEntry(end[0], *("",) * 10, end[1], "")
