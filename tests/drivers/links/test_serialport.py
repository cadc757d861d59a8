"""A serial port of this computer: opened alone, set as M-Bus wants it, its rate changed."""

import asyncio
import sys
from pathlib import Path

import pytest
import serialx

from app.errors import BadInput, DeviceUnreachable, NothingSent
from app.model.device import LinkConfig, LinkId, Option
from drivers.links.mbus import Listen, MbusLink
from drivers.links.portname import is_port
from drivers.links.serialport import dial_serial
from drivers.mbus.asking import SND_NKE, Timing, short_frame
from drivers.mbus_serial import DRIVER, options_of
from drivers.mbusmaster import AUTOMATIC, MbusMaster, Station
from drivers.mbussearch import Search
from drivers.simulators.busserver import LineSpeed
from drivers.simulators.busterminal import BusTerminal
from drivers.simulators.faults import Fault
from drivers.simulators.wiredbus import WiredBus, seeded_meters
from tests.drivers.terminal import DeafTerminal
from tests.drivers.wiredline import clock

NKE = short_frame(SND_NKE, 1)
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")


def link_to(name: str, baud: int = 2400, network_s: float = 0.05) -> MbusLink:
    return MbusLink(name, dial_serial(name, baud), Timing(baud, network_s, 1000.0), 3.0, clock)


async def terminal_with(count: int, baud: int = 2400) -> BusTerminal:
    bus = WiredBus(seeded_meters(count, 3, baud, addressed=True), clock)
    terminal = BusTerminal("", 0, bus, 3, LineSpeed(baud, 0.0))
    await terminal.start()
    return terminal


@pytest.mark.parametrize("name", ["COM3", "com12", "/dev/ttyUSB0", "/dev/serial/by-id/usb-1"])
def test_names_of_ports(name: str) -> None:
    assert is_port(name)
    assert not is_port(f"{name} x")


@pytest.mark.parametrize("name", ["", "COM", "COM0", "ttyUSB0", "10.0.0.7:4001", "socket://x"])
def test_what_is_no_port(name: str) -> None:
    assert not is_port(name)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"device": None}, "link Bus: ‘device’ is no serial port such as COM3"),
        ({"device": "ttyUSB0"}, "link Bus: ‘device’ is no serial port"),
        ({"device": 3}, "link Bus: ‘device’ is no serial port"),
        ({"baud": 1000}, "link Bus: 'baud' must be one of 300, 600"),
        ({"network_s": 0}, "link Bus: 'network_s' must lie within"),
    ],
)
def test_options_that_cannot_be_are_named(change: dict[str, Option], sentence: str) -> None:
    given: dict[str, Option] = {"device": "COM3", **change}
    with pytest.raises(BadInput, match=sentence):
        options_of(LinkConfig(LinkId("l"), DRIVER.kind, "Bus", given))


def test_options_have_usual_values() -> None:
    found = options_of(LinkConfig(LinkId("l"), DRIVER.kind, "Bus", {"device": " COM3 "}))
    assert (found.device, found.baud, found.network_s) == ("COM3", 2400, 0.1)


@posix
@pytest.mark.parametrize("baud", [300, 1200, 2400, 9600, 38400])
async def test_a_port_is_set_to_its_rate(baud: int) -> None:
    with DeafTerminal() as port:
        for _time in range(2):
            link = link_to(port.name, baud)
            await link.open()
            assert port.baud == baud
            assert link.switchable
            await link.close()
            assert not port.open


async def test_a_port_is_set_to_eight_even_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    async def refusing(_loop: object, _made: object, *place: object, parity: object) -> None:
        asked.append((*place, parity))
        raise FileNotFoundError

    monkeypatch.setattr(serialx, "create_serial_connection", refusing)
    link = link_to("/dev/ttyS0", 300)
    with pytest.raises(NothingSent, match="this computer has no such port"):
        await link.open()
    assert asked == [("/dev/ttyS0", 300, serialx.Parity.EVEN)], "with eight bits and one stop"


