"""The street as a process: real sockets, lines that are read to their end, orders obeyed."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest

from app.errors import BadInput
from drivers.mbus.decoder import Decoder, Refused
from drivers.simulators.wmbus import (
    WmbusOptions,
    _Listener,
    _Receiver,
    prepared,
    serve,
    write_keys,
)
from tests.drivers.simulators.wire import running, started

SMALL = {"meters": 12, "rounds": 3, "seed": 4}


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"meters": 0}, "--meters"),
        ({"meters": 10_001}, "--meters"),
        ({"receivers": 17}, "--receivers"),
        ({"lost": 1.5}, "--lost"),
        ({"wrong_keys": -0.1}, "--wrong-keys"),
        ({"form": "morse"}, "--form"),
        ({"modes": "5,8"}, "--modes"),
        ({"speed": 0.0}, "--speed"),
        ({"to": "nowhere"}, "--to"),
        ({"to": "127.0.0.1:0"}, "--to"),
    ],
)
def test_an_option_that_cannot_be_is_named(changed: dict[str, object], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        WmbusOptions(**changed).check()  # type: ignore[arg-type]


def test_the_file_of_keys_has_wrong_and_missing_ones_as_wanted(tmp_path: Path) -> None:
    file = tmp_path / "keys.csv"
    options = WmbusOptions(meters=400, keys=str(file), wrong_keys=0.1, no_keys=0.05)
    write_keys(options)
    rows = [line.split(";") for line in file.read_text(encoding="utf-8").splitlines()]
    own = {
        each.number: each.key.hex().upper() for each in map(options.street().meter, range(400))
    }
    right = sum(own[number] == key for number, key in rows)
    assert 360 < len(rows) < 395
    assert 315 < right < 365
    with pytest.raises(BadInput, match="--keys"):
        write_keys(WmbusOptions(keys=str(tmp_path)))


def test_rounds_hold_every_meter_once_each_and_for_every_receiver() -> None:
    options = WmbusOptions(**SMALL, receivers=2, modes="5,0")  # type: ignore[arg-type]
    lines = prepared(options)
    assert len(lines) == 12 * 3 * 2
    assert [receiver for receiver, _line in lines[:4]] == [0, 1, 0, 1]
    keys = {each.number: each.key for each in map(options.street().meter, range(12))}
    decoder = Decoder(lambda address: [keys[address.id]])
    heard = [decoder.decode(bytes.fromhex(line.decode())) for _receiver, line in lines]
    assert {each.address.id for each in heard} == set(keys)
    assert {each.access_no for each in heard} == {1, 2, 3}


def lines_from(port: int, count: int) -> list[str]:
    with (
        closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as heard,
        heard.makefile("r", encoding="utf-8") as lines,
    ):
        return [next(lines).strip() for _each in range(count)]


def test_a_process_speaks_over_tcp_and_obeys(tmp_path: Path) -> None:
    keys = tmp_path / "keys.csv"
    options = ("--meters", "30", "--interval-s", "1", "--speed", "10", "--modes", "0,5,7,ell")
    more = ("--receivers", "2", "--keys", str(keys), "--repeated", "0.2")
    with running("wmbus", *options, *more, count=2) as street:
        ports = [int(each.rpartition(":")[2]) for each in street.addresses]
        first, second = (lines_from(port, 60) for port in ports)
        rows = [line.split(";") for line in keys.read_text(encoding="utf-8").splitlines()]
        own = {number: bytes.fromhex(key) for number, key in rows}
        decoder = Decoder(lambda address: [own[address.id]])
        for line in first + second:
            assert decoder.decode(bytes.fromhex(line)).body.records
        sealed = 0
        for line in first:
            with suppress(Refused):
                Decoder().decode(bytes.fromhex(line))
                continue
            sealed += 1
        assert 30 < sealed < 60  # three of four
        assert street.say("status").startswith("ok sent ")
        assert street.say("hush 1 on") == street.say("drop") == "ok"
        assert street.say("sing").startswith("error: 'sing' is no control line")


def test_a_process_sends_datagrams_and_ends_after_its_rounds() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as heard:
        heard.bind(("127.0.0.1", 0))
        heard.settimeout(20)
        to = f"127.0.0.1:{heard.getsockname()[1]}"
        rounds = (
            "--to",
            to,
            "--meters",
            "25",
            "--rounds",
            "2",
            "--form",
            "rtl",
            "--modes",
            "0",
        )
        process = started("wmbus", *rounds)
        lines = [heard.recv(4096).decode() for _each in range(50)]
        _said, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
    assert all(line.startswith("C1;1;1;") for line in lines)
    frames = [line.strip().rsplit(";0x", 1)[1] for line in lines]
    assert {Decoder().decode(bytes.fromhex(frame)).address.id for frame in frames} == {
        each.number for each in map(WmbusOptions(meters=25).street().meter, range(25))
    }


async def test_whoever_reads_slowly_gets_the_last_line_too() -> None:
    """What the system has no room for waits in the process, which would end with it."""
    said, lines = _Receiver(), [f"{count:060}\n".encode() for count in range(800)]
    server = await asyncio.get_running_loop().create_server(
        lambda: _Listener(said), "127.0.0.1", 0
    )
    host, port = server.sockets[0].getsockname()
    with closing(socket.socket()) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect((host, port))
        await said.somebody.wait()
        (listener,) = said.listeners
        assert listener.transport is not None
        own: socket.socket = listener.transport.get_extra_info("socket")
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        for line in lines:
            said.say(line)
        assert 0 < listener.transport.get_write_buffer_size() < 64_000
        await said.drain()  # a few lines are no reason to wait while there are more
        over = asyncio.create_task(said.empty())
        await asyncio.sleep(0.05)
        assert not over.done()
        got = b""
        while len(got) < sum(map(len, lines)):
            got += await asyncio.to_thread(slow.recv, 4096)
        await over
    assert got == b"".join(lines)
    server.close()


class Answers:
    """The street in this process: where it listens, and its control lines."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.say: Callable[[str], str] = lambda _line: ""
        self.open = asyncio.Event()

    def steer(self, handler: Callable[[str], str]) -> None:
        self.say = handler
        self.open.set()

    @property
    def ports(self) -> list[int]:
        return [int(each.rpartition(":")[2]) for each in self.addresses]


