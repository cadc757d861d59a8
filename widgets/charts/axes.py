"""The scales of a chart: local time below, numbers in the user's figures at the sides."""

from datetime import tzinfo
from math import ceil, floor, log10

import pyqtgraph
from PyQt6.QtCore import QRectF

from widgets.charts.timescale import label, step_for, ticks
from widgets.controls.quality import figures

_TICK_PX = 76  # room a time needs
_NUMBER_PX = 36  # from one number to the next
_HALF_PX = 7
_MOST_DECIMALS = 6
_SAME = 1e-9  # steps of scales are round numbers but for binary dust
Level = tuple[float, list[float]]  # a step and its ticks


class TimeAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """Whole hours of the wall clock; x is seconds since 1970 (UTC)."""

    def __init__(self, zone: tzinfo | None) -> None:
        super().__init__(orientation="bottom")
        self._zone = zone

    def boundingRect(self) -> QRectF:
        """Return the axis with room for half a label beyond its ends."""
        return QRectF(super().boundingRect()).adjusted(-_TICK_PX / 2, 0, _TICK_PX / 2, 0)

    def tickValues(self, low: float, high: float, size: float) -> list[Level]:
        """Return one level of ticks, as many as have room."""
        step = step_for(high - low, max(int(size / _TICK_PX), 2))
        return [(float(step), ticks(low, high, step, self._zone))]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the words of the ticks."""
        del scale
        return [label(value, self._zone, spacing) for value in values]


class NumberAxis(pyqtgraph.AxisItem):  # type: ignore[misc]
    """Numbers with a real minus; the unit stands once, behind the uppermost."""

    def __init__(self, orientation: str, unit: str) -> None:
        super().__init__(orientation=orientation)
        self.enableAutoSIPrefix(False)
        self._unit = unit
        self._is_blank = False

    def blank(self, blank: bool) -> None:
        """Show no figures, because nothing is measured on this scale, or show them again."""
        if blank is not self._is_blank:
            self._is_blank = blank
            self.picture = None
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the axis with room for half a figure beyond its ends."""
        return QRectF(super().boundingRect()).adjusted(0, -_HALF_PX, 0, _HALF_PX)

    def tickValues(self, low: float, high: float, size: float) -> list[Level]:
        """Return ticks at round numbers, as many as have room."""
        if self._is_blank:
            return []
        step = round_step((high - low) / max(size / _NUMBER_PX, 1))
        first, last = ceil(low / step - _SAME), floor(high / step + _SAME)
        return [(step, [nth * step for nth in range(first, last + 1)])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Return the figures, no finer than the step between them."""
        decimals = 0
        while decimals < _MOST_DECIMALS and abs(round(spacing, decimals) - spacing) > _SAME:
            decimals += 1
        texts = [figures(value * scale, decimals) for value in values]
        if texts and self._unit:
            top = max(range(len(values)), key=lambda nth: values[nth])
            texts[top] = f"{texts[top]} {self._unit}"
        return texts


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** floor(log10(least)) if least > 0 else 1.0
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least - _SAME)
