"""A value as a bar in its row, with a tick where its alarm rule has the limit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PyQt6.QtCore import QModelIndex, QRectF
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QStyleOptionViewItem

from app.model.alarm import AlarmRule
from app.model.reading import PointId
from widgets.controls.table import CellPainter, Table, paint_ground
from widgets.theme import Look

_HIGH_PX, _TICK_PX, _AROUND_PX = 8, 14, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """What a row's bar shows, all in one unit; None where nothing is known."""

    value: float | None
    limit: float | None = None
    priority: int = 4  # of the rule that has the limit
    beyond: bool = False  # the value is past the limit


def limits_of(rules: Iterable[AlarmRule], kind: str) -> Mapping[PointId, AlarmRule]:
    """Return each point's rule in force of a kind (``high``, ``low``): the one met first."""
    found: dict[PointId, AlarmRule] = {}
    sign = 1 if kind == "high" else -1
    for rule in rules:
        if not rule.enabled or rule.kind != kind or rule.point is None or rule.limit is None:
            continue
        known = found.get(rule.point)
        if known is None or known.limit is None or sign * (rule.limit - known.limit) < 0:
            found[rule.point] = rule
    return found


def scale_of(bars: Sequence[Bar]) -> tuple[float, float]:
    """Return the scale all bars share: from 0, or from below it, to the highest."""
    known = [each for bar in bars for each in (bar.value, bar.limit) if each is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    return (low, high) if high > low else (low, low + 1.0)


class BarPainter(CellPainter):
    """Draws the bars of one column; the others are cells as everywhere."""

    def __init__(
        self,
        look: Look,
        table: Table[Any],
        column: str,
        bars: Callable[[], Sequence[Bar]],
    ) -> None:
        """``bars`` returns one for each row, in the order of the rows."""
        super().__init__(look, table)
        self._bar_look, self._bar_table = look, table
        self._column, self._bars = column, bars

    def paint(
        self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        column = self._bar_table.rows_model.columns[index.column()]
        if column.id != self._column or painter is None:
            super().paint(painter, option, index)
            return
        theme, bars = self._bar_look.theme, self._bars()
        paint_ground(painter, option, index, theme, self._bar_table)
        if index.row() >= len(bars) or bars[index.row()].value is None:
            return
        bar, (low, high) = bars[index.row()], scale_of(bars)
        room = QRectF(option.rect).adjusted(_AROUND_PX, 0, -_AROUND_PX, 0)

        def across(value: float) -> float:
            return room.left() + (value - low) / (high - low) * room.width()

        start, end = sorted((across(0.0), across(bar.value or 0.0)))
        middle = room.center().y()
        box = QRectF(start, middle - _HIGH_PX / 2, max(end - start, 1.0), _HIGH_PX)
        painter.fillRect(box, QColor(theme.text if bar.beyond else theme.symbol_band))
        if bar.limit is not None:
            tick = QRectF(across(bar.limit) - 1, middle - _TICK_PX / 2, 2, _TICK_PX)
            painter.fillRect(tick, QColor(theme.alarm(bar.priority).edge))