@posix
async def test_meters_are_read_through_a_port() -> None:
    terminal = await terminal_with(3)
    master = MbusMaster(link_to(terminal.address))
    for unit in (1, 2, 3):
        readout = await master.read(Station(f"{unit}", unit))
        numbers = {each.address.id for each in readout.telegrams}
        assert numbers == {terminal._bus.meters[unit - 1].secondary.id}
    await master.close()
    await terminal.stop()
    await terminal.stop()


@posix
async def test_meters_of_several_rates_on_one_bus_are_met_at_their_own() -> None:
    terminal = await terminal_with(4)
    for meter, baud in zip(terminal._bus.meters, (2400, 300, 9600, 300), strict=True):
        meter.baud = baud
    master = MbusMaster(link_to(terminal.address, network_s=0.03))
    stations = [
        Station("1", 1),
        Station("2", 2, baud=300),
        Station("3", 3, baud=AUTOMATIC),
        Station("4", secondary=terminal._bus.meters[3].secondary, baud=AUTOMATIC),
    ]
    for _round in range(2):
        asked = master.link.figures.requests
        for station in stations:
            assert (await master.read(station)).telegrams
    assert master.link.figures.requests - asked <= 6, "the second time nobody is looked for"
    assert [master.timing(each).baud for each in stations] == [2400, 300, 9600, 300]
    await master.close()
    await terminal.stop()


@posix
async def test_a_search_finds_nobody_of_another_rate() -> None:
    terminal = await terminal_with(3, baud=300)
    found = {}
    for baud in (2400, 300):
        link = link_to(terminal.address, baud, 0.02)
        search = Search(link)
        await search.primary(0, 4)
        found[baud] = [meter.primary for meter in search.found]
        await link.close()
    assert found == {2400: [], 300: [1, 2, 3]}
    await terminal.stop()


@posix
async def test_faults_of_a_line_come_through_a_port() -> None:
    terminal = await terminal_with(1)
    master = MbusMaster(link_to(terminal.address))
    terminal.faults.add(Fault.parsed("echo"))
    assert (await master.read(Station("1", 1))).telegrams
    assert master.link.figures.echoes > 0
    terminal.faults.clear()
    terminal.faults.add(Fault.parsed("silent"))
    with pytest.raises(DeviceUnreachable, match="1: no answer"):
        await master.read(Station("1", 1))
    await master.close()
    await terminal.stop()


async def test_a_port_that_is_not_there_is_named() -> None:
    link = link_to("/dev/no-such-port")
    with pytest.raises(NothingSent, match="this computer has no such port"):
        await link.open()
    assert not link.connected
    await link.close()


@posix
async def test_a_port_is_opened_by_one_program_at_a_time() -> None:
    with DeafTerminal() as port:
        first, second = link_to(port.name), link_to(port.name)
        await first.open()
        with pytest.raises(NothingSent, match="another program has opened the port"):
            await second.open()
        await first.close()
        await second.open()
        await second.close()


@posix
async def test_what_is_no_port_is_told(tmp_path: Path) -> None:
    (file := tmp_path / "file").touch()
    link = link_to(str(file))
    with pytest.raises(NothingSent, match="the port cannot be opened"):
        await link.open()
    await link.close()


@posix
async def test_an_adapter_that_is_pulled_out_is_lost_and_met_again() -> None:
    with DeafTerminal() as port:
        link = link_to(port.name)
        await link.open()
        asking = asyncio.ensure_future(
            link.exchange(NKE, Listen.FRAME, Timing(2400, 5.0, 1000.0))
        )
        await asyncio.sleep(0.05)
        assert port.said == NKE
        port.pull_out()
        with pytest.raises(DeviceUnreachable, match="the connection was lost"):
            await asking
        assert not link.connected
        with pytest.raises(NothingSent):
            await link.exchange(NKE)
        await link.close()


@posix
async def test_the_driver_of_the_kind_makes_such_links() -> None:
    terminal = await terminal_with(1)
    options: dict[str, Option] = {"device": terminal.address, "lapse": 1000.0}
    link = DRIVER.link(LinkConfig(LinkId("l"), DRIVER.kind, "Bus", options), clock)
    assert isinstance(link, MbusMaster)
    assert (await link.read(Station("1", 1))).telegrams
    await link.close()
    await terminal.stop()
