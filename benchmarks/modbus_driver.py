"""What reading twenty points through our driver costs beside the library's bare read."""

import asyncio
import json
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.point import PointSpec
from app.model.profile import Area, DataType, LinkRules, Profile, RegisterPlace
from app.model.reading import DeviceId, Quality, Reading, point_id
from benchmarks.bench import Bench, Promise, at_most

POINTS = 20
READS = 4000
ROUNDS = 5  # of each, in turn, so that a busy moment of the computer hits both
TIMES_BARE = 1.5  # link, checks, decoding and readings together
DECODE_US = 3.0  # a reading, from bytes to the finished value


def run() -> Sequence[Promise]:
    """Measure in one process against one simulated device."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.modbus_driver"],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    ours_us, bare_us, decode_us = json.loads(done.stdout.splitlines()[-1])
    detail = f"{READS} reads of {POINTS} registers, best of {ROUNDS} rounds each, loopback"
    return [
        at_most(
            "a read through the driver beside a bare read",
            ours_us,
            bare_us,
            TIMES_BARE,
            "µs of processor a read",
            detail,
        ),
        at_most(
            "bytes to readings",
            decode_us,
            DECODE_US,
            1.0,
            "µs of processor a reading",
            f"{POINTS} scaled, range-checked points a block, best of {ROUNDS} rounds",
        ),
    ]


async def measure(port: int) -> tuple[float, float, float]:
    """Return µs of processor: a read with readings, a bare read, a reading's decoding."""
    rounds = [(await _ours_us(port), await _bare_us(port), _decode_us()) for _ in range(ROUNDS)]
    ours, bare, decode = zip(*rounds, strict=True)
    return min(ours), min(bare), min(decode)


def _profile() -> Profile:
    places = {
        f"p{n}": RegisterPlace(
            Area.HOLDING,
            n,
            DataType.INT16,
            1,
            scale=0.01,
            sentinels={19200: "sensor-open"},
            minimum=-60.0,
            maximum=400.0,
        )
        for n in range(POINTS)
    }
    points = {key: PointSpec(key, key) for key in places}
    rules = LinkRules(timeout_ms=5000)
    return Profile("p", 1, "", (), "", "draft", "modbus-tcp", points, places, link=rules)


def _now() -> datetime:
    return datetime.now(UTC)


async def _ours_us(port: int) -> float:
    from drivers.modbus_tcp import DRIVER

    config = LinkConfig(LinkId("l"), "modbus-tcp", "L", {"host": "127.0.0.1", "port": port})
    link, profile = DRIVER.link(config, _now), _profile()
    device = DRIVER.device(
        link, DeviceConfig(DeviceId("d"), "D", "", LinkId("l"), 1, "p"), profile, _now
    )
    poll, keys = device.poll, tuple(profile.places)  # type: ignore[attr-defined]
    await poll(keys)
    started_s = time.process_time()
    for _ in range(READS):
        await poll(keys)
    took_s = time.process_time() - started_s
    await link.close()
    return took_s / READS * 1e6


async def _bare_us(port: int) -> float:
    from pymodbus.client import AsyncModbusTcpClient

    client = AsyncModbusTcpClient("127.0.0.1", port=port, retries=0, timeout=5)
    await client.connect()
    started_s = time.process_time()
    for _ in range(READS):
        await client.read_holding_registers(0, count=POINTS, device_id=1)
    took_s = time.process_time() - started_s
    client.close()
    return took_s / READS * 1e6


def _decode_us() -> float:
    from drivers.codecs.blockdecoder import BlockDecoder

    decoder = BlockDecoder(tuple(_profile().places.values()), 0, POINTS)
    points = [point_id(DeviceId("d"), f"p{n}") for n in range(POINTS)]
    payload = struct.pack(f">{POINTS}h", *range(2000, 2000 + POINTS))
    at, good = _now(), Quality.GOOD
    started_s = time.process_time()
    for _ in range(READS):
        for point, (value, reason) in zip(points, decoder.decode(payload), strict=True):
            Reading(point, value, good, at, reason)
    return (time.process_time() - started_s) / READS / POINTS * 1e6


def _main() -> None:
    command = [sys.executable, "-m", "drivers.simulators", "modbus-load", "--port", "0"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([*command, "--count", "1"], text=True, **pipes) as server:  # type: ignore[call-overload]
        try:
            port = int(server.stdout.readline().rsplit(":", 1)[1])
            sys.stdout.write(json.dumps(asyncio.run(measure(port))) + "\n")
        finally:
            server.terminate()


BENCH = Bench("modbus-driver", "a read through the driver beside the library's bare read", run)

if __name__ == "__main__":
    _main()
