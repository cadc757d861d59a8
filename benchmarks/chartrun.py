"""One run of the chart's measurements in a process of its own: prints what it measured."""

import gc
import json
import os
import sys
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import TYPE_CHECKING

import numpy as np
import psutil
from PyQt6.QtWidgets import QApplication, QWidget

from app.model.point import PointSpec
from app.model.reading import PointId, Quality, Reading
from app.series import Series
from benchmarks.watch import Watch
from widgets.charts.pens import Pen, Subject

if TYPE_CHECKING:
    from widgets.charts.plot import Plot

PENS, SAMPLES, YEAR_SAMPLES = 20, 175_000, 35_040
WIDTH, HEIGHT = 1600, 800
PANS, WARM = 120, 10
DAY_S, LIVE_STEP_S, LIVE_WINDOW_S = 86_400, 2, 3600
START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
_MB = 1024 * 1024


def main() -> None:
    """Measure and print one line of JSON."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    gc.disable()  # the desk collects on its own terms too
    from app.compose.desktop import application

    app = application()
    from widgets.fonts import body_font

    body_font()  # the letters belong to the desk's own start
    told = {"empty_ms": _empty(app), "first_ms": _first(app)}
    told |= _live()
    told |= {"year_s": _year(app)} | _pan(app)
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    os._exit(0)  # Qt's objects go with the process


def _pens(count: int, samples: int, step_s: float) -> list[Pen]:
    made: list[Pen] = []
    times = ((START + np.arange(samples) * step_s) * 1000).astype(np.int64)
    random = np.random.default_rng(1)
    for nth in range(count):
        point = PointId(f"device-{nth}.s{nth}")
        pen = Pen(nth, Subject(point, PointSpec(f"s{nth}", f"S{nth} Flow", "°C", 1)))
        values = 40 + nth + np.cumsum(random.normal(0, 0.05, samples))
        pen.trace.load(Series(point, times, values, np.zeros(samples, np.uint8)))
        made.append(pen)
    return made


def _empty(app: QApplication) -> float:
    """Return the milliseconds to an empty window of pyqtgraph, painted."""
    import pyqtgraph

    watch = Watch()
    window = pyqtgraph.PlotWidget()
    window.resize(WIDTH, HEIGHT)
    window.show()
    _painted(app, window)
    taken = watch.own_ms()
    window.hide()
    return taken


def _plot(app: QApplication, pens: list[Pen], end_s: float) -> "Plot":
    from widgets.charts.plot import Plot
    from widgets.theme import load_theme

    plot = Plot(pens, load_theme("night"), UTC)
    plot.resize(WIDTH, HEIGHT)
    plot.show_period(START, end_s, whole=True)
    plot.draw()
    plot.show()
    _painted(app, plot)
    return plot


def _first(app: QApplication) -> float:
    """Return the milliseconds to a chart of five pens over a day, painted."""
    pens = _pens(5, 96, 900)
    watch = Watch()
    plot = _plot(app, pens, START + DAY_S)
    taken = watch.own_ms()
    plot.hide()
    return taken


def _year(app: QApplication) -> float:
    """Return the seconds from samples at hand to twenty pens over a year, painted."""
    pens = _pens(PENS, YEAR_SAMPLES, 900)
    watch = Watch()
    plot = _plot(app, pens, START + YEAR_SAMPLES * 900)
    taken = watch.own_ms() / 1000
    plot.hide()
    return taken


def _pan(app: QApplication) -> dict[str, float]:
    """Return how long a step of panning takes, drawn and painted, over 3.5 million points."""
    pens = _pens(PENS, SAMPLES, 10)
    end = START + SAMPLES * 10
    plot = _plot(app, pens, end)
    width = (end - START) / 3
    ground = plot.area.viewport()
    taken = []
    for nth in range(PANS + WARM):
        begin = START + width / 2 + nth * width / 400
        watch = Watch()
        plot.zoom(begin, begin + width, remember=False)
        ground.repaint()
        taken.append(watch.own_ms())
    plot.hide()
    cuts = quantiles(taken[WARM:], n=20)
    return {"pan_p50_ms": cuts[9], "pan_p95_ms": cuts[18]}


def _live() -> dict[str, float]:
    """Return how the memory grows while twenty pens run live for a simulated day."""
    pens = _pens(PENS, 1, 1)
    process = psutil.Process()
    at_hours: list[float] = []
    for second in range(LIVE_STEP_S, DAY_S + 1, LIVE_STEP_S):
        moment = datetime.fromtimestamp(START, UTC) + timedelta(seconds=second)
        for pen in pens:
            reading = Reading(pen.point, 40.0 + second % 60 / 10, Quality.GOOD, moment)
            pen.trace.append(reading)
        if second % 60 == 0:
            for pen in pens:
                pen.trace.keep_from(START + second - LIVE_WINDOW_S)
                pen.look_at(START + second - LIVE_WINDOW_S, START + second, 800)
        if second % 3600 == 0:
            at_hours.append(process.memory_info().rss / _MB)
    return {"live_first_mb": at_hours[1], "live_last_mb": max(at_hours[2:])}


def _painted(app: QApplication, window: QWidget) -> None:
    for _nth in range(3):
        app.processEvents()
    window.repaint()


if __name__ == "__main__":
    main()
