"""A core whose meters push their telegrams over HTTP, and telegrams made byte by byte."""

import socket
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.compose.joining import Joined
from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig, LinkConfig, LinkId
from app.model.reading import DeviceId, PointId, Reading, point_id
from app.model.reception import MeterReception
from app.project.config import PlantConfig
from app.project.opening import Administrator, create_project, open_project
from tests.drivers.mbus.telegrams import padded
from tests.journeys.product import wait_for
from tests.journeys.smallsite import LOGIN, NAME, PASSWORD, Site, at_home

TOKEN = "the-fjord-is-frozen-tonight"
RECEIVERS = ("north", "south", "bridge")
LINK = LinkId("air")
PATIENCE_S = 30.0
_MODE_5 = 0x0500
_BLOCK = 16


@dataclass(frozen=True)
class Meter:
    """Who sends: number, medium and version as they stand in a telegram's head."""

    number: str
    medium: int = 0x04
    version: int = 0x34
    maker: bytes = b"\x2d\x2c"  # KAM

    @property
    def device(self) -> DeviceId:
        return DeviceId(f"m-{self.number}")

    def point(self, key: str) -> PointId:
        return point_id(self.device, key)

    def says(
        self,
        records: str,
        access: int,
        *,
        key: bytes = b"",
        status: int = 0,
        hops: int | None = None,
    ) -> bytes:
        """Return a telegram without checks; sealed with a ``key`` (mode 5).

        ``hops`` puts the link layer in front by which a repeater marks what it sends again.
        """
        data, config = bytes.fromhex(records), 0
        sender = self.maker + bytes.fromhex(self.number)[::-1]
        sender += bytes((self.version, self.medium))
        if key:
            data = padded(data)
            config = _MODE_5 | len(data) // _BLOCK << 4
            start = sender + bytes([access]) * 8
            sealing = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
            data = sealing.update(data) + sealing.finalize()
        extended = b"" if hops is None else bytes((0x8C, hops, access))
        head = b"\x7a" + bytes((access, status)) + config.to_bytes(2, "little")
        rest = b"\x44" + sender + extended + head + data
        return bytes([len(rest)]) + rest


class Air:
    """A running core, who joined it, and the doors of its receivers."""

    def __init__(self, site: Site, joined: Joined, ports: Mapping[str, int]) -> None:
        self.site, self.joined, self.ports = site, joined, ports

    def push(self, *telegrams: bytes, receiver: str = RECEIVERS[0], token: str = TOKEN) -> int:
        """Post telegrams as a meter's operator does; return the status of the answer."""
        return self.post("\n".join(each.hex() for each in telegrams).encode(), receiver, token)

    def post(self, body: bytes, receiver: str, token: str) -> int:
        url = f"http://127.0.0.1:{self.ports[receiver]}/telegrams"
        heads = {"Authorization": f"Bearer {token}"} if token else {}
        asked = urllib.request.Request(url, body, heads, method="POST")
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def open(self, receiver: str) -> None:
        """Wait until a door lets in who knows its token."""

        def lets_in() -> bool:
            try:
                return self.post(b"", receiver, TOKEN) == 200
            except OSError:
                return False

        wait_for(lets_in, PATIENCE_S)

    def spoken(self, meter: Meter, key: str) -> None:
        """Wait until a point of a meter was told."""
        wait_for(lambda: self.latest(meter, key), PATIENCE_S)

    def latest(self, meter: Meter, key: str) -> Reading | None:
        asked, viewer = self.joined.asked, self.joined.viewer
        found = self.joined.ask(asked.plant.latest(viewer, [meter.point(key)]))
        return found[0] if found else None

    def value(self, meter: Meter, key: str) -> object:
        reading = self.latest(meter, key)
        return None if reading is None else reading.value

    def told(self, meter: Meter, key: str, value: float) -> Reading:
        """Wait until a point is told with this value and return it."""
        wait_for(lambda: self.value(meter, key) == value, PATIENCE_S)
        reading = self.latest(meter, key)
        assert reading is not None
        return reading

    def unit(self, meter: Meter, key: str) -> str:
        asked, viewer = self.joined.asked, self.joined.viewer
        detail = self.joined.ask(asked.plant.device(viewer, meter.device))
        return next(spec.unit for spec in detail.points if spec.key == key)

    def medium(self, meter: Meter) -> str:
        asked, viewer = self.joined.asked, self.joined.viewer
        return self.joined.ask(asked.plant.device(viewer, meter.device)).identity["medium"]

    def reception(self, meter: Meter) -> MeterReception:
        told = self.joined.ask(self.joined.asked.radio.reception(self.joined.viewer))
        return next(each for each in told if each.device == meter.device)

    def waits_for(self, meter: Meter, cause: str, times: int = 1) -> MeterReception:
        """Wait until so many telegrams of a meter told nothing for this cause."""
        wait_for(lambda: self.reception(meter).causes.get(cause, 0) >= times, PATIENCE_S)
        return self.reception(meter)


@contextmanager
def air(home: Path, meters: Sequence[Meter], rules: Sequence[AlarmRule] = ()) -> Iterator[Air]:
    """Run a core that takes what is pushed at three doors, and join it."""
    ports = {name: _free_port() for name in RECEIVERS}
    ways = " ".join(f"{name}=push:127.0.0.1:{port}" for name, port in ports.items())
    with at_home(home):
        site = Site(home)
        create_project(
            site.folder,
            title="Air",
            zone="Europe/Copenhagen",
            administrator=Administrator(LOGIN, NAME, PASSWORD),
        )
        link = LinkConfig(LINK, "wmbus", "Air", {"receivers": ways})

        def fill(plant: PlantConfig) -> PlantConfig:
            devices = {each.device: _device_of(each) for each in meters}
            own = {rule.id: rule for rule in rules}
            return replace(plant, links={LINK: link}, devices=devices, rules=own)

        with closing(open_project(site.folder)) as project:
            project.configuration.change(LOGIN, "meters that push", fill)
        site.start_core()
        try:
            with site.joined() as joined:
                for name in RECEIVERS:
                    joined.ask(joined.asked.radio.keep_secret(joined.viewer, name, TOKEN))
                here = Air(site, joined, ports)
                for name in RECEIVERS:
                    here.open(name)
                yield here
        finally:
            site.stop_core()


def _device_of(meter: Meter) -> DeviceConfig:
    options = {"secondary": meter.number}
    name = f"Meter {meter.number}"
    return DeviceConfig(meter.device, name, "", LINK, 1, "generic.wmbus", options=options)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
