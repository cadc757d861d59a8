"""Telegrams that an MQTT broker hands on: wmbusmeters, a gateway, a concentrator publish them.

``mqtt:[USER@]HOST:PORT/TOPIC[?tls]``: the topic may hold the wildcards ``+`` and ``#``; with
``?tls`` the broker proves itself to the authorities of the system, with ``?ca=FILE`` to one of
your own. The password of USER lies in the sealed store, never in this line. What the broker
retained is passed over: nobody knows when it was measured.
"""

import asyncio
import re
import secrets
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from app.clipped import clipped, clipped_file
from app.errors import BadInput
from app.words import _
from drivers.links.whylost import why_lost
from drivers.receivers.receiver import Outlet, ReceiverType, host_port, lines_of
from drivers.receivers.sideloop import beside

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode

_CONNECTS_S = 10.0
_KEEP_ALIVE_S = 20  # a broker that is silent for half as long again is lost
_MOST_WAITING = 20_000  # messages; then the newest are dropped, and the log tells
_AT_LEAST_ONCE, _REFUSED = 1, 0x80
_LONGEST = 16_384  # bytes of a message that are looked at
_LONGEST_TOPIC = 65_535  # bytes; MQTT 3.1.1, section 1.5.3
_PLACE = re.compile(
    r"(?:(?P<user>[^@/]+)@)?(?P<host>[^/?@]+)/(?P<topic>[^?]+)(?:\?(?P<options>.*))?\Z"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What is listened to, and as whom."""

    host: str
    port: int
    topic: str
    user: str = ""
    tls: bool = False
    ca: str = ""  # file of the authority that vouches for the broker; "": those of the system


def place_of(text: str) -> Place:
    """Return what USER@HOST:PORT/TOPIC?OPTION says; raises `BadInput`."""
    said = _PLACE.match(text)
    if said is None:
        raise BadInput(
            _("{text!r} is no HOST:PORT/TOPIC of a broker").format(text=clipped(unquote(text)))
        )
    user = unquote(said["user"] or "")
    if ":" in user:
        raise BadInput(
            _("keep the password of a broker with “heatdesk receivers --secret”, not here")
        )
    options = dict(part.partition("=")[::2] for part in (said["options"] or "").split("&"))
    options.pop("", None)
    if unknown := set(options) - {"tls", "ca"}:
        raise BadInput(_("{name}: no option of a broker").format(name=clipped(min(unknown))))
    ca = unquote(options.get("ca", ""))
    host, port = host_port(said["host"])
    return Place(host, port, _filter(unquote(said["topic"])), user, bool(options), ca)


def _filter(topic: str) -> str:
    """Return a topic filter; `BadInput` where a wildcard stands in a wrong place."""
    levels = topic.split("/")
    wrong = any(len(each) > 1 and set(each) & {"+", "#"} for each in levels)
    if wrong or "#" in levels[:-1] or len(topic.encode()) > _LONGEST_TOPIC or "\0" in topic:
        raise BadInput(_("{topic!r} is no topic of MQTT").format(topic=clipped(topic)))
    return topic


async def run(rest: str, outlet: Outlet) -> None:
    """Hand on lines until cancelled; `OSError` where the broker is lost or lets nobody in."""
    place = place_of(rest)
    password = await asyncio.to_thread(outlet.secret) if place.user else ""
    # Its library watches sockets, which the loop of Windows cannot.
    if isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop):
        await listen(place, password, outlet)
    else:
        await beside(lambda far: listen(place, password, far), outlet)


async def listen(place: Place, password: str, outlet: Outlet) -> None:
    """Do it, on a loop that can watch sockets."""
    import aiomqtt

    client = aiomqtt.Client(
        place.host,
        place.port,
        username=place.user or None,
        password=password or None,
        identifier=f"heatdesk-{secrets.token_hex(6)}",
        keepalive=_KEEP_ALIVE_S,
        timeout=_CONNECTS_S,
        max_queued_incoming_messages=_MOST_WAITING,
        tls_context=await asyncio.to_thread(_context, place),
    )
    try:
        async with client:
            granted = await client.subscribe(place.topic, qos=_AT_LEAST_ONCE)
            if any(_code(each) >= _REFUSED for each in granted):
                refused = _("the broker does not let us read {topic}")
                raise ConnectionError(refused.format(topic=place.topic))
            outlet.up()
            async for message in client.messages:
                if not message.retain and isinstance(message.payload, bytes):
                    for line in lines_of(message.payload[:_LONGEST]):
                        await outlet.take(line)
    except aiomqtt.MqttError as error:
        raise ConnectionError(_("broker: {error}").format(error=why_lost(error))) from error
    raise ConnectionError(_("the broker hung up"))


def _code(granted: "int | ReasonCode") -> int:
    """Return how a wish was granted: a number up to MQTT 3.1.1, a reason since 5."""
    return granted if isinstance(granted, int) else granted.value


def _context(place: Place) -> ssl.SSLContext | None:
    if not place.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=place.ca or None)
    except OSError as error:
        said = _("{file}: no certificate of an authority: {error}")
        raise ConnectionError(said.format(file=clipped_file(place.ca), error=error)) from error
    context.sslsocket_class = _Closing
    return context


class _Closing(ssl.SSLSocket):
    """Closes itself where the broker is not believed; the library leaves it open."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


RECEIVER = ReceiverType("mqtt", place_of, run)
