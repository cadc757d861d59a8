"""The line to Modbus TCP devices: one question in flight, writes first, closed in time."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadCoilsRequest,
    ReadDiscreteInputsRequest,
    WriteSingleCoilRequest,
)
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadInputRegistersRequest,
    WriteMultipleRegistersRequest,
    WriteSingleRegisterRequest,
)

from app.errors import BadInput, DeviceUnreachable, GarbledAnswer, NothingSent
from app.model.conversation import Frame
from app.model.profile import Area, LinkRules
from app.ports import Clock
from app.words import _
from drivers.codecs.mbap import Answer, Function, Question, reading, writing
from drivers.links.quiet import quieten
from drivers.links.turns import Turns
from drivers.links.whylost import why_lost
from drivers.links.wire import Wire
from drivers.registerlink import RegisterRefused

FRAMES_KEPT = 200  # enough to see a minute of a device's conversation
_IDLE_LOOK_S = 0.05  # how soon to look again when a question is just under way
_COIL_ON = 0xFF00  # Modbus Application Protocol V1.1b3, 6.5

_READS: dict[Area, tuple[Function, type[ModbusPDU]]] = {
    Area.COIL: (Function.READ_COILS, ReadCoilsRequest),
    Area.DISCRETE: (Function.READ_DISCRETE, ReadDiscreteInputsRequest),
    Area.HOLDING: (Function.READ_HOLDING, ReadHoldingRegistersRequest),
    Area.INPUT: (Function.READ_INPUT, ReadInputRegistersRequest),
}
_BIT_AREAS = frozenset({Area.COIL, Area.DISCRETE})


@dataclass(slots=True)
class Figures:
    """How a link has been doing since it was made; the link keeps counting in it."""

    requests: int = 0
    failures: int = 0  # silence, lost connections, garbled answers
    refusals: int = 0  # answers that said no
    connects: int = 0
    drops: int = 0  # connections the far side ended
    idle_closes: int = 0  # connections we ended because nobody asked
    strays: int = 0  # answers that belonged to no question; dropped
    latency_s: float | None = None  # of the last answer


class ModbusTcpLink:
    """A register link (`drivers.registerlink`) to one TCP address with any number of units.

    Connects when first asked, again whenever a question finds it closed, and says so
    with `DeviceUnreachable` when it cannot; nothing reconnects by itself. Lives on the
    core's loop.
    """

    def __init__(self, host: str, port: int, connect_timeout_s: float, clock: Clock) -> None:
        self.address = f"{host}:{port}"
        self.figures = Figures()
        self._target = (host, port)
        self._connect_timeout_s = connect_timeout_s
        self._clock = clock
        self._turns = Turns()
        self._wire: Wire | None = None
        self._up = False  # nothing speaks against the line: open, or closed by ourselves
        self._shut = False
        self._frames: deque[tuple[datetime, bool, bytes]] = deque(maxlen=FRAMES_KEPT)
        self._spoke_s = 0.0  # loop time of the last word on the line
        self._idle_close_s: float | None = None
        self._idle_timer: asyncio.TimerHandle | None = None
        quieten("pymodbus.logging")

    @property
    def connected(self) -> bool:
        """Whether the line holds as far as anybody knows.

        True also while it rests: closed by ourselves because nobody asked, or cut
        after a bad answer; the next question opens it again.
        """
        return self._up

    def frames(self) -> tuple[Frame, ...]:
        """Return the last pieces of the conversation, oldest first."""
        return tuple(Frame(*frame) for frame in self._frames)

    async def open(self) -> None:
        """Connect now; raises `DeviceUnreachable`. On an open line it does nothing."""
        self._shut = False
        async with self._turns.patient():
            await self._connected_wire()

    async def close(self) -> None:
        """End the connection and refuse questions until `open`; may be called twice."""
        self._shut = True
        self._up = False
        self._rest()
        await asyncio.sleep(0)  # the socket is closed in the loop's next turn

    async def read(
        self, unit: int, area: Area, address: int, count: int, rules: LinkRules
    ) -> bytes:
        """Ask for registers or bits; see `RegisterLink.read`."""
        function, request = _READS[area]
        size = (count + 7) // 8 if area in _BIT_AREAS else 2 * count
        async with self._turns.patient():
            wire = await self._ready_wire(rules)
            question = reading(wire.getNextTID(), unit, function, size)
            pdu = request(dev_id=unit, address=address, count=count)
            return (await self._ask(wire, pdu, question, rules)).payload

    async def write(
        self, unit: int, area: Area, address: int, words: Sequence[int], rules: LinkRules
    ) -> None:
        """Write once; see `RegisterLink.write`."""
        async with self._turns.urgent():
            wire = await self._ready_wire(rules)
            pdu, question = _write_request(wire.getNextTID(), unit, area, address, words)
            await self._ask(wire, pdu, question, rules)

    async def _ask(
        self, wire: Wire, pdu: ModbusPDU, question: Question, rules: LinkRules
    ) -> Answer:
        started_s, figures = wire.loop.time(), self.figures
        figures.requests += 1
        try:
            answer = await wire.ask(pdu, question, rules.timeout_ms / 1000)
        except (DeviceUnreachable, GarbledAnswer) as error:
            figures.failures += 1
            raise type(error)(f"{self.address}: {error}") from error
        self._spoke_s = wire.loop.time()
        figures.latency_s = self._spoke_s - started_s
        if answer.refusal:
            figures.refusals += 1
            raise RegisterRefused(answer.refusal)
        return answer

    async def _ready_wire(self, rules: LinkRules) -> Wire:
        """Return an open connection, once the device had the pause it needs."""
        wire = await self._connected_wire()
        if rules.turnaround_ms:
            pause_s = self._spoke_s + rules.turnaround_ms / 1000 - wire.loop.time()
            await asyncio.sleep(max(0.0, pause_s))
            wire = await self._connected_wire()  # the device may have hung up meanwhile
        if rules.idle_close_s is not None:
            self._watch_idle(wire, rules.idle_close_s)
        return wire

    async def _connected_wire(self) -> Wire:
        self._refuse_when_shut()
        if self._wire is not None and self._wire.alive:
            return self._wire
        wire = Wire(*self._target, self._note, self._count_stray, self._on_lost)
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                await wire.dial()
        except OSError as error:
            self._up = False
            raise NothingSent(f"{self.address}: {self._why(error)}") from error
        self._wire = wire
        self._refuse_when_shut()
        self._up = True
        self._spoke_s = wire.loop.time()
        self.figures.connects += 1
        return wire

    def _refuse_when_shut(self) -> None:
        if self._shut:
            self._rest()
            raise NothingSent(f"{self.address}: the link is closed")

    def _why(self, error: OSError) -> str:
        return why_lost(error, self._connect_timeout_s, _("the device"))

    def _watch_idle(self, wire: Wire, idle_close_s: float) -> None:
        # Several devices behind one address: the one that hangs up first decides.
        if self._idle_close_s is None or idle_close_s < self._idle_close_s:
            self._idle_close_s = idle_close_s
        if self._idle_timer is None:
            self._idle_timer = wire.loop.call_later(self._idle_close_s, self._on_idle)

    def _on_idle(self) -> None:
        self._idle_timer, wire = None, self._wire
        if wire is None or not wire.alive or self._idle_close_s is None:
            return
        quiet_s = wire.loop.time() - self._spoke_s
        if self._turns.taken or quiet_s < self._idle_close_s:
            wait_s = max(self._idle_close_s - quiet_s, _IDLE_LOOK_S)
            self._idle_timer = wire.loop.call_later(wait_s, self._on_idle)
            return
        self.figures.idle_closes += 1
        self._rest()

    def _rest(self) -> None:
        """Let go of the connection; the next question makes another."""
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        if self._wire is not None:
            self._wire.cut()
            self._wire = None

    def _on_lost(self) -> None:
        self._up = False
        self.figures.drops += 1

    def _count_stray(self) -> None:
        self.figures.strays += 1

    def _note(self, data: bytes, sent: bool) -> None:
        self._frames.append((self._clock(), sent, data))


def _write_request(
    transaction: int, unit: int, area: Area, address: int, words: Sequence[int]
) -> tuple[ModbusPDU, Question]:
    """Return the request and the echo it must bring; one register goes by function 6."""
    if area is Area.COIL and len(words) == 1:
        on = bool(words[0])
        coil = WriteSingleCoilRequest(dev_id=unit, address=address, bits=[on])
        echo = _COIL_ON if on else 0
        return coil, writing(transaction, unit, Function.WRITE_COIL, address, echo)
    if area is not Area.HOLDING or not words:
        raise BadInput(f"{area.value} {address} cannot be written")
    if len(words) == 1:
        one = WriteSingleRegisterRequest(dev_id=unit, address=address, registers=words)
        return one, writing(transaction, unit, Function.WRITE_REGISTER, address, words[0])
    many = WriteMultipleRegistersRequest(dev_id=unit, address=address, registers=words)
    return many, writing(transaction, unit, Function.WRITE_REGISTERS, address, len(words))
