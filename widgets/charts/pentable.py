"""The table under a chart: each pen with unit, value at the cursor, now, min, max, mean."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from PyQt6.QtCore import QModelIndex, QPointF
from PyQt6.QtGui import QPainter, QPen
from PyQt6.QtWidgets import QStyleOptionViewItem, QWidget

from app.words import _
from widgets.charts.pens import Pen
from widgets.controls.table import CellPainter, Table, paint_ground
from widgets.models.rows import Cell, Column, RowsModel
from widgets.theme import Look

ROW_PX = 28
HEAD_PX = 36
_SWATCH_PX = 24
_SWATCH_WIDTH = 2.0
_NUMBER_PX = 92


class PenTable(Table[Pen]):
    """Rows of pens; `tell` repaints them all."""

    def __init__(
        self,
        pens: Sequence[Pen],
        look: Look,
        now: Callable[[], datetime],
        zone: tzinfo | None,
        parent: QWidget | None = None,
    ) -> None:
        model: RowsModel[Pen] = RowsModel(_columns(pens, now, zone), lambda pen: pen.point)
        super().__init__(model, look, _("Pens of the chart"), row_px=ROW_PX, parent=parent)
        model.setParent(self)
        self.setItemDelegate(_PenPainter(look, self))
        model.replace(pens)
        self.setFixedHeight(HEAD_PX + ROW_PX * len(pens) + 2)

    def tell(self) -> None:
        """Show what the pens say now."""
        self.rows_model.touch(0, self.rows_model.rowCount() - 1)


class _PenPainter(CellPainter):
    """Draws the pen itself in the first column."""

    def __init__(self, look: Look, table: PenTable) -> None:
        super().__init__(look, table)
        self._pen_look, self._pens = look, table

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        pen = self._pens.rows_model.row(index)
        if index.column() or painter is None or pen is None:
            super().paint(painter, option, index)
            return
        theme = self._pen_look.theme
        paint_ground(painter, option, index, theme, self._pens)
        drawn = QPen(pen.colour(theme), _SWATCH_WIDTH)
        if pen.dashed:
            drawn.setDashPattern([8 / _SWATCH_WIDTH, 3 / _SWATCH_WIDTH])
        painter.setPen(drawn)
        left, middle = option.rect.left() + 12, option.rect.center().y() + 0.5
        painter.drawLine(QPointF(left, middle), QPointF(left + _SWATCH_PX, middle))


def _columns(
    pens: Sequence[Pen], now: Callable[[], datetime], zone: tzinfo | None
) -> list[Column[Pen]]:
    decimals = max((pen.spec.decimals for pen in pens), default=0)

    def number(name: str, title: Callable[[], str], cell: Callable[[Pen], Cell]) -> Column[Pen]:
        return Column(name, title, cell, _NUMBER_PX, right=True, decimals=decimals)

    def at_cursor(pen: Pen) -> Cell:
        value, doubtful = pen.cursor or (None, False)
        return Cell(shown=pen.figure(value, doubtful=doubtful))

    return [
        Column("pen", lambda: _("Pen"), lambda _pen: Cell(), 48),
        Column("name", lambda: _("Name"), lambda pen: Cell(pen.spec.name), 200, stretch=True),
        Column("unit", lambda: _("Unit"), lambda pen: Cell(pen.spec.unit), 64),
        number("cursor", lambda: _("At cursor"), at_cursor),
        Column(
            "now",
            lambda: _("Now"),
            lambda pen: Cell(shown=pen.present(now(), zone)),
            140,
            right=True,
            decimals=decimals,
        ),
        number(
            "least", lambda: _("Min"), lambda pen: Cell(shown=pen.figure(pen.summary.least))
        ),
        number("most", lambda: _("Max"), lambda pen: Cell(shown=pen.figure(pen.summary.most))),
        number("mean", lambda: _("Mean"), lambda pen: Cell(shown=pen.figure(pen.summary.mean))),
    ]
