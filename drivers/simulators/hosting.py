"""Runs simulated devices as real servers: clock ticks, control lines, memory kept on disk.

Control lines, one per line, answered by ``ok`` or ``error: …``:

    fault KIND[:ARGUMENT] [on|off]   put a fault in force or lift it
    fault clear                      lift all faults
    set NAME VALUE                   what the device understands: ``set s1 -5`` …
    status                           address, faults and simulated time
    quit                             stop

With several devices in one process ``#2 fault silent on`` speaks to the second
alone; without a number a line is for all.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from app.errors import BadInput
from drivers.simulators.faults import Fault, Faults
from drivers.simulators.mbap import AnsweringDevice, MbapServer
from drivers.simulators.options import ServerOptions, addresses

Handler = Callable[[str], str]
Steer = Callable[[Handler], None]

_SLICES = 20  # devices take turns, so that a thousand never move in one go
_SLICE_S = 0.25
_STEPS_A_TICK = 2000  # simulated seconds between two looks when time runs fast
_SAVE_S = 30.0
_STATE_VERSION = 1
_GRAMMAR = "write 'fault KIND on', 'fault clear', 'set NAME VALUE', 'status' or 'quit'"


class Hosted(Protocol):
    """What lives in this process, behind whatever listener."""

    changed: bool  # something to be saved soon

    def tick(self) -> None:
        """Let simulated time pass up to now, read or not."""
        ...

    def command(self, words: Sequence[str]) -> None:
        """Carry out ``set …``; raises `BadInput`."""
        ...

    def status(self) -> str:
        """Return the device's own line about itself."""
        ...

    def kept(self) -> Mapping[str, Any]:
        """Return what must survive a restart of the process."""
        ...

    def revive(self, kept: Mapping[str, Any]) -> None:
        """Go on where `kept` left off; raises `BadInput`, `KeyError` when it does not fit."""
        ...


class HostedDevice(Hosted, AnsweringDevice, Protocol):
    """A Modbus device that lives in this process."""


class Server(Protocol):
    """What listens at one address."""

    faults: Faults

    @property
    def address(self) -> str:
        """Return where it listens, for people."""
        ...

    @property
    def port(self) -> int:
        """Return the port as bound, 0 before."""
        ...

    async def start(self, faults: Sequence[Fault] = ()) -> None:
        """Put the faults in force and listen; raises `BadInput`."""
        ...

    async def stop(self) -> None:
        """Close everything; may be called twice."""
        ...


Listen = Callable[[str, int, int], Server]  # host, port, which of the devices


def wall_clock() -> datetime:
    """Return the present moment, UTC."""
    return datetime.now(UTC)


async def host(
    kind: str,
    devices: Sequence[HostedDevice],
    options: ServerOptions,
    ready: Callable[[str], object],
    steer: Steer | None = None,
) -> None:
    """Serve Modbus devices until cancelled or told to quit; see `host_behind`."""

    def listen(where: str, port: int, place: int) -> Server:
        seed = options.seed + place
        return MbapServer(where, port, devices[place], seed, options.idle_close_s)

    await host_behind(kind, devices, options, ready, steer, listen)


async def host_behind(
    kind: str,
    devices: Sequence[Hosted],
    options: ServerOptions,
    ready: Callable[[str], object],
    steer: Steer | None,
    listen: Listen,
) -> None:
    """Serve the devices until cancelled or told to quit.

    Args:
        kind: The simulator's name, written into the state file.
        devices: One per address.
        options: Where to listen, which faults from the start.
        ready: Called with ``host:port`` for each device once all of them listen.
        steer: Called once with the function that carries out a control line.
        listen: Makes what listens for a device.

    Raises:
        BadInput: An address, a fault or the state file cannot be used.
    """
    faults = [Fault.parsed(text) for text in options.faults]
    memory = _Memory(kind, options.state)
    memory.load(devices)
    servers: list[Server] = []
    hosting = _Hosting(devices, servers, memory, options)
    try:
        for place, (where, port) in enumerate(addresses(options)):
            shared = options.spread == "addresses" and bool(servers)
            server = listen(where, servers[0].port if shared else port, place)
            servers.append(server)
            await server.start(faults)
        for server in servers:
            ready(server.address)
        if steer is not None:
            steer(hosting.handle)
        try:
            await hosting.run()
        finally:
            memory.save(devices)
    finally:
        for server in servers:
            await server.stop()


