"""The table of the log: all its columns in the window, whatever its width."""

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QWidget

from app.words import _
from widgets.auditlog.model import LogLine, LogModel
from widgets.controls.table import AROUND_PX, Table
from widgets.fonts import BODY_PX, font
from widgets.theme import Look

_LEAST_PX, _MOST_PX = 48, 240
_WHOLE = ("verb", "result")  # our own few words: never cut


class LogTable(Table[LogLine]):
    """No column is beyond the edge: each gives way by its share, and its tip has it whole.

    What was done and how it ended is never shortened; the others leave the room for it.
    """

    def __init__(self, model: LogModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(model, look, _("Activity log"), parent=parent)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self._needed = dict[int, int]()  # column → px its words took so far
        model.dataChanged.connect(self._fit)
        head = self.horizontalHeader()
        if head is not None:
            head.setTextElideMode(Qt.TextElideMode.ElideRight)
            head.setMinimumSectionSize(_LEAST_PX)

    def spread(self) -> None:
        head, ground = self.horizontalHeader(), self.viewport()
        if head is None or ground is None:
            return
        self._measure()
        for at, size in enumerate(self._shares(ground.width())):
            head.resizeSection(at, max(_LEAST_PX, size))

    def _shares(self, wide: int) -> list[int]:
        """Return the columns' widths: what is needed first, the rest by their shares."""
        wished = [column.width for column in self.rows_model.columns]
        total = sum(wished)
        needed = {at: px for at, px in self._needed.items() if px > wished[at] * wide // total}
        rest = sum(width for at, width in enumerate(wished) if at not in needed)
        free = wide - sum(needed.values())
        sizes = [
            needed.get(at, max(_LEAST_PX, width * free // max(rest, 1)))
            for at, width in enumerate(wished)
        ]
        sizes[-1] = wide - sum(sizes[:-1])
        return sizes

    def _fit(self) -> None:
        before = dict(self._needed)
        self._measure()
        if self._needed != before:
            self.spread()

    def _measure(self) -> None:
        """Look how wide the words are that are seen now; a column does not shrink again."""
        ground, lines = self.viewport(), self.rows_model.rows
        if ground is None:
            return
        first, last = max(self.rowAt(0), 0), self.rowAt(ground.height() - 1)
        seen = lines[first : len(lines) if last < 0 else last + 1]
        letters = QFontMetrics(font(BODY_PX))
        for at, column in enumerate(self.rows_model.columns):
            for line in seen if column.id in _WHOLE else ():
                px = letters.horizontalAdvance(column.cell(line).text) + AROUND_PX + 1
                self._needed[at] = max(self._needed.get(at, 0), min(px, _MOST_PX))
