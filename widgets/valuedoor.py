"""Every value is a door: one menu leads from it to its trend, alarms, setting, papers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from PyQt6 import sip
from PyQt6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject, QPoint, Qt
from PyQt6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent
from PyQt6.QtWidgets import QAbstractScrollArea, QMenu, QWidget

from app.model.counter import INDEX_ROLES
from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId, Reading, split_point
from app.verbs import Capability
from app.words import _
from widgets.controls.moments import moment_text, zone_text
from widgets.controls.plain import literal
from widgets.controls.quality import quality_word, shown
from widgets.controls.reasons import reason_text
from widgets.controls.table import Table
from widgets.icons import icon
from widgets.pagetype import PageContext, Show

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Door:
    """The value that was pointed at.

    ``reading`` is given for a value of the past; without it the newest one is meant.
    ``at`` (UTC) is the moment a chart or table row stands for, None for now.
    """

    point: PointId
    spec: PointSpec
    reading: Reading | None = None
    at: datetime | None = None


Find = Callable[[QPoint | None], tuple[Door, QPoint] | None]
"""Finds the value at a place of the widget (None: where the focus is) and says, in
global coordinates, where its menu belongs; None where there is no value."""


def value_menu(context: PageContext, door: Door, parent: QWidget) -> QMenu:
    """Return the menu of a value; it goes with ``parent`` or when it closes.

    What the person may not open is shown, but disabled.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setTitle(literal(door.spec.name))
    menu.setAccessibleName(door.spec.name)
    device = split_point(door.point)[0]
    for words, drawing, part, capability in _ways(door.spec):
        action = menu.addAction(icon(drawing, context.look), literal(words))
        if action is not None:
            action.setEnabled(context.viewer.may(capability))
            to = Show("device", device, door.point, door.at, part)
            action.triggered.connect(lambda _on=False, to=to: context.show(to))
    versions = menu.addAction(icon("history", context.look), _("Versions of the device"))
    if versions is not None:
        versions.setEnabled(context.viewer.may(Capability.EDIT_DEVICES))
        past = Show("versions", part=f"device/{device}")
        versions.triggered.connect(lambda _on=False: context.show(past))
    if door.spec.role in INDEX_ROLES:
        checked = menu.addAction(icon("warning", context.look), _("Findings"))
        if checked is not None:
            checked.setEnabled(context.viewer.may(Capability.SEE_HISTORY))
            found = Show("findings", device, door.point)
            checked.triggered.connect(lambda _on=False: context.show(found))
    menu.addSeparator()
    for words, say in (
        (_("Copy value"), value_text),
        (_("Copy with time and quality"), value_sentence),
    ):
        action = menu.addAction(icon("copy", context.look), literal(words))
        if action is not None:
            action.triggered.connect(lambda _on=False, say=say: _copy(say(context, door)))
    return menu


def value_text(context: PageContext, door: Door) -> str:
    """Return the value as it stands on the screen, with its unit."""
    told = shown(_reading(context, door), door.spec, context.now(), context.zone)
    return " ".join(part for part in (told.text, told.unit) if part)


def value_sentence(context: PageContext, door: Door) -> str:
    """Return device, point, value, quality with its reason, and when it was measured."""
    reading = _reading(context, door)
    device = context.directory.name(split_point(door.point)[0])
    value = value_text(context, door)
    if reading is None:
        return _("{device}, {point}: not read yet").format(device=device, point=door.spec.name)
    quality = quality_word(reading.quality)
    if reading.reason:
        quality = f"{quality} ({reason_text(reading.reason)})"
    when = moment_text(reading.measured_at, context.zone)
    return _("{device}, {point}: {value}, {quality}, measured {when} {zone}").format(
        device=device,
        point=door.spec.name,
        value=value,
        quality=quality,
        when=when,
        zone=zone_text(reading.measured_at, context.zone),
    )