class _Hosting:
    """Ticks and control lines of the devices of one process."""

    def __init__(
        self,
        devices: Sequence[Hosted],
        servers: Sequence[Server],
        memory: "_Memory",
        options: ServerOptions,
    ) -> None:
        self._devices, self._servers, self._memory = devices, servers, memory
        self._pause_s = min(_SLICE_S, _STEPS_A_TICK / options.speed / _SLICES)
        self._quit = asyncio.Event()

    async def run(self) -> None:
        """Let time pass until told to quit."""
        loop = asyncio.get_running_loop()
        saved_at, turn = loop.time(), 0
        while not self._quit.is_set():
            for device in self._devices[turn::_SLICES]:
                device.tick()
            turn = (turn + 1) % _SLICES
            if loop.time() - saved_at > _SAVE_S or any(each.changed for each in self._devices):
                self._memory.save(self._devices)
                saved_at = loop.time()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quit.wait(), self._pause_s)

    def handle(self, line: str) -> str:
        """Carry out one control line and return its answer."""
        words = line.split()
        try:
            places = range(len(self._devices))
            if words and words[0].startswith("#"):
                places = self._place(words.pop(0))
            return self._carry_out(words, places)
        except BadInput as error:
            return f"error: {error}"

    def _place(self, word: str) -> range:
        number = int(word[1:]) if word[1:].isdecimal() else 0
        if not 1 <= number <= len(self._devices):
            raise BadInput(f"'{word}': there are devices #1 to #{len(self._devices)}")
        return range(number - 1, number)

    def _carry_out(self, words: Sequence[str], places: range) -> str:
        match words:
            case ["quit"]:
                self._quit.set()
            case ["status"]:
                return "ok " + "; ".join(self._status(place) for place in places)
            case ["fault", *rest]:
                for place in places:
                    _change(self._servers[place].faults, rest)
            case ["set", *rest]:
                for place in places:
                    self._devices[place].command(rest)
            case _:
                raise BadInput(f"'{' '.join(words)}' is no control line; {_GRAMMAR}")
        return "ok"

    def _status(self, place: int) -> str:
        server = self._servers[place]
        faults = ",".join(str(fault) for fault in server.faults.active) or "none"
        return f"{server.address} faults {faults} {self._devices[place].status()}".rstrip()


def _change(faults: Faults, words: Sequence[str]) -> None:
    match words:
        case ["clear"]:
            faults.clear()
        case [text] | [text, "on"]:
            faults.add(Fault.parsed(text))
        case [text, "off"]:
            faults.remove(Fault.parsed(text, lifting=True))
        case _:
            raise BadInput(f"'fault {' '.join(words)}' is no control line; {_GRAMMAR}")


class _Memory:
    """The file that keeps the devices' memory; empty path: nothing is kept."""

    def __init__(self, kind: str, path: str) -> None:
        self._kind = kind
        self._path = Path(path) if path else None

    def load(self, devices: Sequence[Hosted]) -> None:
        """Revive the devices from the file, if there is one; raises `BadInput`."""
        if self._path is None or not self._path.exists():
            return
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            fits = content["kind"] == self._kind and content["version"] == _STATE_VERSION
            kept = content["devices"]
            if not fits or len(kept) != len(devices):
                raise BadInput(f"{self._path}: is not the state of {len(devices)} {self._kind}")
            for device, each in zip(devices, kept, strict=True):
                device.revive(each)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"{self._path}: cannot be used as state: {error!r}") from error

    def save(self, devices: Sequence[Hosted]) -> None:
        """Write the file anew, old or new but never half; a full disk loses only the memory."""
        for device in devices:
            device.changed = False
        if self._path is None:
            return
        content = {
            "kind": self._kind,
            "version": _STATE_VERSION,
            "devices": [device.kept() for device in devices],
        }
        beside = self._path.with_name(self._path.name + ".new")
        with suppress(OSError):
            beside.write_text(json.dumps(content), encoding="utf-8")
            beside.replace(self._path)
