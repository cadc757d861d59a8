"""Tables of plain rows: what a column shows, sorted and filtered without a second model."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from widgets.controls.marks import Mark
from widgets.controls.plain import tip
from widgets.controls.quality import Shown

CELL = Qt.ItemDataRole.UserRole + 1  # the whole `Cell`, for the delegate

_T = TypeVar("_T")


class Tone(Enum):
    """How loud a cell speaks."""

    NORMAL = "text"
    QUIET = "quiet"
    LIVE = "live_value"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell: a text, perhaps a mark before it, or a value with quality."""

    text: str = ""
    mark: Mark | None = None
    shown: Shown | None = None
    tone: Tone = Tone.NORMAL
    strong: bool = False
    tip: str = ""

    @property
    def spoken(self) -> str:
        """Return the cell for a person who listens."""
        return self.shown.spoken if self.shown is not None else self.text


@dataclass(frozen=True, slots=True)
class Column(Generic[_T]):
    """One column: its head, its cells, and by what it is sorted."""

    id: str
    title: Callable[[], str]
    cell: Callable[[_T], Cell]
    width: int = 120  # px at 100 %
    order: Callable[[_T], Any] | None = None  # sort key; the text when None
    right: bool = False
    stretch: bool = False
    decimals: int = 0  # room kept after the decimal mark of its values
    tip: Callable[[_T], str] | None = None  # where the cell itself does not bring it
    by_end: bool = False  # texts are told apart by their ends: dots stand in the middle


class RowsModel(QAbstractTableModel, Generic[_T]):
    """Rows that the core answered, in the order and choice of the person looking.

    ``key`` tells a row from others, so that selection and place survive new answers.
    Sorting happens when asked and on `settle`, never by a mere change of a value.
    """

    def __init__(
        self,
        columns: Sequence[Column[_T]],
        key: Callable[[_T], Hashable],
        parent: QObject | None = None,
        words: Callable[[_T], str] | None = None,
    ) -> None:
        """``words`` are what a search looks through; all cells of the row when None."""
        super().__init__(parent)
        self._words = words
        self.columns = tuple(columns)
        self.key = key
        self._all: list[_T] = []
        self._rows: list[_T] = []
        self._needle = ""
        self._keep: Callable[[_T], bool] | None = None
        self._sorted_by: tuple[int, bool] | None = None
        self.is_told = False  # whether anybody said yet which rows there are

    @property
    def total(self) -> int:
        """How many rows there are before filtering."""
        return len(self._all)

    @property
    def rows(self) -> Sequence[_T]:
        """The rows shown, in their order."""
        return self._rows

    @property
    def sorted_column(self) -> int:
        """The position of the column sorted by; -1 for the core's own order."""
        return -1 if self._sorted_by is None else self._sorted_by[0]

    def row(self, index: QModelIndex) -> _T | None:
        """Return the row of an index."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        return self._rows[index.row()]

    def add_columns(self, columns: Iterable[Column[_T]]) -> list[int]:
        """Add columns that are not there yet behind all others; return their positions."""
        known, first = {each.id for each in self.columns}, len(self.columns)
        new = tuple(each for each in columns if each.id not in known)
        if new:
            self.beginInsertColumns(QModelIndex(), first, first + len(new) - 1)
            self.columns += new
            self.endInsertColumns()
        return list(range(first, len(self.columns)))

    def replace(self, rows: Iterable[_T]) -> None:
        """Show these rows from now on."""
        self._all, self.is_told = list(rows), True
        self.settle()

    def append(self, rows: Iterable[_T]) -> None:
        """Add rows behind those that are there."""
        self._all.extend(rows)
        self.settle()

    def find(self, words: str) -> None:
        """Show only rows in which every word stands in some cell."""
        self._needle = words.strip().casefold()
        self.settle()

    def keep(self, wanted: Callable[[_T], bool] | None) -> None:
        """Show only the rows for which ``wanted`` holds; None shows all."""
        self._keep = wanted
        self.settle()

    def settle(self) -> None:
        """Filter and sort anew."""
        self.beginResetModel()
        words = self._needle.split()
        self._rows = [row for row in self._all if self._wanted(row, words)]
        if self._sorted_by is not None:
            position, falling = self._sorted_by
            self._rows.sort(key=self._order(self.columns[position]), reverse=falling)
        self.endResetModel()

    def position(self, key: Hashable) -> int | None:
        """Return where a row is shown, None when it is not."""
        for at, row in enumerate(self._rows):
            if self.key(row) == key:
                return at
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; a negative one leaves the core's own order."""
        falling = order == Qt.SortOrder.DescendingOrder
        self._sorted_by = (column, falling) if 0 <= column < len(self.columns) else None
        self.settle()

    def touch(self, first: int, last: int, columns: tuple[int, int] | None = None) -> None:
        """Say that the rows from ``first`` to ``last`` may look different now.

        ``columns`` are the first and the last that may; all of them when None.
        """
        last = min(last, len(self.rows) - 1)
        left, right = columns or (0, len(self.columns) - 1)
        if 0 <= first <= last:
            self.dataChanged.emit(self.index(first, left), self.index(last, right), [CELL])

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own form
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own form
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None or role not in _ANSWERED:
            return None
        column = self.columns[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and column.tip is not None:
            return tip(column.tip(row))
        cell = column.cell(row)
        if role == CELL:
            return cell
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(cell.tip or (cell.shown.tip if cell.shown is not None else cell.text))
        return cell.spoken

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title()
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.columns[section].title())  # whole, where the column is narrow
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if self.columns[section].right
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def _wanted(self, row: _T, words: Sequence[str]) -> bool:
        if self._keep is not None and not self._keep(row):
            return False
        if not words:
            return True
        if self._words is not None:
            text = self._words(row).casefold()
        else:
            text = "\n".join(column.cell(row).spoken for column in self.columns).casefold()
        return all(word in text for word in words)

    def _order(self, column: Column[_T]) -> Callable[[_T], Any]:
        if column.order is not None:
            return column.order
        return lambda row: column.cell(row).text.casefold()


_ANSWERED = frozenset(
    {
        CELL,
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
    }
)
