"""Our wired master against a slave nobody here wrote; skipped loudly where none is named."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.errors import DeviceUnreachable
from drivers.links.mbus import MbusLink, dial_tcp
from drivers.mbus.asking import Secondary, Timing
from drivers.mbusmaster import MbusMaster, Readout, Station
from drivers.mbussearch import Progress, Search
from tests.drivers.peers.mbusslave import foreign_slave
from tests.drivers.wiredline import clock

ADDRESS, NUMBER = 5, "12345678"
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(300)]


@asynccontextmanager
async def line() -> AsyncIterator[MbusLink]:
    with foreign_slave(ADDRESS) as place:
        host, _colon, port = place.rpartition(":")
        link = MbusLink(place, dial_tcp(host, int(port)), Timing(2400, 0.3), 5.0, clock)
        await link.open()
        try:
            yield link
        finally:
            await link.close()


def told(readout: Readout) -> dict[str, float | None]:
    records = [record for each in readout.telegrams for record in each.body.records]
    return {f"{each.heading.quantity}, {each.heading.unit}": each.value for each in records}


def quiet(_progress: Progress) -> None:
    """Nobody looks on."""


async def test_it_is_read_by_its_primary_address_again_and_again() -> None:
    async with line() as link:
        master = MbusMaster(link)
        readouts = [await master.read(Station("foreign", ADDRESS)) for _turn in range(5)]
    values = [told(each) for each in readouts]
    assert values[0]
    assert all(each == values[0] for each in values)
    assert {each.address.id for readout in readouts for each in readout.telegrams} == {NUMBER}


async def test_it_is_selected_by_its_secondary_address_and_read() -> None:
    async with line() as link:
        master = MbusMaster(link)
        by_number = Secondary.parsed(NUMBER)
        readout = await master.read(Station("foreign", None, by_number))
    assert readout.telegrams[0].address.id == NUMBER
    assert told(readout)


async def test_nobody_else_answers_for_it() -> None:
    async with line() as link:
        with pytest.raises(DeviceUnreachable):
            await MbusMaster(link).read(Station("nobody", ADDRESS + 1))


async def test_a_search_by_wildcards_finds_it_once() -> None:
    """Whatever else it takes for its own number."""
    async with line() as link:
        search = Search(link, quiet, Secondary.parsed("1234FFFF"))
        await search.secondary()
    assert [each.secondary.id for each in search.found] == [NUMBER]
    assert search.found[0].primary == ADDRESS
