"""Another window reaches the core: proven both ways, typed, permission-checked, live."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import app.channel.client
import app.channel.server
from app.asked import Asked
from app.channel.client import ChannelClient, remote_asked
from app.channel.server import (
    MOST_AT_ONCE,
    MOST_STRANGERS,
    ChannelServer,
    Report,
    _News,
)
from app.channel.wire import proof, receive, send
from app.errors import BadInput, CoreLost, FaultOfOurs, NotPermitted, ProjectInUse
from app.model.alarm import AlarmState
from app.model.control import WriteRequest, WriteState
from app.model.device import LinkConfig, Presence
from app.model.reading import DeviceId, PointId, Quality
from app.model.rights import Grant, Rights
from app.series import Series
from app.verbs import Capability, Viewer, verb
from tests.minicore import MiniCore, mini_core
from tests.plant import DEVICE, GUEST, LINK, LUND, SUPPLY, high_rule, until

TOKEN = b"a token of this project"
PEOPLE = {"lund": LUND, "guest": GUEST}


async def authenticate(login: str, password: str, source: str) -> Viewer:
    assert source == ""  # all of these come from this computer
    if password != "correct horse" or login not in PEOPLE:
        raise NotPermitted("unknown name or wrong password")
    return PEOPLE[login]


@asynccontextmanager
async def serving(asked: Asked, report: Report | None = None) -> AsyncIterator[int]:
    server = ChannelServer(asked, TOKEN, authenticate, report)
    port = await server.start()
    try:
        yield port
    finally:
        await server.stop()


def served(core: MiniCore) -> AbstractAsyncContextManager[int]:
    return serving(core.asked())


@asynccontextmanager
async def joined(port: int, login: str = "lund") -> AsyncIterator[tuple[ChannelClient, Asked]]:
    client = await ChannelClient.connect(port, TOKEN, login, "correct horse")
    try:
        yield client, remote_asked(client)
    finally:
        await client.close()


async def test_a_second_window_sees_and_writes_as_the_first_one() -> None:
    async with mini_core() as core, served(core) as port, joined(port) as (client, asked):
        await until(lambda: core.table.latest(SUPPLY) is not None)
        assert client.viewer == LUND
        assert await asked.plant.title(LUND) == "Østerby"
        (theirs,) = await asked.plant.devices(LUND)
        (ours,) = await core.services.devices(LUND)
        assert replace(theirs, standing=ours.standing) == ours  # polling goes on meanwhile
        detail = await asked.plant.device(LUND, DEVICE)
        assert detail.points == (await core.services.device(LUND, DEVICE)).points
        (reading,) = await asked.plant.latest(LUND, [SUPPLY])
        assert (reading.value, reading.quality) == (71.5, Quality.GOOD)
        result = await asked.control.write(LUND, WriteRequest(DEVICE, "comfort", 21.0, "a"))
        assert result.state is WriteState.CONFIRMED
        assert core.audit[-1]["login"] == "lund"


async def test_a_core_of_another_version_is_named_before_a_password_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_in: list[str] = []

    async def told(login: str, password: str, source: str) -> Viewer:
        asked_in.append(login)
        return await authenticate(login, password, source)

    async with mini_core() as core:
        server = ChannelServer(core.asked(), TOKEN, told)
        port = await server.start()
        try:
            monkeypatch.setattr(app.channel.client, "dialect", lambda: "of another day")
            with pytest.raises(ProjectInUse, match="another version of Heatdesk"):
                await ChannelClient.connect(port, TOKEN, "lund", "correct horse")
            assert asked_in == []
            monkeypatch.undo()
            async with joined(port):
                assert asked_in == ["lund"]
        finally:
            await server.stop()


async def test_what_happens_is_told_to_every_window() -> None:
    async with (
        mini_core(rules=(high_rule(60.0),)) as core,
        served(core) as port,
        joined(port) as (client, asked),
    ):
        readings: dict[str, Any] = {}
        alarms: list[AlarmState] = []
        presences: list[Presence] = []
        asked.watch_readings(lambda batch: readings.update({r.point: r for r in batch}))
        asked.watch_alarms(lambda batch: alarms.extend(a.state for a in batch))
        asked.watch_devices(lambda batch: presences.extend(s.presence for s in batch))
        await client.watch_all()
        core.plant.values["supply"] = 50.0
        await until(lambda: SUPPLY in readings and readings[SUPPLY].value == 50.0)
        core.plant.values["supply"] = 99.0
        await until(lambda: AlarmState.UNACKNOWLEDGED in alarms)
        core.plant.link_down = True
        await until(lambda: Presence.OFFLINE in presences)
        await until(lambda: readings[SUPPLY].value is None)


def test_that_devices_are_others_is_told_beside_what_was_heard_of_them() -> None:
    news = _News(wanted={"devices", "alarms"})
    news.pending["devices"] = {"a": "how a is", "b": "how b is"}
    news.others = True
    assert news.taken() == [("devices", ()), ("devices", ("how a is", "how b is"))]
    assert news.taken() == [], "told once"
    news.others, news.pending["devices"] = True, {}
    assert news.taken() == [("devices", ())], "one empty batch says it"
    news.look_again, news.pending["alarms"] = True, {"rule": "an alarm"}
    assert news.taken() == [("alarms", ())], "whoever hears it asks for all of them"


async def test_the_core_decides_who_asks_not_the_client() -> None:
    async with mini_core() as core, served(core) as port, joined(port, "guest") as (_, asked):
        with pytest.raises(NotPermitted, match=r"A\. Guest"):
            await asked.control.write(LUND, WriteRequest(DEVICE, "comfort", 21.0, "a"))
        assert core.plant.writes == []


async def test_a_verb_that_answers_nothing_is_answered_all_the_same() -> None:
    class Project:
        """A project that only takes links."""

        def __init__(self) -> None:
            self.links: list[LinkConfig] = []

        @verb(Capability.EDIT_PROJECT)
        async def put_link(self, viewer: Viewer, link: LinkConfig, note: str = "") -> None:
            self.links.append(link)

    project = Project()
    async with mini_core() as core:
        asked = replace(core.asked(), project=project)  # type: ignore[arg-type]
        async with serving(asked) as port, joined(port) as (_, remote):
            await remote.project.put_link(LUND, LINK)
    assert project.links == [LINK]


async def test_a_fault_of_ours_names_its_report_and_the_core_goes_on() -> None:
    class Plant:
        """A plant service with a bug."""

        @verb(Capability.SEE_PLANT)
        async def title(self, viewer: Viewer) -> str:
            raise ZeroDivisionError("a secret value")

    told: list[tuple[str, str]] = []

    def report(error: Exception, where: str) -> str:
        told.append((repr(error), where))
        return "logs/crash-7.txt"

    async with mini_core() as core:
        asked = replace(core.asked(), plant=Plant())  # type: ignore[arg-type]
        async with serving(asked, report) as port, joined(port) as (_, remote):
            with pytest.raises(FaultOfOurs, match=r"logs/crash-7\.txt") as caught:
                await remote.plant.title(LUND)
            assert "secret" not in str(caught.value)
            assert list(await remote.alarms.standing(LUND)) == []
    assert told == [("ZeroDivisionError('a secret value')", "local channel: plant.title")]


async def test_errors_arrive_as_what_they_are() -> None:
    async with mini_core() as core, served(core) as port, joined(port) as (_, asked):
        with pytest.raises(BadInput, match="there is no device 'nowhere'"):
            await asked.plant.device(LUND, DeviceId("nowhere"))


@pytest.mark.parametrize(
    ("login", "password"), [("lund", "wrong"), ("nobody", "correct horse")]
)
async def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    login: str, password: str
) -> None:
    async with mini_core() as core, served(core) as port:
        with pytest.raises(NotPermitted, match="unknown name or wrong password"):
            await ChannelClient.connect(port, TOKEN, login, password)


async def test_a_stranger_without_the_token_learns_nothing() -> None:
    async with mini_core() as core, served(core) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await send(writer, {"nonce": secrets.token_bytes(32).hex()})
        await receive(reader)
        await send(writer, {"proof": "0" * 64, "login": "lund", "password": "correct horse"})
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


async def test_the_password_goes_only_to_a_core_that_holds_the_token() -> None:
    heard = bytearray()

    async def impostor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.read(4096))
        await send(writer, {"nonce": "00", "proof": "f" * 64})
        heard.extend(await reader.read(4096))
        writer.close()

    server = await asyncio.start_server(impostor, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(CoreLost, match="not this project's core"):
        await ChannelClient.connect(port, TOKEN, "lund", "correct horse")
    server.close()
    assert b"correct horse" not in heard


async def test_a_core_that_goes_away_is_told_at_once() -> None:
    async with mini_core() as core:
        server = ChannelServer(core.asked(), TOKEN, authenticate)
        port = await server.start()
        async with joined(port) as (client, asked):
            gone = asyncio.Event()
            client.on_lost(gone.set)
            await server.stop()
            await asyncio.wait_for(gone.wait(), 5)
            with pytest.raises(CoreLost):
                await asked.plant.title(LUND)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x05nojsn",
        b"\x00\x00\x00\x02[]",
        b'\x00\x00\x00\x0f{"nonce": "zz"}',
        *(len(text).to_bytes(4, "big") + text for text in (b"null", b"1", b'"x"', b"NaN")),
        (20_000).to_bytes(4, "big") + 20_000 * b"[",
        b"",
    ],
)
async def test_garbage_ends_the_conversation_and_nothing_else(raw: bytes) -> None:
    faults: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: faults.append(context))
    async with mini_core() as core, served(core) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(raw)
        writer.write_eof()
        assert await reader.read() == b""
        assert not faults, "no fault of ours, no crash file"
        writer.close()
        await writer.wait_closed()
        async with joined(port) as (_, asked):
            assert await asked.plant.title(LUND) == "Østerby"


@pytest.mark.parametrize(
    ("call", "arguments", "says"),
    [
        ("plant.apply", {}, "there is no verb 'plant.apply'"),
        ("plant.__class__", {}, "there is no verb"),
        ("plant.device", {"x": 1}, "plant.device takes other arguments"),
        ("plant.device", {}, "missing a required argument"),
        ("control.write", {"request": {"device": 1}}, "control.write"),
    ],
)
async def test_only_verbs_with_fitting_arguments_are_answered(
    call: str, arguments: dict[str, object], says: str
) -> None:
    async with mini_core() as core, served(core) as port, joined(port) as (client, _):
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        client._waiting[7] = answer
        await send(client._writer, {"id": 7, "call": call, "arguments": arguments})
        with pytest.raises(BadInput, match=says):
            await answer


REASON = "the contract ended on 30 November"


@asynccontextmanager
async def with_a_guest(core: MiniCore) -> AsyncIterator[tuple[Viewer, int]]:
    """Serve a core to somebody whose rights may end."""
    viewer = replace(LUND, login="berit", grant=Grant(LUND.rights))

    async def let_in(_login: str, _password: str, _source: str) -> Viewer:
        return viewer

    server = ChannelServer(core.asked(), TOKEN, let_in)
    try:
        yield viewer, await server.start()
    finally:
        await server.stop()


@pytest.mark.parametrize("watching", [True, False])
async def test_who_is_sent_away_hears_why_and_the_line_is_cut(watching: bool) -> None:
    gone = asyncio.Event()
    async with (
        mini_core() as core,
        with_a_guest(core) as (viewer, port),
        joined(port) as (
            client,
            asked,
        ),
    ):
        if watching:
            await client.watch_all()
        client.on_lost(gone.set)
        await asked.plant.title(LUND)
        viewer.grant.put(Rights({}, ended=REASON))
        await asyncio.wait_for(gone.wait(), 5.0)
        assert client.viewer is not None
        assert client.viewer.rights.ended == REASON
        with pytest.raises(NotPermitted, match=REASON):
            await asked.plant.title(LUND)


async def test_an_answer_that_waits_when_the_line_is_cut_says_why() -> None:
    async with (
        mini_core() as core,
        with_a_guest(core) as (viewer, port),
        joined(port) as (
            _client,
            asked,
        ),
    ):
        core.plant.link_down = True  # the device does not answer for a while
        waiting = asyncio.create_task(asked.plant.read_now(LUND, DEVICE, []))
        await asked.plant.title(LUND)  # what came before it has arrived by now
        viewer.grant.put(Rights({}, ended=REASON))
        (answer,) = await asyncio.wait_for(asyncio.gather(waiting, return_exceptions=True), 5.0)
        assert not isinstance(answer, CoreLost), answer


async def test_who_was_sent_away_and_does_not_listen_is_cut_off_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app.channel.server, "FAREWELL_S", 0.1)
    async with mini_core() as core, with_a_guest(core) as (viewer, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await send(writer, {"nonce": "00" * 32})
        nonce = bytes.fromhex((await receive(reader))["nonce"])
        await send(writer, {"proof": proof(TOKEN, b"client", nonce)})
        assert "viewer" in await receive(reader)
        viewer.grant.put(Rights({}, ended=REASON))
        told = await asyncio.wait_for(reader.read(), 5.0)  # all there is, to its end
        assert REASON.encode() in told
        writer.close()


async def test_who_was_sent_away_while_the_login_was_answered_stays_outside() -> None:
    async with mini_core() as core, with_a_guest(core) as (viewer, port):
        viewer.grant.put(Rights({}, ended=REASON))
        async with joined(port) as (_client, asked):
            with pytest.raises(NotPermitted, match=REASON):
                await asked.plant.title(LUND)


@pytest.mark.parametrize(
    "said",
    ["ø", {"x": 1}, None, 7],
)
async def test_a_proof_that_is_none_is_no_fault_of_ours(said: object) -> None:
    faults: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, told: faults.append(told))
    async with mini_core() as core, served(core) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await send(writer, {"nonce": secrets.token_bytes(32).hex()})
        await receive(reader)
        await send(writer, {"proof": said, "login": "lund", "password": "correct horse"})
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
    assert not faults


async def test_an_impostor_whose_proof_is_none_is_told_as_one() -> None:
    async def impostor(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await receive(reader)
        await send(writer, {"nonce": "00", "proof": "ø"})
        writer.close()

    async with await asyncio.start_server(impostor, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(CoreLost, match="not this project's core"):
            await ChannelClient.connect(port, TOKEN, "lund", "correct horse")


@pytest.mark.parametrize("wanted", [5, None, {}, "alarms", [[], {}, 1, "nothing"]])
async def test_news_nobody_knows_of_end_no_conversation(wanted: object) -> None:
    async with mini_core() as core, served(core) as port, joined(port) as (client, asked):
        await send(client._writer, {"watch": wanted})
        assert await asked.plant.title(LUND) == "Østerby"


async def test_strangers_who_stay_silent_keep_nobody_out() -> None:
    async with mini_core() as core, served(core) as port, joined(port) as (_, asked):
        crowd = [
            await asyncio.open_connection("127.0.0.1", port) for _ in range(MOST_STRANGERS * 3)
        ]
        async with asyncio.timeout(30):  # the greeting alone would let them stay for 10 s
            for reader, _writer in crowd[: MOST_STRANGERS * 2]:
                with suppress(ConnectionError):
                    assert await reader.read() == b"", "the oldest are let go"
            async with joined(port) as (_, another):
                assert await another.plant.title(LUND) == "Østerby"
        assert await asked.plant.title(LUND) == "Østerby", "who proved himself stays"
        for _reader, writer in crowd:
            writer.transport.abort()


class SlowPlant:
    """A plant service whose title comes when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.answering = asyncio.Event()

    @verb(Capability.SEE_PLANT)
    async def title(self, viewer: Viewer) -> str:
        self.asked += 1
        await self.answering.wait()
        return "Østerby"

    @verb(Capability.SEE_PLANT)
    async def zone_name(self, viewer: Viewer) -> str:
        return "Europe/Copenhagen"


