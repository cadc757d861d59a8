"""A window or command that reaches a running core instead of opening links itself."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any, cast, get_type_hints

import app.errors
from app.asked import Asked
from app.channel.dialect import dialect
from app.channel.surface import EVENTS, Call, surface
from app.channel.wire import framed, proof, proves, receive, send, the_wire
from app.errors import CoreLost, NotPermitted, PlantError, ProjectInUse
from app.model.alarm import Alarm
from app.model.device import DeviceStanding
from app.model.reading import Reading
from app.model.rights import Rights
from app.verbs import Viewer

CONNECT_S = 5.0
_EVENT_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "readings": Sequence[Reading],
        "alarms": Sequence[Alarm],
        "devices": Sequence[DeviceStanding],
        "rights": Sequence[Rights],
    }
)


class ChannelClient:
    """One logged-in connection to the core; everything runs on the loop that opened it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._wire = the_wire()
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._count = 0
        self._watchers: dict[str, list[Callable[[Any], None]]] = {name: [] for name in EVENTS}
        self._listening: asyncio.Task[None] | None = None
        self._gone: Callable[[], None] | None = None
        self.viewer: Viewer | None = None

    @classmethod
    async def connect(
        cls, port: int, token: bytes, login: str, password: str, device: str = ""
    ) -> "ChannelClient":
        """Reach the core on this machine and log in; ``device`` is `PHONE` or a computer.

        Raises `CoreLost` (nobody there, or somebody who does not hold the project's
        token), `ProjectInUse` (a core of another version) and `NotPermitted` (unknown
        person or wrong password).
        """
        try:
            async with asyncio.timeout(CONNECT_S):
                client = cls(*await asyncio.open_connection("127.0.0.1", port))
                await client._begin(
                    token, {"login": login, "password": password, "device": device}
                )
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
            raise CoreLost(f"the core on port {port} does not answer: {error}") from error
        return client

    async def close(self) -> None:
        """End the conversation; calls still open fail with `CoreLost`."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    def on_lost(self, gone: Callable[[], None]) -> None:
        """Call ``gone`` once when the core goes away."""
        self._gone = gone

    async def call(self, call: Call, *args: Any, **kwargs: Any) -> Any:
        """Ask one verb and return its typed answer, or raise what it raised.

        Cancelling tells the core that nobody wants the answer any more.
        """
        self._count += 1
        number, future = self._count, asyncio.get_running_loop().create_future()
        if self._listening is None or self._listening.done():
            raise self._why_gone()
        self._waiting[number] = future
        arguments = call.arguments_out(self._wire, *args, **kwargs)
        name = f"{call.service}.{call.verb}"
        try:
            await send(self._writer, {"id": number, "call": name, "arguments": arguments})
            answer = await future
        except OSError as error:
            raise self._why_gone() from error
        except asyncio.CancelledError:
            if not self._writer.is_closing():
                self._writer.write(framed({"given_up": number}))
            raise
        finally:
            self._waiting.pop(number, None)
        return self._wire.structure(answer, call.hints["return"])

    async def watch_all(self) -> None:
        """Ask for events; without this no watcher ever hears anything."""
        await send(self._writer, {"watch": list(EVENTS)})

    def watch(self, event: str, watcher: Callable[[Any], None]) -> Callable[[], None]:
        """Call ``watcher`` with each event of a kind; call the result to stop."""
        self._watchers[event].append(watcher)
        return lambda: self._watchers[event].remove(watcher)

    async def _begin(self, token: bytes, person: Mapping[str, str]) -> None:
        try:
            await self._greet(token, person)
            self._listening = asyncio.create_task(self._listen(), name="channel")
        finally:
            if self._listening is None:
                await self.close()

    async def _greet(self, token: bytes, person: Mapping[str, str]) -> None:
        nonce = secrets.token_bytes(32)
        await send(self._writer, {"nonce": nonce.hex()})
        core = await receive(self._reader)
        # The password goes out only to a core that holds the token too: anybody may
        # listen on a port that a dead core has left.
        if not proves(core.get("proof"), proof(token, b"core", nonce)):
            raise CoreLost("the one who answers is not this project's core")
        if core.get("dialect") != dialect():
            raise ProjectInUse(
                "the project is run by another version of Heatdesk, which this one does not "
                "understand: end that one, or use the same version here"
            )
        answer = proof(token, b"client", bytes.fromhex(core["nonce"]))
        await send(self._writer, {"proof": answer, **person})
        reply = await receive(self._reader)
        if "error" in reply:
            raise NotPermitted(reply["error"]["text"])
        self.viewer = self._wire.structure(reply["viewer"], Viewer)

    async def _listen(self) -> None:
        try:
            while True:
                message = await receive(self._reader)
                if "event" in message:
                    self._hear(message)
                    continue
                future = self._waiting.pop(message["id"], None)
                if future is None or future.done():
                    continue
                if "error" in message:
                    future.set_exception(_error(message["error"]))
                else:
                    future.set_result(message["ok"])
        except (OSError, asyncio.IncompleteReadError, PlantError):
            pass
        finally:
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(self._why_gone())
            if self._gone is not None:
                self._gone()

    def _why_gone(self) -> PlantError:
        """Return what to answer once nobody listens: who was sent away hears why."""
        if self.viewer is not None and self.viewer.rights.ended:
            return NotPermitted(self.viewer.rights.ended)
        return CoreLost("the core has gone")

    def _hear(self, message: dict[str, Any]) -> None:
        event = message["event"]
        data = self._wire.structure(message["data"], _EVENT_TYPES[event])
        if event == "rights" and self.viewer is not None:
            self.viewer.grant.put(data[-1])  # whoever watches hears it from there
            return
        for watcher in tuple(self._watchers[event]):
            watcher(data)


class _Remote:
    """A service at the other end; every verb of its protocol is a coroutine method."""

    def __init__(self, client: ChannelClient, service: str) -> None:
        self._client = client
        self._service = service

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        call = surface().get(f"{self._service}.{verb}")
        if call is None:
            raise AttributeError(f"{self._service} has no verb {verb}")

        async def ask(_viewer: Viewer, *args: Any, **kwargs: Any) -> Any:
            # The core knows who logged in; what the caller claims does not travel.
            return await self._client.call(call, *args, **kwargs)

        return ask


def remote_asked(client: ChannelClient) -> Asked:
    """Return the services of the core behind ``client``."""
    services = {
        name: _Remote(client, name) for name in get_type_hints(Asked) if "_" not in name
    }
    assert client.viewer is not None  # noqa: S101 - connect raises when nobody logged in
    watches = {
        f"watch_{event}": lambda watcher, event=event: client.watch(event, watcher)
        for event in EVENTS
    } | {"watch_rights": client.viewer.grant.watch}
    return Asked(**cast("Any", services | watches))


def _error(raw: dict[str, str]) -> PlantError:
    kind = getattr(app.errors, raw["kind"], PlantError)
    known = isinstance(kind, type) and issubclass(kind, PlantError)
    return kind(raw["text"]) if known else PlantError(raw["text"])
