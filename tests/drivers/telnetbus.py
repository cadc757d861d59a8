"""A serial server that speaks RFC 2217, with a simulated bus behind it; bytes after the RFC."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from drivers.simulators.wiredbus import WiredBus, seeded_meters
from tests.drivers.wiredline import clock

IAC, SB, SE, DO, DONT, WILL, WONT = (
    b"\xff",
    b"\xfa",
    b"\xf0",
    b"\xfd",
    b"\xfe",
    b"\xfb",
    b"\xfc",
)
COM_PORT = b"\x2c"


class TelnetBus:
    """Answers one client at a time; ``set_to`` is how its line was set."""

    def __init__(self, bus: WiredBus, *, knows_ports: bool = True) -> None:
        self.bus = bus
        self.knows_ports = knows_ports
        self.only_baud = 0  # a server that sets no other rate
        self.set_to: dict[int, int] = {}
        self.port = 0
        self.heard = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with a client until it hangs up."""
        writer.write(IAC + DO + b"\x18")  # its terminal type, which nobody tells
        while byte := await reader.read(1):
            if byte != IAC:
                self.line(byte, writer)
                continue
            verb = await reader.readexactly(1)
            if verb == IAC:
                self.line(IAC, writer)
            elif verb == SB:
                self.setting(await reader.readuntil(IAC + SE), writer)
            else:
                self.wish(verb, await reader.readexactly(1), writer)
        writer.close()

    def wish(self, verb: bytes, option: bytes, writer: asyncio.StreamWriter) -> None:
        """Answer an offer; what is not known is refused."""
        if verb == WILL and option == COM_PORT:
            writer.write(IAC + (DO if self.knows_ports else DONT) + COM_PORT)
        elif verb == WILL:
            writer.write(IAC + DO + option)

    def setting(self, told: bytes, writer: asyncio.StreamWriter) -> None:
        """Set the line, and tell what it is set to."""
        body = told[1:-2].replace(IAC + IAC, IAC)
        command, value = body[0], body[1:]
        if command == 1 and self.only_baud:
            value = self.only_baud.to_bytes(4, "big")
        self.set_to[command] = int.from_bytes(value, "big")
        answer = bytes((command + 100,)) + value.replace(IAC, IAC + IAC)
        writer.write(IAC + SB + COM_PORT + answer + IAC + SE)

    def line(self, byte: bytes, writer: asyncio.StreamWriter) -> None:
        """Put a byte on the bus, at the rate that was set."""
        self.heard += byte
        answer = bytes(each.byte for each in self.bus.hear(byte, self.set_to.get(1, 9600)))
        writer.write(answer.replace(IAC, IAC + IAC))


@asynccontextmanager
async def telnet_bus(
    count: int = 4, baud: int = 2400, *, knows_ports: bool = True
) -> AsyncIterator[TelnetBus]:
    """Serve a bus by RFC 2217 until the block ends."""
    bus = WiredBus(seeded_meters(count, 3, baud, addressed=True), clock)
    served = TelnetBus(bus, knows_ports=knows_ports)
    over = asyncio.Event()
    over.set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        over.clear()
        try:
            await served.serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()
        over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    served.port = int(server.sockets[0].getsockname()[1])
    try:
        yield served
    finally:
        server.close()
        await over.wait()
