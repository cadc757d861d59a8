"""The way to a wired M-Bus: one request on the line at a time, its answer, and its silence."""

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from app.errors import DeviceUnreachable, NothingSent
from app.model.conversation import Frame
from app.ports import Clock
from app.words import _
from drivers.links.naming import computer_name
from drivers.links.turns import Turns
from drivers.links.whylost import why_lost
from drivers.mbus.asking import Timing, awaited, frame_in

FRAMES_KEPT = 200
MOST_HEARD = 4096  # bytes of one answer; a line that babbles on is listened to no longer
Made = Callable[[], asyncio.Protocol]
Dial = Callable[[Made], Awaitable[asyncio.Transport]]  # raises `OSError`


class Switchable(asyncio.Transport):
    """A way to a line whose rate is set from here, also while it is open."""

    async def switch(self, baud: int) -> None:
        """Set another rate; raises `OSError` where the port does not know it."""
        raise OSError(f"{baud} Bd")

    async def closed(self) -> None:
        """Wait until it is closed for good, after `abort`."""


class Listen(Enum):
    """For how long a request's answer is listened to."""

    FRAME = "frame"  # until a sound frame is there
    STILL = "still"  # until nobody speaks any more, however many answer
    NOT = "not"  # nobody answers a broadcast


@dataclass(slots=True)
class Figures:
    """How a line has been doing since it was made; the link keeps counting in it."""

    requests: int = 0
    silences: int = 0
    noises: int = 0  # answers that came with bytes around them that are nobody's
    echoes: int = 0  # requests that came back
    strays: int = 0  # bytes that came when nothing had been asked
    connects: int = 0
    drops: int = 0
    latency_s: float | None = None  # from a request's end to its answer's first bytes


