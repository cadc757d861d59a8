"""How a link names its receivers, and what is refused before anything is opened."""

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.errors import BadInput
from app.model.device import LinkConfig, LinkId
from drivers.receivers import file as file_way
from drivers.receivers.receiver import host_port, known, ways_of
from drivers.wmbus import collectors_of, receivers_of
from tests.drivers.receivers.collected import Collected


def test_several_receivers_of_all_kinds_are_named_in_a_line() -> None:
    text = "roof=tcp:10.0.0.7:4000, udp:0.0.0.0:4001\nlog=file:/var/log/telegrams"
    ways = ways_of(text)
    assert [(each.name, each.type.kind, each.rest) for each in ways] == [
        ("roof", "tcp", "10.0.0.7:4000"),
        ("udp:0.0.0.0:4001", "udp", "0.0.0.0:4001"),
        ("log", "file", "/var/log/telegrams"),
    ]


def test_every_kind_is_a_module_of_its_own() -> None:
    assert {"tcp", "udp", "file"} <= set(known())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one receiver"),
        ("  ,  ", "at least one receiver"),
        ("10.0.0.7:4000", "names no receiver"),
        ("smoke:signals", "names no receiver"),
        ("tcp:", "names no receiver"),
        ("tcp:10.0.0.7", "no HOST:PORT"),
        ("tcp:10.0.0.7:0", "no HOST:PORT"),
        ("udp:x:99999", "no HOST:PORT"),
        ("tcp:a..b:4000", "no HOST:PORT"),
        (f"tcp:{'x' * 70}:4000", "no HOST:PORT"),
        ("mqtt:user@a..b:1883/meters", "no HOST:PORT"),
        (f"tcp:10.0.0.7:{'9' * 5000}", "no HOST:PORT"),  # longer than a number may be
        ("tcp:10.0.0.7:٤٠٠٠", "no HOST:PORT"),
        ("tcp:host%20name:4000", "no HOST:PORT"),
        ("udp:a%00%1Bb:4000", "no HOST:PORT"),
        ("tcp:%E2%80%AEhost:4000", "no HOST:PORT"),  # turned round by a mark of direction
        ("tcp:%3Cb%3E:4000", "no HOST:PORT"),
        ("elvaco:?zone=Europe/Copenhagen", "names no folder"),
        ("table:?layout=/srv/layout.toml", "names no folder"),
        ("a=tcp:h:1 a=tcp:h:2", "two receivers are called a"),
    ],
)
def test_a_receiver_that_cannot_be_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        ways_of(text)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("fernwärme.example:4000", "fernwärme.example"),
        ("[fe80::1%eth0]:4000", "fe80::1%eth0"),
        ("[fe80::1%25eth0]:4000", "fe80::1%eth0"),  # as a form writes it
    ],
)
def test_a_host_may_have_letters_of_its_own_and_the_zone_of_an_address(
    text: str, host: str
) -> None:
    assert host_port(text) == (host, 4000)


@pytest.mark.parametrize("given", [None, 7, "tcp:nowhere"])
def test_a_link_with_wrong_receivers_is_refused_by_name(given: str | int | None) -> None:
    options = {} if given is None else {"receivers": given}
    with pytest.raises(BadInput, match="link Roof"):
        receivers_of(LinkConfig(LinkId("r"), "wmbus", "Roof", options))


def line(collectors: str) -> LinkConfig:
    options = {"receivers": "roof=tcp:h:1 udp:h:2", "collectors": collectors}
    return LinkConfig(LinkId("r"), "wmbus", "Roof", options)


def test_a_line_says_which_of_its_receivers_are_collectors() -> None:
    found = collectors_of(line("roof=mini-concentrator udp:h:2=bridge-4g"))
    assert {name: kind.most_meters for name, kind in found.items()} == {
        "roof": 25,
        "udp:h:2": 5,
    }
    assert collectors_of(line("")) == {}


