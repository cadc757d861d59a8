"""A serial port on the network: set as M-Bus wants it, bytes through telnet unharmed."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NothingSent
from app.model.device import LinkConfig, LinkId, Option
from drivers.links.mbus import MbusLink
from drivers.links.rfc2217 import Telnet, dial_rfc2217, escaped
from drivers.mbus.asking import Timing
from drivers.mbus_rfc2217 import DRIVER
from drivers.mbusmaster import AUTOMATIC, MbusMaster, Station
from drivers.mbussearch import Search
from tests.drivers.telnetbus import TelnetBus, telnet_bus
from tests.drivers.wiredline import clock


def link_to(served: TelnetBus, baud: int = 2400) -> MbusLink:
    dial = dial_rfc2217("127.0.0.1", served.port, baud)
    return MbusLink("there", dial, Timing(baud, 0.1, 1000.0), 3.0, clock)


class Ear(asyncio.Protocol):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard = b""
        self.over = False

    def data_received(self, data: bytes) -> None:
        self.heard += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.over = True


class Wire(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""

    def write(self, data: Any) -> None:
        self.written += bytes(data)


async def test_a_line_is_set_to_eight_even_one_and_its_rate_before_anything_is_said() -> None:
    async with telnet_bus() as served:
        link = link_to(served)
        await link.open()
        assert served.set_to == {2: 8, 3: 3, 4: 1, 1: 2400}
        assert served.heard == b""
        await link.close()


async def test_meters_are_read_through_it() -> None:
    async with telnet_bus() as served:
        master = MbusMaster(link_to(served))
        for unit in (1, 2, 3, 4):
            readout = await master.read(Station(f"{unit}", unit))
            numbers = {each.address.id for each in readout.telegrams}
            assert numbers == {served.bus.meters[unit - 1].secondary.id}
        await master.close()


async def test_meters_at_another_rate_are_found_when_the_line_is_set_to_it() -> None:
    async with telnet_bus(3, baud=300) as served:
        found = {}
        for baud in (2400, 300):
            link = link_to(served, baud)
            search = Search(link)
            await search.primary(0, 5)
            found[baud] = [meter.primary for meter in search.found]
            await link.close()
        assert found == {2400: [], 300: [1, 2, 3]}


async def test_meters_of_two_rates_are_read_through_one_line() -> None:
    async with telnet_bus() as served:
        served.bus.meters[2].baud = 9600
        master = MbusMaster(link_to(served))
        fast, found = Station("3", 3, baud=9600), Station("3", 3, baud=AUTOMATIC)
        for station, rate in ((Station("1", 1), 2400), (fast, 9600), (Station("2", 2), 2400)):
            assert (await master.read(station)).telegrams
            assert served.set_to[1] == rate
        master.forget(fast)
        assert (await master.read(found)).telegrams, "found by trying"
        await master.close()


async def test_a_rate_the_server_does_not_set_is_told_and_nothing_is_sent() -> None:
    async with telnet_bus() as served:
        link = link_to(served)
        await link.open()
        served.only_baud, before = 2400, served.heard
        with pytest.raises(NothingSent, match="does not set 300 Bd"):
            await link.exchange(b"\x10\x40\x01\x41\x16", timing=Timing(300, 0.1, 1000.0))
        assert served.heard == before
        await link.close()


async def test_a_server_without_serial_ports_is_named() -> None:
    async with telnet_bus(knows_ports=False) as served:
        link = link_to(served)
        with pytest.raises(NothingSent, match="does not set 2400 Bd"):
            await link.open()
        await link.close()


async def test_a_server_that_sets_another_rate_is_not_believed() -> None:
    async with telnet_bus() as served:
        served.only_baud = 9600
        link = link_to(served)
        with pytest.raises(NothingSent, match="does not set 2400 Bd"):
            await link.open()
        await link.close()


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(100):
            pass
        writer.close()

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    dial = dial_rfc2217("127.0.0.1", port, 2400)
    link = MbusLink("there", dial, Timing(2400, 0.1), 0.2, clock)
    with pytest.raises(NothingSent, match=r"no connection within 0\.2 s"):
        await link.open()
    await link.close()
    server.close()
    await asyncio.sleep(0.05)


async def test_the_driver_of_the_kind_makes_such_links() -> None:
    async with telnet_bus() as served:
        options: dict[str, Option] = {"host": "127.0.0.1", "port": served.port}
        options["lapse"] = 1000.0
        link = DRIVER.link(LinkConfig(LinkId("l"), DRIVER.kind, "Bus", options), clock)
        assert isinstance(link, MbusMaster)
        assert (await link.read(Station("1", 1))).telegrams
        await link.close()


def heard_of(pieces: list[bytes]) -> bytes:
    """Return what is left of the line's bytes when they come in these pieces."""

    async def hear() -> bytes:
        ear, wire = Ear(), Wire()
        telnet = Telnet(ear, 2400)
        telnet.connection_made(wire)
        for piece in pieces:
            telnet.data_received(piece)
        telnet.connection_lost(None)
        assert ear.over
        assert telnet.ready.exception() is not None
        return ear.heard

    return asyncio.run(hear())


@given(st.binary(max_size=60), st.lists(st.integers(0, 120), max_size=5))
def test_bytes_come_through_unharmed_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    whole = escaped(data)
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    pieces = [whole[a:b] for a, b in pairwise(places)]
    assert heard_of(pieces) == data


@pytest.mark.parametrize(
    "command", [b"\xff\xf1", b"\xff\xfd\x18", b"\xff\xfb\x01", b"\xff\xfa\x2c\x6a\x01\xff\xf0"]
)
def test_telnets_own_words_are_no_bytes_of_the_line(command: bytes) -> None:
    assert heard_of([b"ab" + command + b"cd"]) == b"abcd"
    assert heard_of([b"ab" + command[:2], command[2:] + b"cd"]) == b"abcd"


@given(st.binary(max_size=300))
def test_nothing_a_server_says_makes_it_stumble(data: bytes) -> None:
    assert len(heard_of([data])) <= len(data)


def test_what_is_offered_and_not_wanted_is_declined() -> None:
    async def talk() -> bytes:
        wire = Wire()
        telnet = Telnet(Ear(), 2400)
        telnet.connection_made(wire)
        wire.written = b""
        telnet.data_received(b"\xff\xfd\x18\xff\xfb\x01")
        telnet.ready.cancel()
        return wire.written

    assert asyncio.run(talk()) == b"\xff\xfc\x18\xff\xfe\x01"
