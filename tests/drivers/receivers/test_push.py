"""What is pushed over HTTP, by curl: who is let in, and what everybody else is told."""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from app.errors import BadInput, SecretsLocked
from drivers.receivers import push
from drivers.receivers.push import (
    LARGEST,
    MOST_WRONG,
    Place,
    Throttle,
    place_of,
    source_of,
)
from drivers.receivers.receiver import Outlet, ways_of
from tests.drivers.receivers.collected import Collected
from tests.mosquitto import certify

TOKEN = "the-fjord-is-frozen-tonight"
HEX = b"2644" * 12
LOUD = "NOT PROVED HERE: curl is missing; Debian has it in the package curl"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(
    collected: Collected, options: str = "", outlet: Outlet | None = None
) -> AsyncIterator[str]:
    where = f"127.0.0.1:{free_port()}"
    task = asyncio.ensure_future(push.run(where + options, outlet or collected.outlet))
    try:
        await collected.until(lambda: collected.up.is_set() or task.done())
        if task.done():
            await task
        yield f"{'https' if options else 'http'}://{where}/telegrams"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def curl(
    url: str, content: bytes | None, *more: str, token: str = TOKEN
) -> tuple[int, Any, str]:
    """Return status, content and heads of an answer."""
    program = shutil.which("curl")
    if program is None:
        pytest.skip(LOUD)
    body: Sequence[str] = () if content is None else ("--data-binary", "@-")
    heads = ("-H", f"Authorization: Bearer {token}") if token else ()
    process = await asyncio.create_subprocess_exec(
        *(program, "-s", "-i", "--max-time", "20", *heads, *body, *more, url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _none = await process.communicate(content or b"")
    assert process.returncode == 0, (process.returncode, said)
    *heads_said, text = said.decode().split("\r\n\r\n")
    return int(heads_said[-1].split()[1]), json.loads(text), heads_said[-1]


async def test_lines_of_who_knows_the_token_are_taken() -> None:
    collected = Collected(TOKEN)
    async with serving(collected) as url:
        status, said, heads = await curl(url, HEX + b"\n\n" + HEX + b"\n")
        assert (status, said) == (200, {"taken": 2})
        assert "no-store" in heads
        laid_out = json.dumps({"id": "71482036", "total_m3": 1.5}, indent=1).encode()
        assert (await curl(url, laid_out, "-H", "Expect: 100-continue"))[1] == {"taken": 1}
        assert (await curl(url, HEX, "-H", "Transfer-Encoding: chunked"))[1] == {"taken": 1}
        assert (await curl(url, b""))[1] == {"taken": 0}
    assert collected.lines[:2] == [HEX, HEX]
    assert json.loads(collected.lines[2])["total_m3"] == 1.5
    assert collected.faults == []


@pytest.mark.parametrize("token", ["", "another-word-of-the-same-length", TOKEN + "x"])
async def test_who_does_not_know_the_token_is_told_so_and_the_operator_too(token: str) -> None:
    collected = Collected(TOKEN)
    async with serving(collected) as url:
        status, said, heads = await curl(url, HEX, token=token)
    assert (status, said) == (401, {"error": "no token, or a wrong one"})
    assert "WWW-Authenticate: Bearer" in heads
    assert collected.lines == []
    assert collected.faults == ["127.0.0.1 was refused: no token, or a wrong one"]


@pytest.mark.parametrize("kept", ["", "too short"])
async def test_nobody_is_let_in_before_a_token_is_kept(kept: str) -> None:
    collected = Collected(kept)
    async with serving(collected) as url:
        status, said, _heads = await curl(url, HEX, token=kept)
    assert status == 403
    assert "keep a token of 24 letters or more first" in said["error"]
    assert collected.lines == []


async def test_a_store_that_is_locked_lets_nobody_in() -> None:
    collected = Collected()

    def locked() -> str:
        raise SecretsLocked("no key")

    outlet = Outlet(collected.take, collected.up.set, locked)
    async with serving(collected, outlet=outlet) as url:
        status, said, _heads = await curl(url, HEX)
    assert (status, said) == (503, {"error": "the token cannot be read"})


@pytest.mark.parametrize(
    ("path", "content", "more", "status", "says"),
    [
        ("", None, (), 405, "telegrams are posted"),
        ("", HEX, ("-X", "PUT"), 405, "telegrams are posted"),
        ("/../admin", HEX, (), 404, "taken at /telegrams"),
        ("", b"x" * (LARGEST + 1), (), 413, "at most 65536 bytes"),
        ("", b"x" * 300_000, ("-H", "Transfer-Encoding: chunked"), 413, "at most 65536 bytes"),
        ("", HEX, ("-H", f"Cookie: {'x' * 30_000}"), 431, "no request"),
    ],
)  # fmt: skip
async def test_what_is_no_proper_request_is_told_why(
    path: str, content: bytes | None, more: tuple[str, ...], status: int, says: str
) -> None:
    collected = Collected(TOKEN)
    async with serving(collected) as url:
        answered, said, _heads = await curl(url + path, content, "--path-as-is", *more)
        assert (answered, collected.lines) == (status, [])
        assert says in said["error"]
        assert (await curl(url, HEX))[0] == 200  # and it goes on


async def test_who_guesses_is_slowed_down() -> None:
    collected = Collected(TOKEN)
    async with serving(collected) as url:
        for _each in range(MOST_WRONG):
            assert (await curl(url, HEX, token="guess"))[0] == 401
        status, said, heads = await curl(url, HEX, token="guess")
    assert status == 429
    assert said["error"].startswith("too many requests: wait")
    assert "Retry-After: " in heads
    assert len(collected.faults) == MOST_WRONG
    assert collected.lines == []


async def test_a_wrong_token_mutes_nobody_who_has_the_right_one() -> None:
    collected = Collected(TOKEN)
    async with serving(collected) as url:
        for _each in range(MOST_WRONG + 3):
            status, _said, _heads = await curl(url, HEX, token="guess")
        assert status == 429
        assert (await curl(url, HEX))[0] == 200, "the same proxy asks for both"
        assert (await curl(url, HEX, token="guess"))[0] == 429
    assert len(collected.lines) == 1
    assert len(collected.faults) == MOST_WRONG, "the operator is not drowned in it"


async def test_behind_a_proxy_each_source_is_slowed_down_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(push, "MOST_A_MINUTE", 2)
    near, far = (("-H", f"X-Forwarded-For: 1.1.1.1, 192.0.2.{at}") for at in (7, 8))
    collected = Collected(TOKEN)
    async with serving(collected) as url:
        for _each in range(MOST_WRONG):
            assert (await curl(url, HEX, *near, token="guess"))[0] == 401
        assert (await curl(url, HEX, *near, token="guess"))[0] == 429
        assert (await curl(url, HEX, *far, token="guess"))[0] == 401
        told = [(await curl(url, HEX, *near))[0] for _each in range(3)]
        assert told == [200, 200, 429], "what is let in has its own limit"
        assert (await curl(url, HEX, *far))[0] == 200
        odd = [(await curl(f"{url}x", HEX, *near))[0] for _each in range(3)]
        assert odd == [404, 404, 429]
    assert collected.faults[0].startswith("192.0.2.7 was refused")
    assert collected.faults[-1].startswith("192.0.2.8 was refused")


@pytest.mark.parametrize(
    ("peer", "told", "source"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("::1", "10.0.0.1, [2001:db8::7]", "2001:db8::7"),
        ("127.0.0.1", "nobody", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("192.0.2.9", "192.0.2.7", "192.0.2.9"),
        ("?", "192.0.2.7", "?"),
    ],
)
def test_only_a_proxy_of_this_computer_says_for_whom_it_asks(
    peer: str, told: str, source: str
) -> None:
    heads = [(b"host", b"x"), (b"x-forwarded-for", told.encode())]
    assert source_of(heads, peer) == source
    assert source_of(heads[:1], peer) == peer
    written_by_the_asker = (b"x-forwarded-for", b"198.51.100.1")
    assert source_of([written_by_the_asker, *heads], peer) == source


async def test_noise_half_requests_and_silence_stop_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(push, "_PATIENCE_S", 0.3)
    collected = Collected(TOKEN)
    async with serving(collected) as url:
        host, port = url.removeprefix("http://").partition("/")[0].split(":")
        for noise, status in ((b"\x16\x03\x01\0\xa5\r\n\r\n", b"400"), (b"POST /tele", b"408")):
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(noise)
            assert (await reader.readline()).split()[1] == status
            writer.close()
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.close()  # without a word
        assert (await curl(url, HEX))[0] == 200


async def test_a_certificate_lets_others_prove_who_we_are(tmp_path: Path) -> None:
    certify(tmp_path)
    collected = Collected(TOKEN)
    options = f"?cert={tmp_path}/own.pem&key={tmp_path}/own.key"
    async with serving(collected, options) as url:
        assert (await curl(url, HEX, "--cacert", str(tmp_path / "ca.pem")))[0] == 200
    with pytest.raises(OSError, match="no certificate with its key"):
        async with serving(Collected(TOKEN), f"?cert={tmp_path}/none&key={tmp_path}/own.key"):
            pass


def test_a_place_beyond_this_computer_needs_a_certificate() -> None:
    assert place_of("127.0.0.1:8080") == Place("127.0.0.1", 8080)
    assert place_of("[::1]:8080") == Place("::1", 8080)
    (way,) = ways_of("p=push:0.0.0.0:8443?cert=/etc/c&key=/etc/k")
    assert place_of(way.rest) == Place("0.0.0.0", 8443, "/etc/c", "/etc/k")
    for text, says in (
        ("0.0.0.0:8080", "others are let in with"),
        ("10.0.0.7:8080", "others are let in with"),
        ("meters.example:8080", "no address of this computer"),
        ("127.0.0.1:8080?cert=/c", "cert=FILE&key=FILE"),
        ("127.0.0.1:8080?token=abc", "cert=FILE&key=FILE"),
        ("127.0.0.1", "no HOST:PORT"),
    ):
        with pytest.raises(BadInput, match=says):
            place_of(text)


def test_an_address_that_came_too_often_waits_for_the_rest_of_its_minute() -> None:
    throttle = Throttle(3)
    for at_s in (0.0, 10.0, 20.0):
        assert throttle.wait_s("a", at_s) == 0.0
        throttle.count("a", at_s)
    assert throttle.wait_s("a", 25.0) == pytest.approx(35.0)
    assert throttle.wait_s("b", 25.0) == 0.0
    assert throttle.wait_s("a", 60.0) == 0.0
    throttle.count("a", 61.0)
    assert throttle.wait_s("a", 62.0) == 0.0


def test_who_invents_addresses_fills_no_memory() -> None:
    throttle = Throttle(1)
    for number in range(12_000):
        throttle.count(f"{number}", 0.0)
    assert len(throttle._seen) == 10_000
