"""What screens see of the plant: devices, values, clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput, NotPermitted
from app.model.control import WriteState
from app.model.device import Presence
from app.model.plantclock import CLOCK_SHIFT
from app.model.point import PointSpec, WriteRules
from app.model.profile import ClockPlaces
from app.model.reading import DeviceId, PointId, Quality
from app.plant.clocks import clock_standing, shift_standing
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


@pytest.mark.parametrize(
    ("minutes", "at", "drift_s", "standard"),
    [
        (60, datetime(2026, 1, 15, 12, tzinfo=UTC), 0.0, False),
        (63, datetime(2026, 1, 15, 12, tzinfo=UTC), 180.0, False),
        (120, datetime(2026, 7, 15, 12, tzinfo=UTC), 0.0, False),
        (60, datetime(2026, 7, 15, 12, tzinfo=UTC), 0.0, True),
        (57, datetime(2026, 7, 15, 12, tzinfo=UTC), -180.0, True),
        (0, datetime(2026, 1, 15, 12, tzinfo=UTC), -3600.0, False),
    ],
)
def test_a_clock_told_against_utc_keeps_local_or_standard_time(
    minutes: int, at: datetime, drift_s: float, standard: bool
) -> None:
    found, note = shift_standing((minutes, at), ZONE)
    assert found == drift_s
    assert (note == "The device keeps standard time all year.") is standard


def test_a_clock_told_against_utc_that_was_not_read_has_no_drift() -> None:
    assert shift_standing(None, ZONE) == (None, "")


async def test_a_clock_told_against_utc_is_set_by_one_write_and_its_drift_told() -> None:
    rules = WriteRules(minimum=-840.0, maximum=840.0, step=15.0, tolerance=2.0)
    shift = PointSpec("limit", "Clock ahead of UTC", unit="min", write=rules, role=CLOCK_SHIFT)
    world = FakePlant(values={"limit": 47.0})
    async with mini_core(world, points={"limit": shift}) as core:
        await until(lambda: core.table.latest(PointId("station-7.limit")) is not None)
        wanted = (NOON.astimezone(ZONE).utcoffset() or timedelta()).total_seconds() / 60
        detail = await core.services.device(LUND, DEVICE)
        assert detail.clock_drift_s == pytest.approx((47.0 - min(wanted, 60.0)) * 60.0)
        (result,) = await core.control.set_clock(LUND, DEVICE)
        assert (result.state, result.old) == (WriteState.CONFIRMED, 47.0)
        assert result.new == min(wanted, 60.0), "nearer to standard time, it keeps that"
        world.ignore_write = True
        (again,) = await core.control.set_clock(LUND, DEVICE)
        assert again.state is WriteState.CONFIRMED, "within what a clock without seconds shows"
