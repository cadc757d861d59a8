"""The serial server of the simulated bus: who hears what, when, and in which order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.errors import BadInput
from drivers.mbus.asking import FCB, REQ_UD2, SND_NKE, frame_in, short_frame
from drivers.simulators.busserver import SUPPORTED, BusServer, LineSpeed
from drivers.simulators.faults import Fault, FaultKind
from drivers.simulators.wiredbus import WiredBus, seeded_meters
from tests.drivers.simulators.plant import Hands

NKE, ASK = short_frame(SND_NKE, 1), short_frame(REQ_UD2 | FCB, 1)
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def served(
    *faults: str, lapse: float = 0.0, baud: int = 2400
) -> AsyncIterator[BusServer]:
    bus = WiredBus(seeded_meters(3, 3, baud, addressed=True), Hands())
    server = BusServer("127.0.0.1", 0, bus, 3, LineSpeed(baud, lapse))
    await server.start([Fault.parsed(text) for text in faults])
    try:
        yield server
    finally:
        await server.stop()
        await server.stop()


@asynccontextmanager
async def client(server: BusServer) -> AsyncIterator[Ends]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def heard(reader: asyncio.StreamReader, count: int) -> bytes:
    return await asyncio.wait_for(reader.readexactly(count), 5.0)


async def test_everybody_on_the_serial_server_hears_the_line() -> None:
    async with served() as server, client(server) as one, client(server) as other:
        await asyncio.sleep(0.05)
        one[1].write(NKE)
        assert await heard(one[0], 1) == b"\xe5"
        assert await heard(other[0], 1) == b"\xe5"


async def test_two_who_ask_at_once_are_answered_one_after_the_other() -> None:
    async with served() as server, client(server) as one:
        one[1].write(NKE)
        assert await heard(one[0], 1) == b"\xe5"
        one[1].write(short_frame(SND_NKE, 2) + b"")
        assert await heard(one[0], 1) == b"\xe5"


async def test_an_echo_comes_before_the_answer() -> None:
    async with served("echo") as server, client(server) as one:
        for _ in range(5):
            one[1].write(NKE)
            assert await heard(one[0], len(NKE) + 1) == NKE + b"\xe5"


@pytest.mark.parametrize("baud", [2400, 9600])
async def test_bytes_come_no_faster_than_the_line_and_in_their_order(baud: int) -> None:
    loop = asyncio.get_running_loop()
    async with served(baud=baud, lapse=1.0) as server, client(server) as one:
        began_s = loop.time()
        one[1].write(ASK)
        head = await heard(one[0], 4)
        rest = await heard(one[0], head[1] + 2)
        took_s = loop.time() - began_s
    assert frame_in(head + rest) == (head + rest, 0)
    assert took_s >= 11 * (len(ASK) + len(head + rest)) / baud


async def test_a_line_that_runs_faster_needs_less() -> None:
    speed, quick = LineSpeed(2400, 1.0), LineSpeed(2400, 60.0)
    assert speed.seconds(2400) == 1.0
    assert quick.seconds(2400) == pytest.approx(1 / 60)
    assert LineSpeed(2400, 0.0).seconds(2400) == 0.0


async def test_a_port_that_is_taken_is_named() -> None:
    async with served() as server:
        bus = WiredBus(seeded_meters(1, 1, 2400, addressed=True), Hands())
        second = BusServer("127.0.0.1", server.port, bus, 1, LineSpeed(2400, 0.0))
        with pytest.raises(BadInput, match=f"cannot listen on 127.0.0.1:{server.port}"):
            await second.start()
        await second.stop()


@pytest.mark.parametrize("kind", [each for each in FaultKind if each not in SUPPORTED])
async def test_faults_that_are_none_of_a_line_are_refused(kind: FaultKind) -> None:
    async with served() as server:
        with pytest.raises(BadInput, match="a bus of meters knows silent, slow"):
            server.faults.add(Fault(kind, "1"))
        assert server.faults.active == ()


async def test_who_hangs_up_is_forgotten() -> None:
    async with served("slow:50") as server:
        async with client(server) as one:
            one[1].write(ASK)
            await one[1].drain()
        await asyncio.sleep(0.1)
        async with client(server) as other:
            server.faults.clear()
            other[1].write(NKE)
            assert await heard(other[0], 1) == b"\xe5"
