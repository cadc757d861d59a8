"""How many telegrams by radio a core takes in: from the socket to the table of points."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

import psutil

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId, Reading
from app.pointtable import PointTable
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from benchmarks.bench import Bench, Promise, at_least_faster, at_most
from drivers.simulators.street.traffic import Street
from drivers.wmbus import DRIVER

STREAM, BURST = (1_000, 20), (10_000, 4)  # meters, telegrams of each
BAR_US = 200.0  # 5,000 telegrams a second
BURST_S = 60.0
FLAT = 1.1  # the memory at the end beside that at half of the way
_LOOK_S = 0.02


def run() -> Sequence[Promise]:
    """Measure in a process of its own, over TCP, from a simulated street in another one."""
    stream_us, _lost, _flat, _s = measured(*STREAM)
    _us, lost, flat, burst_s = measured(*BURST)
    meters, each = BURST
    detail = (
        f"{meters:,} meters with keys, {each} sealed telegrams of each at once, {lost} lost"
    )
    return [
        at_least_faster(
            "a telegram to the table of points",
            stream_us,
            BAR_US,
            1.0,
            "µs of processor a telegram",
            f"{STREAM[0]:,} meters with keys, mode 5, {STREAM[1]} telegrams of each, loopback",
        ),
        at_most("a burst of a whole town", burst_s, BURST_S, 1.0, "s", detail),
        at_most("telegrams lost of it", 1.0 + lost, 1.0, 1.0, "1 + lost", detail),
        at_most("its memory, the end beside half-way", flat, 1.0, FLAT, "ratio", detail),
    ]


def measured(meters: int, each: int) -> tuple[float, int, float, float]:
    """Return what `measure` does, out of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.radio", str(meters), str(each)],
        capture_output=True,
        text=True,
        check=True,
        timeout=600,
    )
    us, lost, flat, took_s = json.loads(done.stdout.splitlines()[-1])
    return float(us), int(lost), float(flat), float(took_s)


async def measure(meters: int, each: int) -> tuple[float, int, float, float]:
    """Return µs of processor a telegram, telegrams lost, growth of memory, and s for all."""
    street = Street(5, meters, ("5",))
    known = {m.number: [m.key] for m in map(street.meter, range(meters))}
    table, link = PointTable(), LinkId("street")
    indexes, first_came = 0, asyncio.Event()

    def count(readings: Sequence[Reading]) -> None:
        nonlocal indexes
        indexes += sum(reading.point.endswith(".volume") for reading in readings)
        first_came.set()

    table.watch(count)
    acquisition = Acquisition(
        table,
        [DRIVER],
        ProfileChooser(load_all().profiles, resolve),
        lambda: datetime.now(UTC),
        keys=lambda number: known.get(number, ()),
    )
    devices = [
        DeviceConfig(
            DeviceId(f"m-{number}"), number, "", link, 0, "generic.wmbus",
            options={"secondary": number},
        )
        for number in known
    ]  # fmt: skip
    simulator, address = _simulator(meters, each)
    own, half_bytes = psutil.Process(), 0
    try:
        config = LinkConfig(link, "wmbus", "Street", {"receivers": f"tcp:{address}"})
        await acquisition.apply([config], devices)
        await first_came.wait()
        began_s, used_s, first = time.perf_counter(), time.process_time(), indexes
        newest, newest_s = indexes, began_s
        while indexes < meters * each and time.perf_counter() - newest_s < BURST_S / 6:
            await asyncio.sleep(_LOOK_S)
            if indexes > newest:
                newest, newest_s = indexes, time.perf_counter()
            if not half_bytes and indexes >= meters * each // 2:
                half_bytes = own.memory_info().rss
        took_s, used_s = newest_s - began_s, time.process_time() - used_s
    finally:
        await acquisition.stop()
        simulator.kill()
        simulator.wait()
    flat = own.memory_info().rss / half_bytes if half_bytes else 0.0
    return used_s / max(newest - first, 1) * 1e6, meters * each - newest, flat, took_s


def _simulator(meters: int, each: int) -> tuple["subprocess.Popen[str]", str]:
    options = ("--meters", str(meters), "--rounds", str(each), "--seed", "5")
    process = subprocess.Popen(
        [sys.executable, "-m", "drivers.simulators", "wmbus", *options, "--interval-s", "120"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None  # noqa: S101 - it was asked for
    return process, process.stdout.readline().split()[-1]


BENCH = Bench("radio", "telegrams by radio, from the socket to the table of points", run)

if __name__ == "__main__":
    sys.stdout.write(
        json.dumps(asyncio.run(measure(int(sys.argv[1]), int(sys.argv[2])))) + "\n"
    )