class MbusLink:
    """The serial line to one bus; lives on the core's loop.

    Connects when first asked, and again whenever a request finds it closed.
    """

    def __init__(
        self, address: str, dial: Dial, timing: Timing, connect_timeout_s: float, clock: Clock
    ) -> None:
        self.address = address
        self.timing = timing
        self.figures = Figures()
        self.turns = Turns()
        self._dial = dial
        self._connect_timeout_s = connect_timeout_s
        self._clock = clock
        self._ear: _Ear | None = None
        self._baud = timing.baud  # as the line is set
        self._shut = False
        self._up = False
        self._frames: deque[Frame] = deque(maxlen=FRAMES_KEPT)

    @property
    def connected(self) -> bool:
        """Whether the way to the line is open."""
        return self._up

    @property
    def switchable(self) -> bool:
        """Whether the open line's rate can be set from here."""
        return self._ear is not None and isinstance(self._ear.transport, Switchable)

    def frames(self) -> tuple[Frame, ...]:
        """Return the last pieces of the conversation, oldest first."""
        return tuple(self._frames)

    async def open(self) -> None:
        """Connect now; raises `DeviceUnreachable`. On an open line it does nothing."""
        self._shut = False
        async with self.turns.patient():
            await self._ready()

    async def close(self) -> None:
        """End the connection and refuse requests until `open`; may be called twice."""
        self._shut, self._up = True, False
        if self._ear is not None:
            ear, self._ear = self._ear, None
            ear.cut()
            if isinstance(ear.transport, Switchable):
                await ear.transport.closed()
        await asyncio.sleep(0)  # the socket is closed in the loop's next turn

    async def require_rate(self, baud: int) -> None:
        """Make sure that the line can be set to a rate, by setting it; only in one's turn.

        Raises `NothingSent` where it cannot, or there is no connection.
        """
        await self._at_rate(await self._ready(), baud)

    async def exchange(
        self, request: bytes, listen: Listen = Listen.FRAME, timing: Timing | None = None
    ) -> bytes:
        """Send a request and return all that came back, without its echo; b"": silence.

        At the rate of ``timing``, where the line's rate can be set. Only for who holds the
        line's turn (`turns`).

        Raises:
            NothingSent: There is no connection; the request never left.
            DeviceUnreachable: The connection was lost after it left.
        """
        ear, timing = await self._ready(), timing or self.timing
        await self._at_rate(ear, timing.baud)
        if stray := ear.taken():
            self._note(stray, sent=False)
            self.figures.strays += len(stray)
        self.figures.requests += 1
        self._note(request, sent=True)
        ear.send(request)
        try:
            heard = await self._heard(ear, request, listen, timing)
        except ConnectionError as error:
            self._lost()
            raise DeviceUnreachable(f"{self.address}: the connection was lost") from error
        if heard:
            self._note(heard, sent=False)
        elif listen is not Listen.NOT:
            self.figures.silences += 1
        return heard

    async def _heard(
        self, ear: "_Ear", request: bytes, listen: Listen, timing: Timing
    ) -> bytes:
        loop = asyncio.get_running_loop()
        sent_s = loop.time() + timing.line_s(len(request))
        if listen is Listen.NOT:
            await asyncio.sleep(sent_s - loop.time() + timing.gap_s)
            return b""
        until_s, heard, echo_over = sent_s + timing.answer_s, b"", False
        while piece := await ear.more(until_s - loop.time()):
            heard += piece
            if not echo_over and heard.startswith(request):
                heard, echo_over = heard[len(request) :], True
                self.figures.echoes += 1
            if not heard or (not echo_over and request.startswith(heard)):
                continue
            if len(heard) == len(piece):
                self.figures.latency_s = max(0.0, loop.time() - sent_s)
            whole = frame_in(heard) is not None
            if (listen is Listen.FRAME and whole) or len(heard) > MOST_HEARD:
                break
            lacking_s = timing.line_s(awaited(heard)) + timing.network_s
            # Answers that lie over each other may hold the line low for long: no byte comes
            # then, and they are not over.
            pause_s = timing.answer_s if listen is Listen.STILL and not whole else timing.gap_s
            until_s = loop.time() + max(pause_s, lacking_s)
        return heard

    async def _ready(self) -> "_Ear":
        if self._shut:
            raise NothingSent(f"{self.address}: the link is closed")
        if self._ear is not None and not self._ear.over:
            return self._ear
        ear = _Ear()
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                ear.transport = await self._dial(lambda: ear)
        except OSError as error:
            self._up = False
            raise NothingSent(f"{self.address}: {self._why(error)}") from error
        self._ear, self._up = ear, True
        self._baud = self.timing.baud
        self.figures.connects += 1
        return ear

    async def _at_rate(self, ear: "_Ear", baud: int) -> None:
        """Set the line to a rate; where its server alone does that, it stays as it is."""
        if baud == self._baud or not isinstance(ear.transport, Switchable):
            return
        try:
            async with asyncio.timeout(self._connect_timeout_s):
                await ear.transport.switch(baud)
        except OSError as error:
            self._baud = 0  # at which rate it is now, nobody knows
            raise NothingSent(f"{self.address}: {self._why(error)}") from error
        self._baud = baud

    def _lost(self) -> None:
        self._up, self._ear = False, None
        self.figures.drops += 1

    def _why(self, error: OSError) -> str:
        return why_lost(error, self._connect_timeout_s, _("the serial server"))

    def _note(self, data: bytes, *, sent: bool) -> None:
        self._frames.append(Frame(self._clock(), sent, data))


class _Ear(asyncio.Protocol):
    """Keeps what comes over a connection until somebody takes it."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.over = False
        self._heard = bytearray()
        self._news = asyncio.Event()

    def data_received(self, data: bytes) -> None:
        if len(self._heard) <= MOST_HEARD:
            self._heard += data
        self._news.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self.over = True
        self._news.set()

    def send(self, data: bytes) -> None:
        """Send bytes; a connection that has gone says so at the next `more`."""
        if self.transport is not None:
            self.transport.write(data)

    def taken(self) -> bytes:
        """Return what came since it was last taken."""
        heard = bytes(self._heard)
        self._heard.clear()
        self._news.clear()
        return heard

    async def more(self, within_s: float) -> bytes:
        """Return what comes within so many seconds; b"" when nothing does.

        Raises:
            ConnectionError: The connection has gone.
        """
        try:
            async with asyncio.timeout(max(0.0, within_s)):
                await self._news.wait()
        except TimeoutError:
            return b""
        if not self._heard and self.over:
            raise ConnectionResetError
        heard = self.taken()
        if self.over:
            self._news.set()  # the end is told when what came before it was taken
        return heard

    def cut(self) -> None:
        """End the connection at once."""
        self.over = True
        if self.transport is not None:
            self.transport.abort()


def dial_tcp(host: str, port: int) -> Dial:
    """Return what connects to a serial server that hands raw bytes on."""

    async def dial(made: Made) -> asyncio.Transport:
        loop = asyncio.get_running_loop()
        with computer_name():
            transport, _protocol = await loop.create_connection(made, host, port)
        connected = transport.get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return transport

    return dial
