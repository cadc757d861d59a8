"""What a way to a receiver is, and how a link's option names several of them.

An option reads ``NAME=KIND:REST`` or ``KIND:REST``, several apart by blanks or commas:
``roof=tcp:10.0.0.7:4000 udp:0.0.0.0:4001 file:/var/log/telegrams``.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv6Address
from urllib.parse import unquote

import drivers.receivers
from app.clipped import clipped
from app.errors import BadInput
from app.model.reception import require_receiver_name
from app.plugins import discover
from app.words import _
from drivers.wireless.caught import Caught

# One line as it came, or what is known to stand in it; waits while there is no room.
Take = Callable[[bytes | Caught], Awaitable[None]]


def _no_secret() -> str:
    return ""


def _untold(_sentence: str) -> None:
    """Nobody is there to be told."""


async def _at_once() -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Outlet:
    """What a way is handed: where its lines go, and what it may tell and ask."""

    take: Take
    up: Callable[[], None]  # it stands
    # Its password or token out of the sealed store, "" where none is kept; blocks shortly,
    # raises `PlantError` where the store cannot be opened.
    secret: Callable[[], str] = _no_secret
    fault: Callable[[str], None] = _untold  # a line, or a file, that cannot be read: why
    settled: Callable[[], Awaitable[bool]] = _at_once  # what was taken outlives a power cut


_APART = re.compile(r"[,\s]+")
_NAMED = re.compile(r"(?:(?P<name>[\w.\- ]+)=)?(?P<kind>[a-z0-9]+):(?P<rest>.+)\Z")
HIGHEST_PORT = 65_535
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PORT = re.compile("[0-9]{1,5}")  # what is longer is no port, and may be too long for a number
_NO_HOST = re.compile(r"[\s<>\"?#\\/=@]")


@dataclass(frozen=True, slots=True)
class ReceiverType:
    """How a module introduces itself.

    ``check(rest)`` raises `BadInput`; ``run(rest, outlet)`` hands on lines until it is
    cancelled or the way is lost (`OSError`), and calls ``outlet.up`` once it stands.
    """

    kind: str
    check: Callable[[str], object]
    run: Callable[[str, Outlet], Awaitable[None]]
    seldom: bool = False  # nothing for hours is nothing odd
    tells_battery: bool = False  # of the collector itself, where its user says how
    # Hands on what comes first and leaves everything as it is, where ``run`` does not.
    look: Callable[[str, Outlet], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One receiver as configured."""

    name: str
    type: ReceiverType
    rest: str


def ways_of(text: str) -> list[Way]:
    """Return the receivers that a text names; raises `BadInput` for the first wrong one."""
    found: list[Way] = []
    for part in filter(None, _APART.split(text)):
        said = _NAMED.match(part)
        kind = known().get(said["kind"]) if said is not None else None
        if said is None or kind is None:
            raise BadInput(
                _("{part!r} names no receiver: write KIND:PLACE, with one of {kinds}").format(
                    part=clipped(part), kinds=", ".join(sorted(known()))
                )
            )
        if said["name"]:
            require_receiver_name(said["name"])
        kind.check(said["rest"])
        if _CONTROL.search(unquote(said["rest"])):
            wrong = _("{part!r} holds a sign that stands in no place")
            raise BadInput(wrong.format(part=clipped(unquote(part))))
        name = said["name"] or part
        if any(each.name == name for each in found):
            raise BadInput(_("two receivers are called {name}").format(name=clipped(name)))
        found.append(Way(name, kind, said["rest"]))
    if not found:
        raise BadInput(_("name at least one receiver, such as tcp:10.0.0.7:4000"))
    return found


def parts_of(text: str) -> list[tuple[str, str, str]]:
    """Return name, kind and place of what a text names, right or wrong.

    A part that is spelt as no receiver at all has neither name nor kind.
    """
    found = list[tuple[str, str, str]]()
    for part in filter(None, _APART.split(text)):
        said = _NAMED.match(part)
        if said is None:
            found.append(("", "", part))
        else:
            found.append((said["name"] or part, said["kind"], said["rest"]))
    return found


@cache
def known() -> dict[str, ReceiverType]:
    """Return every kind of way there is."""
    return {
        each.kind: each
        for each in discover(drivers.receivers, "RECEIVER", ReceiverType).values()
    }


def host_port(text: str) -> tuple[str, int]:
    """Return the two parts of HOST:PORT; raises `BadInput`."""
    written, _colon, port = text.rpartition(":")
    host = unquote(written)  # forms write what is no letter of a place as %20
    try:
        host.encode("idna")  # as a name is looked up
    except UnicodeError:
        host = ""
    if not host.isprintable() or _NO_HOST.search(host) or not _one_host(host):
        host = ""
    if not host or _PORT.fullmatch(port) is None or not 0 < int(port) <= HIGHEST_PORT:
        raise BadInput(_("{text!r} is no HOST:PORT").format(text=clipped(unquote(text))))
    return host.strip("[]"), int(port)


def _one_host(host: str) -> bool:
    """Whether colons, if there are any, are those of an IPv6 address: no port stands in it."""
    if not set(host) & set(":[]"):
        return True
    try:
        IPv6Address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def lines_of(payload: bytes) -> list[bytes]:
    """Return the lines of a message; JSON that is laid out over several is one."""
    if payload.lstrip()[:1] == b"{":
        lines = [each for each in payload.split(b"\n") if each.strip()]
        if not all(
            each.lstrip().startswith(b"{") and each.rstrip().endswith(b"}") for each in lines
        ):
            return [b" ".join(payload.split())]
    return payload.split(b"\n")
