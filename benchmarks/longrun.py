"""One window that works long or looks far back: started by ``benchmarks.large``."""

import math
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar

from app.history.store import EmbeddedHistory
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.project.config import PlantConfig
from app.project.folder import ProjectFolder
from app.project.opening import Administrator, create_project, open_project
from benchmarks.largeplant import A266, LOGIN, WORD, day_of_samples, sensors, shown_devices
from benchmarks.largerun import Figures, desk, live, memory_mb, wait_until
from benchmarks.watch import Watch
from widgets.charts.livechart import WINDOWS_MIN, LiveChart
from widgets.charts.period import custom
from widgets.desk import Json
from widgets.devicetabs.livechart import LiveChartTab
from widgets.models.measured import MEASURES
from widgets.pages.devices import DevicesPage
from widgets.pages.trend import TrendPage
from widgets.pagetype import Page, Show
from widgets.pointfeed import PointFeed
from widgets.shell.window import MainWindow

ROWS, EVERY_S, WATCHED_S = 1000, 0.5, 20.0
PENS, YEARS, YEAR_D = 20, 5, 365
DAY_S, TURN_S, HOUR_S, WARM_H = 86_400, 10, 3600, 6
ROUNDS = 5
_ON_A_LINK = 50
_PROFILE = "bench.ten"
_P = TypeVar("_P", bound=Page)


def table(folder: Path) -> Figures:
    """Show a thousand rows, each with ten columns that change twice a second."""
    _plain_project(folder)
    with desk(folder) as (_joined, window):
        page = _opened(window, Show("devices"), DevicesPage)
        page.table.show_columns(["name", *(measure.id for measure in MEASURES), "age"])
        painted: list[None] = []
        page.model.dataChanged.connect(lambda *_area: painted.append(None))
        devices = [view.config.id for view in window.context.directory.views]
        feeder = _Feeder(window.context.feed, devices)
        feeder.start()
        live(5)
        painted.clear()
        begun_s, worked_s = time.perf_counter(), time.process_time()
        live(WATCHED_S)
        seconds = time.perf_counter() - begun_s
        cores = (time.process_time() - worked_s) / seconds
        told = {"cores": cores, "hz": len(painted) / seconds, "fed_hz": feeder.turns / seconds}
        feeder.stop()
    return told


class _Feeder(Thread):
    """Tells every value of every device anew, as often as it is wanted."""

    def __init__(self, feed: PointFeed, devices: Sequence[DeviceId]) -> None:
        super().__init__(name="feeder", daemon=True)
        self._feed, self._over = feed, Event()
        self._points = [point_id(each, measure.id) for each in devices for measure in MEASURES]
        self.turns = 0

    def run(self) -> None:
        """Feed until stopped."""
        while not self._over.wait(EVERY_S):
            self.turns += 1
            at, value = datetime.now(UTC), 50 + self.turns % 100 / 10
            self._feed.offer([Reading(each, value, Quality.GOOD, at) for each in self._points])

    def stop(self) -> None:
        """Feed no more."""
        self._over.set()
        self.join()


