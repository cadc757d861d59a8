"""A site whose controllers are polled every second: journeys need not wait for cycles."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.asked import DeviceDetail
from app.compose.demoplant import ECL, DemoDevice
from app.compose.joining import Joined
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Option, Presence
from app.model.reading import DeviceId, PointId, Quality, Reading, split_point
from tests.journeys.smallsite import Simulated, Site, running_site, substations

QUICK = "own"  # id of the project's own profile
CYCLE_S = 1.0
QUICK_PROFILE = f"""\
schema: 1
profile: {{id: {QUICK}, version: 1, label: "ECL Comfort 310, A266.1", status: draft}}
extends: {ECL}
poll_groups: {{fast: 1s, slow: 5s, settings: 30s}}
"""
ANSWERS_S = 30.0  # slow machines; what must be quicker is asserted by its own figure


def quick_substations(count: int) -> tuple[DemoDevice, ...]:
    """Return the demo's first substations with the quick profile."""
    return tuple(
        replace(device, config=replace(device.config, profile=QUICK))
        for device in substations(count)
    )


@contextmanager
def quick_site(
    home: Path, devices: Sequence[DemoDevice] | int, *, core: bool = True
) -> Iterator[Site]:
    """Run a site of quick substations, or of the devices given, until the block ends."""
    if isinstance(devices, int):
        devices = quick_substations(devices)
    with running_site(home, devices, profile=QUICK_PROFILE, core=core) as site:
        yield site


@contextmanager
def simulated(kind: str, *options: str) -> Iterator[Simulated]:
    """Run one more simulator until the block ends."""
    one = Simulated(kind, *options)
    one.begin()
    try:
        one.arrive()
        yield one
    finally:
        one.stop()


@dataclass(frozen=True)
class Heard:
    """Everything that was told of a device, so that nothing short is missed."""

    standings: list[DeviceStanding]
    readings: list[Reading]

    def presences(self) -> list[Presence]:
        """Return how the device was doing, one after the other."""
        told = [standing.presence for standing in self.standings]
        return [
            one for one, before in zip(told, [None, *told], strict=False) if one is not before
        ]

    def qualities(self, key: str) -> list[tuple[Quality, object]]:
        """Return the readings of a point: how far to be trusted, and its value."""
        found = (each for each in self.readings if split_point(each.point)[1] == key)
        return [(each.quality, each.value) for each in found]


class Operator:
    """Somebody who joined the core and asks it what any screen may ask."""

    def __init__(self, joined: Joined) -> None:
        self.joined = joined
        self.asked = joined.asked
        self.viewer = joined.viewer

    def detail(self, device: str) -> DeviceDetail:
        """Return everything known of a device but its readings."""
        return self.joined.ask(self.asked.plant.device(self.viewer, DeviceId(device)))

    def standing(self, device: str) -> DeviceStanding:
        """Return how a device is doing."""
        return self.detail(device).view.standing

    def standings(self) -> dict[str, DeviceStanding]:
        """Return how all devices are doing."""
        views = self.joined.ask(self.asked.plant.devices(self.viewer))
        return {view.config.id: view.standing for view in views}

    def latest(self, device: str, key: str) -> Reading | None:
        """Return the newest reading of a point."""
        point = PointId(f"{device}.{key}")
        found = self.joined.ask(self.asked.plant.latest(self.viewer, [point]))
        return found[0] if found else None

    def quality(self, device: str, key: str) -> Quality | None:
        """Return how far the newest reading of a point may be trusted."""
        found = self.latest(device, key)
        return found.quality if found else None

    def wait_for(
        self, device: str, presence: Presence, within_s: float = ANSWERS_S
    ) -> DeviceStanding:
        """Wait until a device is doing so, and return its standing."""
        ends_s = time.monotonic() + within_s
        while (standing := self.standing(device)).presence is not presence:
            assert time.monotonic() < ends_s, f"not {presence.value} but {standing}"
            time.sleep(0.05)
        return standing

    def hear_of(self, device: str) -> "Heard":
        """Return what is told of a device from now on; more is added as it comes."""
        heard = Heard([], [])

        async def listen() -> None:
            self.asked.watch_devices(
                lambda told: heard.standings.extend(s for s in told if s.device == device)
            )
            self.asked.watch_readings(
                lambda told: heard.readings.extend(
                    r for r in told if split_point(r.point)[0] == device
                )
            )

        self.joined.ask(listen())
        return heard

    @contextmanager
    def line(self, device: str, port: int, *, profile: str = QUICK) -> Iterator[None]:
        """Add a line with a device, and take it out again at the end of the block."""
        self.put_line(device, port, profile=profile)
        try:
            yield
        finally:
            self.remove_line(device)

    def put_line(
        self, device: str, port: int, *, profile: str = QUICK, name: str = ""
    ) -> DeviceConfig:
        """Add a line with one device on it, as an engineer does; return its configuration."""
        options: dict[str, Option] = {"host": "127.0.0.1", "port": port}
        line = LinkConfig(LinkId(f"link-{device}"), "modbus-tcp", name or device, options)
        config = DeviceConfig(DeviceId(device), name or device, "Havnen", line.id, 1, profile)
        project = self.asked.project
        self.joined.ask(project.put_link(self.viewer, line))
        self.joined.ask(project.put_device(self.viewer, config))
        return config

    def remove_line(self, device: str) -> None:
        """Take a device and its line out again."""
        project = self.asked.project
        self.joined.ask(project.remove_device(self.viewer, DeviceId(device)))
        self.joined.ask(project.remove_link(self.viewer, LinkId(f"link-{device}")))


@contextmanager
def operator(site: Site) -> Iterator[Operator]:
    """Join the core of a site."""
    with site.joined() as joined:
        yield Operator(joined)


def undisturbed(people: Operator, devices: Sequence[str]) -> Callable[[], None]:
    """Return what asserts that these devices' lines were left alone since this call.

    A line that was touched begins to count its requests anew.
    """
    before = {device: people.standing(device) for device in devices}

    def still() -> None:
        for device, was in before.items():
            now = people.standing(device)
            assert now.requests >= was.requests > 0
            assert (now.presence, now.since) == (was.presence, was.since)
            assert now.failures == was.failures

    return still
