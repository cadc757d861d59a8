"""What a database must offer to hold the history, so that all else is written once.

The history is made of two halves.

**What every database shares** (`samples`, `codec` and its parts, `streamhistory`,
`compaction`, `forgetting`, `history`): samples become packed bytes, batches are put
together into chunks, late samples find their place, the newest of each point is found.
It knows rows of numbers and bytes, and neither a connection nor a word of SQL.

**What each database brings**, and nothing more:

* `Tables`: the rows of one stream within one transaction, in the database's own SQL:
  `sqlitetables` for the embedded files (its texts are in `statements`).
* `Place`: where one stream's tables lie: it lends `Tables` for one transaction, to one
  writer or to many readers, and turns what goes wrong into a `StoreBroken` that names the
  place: `sqliteplace` over one file.
* a child of `history.History` that says which places there are: `store.EmbeddedHistory`
  has one for each year and one for the fast stream; a server has one for each stream.

A new database passes when `tests/app/history/contract` does: its engine is added there
once, and every test of the store runs on it unchanged.

The tables themselves are in `schema`, with keys that begin with the point or the group of
points, so that a distributed database can share them out by it; there is no number that a
whole cluster would have to agree on: what is written later has the higher ``id`` within
its group and slot, and the writer gives it.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from app.history.codec import Codec
from app.history.readers import Readers
from app.model.reading import PointId

PointRow = tuple[int, str, int]  # number, name, seal
BatchRow = tuple[int, int, int, bytes]  # slot, group, samples, packed
Waiting = tuple[int, int, bytes]  # group, slot, packed
ChunkRow = tuple[int, int, int, int, bytes]  # point, last slot, slots, samples, packed
Chunk = tuple[int, int, int, bytes]  # point, last slot, slots, packed
DayRow = tuple[int, int, bytes]  # group, slot, packed
MonthRow = tuple[int, int, int, int]  # group, month since 1970, slot it was merged in, state
NewestRow = tuple[int, int, int, bytes]  # group, slot, id up to which, packed
Counts = tuple[int, int, int | None, int | None]  # rows, samples, first slot, last slot


class Points(Protocol):
    """The numbers that points have here."""

    def all(self) -> Iterable[PointRow]:
        """Return every point."""
        ...

    def named(self, names: Iterable[PointId]) -> Iterable[PointRow]:
        """Return those of the points that are known."""
        ...

    def numbered(self, numbers: Iterable[int]) -> Iterable[PointRow]:
        """Return the points of some numbers, those that are known."""
        ...

    def after(self, number: int) -> Iterable[PointRow]:
        """Return the points of higher numbers than one."""
        ...

    def add(self, rows: Iterable[PointRow]) -> None:
        """Add points; a number or a name given twice is an error."""
        ...


class Batches(Protocol):
    """What each commit brought, until it is put together; ids are unique in group and slot."""

    def add(self, rows: Iterable[BatchRow]) -> None:
        """Add batches, which count as written after all that are there."""
        ...

    def of(self, groups: Collection[int], first: int, last: int) -> Sequence[Waiting]:
        """Return the batches of some groups and a span of slots, as written."""
        ...

    def all(self) -> Sequence[Waiting]:
        """Return every batch, as written."""
        ...

    def later(self) -> Sequence[NewestRow]:
        """Return (group, slot, id, packed) of what no row of `Newest` has, as written."""
        ...

    def slots(self, last: int) -> Sequence[int]:
        """Return the slots up to one that have batches, the newest first."""
        ...

    def of_slot(self, slot: int) -> Iterator[Waiting]:
        """Hand out the batches of a slot one by one, as written."""
        ...

    def places(self, open_slot: int) -> Sequence[tuple[int, int]]:
        """Return each (slot, group) before a slot that has batches, by slot, then group."""
        ...

    def crowded(self, open_slot: int, least: int) -> Sequence[tuple[int, int]]:
        """Return each (slot, group) from a slot on with so many batches, in the same order."""
        ...

    def at(self, group: int, slot: int) -> Sequence[tuple[int, bytes]]:
        """Return (id, packed) of the batches of one group and slot, as written."""
        ...

    def put(self, group: int, slot: int, number: int, samples: int, packed: bytes) -> None:
        """Put other bytes into the batch of an id."""
        ...

    def drop(self, group: int, slot: int, numbers: Iterable[int]) -> None:
        """Remove the batches of some ids."""
        ...

    def drop_before(self, slot: int) -> None:
        """Remove the batches of all slots before one."""
        ...

    def counts(self) -> Counts:
        """Count the batches and their samples."""
        ...


class Chunks(Protocol):
    """Samples of one point put together: of one slot, or of a month's.

    A chunk stands under the **last** slot it covers. A chunk of fewer slots was written
    later than one of more that covers them too, and counts before it.
    """

    def of(self, points: Collection[int], first: int, last: int) -> Sequence[Chunk]:
        """Return the chunks that cover any slot of a span, by point, then slot."""
        ...

    def newest(self, spans: Iterable[tuple[int, int, int]]) -> Sequence[Chunk]:
        """Return for each (point, first slot, last slot) the chunk of the newest slot in it.

        Where that one covers several slots, all others that cover any of them as well.
        """
        ...

    def newest_slot(self, last: int) -> int | None:
        """Return the newest slot up to one that any chunk covers."""
        ...

    def of_slot(self, slot: int) -> Iterator[Chunk]:
        """Hand out the chunks that cover a slot one by one, by point, then slot."""
        ...

    def put(self, rows: Iterable[ChunkRow]) -> None:
        """Put chunks, each in the place of the one that covers the same slots."""
        ...

    def drop(self, keys: Iterable[tuple[int, int, int]]) -> None:
        """Remove some chunks: (point, last slot, slots)."""
        ...

    def drop_before(self, slot: int) -> None:
        """Remove the chunks of all slots before one."""
        ...

    def counts(self) -> Counts:
        """Count the chunks and their samples."""
        ...

    def samples(self) -> Iterable[tuple[int, int]]:
        """Return how many samples of each point lie in chunks: (number, count)."""
        ...

    def room(self, first: int, last: int) -> Iterable[tuple[int, int, int]]:
        """Return what each point's chunks take that end in a span of slots.

        Each is (number, samples, bytes).
        """
        ...


class Days(Protocol):
    """The figures of local days, packed, one row for each group of points and slot."""

    def of(self, groups: Collection[int], first: int, last: int) -> Sequence[DayRow]:
        """Return the rows of some groups and a span of slots, by group, then slot."""
        ...

    def put(self, rows: Iterable[DayRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        ...

    def room(self) -> int:
        """Return how many bytes all rows take."""
        ...


class Months(Protocol):
    """Which months of a group of points have chunks of days to merge."""

    def all(self) -> Sequence[MonthRow]:
        """Return every row that is noted, by group, then month."""
        ...

    def put(self, rows: Iterable[MonthRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        ...

    def open(self, group: int, month: int) -> None:
        """Note that a month has chunks of days; when it was merged stays as it was."""
        ...


class Newest(Protocol):
    """The newest samples of groups of points, packed; see `latestvalues`."""

    def all(self) -> Sequence[NewestRow]:
        """Return every row, by group."""
        ...

    def of(self, group: int) -> NewestRow | None:
        """Return a group's row."""
        ...

    def put(self, rows: Iterable[NewestRow]) -> None:
        """Put rows, each in the place of the one that is there."""
        ...

    def drop(self, groups: Collection[int]) -> None:
        """Remove the rows of some groups."""
        ...


