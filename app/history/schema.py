"""The tables of the history: the same in the embedded files and on a server.

Two streams are kept, each with a table of batches, to which every commit adds rows,
and a table of chunks, into which the batches of a closed slot of time are put together:

* **quarter**: one sample of every point each quarter of an hour, kept for years. A
  slot is a day (UTC). Chunks lie by point, then day: a year of one point is a few pages
  of the file that follow each other. The days of a month that is over are merged to one
  chunk; what comes late lies in a chunk of its day beside it until the month is merged
  once more. From the samples are worked out: the figures of local days, and an outline
  for charts.
* **fast**: every reading, kept for two days. A slot is a quarter of an hour. Chunks lie
  by slot, then point: putting them in and throwing them away touches one end of the file.

Each file of the embedded store has the tables of one stream and stands for itself.
`server` has the tables of both streams as a server keeps them: there every key begins
with the point, or with the group of points, so that a distributed database can share the
rows out by it, and no number comes from a counter that all its machines would share: the
``id`` of a batch is given by the one who writes.
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

LAYOUT = 3  # of these tables; a file of a newer layout is refused, of an older one extended

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
    Column("id", Integer, primary_key=True, autoincrement=False),
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
    # Slots the chunk covers, of which ``slot`` is the last: 1, or the days of a month.
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

# The smallest and the largest value of every eight hours, for charts of years: samples
# again, packed as those of chunks, of a month at a time.
outline = Table(
    "outline",
    metadata,
    Column("series", Integer, primary_key=True, autoincrement=False),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("slots", SmallInteger, primary_key=True, autoincrement=False),
    Column("samples", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# The figures of local days of a group of points, one row for each day of UTC: `dayrows`. In a
# file it has row ids, other than the tables around it: in a tree without them a row of more
# than 1,002 bytes gets a page of its own besides. Files of older programs keep theirs.
day = Table(
    "day",
    metadata,
    Column("grp", Integer, primary_key=True, autoincrement=False),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("packed", LargeBinary, nullable=False),
)

# Which months of a group have chunks of days, and when they were last merged to one.
month = Table(
    "month",
    metadata,
    Column("grp", Integer, primary_key=True, autoincrement=False),
    Column("month", Integer, primary_key=True, autoincrement=False),  # since January 1970
    Column("merged", Integer, nullable=False),  # the slot it was done in; 0: never
    Column("open", SmallInteger, nullable=False),  # its state: `thinnedmonths`
    sqlite_with_rowid=False,
)

# The newest sample of every point of a group, of all that lies in chunks and of the batches
# of one slot up to an id: what was written later is looked at beside it.
newest = Table(
    "newest",
    metadata,
    Column("grp", Integer, primary_key=True, autoincrement=False),
    Column("slot", BigInteger, nullable=False),
    Column("upto", BigInteger, nullable=False),  # the id; 0: no batch of the slot is in it
    Column("packed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


def _on_a_server(metadata: MetaData) -> None:
    """Make the tables whose keys a server wants in another order."""
    for name in ("batch", "fast_batch"):
        Table(
            name,
            metadata,
            Column("grp", Integer, primary_key=True, autoincrement=False),
            Column("slot", BigInteger, primary_key=True, autoincrement=False),
            Column("id", BigInteger, primary_key=True, autoincrement=False),
            Column("samples", Integer, nullable=False),
            Column("packed", LargeBinary, nullable=False),
        )
    for name in ("chunk", "fast_chunk", "outline"):
        lying = Table(
            name,
            metadata,
            Column("series", Integer, primary_key=True, autoincrement=False),
            Column("slot", Integer, primary_key=True, autoincrement=False),
            Column("slots", SmallInteger, primary_key=True, autoincrement=False),
            Column("samples", Integer, nullable=False),
            Column("packed", LargeBinary, nullable=False),
        )
        if name == "fast_chunk":
            Index("fast_chunk_slot", lying.c.slot)  # what is thrown away, and the newest


server = MetaData()
for _table in (layout, series, day, month, newest):
    _table.to_metadata(server)
_on_a_server(server)

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
    # What is worked out of the samples and kept beside them: figures of days, and outlines.
    figures: tuple[Table, ...] = ()

    @property
    def derived(self) -> tuple[Table, ...]:
        """All that is worked out of the samples."""
        return (*self.figures, newest)

    def ddl(self) -> list[str]:
        """Return the statements that make this stream's tables in an empty SQLite file."""
        return _ddl((layout, series, self.batches, self.chunks, *self.derived))

    def steps_from(self, version: int) -> list[str]:
        """Return the statements that bring a file of an older layout up to this one."""
        return _ddl([each for each in self.derived if version < _SINCE[each.name]])


def server_steps(stream: Stream, version: int) -> list[Table]:
    """Return the tables that a server's schema of an older layout lacks."""
    lacking = [each.name for each in stream.derived if version < _SINCE[each.name]]
    return [server.tables[name] for name in lacking]


FIGURES_SINCE = 2
_SINCE = {each.name: FIGURES_SINCE for each in (outline, day, month)} | {newest.name: 3}


def _ddl(tables: Sequence[Table]) -> list[str]:
    dialect = sqlite.dialect()
    return [
        *[str(CreateTable(table).compile(dialect=dialect)) for table in tables],
        *[
            str(CreateIndex(index).compile(dialect=dialect))
            for table in tables
            for index in table.indexes
        ],
    ]


def server_tables(stream: Stream) -> list[Table]:
    """Return the tables of one stream as a server keeps them."""
    kept = (layout, series, stream.batches, stream.chunks, *stream.derived)
    return [server.tables[table.name] for table in kept]


QUARTER = Stream(
    "quarter", 86_400_000, batch, chunk, by_slot=False, figures=(outline, day, month)
)
FAST = Stream("fast", 900_000, fast_batch, fast_chunk, by_slot=True)
