"""The table of the log: all its columns in the window, whatever its width."""

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from app.words import _
from widgets.auditlog.model import LogLine, LogModel
from widgets.controls.table import Table
from widgets.theme import Look

_LEAST_PX = 48


class LogTable(Table[LogLine]):
    """No column is beyond the edge: each gives way by its share, and its tip has it whole."""

    def __init__(self, model: LogModel, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(model, look, _("Activity log"), parent=parent)
        self.setSelectionMode(self.SelectionMode.SingleSelection)
        head = self.horizontalHeader()
        if head is not None:
            head.setTextElideMode(Qt.TextElideMode.ElideRight)
            head.setMinimumSectionSize(_LEAST_PX)

    def spread(self) -> None:
        head, ground = self.horizontalHeader(), self.viewport()
        if head is None or ground is None:
            return
        columns = self.rows_model.columns
        wide, wished = ground.width(), sum(column.width for column in columns)
        left = wide
        for at, column in enumerate(columns):
            last = at == len(columns) - 1
            size = left if last else max(_LEAST_PX, column.width * wide // wished)
            head.resizeSection(at, max(_LEAST_PX, size))
            left -= size
