"""A street of radio meters and the receivers that hear it, as lines of text over TCP or UDP.

Each receiver is a TCP server of its own, as receivers put behind a serial port server are;
with ``--to`` its lines go to an address as datagrams instead. Control lines: ``status``,
``quit``, ``hush N on|off`` (meter N falls silent), ``drop`` (every connection is cut).
"""

import asyncio
import csv
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from app.errors import BadInput
from app.ports import SimulatorType
from drivers.simulators.hosting import Steer, wall_clock
from drivers.simulators.options import option
from drivers.simulators.street.lines import FORMS, Caught, line_of
from drivers.simulators.street.meters import MOST_METERS
from drivers.simulators.street.telegrams import MODES, frame_of
from drivers.simulators.street.traffic import Street
from drivers.simulators.weather import unit_noise

_MOST_RECEIVERS = 16
_HIGHEST_PORT = 65_535
_MOST_WAITING_BYTES = 8_000_000  # of one listener that does not read: it is cut off
_KEY = 800  # what a wrong or missing key is drawn for


@dataclass(frozen=True, kw_only=True)
class WmbusOptions:
    """What a street is like, and where it is heard; `check` raises `BadInput`."""

    host: str = option("127.0.0.1", "address the receivers listen on")
    port: int = option(0, "TCP port of the first receiver, the others count up; 0: free ones")
    to: str = option("", "send datagrams to HOST:PORT instead of listening")
    seed: int = option(1, "another number is another street, the same number the same")
    speed: float = option(1.0, "how many simulated seconds pass in one", float)
    meters: int = option(200, "so many meters, up to 10000")
    receivers: int = option(1, "so many receivers hear the street")
    form: str = option(
        "hex", "lines: hex, air (hex with checks), rtl (rtl_wmbus), json, level (hex, dBm)"
    )
    modes: str = option("5", "how meters seal, in turn: 0, 5, 7, ell; such as 0,5,7,ell")
    interval_s: float = option(16.0, "between two telegrams of a meter", float)
    lost: float = option(0.0, "share of telegrams a receiver misses", float)
    repeated: float = option(0.0, "share that a repeater sends once more", float)
    replayed: float = option(0.0, "share that somebody sends again 45 s later", float)
    keys: str = option("", "write the meters' keys into this file, number;key")
    wrong_keys: float = option(0.0, "share of meters whose key in that file is wrong", float)
    no_keys: float = option(0.0, "share of meters without a key in that file", float)
    rounds: int = option(0, "send every meter so often, as fast as it is read, then end")

    def check(self) -> None:
        """Raise `BadInput` naming the first option that cannot be."""
        for name, value, most in (
            ("port", self.port, _HIGHEST_PORT),
            ("meters", self.meters - 1, MOST_METERS - 1),
            ("receivers", self.receivers - 1, _MOST_RECEIVERS - 1),
            ("rounds", self.rounds, 1_000_000),
        ):
            if not 0 <= value <= most:
                raise BadInput(f"--{name}: {getattr(self, name)} is out of range")
        for name in ("lost", "repeated", "replayed", "wrong_keys", "no_keys"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise BadInput(f"--{name.replace('_', '-')}: a share is between 0 and 1")
        if self.form not in FORMS:
            raise BadInput(f"--form: '{self.form}' is none of {', '.join(FORMS)}")
        if not set(self.all_modes) <= set(MODES):
            raise BadInput(f"--modes: '{self.modes}' are not of {', '.join(MODES)}")
        if self.interval_s <= 0.0 or self.speed <= 0.0:
            raise BadInput("--interval-s and --speed must be above 0")
        if self.to:
            self.target()

    @property
    def all_modes(self) -> tuple[str, ...]:
        """Return the modes by name."""
        return tuple(each.strip() for each in self.modes.split(","))

    def target(self) -> tuple[str, int]:
        """Return where datagrams go; raises `BadInput`."""
        host, _colon, port = self.to.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) <= _HIGHEST_PORT:
            raise BadInput(f"--to: '{self.to}' is no HOST:PORT")
        return host, int(port)

    def street(self) -> Street:
        """Return the street these options describe."""
        return Street(
            self.seed,
            self.meters,
            self.all_modes,
            self.receivers,
            self.interval_s,
            self.lost,
            self.repeated,
            self.replayed,
        )


