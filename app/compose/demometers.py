"""The demo's meters: a bus in a cellar and a street by radio, each a process of its own.

Not all is well with them, so that there is something to find: some keys are wrong, one is
missing, somebody sends old telegrams again, some are lost, and one receiver hears nothing.
"""

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.compose.leash import on_leash
from app.compose.processes import ChildProcess, stop_all
from app.errors import PlantError
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId
from app.project.keylines import FoundKey

BUS, RADIO = LinkId("link-cellar-bus"), LinkId("link-street-radio")
WIRED, BY_RADIO = 20, 200
WRONG_KEYS, NO_KEY = (17, 88, 143), 61  # places in the street
_SEED, _BUS_SEED = 44, 7
_INTERVAL_S = 16
_AREAS = ("Skovkvarteret", "Havnen", "Midtbyen")
_STREETS = ("Granvej", "Pilevej", "Strandgade", "Møllegade", "Kirkegade")
_HOST = "127.0.0.1"
_HEARING = ("roof", "tower")
_UNHEARD = "cellar"  # the receiver to which nobody speaks
_OWN = re.compile(
    rf"(?P<name>{'|'.join((*_HEARING, _UNHEARD))})=(?:tcp|udp):{_HOST}:(?P<port>\d{{1,5}})"
)


@dataclass(frozen=True, slots=True)
class DemoMeters:
    """The meters of a demo, with the keys that came with them."""

    links: tuple[LinkConfig, ...]
    devices: tuple[DeviceConfig, ...]
    keys: tuple[FoundKey, ...]


def demo_meters() -> DemoMeters:
    """Return the demo's meters, the same every time; their links lead nowhere yet."""
    links = (
        LinkConfig(BUS, "mbus-tcp", "Cellar bus, Havnegade 2", {"host": _HOST, "port": 0}),
        LinkConfig(RADIO, "wmbus", "Radio meters of the district", {"receivers": ""}),
    )
    return DemoMeters(links, (*_wired(), *_by_radio()), tuple(_keys()))


class MeterSimulators:
    """The two processes behind the demo's meters."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the project's: it takes the bus's memory and what they complain of."""
        self._folder = folder
        self._children: list[ChildProcess] = []

    def start(self, before: Mapping[str, LinkConfig]) -> tuple[LinkConfig, ...]:
        """Start both, where they were ``before`` if that is free; return links to them."""
        bus, radio = (before.get(each.id, each) for each in demo_meters().links)
        (port,) = self._begin(self._bus, int(str(bus.options.get("port", 0))), 1)
        listed = str(radio.options.get("receivers", ""))
        ports = ports_in(listed)
        heard = self._begin(_street, ports.get(_HEARING[0], 0), len(_HEARING))
        unheard = ports.get(_UNHEARD) or _free_port()
        ways = {name: f"tcp:{_HOST}:{at}" for name, at in zip(_HEARING, heard, strict=True)} | {
            _UNHEARD: f"udp:{_HOST}:{unheard}"
        }
        return (
            replace(bus, options={**bus.options, "port": port}),
            replace(radio, options={**radio.options, "receivers": followed(listed, ways)}),
        )

    def stop(self) -> None:
        """End both."""
        stop_all(self._children)
        self._children.clear()

    def _bus(self, port: int) -> list[str]:
        memory = self._folder / "simulators" / "cellar-bus.json"
        memory.parent.mkdir(parents=True, exist_ok=True)
        sized = ("--units", str(WIRED), "--seed", str(_BUS_SEED))
        return ["mbus", *sized, "--state", str(memory), "--port", str(port)]

    def _begin(
        self, command: Callable[[int], list[str]], port: int, addresses: int
    ) -> list[int]:
        """Start one at its old port, or anywhere when somebody else is there by now."""
        try:
            return self._arrived(command(port), addresses)
        except PlantError:
            self._children.pop().stop()
            return self._arrived(command(0), addresses)

    def _arrived(self, command: list[str], addresses: int) -> list[int]:
        logs = self._folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        child = ChildProcess(
            on_leash("drivers.simulators", command), log=logs / "simulators.log"
        )
        self._children.append(child)
        return [int(child.first_line().rsplit(":", 1)[1]) for _each in range(addresses)]


def _street(port: int) -> list[str]:
    troubles = ("--lost", "0.06", "--repeated", "0.05", "--replayed", "0.01")
    sized = ("--meters", str(BY_RADIO), "--seed", str(_SEED), "--receivers", f"{len(_HEARING)}")
    often = ("--interval-s", str(_INTERVAL_S), "--modes", "5,7,5,ell")
    return ["wmbus", *sized, *often, *troubles, "--form", "level", "--port", str(port)]


def _wired() -> Iterator[DeviceConfig]:
    from drivers.simulators.wiredbus import seeded_meters

    for number, meter in enumerate(seeded_meters(WIRED, _BUS_SEED, 2400, addressed=True), 1):
        yield DeviceConfig(
            DeviceId(f"wired-{number:02}"),
            f"Havnegade 2, flat {number}",
            "Havnen",
            BUS,
            meter.address,
            "generic.mbus",
        )


def _by_radio() -> Iterator[DeviceConfig]:
    from drivers.simulators.street.meters import StreetMeter

    for place in range(BY_RADIO):
        meter = StreetMeter(_SEED, place)
        street = _STREETS[place % len(_STREETS)]
        what = "heat" if meter.heat else "water"
        yield DeviceConfig(
            DeviceId(f"radio-{place + 1:03}"),
            f"{street} {place // len(_STREETS) + 1}, {what}",
            _AREAS[place % len(_STREETS) % len(_AREAS)],
            RADIO,
            1,
            "generic.wmbus",
            serial=meter.number,
            options={"secondary": meter.number},
        )


def _keys() -> Iterator[FoundKey]:
    """Yield the keys that came with the meters: some are those of others."""
    from drivers.simulators.street.meters import StreetMeter

    for place in range(BY_RADIO):
        whose = StreetMeter(_SEED, place + BY_RADIO if place in WRONG_KEYS else place)
        if place != NO_KEY:
            yield FoundKey(StreetMeter(_SEED, place).number, whose.key)


def ports_in(receivers: str) -> dict[str, int]:
    """Return the ports of the demo's own receivers among those of a line, by name."""
    found = (_OWN.fullmatch(each) for each in _parts(receivers))
    return {each["name"]: int(each["port"]) for each in found if each is not None}


def followed(receivers: str, ways: Mapping[str, str]) -> str:
    """Return a line's receivers with the demo's own where they are now.

    What a person added stays, and what they took away stays away.
    """
    if not receivers.strip():
        return " ".join(f"{name}={way}" for name, way in ways.items())
    parts = []
    for each in _parts(receivers):
        own = _OWN.fullmatch(each)
        parts.append(each if own is None else f"{own['name']}={ways[own['name']]}")
    return " ".join(parts)


def _parts(receivers: str) -> list[str]:
    return [each for each in re.split(r"[,\s]+", receivers) if each]


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((_HOST, 0))
        return int(taken.getsockname()[1])
