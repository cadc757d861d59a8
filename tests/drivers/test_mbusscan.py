"""A search at one rate after the other, over a real serial line of meters at several."""

import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from app.model.device import LinkConfig, LinkId
from app.model.scan import USUAL_RATES, ScanFound, ScanWish
from drivers.links.mbus import MbusLink
from drivers.links.serialport import dial_serial
from drivers.mbus.asking import Timing
from drivers.mbusscan import BusScan
from drivers.simulators.busserver import LineSpeed
from drivers.simulators.busterminal import BusTerminal
from drivers.simulators.wiredbus import WiredBus, seeded_meters
from drivers.simulators.wiredmeter import WiredMeter
from tests.drivers.wiredline import clock, wired_line

posix = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
BUS = LinkConfig(LinkId("bus"), "mbus-serial", "Bus", {"device": "COM3"})
IN_TURN = ScanWish(BUS, in_turn=True)


@dataclass
class Mixed:
    """A bus whose meters speak at different rates, and the way to it."""

    meters: list[WiredMeter]
    link: MbusLink

    def numbers(self) -> list[str]:
        return [each.secondary.id for each in self.meters]


@asynccontextmanager
async def mixed(rates: Iterable[int], line: int = 2400) -> AsyncIterator[Mixed]:
    meters = [
        meter
        for seed, rate in enumerate(rates, 3)
        for meter in seeded_meters(1, seed, rate, addressed=True)
    ]
    terminal = BusTerminal("", 0, WiredBus(meters, clock), 3, LineSpeed(line, 0.0))
    await terminal.start()
    timing = Timing(line, 0.05, 1000.0)
    link = MbusLink(terminal.address, dial_serial(terminal.address, line), timing, 3.0, clock)
    await link.open()
    try:
        yield Mixed(meters, link)
    finally:
        await link.close()
        await terminal.stop()


def by_number(found: Iterable[ScanFound]) -> dict[str, int]:
    return {each.number: each.baud for each in found}


@posix
@pytest.mark.feature("BEYOND-15")
async def test_meters_of_three_rates_are_found_in_one_search() -> None:
    async with mixed(USUAL_RATES) as bus:
        scan = BusScan(bus.link, IN_TURN)
        await scan.run()
        progress = scan.progress()
    # Of a meter at the line's own rate nothing has to be kept.
    assert by_number(progress.found) == dict(zip(bus.numbers(), (0, 300, 9600), strict=True))
    assert progress.share == pytest.approx(1.0)
    assert progress.baud == 9600, "at which was asked last"


@posix
async def test_without_that_wish_only_the_line_s_rate_is_asked() -> None:
    async with mixed(USUAL_RATES) as bus:
        scan = BusScan(bus.link, ScanWish(BUS))
        await scan.run()
        progress = scan.progress()
    assert list(by_number(progress.found)) == bus.numbers()[:1]
    assert progress.baud == 2400


@posix
async def test_a_line_of_another_rate_is_asked_at_its_own_first() -> None:
    async with mixed((1200, 300), line=1200) as bus:
        scan = BusScan(bus.link, IN_TURN)
        assert scan.progress().share == 0.0
        await scan.run()
        found = by_number(scan.progress().found)
    assert found == dict(zip(bus.numbers(), (0, 300), strict=True))


async def test_a_server_whose_rate_is_its_own_is_searched_once() -> None:
    """Raw TCP: asking it at another rate would only be another patience."""
    async with wired_line(2, network_s=0.05) as line:
        await line.link.open()
        scan = BusScan(line.link, IN_TURN)
        await scan.run()
        progress = scan.progress()
    assert len(progress.found) == 2
    assert {each.baud for each in progress.found} == {0}
    assert progress.share == pytest.approx(1.0)


async def test_a_rest_holds_for_every_rate() -> None:
    async with wired_line(1) as line:
        scan = BusScan(line.link, IN_TURN)
        scan.rest(resting=True)
        assert not any(each.going.is_set() for each in scan._searches)
        scan.rest(resting=False)
        assert all(each.going.is_set() for each in scan._searches)
