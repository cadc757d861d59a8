"""The values of one device's tables and picture as doors."""

from PyQt6.QtWidgets import QMenu, QWidget

from app.model.point import PointSpec
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
