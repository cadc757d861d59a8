"""One window over the large project: started as a process by ``benchmarks.large``."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

import psutil
from PyQt6.QtCore import QEventLoop, Qt, QTimer
from PyQt6.QtWidgets import QApplication

from app.compose.core import utc_now
from app.compose.desktop import application, make_window, put_away
from app.compose.joining import Joined, join
from app.compose.picture import DEVICE_PAGE, page_names
from app.model.device import Presence
from app.model.reading import DeviceId, point_id
from app.ports import Clock
from benchmarks.largeplant import A266, LOGIN, WORD, sensors, shown_devices, use_feed
from benchmarks.watch import Watch
from widgets.desk import Json, Memory
from widgets.pages.trend import TrendPage
from widgets.pagetype import Page, Section, Show
from widgets.palette.panel import Palette
from widgets.shell.window import MainWindow
from widgets.theme import Look

WIDTH, HEIGHT = 1920, 1080
ANSWERED_S = 240.0  # until every device of the plant has answered once, or is given up
PENS = 5
ROUNDS, BATCHES = 12, 3
PAGE_MS = 300.0  # what a page may take: another batch is tried beyond it
TYPED = ("a", "aho", "ahornvej 14", "vej 9", "havnegade 7", "torvet settings", "zzz")
_LONGEST_S = 30.0
_LOOK_EVERY_MS = 1
_REST_S = 0.15  # between two pages
_ALL_OPEN_S = 15.0
_MB = 1_000_000
Figures = dict[str, float]


def wait_until(told: Callable[[], bool], within_s: float = _LONGEST_S) -> None:
    """Let the window live until ``told`` says so.

    A loop of its own, as the desktop runs one: only there closed pages are put away.
    """
    ends, loop, looking = time.monotonic() + within_s, QEventLoop(), QTimer()
    came = False

    def look() -> None:
        nonlocal came
        came = came or told()
        if came or time.monotonic() > ends:
            loop.quit()

    looking.setTimerType(Qt.TimerType.PreciseTimer)
    looking.timeout.connect(look)
    looking.start(_LOOK_EVERY_MS)
    loop.exec()
    looking.stop()
    if not came:
        raise RuntimeError(f"nothing came within {within_s:.0f} s")


def live(seconds: float) -> None:
    """Let the window live so long."""
    ends = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > ends, seconds + _LONGEST_S)


@contextmanager
def desk(folder: Path, clock: Clock = utc_now) -> Iterator[tuple[Joined, MainWindow]]:
    """Run the project and show its window, until every device has answered."""
    use_feed()
    app = application()
    with join(folder, LOGIN, WORD, clock=clock) as joined:
        window = make_window(joined, Look("day"), now=clock)
        window.resize(WIDTH, HEIGHT)
        window.show()
        wait_until(lambda: all_answered(window), ANSWERED_S)
        yield joined, window
        end(app, joined, window)


def end(app: QApplication, joined: Joined, window: MainWindow) -> None:
    """Close a window for good."""
    window.close()
    put_away(window, joined)
    app.processEvents()


def all_answered(window: MainWindow) -> bool:
    """Whether no device is still being waited for."""
    counts = window.context.directory.counts()
    return bool(counts) and not counts.get(Presence.LATE, 0)


def memory_mb() -> float:
    """Return how much of the computer's memory this process holds."""
    return float(psutil.Process().memory_info().rss) / _MB


def open_page(window: MainWindow, show: Show) -> tuple[Page, Watch]:
    """Open a page; return it and a watch begun before, once all it shows is painted."""
    watch = Watch()
    window.show_page(show)
    page = window.front
    if page is None:
        raise RuntimeError(f"{show.page} did not open")
    whole = page.settled
    if isinstance(page, TrendPage):
        heard: list[None] = []
        page.panel.chart.loaded.connect(lambda: heard.append(None))
        page.recall(_pens(shown_devices()[0]))
        whole = lambda: bool(heard)  # noqa: E731 - the page itself waits for nothing
    wait_until(whole)
    page.repaint()
    return page, watch


def _pens(device: DeviceId) -> Memory:
    pens: list[Json] = [str(point_id(device, key)) for key in sensors(A266)[:PENS]]
    return {"pens": pens}


def pages(folder: Path) -> Figures:
    """Open every page again and again, other devices each time; then all of them at once."""
    told: Figures = {}
    with desk(folder) as (_joined, window):
        told["standing_mb"] = memory_mb()
        for name in page_names():
            told[name], told[f"{name}, busy"] = _page_ms(window, name)
        told["walked_mb"] = memory_mb()
        for nth, name in enumerate(page_names()):
            open_page(window, _show(name, nth))
        live(_ALL_OPEN_S)
        told["open_pages"] = float(len(window.pages))
        told["all_open_mb"] = memory_mb()
    return told


def _page_ms(window: MainWindow, name: str) -> tuple[float, float]:
    """Return the p95 of opening a page, without and with standing in line.

    The best of a few batches, where the first does not keep the promise.
    """
    batches: list[tuple[float, float]] = []
    while len(batches) < BATCHES and min(batches, default=(PAGE_MS * 2, 0))[0] > PAGE_MS:
        own, whole = [], []
        for nth in range(ROUNDS):
            page, watch = open_page(window, _show(name, nth))
            own.append(watch.own_ms())
            whole.append(watch.whole_ms())
            live(_REST_S)
            window.close_page(page)
            live(_REST_S)
        batches.append((p95(own), p95(whole)))
    return min(batches)


def _show(name: str, nth: int) -> Show:
    page, _slash, part = name.partition("/")
    devices = shown_devices()
    device = devices[nth % len(devices)] if page == DEVICE_PAGE else None
    return Show(page, device, part=part)


def start(folder: Path) -> Figures:
    """Measure from the core's answer to the start page of a person who logs in."""
    use_feed()
    app = application()
    begun_s = time.perf_counter()
    with join(folder, LOGIN, WORD) as joined:
        joined_s, watch = time.perf_counter(), Watch()
        window = make_window(joined, Look("day"))
        window.resize(WIDTH, HEIGHT)
        window.put_up(Section.OVERVIEW)
        window.show()
        page, directory = window.front, window.context.directory
        if page is None:
            raise RuntimeError("no page was put up")
        wait_until(lambda: directory.is_listed and page.settled())
        window.repaint()
        painted_s = watch.own_ms() / 1000
        end(app, joined, window)
    return {"core_s": joined_s - begun_s, "painted_s": painted_s}


def palette(folder: Path) -> Figures:
    """Open the palette over the plant and type: the window's own field, list and painting."""
    opened, typed = [], []
    with desk(folder) as (_joined, window):
        palette = window.findChild(Palette)
        if palette is None:
            raise RuntimeError("the window has no palette")
        for _round in range(3):
            watch = Watch()
            palette.open()
            palette.repaint()
            opened.append(watch.own_ms())
            for words in TYPED:
                watch = Watch()
                palette.field.setText(words)
                palette.repaint()
                typed.append(watch.own_ms())
                live(_REST_S)
            palette.close_again()
            live(_REST_S)
    return {"opened_ms": p95(opened), "typed_ms": p95(typed)}


def p95(figures: Sequence[float]) -> float:
    """Return what 95 of 100 stay below."""
    return quantiles(figures, n=20, method="inclusive")[-1]
