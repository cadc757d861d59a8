"""The options every simulated device understands, and how they stand on a command line."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import AddressValueError, IPv4Address
from typing import Any, TypeVar

from app.errors import BadInput

_T = TypeVar("_T")
_HIGHEST_PORT = 65535


def option(
    default: Any, text: str, parse: Callable[[str], Any] | None = None, name: str = ""
) -> Any:
    """Return a dataclass field with its help; ``name`` where the flag is called otherwise."""
    return field(default=default, metadata={"text": text, "parse": parse, "name": name})


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """What configures any simulated device; `check` raises `BadInput`."""

    host: str = option("127.0.0.1", "address to listen on")
    port: int = option(0, "TCP port; 0 takes a free one")
    seed: int = option(1, "another number is another device, the same number the same")
    speed: float = option(1.0, "how many simulated seconds pass in one", float)
    count: int = option(1, "so many devices in this one process, seeds counting up")
    spread: str = option(
        "ports", "with --count: a port each (ports) or a 127.x.y.z (addresses)"
    )
    faults: tuple[str, ...] = option(
        (), "a fault in force from the start, kind[:argument]; may be repeated", name="fault"
    )
    idle_close_s: float = option(0.0, "close a link silent for so long; 0 never", float)
    state: str = option("", "file that keeps the device's memory over a restart")

    def check(self) -> None:
        """Raise `BadInput` naming the first option that cannot be."""
        try:
            IPv4Address(self.host)
        except AddressValueError as error:
            raise BadInput(f"--host: {error}") from error
        if not 0 <= self.port <= _HIGHEST_PORT:
            raise BadInput(f"--port: {self.port} is not between 0 and {_HIGHEST_PORT}")
        if not 0.0 < self.speed <= 100_000.0:  # noqa: PLR2004 - a year in five minutes
            raise BadInput(f"--speed: {self.speed} is not above 0 and up to 100000")
        if not 1 <= self.count <= 10_000:  # noqa: PLR2004
            raise BadInput(f"--count: {self.count} is not between 1 and 10000")
        if self.spread not in {"ports", "addresses"}:
            raise BadInput(f"--spread: '{self.spread}' is neither 'ports' nor 'addresses'")
        if self.spread == "ports" and self.port and self.port + self.count - 1 > _HIGHEST_PORT:
            raise BadInput(f"--port: no room for {self.count} ports from {self.port} on")
        if self.idle_close_s < 0.0:
            raise BadInput("--idle-close-s: cannot be below 0")


def add_arguments(parser: argparse.ArgumentParser, kind: type) -> None:
    """Give the parser one flag per field of the options dataclass ``kind``.

    Every simulator takes ``--units N``: a kind without units of its own takes it for
    ``--count``.
    """
    own_units = any(each.name == "units" for each in fields(kind))
    for each in fields(kind):
        flag = "--" + (each.metadata.get("name") or each.name).replace("_", "-")
        flags = [flag] if own_units or each.name != "count" else [flag, "--units"]
        text = str(each.metadata.get("text", "")).replace("%", "%%")
        default = None if each.default is MISSING else each.default
        if isinstance(default, bool):
            parser.add_argument(flag, dest=each.name, action="store_true", help=text)
        elif isinstance(default, tuple):
            parser.add_argument(flag, dest=each.name, action="append", default=[], help=text)
        else:
            parse = each.metadata.get("parse") or type(default)
            shown = f"{text} ({default})" if default not in {None, ""} else text
            parser.add_argument(
                *flags, dest=each.name, type=parse, default=default, metavar="V", help=shown
            )


def from_arguments(kind: type[_T], parsed: argparse.Namespace) -> _T:
    """Return the options of type ``kind`` the arguments say."""
    values = {}
    for each in fields(kind):  # type: ignore[arg-type]
        value = getattr(parsed, each.name)
        values[each.name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def addresses(options: ServerOptions) -> Sequence[tuple[str, int]]:
    """Return host and port of each of ``count`` devices; a port of 0 stays free to choose.

    Spread over addresses, all share the port and count 127.x.y.z up, leaving out
    those that end in 0 and 255.
    """
    if options.spread == "ports":
        step = 1 if options.port else 0
        return [(options.host, options.port + step * place) for place in range(options.count)]
    hosts: list[str] = []
    candidate = IPv4Address(options.host)
    while len(hosts) < options.count:
        if candidate.packed[3] not in {0, 255}:
            hosts.append(str(candidate))
        candidate += 1
    return [(host, options.port) for host in hosts]