async def serve(
    options: WmbusOptions, ready: Callable[[str], object], steer: Steer | None = None
) -> None:
    """Let the street speak until cancelled, told to quit, or its rounds are through.

    Raises:
        BadInput: An option, an address or the file of keys cannot be used.
    """
    options.check()
    if options.keys:
        write_keys(options)
    on_air = _OnAir(options)
    try:
        await on_air.open(ready)
        if steer is not None:
            steer(on_air.handle)
        await on_air.run()
    finally:
        await on_air.close()


def write_keys(options: WmbusOptions) -> None:
    """Write the file of keys, with the wrong and the missing ones that are wanted."""
    street = options.street()
    try:
        with Path(options.keys).open("w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file, delimiter=";")
            for place in range(street.meters):
                meter, drawn = street.meter(place), unit_noise(street.seed, place, _KEY)
                if drawn < options.no_keys:
                    continue
                key = bytearray(meter.key)
                if drawn < options.no_keys + options.wrong_keys:
                    key[0] ^= 0xFF
                lines.writerow([meter.number, key.hex().upper()])
    except OSError as error:
        raise BadInput(f"--keys: {options.keys}: {error.strerror}") from error


class _Listener(asyncio.Protocol):
    """One who connected; what is said to a receiver moves nothing."""

    def __init__(self, receiver: "_Receiver") -> None:
        self._receiver = receiver
        self.transport: asyncio.Transport | None = None
        self.ready = asyncio.Event()
        self.ready.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment] # of a server it is one
        self._receiver.listeners.add(self)
        self._receiver.somebody.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._receiver.listeners.discard(self)
        self.ready.set()

    def pause_writing(self) -> None:
        self.ready.clear()

    def resume_writing(self) -> None:
        self.ready.set()


class _Receiver:
    """One receiver: everybody who connects gets every line from then on."""

    def __init__(self) -> None:
        self.listeners: set[_Listener] = set()
        self.server: asyncio.Server | None = None
        self.somebody = asyncio.Event()

    def say(self, line: bytes) -> None:
        for each in tuple(self.listeners):
            if each.transport is None:
                continue
            if each.transport.get_write_buffer_size() > _MOST_WAITING_BYTES:
                each.transport.abort()
            else:
                each.transport.write(line)

    async def drain(self) -> None:
        for each in tuple(self.listeners):
            await each.ready.wait()

    async def empty(self) -> None:
        """Wait until everything said has left: what waits here ends with the process."""
        for each in tuple(self.listeners):
            if each.transport is not None:
                each.transport.set_write_buffer_limits(high=0)
            await each.ready.wait()

    def hang_up(self) -> None:
        for each in tuple(self.listeners):
            if each.transport is not None:
                each.transport.close()