async def test_a_client_who_asks_without_end_waits_for_its_answers() -> None:
    plant = SlowPlant()
    async with mini_core() as core:
        asked = replace(core.asked(), plant=plant)  # type: ignore[arg-type]
        async with serving(asked) as port:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await send(writer, {"nonce": "00"})
            nonce = bytes.fromhex((await receive(reader))["nonce"])
            said = {"proof": proof(TOKEN, b"client", nonce), "login": "lund"}
            await send(writer, said | {"password": "correct horse"})
            await receive(reader)
            for number in range(MOST_AT_ONCE * 3):
                await send(writer, {"id": number, "call": "plant.title", "arguments": {}})
            await until(lambda: plant.asked == MOST_AT_ONCE, 30)
            async with joined(port) as (_, another):
                assert await another.plant.zone_name(LUND), "the others go on"
            assert plant.asked == MOST_AT_ONCE, "the rest waits in its line"
            plant.answering.set()
            answers = {(await receive(reader))["id"] for _ in range(MOST_AT_ONCE * 3)}
            assert answers == set(range(MOST_AT_ONCE * 3))
            writer.close()
            await writer.wait_closed()


class LongHistory:
    """A history whose question takes until it is given up, and a door whose write does not."""

    def __init__(self) -> None:
        self.begun = self.stopped = self.written = 0
        self.go_on = asyncio.Event()

    @verb(Capability.SEE_HISTORY, stoppable=True)
    async def range(
        self, viewer: Viewer, points: Sequence[PointId], start: datetime, end: datetime
    ) -> Sequence[Series]:
        self.begun += 1
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        return []

    @verb(Capability.SEE_PLANT)
    async def title(self, viewer: Viewer) -> str:
        self.begun += 1
        await self.go_on.wait()
        self.written += 1
        return "Østerby"


