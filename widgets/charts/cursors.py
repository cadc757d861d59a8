"""Cursors A and B across all lanes of a chart, and the faint line under the pointer."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

import pyqtgraph
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor

from widgets.controls.moments import clock_text
from widgets.fonts import SMALL_PX, font
from widgets.theme import Theme

_DASHES = {"a": Qt.PenStyle.SolidLine, "b": Qt.PenStyle.DashLine, "hover": Qt.PenStyle.DotLine}


class Cursors:
    """Where A and B stand, in seconds since 1970; None where one does not stand."""

    def __init__(self, views: Sequence[Any], zone: tzinfo | None) -> None:
        self._zone = zone
        self._lines: dict[str, list[Any]] = {name: [] for name in _DASHES}
        self.at: dict[str, float | None] = dict.fromkeys(_DASHES)
        self.active = "a"  # which one the arrow keys move
        self._moved: Callable[[], None] = _nobody
        self._flags: dict[str, Any] = {}
        for name in _DASHES:
            for view in views:
                self._lines[name].append(self._line(name, view, last=view is views[-1]))

    def on_moved(self, told: Callable[[], None]) -> None:
        """Call ``told`` when a cursor was dragged elsewhere."""
        self._moved = told

    def place(self, name: str, moment_s: float | None) -> None:
        """Put a cursor (``a``, ``b`` or ``hover``) to a moment, or take it away."""
        self.at[name] = moment_s
        if name in ("a", "b") and moment_s is not None:
            self.active = name
        for line in self._lines[name]:
            line.setVisible(moment_s is not None)
            if moment_s is not None:
                line.blockSignals(True)
                line.setValue(moment_s)
                line.blockSignals(False)
        if moment_s is not None and name in self._flags:
            clock = clock_text(datetime.fromtimestamp(moment_s, UTC), self._zone)
            self._flags[name].setFormat(f"{name.upper()} {clock[:5]}")

    def clear(self) -> None:
        """Take A and B away."""
        for name in ("a", "b"):
            self.place(name, None)
        self.active = "a"

    def wear(self, theme: Theme) -> None:
        """Draw in a theme's colours."""
        for name, lines in self._lines.items():
            colour = QColor(theme.quiet if name == "hover" else theme.accent)
            for line in lines:
                line.setPen(pyqtgraph.mkPen(colour, width=1.5, style=_DASHES[name]))
                line.setHoverPen(pyqtgraph.mkPen(colour, width=3, style=_DASHES[name]))
        for flag in self._flags.values():
            flag.setColor(QColor(theme.on_accent))
            flag.fill = pyqtgraph.mkBrush(theme.accent)

    def _line(self, name: str, view: Any, *, last: bool) -> Any:
        flagged = last and name != "hover"
        line = pyqtgraph.InfiniteLine(
            angle=90,
            movable=name != "hover",
            label=name.upper() if flagged else None,
            labelOpts={"position": 0.0, "anchors": [(0.5, 1), (0.5, 1)]} if flagged else None,
        )
        if flagged:
            self._flags[name] = line.label
            line.label.setFont(font(SMALL_PX, strong=True))
        line.hide()
        line.setZValue(50)
        view.addItem(line, ignoreBounds=True)
        if name != "hover":
            line.sigDragged.connect(lambda dragged, n=name: self._drag(n, dragged))
        return line

    def _drag(self, name: str, line: Any) -> None:
        self.place(name, float(line.value()))
        self._moved()


def _nobody() -> None:
    """Hear nothing."""
