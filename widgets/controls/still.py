"""Fields that the wheel does not change: who rolls over them means the page."""

from typing import TypeVar

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QWidget

_W = TypeVar("_W", bound=QWidget)


class _Still(QObject):
    """Leaves the wheel to whatever scrolls around a field."""

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        if event is None or event.type() is not QEvent.Type.Wheel:
            return super().eventFilter(watched, event)
        event.ignore()
        return True


def still(field: _W) -> _W:
    """Return a choice, number or date of a form, which from now on the wheel leaves alone."""
    field.installEventFilter(_Still(field))
    return field
