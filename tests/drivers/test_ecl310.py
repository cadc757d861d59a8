"""The driver and the shipped profiles against a simulated ECL Comfort 310."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.errors import DeviceRefused, DeviceUnreachable
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.profile import Profile
from app.model.reading import DeviceId, Quality, split_point
from app.profiles.loader import load_all
from drivers.blocks import plan_blocks
from drivers.codecs.blockdecoder import BlockDecoder
from drivers.links.modbus import ModbusTcpLink
from drivers.modbus_tcp import DRIVER
from drivers.registerdevice import RegisterDevice
from tests.drivers.simulators.wire import Running, running
from tests.plant import until

PROFILES = load_all().profiles
A266 = PROFILES["danfoss.ecl310.a266_1"]
AHORNVEJ = DeviceConfig(DeviceId("ahornvej-14"), "Ahornvej 14", "Nord", LinkId("l"), 1, "")
FAST = tuple(key for key, spec in A266.points.items() if spec.poll_group == "fast")


@pytest.fixture
def controller() -> Iterator[Running]:
    with running("ecl310", "--idle-close-s", "0.5") as simulated:
        yield simulated


@asynccontextmanager
async def connected(
    controller: Running, profile: Profile, *, configured: bool = True
) -> AsyncIterator[tuple[ModbusTcpLink, RegisterDevice]]:
    def clock() -> datetime:
        return datetime.now(UTC)

    options: dict[str, Option] = {"host": controller.host, "port": controller.port}
    link = DRIVER.link(LinkConfig(LinkId("l"), "modbus-tcp", "Nordvej", options), clock)
    config = replace(AHORNVEJ, profile=profile.id if configured else "")
    device = DRIVER.device(link, config, profile, clock)
    assert isinstance(link, ModbusTcpLink)
    assert isinstance(device, RegisterDevice)
    try:
        yield link, device
    finally:
        await link.close()


@pytest.mark.parametrize("name", PROFILES)
def test_every_shipped_profile_can_be_asked_and_taken_apart(name: str) -> None:
    profile = PROFILES[name]
    for block in plan_blocks(profile.places, profile.read, profile.places):
        places = [profile.places[key] for key in block.keys]
        decoder = BlockDecoder(places, block.address, block.count)
        assert len(decoder.decode(bytes(decoder.size))) == len(block.keys)


def test_what_is_live_in_an_a266_1_takes_seven_questions() -> None:
    assert len(plan_blocks(A266.places, A266.read, FAST)) == 7


async def test_a_stranger_is_recognised_by_its_application_key(controller: Running) -> None:
    generic = PROFILES["generic.modbus"]
    candidates = [profile for profile in PROFILES.values() if profile.detect]
    async with connected(controller, generic, configured=False) as (_, device):
        identity = await device.identify(candidates)
    assert (identity.profile, identity.label) == (A266.id, "A266.1")
    assert identity.facts["code_number"] == "087H3040"
    assert identity.facts["serial"].isdigit()


async def test_all_295_points_are_read_and_none_is_refused(controller: Running) -> None:
    async with connected(controller, A266) as (link, device):
        outcome = await device.poll(list(A266.places))
        assert outcome.faults == ()
        assert {split_point(r.point)[1] for r in outcome.readings} == set(A266.places)
        reasons = {r.reason for r in outcome.readings if r.quality is not Quality.GOOD}
        assert reasons == {"not-connected"}, "unused sensor inputs"
        assert link.figures.failures == 0


async def test_a_register_the_controller_refuses_is_named_and_the_rest_is_read(
    controller: Running,
) -> None:
    assert controller.say("fault exception:10203:2 on") == "ok"
    async with connected(controller, A266) as (_, device):
        outcome = await device.poll(FAST)
        refused = [r for r in outcome.readings if r.reason == "register-refused"]
        assert len(refused) == 1
        assert len(outcome.readings) == len(FAST)
        (fault,) = outcome.faults
        assert fault.startswith("Ahornvej 14: register 10202 (")
        assert fault.endswith(" 10203) refused: illegal data address")
        again = await device.poll(FAST)
        assert again.requests == 8
        assert again.faults == outcome.faults


async def test_a_setting_out_of_range_is_refused_by_the_controller(controller: Running) -> None:
    async with connected(controller, A266) as (_, device):
        key = next(key for key, spec in A266.points.items() if spec.number == 11178)
        before = (await device.poll([key])).readings[0].value
        with pytest.raises(DeviceRefused, match=r"illegal data value: .* 200 °C at .* 11178"):
            await device.write(key, 200)
        assert (await device.poll([key])).readings[0].value == before
        await device.write(key, 66)
        assert (await device.poll([key])).readings[0].value == 66.0


async def test_a_line_the_controller_closed_is_opened_again_by_the_next_poll(
    controller: Running,
) -> None:
    async with connected(controller, A266) as (link, device):
        await device.poll(FAST)
        await until(lambda: link.figures.drops == 1)
        assert (await device.poll(FAST)).faults == ()
        assert link.figures.connects == 2


async def test_a_line_closed_before_the_controller_does_it_is_not_lost(
    controller: Running,
) -> None:
    early = replace(A266, link=replace(A266.link, idle_close_s=0.1))
    async with connected(controller, early) as (link, device):
        await device.poll(FAST)
        await until(lambda: link.figures.idle_closes == 1)
        assert link.connected
        await device.poll(FAST)
        assert link.figures.drops == 0


@pytest.mark.parametrize(
    "fault",
    ["wrong-unit", "wrong-function", "wrong-transaction", "short", "broken-frames", "late"],
)
async def test_lies_of_the_simulator_are_told_and_never_booked(
    controller: Running, fault: str
) -> None:
    quick = replace(A266, link=replace(A266.link, timeout_ms=150, retries=0))
    async with connected(controller, quick) as (_, device):
        truth = {r.point: r.value for r in (await device.poll(["serial_no"])).readings}
        assert controller.say(f"fault {fault} on") == "ok"
        for _ in range(3):
            try:
                outcome = await device.poll(["serial_no"])
            except DeviceUnreachable:
                continue
            for reading in outcome.readings:
                assert reading.value in (None, truth[reading.point])
        assert controller.say("fault clear") == "ok"
        assert (await device.poll(["serial_no"])).readings[0].value in truth.values()