class _OnAir:
    """The street's clock, its receivers and its control lines."""

    def __init__(self, options: WmbusOptions) -> None:
        self._options, self._street = options, options.street()
        self._receivers = [_Receiver() for _each in range(options.receivers)]
        self._datagrams: asyncio.DatagramTransport | None = None
        self._quit = asyncio.Event()
        self._hushed: set[int] = set()
        self._sent = 0

    async def open(self, ready: Callable[[str], object]) -> None:
        """Listen, or find the way to where datagrams go; raises `BadInput`."""
        options = self._options
        try:
            if options.to:
                loop, host_port = asyncio.get_running_loop(), options.target()
                self._datagrams, _protocol = await loop.create_datagram_endpoint(
                    asyncio.DatagramProtocol, remote_addr=host_port
                )
                ready(options.to)
                return
            for position, receiver in enumerate(self._receivers):
                port = options.port + position if options.port else 0
                receiver.server = await asyncio.get_running_loop().create_server(
                    partial(_Listener, receiver), options.host, port
                )
        except OSError as error:
            raise BadInput(f"{options.to or options.host}: {error}") from error
        for receiver in self._receivers:
            if receiver.server is not None:
                host, port = receiver.server.sockets[0].getsockname()[:2]
                ready(f"{host}:{port}")

    async def run(self) -> None:
        """Speak until told to quit, or the rounds are through."""
        speaking = asyncio.ensure_future(
            self._rounds() if self._options.rounds else self._speak()
        )
        leaving = asyncio.ensure_future(self._quit.wait())
        await asyncio.wait({speaking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        speaking.cancel()
        with suppress(asyncio.CancelledError):
            await speaking

    async def close(self) -> None:
        """Hang up on everybody."""
        for receiver in self._receivers:
            receiver.hang_up()
            if receiver.server is not None:
                receiver.server.close()
        if self._datagrams is not None:
            self._datagrams.close()

    def handle(self, line: str) -> str:
        """Carry out one control line and return its answer."""
        match line.split():
            case ["quit"]:
                self._quit.set()
            case ["status"]:
                heard = sum(len(each.listeners) for each in self._receivers)
                return f"ok sent {self._sent} listeners {heard}"
            case ["hush", number, ("on" | "off") as state] if number.isdecimal():
                change = self._hushed.add if state == "on" else self._hushed.discard
                change(int(number) - 1)
            case ["drop"]:
                for receiver in self._receivers:
                    receiver.hang_up()
            case _:
                return f"error: '{line}' is no control line; status, hush N on|off, drop, quit"
        return "ok"

    async def _speak(self) -> None:
        """Let the street's own time pass, ``speed`` times as fast as ours."""
        loop, start = asyncio.get_running_loop(), wall_clock()
        began_s = loop.time()
        for caught in self._street.traffic(start):
            due_s = began_s + (caught.at - start).total_seconds() / self._options.speed
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            if caught.said.meter.place not in self._hushed:
                self._say(caught)

    async def _rounds(self) -> None:
        """Send every meter's telegrams as fast as they are read, then end."""
        lines = prepared(self._options)
        for receiver in () if self._datagrams else self._receivers:
            await receiver.somebody.wait()
        for position, (heard_by, line) in enumerate(lines):
            self._send(heard_by, line)
            if position % 64 == 0:
                await self._receivers[heard_by].drain()
                await asyncio.sleep(0)
        for each in self._receivers:
            await each.empty()

    def _say(self, caught: Caught) -> None:
        line = line_of(caught, self._options.form)
        self._send(caught.receiver, f"{line}\n".encode())

    def _send(self, receiver: int, line: bytes) -> None:
        self._sent += 1
        if self._datagrams is not None:
            self._datagrams.sendto(line)
        else:
            self._receivers[receiver].say(line)


def prepared(options: WmbusOptions) -> Sequence[tuple[int, bytes]]:
    """Return the lines of all rounds with their receivers, made before the first is sent.

    Rounds lie an interval apart and end now.
    """
    street, now = options.street(), wall_clock()
    lines: list[tuple[int, bytes]] = []
    for count in range(1, options.rounds + 1):
        ago = timedelta(seconds=street.interval_s * (options.rounds - count))
        for said in street.once(now - ago, count):
            frame = frame_of(said)
            for receiver in range(street.receivers):
                level = street.level_dbm(said.meter.place, receiver, count)
                caught = Caught(said, said.at, receiver, level)
                text = line_of(caught, options.form, frame)
                lines.append((receiver, f"{text}\n".encode()))
    return lines


SIMULATOR = SimulatorType(
    "wmbus", "a street of radio meters and its receivers", (), serve, WmbusOptions
)
