"""Every value is a door: the one menu that leads to its trend, alarms and papers."""

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QMenu, QWidget

from app.model.point import PointSpec
from app.verbs import Capability
from app.words import _
from widgets.controls.plain import literal
from widgets.controls.quality import shown
from widgets.controls.table import Table
from widgets.devicetabs.tabtype import Subject
from widgets.pagetype import Show


def value_menu(subject: Subject, spec: PointSpec, parent: QWidget) -> QMenu:
    """Return the menu of one point; it goes with ``parent`` or when it closes."""
    context, point = subject.context, subject.point(spec)
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setTitle(literal(spec.name))
    menu.setAccessibleName(spec.name)

    def door(words: str, part: str, capability: Capability) -> None:
        action = menu.addAction(words)
        if action is not None:
            action.setEnabled(context.viewer.may(capability))
            show = Show("device", subject.device, point, part=part)
            action.triggered.connect(lambda _checked=False: context.show(show))

    door(_("Trend"), "chart", Capability.SEE_HISTORY)
    if spec.is_setting:
        door(_("Setting"), "settings", Capability.SEE_PLANT)
    door(_("Alarms of the device"), "alarms", Capability.SEE_ALARMS)
    door(_("Documents"), "documents", Capability.SEE_PLANT)
    menu.addSeparator()
    copy = menu.addAction(_("Copy"))
    if copy is not None:
        copy.triggered.connect(lambda _checked=False: copy_value(subject, spec))
    return menu


def copy_value(subject: Subject, spec: PointSpec) -> None:
    """Put a value with its name, unit and quality on the clipboard."""
    context = subject.context
    said = shown(subject.latest(spec), spec, context.now(), context.zone).spoken
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(f"{subject.detail.view.config.name}, {spec.name}: {said}")


def open_doors(table: Table[PointSpec], subject: Subject) -> None:
    """Give every row of a table of points the menu: right click, Menu key, Shift+F10."""

    def ask(at: QPoint) -> None:
        ground = table.viewport() or table
        index = table.indexAt(at)
        if not index.isValid():
            index = table.currentIndex()
            at = table.visualRect(index).bottomLeft()
        spec = table.rows_model.row(index)
        if spec is not None:
            value_menu(subject, spec, table).popup(ground.mapToGlobal(at))

    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    table.customContextMenuRequested.connect(ask)
