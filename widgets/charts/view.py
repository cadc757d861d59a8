"""The ground lines are drawn on: dragging zooms in time, Shift moves, the wheel zooms there."""

from typing import Any

import pyqtgraph
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QColor

from widgets.theme import Theme

SHORTEST_S = 60.0  # nobody zooms in further
_A_CLICK_PX = 6  # a shorter drag was meant as a click
_BAND_STRENGTH = 0.25


class View(pyqtgraph.ViewBox):  # type: ignore[misc]
    """One lane's ground; only its time can be moved by hand."""

    zoomed = pyqtSignal(float, float)  # seconds since 1970
    clicked = pyqtSignal(float, bool)  # seconds since 1970, with Shift

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseEnabled(x=True, y=False)
        self.setDefaultPadding(0)
        self.enableAutoRange(x=False, y=False)
        self._band = pyqtgraph.LinearRegionItem(movable=False)
        self._band.setZValue(100)
        self._band.hide()
        self.addItem(self._band, ignoreBounds=True)

    def wear(self, theme: Theme) -> None:
        """Draw the band of a drag in the theme's accent."""
        colour = QColor(theme.accent)
        for line in self._band.lines:
            line.setPen(pyqtgraph.mkPen(colour))
        colour.setAlphaF(_BAND_STRENGTH)
        self._band.setBrush(colour)

    def mouseDragEvent(self, event: Any, axis: Any = None) -> None:
        """Zoom to what is dragged over; with Shift or the middle button, move along."""
        moves = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.button() != Qt.MouseButton.LeftButton or moves:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        ends = [event.buttonDownScenePos(), event.scenePos()]
        begin, end = sorted(self.mapSceneToView(place).x() for place in ends)
        self._band.setRegion((begin, end))
        self._band.setVisible(not event.isFinish())
        if event.isFinish() and abs(ends[0].x() - ends[1].x()) > _A_CLICK_PX:
            self.zoomed.emit(begin, max(end, begin + SHORTEST_S))

    def mouseClickEvent(self, event: Any) -> None:
        """Tell where somebody clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.clicked.emit(self.mapSceneToView(event.scenePos()).x(), shift)