def open_by(widget: QWidget, context: PageContext, find: Find) -> None:
    """Open the menu of a value that ``widget`` shows: right click, Menu key, Shift+F10."""
    _Opener(widget, context, find)


def open_table(
    table: Table[_T],
    context: PageContext,
    door_of: Callable[[_T, str], Door | None],
) -> None:
    """Give the values of a table their menus; ``door_of`` takes a row and a column's id."""

    def find(at: QPoint | None) -> tuple[Door, QPoint] | None:
        ground = table.viewport() or table
        index = table.currentIndex() if at is None else table.indexAt(at)
        if at is not None and not index.isValid():
            return None
        spot = table.visualRect(index).bottomLeft() if at is None else at
        door = _of(table, index, door_of)
        return None if door is None else (door, ground.mapToGlobal(spot))

    open_by(table, context, find)


def _of(
    table: Table[_T], index: QModelIndex, door_of: Callable[[_T, str], Door | None]
) -> Door | None:
    row = table.rows_model.row(index)
    return None if row is None else door_of(row, table.rows_model.columns[index.column()].id)


def _ways(spec: PointSpec) -> list[tuple[str, str, str, Capability]]:
    """Return where a point's menu leads: words, drawing, tab of the device page, right."""
    history, plant = Capability.SEE_HISTORY, Capability.SEE_PLANT
    ways = [(_("Trend"), "trend", "chart", history)]
    if spec.kind is ValueKind.NUMBER:
        ways.append((_("Live chart"), "live", "live", history))
    ways.append((_("Readings"), "history", "readings", history))
    ways.append((_("Alarm rule"), "alarm", "alarms", Capability.SEE_ALARMS))
    if spec.is_setting or spec.listed:
        ways.append((_("Setting"), "edit", "settings", plant))
    else:
        ways.append((_("Register"), "admin", "values", plant))
    ways.append((_("Device"), "plant", "overview", plant))
    ways.append((_("Documents"), "report", "documents", plant))
    return ways


class KeyedMenu(QObject):
    """Lets the Menu key and Shift+F10 ask a widget for its menu, as some systems do not."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if asks_by_key(event) and isinstance(watched, QWidget):
            middle = watched.rect().center()
            reason = QContextMenuEvent.Reason.Keyboard
            wish = QContextMenuEvent(reason, middle, watched.mapToGlobal(middle))
            QCoreApplication.sendEvent(watched, wish)
            return True
        return super().eventFilter(watched, event)


def asks_by_key(event: QEvent | None) -> bool:
    """Whether somebody pressed the Menu key or Shift+F10."""
    if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
        return False
    shift = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
    return event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shift)


class _Opener(QObject):
    """Listens to a widget's clicks and keys for as long as it lives."""

    def __init__(self, widget: QWidget, context: PageContext, find: Find) -> None:
        super().__init__(widget)
        self._widget, self._context, self._find = widget, context, find
        self._menu: QMenu | None = None
        widget.installEventFilter(self)
        ground = widget.viewport() if isinstance(widget, QAbstractScrollArea) else None
        if ground is not None:
            ground.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if isinstance(event, QContextMenuEvent):
            by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
            return self._open(None if by_key else event.pos())
        if asks_by_key(event):
            return self._open(None)
        return super().eventFilter(watched, event)

    def _open(self, at: QPoint | None) -> bool:
        """Open the menu once, although a key may be told as a wish for a menu as well."""
        if self._menu is not None and not sip.isdeleted(self._menu) and self._menu.isVisible():
            return True
        found = self._find(at)
        if found is None:
            return False
        door, spot = found
        self._menu = value_menu(self._context, door, self._widget)
        self._menu.popup(spot)
        return True


def _reading(context: PageContext, door: Door) -> Reading | None:
    return door.reading if door.reading is not None else context.feed.latest(door.point)


def _copy(text: str) -> None:
    clipboard = QGuiApplication.clipboard()
    if clipboard is not None:
        clipboard.setText(text)
