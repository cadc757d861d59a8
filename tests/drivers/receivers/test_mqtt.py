"""A real Mosquitto: who is let in, what is taken over, and what becomes of a lost broker."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from app.errors import BadInput
from drivers.receivers import mqtt
from drivers.receivers.mqtt import Place, place_of
from drivers.receivers.receiver import lines_of, ways_of
from drivers.receivers.sideloop import beside
from tests.drivers.receivers.collected import Collected
from tests.mosquitto import USER, WORD, Broker, NoBroker, serving

WITHIN_S = 20.0
HEX = b"2644 2D2C 7120 3671 1B16 8D20".replace(b" ", b"")


@pytest.fixture(scope="module")
def open_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    try:
        with serving(tmp_path_factory.mktemp("open"), open_to_all=True) as broker:
            yield broker
    except NoBroker as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def closed_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    try:
        with serving(tmp_path_factory.mktemp("closed"), tls=True) as broker:
            yield broker
    except NoBroker as error:
        pytest.skip(str(error))


@asynccontextmanager
async def listening(
    rest: str, secret: str = "", *, aside: bool = False
) -> AsyncIterator[Collected]:
    collected = Collected(secret)
    if aside:  # as on Windows
        place = place_of(rest)
        task = asyncio.ensure_future(
            beside(lambda far: mqtt.listen(place, secret, far), collected.outlet)
        )
    else:
        task = asyncio.ensure_future(mqtt.run(rest, collected.outlet))
    up = asyncio.ensure_future(collected.up.wait())
    try:
        async with asyncio.timeout(WITHIN_S):
            await asyncio.wait([task, up], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
        yield collected
    finally:
        for each in (up, task):
            each.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await each


async def said(work: Callable[[], object]) -> None:
    await asyncio.to_thread(work)


@pytest.mark.parametrize("aside", [False, True], ids=["on the core's loop", "on one beside"])
async def test_messages_of_a_topic_are_taken_line_by_line(
    open_broker: Broker, *, aside: bool
) -> None:
    laid_out = json.dumps({"id": "71482036", "total_m3": 1.5}, indent=2).encode()
    await said(lambda: open_broker.publish("wm/old", b"retained long ago", retained=True))
    rest = f"127.0.0.1:{open_broker.port}/wm/%23"
    async with listening(rest, aside=aside) as collected:
        await said(lambda: open_broker.publish("wm/a", HEX + b"\n" + HEX + b"\n", laid_out))
        await said(lambda: open_broker.publish("other/topic", b"not asked for"))
        await said(lambda: open_broker.publish("wm/b/c", b"\x00\xff" * 40_000, b"last"))
        lines = await collected.wait_for(5)
    assert lines[:2] == [HEX, HEX]
    assert json.loads(lines[2]) == {"id": "71482036", "total_m3": 1.5}
    assert len(lines[3]) < 20_000  # nobody fills our memory with one message
    assert lines[4:] == [b"last"]


async def test_a_user_comes_in_by_tls_and_by_the_sealed_password(closed_broker: Broker) -> None:
    rest = f"{USER}@127.0.0.1:{closed_broker.port}/meters/+?ca={closed_broker.ca}"
    async with listening(rest, WORD) as collected:
        await said(lambda: closed_broker.publish("meters/roof", HEX))
        assert await collected.wait_for(1) == [HEX]


async def test_a_wrong_password_is_told(closed_broker: Broker) -> None:
    rest = f"{USER}@127.0.0.1:{closed_broker.port}/meters/+?ca={closed_broker.ca}"
    with pytest.raises(OSError, match=r"[Nn]ot authori"):
        async with listening(rest, "another word"):
            pass


async def test_a_broker_nobody_vouches_for_is_refused(closed_broker: Broker) -> None:
    rest = f"{USER}@127.0.0.1:{closed_broker.port}/meters/+?tls"
    with pytest.raises(OSError, match="certificate verify failed"):
        async with listening(rest, WORD, aside=True):
            pass


async def test_a_file_that_holds_no_certificate_is_named(
    closed_broker: Broker, tmp_path: Path
) -> None:
    (tmp_path / "ca.pem").write_text("no certificate", "utf-8")
    for name in ("ca.pem", "none.pem"):
        rest = f"127.0.0.1:{closed_broker.port}/meters/+?ca={tmp_path / name}"
        with pytest.raises(OSError, match=f"{name}: no certificate of an authority"):
            async with listening(rest):
                pass


async def test_a_broker_that_ends_is_an_error_at_once(tmp_path: Path) -> None:
    try:
        with serving(tmp_path, open_to_all=True) as broker:
            rest = f"127.0.0.1:{broker.port}/wm/%23"
            collected = Collected()
            task = asyncio.ensure_future(mqtt.run(rest, collected.outlet))
            async with asyncio.timeout(WITHIN_S):
                await collected.up.wait()
                await said(broker.stop)
                with pytest.raises(OSError, match="broker"):
                    await task
            with pytest.raises(OSError, match="refused"):
                await mqtt.run(rest, collected.outlet)
    except NoBroker as error:
        pytest.skip(str(error))


async def test_work_beside_hands_its_fault_over_and_ends_when_cancelled() -> None:
    collected, ended = Collected(), []

    async def faulty(_far: object) -> None:
        raise ConnectionError("gone")

    async def endless(_far: object) -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            ended.append(asyncio.get_running_loop())

    with pytest.raises(ConnectionError, match="gone"):
        await beside(faulty, collected.outlet)
    task = asyncio.ensure_future(beside(endless, collected.outlet))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(ended) == 1
    assert ended[0] is not asyncio.get_running_loop()


def test_a_place_says_host_topic_user_and_who_vouches() -> None:
    (way,) = ways_of("roof=mqtt:gate%20way@broker.local:8883/wm/+/raw?ca=/etc/a%20b.pem")
    assert place_of(way.rest) == Place(
        "broker.local", 8883, "wm/+/raw", "gate way", tls=True, ca="/etc/a b.pem"
    )
    assert place_of("h:1883/#") == Place("h", 1883, "#")
    assert place_of("[::1]:1883/a") == Place("::1", 1883, "a")
    assert place_of("h:8883/a?tls").tls


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("h:1883", "no HOST:PORT/TOPIC"),
        ("h/wm", "no HOST:PORT"),
        ("h:1883/", "no HOST:PORT/TOPIC"),
        ("me:word@h:1883/wm", "heatdesk receivers --secret"),
        ("h:1883/wm?retain", "retain: no option of a broker"),
        ("h:1883/wm/#/a", "no topic of MQTT"),
        ("h:1883/wm/a+", "no topic of MQTT"),
        ("h:1883/wm%00", "no topic of MQTT"),
    ],
)
def test_a_place_that_cannot_be_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        ways_of(f"roof=mqtt:{text}")
    assert "word" not in str(refused.value).replace("password", "")


def test_json_is_one_line_and_everything_else_a_line_each() -> None:
    assert lines_of(b' {"a":\n 1}\n') == [b'{"a": 1}']
    assert lines_of(b'{"a": 1}\n{"b": 2}') == [b'{"a": 1}', b'{"b": 2}']
    assert lines_of(b"one\r\ntwo") == [b"one\r", b"two"]
    assert lines_of(b"") == [b""]
