"""A serial port whose other end speaks by itself: bytes as they come, 8N1, ours alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import serialx

from drivers.links.portname import why_closed

PIECE = 4_096  # bytes read at once


class SerialStream:
    """An open port; lives on the core's loop."""

    def __init__(self, reader: asyncio.StreamReader, real: serialx.BaseSerialTransport) -> None:
        self._reader, self._real = reader, real

    def write(self, data: bytes) -> None:
        """Send bytes; of an adapter that was pulled out the reader is told by itself."""
        with suppress(OSError):
            self._real.write(data)

    async def read(self) -> bytes:
        """Return what came; raises `OSError` once the adapter was pulled out."""
        try:
            piece = await self._reader.read(PIECE)
        except serialx.SerialException as error:
            raise ConnectionError(str(error)) from error
        if not piece:
            raise ConnectionError("the receiver is gone")
        return piece


@asynccontextmanager
async def serial_stream(name: str, baud: int) -> AsyncIterator[SerialStream]:
    """Open a port at ``baud``; raises `OSError` that says why it cannot be opened."""
    loop, reader = asyncio.get_running_loop(), asyncio.StreamReader()
    try:
        real, _protocol = await serialx.create_serial_connection(
            loop, lambda: asyncio.StreamReaderProtocol(reader), name, baud
        )
    except (OSError, serialx.SerialException) as error:
        raise OSError(why_closed(error)) from error
    try:
        yield SerialStream(reader, real)
    finally:
        real.abort()
        with suppress(OSError, serialx.SerialException):
            await real.wait_closed()
