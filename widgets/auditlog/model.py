"""The rows of a log of any length: their numbers are known, the rest comes as one looks."""

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple, overload

from PyQt6.QtCore import QModelIndex, QObject, Qt, QTimer, pyqtSignal

from app.auditverbs import AuditEntry
from widgets.models.rows import Cell, Column, RowsModel, Tone

BLOCK = 200  # entries asked for together
MOST_KEPT = 20_000  # entries kept; further ones take the place of the oldest
_AWAITED = Cell("…", tone=Tone.QUIET)


class LogLine(NamedTuple):
    """A row: its number, and the entry once it came."""

    seq: int
    entry: AuditEntry | None


class LogLines(Sequence[LogLine]):
    """All rows in their order; those that did not come yet stand as numbers."""

    def __init__(self, numbers: Sequence[int], entries: dict[int, AuditEntry]) -> None:
        self.numbers, self.entries = numbers, entries

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, at: int) -> LogLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[LogLine]: ...
    def __getitem__(self, at: int | slice) -> LogLine | list[LogLine]:
        if isinstance(at, slice):
            return [LogLine(number, self.entries.get(number)) for number in self.numbers[at]]
        return LogLine(self.numbers[at], self.entries.get(self.numbers[at]))

    def __iter__(self) -> Iterator[LogLine]:
        return (LogLine(number, self.entries.get(number)) for number in self.numbers)


class LogModel(RowsModel[LogLine]):
    """Sorted and filtered by the core; ``wanted`` tells which entries are looked at.

    ``ordered`` tells that another order was asked for by a click on a head.
    """

    wanted = pyqtSignal(list)  # numbers
    ordered = pyqtSignal()

    def __init__(
        self, columns: Sequence[Column[AuditEntry]], parent: QObject | None = None
    ) -> None:
        super().__init__([_awaiting(each) for each in columns], lambda line: line.seq, parent)
        self.lines = LogLines((), {})
        self._places: dict[int, int] = {}
        self._looked_at: set[int] = set()  # blocks
        self._asked: set[int] = set()  # blocks under way
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def rows(self) -> Sequence[LogLine]:
        return self.lines

    @property
    def is_waiting(self) -> bool:
        """Whether entries that are looked at did not come yet."""
        return bool(self._looked_at or self._asked)

    @property
    def order(self) -> tuple[str, bool]:
        """The column sorted by, and whether downwards; the newest first by itself."""
        if self._sorted_by is None:
            return "seq", True
        position, falling = self._sorted_by
        return self.columns[position].id, falling

    def show(self, numbers: Sequence[int]) -> None:
        """Show the entries of these numbers from now on, in this order."""
        self.beginResetModel()
        self.is_told = True
        self.lines = LogLines(numbers, self.lines.entries)
        self._places = {}
        self._looked_at.clear()
        self._asked.clear()
        self.endResetModel()

    def take(self, entries: Sequence[AuditEntry]) -> None:
        """Fill in entries that were asked for."""
        kept = self.lines.entries
        for entry in entries:
            kept.pop(entry.seq, None)
            kept[entry.seq] = entry
        for number in list(kept)[: max(len(kept) - MOST_KEPT, 0)]:
            del kept[number]
        self._asked.clear()
        self.touch(0, len(self.lines) - 1)

    def renew(self, entries: Sequence[AuditEntry]) -> None:
        """Show these as they are told now, and let go of all others: a name may be erased."""
        kept, told = self.lines.entries, {entry.seq: entry for entry in entries}
        same = all(kept.get(number) == entry for number, entry in told.items())
        kept.clear()
        kept.update(told)
        if not same:
            self.touch(0, len(self.lines) - 1)

    def forget(self) -> None:
        """Let go of all entries: they may be told otherwise by now."""
        self.lines.entries.clear()

    def give_up(self) -> None:
        """Expect nothing any more: the core could not tell."""
        self._asked.clear()

    def settle(self) -> None:
        """The core sorts and filters."""

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        falling = order == Qt.SortOrder.DescendingOrder
        self._sorted_by = (column, falling) if 0 <= column < len(self.columns) else None
        self.ordered.emit()

    def row(self, index: QModelIndex) -> LogLine | None:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        line = self.lines[index.row()]
        if line.entry is None:
            self._look(index.row())
        return line

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own form
        return 0 if parent.isValid() else len(self.lines)

    def position(self, key: Hashable) -> int | None:
        if not self._places:
            self._places = {number: at for at, number in enumerate(self.lines.numbers)}
        return self._places.get(key) if isinstance(key, int) else None

    def _look(self, at: int) -> None:
        block = at // BLOCK
        if block not in self._asked and block not in self._looked_at:
            self._looked_at.add(block)
            self._soon.start()

    def _ask(self) -> None:
        """Ask for the blocks in view, once for all that was painted."""
        blocks = sorted(self._looked_at)[-2:]  # a flight past thousands of rows needs none
        self._asked |= set(blocks)
        self._looked_at.clear()
        numbers: list[int] = []
        for block in blocks:
            numbers += self.lines.numbers[block * BLOCK : (block + 1) * BLOCK]
        if numbers:
            self.wanted.emit(numbers)


def _awaiting(column: Column[AuditEntry]) -> Column[LogLine]:
    """Return the column of a row whose entry may not have come yet."""

    def cell(line: LogLine) -> Cell:
        if line.entry is None:
            return Cell(str(line.seq), tone=Tone.QUIET) if column.id == "seq" else _AWAITED
        return column.cell(line.entry)

    return Column(
        column.id, column.title, cell, column.width, None, column.right, column.stretch
    )
