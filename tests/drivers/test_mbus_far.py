"""A bus behind the internet, a process of its own: slow, lossy, cut in mid-frame."""

import pytest

from app.errors import DeviceUnreachable, GarbledAnswer
from drivers.links.mbus import MbusLink, dial_tcp
from drivers.mbus.asking import Timing
from drivers.mbusmaster import MbusMaster, Station
from tests.drivers.simulators.wire import Running, running
from tests.drivers.wiredline import clock


async def read_over(device: Running, faults: tuple[str, ...], network_s: float) -> None:
    timing = Timing(2400, network_s, 1000.0)
    link = MbusLink("far", dial_tcp(device.host, device.port), timing, 5.0, clock)
    master, numbers = MbusMaster(link), dict[int, str]()
    for unit in range(1, 5):
        (telegram, *_more) = (await master.read(Station(f"{unit}", unit))).telegrams
        numbers[unit] = telegram.address.id
    assert len(set(numbers.values())) == 4
    read = lost = 0
    for turn in range(24):
        device.say("fault clear")
        for fault in (*faults, *(("cut",) if turn % 8 == 7 else ())):
            device.say(f"fault {fault} on")
        unit = 1 + turn % 4
        try:
            readout = await master.read(Station(f"{unit}", unit))
        except (DeviceUnreachable, GarbledAnswer):
            lost += 1
            continue
        assert {each.address.id for each in readout.telegrams} == {numbers[unit]}
        assert {each.bus_address for each in readout.telegrams} == {unit}
        read += 1
    assert read >= 12
    assert lost >= 2, "those that were cut"
    device.say("fault clear")
    assert (await master.read(Station("1", 1))).telegrams, "it goes on as if nothing had been"
    await link.close()


@pytest.mark.feature("RD-70")
async def test_a_bus_behind_a_lossy_network_gives_no_wrong_values() -> None:
    with running("mbus", "--units", "4", "--lapse", "0") as device:
        await read_over(device, ("slow:50", "lost:20"), 0.15)


@pytest.mark.campaign
async def test_a_bus_a_second_away_gives_no_wrong_values() -> None:
    with running("mbus", "--units", "4", "--lapse", "0") as device:
        await read_over(device, ("slow:1000", "lost:5"), 1.5)
