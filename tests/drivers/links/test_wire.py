"""A connection once cut neither speaks nor listens any more."""

import pytest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest

from app.errors import NothingSent
from drivers.codecs.mbap import Function, reading
from drivers.links.wire import Wire
from tests.drivers.hostile import HostileServer, Request, content, frame, honest, truth


def wire_to(server: HostileServer, heard: list[bytes], lost: list[str]) -> Wire:
    return Wire(
        *server.address,
        lambda data, sent: None if sent else heard.append(data),
        lambda: lost.append("stray"),
        lambda: lost.append("lost"),
    )


async def test_after_the_cut_nothing_is_sent_and_nothing_taken() -> None:
    async with HostileServer(lambda _request: honest) as server:
        heard: list[bytes] = []
        told: list[str] = []
        wire = wire_to(server, heard, told)
        await wire.dial()
        request = ReadHoldingRegistersRequest(dev_id=1, address=7, count=1)
        question = reading(wire.getNextTID(), 1, Function.READ_HOLDING, 2)
        answer = await wire.ask(request, question, 5.0)
        assert int.from_bytes(answer.payload, "big") == truth(1, 7)

        wire.cut()
        wire.cut()
        assert not wire.alive
        with pytest.raises(NothingSent):
            await wire.ask(request, question, 5.0)
        assert len(server.requests) == 1
        late = frame(1, 1, content(Request(1, 1, 3, 7, 1, b"")))
        wire.data_received(late)
        wire.connection_lost(None)
        assert heard[-1] == late, "kept for the eyes of an engineer"
        assert told == [], "a line we cut ourselves is not lost"
