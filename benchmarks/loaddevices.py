"""Load devices as processes, and a project that polls them."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Self

from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.opening import Administrator, create_project, open_project

LOGIN, WORD = "bench", "a bench needs no secrets"
_BLOCKS = (range(20), range(100, 120))


class LoadDevices:
    """Plain registers, many devices in one process; use as a context."""

    def __init__(self, count: int, *options: str) -> None:
        self._count, self._options = count, options
        self.ports: list[int] = []

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "drivers.simulators", "modbus-load"),
                *("--port", "0", "--count", str(self._count), *self._options),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        stdout = self._process.stdout
        lines = [stdout.readline() for _ in range(self._count)] if stdout else []
        self.ports = [int(line.rsplit(":", 1)[1]) for line in lines]
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


def load_project(folder: Path, ports: Sequence[int], cycle_s: float = 10.0) -> None:
    """Make a project of one device a port, each with forty points."""
    administrator = Administrator(LOGIN, "Bench", WORD)
    create_project(folder, title="Load", zone="Europe/Berlin", administrator=administrator)
    (folder / "profiles" / "bench.load.yaml").write_text(_profile(cycle_s), encoding="utf-8")
    links = [
        LinkConfig(LinkId(f"l{n}"), "modbus-tcp", f"L{n}", {"host": "127.0.0.1", "port": port})
        for n, port in enumerate(ports)
    ]
    devices = [
        DeviceConfig(
            DeviceId(f"d{n}"), f"Device {n}", f"Area {n % 9}", link.id, 1, "bench.load"
        )
        for n, link in enumerate(links)
    ]

    def fill(plant: PlantConfig) -> PlantConfig:
        return replace(
            plant, links={x.id: x for x in links}, devices={x.id: x for x in devices}
        )

    with closing(open_project(folder)) as project:
        project.configuration.change(LOGIN, "load", fill)


def _profile(cycle_s: float) -> str:
    points = "\n".join(
        f"  - {{id: r{address}, name: Register {address}, at: {address}, unit: °C}}"
        for block in _BLOCKS
        for address in block
    )
    return (
        "schema: 1\n"
        "profile: {id: bench.load, version: 1, vendor: Bench, models: [Load],"
        " label: Load device, status: draft}\n"
        "link: {addressing: {base: 0}, timeout_ms: 1500}\n"
        f"poll_groups: {{fast: {cycle_s:g}s}}\n"
        "defaults: {type: int16, scale: 0.01, area: holding, poll: fast}\n"
        f"points:\n{points}\nsources: [benchmarks/loaddevices.py]\n"
    )
