"""A driver's own crash, on real wires: its line starts again alone, the other goes on."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.compose.core import utc_now
from app.compose.leash import on_leash
from app.compose.processes import ChildProcess
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option, Presence
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Quality
from app.pointtable import PointTable
from app.ports import Clock, DriverType, Identity, Link, Polled, PollOutcome
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from drivers.modbus_tcp import DRIVER
from tests.plant import until

ECL = "danfoss.ecl310.a266_1"
FIRST, SECOND = DeviceId("ahornvej-14"), DeviceId("ahornvej-22")
PATIENCE_S = 40.0


@dataclass
class Bug:
    """Where the driver fails next, and how often it did."""

    device: str = ""
    times: int = 0
    where: str = "poll"
    struck: list[str] = field(default_factory=list)

    def strike(self, device: str, where: str) -> None:
        if (device, where) == (self.device, self.where) and self.times > 0:
            self.times -= 1
            self.struck.append(device)
            raise IndexError("list index out of range")


class Buggy:
    """The real Modbus device with a bug in it."""

    def __init__(self, real: Polled, device: str, bug: Bug) -> None:
        self._real = real
        self._device = device
        self._bug = bug

    async def identify(self, candidates: Collection[Profile]) -> Identity:
        self._bug.strike(self._device, "identify")
        return await self._real.identify(candidates)

    async def poll(self, keys: Collection[str]) -> PollOutcome:
        outcome = await self._real.poll(keys)
        self._bug.strike(self._device, "poll")
        return outcome


def buggy(bug: Bug) -> DriverType:
    def device(link: Link, config: DeviceConfig, profile: Profile, clock: Clock) -> Buggy:
        real = DRIVER.device(link, config, profile, clock)
        assert isinstance(real, Polled)
        return Buggy(real, config.id, bug)

    return replace(DRIVER, device=device)


@pytest.fixture(scope="module")
def ports() -> Iterator[list[int]]:
    controllers = [
        ChildProcess(on_leash("drivers.simulators", ["ecl310", "--seed", str(seed)]))
        for seed in (1, 2)
    ]
    yield [int(one.first_line().rsplit(":", 1)[1]) for one in controllers]
    for one in controllers:
        one.stop()


@asynccontextmanager
async def running(
    ports: list[int], bug: Bug, crashes: list[str]
) -> AsyncIterator[tuple[Acquisition, PointTable]]:
    known = load_all([]).profiles
    quick = replace(known[ECL], poll_groups={"fast": 0.5, "slow": 2.0, "settings": 10.0})
    table = PointTable()
    acquisition = Acquisition(
        table,
        [buggy(bug)],
        ProfileChooser({**known, ECL: quick}, resolve),
        utc_now,
        lambda name, error: crashes.append(f"{name}: {type(error).__name__}"),
    )
    links, devices = [], []
    for device, port in zip((FIRST, SECOND), ports, strict=True):
        options: dict[str, Option] = {"host": "127.0.0.1", "port": port}
        # Two lines of the same name: nothing may mix them up.
        link = LinkConfig(LinkId(f"link-{device}"), "modbus-tcp", "Line", options)
        links.append(link)
        devices.append(DeviceConfig(device, str(device), "", link.id, 1, ECL))
    await acquisition.apply(links, devices)
    try:
        yield acquisition, table
    finally:
        await acquisition.stop()


def presence(acquisition: Acquisition, device: DeviceId) -> Presence | None:
    standing = acquisition.standing_of(device)
    return standing.presence if standing else None


def fresh(table: PointTable, device: DeviceId) -> bool:
    latest = table.latest(PointId(f"{device}.s3"))
    return latest is not None and latest.quality is Quality.GOOD


@pytest.mark.feature("DC-02")
@pytest.mark.parametrize("where", ["poll", "identify"])
async def test_a_crash_in_a_driver_restarts_its_own_line_alone(
    ports: list[int], where: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bug, crashes = Bug(), list[str]()
    if where == "identify":
        bug = Bug(FIRST, 2, "identify")
    async with running(ports, bug, crashes) as (acquisition, table):
        await until(lambda: fresh(table, SECOND), PATIENCE_S)
        before = acquisition.standing_of(SECOND)
        assert before is not None
        if where == "poll":
            await until(lambda: fresh(table, FIRST), PATIENCE_S)
            bug.device, bug.times = FIRST, 2
        await until(lambda: len(crashes) == 2, PATIENCE_S)
        told = table.latest(PointId(f"{FIRST}.s3"))
        told_at = told.measured_at if told else None

        def newer() -> bool:
            latest = table.latest(PointId(f"{FIRST}.s3"))
            return fresh(table, FIRST) and latest is not None and latest.measured_at != told_at

        await until(newer, PATIENCE_S)
        await until(lambda: presence(acquisition, FIRST) is Presence.ON, PATIENCE_S)
        after = acquisition.standing_of(SECOND)
        assert after is not None
        assert (after.presence, after.since, after.failures) == (
            Presence.ON,
            before.since,
            before.failures,
        )
        assert after.requests > before.requests
    assert crashes == [f"link Line (link-{FIRST}): IndexError"] * 2
    assert bug.struck == [FIRST] * 2


@pytest.mark.feature("DC-02")
async def test_a_driver_that_crashes_again_and_again_keeps_nothing_fresh_and_says_why(
    ports: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    bug, crashes = Bug(), list[str]()
    async with running(ports, bug, crashes) as (acquisition, table):
        await until(lambda: fresh(table, FIRST) and fresh(table, SECOND), PATIENCE_S)
        bug.device, bug.times = FIRST, 1000
        await until(lambda: presence(acquisition, FIRST) is Presence.OFFLINE, PATIENCE_S)
        gone = table.latest(PointId(f"{FIRST}.s3"))
        assert gone is not None
        assert (gone.quality, gone.value) == (Quality.OFFLINE, None)
        standing = acquisition.standing_of(FIRST)
        assert standing is not None
        assert standing.last_error.startswith("a fault in the driver (IndexError)")
        assert presence(acquisition, SECOND) is Presence.ON
        bug.times = 0
        await until(lambda: fresh(table, FIRST), PATIENCE_S)
    assert len(crashes) >= 2


@pytest.mark.feature("DC-02")
async def test_closing_in_the_middle_of_everything_is_quick_and_leaves_no_connection(
    ports: list[int],
) -> None:
    loop = asyncio.get_running_loop()
    for pause_s in (0.0, 0.05, 0.3, 1.0):
        async with running(ports, Bug(), []) as (_acquisition, table):
            await asyncio.sleep(pause_s)
            began_s = loop.time()
        assert loop.time() - began_s < 2.0
    async with running(ports, Bug(), []) as (_acquisition, table):
        # The controller takes one client: it would drop us if an old one were left.
        await until(lambda: fresh(table, FIRST) and fresh(table, SECOND), PATIENCE_S)
