"""One stream of the history in one SQLite file, lent to whoever reads or writes it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.history.codec import Codec
from app.history.readers import Readers
from app.history.schema import Stream
from app.history.sqlitefile import Reader, SqliteFile
from app.history.sqlitetables import SqliteTables
from app.history.statements import Statements


class FileReader:
    """`Looking` over a file: tables of one moment, and a codec of its own."""

    def __init__(self, reader: Reader, tables: SqliteTables) -> None:
        self._reader = reader
        self.tables = tables

    @property
    def codec(self) -> Codec:
        """For this reader alone."""
        return self._reader.codec

    def leave(self) -> None:
        """End the transaction: what was read is unpacked without holding up the file."""
        self._reader.leave_file()


class SqlitePlace:
    """`Place` over a file, which is made when first written to."""

    on_a_server = False

    def __init__(
        self, path: Path, stream: Stream, on_damage: Callable[[Path], None] = lambda _path: None
    ) -> None:
        """``on_damage`` is told of damage when it is met."""
        self.path = path
        self.file = SqliteFile(path, stream, on_damage)
        self._sql = Statements(stream)
        self._by_slot = stream.by_slot
        self.readers = Readers()

    @property
    def name(self) -> str:
        """The file."""
        return str(self.path)

    @property
    def there(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    @contextmanager
    def writing(self) -> Iterator[SqliteTables]:
        """Lend the tables for one transaction; on return it is on the disk, whole."""
        with self.file.writing() as connection:
            yield SqliteTables(connection, self._sql, by_slot=self._by_slot)

    @contextmanager
    def reading(self) -> Iterator[FileReader | None]:
        """Lend the tables of one moment; None while nothing was ever written."""
        with self.readers.one(), self.file.reading() as reader:
            if reader is None:
                yield None
                return
            tables = SqliteTables(reader.connection, self._sql, by_slot=self._by_slot)
            yield FileReader(reader, tables)

    def settle(self) -> None:
        """Write the file anew over its old pages, so that nothing deleted is left in it."""
        self.file.rewrite()

    def size_bytes(self) -> int:
        """Return the size of the file with what SQLite keeps beside it."""
        names = [self.path.name, f"{self.path.name}-wal", f"{self.path.name}-shm"]
        beside = [self.path.with_name(name) for name in names]
        return sum(each.stat().st_size for each in beside if each.exists())

    def retire(self) -> None:
        """Let go of the file for good: another one will lie in its place."""
        self.file.retire()

    def close(self) -> None:
        """Let go of the file."""
        self.file.close()
