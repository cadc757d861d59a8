"""A serial server on the network with a simulated M-Bus behind it: raw bytes over TCP.

The line has a clock of its own: every byte takes eleven bits at the baud rate, divided by
``lapse``, and nothing is sent before the line is free.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import BadInput
from drivers.mbus.asking import BITS_A_BYTE
from drivers.simulators.faults import Fault, FaultKind, Faults
from drivers.simulators.weather import unit_noise
from drivers.simulators.wiredbus import Sent, WiredBus

SUPPORTED = (
    FaultKind.SILENT,
    FaultKind.SLOW,
    FaultKind.DROP,
    FaultKind.ECHO,
    FaultKind.NOISE,
    FaultKind.CUT,
    FaultKind.LOST,
    FaultKind.BROKEN_FRAMES,
    FaultKind.WRONG_UNIT,
)
_PIECE_S = 0.01  # a serial server collects bytes for so long before it sends a packet
_AFTER_ECHO_S = 0.0001  # where bytes take no time, an answer still comes behind the echo
_NEW_FRAME_S = 0.5  # after so long a silence the meters expect a frame's beginning


@dataclass(frozen=True, slots=True)
class LineSpeed:
    """How fast the line is."""

    baud: int
    lapse: float  # so many times faster than the baud rate; 0: bytes take no time

    def seconds(self, bits: float) -> float:
        """Return how long bits take on the wall clock."""
        return bits / self.baud / self.lapse if self.lapse else 0.0


class BusServer:
    """One address where one bus is heard; all methods run on the loop's thread."""

    def __init__(
        self, host: str, port: int, bus: WiredBus, seed: int, speed: LineSpeed
    ) -> None:
        self.faults = Faults(seed, _refuse_unfit)
        self._host, self._port = host, port
        self._bus, self._seed, self.speed = bus, seed, speed
        self._server: asyncio.Server | None = None
        self._clients: list[asyncio.WriteTransport] = []
        self._free_s = 0.0  # loop time at which the line is free again
        self._turn = 0

    @property
    def address(self) -> str:
        """Return ``host:port`` as bound."""
        return f"{self._host}:{self._port}"

    @property
    def port(self) -> int:
        """Return the port as bound, 0 before."""
        return self._port

    async def start(self, faults: Sequence[Fault] = ()) -> None:
        """Put the faults in force and listen; raises `BadInput`."""
        for fault in faults:
            self.faults.add(fault)
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: _Client(self),
                self._host,
                self._port,
                reuse_address=os.name == "posix",
            )
        except (OSError, OverflowError) as error:
            raise BadInput(f"cannot listen on {self.address}: {error}") from error
        self._port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Close everything; may be called twice."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for client in list(self._clients):
            client.abort()

    def joined(self, client: asyncio.WriteTransport) -> None:
        """Let a client hear the line from now on."""
        self._clients.append(client)

    def left(self, client: asyncio.WriteTransport) -> None:
        """Forget a client that has gone."""
        if client in self._clients:
            self._clients.remove(client)

    def sent(self, data: bytes) -> None:
        """Put what a client sent on the line, and what the meters answer behind it."""
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        if now_s - self._free_s > _NEW_FRAME_S:
            self._bus.forget_half_a_frame()
        over_s = max(now_s, self._free_s) + self.speed.seconds(len(data) * BITS_A_BYTE)
        self._free_s = over_s
        self._turn += 1
        if self.faults.has(FaultKind.ECHO):
            loop.call_at(over_s, self._deliver, data)
        answer = self._bus.hear(data, self.speed.baud)
        if answer and self.faults.has(FaultKind.DROP):
            loop.call_at(over_s, self._hang_up)
        elif answer and not self._swallowed():
            self._send(self._shaped(answer), over_s + self._slow_s() + _AFTER_ECHO_S)

    def _swallowed(self) -> bool:
        if self.faults.has(FaultKind.SILENT):
            return True
        lost = [each for each in self.faults.active if each.kind is FaultKind.LOST]
        return any(self._chance(1) * 100 < each.figure() for each in lost)

    def _shaped(self, answer: list[Sent]) -> list[Sent]:
        """Return the bytes as the faults in force let them come."""
        faults = self.faults
        if faults.has(FaultKind.NOISE):
            noise = [int(256 * self._chance(place)) for place in range(2, 5)]
            answer = [*(Sent(answer[0].end_bit, byte & 0xEE) for byte in noise), *answer]
        if faults.has(FaultKind.BROKEN_FRAMES) and len(answer) > 1:
            place = int(len(answer) * self._chance(6))
            hurt = answer[place]
            answer = [*answer[:place], Sent(hurt.end_bit, hurt.byte ^ 4), *answer[place + 1 :]]
        if faults.has(FaultKind.WRONG_UNIT) and len(answer) > 6:  # noqa: PLR2004 - no E5
            other = [each.byte for each in answer]
            other[5] = other[5] + 1 & 0xFF
            other[-2] = sum(other[4:-2]) & 0xFF
            answer = [Sent(a.end_bit, byte) for a, byte in zip(answer, other, strict=True)]
        return answer

    def _send(self, answer: list[Sent], from_s: float) -> None:
        """Deliver bytes as their bits are over, a few of them in one packet."""
        loop = asyncio.get_running_loop()
        if self.faults.has(FaultKind.CUT) and len(answer) > 1:
            answer = answer[: len(answer) // 2]
            loop.call_at(
                from_s + self.speed.seconds(answer[-1].end_bit) + _PIECE_S, self._hang_up
            )
        piece, due_s = bytearray(), 0.0
        for each in answer:
            at_s = from_s + self.speed.seconds(each.end_bit)
            if piece and at_s > due_s:
                loop.call_at(due_s, self._deliver, bytes(piece))
                piece.clear()
            if not piece:
                due_s = at_s + _PIECE_S
            piece.append(each.byte)
        self._free_s = from_s + self.speed.seconds(answer[-1].end_bit)
        loop.call_at(min(due_s, max(self._free_s, loop.time())), self._deliver, bytes(piece))

    def _slow_s(self) -> float:
        slow = [each.figure() for each in self.faults.active if each.kind is FaultKind.SLOW]
        return max(slow, default=0.0) / 1000.0

    def _deliver(self, data: bytes) -> None:
        for client in self._clients:
            client.write(data)

    def _hang_up(self) -> None:
        for client in list(self._clients):
            client.abort()

    def _chance(self, place: int) -> float:
        return unit_noise(self._seed, 401, self._turn, place)


class _Client(asyncio.Protocol):
    """One connection to the serial server."""

    def __init__(self, server: BusServer) -> None:
        self._server = server
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            nodelay = transport.get_extra_info("socket")
            if nodelay is not None:
                nodelay.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._transport = transport
            self._server.joined(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._server.left(self._transport)

    def data_received(self, data: bytes) -> None:
        self._server.sent(data)


def _refuse_unfit(fault: Fault, on: bool) -> None:
    if on and fault.kind not in SUPPORTED:
        known = ", ".join(each.value for each in SUPPORTED)
        raise BadInput(f"fault '{fault}': a bus of meters knows {known}")
