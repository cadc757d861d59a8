"""A Modbus TCP listener with the manners of a real device: few clients, idle links closed."""

import asyncio
import os
import socket
from collections.abc import Sequence
from typing import Protocol

from app.errors import BadInput
from drivers.simulators.conversation import Conversation
from drivers.simulators.faults import ON_WIRES, Fault, FaultKind, Faults, Frame, Sending
from drivers.simulators.pdu import (
    GATEWAY_TARGET_SILENT,
    WRITE_SINGLE,
    RegisterBank,
    answer,
    exception,
)

_BACKLOG = 16
_BROADCAST = 0
_TRY_AGAIN_S = 0.5


class AnsweringDevice(Protocol):
    """The device behind a listener."""

    most_clients: int
    first_number: int  # 1 where the manual counts registers from one
    gateway: bool  # says exception 11 for units that are not there, else keeps silent
    broadcasts: bool  # takes writes to unit 0, without an answer

    def bank(self, unit: int) -> RegisterBank | None:
        """Return the registers of a unit, brought up to this moment; None: nobody there."""
        ...

    def sensor_open(self, name: str, is_open: bool) -> None:
        """Disconnect or reconnect a sensor; raises `BadInput` when there is none so called."""
        ...

    def restarted(self) -> None:
        """Lose what a device loses with its power."""
        ...


class MbapServer:
    """One address where one device, or the units behind one gateway, answer.

    All methods run on the loop's thread. While the address is down (faults
    ``refuse``, ``flapping``, ``restart``) its port stays ours but refuses.
    """

    def __init__(
        self, host: str, port: int, device: AnsweringDevice, seed: int, idle_close_s: float
    ) -> None:
        self.device = device
        self.idle_close_s = idle_close_s  # 0: never
        self.faults = Faults(seed, self._fault_changed)
        self._host, self._port = host, port
        self._server: asyncio.Server | None = None
        self._place: socket.socket | None = None  # holds the port while nobody listens
        self._links: list[Conversation] = []
        self._away = {FaultKind.RESTART: False, FaultKind.FLAPPING: False}
        self._timers: dict[FaultKind, asyncio.TimerHandle] = {}
        self._settling: asyncio.Task[None] | None = None
        self._in_turn = asyncio.Lock()
        self._stopped = False

    @property
    def address(self) -> str:
        """Return ``host:port`` as bound."""
        return f"{self._host}:{self._port}"

    @property
    def port(self) -> int:
        """Return the port as bound, 0 before."""
        return self._port

    async def start(self, faults: Sequence[Fault] = ()) -> None:
        """Bind, put the faults in force and listen.

        Raises:
            BadInput: The address is taken or not ours, or a fault does not fit the device.
        """
        self._place = self._bound()
        self._port = int(self._place.getsockname()[1])
        for fault in faults:
            self.faults.add(fault)
        await self._settle()

    async def stop(self) -> None:
        """Close everything; may be called twice."""
        self._stopped = True
        for timer in self._timers.values():
            timer.cancel()
        if self._settling is not None:
            await self._settling
        if self._server is not None:
            self._server.close()
            self._server = None
        self._hang_up()
        if self._place is not None:
            self._place.close()
            self._place = None

    def admits(self, newcomer: Conversation) -> bool:
        """Tell whether one more client is served now."""
        if newcomer not in self._links:
            self._links.append(newcomer)
        served = sum(1 for link in self._links if link.served)
        return served < self.device.most_clients

    def left(self, link: Conversation) -> None:
        """Forget a client that has gone."""
        if link in self._links:
            self._links.remove(link)
        for waiting in list(self._links):
            if not waiting.served:
                waiting.try_again()

    def replies(self, request: Frame, held: list[bytes]) -> Sequence[Sending]:
        """Return what goes back on the link for one request."""
        faults, device = self.faults, self.device
        if faults.mutes(request.unit):
            return ()
        bank = device.bank(request.unit)
        if request.unit == _BROADCAST and device.broadcasts:
            if bank is not None and request.pdu[0] == WRITE_SINGLE:
                answer(bank, request.pdu)
            return ()
        if bank is None:
            if not device.gateway:
                return ()
            pdu = exception(request.pdu[0], GATEWAY_TARGET_SILENT)
        else:
            refused = faults.refusal(request.pdu, device.first_number)
            pdu = refused or answer(bank, request.pdu)
        return faults.shaped(Frame(request.transaction, request.unit, pdu), held)

    def _fault_changed(self, fault: Fault, on: bool) -> None:
        kind = fault.kind
        if on and kind in ON_WIRES:
            raise BadInput(f"fault '{fault}' is one of two wires, not of Modbus TCP")
        if kind is FaultKind.SENSOR_OPEN:
            self.device.sensor_open(fault.argument, on)
        elif kind is FaultKind.RESTART:
            self.device.restarted()
            self._stay_away(kind, fault.figure(), again=False)
        elif kind is FaultKind.FLAPPING:
            self._flap(fault.figure() / 2.0, on)
        elif kind is FaultKind.REFUSE:
            self._settle_soon()

    def _flap(self, half_s: float, on: bool) -> None:
        timer = self._timers.pop(FaultKind.FLAPPING, None)
        if timer is not None:
            timer.cancel()
        self._away[FaultKind.FLAPPING] = False
        if on:
            loop = asyncio.get_running_loop()
            self._timers[FaultKind.FLAPPING] = loop.call_later(
                half_s, self._stay_away, FaultKind.FLAPPING, half_s
            )
        self._settle_soon()

    def _stay_away(self, kind: FaultKind, seconds: float, again: bool = True) -> None:
        self._away[kind] = True
        self._settle_soon()
        loop = asyncio.get_running_loop()
        self._timers[kind] = loop.call_later(seconds, self._come_back, kind, seconds, again)

    def _come_back(self, kind: FaultKind, seconds: float, again: bool) -> None:
        self._away[kind] = False
        self._settle_soon()
        if again:
            loop = asyncio.get_running_loop()
            self._timers[kind] = loop.call_later(seconds, self._stay_away, kind, seconds)

    def _settle_soon(self) -> None:
        if self._stopped:
            return
        self._settling = asyncio.get_running_loop().create_task(self._settle())

    async def _settle(self) -> None:
        """Bring the listener in line with the faults in force, one change after the other."""
        loop = asyncio.get_running_loop()
        async with self._in_turn:
            away = any(self._away.values()) or self.faults.has(FaultKind.REFUSE)
            try:
                if away:
                    self._unlisten()
                elif self._server is None and not self._stopped:
                    place, self._place = self._place or self._bound(), None
                    self._server = await loop.create_server(
                        lambda: Conversation(self), sock=place, backlog=_BACKLOG
                    )
            except BadInput:  # somebody took the port in the moment it was free
                loop.call_later(_TRY_AGAIN_S, self._settle_soon)

    def _unlisten(self) -> None:
        """Stop listening and drop the clients; the port is bound again at once, to keep it."""
        self._hang_up()
        if self._server is not None:
            self._server.close()
            self._server = None
            self._place = self._bound()

    def _hang_up(self) -> None:
        for link in list(self._links):
            link.hang_up()

    def _bound(self) -> socket.socket:
        place = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            if os.name == "posix":  # on Windows this option would let others share the port
                place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            place.setblocking(False)
            place.bind((self._host, self._port))
        except (OSError, OverflowError) as error:
            place.close()
            raise BadInput(f"cannot listen on {self._host}:{self._port}: {error}") from error
        return place
