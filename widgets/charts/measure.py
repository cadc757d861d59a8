"""The cursors of a chart worked by keys and pointer, and what the pens say at them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent

from widgets.charts.foot import Foot
from widgets.charts.pens import Pen
from widgets.charts.pentable import PenTable

if TYPE_CHECKING:
    from widgets.charts.plot import Plot

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_NAMES = {Qt.Key.Key_A: "a", Qt.Key.Key_B: "b"}
_LEAP = 10  # samples, with Shift


class Measure:
    """Tells table and foot what the pens are at A and B, or under the pointer."""

    def __init__(
        self,
        pens: Callable[[], Sequence[Pen]],
        now: Callable[[], datetime],
        table: PenTable,
        foot: Foot,
    ) -> None:
        self._pens, self._now, self._table, self._foot = pens, now, table, foot
        self.plot: Plot | None = None
        table.picked.connect(lambda _pen: self.tell())  # the integral is the picked pen's

    def key(self, event: QKeyEvent) -> bool:
        """Move the cursor by a sample, by ten with Shift; A and B place one; Esc clears."""
        if self.plot is None:
            return False
        key = Qt.Key(event.key())
        if key in _STEPS:
            leap = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self._step(self.plot, _STEPS[key] * (_LEAP if leap else 1))
        elif key == Qt.Key.Key_Backspace:
            self.plot.zoom_back()
        elif key in _NAMES and not event.modifiers():
            self._place(self.plot, _NAMES[key])
        elif key == Qt.Key.Key_Escape and self._stands(self.plot):
            self.plot.cursors.clear()
            self.tell()
        else:
            return False
        return True

    def put(self, moment_s: float) -> None:
        """Put cursor A to a moment (seconds since 1970)."""
        if self.plot is not None:
            self.plot.cursors.place("a", moment_s)
            self.tell()

    def clear(self) -> None:
        """Take both cursors away."""
        if self.plot is not None:
            self.plot.cursors.clear()

    def point(self, moment_s: float | None) -> None:
        """Follow the pointer; its values are told as long as cursor A does not stand."""
        if self.plot is not None:
            self.plot.cursors.place("hover", moment_s)
            if self.plot.cursors.at["a"] is None:
                self.tell()

    def tell_all(self) -> None:
        """Say in figures what the pens are, at the cursors and over the time seen."""
        if self.plot is not None:
            start, end = self.plot.seen
            for pen in self._pens():
                pen.sum_up(start, end, self._now().timestamp())
        self.tell()

    def tell(self) -> None:
        """Say in figures what the pens are at the cursors."""
        at = self.plot.cursors.at if self.plot is not None else {}
        a, b = at.get("a"), at.get("b")
        under = at.get("hover") if a is None else a
        for pen in self._pens():
            pen.stand(under, b)
        chosen = self._table.current() or next(iter(self._pens()), None)
        integral = ""
        if chosen is not None and a is not None and b is not None:
            integral = chosen.integral(a, b)
        self._foot.tell(under, b, integral)
        self._table.tell()

    def _place(self, plot: "Plot", name: str) -> None:
        """Put a cursor where the pointer is, else into the middle of what is seen."""
        under = plot.cursors.at["hover"]
        start, end = plot.seen
        plot.cursors.place(name, (start + end) / 2 if under is None else under)
        self.tell()

    def _step(self, plot: "Plot", samples: int) -> None:
        times = next((pen.trace.times for pen in self._pens() if len(pen.trace)), None)
        if times is None:
            return
        cursors = plot.cursors
        stands = cursors.at[cursors.active]
        at = len(times) if stands is None else int(times.searchsorted(stands))
        cursors.place(cursors.active, float(times[min(max(at + samples, 0), len(times) - 1)]))
        self.tell()

    @staticmethod
    def _stands(plot: "Plot") -> bool:
        return any(plot.cursors.at[name] is not None for name in ("a", "b"))
