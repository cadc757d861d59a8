"""Lines from a TCP server: rtl_wmbus or a dongle behind ``socat``, a gateway, a simulator."""

import asyncio

from drivers.receivers.receiver import Outlet, ReceiverType, host_port

_CONNECTS_S = 5.0
_LONGEST_LINE = 16_384
_PIECE = 65_536


async def run(rest: str, outlet: Outlet) -> None:
    """Hand on lines until the server hangs up; `OSError` where there is none."""
    async with asyncio.timeout(_CONNECTS_S):
        reader, writer = await asyncio.open_connection(*host_port(rest))
    outlet.up()
    try:
        left = b""
        while piece := await reader.read(_PIECE):
            *lines, left = (left + piece).split(b"\n")
            for line in lines:
                await outlet.take(line)
            if len(left) > _LONGEST_LINE:  # no line: begin anew with the next one
                left = b""
    finally:
        writer.close()
    raise ConnectionError("the receiver hung up")


RECEIVER = ReceiverType("tcp", host_port, run)
