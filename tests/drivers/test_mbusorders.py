"""What the standard lets be set at a meter, over the wires: sent once, read back, refused."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from app.errors import BadInput, DeviceRefused, DeviceUnreachable, NothingSent
from app.model.device import DeviceConfig, LinkId, Option
from app.model.plantclock import CLOCK_SHIFT
from app.model.point import Category
from app.model.reading import DeviceId
from app.ports import PollOutcome
from app.profiles.loader import load_all
from drivers.mbus.orders import ADDRESS, CLOCK, ORDERS, RESET, SELECTION
from drivers.mbusdevice import PROFILE, MbusDevice
from drivers.simulators.wiredmeter import WiredMeter
from tests.drivers.simulators.plant import Hands
from tests.drivers.wiredline import WiredLine, sent, wired_line


@dataclass
class Cellar:
    """A meter on a bus of three, and the device that speaks with it."""

    line: WiredLine
    device: MbusDevice
    hands: Hands

    @property
    def meter(self) -> WiredMeter:
        return self.line.bus.meters[0]

    async def told(self) -> dict[str, object]:
        """Return what a fresh readout says, by key."""
        self.hands.pass_s(60.0)
        return by_key(await self.device.poll(()))

    def orders(self) -> list[bytes]:
        return [each[6:-2] for each in sent(self.line.link) if each[:1] == b"\x68"]


def by_key(outcome: PollOutcome) -> dict[str, object]:
    return {str(each.point).partition(".")[2]: each.value for each in outcome.readings}


def device_of(
    line: WiredLine, place: int, hands: Hands, *, selected: bool, name: str
) -> MbusDevice:
    own = line.bus.meters[place].secondary
    options: dict[str, Option] = {"secondary": str(own)} if selected else {}
    unit = 253 if selected else place + 1
    config = DeviceConfig(DeviceId(name), name, "", LinkId("l"), unit, PROFILE, options=options)
    generic = load_all().profile(PROFILE)
    return MbusDevice(line.master, config, generic, hands)


@asynccontextmanager
async def cellar(*, selected: bool = True, place: int = 0) -> AsyncIterator[Cellar]:
    hands = Hands()
    async with wired_line(3, network_s=0.06, now=hands) as line:
        line.bus.meters[0], line.bus.meters[place] = (
            line.bus.meters[place],
            line.bus.meters[0],
        )
        first = device_of(line, 0, hands, selected=selected, name="Cellar")
        points = (await first.identify(())).points
        whole = replace(load_all().profile(PROFILE), points=points, told=frozenset(points))
        device = MbusDevice(line.master, first._config, whole, hands)
        yield Cellar(line, device, hands)


async def test_what_can_be_set_is_confirmed_needs_the_highest_right_and_warns() -> None:
    async with cellar() as here:
        points = (await here.device.identify(())).points
        assert set(points) >= ORDERS
        for key in ORDERS:
            spec = points[key]
            assert spec.write is not None
            assert (spec.write.confirm, spec.category) == (True, Category.ALL)
            assert spec.write.danger
            assert spec.listed
            assert spec.write.momentary is (key in {RESET, SELECTION}) is not spec.live
        assert points[CLOCK].role == CLOCK_SHIFT


async def test_an_address_is_read_set_once_and_read_back() -> None:
    async with cellar() as here:
        assert (await here.told())[ADDRESS] == 1.0
        await here.device.write(ADDRESS, 77.0)
        assert here.meter.address == 77
        assert (await here.told())[ADDRESS] == 77.0
        assert [each for each in here.orders() if b"\x01\x7a" in each] == [b"\x51\x01\x7a\x4d"]


async def test_an_address_of_another_meter_is_refused_before_anything_is_sent() -> None:
    async with cellar() as here:
        neighbour = device_of(here.line, 1, here.hands, selected=False, name="Attic")
        await neighbour.identify(())
        hidden = device_of(here.line, 2, here.hands, selected=True, name="Shed")
        await hidden.identify(())
        before = len(here.orders())
        for address, name in ((2.0, "Attic"), (3.0, "Shed")):
            with pytest.raises(
                DeviceRefused, match=f"Cellar: the address {address:g} belongs to {name}"
            ):
                await here.device.write(ADDRESS, address)
        assert len(here.orders()) == before
        await here.device.write(ADDRESS, 0.0)
        assert here.meter.address == 0, "the address of a meter as it comes from its maker"


async def test_a_meter_read_by_its_address_keeps_it() -> None:
    async with cellar(selected=False) as here:
        with pytest.raises(DeviceRefused, match="Cellar: it is read by its primary address"):
            await here.device.write(ADDRESS, 9.0)
        assert here.orders() == []


async def test_a_clock_is_told_ahead_of_utc_set_and_read_back() -> None:
    async with cellar() as here:
        here.meter.clock_shift = timedelta(minutes=57)
        assert (await here.told())[CLOCK] in (56.0, 57.0)
        await here.device.write(CLOCK, 60.0)
        shift = (await here.told())[CLOCK]
        assert isinstance(shift, float)
        assert abs(shift - 60.0) <= 1.0
        assert abs(here.meter.clock_shift - timedelta(hours=1)) <= timedelta(seconds=31)


async def test_a_meter_without_a_clock_has_none_to_set() -> None:
    async with cellar(place=2) as here:
        points = (await here.device.identify(())).points
        tells_one = any(
            each.heading.quantity == "date and time"
            for each in here.line.master.newest[here.device._station.key][1]
            .telegrams[0]
            .body.records
        )
        assert (CLOCK in points) is tells_one


async def test_a_readout_is_restricted_and_whole_again_after_a_reset() -> None:
    async with cellar() as here:
        whole = await here.told()
        await here.device.write(SELECTION, 3.0)
        only = await here.told()
        assert len(only) < len(whole)
        assert set(only) < set(whole)
        assert any(key.startswith("energy") for key in only)
        await here.device.write(RESET, 0.0)
        again = await here.told()
        assert set(again) == set(whole)
        await here.device.write(RESET, 16.0)
        assert here.orders()[-1] == b"\x50\x10"


async def test_what_a_meter_does_not_tell_cannot_be_chosen() -> None:
    async with cellar() as here:
        await here.device.write(SELECTION, 2.0)
        await here.told()
        with pytest.raises(BadInput, match="Cellar: it tells none of these values"):
            await here.device.write(SELECTION, 1.0)


async def test_an_order_whose_answer_is_lost_was_sent_once() -> None:
    async with cellar() as here:
        await here.told()
        here.meter.vanishes = True
        with pytest.raises(DeviceUnreachable, match="it is not known whether the meter took"):
            await here.device.write(ADDRESS, 9.0)
        assert len([each for each in here.orders() if b"\x01\x7a" in each]) == 1
        assert here.meter.address == 9


async def test_nothing_is_ordered_of_a_meter_nobody_read_yet() -> None:
    async with wired_line(1) as line:
        device = device_of(line, 0, Hands(), selected=True, name="Cellar")
        with pytest.raises(NothingSent, match="Cellar: it was not read yet"):
            await device.write(RESET, 0.0)
        assert sent(line.link) == []
