"""The way to a bus: echoes taken off, noise around frames, silence, connections that break."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from app.errors import DeviceUnreachable, NothingSent
from drivers.links.mbus import Listen, MbusLink, dial_tcp
from drivers.mbus.asking import FCB, REQ_UD2, SND_NKE, Timing, frame_in, short_frame
from tests.drivers.wiredline import clock, wired_line

NKE, ASK = short_frame(SND_NKE, 2), short_frame(REQ_UD2 | FCB, 2)
NOBODY = short_frame(SND_NKE, 240)

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def spoken_to_by(talk: Talk) -> AsyncIterator[MbusLink]:
    """Return a link to a server that says what a test wants."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await talk(reader, writer)
        with suppress(ConnectionError):
            writer.close()
            await writer.wait_closed()
        over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    link = MbusLink("there", dial_tcp("127.0.0.1", port), Timing(2400, 0.3), 3.0, clock)
    try:
        yield link
    finally:
        await link.close()
        await over.wait()
        server.close()


async def test_a_request_is_answered_and_both_are_kept() -> None:
    async with wired_line() as line:
        before = line.link.connected
        assert await line.link.exchange(NKE) == b"\xe5"
        assert (before, line.link.connected) == (False, True)
        assert [(frame.sent, frame.data) for frame in line.link.frames()] == [
            (True, NKE),
            (False, b"\xe5"),
        ]
        assert line.link.figures.connects == 1
        assert line.link.figures.latency_s is not None


async def test_silence_is_no_bytes_and_is_counted() -> None:
    async with wired_line(network_s=0.02) as line:
        assert await line.link.exchange(NOBODY) == b""
        assert line.link.figures.silences == 1


async def test_an_echo_is_taken_off_wherever_it_is_cut() -> None:
    async with wired_line(2, "echo") as line:
        assert await line.link.exchange(NKE) == b"\xe5"
        told = await line.link.exchange(ASK)
        assert frame_in(told) == (told, 0)
        assert await line.link.exchange(NOBODY) == b"", "an echo alone is silence"
        assert line.link.figures.echoes == 3


async def test_an_echo_in_pieces_is_an_echo() -> None:
    async def echoing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readexactly(len(NKE))
        for piece in (request[:2], request[2:4], request[4:] + b"\xe5"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)

    async with spoken_to_by(echoing) as link:
        assert await link.exchange(NKE) == b"\xe5"


async def test_bytes_of_nobody_do_not_hide_a_frame() -> None:
    async with wired_line(2, "noise") as line:
        told = await line.link.exchange(ASK)
        found = frame_in(told)
        assert found is not None
        assert found[1] == 3


async def test_a_broadcast_is_not_waited_for() -> None:
    async with wired_line(network_s=0.02) as line:
        assert await line.link.exchange(short_frame(SND_NKE, 255), Listen.NOT) == b""
        assert line.link.figures.silences == 0


async def test_all_that_answer_are_heard_where_that_is_wanted() -> None:
    async with wired_line(2, "slow:30", network_s=0.1) as line:
        both = await line.link.exchange(NKE, Listen.STILL)
        assert both == b"\xe5"
        late = await line.link.exchange(ASK, Listen.STILL)
        assert frame_in(late) is not None


async def test_what_comes_too_late_meets_no_other_question() -> None:
    async with wired_line(2, "slow:200", network_s=0.02) as line:
        assert await line.link.exchange(ASK) == b""
        await asyncio.sleep(0.4)
        line.fault()
        assert await line.link.exchange(NKE) == b"\xe5"
        assert line.link.figures.strays > 50


async def test_a_line_that_breaks_in_a_frame_gives_nothing_and_is_opened_again() -> None:
    async with wired_line(2, "cut") as line:
        with pytest.raises(DeviceUnreachable, match="the connection was lost"):
            await line.link.exchange(ASK)
        assert not line.link.connected
        line.fault()
        assert frame_in(await line.link.exchange(ASK)) is not None
        assert (line.link.figures.connects, line.link.figures.drops) == (2, 1)


async def test_nobody_listening_there_means_that_nothing_was_sent() -> None:
    async with wired_line() as line:
        await line.server.stop()
        with pytest.raises(NothingSent, match="the connection was refused"):
            await line.link.open()
        assert not line.link.connected


async def test_a_closed_link_refuses_until_it_is_opened_again() -> None:
    async with wired_line() as line:
        await line.link.open()
        await line.link.open()
        assert line.link.figures.connects == 1
        await line.link.close()
        await line.link.close()
        with pytest.raises(NothingSent, match="the link is closed"):
            await line.link.exchange(NKE)
        await line.link.open()
        assert await line.link.exchange(NKE) == b"\xe5"


async def test_a_line_that_babbles_is_listened_to_no_longer() -> None:
    async def babbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(len(NKE))
        for _ in range(200):
            writer.write(bytes(100))
            await asyncio.sleep(0)

    async with spoken_to_by(babbling) as link:
        assert 4096 < len(await link.exchange(NKE)) < 70_000