def _plain_project(folder: Path) -> None:
    """Make a thousand devices that measure every quantity the list has a column for."""
    administrator = Administrator(LOGIN, "Bench", WORD)
    create_project(folder, title="Rows", zone="Europe/Copenhagen", administrator=administrator)
    points = "\n".join(
        f"  - {{id: {measure.id}, name: {measure.id}, at: {nth}, unit: {measure.unit},"
        f" role: {measure.roles[0]}}}"
        for nth, measure in enumerate(MEASURES)
    )
    text = (
        f"schema: 1\nprofile: {{id: {_PROFILE}, version: 1, vendor: Bench, models: [Ten],"
        " label: Ten columns, status: draft}\nlink: {addressing: {base: 0}}\n"
        "poll_groups: {fast: 3600s}\ndefaults: {type: int16, area: holding, poll: fast,"
        f" decimals: 1}}\npoints:\n{points}\nsources: [benchmarks/longrun.py]\n"
    )
    (folder / "profiles" / f"{_PROFILE}.yaml").write_text(text, encoding="utf-8")
    links = [
        LinkConfig(LinkId(f"l{nth}"), "modbus-tcp", f"Gateway {nth}", {"host": f"10.1.{nth}.7"})
        for nth in range(math.ceil(ROWS / _ON_A_LINK))
    ]
    devices = [
        DeviceConfig(
            *(DeviceId(f"d{nth}"), f"Havnegade {nth}", "Havnen", links[nth // _ON_A_LINK].id),
            *(nth % _ON_A_LINK + 1, _PROFILE),
        )
        for nth in range(ROWS)
    ]

    def fill(plant: PlantConfig) -> PlantConfig:
        return replace(
            plant, links={x.id: x for x in links}, devices={x.id: x for x in devices}
        )

    with closing(open_project(folder)) as project:
        project.configuration.change(LOGIN, "a thousand rows", fill)


class MovedClock:
    """Time that moves by hand, for the core and the window alike."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


def day(folder: Path) -> Figures:
    """Look at a live chart of twenty pens for a day whose hours pass in seconds."""
    clock = MovedClock()
    with desk(folder, clock) as (_joined, window):
        chart = _live_chart(window)
        at_hours: list[float] = []
        for second in range(TURN_S, DAY_S + 1, TURN_S):
            clock.at += timedelta(seconds=TURN_S)
            _turn(window, chart, clock.at)
            if second % HOUR_S == 0:
                at_hours.append(memory_mb())
        pens, samples = len(chart.set.pens), len(chart.set.pens[0].trace)
    return {
        "first_mb": max(at_hours[1:WARM_H]),  # the picture is full, the core has done all once
        "last_mb": max(at_hours[WARM_H:]),
        "pens": float(pens),
        "samples": float(samples),
    }


def _live_chart(window: MainWindow) -> LiveChart:
    device = shown_devices()[0]
    window.show_page(Show("device", device, part="live"))
    wait_until(lambda: window.front is not None and window.front.settled())
    tab = window.findChild(LiveChartTab)
    if tab is None:
        raise RuntimeError("there is no live chart")
    for key in sensors(A266):
        tab.reveal(Show("device", device, point_id(device, key), part="live"))
    live(1)
    if tab.chart is None:
        raise RuntimeError("the live chart has no pens")
    tab.chart.pause.click()  # its own turns end: the clock of this day moves by hand
    tab.chart.window_bar.chosen.emit(len(WINDOWS_MIN) - 1)
    return tab.chart


def _turn(window: MainWindow, chart: LiveChart, at: datetime) -> None:
    """Let the chart ask the device, and wait until the answer is in its lines."""
    pen = chart.set.pens[0]
    chart.turn()

    def told() -> bool:
        window.context.feed.refresh()
        newest = pen.trace.times[-1] if len(pen.trace) else 0.0
        return chart.is_answered and newest >= at.timestamp()

    wait_until(told)


def _year_points() -> list[PointId]:
    """Return the twenty points that have five years of samples."""
    return [point_id(each, key) for each in shown_devices()[:2] for key in sensors(A266)[:10]]


def fill_years(folder: Path) -> None:
    """Give the points five years of quarters, up to the last full hour."""
    points, end = _year_points(), _last_hour()
    store = EmbeddedHistory(ProjectFolder(folder).history)
    for back in range(YEARS * YEAR_D, 0, -1):
        store.append(day_of_samples(points, end - timedelta(days=back)), "quarter")
    store.compact(end, lambda: True)
    store.close()


def _last_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


def years(folder: Path) -> Figures:
    """Open the five years of twenty pens on the trend page, again and again."""
    points, end = _year_points(), _last_hour()
    taken, samples = [], 0
    with desk(folder) as (_joined, window):
        for _round in range(ROUNDS):
            seconds, samples = _far_back(window, points, end)
            taken.append(seconds)
    return {"seconds": min(taken), "first_s": taken[0], "samples": float(samples)}


def _far_back(
    window: MainWindow, points: Sequence[PointId], end: datetime
) -> tuple[float, int]:
    """Return the seconds until everything is drawn, and how many samples that is."""
    page = _opened(window, Show("trend"), TrendPage)
    chart = page.panel.chart
    loaded: list[None] = []
    chart.loaded.connect(lambda: loaded.append(None))
    begin = end - timedelta(days=YEARS * YEAR_D)
    watch = Watch()
    pens: list[Json] = [str(each) for each in points]
    page.recall({"pens": pens, "period": custom(begin, end).memory()})
    wait_until(lambda: bool(loaded) and len(chart.set.pens) == len(points))
    page.repaint()
    seconds = watch.own_ms() / 1000
    samples = sum(len(pen.trace) for pen in chart.set.pens)
    live(0.5)
    window.close_page(page)
    live(0.2)
    return seconds, samples


def _opened(window: MainWindow, show: Show, kind: type[_P]) -> _P:
    window.show_page(show)
    wait_until(lambda: window.front is not None and window.front.settled())
    page = window.findChild(kind)
    if page is None:
        raise RuntimeError(f"{show.page} did not open")
    return page
