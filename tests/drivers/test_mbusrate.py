"""A meter is told another baud rate over a real serial line, and met at it or the old one."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import pytest

from app.acquisition.choosing import ProfileChooser
from app.acquisition.service import Acquisition
from app.compose.core import utc_now
from app.errors import BadInput, DeviceRefused, DeviceUnreachable, NothingSent
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option, Presence
from app.model.point import Category, ValueKind
from app.model.reading import DeviceId, PointId
from app.pointtable import PointTable
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from drivers.links.mbus import MbusLink
from drivers.links.serialport import dial_serial
from drivers.mbus.asking import CI_BAUD, Timing
from drivers.mbus.orders import RATE
from drivers.mbus_serial import DRIVER
from drivers.mbusdevice import PROFILE, MbusDevice
from drivers.mbusmaster import AUTOMATIC, MbusMaster, Station
from drivers.mbusrate import change_rate
from drivers.simulators import wiredmeter
from drivers.simulators.busserver import LineSpeed
from drivers.simulators.busterminal import BusTerminal
from drivers.simulators.wiredbus import WiredBus, seeded_meters
from tests.drivers.simulators.wire import running
from tests.drivers.wiredline import clock, wired_line
from tests.plant import until

METER = DeviceId("cellar")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


@dataclass
class Line:
    """Two meters at 2400 Bd behind a pseudo-terminal, and a master."""

    bus: WiredBus
    master: MbusMaster

    @property
    def first(self) -> Station:
        return Station("Cellar", 1, None, baud=AUTOMATIC)

    def orders(self) -> list[bytes]:
        told = [each.data for each in self.master.frames() if each.sent]
        return [each[6:-2] for each in told if each[:1] == b"\x68"]


@asynccontextmanager
async def serial_line() -> AsyncIterator[Line]:
    bus = WiredBus(seeded_meters(2, 3, 2400, addressed=True), clock)
    terminal = BusTerminal("", 0, bus, 3, LineSpeed(2400, 0.0))
    await terminal.start()
    timing = Timing(2400, 0.05, 1000.0)
    link = MbusLink(terminal.address, dial_serial(terminal.address, 2400), timing, 3.0, clock)
    await link.open()
    try:
        yield Line(bus, MbusMaster(link))
    finally:
        await link.close()
        await terminal.stop()


@pytest.mark.parametrize("baud", [300, 9600])
async def test_a_meter_is_told_once_and_answers_at_the_new_rate(baud: int) -> None:
    async with serial_line() as line:
        await change_rate(line.master, line.first, baud)
        assert [each.baud for each in line.bus.meters] == [baud, 2400]
        assert line.orders() == [bytes((CI_BAUD[baud],))]
        assert line.master.timing(line.first).baud == baud
        assert (await line.master.read(line.first)).telegrams
        other = Station("Attic", 2)
        assert (await line.master.read(other)).telegrams, "at the rate of its own"
        assert (await line.master.read(line.first)).telegrams


async def test_a_meter_that_stays_at_its_rate_is_met_there_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wiredmeter, "_RATES", {CI_BAUD[9600]: 2400})
    async with serial_line() as line:
        with pytest.raises(DeviceRefused, match="9600 Bd, and goes on at 2400 Bd"):
            await change_rate(line.master, line.first, 9600)
        assert line.master.timing(line.first).baud == 2400
        assert (await line.master.read(line.first)).telegrams


async def test_a_meter_that_knows_no_such_order_keeps_its_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It answers nothing: at the new rate nobody is heard, at the old one it is."""
    monkeypatch.setattr(wiredmeter, "_RATES", {})
    async with serial_line() as line:
        with pytest.raises(DeviceRefused, match="goes on at 2400 Bd"):
            await change_rate(line.master, line.first, 9600)
        assert line.orders() == [bytes((CI_BAUD[9600],))]


async def test_an_order_whose_acknowledgement_is_lost_is_judged_by_where_it_answers() -> None:
    async with serial_line() as line:
        meter = line.bus.meters[0]
        meter.vanishes = True
        with pytest.raises(
            DeviceUnreachable, match="it was told to speak at 4800 Bd it answers"
        ):
            await change_rate(line.master, line.first, 4800)
        assert len(line.orders()) == 1, "never told again by itself"
        meter.silent = False
        await line.master.greet(line.first)
        assert line.master.timing(line.first).baud == 4800, "found where it went"


async def test_nothing_is_told_to_a_meter_that_is_silent_or_at_a_rate_the_line_lacks() -> None:
    async with serial_line() as line:
        line.bus.meters[0].silent = True
        with pytest.raises(NothingSent):
            await change_rate(line.master, line.first, 9600)
        with pytest.raises(BadInput, match="1000 is no baud rate of M-Bus"):
            await change_rate(line.master, line.first, 1000)
        assert line.orders() == []


async def test_only_where_it_would_be_found_again_can_a_rate_be_told() -> None:
    async with serial_line() as line:
        fixed = Station("Cellar", 1, None, baud=2400)
        with pytest.raises(DeviceRefused, match="found by trying"):
            await change_rate(line.master, fixed, 9600)
        assert line.orders() == []
    async with wired_line(1) as behind:  # a serial server whose rate nobody sets from here
        with pytest.raises(DeviceRefused, match="nothing was sent"):
            await change_rate(behind.master, replace(behind.station(1), baud=AUTOMATIC), 9600)


@pytest.mark.parametrize("options", [{"baud": "auto"}, {}])
async def test_the_setting_is_offered_where_it_can_be_followed(
    options: dict[str, Option],
) -> None:
    async with serial_line() as line:
        config = DeviceConfig(METER, "Cellar", "", LinkId("l"), 1, PROFILE, options=options)
        device = MbusDevice(line.master, config, load_all().profile(PROFILE), clock)
        spec = (await device.identify(())).points.get(RATE)
        if not options:
            assert spec is None
            return
        assert spec is not None
        assert spec.write is not None
        assert (spec.kind, spec.category) == (ValueKind.CHOICE, Category.ALL)
        assert set(spec.write.allow) == set(CI_BAUD) == set(spec.choices)
        assert (spec.write.confirm, bool(spec.write.danger)) == (True, True)


async def test_through_the_core_the_new_rate_is_read_back_from_a_real_line() -> None:
    with running("mbus", "--units", "2", "--lapse", "0", "--pty") as bus:
        line: dict[str, Option] = {"device": bus.host, "network_s": 0.05, "lapse": 1000.0}
        link = LinkConfig(LinkId("bus"), DRIVER.kind, "Bus", line)
        auto: dict[str, Option] = {"baud": "auto", "supply": "mains"}
        meter = DeviceConfig(METER, "Cellar", "", link.id, 1, PROFILE, options=auto)
        table = PointTable()
        chooser = ProfileChooser(load_all().profiles, resolve)
        acquisition = Acquisition(table, [DRIVER], chooser, utc_now)
        await acquisition.apply([link], [meter])

        def present() -> bool:
            standing = acquisition.standing_of(METER)
            return standing is not None and standing.presence is Presence.ON

        try:
            await until(present, 40.0)
            shown = table.latest(PointId(f"{METER}.{RATE}"))
            assert shown is not None
            assert shown.value == 2400.0
            await acquisition.write(METER, RATE, 9600.0)
            told = await acquisition.read_now(METER, [RATE])
            assert {each.value for each in told if each.point.endswith(RATE)} == {9600.0}
        finally:
            await acquisition.stop()