@asynccontextmanager
async def on_air(**options: object) -> AsyncIterator[Answers]:
    answers = Answers()
    chosen = WmbusOptions(**options)  # type: ignore[arg-type]
    task = asyncio.create_task(serve(chosen, answers.addresses.append, answers.steer))
    async with asyncio.timeout(10):
        await answers.open.wait()
    try:
        yield answers
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def take(reader: asyncio.StreamReader, count: int) -> list[str]:
    async with asyncio.timeout(10):
        return [(await reader.readline()).decode().strip() for _each in range(count)]


def number_in(line: str) -> str:
    return bytes.fromhex(line[8:16])[::-1].hex()


async def test_a_hushed_meter_is_silent_until_it_is_let_speak() -> None:
    options = {"meters": 3, "interval_s": 1.0, "speed": 50.0, "modes": "0"}
    async with on_air(**options) as street:
        assert street.say("hush 1 on") == "ok"
        reader, writer = await asyncio.open_connection("127.0.0.1", street.ports[0])
        first = WmbusOptions(meters=3).street().meter(0).number
        numbers = set(map(number_in, await take(reader, 60)))
        assert len(numbers) == 2
        assert first not in numbers
        assert street.say("hush 1 off") == "ok"
        later = await take(reader, 90)
        assert first in map(number_in, later)
        writer.close()


async def test_rounds_wait_until_somebody_listens_at_every_receiver() -> None:
    async with on_air(meters=5, rounds=2, receivers=2, modes="0") as street:
        first, one = await asyncio.open_connection("127.0.0.1", street.ports[0])
        await asyncio.sleep(0.1)
        assert street.say("status") == "ok sent 0 listeners 1"
        second, other = await asyncio.open_connection("127.0.0.1", street.ports[1])
        assert len(await take(first, 10)) == len(await take(second, 10)) == 10
        assert street.say("status").startswith("ok sent 20 ")
        assert await first.read() == b""  # it ends after its rounds
        for each in (one, other):
            each.close()


async def test_who_is_dropped_may_come_again() -> None:
    async with on_air(meters=3, interval_s=1.0, speed=50.0) as street:
        reader, writer = await asyncio.open_connection("127.0.0.1", street.ports[0])
        assert await take(reader, 2)
        assert street.say("drop") == "ok"
        async with asyncio.timeout(10):
            await reader.read()
        again, other = await asyncio.open_connection("127.0.0.1", street.ports[0])
        assert await take(again, 2)
        for each in (writer, other):
            each.close()


async def test_a_taken_port_is_told() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=r"127\.0\.0\.1"):
            await serve(WmbusOptions(port=port), lambda _address: None)
