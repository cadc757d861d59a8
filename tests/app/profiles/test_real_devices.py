"""Profiles against real servers: meters show sane values, a clock is set over leap day."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.model.device import DeviceConfig, LinkConfig, LinkId, Option
from app.model.plantclock import clock_drift, clock_writes, local_of, shown_time
from app.model.profile import Profile
from app.model.reading import DeviceId, Quality, Reading, split_point
from app.ports import Polled, Writable
from app.profiles.loader import load_all
from app.profiles.resolve import resolve
from drivers.modbus_tcp import DRIVER
from tests.drivers.simulators.wire import Running, running

PROFILES = load_all().profiles
CLOCK = ("clock_year", "clock_month", "clock_day", "clock_hour", "clock_minute")
A_MINUTE = timedelta(minutes=1)
COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def now() -> datetime:
    return datetime.now(UTC)


class Talk:
    """A device on its link, asked as the core asks it."""

    def __init__(self, device: object) -> None:
        assert isinstance(device, Polled)
        assert isinstance(device, Writable)
        self._polled: Polled = device
        self._writable: Writable = device

    async def read(self, keys: Collection[str]) -> dict[str, Reading]:
        outcome = await self._polled.poll(keys)
        assert outcome.faults == ()
        return {split_point(reading.point)[1]: reading for reading in outcome.readings}

    async def clock(self) -> datetime:
        readings = await self.read(CLOCK)
        shown = shown_time(*(int(float(str(readings[key].value))) for key in CLOCK))
        assert shown is not None
        return shown

    async def set_clock(self, target: datetime) -> None:
        for write in clock_writes(await self.clock(), target):
            await self._writable.write(f"clock_{write.part.value}", write.value)


@asynccontextmanager
async def talking(server: Running, profile: Profile) -> AsyncIterator[Talk]:
    options: dict[str, Option] = {"host": server.host, "port": server.port}
    link = DRIVER.link(LinkConfig(LinkId("l"), "modbus-tcp", "Nordvej", options), now)
    config = DeviceConfig(DeviceId("d"), "Ahornvej 14", "", LinkId("l"), 1, profile.id)
    await link.open()
    try:
        yield Talk(DRIVER.device(link, config, profile, now))
    finally:
        await link.close()


async def test_a_controller_s_clock_is_right_and_can_be_set_over_leap_day_and_back() -> None:
    leap_day = datetime(2028, 2, 29, 23, 30)  # noqa: DTZ001 – a controller knows no zone
    with running("ecl310") as server:
        async with talking(server, PROFILES["danfoss.ecl310.a266_1"]) as controller:
            assert abs(clock_drift(await controller.clock(), now(), COPENHAGEN).drift_s) <= 5
            await controller.set_clock(leap_day)
            assert timedelta() <= await controller.clock() - leap_day <= A_MINUTE
            right = local_of(now(), COPENHAGEN).replace(second=0, microsecond=0)
            await controller.set_clock(right)
            assert timedelta() <= await controller.clock() - right <= A_MINUTE


@pytest.mark.parametrize(
    ("model", "name", "options", "sane"),
    [
        (
            "multical",
            "kamstrup.multical_x03",
            {"energy_unit": "kWh", "power_unit": "kW", "flow_unit": "l/h"},
            {"t1": (40, 130), "t2": (5, 70), "power": (0, 500), "flow_v1": (0, 20_000)},
        ),
        (
            "sdm630",
            "eastron.sdm630",
            {},
            {"u1": (200, 250), "freq": (49, 51), "pf_total": (-1, 1), "p_total": (0, 50_000)},
        ),
        (
            "em24",
            "gavazzi.em24_e1",
            {},
            {"u1": (200, 250), "freq": (49, 51), "pf": (-1, 1), "p_total": (0, 50_000)},
        ),
    ],
)
async def test_a_meter_is_read_whole_and_shows_sane_values(
    model: str, name: str, options: dict[str, Option], sane: dict[str, tuple[float, float]]
) -> None:
    profile = resolve(PROFILES[name], options)
    with running("modbus-meter", "--model", model) as server:
        async with talking(server, profile) as meter:
            readings = await meter.read(profile.points)
    assert set(readings) == set(profile.points)
    for key, (low, high) in sane.items():
        value = readings[key].value
        assert readings[key].quality is Quality.GOOD
        assert isinstance(value, float)
        assert low <= value <= high, key
    bad = {reading.reason for reading in readings.values() if reading.quality is Quality.BAD}
    assert bad <= {"not-a-number"}  # what the meter does not have


async def test_phases_of_a_meter_add_up_to_the_whole() -> None:
    profile = PROFILES["gavazzi.em24_e1"]
    with running("modbus-meter", "--model", "em24") as server:
        async with talking(server, profile) as meter:
            readings = await meter.read(("p1", "p2", "p3", "p_total"))
    watts = {key: float(str(reading.value)) for key, reading in readings.items()}
    assert watts["p1"] + watts["p2"] + watts["p3"] == pytest.approx(watts["p_total"], rel=0.05)
