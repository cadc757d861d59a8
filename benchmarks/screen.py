"""What an operator feels: no stall with half-dead plants, quick opening, small memory."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import Bench, Promise, at_most
from benchmarks.loaddevices import LoadDevices, load_project
from benchmarks.offscreen import offscreen

STALL_MS = 100.0
CLOSING_S = 5.0
OPENING_S = 3.0
LATENESS_TIMES = 2.0
IDLE_MB = 600.0
IDLE_CORES = 0.30
DEMO_MB = 250.0


def run() -> Sequence[Promise]:
    """Measure each in processes of its own, without a display."""
    return [*_stalls(), *_thousand(), _demo()]


def _stalls() -> list[Promise]:
    with LoadDevices(150) as alive, LoadDevices(50, "--fault", "silent") as silent:
        figures = _window("watch", alive.ports + silent.ports)
    detail = (
        f"200 devices, 50 silent, {figures['seconds']:.0f} s: {figures['ticks']:.0f} turns "
        f"of a 10 ms timer; p99 {figures['p99_ms']:.2f} ms late, worst "
        f"{figures['worst_ms']:.1f} ms"
    )
    return [
        at_most(
            "longest stall of the window", figures["worst_ms"], 1.0, STALL_MS, "ms", detail
        ),
        at_most("closing with 50 silent", figures["closing_s"], 1.0, CLOSING_S, "s", detail),
    ]


def _thousand() -> list[Promise]:
    with LoadDevices(1000) as devices:
        figures = _window("watch", devices.ports)
        late = _window("toggle", devices.ports)
    detail = (
        f"1,000 devices × 40 points every 10 s, Devices page open: first value of every "
        f"visible row {figures['opening_s']:.2f} s after start of the window; "
        f"{figures['cores']:.1%} of a core, {figures['rss_mb']:.0f} MB"
    )
    return [
        at_most(
            "opening with 1,000 devices", figures["opening_s"], 1.0, OPENING_S, "s", detail
        ),
        at_most(
            "timer lateness p99 with polling",
            late["polling_p99_ms"],
            late["quiet_p99_ms"],
            LATENESS_TIMES,
            "ms",
            "one window over 1,000 devices, polling on and off in turns of 10 s, three each",
        ),
        at_most("memory with 1,000 devices", figures["rss_mb"], 1.0, IDLE_MB, "MB", detail),
        at_most(
            "processor with 1,000 devices", figures["cores"], 1.0, IDLE_CORES, "cores", detail
        ),
    ]


def _demo() -> Promise:
    with tempfile.TemporaryDirectory() as folder:
        figures = _child("demo", {"folder": folder})
    detail = f"the demo on the desktop, a device page open: {figures['rss_mb']:.0f} MB resident"
    return at_most("memory of the demo desktop", figures["rss_mb"], 1.0, DEMO_MB, "MB", detail)


def _window(mode: str, ports: Sequence[int]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "project"
        load_project(folder, ports)
        return _child(mode, {"folder": str(folder)})


def _child(mode: str, options: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.screenrun", mode],
        input=json.dumps(options),
        env=offscreen(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


BENCH = Bench("screen", "stalls, opening, timer lateness and memory of the window", run)
