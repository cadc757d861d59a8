"""A round over a full bus: what is predicted, and what it takes on a simulated line.

250 meters at 2400 baud behind a serial server, a process of its own whose line runs sixty
times faster than its baud rate.
"""

import asyncio
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks.bench import Bench, Promise, at_most
from drivers.links.mbus import MbusLink, dial_tcp
from drivers.mbus.asking import Timing
from drivers.mbusmaster import MbusMaster, Station

METERS, BAUD, LAPSE = 250, 2400, 60.0
OFF = 1.10  # a tenth beside the prediction, in either direction


def run() -> Sequence[Promise]:
    """Read the bus twice; the first round is where the second one's prediction comes from."""
    predicted_s, took_s = measured(METERS, LAPSE)
    detail = (
        f"{METERS} meters at {BAUD} baud, the line {LAPSE:g} times faster: "
        f"{predicted_s * LAPSE:.0f} s predicted, {took_s * LAPSE:.0f} s taken, in line time"
    )
    name = "a round of a full bus"
    return [
        at_most(f"{name}, against its prediction", took_s, predicted_s, OFF, "s", detail),
        at_most(f"{name}, the prediction against it", predicted_s, took_s, OFF, "s", detail),
    ]


def measured(meters: int, lapse: float) -> tuple[float, float]:
    """Return what was predicted for a second round and what it took, in s."""
    command = [sys.executable, "-m", "drivers.simulators", "mbus"]
    command += ["--units", str(meters), "--baud", str(BAUD), "--lapse", f"{lapse:g}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as simulator:
        assert simulator.stdout is not None  # noqa: S101 - a pipe was asked for
        port = int(simulator.stdout.readline().rsplit(":", 1)[1])
        try:
            return asyncio.run(_rounds(port, meters, lapse))
        finally:
            simulator.terminate()


async def _rounds(port: int, meters: int, lapse: float) -> tuple[float, float]:
    timing = Timing(BAUD, 0.3, lapse)
    link = MbusLink("bench", dial_tcp("127.0.0.1", port), timing, 5.0, _now)
    master = MbusMaster(link)
    stations = [Station(f"{unit}", unit) for unit in range(1, meters + 1)]
    for station in stations:
        master.expect(station)
        await master.read(station)
    predicted_s, loop = master.round_s(), asyncio.get_running_loop()
    began_s = loop.time()
    for station in stations:
        await master.read(station)
    took_s = loop.time() - began_s
    await link.close()
    return predicted_s, took_s


def _now() -> datetime:
    return datetime.now(UTC)


BENCH = Bench("mbus-round", "a round over 250 wired meters, beside its prediction", run)
