"""The table of the log: all its columns in the window, whatever its width."""

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QWidget

from app.words import _
from widgets.auditlog.model import LogLine, LogModel
from widgets.controls.table import AROUND_PX, AROUND_TITLE_PX, Table
from widgets.fonts import BODY_PX, SMALL_PX, font
from widgets.theme import Look

_LEAST_PX, _MOST_PX = 48, 240
_AROUND_CELL_PX = AROUND_PX + 4 + 1  # the first column stands 4 px further in
_WHOLE = ("seq", "at", "who", "verb", "result")  # a few words each: never cut


class LogTable(Table[LogLine]):
    """No column is beyond the edge, and none keeps room its words do not take.

    When, who, what was done and how it ended are never shortened; the others share what
    is left, and their tips have them whole.
    """

    def __init__(self, model: LogModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(model, look, _("Activity log"), parent=parent)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        self.log = model
        self._took = dict[int, int]()  # column → px its words took so far
        model.dataChanged.connect(self._fit)
        head = self.horizontalHeader()
        if head is not None:
            head.setTextElideMode(Qt.TextElideMode.ElideRight)
            head.setMinimumSectionSize(_LEAST_PX)

    def lines_in_view(self) -> Sequence[LogLine]:
        """Return the rows that can be seen now."""
        ground, lines = self.viewport(), self.log.lines
        if ground is None or not len(lines):
            return ()
        first, last = self.rowAt(0), self.rowAt(ground.height() - 1)
        return lines[max(first, 0) : (last if last >= 0 else len(lines) - 1) + 1]

    def spread(self) -> None:
        head, ground = self.horizontalHeader(), self.viewport()
        if head is None or ground is None:
            return
        self._measure()
        for at, size in enumerate(self._shares(ground.width())):
            head.resizeSection(at, max(_LEAST_PX, size))

    def _shares(self, wide: int) -> list[int]:
        """Return the columns' widths: what must be whole first, the rest by their shares."""
        columns = self.rows_model.columns
        wants = [self._wanted(at) for at in range(len(columns))]
        whole = {at for at, column in enumerate(columns) if column.id in _WHOLE}
        open_ = [at for at in range(len(columns)) if at not in whole]
        if wide - sum(wants[at] for at in whole) < _LEAST_PX * len(open_):
            open_ = [*range(len(columns))]  # too narrow for anything to be whole
        left = wide - sum(wants[at] for at in whole if at not in open_)
        sizes = dict(enumerate(wants)) | self._shared(left, wants, open_)
        sizes[len(columns) - 1] += wide - sum(sizes.values())
        return [sizes[at] for at in range(len(columns))]

    def _shared(self, left: int, wants: Sequence[int], among: Sequence[int]) -> dict[int, int]:
        """Share ``left`` px: who wants less than a share leaves the rest to the others."""
        columns, sizes, waiting = self.rows_model.columns, dict[int, int](), list(among)
        while waiting:
            total = sum(columns[at].width for at in waiting)
            content = [at for at in waiting if wants[at] * total <= left * columns[at].width]
            if not content:
                for at in waiting:
                    sizes[at] = max(_LEAST_PX, left * columns[at].width // total)
                return sizes
            for at in content:
                sizes[at] = wants[at]
                left -= wants[at]
            waiting = [at for at in waiting if at not in content]
        return sizes

    def _wanted(self, at: int) -> int:
        """Return the px a column would take: its words, or its usual width before any came."""
        column = self.rows_model.columns[at]
        took = self._took.get(at)
        if took is None:
            return column.width
        head = QFontMetrics(font(SMALL_PX)).horizontalAdvance(column.title()) + AROUND_TITLE_PX
        return max(_LEAST_PX, took, head)

    def _fit(self) -> None:
        before = dict(self._took)
        self._measure()
        if self._took != before:
            self.spread()

    def _measure(self) -> None:
        """Look how wide the words are that are seen now; a column does not shrink again."""
        ground, lines = self.viewport(), self.rows_model.rows
        if ground is None:
            return
        first, last = max(self.rowAt(0), 0), self.rowAt(ground.height() - 1)
        seen = [
            line
            for line in lines[first : len(lines) if last < 0 else last + 1]
            if line.entry is not None
        ]
        letters = QFontMetrics(font(BODY_PX))
        for at, column in enumerate(self.rows_model.columns):
            for line in seen:
                px = letters.horizontalAdvance(column.cell(line).text) + _AROUND_CELL_PX
                most = _MOST_PX if column.id in _WHOLE else px
                self._took[at] = max(self._took.get(at, 0), min(px, most))
