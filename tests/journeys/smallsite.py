"""A small site for the journeys at the screen: controllers and a core, each a process."""

import json
import os
import signal
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.compose.demoplant import TITLE, UTILITY, ZONE, DemoDevice, demo_devices, demo_rules
from app.compose.joining import Joined, join
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess, stop_all
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.lock import read_owner
from app.project.opening import Administrator, create_project, open_project
from tests.journeys.product import wait_for

LOGIN, NAME, PASSWORD = "engineer", "Anna Engineer", "correct horse battery"
CORE_UP_S = 40.0
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows knows only the second


class Simulated:
    """One simulated device with its hand on the mains switch and on the control line."""

    def __init__(self, kind: str, *options: str) -> None:
        """``kind`` may also be a module that serves it: ``python -m KIND … --port N``."""
        module, first = (kind, []) if "." in kind else ("drivers.simulators", [kind])
        self._command = on_leash(module, [*first, *options])
        self._memory: Path | None = None
        self.port = 0
        self.process: ChildProcess | None = None

    def remember_in(self, memory: Path) -> None:
        """Keep the device's memory in a file, as a controller keeps it without power."""
        self._memory = memory
        self._command += ["--state", str(memory)]

    def begin(self) -> None:
        """Start it without waiting, at its old port when it had one."""
        assert self.process is None
        self.process = ChildProcess([*self._command, "--port", str(self.port)])

    def arrive(self) -> None:
        """Wait until it listens."""
        assert self.process is not None
        self.port = int(self.process.first_line().rsplit(":", 1)[1])

    def say(self, line: str) -> None:
        """Give it a control line and wait until it was obeyed."""
        assert self.process is not None
        self.process.say(line)
        answer = self.process.first_line()
        assert answer.startswith("ok"), answer

    def kill(self) -> None:
        """Pull the plug."""
        assert self.process is not None
        os.kill(self.process.pid, _KILL)
        self.process.stop()
        self.process = None

    def restart(self) -> None:
        """Put the plug in again and wait until it listens."""
        self.begin()
        self.arrive()

    def stop(self) -> None:
        """End it, running or not."""
        if self.process is not None:
            self.process.stop()
            self.process = None

    def register(self, pnu: int) -> int:
        """Return what the controller's own memory holds, as it is kept on disk."""
        assert self._memory is not None
        kept = json.loads(self._memory.read_text(encoding="utf-8"))
        return int(kept["devices"][0]["registers"][str(pnu)])

    def register_asked(self, pnu: int) -> int:
        """Return a register as any other Modbus master reads it (nobody else may hold it)."""
        request = struct.pack(">HHHBBHH", 7, 0, 6, 1, 3, pnu - 1, 1)
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(request)
            answer = wire.makefile("rb").read(11)
        transaction, _protocol, _length, unit, function, size, word = struct.unpack(
            ">HHHBBBh", answer
        )
        assert (transaction, unit, function, size) == (7, 1, 3, 2)
        return int(word)


class Site:
    """A project with its devices; the core is started and stopped like a service."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "site"
        self.simulators: dict[str, Simulated] = {}
        self._core: ChildProcess | None = None

    def start_core(self) -> None:
        """Run ``heatdesk run`` and wait until others may join."""
        word = self.home / "word"
        word.write_text(PASSWORD + "\n", encoding="utf-8")
        arguments = ["run", str(self.folder), "--user", LOGIN, "--password-file", str(word)]
        log = self.home / "core.err"
        self._core = ChildProcess(on_leash("app", arguments), log=log)

        def reachable() -> bool:
            assert self._core is not None
            assert self._core.running, log.read_text(encoding="utf-8")
            owner = read_owner(self.folder)
            return owner is not None and owner.port is not None

        wait_for(reachable, CORE_UP_S)

    def core_pid(self) -> int:
        """Return the core's process number."""
        assert self._core is not None
        return self._core.pid

    def stop_core(self) -> None:
        """End the core as its operator does, and wait for it."""
        if self._core is not None:
            self._core.stop()
            self._core = None

    @contextmanager
    def joined(self) -> Iterator[Joined]:
        """Join as the engineer."""
        with join(self.folder, LOGIN, PASSWORD) as joined:
            yield joined

    def log(self) -> str:
        """Return what the core wrote into its log so far."""
        return (self.folder / "logs" / "heatdesk.log").read_text(encoding="utf-8")


@contextmanager
def at_home(home: Path) -> Iterator[None]:
    """Look for keys and tokens where the product's processes do: in an empty home."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("HOME", home), ("XDG_DATA_HOME", home / "data")):
            patch.setenv(name, str(value))
        patch.setenv("LOCALAPPDATA", str(home / "data"))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        patch.setenv("QT_QPA_PLATFORM", "offscreen")
        yield


@contextmanager
def running_site(
    home: Path, devices: Sequence[DemoDevice], *, profile: str = "", core: bool = True
) -> Iterator[Site]:
    """Run simulators, and a core over them, until the block ends.

    ``profile`` is the text of a profile of the project's own; without ``core`` whoever
    opens the project runs one.
    """
    with at_home(home), ExitStack() as ending:
        site = Site(home)
        for device in devices:
            kind, *options = device.simulator
            simulated = Simulated(kind, *options)
            if kind == "ecl310":
                simulated.remember_in(home / f"{device.config.id}.memory")
            site.simulators[device.config.id] = simulated
        ending.callback(lambda: stop_all_of(list(site.simulators.values())))
        for simulated in site.simulators.values():
            simulated.begin()
        for simulated in site.simulators.values():
            simulated.arrive()
        create_site(site, devices, profile)
        ending.callback(site.stop_core)
        if core:
            site.start_core()
        yield site


def substations(count: int) -> tuple[DemoDevice, ...]:
    """Return the demo's first substations."""
    return demo_devices(count)[:count]


def register_device(
    device: str, name: str, profile: str, *simulator: str, enabled: bool = True
) -> DemoDevice:
    """Return a device on a line of its own that some simulator stands for."""
    link = LinkConfig(
        LinkId(f"link-{device}"), "modbus-tcp", name, {"host": "127.0.0.1", "port": 0}
    )
    config = DeviceConfig(DeviceId(device), name, "Havnen", link.id, 1, profile, enabled)
    return DemoDevice(config, link, simulator)


def create_site(site: Site, devices: Sequence[DemoDevice], profile: str = "") -> None:
    """Make the project of a site whose simulators listen already."""
    administrator = Administrator(LOGIN, NAME, PASSWORD)
    create_project(
        site.folder, title=TITLE, zone=ZONE, utility=UTILITY, administrator=administrator
    )
    if profile:
        (site.folder / "profiles" / "own.yaml").write_text(profile, encoding="utf-8")
    links = []
    for device in devices:
        port = site.simulators[device.config.id].port
        options = dict(device.link.options) | {"port": port}
        links.append(replace(device.link, options=options))
    rules: list[AlarmRule] = list(demo_rules(tuple(devices)))

    def fill(plant: PlantConfig) -> PlantConfig:
        return replace(
            plant,
            links={link.id: link for link in links},
            devices={device.config.id: device.config for device in devices},
            rules={rule.id: rule for rule in rules},
        )

    with closing(open_project(site.folder)) as project:
        project.configuration.change(LOGIN, "the devices of a journey", fill)


def stop_all_of(simulators: Sequence[Simulated]) -> None:
    """End every simulator at the same time."""
    stop_all([each.process for each in simulators if each.process is not None])
    for each in simulators:
        each.process = None
