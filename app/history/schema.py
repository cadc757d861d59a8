"""The tables of the history: the same in the embedded files and, later, on a server.

Two streams are kept, each with a table of batches, to which every commit adds rows,
and a table of chunks, into which the batches of a closed slot of time are put together:

* **quarter**: one sample of every point each quarter of an hour, kept for years. A
  slot is a day (UTC). Chunks lie by point, then day: a year of one point is a few pages
  of the file that follow each other.
* **fast**: every reading, kept for two days. A slot is a quarter of an hour. Chunks lie
  by slot, then point: putting them in and throwing them away touches one end of the file.

Each file of the embedded store has the tables of one stream and stands for itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

LAYOUT = 1  # of these tables; a file of a newer layout is refused

metadata = MetaData()

layout = Table(
    "layout",
    metadata,
    Column("version", Integer, nullable=False),
    Column("stream", Text, primary_key=True),  # whose tables the file has
)

series = Table(
    "series",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("point", Text, nullable=False, unique=True),  # "ahornvej14.S3"
    # CRC-32 of the name, begun with the id: damage must not lend samples to another point
    Column("seal", BigInteger, nullable=False),
)


def _batches(name: str) -> Table:
    """One row for each commit, slot and group of points; the higher id was written later."""
    table = Table(
        name,
        metadata,
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
        Column("slot", BigInteger, nullable=False),  # slots since 1970
        Column("grp", Integer, nullable=False),  # of points: series id // GROUP_SIZE
        Column("samples", Integer, nullable=False),
        Column("packed", LargeBinary, nullable=False),
    )
    Index(f"{name}_place", table.c.grp, table.c.slot)
    return table


batch = _batches("batch")
fast_batch = _batches("fast_batch")

chunk = Table(
    "chunk",
    metadata,
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("slot", Integer, primary_key=True, autoincrement=False),  # days since 1970
    # Slots the chunk covers, from ``slot`` on: 1 now, a month's days once months exist.
    Column("slots", SmallInteger, primary_key=True, autoincrement=False),
    Column("samples", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

fast_chunk = Table(
    "fast_chunk",
    metadata,
    Column("slot", Integer, primary_key=True, autoincrement=False),  # quarter hours since 1970
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("slots", SmallInteger, primary_key=True, autoincrement=False),
    Column("samples", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Points that are written and read together: large enough for one row to be worth a
# commit, small enough to be unpacked for the sake of one of its points.
GROUP_SIZE = 3000


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of samples: its tables and how time is cut into slots."""

    name: str
    slot_ms: int
    batches: Table
    chunks: Table
    by_slot: bool  # chunks lie by slot, then point; else by point, then slot

    def ddl(self) -> list[str]:
        """Return the statements that make this stream's tables in an empty SQLite file."""
        tables: Sequence[Table] = (layout, series, self.batches, self.chunks)
        dialect = sqlite.dialect()
        return [
            *[str(CreateTable(table).compile(dialect=dialect)) for table in tables],
            *[
                str(CreateIndex(index).compile(dialect=dialect))
                for table in tables
                for index in table.indexes
            ],
        ]


QUARTER = Stream("quarter", 86_400_000, batch, chunk, by_slot=False)
FAST = Stream("fast", 900_000, fast_batch, fast_chunk, by_slot=True)
