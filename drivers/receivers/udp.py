"""Lines in datagrams, one or more in each; ``udp:ADDRESS:PORT`` is where they arrive."""

import asyncio
import socket

from drivers.receivers.receiver import Outlet, ReceiverType, host_port

_BUFFER_BYTES = 4_000_000  # of the system's: a burst waits there
_MOST_WAITING = 50_000


class _Arriving(asyncio.DatagramProtocol):
    def __init__(self, waiting: asyncio.Queue[bytes]) -> None:
        self._waiting = waiting

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(data)


async def run(rest: str, outlet: Outlet) -> None:
    """Hand on lines until cancelled; `OSError` where the address cannot be had."""
    waiting = asyncio.Queue[bytes](_MOST_WAITING)
    transport, _protocol = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Arriving(waiting), local_addr=host_port(rest)
    )
    try:
        own = transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        outlet.up()
        while True:
            for line in (await waiting.get()).split(b"\n"):
                await outlet.take(line)
    finally:
        transport.close()


RECEIVER = ReceiverType("udp", host_port, run)