def long_question(asked: Asked, points: int = 1) -> "asyncio.Task[Sequence[Series]]":
    now = datetime.now(UTC)
    some = [PointId(f"house-{number}.energy") for number in range(points)]
    return asyncio.create_task(asked.history.range(LUND, some, now, now))


@pytest.mark.parametrize("points", [1, 15_000])
async def test_a_question_given_up_ends_in_the_core(points: int) -> None:
    long = LongHistory()
    async with mini_core() as core:
        asked = replace(core.asked(), history=long)  # type: ignore[arg-type]
        async with serving(asked) as port, joined(port) as (_, there):
            question = long_question(there, points)
            await until(lambda: long.begun == 1, 30)
            question.cancel()
            await until(lambda: long.stopped == 1, 30)
            assert await there.plant.title(LUND) == "Østerby", "the line goes on"


async def test_a_question_given_up_at_once_is_not_lost() -> None:
    long = LongHistory()
    async with mini_core() as core:
        asked = replace(core.asked(), history=long)  # type: ignore[arg-type]
        async with serving(asked) as port, joined(port) as (_, there):
            for _ in range(MOST_AT_ONCE * 2):  # more than are answered at once
                question = long_question(there)
                await asyncio.sleep(0)
                question.cancel()
            assert await there.plant.title(LUND) == "Østerby"
            await until(lambda: long.begun == long.stopped, 30)


async def test_what_a_client_asked_ends_when_it_goes_away() -> None:
    long = LongHistory()
    async with mini_core() as core:
        asked = replace(core.asked(), history=long)  # type: ignore[arg-type]
        async with serving(asked) as port:
            async with joined(port) as (_, there):
                question = long_question(there)
                await until(lambda: long.begun == 1, 30)
            await until(lambda: long.stopped == 1, 30)
            await asyncio.gather(question, return_exceptions=True)


async def test_what_may_change_something_goes_on_to_its_end_all_the_same() -> None:
    long = LongHistory()
    async with mini_core() as core:
        asked = replace(core.asked(), plant=long)  # type: ignore[arg-type]
        async with serving(asked) as port, joined(port) as (_, there):
            question = asyncio.create_task(there.plant.title(LUND))
            await until(lambda: long.begun == 1, 30)
            question.cancel()
            await asyncio.gather(question, return_exceptions=True)
            long.go_on.set()
            await until(lambda: long.written == 1, 30)
