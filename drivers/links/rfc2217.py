"""A serial port on the network by RFC 2217: bytes over telnet, and the rate set from here."""

import asyncio
import socket
from typing import Any

from drivers.links.mbus import Dial, Made, Switchable
from drivers.links.naming import computer_name

_IAC, _DONT, _DO, _WONT, _WILL, _SB, _SE = 255, 254, 253, 252, 251, 250, 240
_BINARY, _NO_GO_AHEAD, _COM_PORT = 0, 3, 44
_SET_BAUD, _SET_SIZE, _SET_PARITY, _SET_STOP = 1, 2, 3, 4
_OF_SERVER = 100  # added to a command's number in the server's answer
_EIGHT, _EVEN, _ONE = 8, 3, 1  # data bits, parity, stop bits: as EN 13757-2 wants them
_WISHED = (_BINARY, _NO_GO_AHEAD, _COM_PORT)
_LONGEST_SUB = 64  # bytes of a subnegotiation; more is thrown away


class Telnet(asyncio.Protocol):
    """Takes telnet's commands out of what comes, and hands the rest on.

    ``ready`` is done when the server has set the rate; it fails with `OSError` where the
    server has no serial port to set.
    """

    def __init__(self, ear: asyncio.Protocol, baud: int) -> None:
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ear = ear
        self._baud = baud
        self._transport: asyncio.WriteTransport | None = None
        self._held = b""  # a command that has not come whole yet

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Offer what we want; called by the event loop."""
        if isinstance(transport, asyncio.WriteTransport):
            self._transport = transport
            for option in _WISHED:
                transport.write(bytes((_IAC, _WILL, option)))
            for option in (_BINARY, _NO_GO_AHEAD):
                transport.write(bytes((_IAC, _DO, option)))

    def data_received(self, data: bytes) -> None:
        """Hand on the line's own bytes; called by the event loop."""
        plain, rest = bytearray(), self._held + data
        while rest:
            before, found, rest = rest.partition(bytes((_IAC,)))
            plain += before
            if not found:
                break
            size = _command_size(rest)
            if size == 0:
                rest = found + rest
                break
            command, rest = rest[:size], rest[size:]
            if command[0] == _IAC:
                plain.append(_IAC)
            else:
                self._obey(command)
        self._held = rest[: _LONGEST_SUB + 4]
        if plain:
            self._ear.data_received(bytes(plain))

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who listens that it is over; called by the event loop."""
        if not self.ready.done():
            self.ready.set_exception(ConnectionResetError("the serial server hung up"))
        self._ear.connection_lost(exc)

    async def set_rate(self, baud: int) -> None:
        """Let the server set another rate; raises `OSError` where it does not."""
        self.ready = asyncio.get_running_loop().create_future()
        self._baud = baud
        self._wish(_baud_wish(baud))
        await self.ready

    def _obey(self, command: bytes) -> None:
        verb, option = command[0], command[1] if len(command) > 1 else -1
        if verb == _DO and option == _COM_PORT:
            self._set_line()
        elif verb in (_DONT, _WONT) and option == _COM_PORT:
            self._refused()
        elif verb == _DO and option not in _WISHED:
            self._say(_WONT, option)
        elif verb == _WILL and option not in _WISHED:
            self._say(_DONT, option)
        elif verb == _SB and command[1:3] == bytes((_COM_PORT, _SET_BAUD + _OF_SERVER)):
            told = int.from_bytes(command[3:7].replace(b"\xff\xff", b"\xff"), "big")
            if told != self._baud:
                self._refused()
            elif not self.ready.done():
                self.ready.set_result(None)

    def _set_line(self) -> None:
        wishes = (
            bytes((_SET_SIZE, _EIGHT)),
            bytes((_SET_PARITY, _EVEN)),
            bytes((_SET_STOP, _ONE)),
            _baud_wish(self._baud),
        )
        for wish in wishes:
            self._wish(wish)

    def _wish(self, wish: bytes) -> None:
        self._write(bytes((_IAC, _SB, _COM_PORT)) + wish + bytes((_IAC, _SE)))

    def _refused(self) -> None:
        if not self.ready.done():
            self.ready.set_exception(OSError(f"the serial server does not set {self._baud} Bd"))

    def _say(self, verb: int, option: int) -> None:
        self._write(bytes((_IAC, verb, option)))

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


class _Line(Switchable):
    """The connection as who speaks on it sees it: bytes go out as they are meant."""

    def __init__(self, real: asyncio.WriteTransport, telnet: Telnet) -> None:
        super().__init__()
        self._real = real
        self._telnet = telnet

    def write(self, data: Any) -> None:
        """Send bytes of the line."""
        self._real.write(escaped(bytes(data)))

    def abort(self) -> None:
        """End the connection at once."""
        self._real.abort()

    async def switch(self, baud: int) -> None:
        """Speak at another rate from now on; raises `OSError`."""
        await self._telnet.set_rate(baud)


def escaped(data: bytes) -> bytes:
    """Return bytes as they may stand among telnet's commands."""
    return data.replace(b"\xff", b"\xff\xff")


def dial_rfc2217(host: str, port: int, baud: int) -> Dial:
    """Return what connects to a serial server and sets its line to 8E1 at ``baud``."""

    async def dial(made: Made) -> asyncio.Transport:
        loop = asyncio.get_running_loop()
        with computer_name():
            transport, telnet = await loop.create_connection(
                lambda: Telnet(made(), baud), host, port
            )
        connected = transport.get_extra_info("socket")
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = None
        try:
            await telnet.ready
            line = _Line(transport, telnet)
        finally:
            if line is None:  # refused, or nobody waits for it any more
                transport.abort()
        return line

    return dial


def _baud_wish(baud: int) -> bytes:
    return bytes((_SET_BAUD,)) + escaped(baud.to_bytes(4, "big"))


def _command_size(rest: bytes) -> int:
    """Return how many bytes behind IAC are its command; 0: it has not come whole."""
    if not rest:
        return 0
    if rest[0] == _SB:
        end = rest.find(bytes((_IAC, _SE)))
        if end < 0:
            return len(rest) if len(rest) > _LONGEST_SUB else 0
        return end + 2
    if rest[0] in (_DO, _DONT, _WILL, _WONT):
        return 2 if len(rest) > 1 else 0
    return 1
