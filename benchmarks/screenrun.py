"""One measured window: started as a process by ``benchmarks.screen``, prints its figures."""

import json
import sys
import time
from pathlib import Path
from statistics import quantiles

import psutil
from PyQt6.QtCore import QObject, Qt, QTimer

from app.compose.demo import SMALL, run_demo
from app.compose.desktop import application, make_window
from app.compose.joining import join
from benchmarks.loaddevices import LOGIN, WORD
from widgets.pagetype import Section
from widgets.theme import Look

SETTLE_S, MEASURED_S = 12.0, 25.0
TURNS, TURN_S = 6, 10.0
TICK_MS = 10
_MB = 1_000_000


class Pulse(QObject):
    """A 10 ms timer that writes down how late each of its turns came."""

    def __init__(self) -> None:
        super().__init__()
        self.late_ms: list[float] = []
        self._last_s = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._turn)
        self._timer.start(TICK_MS)

    def forget(self) -> None:
        """Measure from now on."""
        self.late_ms.clear()

    def _turn(self) -> None:
        now_s = time.perf_counter()
        self.late_ms.append(max(0.0, (now_s - self._last_s) * 1000 - TICK_MS))
        self._last_s = now_s


def watch(folder: Path) -> dict[str, float]:
    """Open the window on a plant, measure, close."""
    app = application()
    figures: dict[str, float] = {}
    with join(folder, LOGIN, WORD) as joined:
        started_s = time.perf_counter()
        window = make_window(joined, Look("day"))
        window.resize(1920, 1080)
        window.closed.connect(app.quit)
        window.show_section(Section.PLANT)
        window.show()
        page = window.front
        if page is not None:
            page.ready.connect(
                lambda: figures.setdefault("opening_s", time.perf_counter() - started_s)
            )
        pulse = Pulse()
        before: list[float] = []

        def begin() -> None:
            pulse.forget()
            before.extend([time.process_time(), time.perf_counter()])

        def end() -> None:
            wall_s = time.perf_counter() - before[1]
            figures["cores"] = (time.process_time() - before[0]) / wall_s
            figures["seconds"] = wall_s
            figures["rss_mb"] = psutil.Process().memory_info().rss / _MB
            window.close()

        QTimer.singleShot(int(SETTLE_S * 1000), begin)
        QTimer.singleShot(int((SETTLE_S + MEASURED_S) * 1000), end)
        app.exec()
        closing_s = time.perf_counter()
    figures["closing_s"] = time.perf_counter() - closing_s
    return figures | _lateness(pulse)


def toggle(folder: Path) -> dict[str, float]:
    """Measure one window's timer with polling and without, turn and turn about."""
    app = application()
    late_ms: dict[bool, list[float]] = {True: [], False: []}
    with join(folder, LOGIN, WORD) as joined:
        core = joined.core
        if core is None:
            raise RuntimeError("the load project is run by somebody else")
        window = make_window(joined, Look("day"))
        window.resize(1920, 1080)
        window.closed.connect(app.quit)
        window.show_section(Section.PLANT)
        window.show()
        pulse, config = Pulse(), core.services.config
        links, devices = list(config.links.values()), list(config.devices.values())

        def turn(number: int) -> None:
            polling = number % 2 == 0
            if number:
                late_ms[not polling].extend(pulse.late_ms)
            if number == TURNS:
                window.close()
                return
            served = (links, devices) if polling else ([], [])
            joined.submit(core.acquisition.apply(*served))
            QTimer.singleShot(int(SETTLE_S * 1000), pulse.forget)
            QTimer.singleShot(int((SETTLE_S + TURN_S) * 1000), lambda: turn(number + 1))

        turn(0)
        app.exec()
    return {
        "polling_p99_ms": quantiles(late_ms[True], n=100)[-1],
        "quiet_p99_ms": quantiles(late_ms[False], n=100)[-1],
    }


def demo(folder: Path) -> dict[str, float]:
    """Run the demo desktop as a user does, and look at its memory with a device open."""
    figures: dict[str, float] = {}

    def look() -> None:
        figures["rss_mb"] = psutil.Process().memory_info().rss / _MB

    app = application()
    QTimer.singleShot(20_000, look)
    run_demo(folder / "demo", SMALL, headless=False, seconds=25)
    app.processEvents()
    return figures


def _lateness(pulse: Pulse) -> dict[str, float]:
    return {
        "ticks": float(len(pulse.late_ms)),
        "p99_ms": quantiles(pulse.late_ms, n=100)[-1],
        "worst_ms": max(pulse.late_ms),
    }


def _main() -> None:
    folder = Path(json.loads(sys.stdin.read())["folder"])
    modes = {"watch": watch, "toggle": toggle, "demo": demo}
    figures = modes[sys.argv[1]](folder)
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    _main()
