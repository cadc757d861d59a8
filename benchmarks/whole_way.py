"""What our whole way from register to stored, judged reading costs beside bare reads.

1,000 devices × 2 blocks × 20 points every 10 s, once by pymodbus alone and once through
link, driver, point table, recorder and alarms; processor time of a process of its own,
after everything is connected. The devices run in a third process.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.bench import Bench, Promise, at_most
from benchmarks.loaddevices import LoadDevices

DEVICES = 1000
CYCLE_S = 10.0
MEASURED_S = 30.0
SETTLE_S = 15.0
SHARE_OF_A_CORE = 0.15
TIMES_BARE = 2.0
BLOCKS = (0, 100)
POINTS = 20


def run() -> Sequence[Promise]:
    """Measure both in turn, against the same devices."""
    with LoadDevices(DEVICES) as devices:
        bare = _measured("bare", devices.ports)
        ours = _measured("ours", devices.ports)
    detail = (
        f"{DEVICES} devices × 2 blocks × {POINTS} points every {CYCLE_S:g} s; "
        f"in {MEASURED_S:g} s {ours['readings']:.0f} readings, {bare['reads']:.0f} bare reads; "
        f"{ours['lost']:.0f} devices lost"
    )
    return [
        at_most(
            "whole way beside bare reads",
            ours["cpu_s"],
            bare["cpu_s"],
            TIMES_BARE,
            "s of processor",
            detail,
        ),
        at_most(
            "whole way, share of a core",
            ours["cpu_s"] / MEASURED_S,
            1.0,
            SHARE_OF_A_CORE,
            "cores",
            detail,
        ),
    ]


def _measured(side: str, ports: Sequence[int]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.whole_way", side],
        input=json.dumps(list(ports)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return result


async def _bare(ports: Sequence[int]) -> dict[str, float]:
    """Read the blocks with the library alone, as evenly spread as we do."""
    from pymodbus.client import AsyncModbusTcpClient

    reads = 0

    async def device(port: int, phase_s: float) -> None:
        nonlocal reads
        client = AsyncModbusTcpClient("127.0.0.1", port=port, retries=0, timeout=5)
        await client.connect()
        await asyncio.sleep(phase_s)
        loop = asyncio.get_running_loop()
        next_s = loop.time()
        while True:
            for address in BLOCKS:
                answer = await client.read_holding_registers(address, count=POINTS, device_id=1)
                if len(answer.registers) == POINTS:
                    reads += 1
            next_s += CYCLE_S
            await asyncio.sleep(next_s - loop.time())

    tasks = [
        asyncio.create_task(device(port, CYCLE_S * position / len(ports)))
        for position, port in enumerate(ports)
    ]
    await asyncio.sleep(SETTLE_S)
    before, reads_before = time.process_time(), reads
    await asyncio.sleep(MEASURED_S)
    result = {"cpu_s": time.process_time() - before, "reads": float(reads - reads_before)}
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)
    return result


async def _ours(ports: Sequence[int], folder: Path) -> dict[str, float]:
    """Run the same reads through everything up to stored and judged readings."""
    from benchmarks.loadplant import LoadPlant

    plant = LoadPlant(ports, folder, CYCLE_S)
    await plant.start()
    await asyncio.sleep(SETTLE_S)
    before, readings_before = time.process_time(), plant.readings
    await asyncio.sleep(MEASURED_S)
    result = {
        "cpu_s": time.process_time() - before,
        "readings": float(plant.readings - readings_before),
        "lost": float(plant.lost()),
    }
    await plant.stop()
    return result


def _main() -> None:
    ports = json.loads(sys.stdin.read())
    if sys.argv[1] == "bare":
        result = asyncio.run(_bare(ports))
    else:
        with tempfile.TemporaryDirectory() as folder:
            result = asyncio.run(_ours(ports, Path(folder)))
    sys.stdout.write(json.dumps(result) + "\n")


BENCH = Bench(
    "whole-way", "1,000 devices from register to stored reading beside bare reads", run
)

if __name__ == "__main__":
    _main()
