"""The core's side of the local channel: proves itself, logs people in, answers verbs."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

from app.asked import Asked
from app.channel.dialect import dialect
from app.channel.pieces import pieces_of, send_pieces
from app.channel.surface import EVENTS, surface
from app.channel.wire import (
    LONGEST_QUESTION,
    MOST_PARTS,
    PHONE,
    proof,
    proves,
    receive,
    send,
    the_wire,
)
from app.errors import BadInput, FaultOfOurs, PlantError
from app.model.alarm import Alarm
from app.model.device import DeviceStanding
from app.model.reading import Reading
from app.model.rights import Rights
from app.narrowed import narrowed
from app.verbs import Viewer

GREETING_S = 10.0  # to prove oneself and log in
SHORT_MESSAGE = 64 * 1024  # bytes, before anybody has logged in
TELL_EVERY_S = 0.1
FAREWELL_S = 1.0  # to hear why, before the line is cut
LOGIN_TRIES = 5  # on one connection
MOST_STRANGERS = 32  # who have not shown that they hold the token, at once
LONG_LIST = 2000  # elements of an argument: more are typed aside
MOST_AT_ONCE = 64  # calls of one client; who asks more waits for the answers to the first
_log = logging.getLogger(__name__)

# login, password and where they come from ("": a program on this computer)
Authenticate = Callable[[str, str, str], Awaitable[Viewer]]
Report = Callable[[Exception, str], object]  # error, what was asked → a place to name


@dataclass(slots=True)
class _News:
    """What a client has not been told yet: only the newest of each thing survives."""

    wanted: set[str] = field(default_factory=set)
    pending: dict[str, dict[str, Any]] = field(default_factory=dict)
    look_again: bool = False
    others: bool = False  # the devices themselves are others now
    ended: asyncio.Event = field(default_factory=asyncio.Event)  # who must go at once

    def taken(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Return what is to be told by now, and forget it.

        That the devices are others is told by an empty batch, and so beside what was
        heard of them in the same moment: in one batch with that it would not be seen.
        """
        pending, self.pending = self.pending, {}
        if self.look_again:
            self.look_again = False
            pending["alarms"] = {}
        told = [(event, tuple(things.values())) for event, things in pending.items()]
        if self.others:
            self.others = False
            told = [("devices", ()), *(each for each in told if each != ("devices", ()))]
        return told


