"""Every value of a picture is a door: which one the pointer or the keyboard is at."""

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import QPointF

from app.model.reading import PointId
from flowdiagrams.binding import Binding
from flowdiagrams.items import Live, Ring

_ROW_PX = 40  # values this close in height are read as one row


class Doors:
    """Finds and marks the live items that stand for a point."""

    def __init__(self, items: Sequence[Live[Any]], binding: Binding) -> None:
        bound = [item for item in items if item.slot and binding.point(item.slot) is not None]
        self._items = sorted(bound, key=_reading_order)
        self._binding = binding
        self._chosen = -1
        self._hovered: Live[Any] | None = None

    @property
    def chosen(self) -> Live[Any] | None:
        """The value the arrow keys are at."""
        return self._items[self._chosen] if self._chosen >= 0 else None

    def at(self, place: QPointF) -> Live[Any] | None:
        """Return the value at a place of the picture, the smallest where several overlap."""
        here = [item for item in self._items if item.core().contains(place)]
        return min(here, key=_area, default=None)

    def point(self, item: Live[Any] | None) -> PointId | None:
        """Return the point behind a value."""
        return None if item is None else self._binding.point(item.slot)

    def hover(self, item: Live[Any] | None) -> None:
        """Box the value the pointer is over."""
        if item is self._hovered:
            return
        before, self._hovered = self._hovered, item
        for one in (before, item):
            self._mark(one)

    def choose(self, step: int) -> None:
        """Go ``step`` values on in reading order, round at the ends."""
        if self._items:
            start = self._chosen if self._chosen >= 0 or step > 0 else 0
            self._go((start + step) % len(self._items))

    def leave(self) -> None:
        """Take the ring away: the keyboard is elsewhere."""
        self._go(-1)

    def _go(self, chosen: int) -> None:
        before, self._chosen = self.chosen, chosen
        for one in (before, self.chosen):
            self._mark(one)

    def _mark(self, item: Live[Any] | None) -> None:
        if item is not None:
            hover = Ring.HOVER if item is self._hovered else Ring.NONE
            item.ring(Ring.FOCUS if item is self.chosen else hover)


def _reading_order(item: Live[Any]) -> tuple[int, float]:
    middle = item.core().center()
    return int(middle.y() // _ROW_PX), middle.x()


def _area(item: Live[Any]) -> float:
    return item.core().width() * item.core().height()
