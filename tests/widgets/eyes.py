"""What a person sees of a table or a form, read off the widgets themselves."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from PyQt6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PyQt6.QtGui import QImage, QWheelEvent
from PyQt6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from tests.pixels import names_in
from widgets.controls.table import Table
from widgets.models.rows import CELL, Cell, RowsModel

LONG = "Fjernvarmecentral " * 17  # three hundred characters
MARKUP = "<b>x</b> & <img src=x>"
_T = TypeVar("_T")


def column(model: RowsModel[_T], name: str) -> list[str]:
    """Return what stands in a column from top to bottom, as it is read aloud."""
    at = [each.id for each in model.columns].index(name)
    return [model.data(model.index(row, at)) for row in range(model.rowCount())]


def cell(model: RowsModel[_T], row: int, name: str) -> Cell:
    """Return one cell by its row and the column's id."""
    at = [each.id for each in model.columns].index(name)
    found = model.index(row, at).data(CELL)
    assert isinstance(found, Cell)
    return found


def place(table: Table[_T], row: int, name: str | None = None) -> QPoint:
    """Return where to click in a row (in its first column without a name)."""
    columns = [each.id for each in table.rows_model.columns]
    at = 0 if name is None else columns.index(name)
    return table.visualRect(table.rows_model.index(row, at)).center()


def ground(table: Table[_T]) -> QWidget:
    """Return the part of a table that takes clicks."""
    found = table.viewport()
    assert found is not None
    return found


def index(table: Table[_T], row: int, name: str) -> QModelIndex:
    """Return an index by row and the column's id."""
    columns = [each.id for each in table.rows_model.columns]
    return table.rows_model.index(row, columns.index(name))


def words(widget: QWidget) -> list[str]:
    """Return every text that stands on labels a person can see now."""
    return [
        each.text()
        for each in widget.findChildren(QLabel)
        if each.text() and each.isVisibleTo(widget)
    ]


def button_named(widget: QWidget, name: str) -> QPushButton:
    """Return the visible button of a name, as a screen reader tells it."""
    for each in widget.findChildren(QPushButton):
        if each.accessibleName() == name and each.isVisibleTo(widget):
            return each
    raise AssertionError(f"no button {name!r}")


def wheel(over: QWidget, notches: int = -1) -> None:
    """Turn the wheel over the middle of a widget."""
    middle = over.rect().center()
    turn = QPoint(0, 120 * notches)
    event = QWheelEvent(
        QPointF(middle),
        QPointF(over.mapToGlobal(middle)),
        turn,
        turn,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(over, event)


def colours(image: QImage) -> set[str]:
    """Return every colour of a small picture as ``#rrggbb``."""
    return names_in(image)


def overlapping(widgets: Sequence[QWidget], within: QWidget) -> Iterator[tuple[Any, Any]]:
    """Yield pairs of visible widgets that cover each other."""
    seen = [
        (each, each.rect().translated(each.mapTo(within, QPoint(0, 0))))
        for each in widgets
        if each.isVisibleTo(within)
    ]
    for at, (one, here) in enumerate(seen):
        for other, there in seen[at + 1 :]:
            if here.intersects(there):
                yield one, other