class ChannelServer:
    """Listens on 127.0.0.1 for holders of the token; lives on the core's loop."""

    def __init__(
        self,
        asked: Asked,
        token: bytes,
        authenticate: Authenticate,
        report: Report | None = None,
    ) -> None:
        """``report`` keeps the trace of a fault of ours and returns where it lies."""
        self._report = report or _log_fault
        self._asked = asked
        self._token = token
        self._authenticate = authenticate
        self._wire = the_wire()
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._strangers: dict[asyncio.StreamWriter, None] = {}  # the first is the oldest

    async def start(self) -> int:
        """Begin listening and return the port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stop listening and end every conversation."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._clients):
            task.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a stream callback always runs in one
        self._clients.add(task)
        self._make_room_for(writer)
        try:
            async with asyncio.timeout(GREETING_S):
                viewer = await self._greet(reader, writer)
            if viewer is not None:
                conversation = _Conversation(
                    self._asked, self._wire, viewer, reader, writer, self._report
                )
                await conversation.run()
        except (OSError, asyncio.IncompleteReadError, TimeoutError, BadInput) as error:
            _log.debug("local channel: a client left: %s", error)
        finally:
            self._clients.discard(task)
            self._strangers.pop(writer, None)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _make_room_for(self, writer: asyncio.StreamWriter) -> None:
        """Let go of the oldest stranger when there are too many.

        Any user of this computer may knock; each who does holds one of the files that
        the core may have open, and must not take those of devices and databases.
        """
        if len(self._strangers) >= MOST_STRANGERS:
            oldest = next(iter(self._strangers))
            del self._strangers[oldest]
            oldest.transport.abort()
        self._strangers[writer] = None

    async def _greet(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> Viewer | None:
        nonce = secrets.token_bytes(32)
        hello = await receive(reader, SHORT_MESSAGE)
        try:
            theirs = bytes.fromhex(str(hello.get("nonce", "")))
        except ValueError as error:
            raise BadInput("local channel: a greeting without a number") from error
        ours = proof(self._token, b"core", theirs)
        await send(writer, {"nonce": nonce.hex(), "proof": ours, "dialect": dialect()})
        for _ in range(LOGIN_TRIES):
            login = await receive(reader, SHORT_MESSAGE)
            expected = proof(self._token, b"client", nonce)
            if not proves(login.get("proof", ""), expected):
                return None
            self._strangers.pop(writer, None)
            try:
                name, password = (str(login.get(key, "")) for key in ("login", "password"))
                viewer = await self._authenticate(name, password, _source(writer))
                viewer.grant.on_phone = login.get("device") == PHONE
            except PlantError as error:
                await send(writer, _failure(error))
                continue
            await send(writer, {"viewer": self._wire.unstructure(viewer)})
            return viewer
        return None


class _Conversation:
    """One logged-in client: its calls run side by side, its news is conflated."""

    def __init__(
        self,
        asked: Asked,
        wire: Any,
        viewer: Viewer,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        report: Report,
    ) -> None:
        self._report = report
        self._asked = narrowed(asked, viewer)
        self._wire = wire
        self._viewer = viewer
        self._reader = reader
        self._writer = writer
        self._sending = asyncio.Lock()
        self._news = _News()
        self._room = asyncio.Semaphore(MOST_AT_ONCE)
        self._stoppable: dict[asyncio.Task[Any], object] = {}  # and the number of each

    async def run(self) -> None:
        """Answer until the client leaves."""
        stops = [
            self._asked.watch_readings(self._on_readings),
            self._asked.watch_alarms(self._on_alarms),
            self._asked.watch_devices(self._on_devices),
            self._asked.watch_rights(self._on_rights),
        ]
        self._on_rights(self._viewer.rights)  # sent away while the login was answered
        try:
            async with asyncio.TaskGroup() as group:
                teller = group.create_task(self._tell())
                farewell = group.create_task(self._send_away())
                try:
                    while True:
                        await self._room.acquire()
                        message = await receive(self._reader, LONGEST_QUESTION, MOST_PARTS)
                        group.create_task(self._answer(message)).add_done_callback(
                            lambda _done: self._room.release()
                        )
                except (OSError, asyncio.IncompleteReadError, BadInput) as error:
                    _log.debug("local channel: %s left: %s", self._viewer.login, error)
                teller.cancel()
                farewell.cancel()
                for unwanted in tuple(self._stoppable):
                    unwanted.cancel()
        finally:
            for stop in stops:
                stop()

    async def _send_away(self) -> None:
        """End the conversation of who must go: they are told why, and hear no more.

        What they began goes on to its end, so that no write is left halfway; its answer
        reaches nobody.
        """
        await self._news.ended.wait()
        rights = self._wire.unstructure(self._viewer.rights)
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(FAREWELL_S), self._sending:
                await send(self._writer, {"event": "rights", "data": [rights]})
        self._writer.close()  # what is being read ends with it
        await asyncio.sleep(FAREWELL_S)
        self._writer.transport.abort()  # who does not read keeps no door open either

    async def _answer(self, message: dict[str, Any]) -> None:
        if "watch" in message:
            wanted = message["watch"] if isinstance(message["watch"], list) else ()
            self._news.wanted |= {event for event in EVENTS if event in wanted}
            return
        if "given_up" in message:
            for task, number_of in tuple(self._stoppable.items()):
                if number_of == message["given_up"]:
                    task.cancel()
            return
        number = {"id": message.get("id")}
        call = asyncio.create_task(self._call(message))
        if self._is_stoppable(message):
            self._stoppable[call] = message.get("id")
            call.add_done_callback(self._stoppable.pop)
        (result,) = await asyncio.gather(call, return_exceptions=True)
        if isinstance(result, asyncio.CancelledError):
            return  # nobody waits for it
        if isinstance(result, list):
            async with self._sending:
                with suppress(OSError):
                    await send_pieces(self._writer, number, "ok", result)
            return
        if isinstance(result, PlantError):
            reply = _failure(result)
        elif isinstance(result, Exception):
            place = self._report(result, f"local channel: {message.get('call')}")
            reply = _failure(FaultOfOurs(f"a fault of Heatdesk itself; see {place}"))
        else:
            raise result
        async with self._sending:
            with suppress(OSError):
                await send(self._writer, reply | number)

    async def _call(self, message: dict[str, Any]) -> list[bytes]:
        call = surface().get(str(message.get("call")))
        if call is None:
            raise BadInput(f"local channel: there is no verb {message.get('call')!r}")
        method = getattr(getattr(self._asked, call.service), call.verb)
        if not hasattr(method, "capability"):
            raise BadInput(f"local channel: {message.get('call')} is no verb")
        raw = message.get("arguments", {})
        if isinstance(raw, dict) and any(map(_is_long, raw.values())):
            # Thousands of points take their time to be typed: others go on meanwhile.
            arguments = await asyncio.to_thread(call.arguments_in, self._wire, raw)
        else:
            arguments = call.arguments_in(self._wire, raw)
        answer = await method(self._viewer, **arguments)
        return await pieces_of(self._wire, answer, call.hints["return"])

    def _is_stoppable(self, message: dict[str, Any]) -> bool:
        """Whether a call may end halfway: it only looks, and says so."""
        call = surface().get(str(message.get("call")))
        service = None if call is None else getattr(self._asked, call.service)
        return call is not None and getattr(getattr(service, call.verb), "stoppable", False)

    def _on_readings(self, readings: Sequence[Reading]) -> None:
        if "readings" in self._news.wanted:
            box = self._news.pending.setdefault("readings", {})
            for reading in readings:
                box[reading.point] = reading

    def _on_alarms(self, alarms: Sequence[Alarm]) -> None:
        if "alarms" in self._news.wanted:
            box = self._news.pending.setdefault("alarms", {})
            self._news.look_again |= not alarms
            for alarm in alarms:
                box[alarm.rule.id] = alarm

    def _on_devices(self, standings: Sequence[DeviceStanding]) -> None:
        if "devices" in self._news.wanted:
            box = self._news.pending.setdefault("devices", {})
            self._news.others |= not standings
            for standing in standings:
                box[standing.device] = standing

    def _on_rights(self, rights: Rights) -> None:
        if rights.ended:
            self._news.ended.set()
            return
        if "rights" in self._news.wanted:
            self._news.pending["rights"] = {"": rights}

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(TELL_EVERY_S)
            for event, things in self._news.taken():
                data = await pieces_of(self._wire, things)
                async with self._sending:
                    with suppress(OSError):
                        await send_pieces(self._writer, {"event": event}, "data", data)


def _source(writer: asyncio.StreamWriter) -> str:
    """Return the address of who speaks, as the network knows it; "" for this computer.

    What a client says of itself would not do: by another name each time it could try
    passwords without end.
    """
    address = str(writer.get_extra_info("peername")[0])
    return "" if ip_address(address).is_loopback else address


def _is_long(argument: object) -> bool:
    return isinstance(argument, list | dict) and len(argument) > LONG_LIST


def _log_fault(error: Exception, where: str) -> str:
    _log.error("%s failed", where, exc_info=error)
    return "its log"


def _failure(error: PlantError) -> dict[str, Any]:
    return {"error": {"kind": type(error).__name__, "text": str(error)}}
