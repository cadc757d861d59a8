"""What a chart costs: first paint, a year of twenty pens, panning, a day live."""

import json
import subprocess
import sys
from collections.abc import Sequence

from benchmarks.bench import Bench, Promise, at_most
from benchmarks.chartrun import PENS, SAMPLES, YEAR_SAMPLES
from benchmarks.offscreen import offscreen

FIRST_TIMES = 2.0
YEAR_S = 1.0
PAN_MS = 33.0
LIVE_TIMES = 1.05


def run() -> Sequence[Promise]:
    """Measure in a process of its own, without a display."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.chartrun"],
        check=True,
        capture_output=True,
        env=offscreen(),
        text=True,
    )
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    points = PENS * SAMPLES
    return [
        at_most(
            "first paint of a chart",
            figures["first_ms"],
            figures["empty_ms"],
            FIRST_TIMES,
            "ms",
            "five pens over a day against an empty window of pyqtgraph, both painted",
        ),
        at_most(
            "twenty pens over a year",
            figures["year_s"],
            1.0,
            YEAR_S,
            "s",
            f"{PENS} × {YEAR_SAMPLES} samples at hand, settled, drawn and painted",
        ),
        at_most(
            "a step of panning, p95",
            figures["pan_p95_ms"],
            1.0,
            PAN_MS,
            "ms",
            f"{points:,} points, {PENS} pens, drawn and painted; "
            f"p50 {figures['pan_p50_ms']:.1f} ms",
        ),
        at_most(
            "memory of a day live",
            figures["live_last_mb"],
            figures["live_first_mb"],
            LIVE_TIMES,
            "MB",
            f"{PENS} pens every 2 s for a simulated day, the last hour kept",
        ),
    ]


BENCH = Bench("chart", "first paint, panning, a year and a day live of the chart", run)
