"""How much of a core a crowded live picture costs: 300 values changing ten times a second."""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

from app.model.point import PointSpec, ValueKind
from app.model.reading import PointId
from benchmarks.bench import Bench, Promise, at_most
from benchmarks.offscreen import offscreen
from flowdiagrams.document import Document, Slot
from flowdiagrams.elements import Element, Field, Pipe, Symbol

VALUES, SYMBOLS, PIPES = 300, 200, 190
CHANGES_HZ = 10
MEASURED_S = 10.0
BAR = 0.25  # of a core
_COLUMNS, _CELL_X, _CELL_Y = 24, 160, 76
_WINDOW = (1920, 1080)


def run() -> Sequence[Promise]:
    """Measure in a process of its own, so that its CPU time is the picture's alone."""
    environment = offscreen()
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.diagram"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    busy, idle, wall, changes = json.loads(answer.stdout)
    detail = (
        f"{VALUES} value fields each changed {CHANGES_HZ} times a second ({changes:.0f} texts "
        f"a second shown), {SYMBOLS} symbols each once a second, {PIPES} pipes, "
        f"{_WINDOW[0]} × {_WINDOW[1]} offscreen: {busy / wall:.1%} of a core; the same window "
        f"with nothing changing {idle / wall:.1%}"
    )
    return [at_most("a live diagram of 300 values", busy, wall, BAR, "CPU s", detail)]


def measure() -> tuple[float, float, float, float]:
    """Return CPU seconds busy and idle, the wall seconds of each, and changes a second."""
    from PyQt6.QtCore import QEventLoop, QTimer
    from PyQt6.QtWidgets import QApplication

    from app.model.reading import Quality, Reading
    from flowdiagrams.view import DiagramView
    from widgets.pointfeed import PointFeed
    from widgets.theme import load_theme

    _app = QApplication([])
    feed, random = PointFeed(), Random(7)  # noqa: S311 - figures to look at, no secret
    document, slots, specs = crowded()
    view = DiagramView(document, slots, specs, feed, load_theme("day"))
    view.resize(*_WINDOW)
    view.show()
    shown = 0
    turn = 0

    def change() -> None:
        nonlocal shown, turn
        turn += 1
        now = datetime.now(UTC)
        readings = [
            Reading(slots[f"v{nth}"], random.uniform(20, 80), Quality.GOOD, now)
            for nth in range(VALUES)
        ]
        readings += [
            Reading(slots[f"p{nth}"], float((turn // 10) % 2), Quality.GOOD, now)
            for nth in range(turn % 10, SYMBOLS, 10)
        ]
        shown += len(readings)
        feed.offer(readings)

    def spin(seconds: float) -> tuple[float, float]:
        loop = QEventLoop()
        QTimer.singleShot(int(seconds * 1000), loop.quit)
        cpu, wall = time.process_time(), time.perf_counter()
        loop.exec()
        return time.process_time() - cpu, time.perf_counter() - wall

    timer = QTimer()
    timer.timeout.connect(change)
    timer.start(1000 // CHANGES_HZ)
    spin(2.0)  # caches fill
    shown = 0
    busy, wall = spin(MEASURED_S)
    changes = shown / wall
    timer.stop()
    spin(0.5)
    idle, idle_wall = spin(MEASURED_S / 2)
    return busy, idle * wall / idle_wall, wall, changes


def crowded() -> tuple[Document, dict[str, PointId], dict[str, PointSpec]]:
    """Return a picture of 300 fields, 200 pumps and 190 pipes, with its points."""
    places = [
        (16 + nth % _COLUMNS * _CELL_X, 40 + nth // _COLUMNS * _CELL_Y) for nth in range(600)
    ]
    values = {f"v{nth}": places[nth] for nth in range(VALUES)}
    pumps = {f"p{nth}": places[VALUES + nth] for nth in range(SYMBOLS)}
    elements: list[Element] = [
        Pipe(medium="supply" if nth % 2 else "return", points=((x, y + 56), (x + 152, y + 56)))
        for nth, (x, y) in enumerate(places[:PIPES])
    ]
    elements += [
        Symbol(symbol="pump", at=(x + 48, y + 32), label=key, inputs=(("running", key),))
        for key, (x, y) in pumps.items()
    ]
    elements += [
        Field(at=place, tag=key, name="Flow", slot=key, scale=(20, 80), limit="limit")
        for key, place in values.items()
    ]
    keys = [*values, *pumps, "limit"]
    document = Document(
        name="crowded",
        title="Crowded",
        size=(_COLUMNS * _CELL_X + 16, 2160),
        slots=tuple(Slot(key=key, name=key) for key in keys),
        elements=tuple(elements),
    )
    specs = {key: PointSpec(key, key, "°C", 1) for key in values}
    specs |= {key: PointSpec(key, key, kind=ValueKind.CHOICE) for key in pumps}
    specs["limit"] = PointSpec("limit", "Limit", "°C", 1)
    return document, {key: PointId(f"bench.{key}") for key in keys}, specs


BENCH = Bench("diagram", "the cost of a crowded live picture", run)

if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure()))
