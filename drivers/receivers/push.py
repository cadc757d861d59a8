"""Telegrams that meters, or the service of their operator, push to us over HTTP.

``push:127.0.0.1:8080`` takes ``POST /telegrams``: lines as of any other receiver, 64 kB at
most. Nobody is let in before a token is kept (`heatdesk receivers --secret`), and nobody
without it:
``Authorization: Bearer TOKEN``. Beyond this computer it is offered with ``?cert=FILE&key=FILE``
alone, or through a proxy that has such a certificate itself.
"""

import asyncio
import hmac
import json
import ssl
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import unquote

from app.clipped import clipped, clipped_file
from app.errors import BadInput, PlantError
from app.words import _
from drivers.receivers.receiver import Outlet, ReceiverType, host_port, lines_of

if TYPE_CHECKING:
    import h11

PATH = "/telegrams"
LARGEST = 65_536  # bytes of a request's content
SHORTEST_TOKEN = 24  # letters
MOST_WRONG, MOST_A_MINUTE = 10, 600  # requests of one address in a minute: refused, let in
_MOST_AT_ONCE = 64  # connections
_PATIENCE_S = 15.0  # for a whole request, and for room to take it in
_MINUTE_S, _LINGERS_S = 60.0, 2.0
_MOST_ADDRESSES = 10_000
_PIECE, _MOST_PIECES_UNREAD = 16_384, 256
_LONGEST_HEAD = 8_192  # bytes
_NO_HEADS: Mapping[str, str] = {}
_REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    405: "Method Not Allowed", 408: "Request Timeout", 413: "Content Too Large",
    429: "Too Many Requests", 503: "Service Unavailable",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where it listens, and what it proves itself with; without files it does not."""

    host: str
    port: int
    cert: str = ""
    key: str = ""


def place_of(text: str) -> Place:
    """Return what HOST:PORT?cert=FILE&key=FILE says; raises `BadInput`."""
    where, _mark, rest = text.partition("?")
    options = {
        name: unquote(value)
        for name, _equals, value in (part.partition("=") for part in rest.split("&") if part)
    }
    if set(options) not in (set(), {"cert", "key"}):
        raise BadInput(
            _("{text!r}: write HOST:PORT?cert=FILE&key=FILE").format(text=clipped(text))
        )
    host, port = host_port(where)
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        raise BadInput(
            _("{host!r} is no address of this computer").format(host=clipped(host))
        ) from None
    if not here and not options:
        raise BadInput(
            _("{host}: others are let in with ?cert=FILE&key=FILE alone; or listen at "
              "127.0.0.1 behind a proxy").format(host=clipped(host))
        )  # fmt: skip
    return Place(host, port, **options)


class _Refused(Exception):
    """An answer that is none of the good ones."""

    def __init__(self, status: int, says: str, **heads: str) -> None:
        super().__init__(says)
        self.status, self.says = status, says
        self.heads = {name.replace("_", "-"): value for name, value in heads.items()}


@dataclass(slots=True)
class Throttle:
    """How often each address came within a minute; bounded, for who invents addresses."""

    most: int
    _seen: "OrderedDict[str, tuple[float, int]]" = field(default_factory=OrderedDict)

    def count(self, address: str, at_s: float) -> None:
        """Note that an address came."""
        begun_s, count = self._seen.pop(address, (at_s, 0))
        if at_s - begun_s >= _MINUTE_S:
            begun_s, count = at_s, 0
        self._seen[address] = (begun_s, count + 1)
        while len(self._seen) > _MOST_ADDRESSES:
            self._seen.popitem(last=False)

    def wait_s(self, address: str, at_s: float) -> float:
        """Return how long an address has to wait, 0 while it came seldom enough."""
        begun_s, count = self._seen.get(address, (at_s, 0))
        return max(0.0, begun_s + _MINUTE_S - at_s) if count >= self.most else 0.0


class Desk:
    """Takes requests one by one; lives on the core's loop."""

    def __init__(self, outlet: Outlet, now_s: Callable[[], float]) -> None:
        """``now_s`` is the loop's clock."""
        self._outlet, self._now_s = outlet, now_s
        self._all, self._wrong = Throttle(MOST_A_MINUTE), Throttle(MOST_WRONG)
        self._odd = Throttle(MOST_A_MINUTE)  # for something else than telegrams
        self._present = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's one request, whatever it is, and hang up."""
        import h11

        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
        address = str((writer.get_extra_info("peername") or ("?",))[0])
        self._present += 1
        try:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    taken = await self._request(connection, reader, writer, address)
                answer = _answer(connection, 200, {"taken": taken})
            except _Refused as error:
                answer = _answer(connection, error.status, {"error": error.says}, error.heads)
            except TimeoutError:
                answer = _answer(connection, 408, {"error": _("that took too long")})
            except h11.RemoteProtocolError as error:
                no_request = _("this is no request: {error}").format(error=error)
                answer = _answer(connection, error.error_status_hint, {"error": no_request})
            writer.write(answer)
            async with asyncio.timeout(_LINGERS_S):
                await writer.drain()
                # Who still sends would lose our answer if we hung up now.
                for _piece in range(_MOST_PIECES_UNREAD):
                    if not await reader.read(_PIECE):
                        break
        except (OSError, TimeoutError, h11.LocalProtocolError):
            pass  # who asked has gone
        finally:
            self._present -= 1
            writer.close()

    async def _request(
        self,
        connection: "h11.Connection",
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        address: str,
    ) -> int:
        """Return how many telegrams a request brought; raises `_Refused`."""
        import h11

        if self._present > _MOST_AT_ONCE:
            raise _Refused(503, _("too many at once"), Retry_After="5")
        head = await _next(connection, reader)
        if not isinstance(head, h11.Request):
            raise _Refused(400, _("this is no request"))
        await self._let_in(head, address)
        heads = {name.decode("latin-1"): value for name, value in head.headers}
        if int(heads.get("content-length", b"0") or b"0") > LARGEST:
            raise _too_large()
        if connection.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
            writer.write(connection.send(go_on) or b"")
        content = b""
        while isinstance(part := await _next(connection, reader), h11.Data):
            content += bytes(part.data)
            if len(content) > LARGEST:
                raise _too_large()
        lines = [line for line in lines_of(content) if line.strip()]
        for line in lines:
            await self._outlet.take(line)
        return len(lines)

    async def _let_in(self, head: "h11.Request", address: str) -> None:
        """Raise `_Refused` for who may not come in, or comes too often."""
        now_s, address = self._now_s(), source_of(head.headers, address)
        asks_else = head.target.partition(b"?")[0] != PATH.encode() or head.method != b"POST"
        _require_seldom(self._odd if asks_else else self._all, address, now_s)
        if asks_else:
            self._odd.count(address, now_s)
        if head.target.partition(b"?")[0] != PATH.encode():
            raise _Refused(404, _("telegrams are taken at {path}").format(path=PATH))
        if head.method != b"POST":
            raise _Refused(405, _("telegrams are posted"), Allow="POST")
        try:
            token = await asyncio.to_thread(self._outlet.secret)
        except PlantError as error:
            raise _Refused(503, _("the token cannot be read")) from error
        if len(token) < SHORTEST_TOKEN:
            raise _Refused(
                403,
                _("nobody is let in: keep a token of {count} letters or more first").format(
                    count=SHORTEST_TOKEN
                ),
            )
        given = next((value for name, value in head.headers if name == b"authorization"), b"")
        kind, _blank, word = given.partition(b" ")
        if kind.lower() != b"bearer" or not hmac.compare_digest(word.strip(), token.encode()):
            # Behind a proxy that does not say for whom it asks, who guesses has the address of
            # every meter: a right token, which is too long to be guessed, is always let in.
            _require_seldom(self._wrong, address, now_s)
            self._wrong.count(address, now_s)
            said = _("{address} was refused: no token, or a wrong one")
            self._outlet.fault(said.format(address=address))
            raise _Refused(401, _("no token, or a wrong one"), WWW_Authenticate="Bearer")
        self._all.count(address, now_s)


