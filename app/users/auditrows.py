"""The audit as it was written, for who follows, archives or redacts its chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, func, select

from app.database import reading, told
from app.users.chain import (
    ARCHIVE_VERB,
    REDACTION_VERB,
    ChainEntry,
    Link,
    begins_after,
    read_links,
    read_redactions,
)
from app.users.tables import AuditRow

COLUMNS = [getattr(AuditRow, name) for name in ChainEntry._fields]
AT_ONCE = 2000  # rows fetched together while the chain is followed


@dataclass(frozen=True, slots=True)
class AuditRows:
    """Looks into the audit's database; blocks, any thread. Raises `StoreBroken`."""

    engine: Engine
    file: Path

    def every(self) -> Iterator[ChainEntry]:
        """Yield all entries from the first on, as of one moment."""
        wanted = select(*COLUMNS).order_by(AuditRow.seq)
        with told(self.file), reading(self.engine).connect() as connection:
            rows = connection.execution_options(yield_per=AT_ONCE).execute(wanted)
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

    def _listed(self, wanted: Select[Any]) -> list[ChainEntry]:
        with told(self.file), reading(self.engine).connect() as connection:
            rows = connection.execute(wanted.order_by(AuditRow.seq))
            return [ChainEntry(*row) for row in rows]
