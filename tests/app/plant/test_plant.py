"""What screens see of the plant: devices, values, clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput, NotPermitted
from app.model.device import Presence
from app.model.profile import ClockPlaces
from app.model.reading import DeviceId, Quality
from app.plant.clocks import clock_standing
from tests.fakes.driver import FakePlant
from tests.minicore import mini_core
from tests.people import person
from tests.plant import DEVICE, LUND, NOON, SUPPLY, device, until

PLACES = ClockPlaces("hour", "minute", "day", "month", "year")
ZONE = ZoneInfo("Europe/Copenhagen")


async def test_a_device_is_listed_with_its_standing_and_its_application() -> None:
    async with mini_core() as core:
        await until(lambda: core.table.latest(SUPPLY) is not None)
        (view,) = await core.services.devices(LUND)
        assert view.standing.presence is Presence.ON
        assert view.label == "Test substation"
        assert view.link.name == "Line 1"
        assert await core.services.title(LUND) == "Østerby"
        assert await core.services.zone_name(LUND) == "Europe/Copenhagen"


async def test_a_device_page_knows_every_point_before_the_first_answer() -> None:
    async with mini_core(FakePlant(link_down=True)) as core:
        detail = await core.services.device(LUND, DEVICE)
        assert [spec.key for spec in detail.points] == ["supply", "limit", "comfort"]
        assert detail.identity == {}
        assert detail.clock_drift_s is None


async def test_the_newest_readings_of_some_points_or_of_all() -> None:
    async with mini_core() as core:
        await until(lambda: len(core.table.snapshot()) == 3)
        assert len(await core.services.latest(LUND, [])) == 3
        (reading,) = await core.services.latest(LUND, [SUPPLY])
        assert reading.quality is Quality.GOOD


async def test_an_unknown_device_is_a_sentence() -> None:
    async with mini_core() as core:
        with pytest.raises(BadInput, match="there is no device 'nowhere'"):
            await core.services.device(LUND, DeviceId("nowhere"))
        with pytest.raises(BadInput, match="there is no device 'nowhere'"):
            await core.services.read_now(LUND, DeviceId("nowhere"), [])


async def test_who_may_see_nothing_sees_nothing() -> None:
    stranger = person("x", "X", "y", frozenset())
    async with mini_core() as core:
        with pytest.raises(NotPermitted):
            await core.services.devices(stranger)


async def test_a_disabled_device_is_listed_as_such() -> None:
    async with mini_core(devices=(device(enabled=False),)) as core:
        (view,) = await core.services.devices(LUND)
        assert view.standing.presence is Presence.DISABLED


def shows(local: datetime, at: datetime) -> "dict[str, tuple[int, datetime]]":
    parts = ("year", "month", "day", "hour", "minute")
    return {part: (getattr(local, part), at) for part in parts}


def test_a_clock_ten_minutes_fast_is_told_so() -> None:
    local = NOON.astimezone(ZONE) + timedelta(minutes=10)
    drift_s, note = clock_standing(PLACES, shows(local, NOON).get, ZONE)
    assert drift_s == 600.0
    assert note == ""


def test_the_doubled_hour_in_autumn_is_told_with_the_drift() -> None:
    at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 for the first time
    drift_s, note = clock_standing(PLACES, shows(at.astimezone(ZONE), at).get, ZONE)
    assert drift_s == 0.0
    assert "comes twice" in note


def test_a_clock_not_read_yet_has_no_drift() -> None:
    assert clock_standing(PLACES, lambda _key: None, ZONE) == (None, "")


def test_a_date_that_does_not_exist_is_a_note() -> None:
    read = shows(NOON, NOON) | {"month": (2, NOON), "day": (30, NOON)}
    assert clock_standing(PLACES, read.get, ZONE) == (
        None,
        "The device shows a date that does not exist.",
    )