def source_of(heads: Iterable[tuple[bytes, bytes]], peer: str) -> str:
    """Return the address a request comes from: of whom a proxy on this computer asks for.

    Its own entry is the last of ``X-Forwarded-For``; those before it anybody may have written,
    and so may anybody who is no proxy of ours.
    """
    try:
        if not ip_address(peer).is_loopback:
            return peer
        # Proxies put their entry at the end of the header or into one of their own behind it.
        told = [value for name, value in heads if name == b"x-forwarded-for"]
        last = told[-1].decode("latin-1").rpartition(",")[2] if told else ""
        return str(ip_address(last.strip().strip("[]")))
    except ValueError:
        return peer


def _require_seldom(throttle: Throttle, address: str, at_s: float) -> None:
    wait_s = throttle.wait_s(address, at_s)
    if wait_s:
        said = _("too many requests: wait {wait_s:.0f} s").format(wait_s=wait_s)
        raise _Refused(429, said, Retry_After=f"{wait_s + 1:.0f}")


async def _next(connection: "h11.Connection", reader: asyncio.StreamReader) -> object:
    import h11

    while (event := connection.next_event()) is h11.NEED_DATA:
        connection.receive_data(await reader.read(_PIECE))
    return event


def _too_large() -> _Refused:
    return _Refused(413, _("at most {count} bytes at once").format(count=LARGEST))


def _answer(
    connection: "h11.Connection",
    status: int,
    said: Mapping[str, object],
    heads: Mapping[str, str] = _NO_HEADS,
) -> bytes:
    import h11

    content = json.dumps(said, ensure_ascii=False).encode() + b"\n"
    own = {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(content)),
        "Cache-Control": "no-store",
        "Connection": "close",
    }
    reason = _REASONS.get(status, "").encode()
    head = h11.Response(
        status_code=status, headers=list({**own, **heads}.items()), reason=reason
    )
    parts = (head, h11.Data(data=content), h11.EndOfMessage())
    return b"".join(connection.send(part) or b"" for part in parts)


async def run(rest: str, outlet: Outlet) -> None:
    """Take what is pushed until cancelled; `OSError` where the address cannot be had."""
    place = place_of(rest)
    context = await asyncio.to_thread(_context, place)
    desk = Desk(outlet, asyncio.get_running_loop().time)
    server = await asyncio.start_server(desk.serve, place.host, place.port, ssl=context)
    async with server:
        outlet.up()
        await server.serve_forever()


def _context(place: Place) -> ssl.SSLContext | None:
    if not place.cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(place.cert, place.key)
    except OSError as error:
        said = _("{file}: no certificate with its key: {error}")
        raise ConnectionError(
            said.format(file=clipped_file(place.cert), error=error)
        ) from error
    return context


RECEIVER = ReceiverType("push", place_of, run, seldom=True)
