"""One client of a simulated Modbus TCP device: frames in, answers out, patience in between."""

import asyncio
import struct
from collections.abc import Sequence
from typing import Protocol, cast

from drivers.simulators.faults import Frame, Sending

_HEADER = struct.Struct(">HHHB")  # transaction, protocol, length, unit
_LONGEST = 254  # unit and 253 bytes of request
_SHORTEST = 2  # unit and a function code
_GRACE_S = 0.1  # a client too many is dropped, unless the one before just left
_WAITING_BYTES = 2048  # what a client too many may send meanwhile


class Listener(Protocol):
    """The server a conversation belongs to."""

    idle_close_s: float

    def admits(self, newcomer: "Conversation") -> bool: ...

    def left(self, link: "Conversation") -> None: ...

    def replies(self, request: Frame, held: list[bytes]) -> Sequence[Sending]: ...


class Conversation(asyncio.Protocol):
    """Takes requests apart, one after the other, in the order they came.

    A frame that is none (foreign protocol, impossible length) closes the link,
    as does silence for longer than the device's patience.
    """

    def __init__(self, listener: Listener) -> None:
        self.served = False
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._bytes = bytearray()
        self._held: list[bytes] = []
        self._heard_at = 0.0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if self._listener.admits(self):
            self._serve()
        else:
            loop = asyncio.get_running_loop()
            self._patience = loop.call_later(_GRACE_S, self._out_of_patience)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.served = False
        if self._patience is not None:
            self._patience.cancel()
        self._listener.left(self)

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if self.served:
            self._heard_at = asyncio.get_running_loop().time()
            self._take_requests()
        elif len(self._bytes) > _WAITING_BYTES:
            self.hang_up()

    def pause_writing(self) -> None:
        """Hear no more from a client that does not fetch its answers."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        if self._transport is not None:
            self._transport.resume_reading()

    def try_again(self) -> None:
        """Be served after all when another client has left."""
        if self._transport is None or self._transport.is_closing():
            return
        if self._listener.admits(self):
            if self._patience is not None:
                self._patience.cancel()
            self._serve()

    def hang_up(self) -> None:
        """Close the link at once."""
        if self._transport is not None:
            self._transport.abort()

    def _serve(self) -> None:
        self.served = True
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        if self._listener.idle_close_s > 0.0:
            self._patience = loop.call_later(self._listener.idle_close_s, self._still_there)
        self._take_requests()

    def _out_of_patience(self) -> None:
        if not self.served and self._transport is not None:
            self._transport.close()

    def _still_there(self) -> None:
        loop = asyncio.get_running_loop()
        left_s = self._heard_at + self._listener.idle_close_s - loop.time()
        if left_s > 0.0:
            self._patience = loop.call_later(left_s, self._still_there)
        elif self._transport is not None:
            self._transport.close()

    def _take_requests(self) -> None:
        while self._transport is not None and len(self._bytes) >= _HEADER.size:
            transaction, protocol, length, unit = _HEADER.unpack_from(self._bytes)
            if protocol != 0 or not _SHORTEST <= length <= _LONGEST:
                self.hang_up()
                return
            end = _HEADER.size + length - 1
            if len(self._bytes) < end:
                return
            request = Frame(transaction, unit, bytes(self._bytes[_HEADER.size : end]))
            del self._bytes[:end]
            for sending in self._listener.replies(request, self._held):
                if sending.delay_s > 0.0:
                    loop = asyncio.get_running_loop()
                    loop.call_later(sending.delay_s, self._send, sending.data)
                else:
                    self._send(sending.data)

    def _send(self, data: bytes) -> None:
        if self._transport is None:
            return
        if data:
            self._transport.write(data)
        else:
            self.hang_up()