@pytest.mark.parametrize(
    ("collectors", "says"),
    [
        ("cellar=bridge-4g", "link Roof: 'collectors' names cellar, which is no receiver"),
        ("roof=huge", "link Roof: 'huge' is no kind of collector; there are bridge-4g, "),
        ("roof", "link Roof: '' is no kind of collector"),
    ],
)
def test_a_collector_that_cannot_be_is_refused_by_name(collectors: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        collectors_of(line(collectors))


async def test_a_file_is_followed_over_its_rotation(tmp_path: Path) -> None:
    file = tmp_path / "log"
    file.write_bytes(b"before\n")
    collected = Collected()
    run = known()["file"].run(str(file), collected.outlet)
    task = asyncio.ensure_future(run)
    await collected.up.wait()
    with file.open("ab") as log:
        log.write(b"one\ntw")
    assert await collected.wait_for(1) == [b"one"]
    with file.open("ab") as log:
        log.write(b"o\n")
    assert await collected.wait_for(2) == [b"one", b"two"]
    file.rename(tmp_path / "log.1")
    file.write_bytes(b"three\n")
    assert await collected.wait_for(3) == [b"one", b"two", b"three"]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_was_written_last_before_a_file_was_put_aside_is_not_lost(
    tmp_path: Path,
) -> None:
    file, aside = tmp_path / "log", tmp_path / "log.1"
    file.write_bytes(b"before\n")
    collected = Collected()
    task = asyncio.ensure_future(known()["file"].run(str(file), collected.outlet))
    await collected.up.wait()
    with file.open("ab") as log:
        log.write(b"one\ntwo\nhal")
        file.rename(aside)
        await asyncio.sleep(0.7)  # for a moment there is none
    file.write_bytes(b"three\n")
    assert await collected.wait_for(4) == [b"one", b"two", b"hal", b"three"]
    assert not task.done()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_file_that_stays_away_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_way, "_GONE_S", 0.5)
    file = tmp_path / "log"
    file.write_bytes(b"")
    collected = Collected()
    task = asyncio.ensure_future(known()["file"].run(str(file), collected.outlet))
    await collected.up.wait()
    file.unlink()
    with pytest.raises(FileNotFoundError):
        await asyncio.wait_for(task, 20)


async def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    collected = Collected()
    with pytest.raises(FileNotFoundError):
        await known()["file"].run(str(tmp_path / "no"), collected.outlet)
    assert not collected.up.is_set()


async def test_a_server_that_sends_no_lines_does_not_fill_the_memory() -> None:
    async def babble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * 400_000 + b"\nlast\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    collected = Collected()
    with pytest.raises(OSError, match="hung up"):
        await known()["tcp"].run(f"127.0.0.1:{port}", collected.outlet)
    assert collected.lines[-1] == b"last"
    assert max(map(len, collected.lines)) < 100_000
    server.close()


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What is written here is piped into this program."""
    source, into = os.pipe()
    with os.fdopen(source) as own:
        monkeypatch.setattr(sys, "stdin", own)
        yield into
    with suppress(OSError):
        os.close(into)


async def test_what_is_piped_in_is_handed_on_line_by_line(piped: int) -> None:
    collected = Collected()
    task = asyncio.ensure_future(known()["file"].run("-", collected.outlet))
    await collected.up.wait()
    os.write(piped, b"one\ntw")
    assert await collected.wait_for(1) == [b"one"]
    os.write(piped, b"o\nthree")
    os.close(piped)
    with pytest.raises(ConnectionError, match="at its end"):
        await task
    assert collected.lines == [b"one", b"two", b"three"]


@pytest.mark.skipif(os.name != "posix", reason="a read of a pipe cannot be called off there")
async def test_nothing_is_read_of_a_pipe_that_nobody_would_take(piped: int) -> None:
    """A line set anew goes on where the one before stood."""
    first, second = Collected(), Collected()
    task = asyncio.ensure_future(known()["file"].run("-", first.outlet))
    await first.up.wait()
    os.write(piped, b"one\n")
    await first.wait_for(1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await asyncio.to_thread(_ended, "piped-in")
    os.write(piped, b"two\n")
    task = asyncio.ensure_future(known()["file"].run("-", second.outlet))
    assert await second.wait_for(1) == [b"two"]
    task.cancel()
    assert first.lines == [b"one"]


def _ended(name: str) -> None:
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join(10)


async def test_without_a_pipe_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ConnectionError, match="nothing is piped"):
        await known()["file"].run("-", Collected().outlet)
