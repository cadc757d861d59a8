"""One value against another: flow over outdoor temperature, power over spread."""

from collections.abc import Sequence

import numpy as np
from PyQt6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.words import _, ngettext
from widgets.charts.envelope import Floats
from widgets.charts.pens import Kind, Pen
from widgets.controls.card import GAP, MARGIN
from widgets.controls.plain import label, sentence
from widgets.controls.quality import figures
from widgets.pagetype import PageContext

MOST_DOTS = 20_000  # of each pen; more of them only cover each other
_DOT_PX = 4
_LEAST = 3  # dots through which a straight line says anything
_DOT_STRENGTH = 0.6


class XYWindow(QDialog):
    """Draws the other pens over the one chosen for the horizontal axis."""

    def __init__(self, context: PageContext, pens: Sequence[Pen], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("One value against another"))
        self.resize(900, 640)
        self._context = context
        self._pens = [pen for pen in pens if pen.kind is Kind.MEASURED and len(pen.trace)]
        self.across, self.up = QComboBox(), QComboBox()
        self.across.setAccessibleName(_("Horizontal"))
        self.up.setAccessibleName(_("Vertical"))
        for box in (self.across, self.up):
            for pen in self._pens:
                box.addItem(f"{pen.spec.name} [{pen.spec.unit}]")
        self.says = sentence("", "quiet")
        row = QHBoxLayout()
        row.setSpacing(8)
        for each in (label(_("Horizontal")), self.across, label(_("Vertical")), self.up):
            row.addWidget(each)
        row.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._column.setSpacing(GAP)
        self._column.addLayout(row)
        self._make_plot()
        self._column.addWidget(self.says)
        if len(self._pens) > 1:
            self.up.setCurrentIndex(1)
        for box in (self.across, self.up):
            box.currentIndexChanged.connect(lambda _at: self.draw())
        self.draw()

    def draw(self) -> None:
        """Draw the dots of the two values chosen, and the straight line through them."""
        if not self._pens:
            self.says.setText(_("Nothing was stored in this time."))
            return
        one, other = self._pens[self.across.currentIndex()], self._pens[self.up.currentIndex()]
        x, y = together(one, other)
        self.dots.setData(x, y)
        theme = self._context.theme
        colour = other.colour(theme)
        colour.setAlphaF(_DOT_STRENGTH)
        self.dots.setBrush(colour)
        self.dots.setPen(None)
        for side, pen in (("bottom", one), ("left", other)):
            self.plot.setLabel(side, f"{pen.spec.name} [{pen.spec.unit}]", color=theme.quiet)
        line = straight(x, y)
        self.line.setData(*(([], []) if line is None else _ends(x, line)))
        self.line.setPen(theme.text)
        self.plot.getViewBox().autoRange()
        self.says.setText(self._told(one, other, len(x), line))

    def _told(
        self, one: Pen, other: Pen, count: int, line: tuple[float, float, float] | None
    ) -> str:
        if line is None:
            return ngettext(
                "{count} pair of values at the same time.",
                "{count} pairs of values at the same time.",
                count,
            ).format(count=count)
        slope, _level, fit = line
        return ngettext(
            "{count} pair of values at the same time; {slope} {unit} for each {across}, "
            "R² {fit}.",
            "{count} pairs of values at the same time; {slope} {unit} for each {across}, "
            "R² {fit}.",
            count,
        ).format(
            count=count,
            slope=figures(slope, other.spec.decimals + 2),
            unit=other.spec.unit,
            across=one.spec.unit or one.spec.name,
            fit=figures(fit, 2),
        )

    def _make_plot(self) -> None:
        # Loaded already: the chart that opened this drew with it.
        import pyqtgraph

        from widgets.charts.axes import NumberAxis

        theme = self._context.theme
        self._axes = {side: NumberAxis(side, "") for side in ("bottom", "left")}
        self.plot = pyqtgraph.PlotWidget(background=theme.surface, axisItems=self._axes)
        self.plot.setAccessibleName(_("One value against another"))
        self.plot.setMenuEnabled(False)
        self.plot.showGrid(x=True, y=True, alpha=0.2)
        self.dots = pyqtgraph.ScatterPlotItem(size=_DOT_PX, pxMode=True)
        self.line = pyqtgraph.PlotCurveItem()
        self.plot.addItem(self.dots)
        self.plot.addItem(self.line)
        for axis in self._axes.values():
            axis.blank(not self._pens)  # no figures where nothing was measured
            axis.setPen(theme.control_edge)
            axis.setTextPen(theme.quiet)
        self._column.addWidget(self.plot, 1)


def together(one: Pen, other: Pen) -> tuple[Floats, Floats]:
    """Return the good values of both at the moments of the first.

    The other's value is taken between two neighbouring good samples, never across a gap.
    """
    trace = other.trace
    times = one.trace.times
    known = np.isfinite(one.trace.values) & ~one.trace.doubtful
    times, x = times[known], one.trace.values[known]
    if not len(times) or len(trace) < len(("one", "two")):
        return x[:0], x[:0]
    after = np.clip(np.searchsorted(trace.times, times), 1, len(trace) - 1)
    before = after - 1
    right = ~trace.doubtful
    apart = trace.gap_flags()[before]
    y = np.interp(times, trace.times, trace.values)
    inside = (times >= trace.times[0]) & (times <= trace.times[-1])
    usable = inside & ~apart & right[before] & right[after] & np.isfinite(y)
    x, y = x[usable], y[usable]
    every = max(len(x) // MOST_DOTS, 1)
    return x[::every], y[::every]


def straight(x: Floats, y: Floats) -> tuple[float, float, float] | None:
    """Return slope, level and R² of the line of least squares; None where there is none."""
    if len(x) < _LEAST or float(np.ptp(x)) == 0 or float(np.ptp(y)) == 0:
        return None
    slope, level = np.polyfit(x, y, 1)
    fit = float(np.corrcoef(x, y)[0, 1]) ** 2
    return float(slope), float(level), fit


def _ends(x: Floats, line: tuple[float, float, float]) -> tuple[list[float], list[float]]:
    slope, level, _fit = line
    both = [float(x.min()), float(x.max())]
    return both, [slope * at + level for at in both]
