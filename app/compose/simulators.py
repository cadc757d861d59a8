"""The demo's simulators as processes of their own, each with an address it keeps."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.compose.demoplant import DemoDevice
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess, stop_all
from app.errors import PlantError
from app.model.device import LinkConfig

AT_ONCE = 16  # more starting interpreters only get in each other's way
LIST_NAME = "simulators.json"  # in the project folder: who runs where, with which pid


@dataclass(slots=True)
class Simulated:
    """A device's simulator while it runs."""

    device: DemoDevice
    process: ChildProcess
    port: int


class Simulators:
    """Starts one process a device and ends them all."""

    def __init__(self, folder: Path) -> None:
        """``folder`` takes the list of what runs and the simulators' own complaints."""
        self._folder = folder
        self._children: list[ChildProcess] = []
        self._running: list[Simulated] = []

    def start(self, devices: Sequence[DemoDevice], ports: Mapping[str, int]) -> None:
        """Start a simulator for each device, at its port of ``ports`` when that is free."""
        for first in range(0, len(devices), AT_ONCE):
            group = devices[first : first + AT_ONCE]
            begun = [self._begin(device, ports.get(device.link.id, 0)) for device in group]
            for device, process in zip(group, begun, strict=True):
                self._running.append(self._arrived(device, process))
        self._write_list()

    def links(self) -> tuple[LinkConfig, ...]:
        """Return each device's link with the port its simulator listens on."""
        return tuple(
            replace(s.device.link, options=dict(s.device.link.options) | {"port": s.port})
            for s in self._running
        )

    def stop(self) -> None:
        """End every simulator."""
        if not self._children:
            return  # another demo may run on this folder: its list is not ours to remove
        stop_all(self._children)
        self._children.clear()
        self._running.clear()
        (self._folder / LIST_NAME).unlink(missing_ok=True)

    def _begin(self, device: DemoDevice, port: int) -> ChildProcess:
        logs = self._folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        arguments = on_leash("drivers.simulators", self._command(device, port))
        child = ChildProcess(arguments, log=logs / "simulators.log")
        self._children.append(child)
        return child

    def _command(self, device: DemoDevice, port: int) -> list[str]:
        """Return kind and options; settings and indexes outlive a restart of the device."""
        memory = self._folder / "simulators" / f"{device.config.id}.json"
        memory.parent.mkdir(exist_ok=True)
        return [*device.simulator, "--state", str(memory), "--port", str(port)]

    def _arrived(self, device: DemoDevice, process: ChildProcess) -> Simulated:
        try:
            line = process.first_line()
        except PlantError:
            # Its old port is taken by somebody else by now: any free one will do.
            process.stop()
            process = self._begin(device, 0)
            line = process.first_line()
        return Simulated(device, process, int(line.rsplit(":", 1)[1]))

    def _write_list(self) -> None:
        listed = [
            {
                "device": simulated.device.config.id,
                "pid": simulated.process.pid,
                "port": simulated.port,
                "command": ["simulate", *self._command(simulated.device, simulated.port)],
            }
            for simulated in self._running
        ]
        text = json.dumps(listed, indent=1, ensure_ascii=False)
        (self._folder / LIST_NAME).write_text(text, encoding="utf-8")
