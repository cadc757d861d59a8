"""The groups of a device's settings, circuit by circuit, with what is staged in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QFontMetrics

from app.words import _
from widgets.controls.card import Card
from widgets.controls.table import AROUND_PX, Table
from widgets.fonts import BODY_PX, font
from widgets.models.rows import Cell, Column, RowsModel, Tone
from widgets.models.settings import SettingRow, circuit_text
from widgets.models.staging import Staging
from widgets.theme import Look

_WIDTH_PX, _MOST_PX, _ROW_PX = 240, 340, 28
_COUNT_PX, _AROUND_PX = 24, 28  # of a count at least; around the two and the list


@dataclass(frozen=True, slots=True)
class _Line:
    row: SettingRow | None  # None: the head of a circuit
    circuit: str
    staged: int = 0


class GroupList(Card):
    """Choosing a group brings it into view in the table."""

    chosen = pyqtSignal(object)  # a `SettingRow` without a spec

    def __init__(self, look: Look, circuits: Mapping[int, str]) -> None:
        super().__init__(_("Groups"))
        self.setFixedWidth(_WIDTH_PX)
        self._circuits = circuits
        columns: tuple[Column[_Line], ...] = (
            Column("group", lambda: _("Group"), _name, stretch=True),
            Column("count", lambda: "", _count, _COUNT_PX, right=True),
        )
        self._model: RowsModel[_Line] = RowsModel(columns, _key, self)
        self._table = Table(self._model, look, _("Groups"), row_px=_ROW_PX, head=False)
        self._table.setSelectionMode(Table.SelectionMode.SingleSelection)
        self._table.clicked.connect(lambda index: self._choose(self._model.row(index)))
        self._table.opened.connect(self._choose)
        self.body.addWidget(self._table)

    def take(self, rows: Sequence[SettingRow], staging: Staging) -> None:
        """Show the groups of these rows."""
        staged = [(change.spec.circuit, change.spec.group) for change in staging]
        lines: list[_Line] = []
        for row in rows:
            if row.spec is not None:
                continue
            circuit = self._circuit(row.circuit)
            if not lines or lines[-1].circuit != circuit:
                lines.append(_Line(None, circuit))
            lines.append(_Line(row, circuit, staged.count((row.circuit, row.group))))
        names = max((_advance(_name(line)) for line in lines), default=0)
        counts = [_advance(_count(line)) for line in lines]
        count_px = max([*counts, _COUNT_PX]) + AROUND_PX
        wished = names + count_px + _AROUND_PX
        self.setFixedWidth(wished if _WIDTH_PX < wished <= _MOST_PX else _WIDTH_PX)
        head = self._table.horizontalHeader()
        if head is not None:
            head.resizeSection(1, count_px)
            self._table.spread()
        self._model.replace(lines)

    def _circuit(self, number: int | None) -> str:
        name = circuit_text(number, self._circuits)
        return f"{number}  {name}" if number in self._circuits else name

    def _choose(self, line: _Line | None) -> None:
        if line is not None and line.row is not None:
            self.chosen.emit(line.row)


def _name(line: _Line) -> Cell:
    if line.row is None:
        return Cell(line.circuit, strong=True)
    return Cell(f"     {line.row.group or _('Other')}")


def _count(line: _Line) -> Cell:
    if line.row is None:
        return Cell()
    if line.staged:
        words = _("{staged} of {count}")
        return Cell(words.format(staged=line.staged, count=line.row.settings), strong=True)
    return Cell(str(line.row.settings), tone=Tone.QUIET)


def _advance(cell: Cell) -> int:
    """Return how wide a cell's text is (px), in the letters it is written in."""
    return QFontMetrics(font(BODY_PX, strong=cell.strong)).horizontalAdvance(cell.text)


def _key(line: _Line) -> str:
    return f"{line.circuit}/{line.row.key if line.row is not None else ''}"
