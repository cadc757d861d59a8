"""A wired meter as the core meets it: points from telegrams, batteries spared, one identity."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.errors import BadInput, DeviceUnreachable
from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.profile import Profile
from app.model.reading import DeviceId, Quality
from app.ports import Identity, PollOutcome
from app.profiles.loader import load_all
from drivers.mbus_tcp import DRIVER, options_of
from drivers.mbusdevice import PROFILE, MbusDevice, station_of
from drivers.mbusmaster import AUTOMATIC, MbusMaster
from tests.drivers.simulators.plant import Hands
from tests.drivers.wiredline import WiredLine, clock, sent, wired_line

DAY_S = 86400.0


def config(unit: int = 1, **options: Option) -> DeviceConfig:
    return DeviceConfig(
        DeviceId("cellar"), "Cellar", "Nord", LinkId("l"), unit, PROFILE, options=options
    )


def generic() -> Profile:
    return load_all().profile(PROFILE)


async def met(
    line: WiredLine, hands: Hands, unit: int = 1, /, **options: Option
) -> tuple[MbusDevice, Identity]:
    """Return a device as acquisition makes it: met once, then with its own points."""
    first = MbusDevice(line.master, config(unit, **options), generic(), hands)
    identity = await first.identify(())
    whole = replace(generic(), points=identity.points, told=frozenset(identity.points))
    device = MbusDevice(line.master, config(unit, **options), whole, hands)
    return device, await device.identify(())


def told(outcome: PollOutcome) -> dict[str, object]:
    return {str(r.point).partition(".")[2]: r.value for r in outcome.readings}


async def test_a_meter_says_who_it_is_and_what_it_measures() -> None:
    async with wired_line() as line:
        _device, identity = await met(line, Hands())
        meter = line.bus.meters[0]
        assert identity.profile == PROFILE
        assert identity.label.startswith("MULTICAL")
        assert identity.facts["serial"] == meter.secondary.id
        assert identity.facts["manufacturer"] == "KAM"
        assert identity.facts["medium"] == "heat"
        assert identity.facts["meter_profile"] == "kamstrup.multical"
        assert identity.facts["decoding"].startswith("not verified: its profile")
        assert identity.facts["supply"] == "mains"
        assert identity.facts["reads_per_day"] == "96"
        assert "shortest_interval" not in identity.facts, "only where a battery is spared"
        units = {spec.unit for spec in identity.points.values()}
        assert {"kWh", "m³", "m³/h", "kW", "°C", "K"} <= units


async def test_a_poll_brings_all_points_with_their_time() -> None:
    hands = Hands()
    async with wired_line() as line:
        device, identity = await met(line, hands)
        hands.pass_s(3600.0)
        outcome = await device.poll(())
        assert {key for key, value in told(outcome).items() if value is not None}
        orders = {key for key, spec in identity.points.items() if not spec.live}
        assert set(told(outcome)) == set(identity.points) - orders
        assert {reading.measured_at for reading in outcome.readings} == {hands.at}
        assert all(r.quality is Quality.GOOD for r in outcome.readings if r.value is not None)
        assert outcome.requests == 2, "two telegrams"
        assert outcome.faults == ()


async def test_the_readout_it_was_met_by_is_its_first_poll() -> None:
    hands = Hands()
    async with wired_line() as line:
        device, _identity = await met(line, hands)
        before = len(sent(line.link))
        assert (await device.poll(())).requests == 0
        assert len(sent(line.link)) == before
        assert (await device.poll(())).requests == 2, "asked again, it is read again"
        assert len(sent(line.link)) > before


async def test_points_nobody_knows_yet_are_not_told() -> None:
    async with wired_line() as line:
        device = MbusDevice(line.master, config(), generic(), Hands())
        await device.identify(())
        assert (await device.poll(())).readings == []


async def test_a_meter_with_a_battery_is_read_once_a_day() -> None:
    hands = Hands()
    async with wired_line() as line:
        device, identity = await met(line, hands, 3)
        assert identity.facts["supply"] == "battery"
        assert identity.facts["reads_per_day"] == "1"
        assert identity.facts["shortest_interval"] == "24 h"
        assert identity.interval_s == DAY_S
        hands.pass_s(3600.0)
        asked = len(sent(line.link))
        again = await device.identify(())
        assert again == identity
        assert [each.hex() for each in sent(line.link)[asked:]] == ["1040034316"]
        hands.pass_s(DAY_S)
        await device.identify(())
        assert sent(line.link)[-1][1] & 0x5B == 0x5B, "read again"


@pytest.mark.parametrize(
    ("options", "interval_s"),
    [
        ({}, 900.0),
        ({"interval_s": 60.0}, 60.0),
        ({"interval_s": 60.0, "supply": "battery"}, DAY_S),
        ({"interval_s": 7 * DAY_S, "supply": "battery"}, 7 * DAY_S),
        ({"supply": "mains"}, 900.0),
        ({"interval_s": True}, 900.0),
    ],
)
async def test_how_often_it_is_read(options: dict[str, Option], interval_s: float) -> None:
    async with wired_line() as line:
        _device, identity = await met(line, Hands(), 1, **options)
        assert identity.interval_s == interval_s
        assert float(identity.facts["reads_per_day"]) == pytest.approx(
            DAY_S / interval_s, rel=1e-4
        )


async def test_a_water_meter_on_the_mains_is_read_as_often_as_wished() -> None:
    async with wired_line() as line:
        _device, identity = await met(line, Hands(), 3, supply="mains", interval_s=60)
        assert identity.interval_s == 60.0


async def test_a_meter_is_reached_by_the_address_of_its_maker() -> None:
    async with wired_line(addressed=False) as line:
        wanted = line.bus.meters[3].secondary
        device, identity = await met(line, Hands(), 0, secondary=str(wanted))
        assert identity.facts["serial"] == wanted.id
        values = told(await device.poll(()))
        assert len(values) >= 5


async def test_silence_is_unreachable_and_names_the_device() -> None:
    async with wired_line(network_s=0.02) as line:
        device = MbusDevice(line.master, config(99), generic(), Hands())
        with pytest.raises(DeviceUnreachable, match="Cellar: no answer"):
            await device.identify(())


async def test_what_a_meter_took_makes_the_prediction_of_a_round() -> None:
    async with wired_line() as line:
        for unit in (1, 2, 3, 4):
            await met(line, Hands(), unit)
        predicted_s = line.master.round_s()
        assert 0.0 < predicted_s < 4.0
        for each in range(1, 5):
            line.master.rounds.learn(f"{each}", 0.5)
        assert line.master.round_s() != predicted_s


@pytest.mark.parametrize(
    ("unit", "options", "sentence"),
    [
        (251, {}, "Cellar: a primary address is a number from 0 to 250"),
        (253, {}, "Cellar: address 253 needs the meter's secondary address"),
        (1, {"secondary": "12"}, "Cellar: ‘12’ is no secondary address"),
        (1, {"patience_s": -1}, "Cellar: patience_s is a number of seconds"),
        (1, {"patience_s": "long"}, "Cellar: patience_s is a number of seconds"),
        (1, {"baud": "1000"}, "Cellar: baud is ‘auto’ or one of 300, 600"),
        (1, {"baud": "fast"}, "Cellar: baud is ‘auto’ or one of"),
    ],
)
def test_addresses_that_cannot_be_are_named(
    unit: int, options: dict[str, Option], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        station_of(config(unit, **options))


@pytest.mark.parametrize(
    ("options", "baud"),
    [({}, None), ({"baud": ""}, None), ({"baud": "auto"}, AUTOMATIC), ({"baud": "300"}, 300)],
)
def test_a_meter_has_the_rate_of_its_line_or_its_own(
    options: dict[str, Option], baud: int | None
) -> None:
    assert station_of(config(7, **options)).baud == baud
    assert station_of(config(253, secondary="12345678", **options)).baud == baud


LINE: dict[str, Option] = {"host": "127.0.0.1", "port": 10001}


def test_a_link_needs_an_address_and_knows_its_rates() -> None:
    found = options_of(LinkConfig(LinkId("l"), "mbus-tcp", "Bus", LINE))
    assert (found.baud, found.network_s, found.lapse) == (2400, 0.3, 1.0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"host": " "}, "link Bus: 'host' is missing"),
        ({"port": None}, "link Bus: 'port' must be a number"),
        ({"port": True}, "link Bus: 'port' must be a number"),
        ({"port": 70000}, "link Bus: 'port' must be a number"),
        ({"baud": 1000}, "link Bus: 'baud' must be one of 300, 600"),
        ({"baud": "2400"}, "link Bus: 'baud' must be one of"),
        ({"network_s": 0}, "link Bus: 'network_s' must lie within 0 and 60"),
        ({"network_s": "x"}, "link Bus: 'network_s' must lie within"),
        ({"connect_timeout_s": 61}, "link Bus: 'connect_timeout_s' must lie within"),
        ({"lapse": -1}, "link Bus: 'lapse' must lie within 0 and 10000"),
    ],
)
def test_options_of_a_link_that_cannot_be_are_named(
    change: dict[str, Option], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        options_of(LinkConfig(LinkId("l"), "mbus-tcp", "Bus", LINE | change))


async def test_the_driver_makes_links_and_devices_of_its_kind() -> None:
    async with wired_line() as line:
        options = LINE | {"port": line.server.port, "lapse": 1000.0}
        link = DRIVER.link(LinkConfig(LinkId("l"), DRIVER.kind, "Bus", options), clock)
        assert isinstance(link, MbusMaster)
        device = DRIVER.device(link, config(2), generic(), clock)
        identity = await device.identify(())
        assert identity.facts["serial"] == line.bus.meters[1].secondary.id
        before = link.connected
        assert link.frames()
        await link.close()
        assert (before, link.connected) == (True, False)
        await link.open()
        await link.close()


async def test_a_meter_read_before_is_spared_until_its_interval_is_over() -> None:
    hands = Hands()
    async with wired_line() as line:
        device, _identity = await met(line, hands, 3)
        began: datetime = hands.at
        while hands.at - began < timedelta(hours=20):
            hands.pass_s(7200.0)
            await device.identify(())
        readouts = [each for each in sent(line.link) if each[1] & 0x5B == 0x5B]
        assert len(readouts) == 1, "by that it was met, and got its points"
