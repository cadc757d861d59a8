"""The breaker on a device's button as a door: its trend, its alarms, its register."""

from PyQt6.QtCore import QPoint

from widgets.devicelist.buttons import DeviceButtons
from widgets.models.devicebuttons import ButtonTexts
from widgets.pagetype import PageContext
from widgets.valuedoor import Door, open_by


def open_buttons(buttons: DeviceButtons, context: PageContext, texts: ButtonTexts) -> None:
    """Give each breaker its menu: right click, Menu key, Shift+F10."""

    def find(at: QPoint | None) -> tuple[Door, QPoint] | None:
        ground = buttons.viewport() or buttons
        index = buttons.currentIndex() if at is None else buttons.indexAt(at)
        view = buttons.row_at(index)
        point = None if view is None else texts.breaker_point(view)
        spec = None if point is None else context.directory.spec(point)
        if point is None or spec is None:
            return None
        spot = buttons.visualRect(index).center() if at is None else at
        return Door(point, spec), ground.mapToGlobal(spot)

    open_by(buttons, context, find)
