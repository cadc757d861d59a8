"""The values of one device's tables and picture as doors."""

from collections.abc import Callable, Sequence

from PyQt6.QtWidgets import QMenu, QWidget

from app.model.point import PointSpec
from app.model.reading import Reading
from widgets import valuedoor
from widgets.controls.table import Table
from widgets.devicetabs.tabtype import Subject
from widgets.models.settings import SettingRow
from widgets.valuedoor import Door


def value_menu(subject: Subject, spec: PointSpec, parent: QWidget) -> QMenu:
    """Return the menu of one point; it goes with ``parent`` or when it closes."""
    return valuedoor.value_menu(subject.context, Door(subject.point(spec), spec), parent)


def open_doors(table: Table[PointSpec], subject: Subject) -> None:
    """Give every row of a table of points the menu: right click, Menu key, Shift+F10."""
    valuedoor.open_table(
        table, subject.context, lambda spec, _column: Door(subject.point(spec), spec)
    )


def open_setting_doors(table: Table[SettingRow], subject: Subject) -> None:
    """Give every setting of a table the menu; heads of groups have none."""

    def door_of(row: SettingRow, _column: str) -> Door | None:
        return None if row.spec is None else Door(subject.point(row.spec), row.spec)

    valuedoor.open_table(table, subject.context, door_of)


def open_column_doors(
    table: Table[int],
    subject: Subject,
    specs: Sequence[PointSpec],
    past: Callable[[int, PointSpec], Reading | None] = lambda _row, _spec: None,
) -> None:
    """Give every cell of a table with a column a point its menu.

    ``past`` answers the reading a cell shows, None where it shows the newest.
    """
    known = {spec.key: spec for spec in specs}

    def door_of(row: int, column: str) -> Door | None:
        spec = known.get(column)
        if spec is None:
            return None
        reading = past(row, spec)
        at = reading.measured_at if reading is not None else None
        return Door(subject.point(spec), spec, reading, at)

    valuedoor.open_table(table, subject.context, door_of)