class Tables(Protocol):
    """One stream's rows within one transaction, as plain numbers and bytes.

    "As written" is oldest first, all else ascending. Slots are counted from 1970, and
    spans of them include both ends.
    """

    @property
    def points(self) -> Points:
        """The points and their numbers."""
        ...

    @property
    def batches(self) -> Batches:
        """What waits to be put together."""
        ...

    @property
    def chunks(self) -> Chunks:
        """What is put together."""
        ...

    @property
    def outlines(self) -> Chunks:
        """Smallest and largest values, of streams that have them."""
        ...

    @property
    def days(self) -> Days:
        """The figures of local days, of streams that have them."""
        ...

    @property
    def months(self) -> Months:
        """The months to be merged, of streams that are."""
        ...

    @property
    def newest(self) -> Newest:
        """The newest samples of groups of points."""
        ...

    def write_over(self) -> None:
        """From here on until the end of the transaction write over what is removed."""
        ...


class Looking(Protocol):
    """What a reader is lent: tables of one moment, and a codec nobody else uses."""

    @property
    def tables(self) -> Tables:
        """The rows as they were when the transaction began."""
        ...

    @property
    def codec(self) -> Codec:
        """For this reader alone."""
        ...

    def leave(self) -> None:
        """End the transaction: what was read is unpacked without holding up the database."""
        ...


class Place(Protocol):
    """Where the tables of one stream lie; any thread may use it.

    All methods block and raise `StoreBroken` with a sentence that names the place.
    """

    on_a_server: bool  # its rows take what `retention.servergrowth` reckons
    readers: Readers  # who reads here now, through this object

    @property
    def name(self) -> str:
        """What a person finds it by: a file's path, a server's address."""
        ...

    @property
    def there(self) -> bool:
        """Whether anything was ever written here; False may become True."""
        ...

    def writing(self) -> AbstractContextManager[Tables]:
        """Lend the tables for one transaction; on return it outlives a power cut, whole.

        One writer at a time, others wait. After any error nothing of it is left.
        """
        ...

    def reading(self) -> AbstractContextManager[Looking | None]:
        """Lend the tables of one moment; None while nothing was ever written."""
        ...

    def settle(self) -> None:
        """Leave nothing on the disk of what was removed after `Tables.write_over`."""
        ...

    def size_bytes(self) -> int:
        """Return the room it takes."""
        ...

    def close(self) -> None:
        """Let go of it; using it again opens it again."""
        ...
