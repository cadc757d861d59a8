"""Polling in all weathers: values come, fade, vanish and return; one crash hurts one line."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from app.acquisition.choosing import GENERIC, ProfileChooser
from app.acquisition.service import Acquisition, known_before
from app.errors import BadInput, DeviceUnreachable
from app.model.device import DeviceConfig, LinkConfig, LinkId, Presence
from app.model.profile import Profile
from app.model.reading import DeviceId, PointId, Quality
from app.pointtable import PointTable
from app.ports import Identity
from tests.fakes.clock import FakeClock
from tests.fakes.driver import FakePlant
from tests.plant import DEVICE, LINK, SUPPLY, device, profile, until

CYCLE_S = 0.1


def profiles(**changes: object) -> dict[str, Profile]:
    known = profile(CYCLE_S, **changes)
    generic = profile(CYCLE_S, id=GENERIC, detect=(), label="Unknown device")
    return {known.id: known, generic.id: generic}


@asynccontextmanager
async def running(
    plant: FakePlant,
    devices: tuple[DeviceConfig, ...] = (device(),),
    links: tuple[LinkConfig, ...] = (LINK,),
    known: dict[str, Profile] | None = None,
) -> AsyncIterator[tuple[Acquisition, PointTable]]:
    table = PointTable()
    chooser = ProfileChooser(known or profiles(), lambda profile, options: profile)
    acquisition = Acquisition(table, [plant.driver()], chooser, FakeClock())
    await acquisition.apply(links, devices)
    try:
        yield acquisition, table
    finally:
        await acquisition.stop()


def quality_of(table: PointTable, point: PointId = SUPPLY) -> Quality | None:
    latest = table.latest(point)
    return latest.quality if latest else None


def presence_of(acquisition: Acquisition, name: DeviceId = DEVICE) -> Presence | None:
    standing = acquisition.standing_of(name)
    return standing.presence if standing else None


async def test_values_come_by_themselves_and_the_device_is_on() -> None:
    async with running(FakePlant()) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        assert presence_of(acquisition) is Presence.ON
        assert table.latest(PointId("station-7.comfort")) is not None


async def test_what_a_profile_says_is_not_looked_up_in_the_history_at_a_start() -> None:
    async with running(FakePlant()) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        assert acquisition.identity_of(DEVICE) is not None
        assert known_before(acquisition) == []


async def test_a_fast_point_is_asked_more_often_than_a_setting() -> None:
    plant = FakePlant()
    async with running(plant):
        await until(lambda: len(plant.polls) > 12)
    fast = sum("supply" in keys for _, keys in plant.polls)
    slow = sum("limit" in keys for _, keys in plant.polls)
    assert fast >= 2 * slow > 0


async def test_a_lost_device_goes_stale_with_its_value_then_offline_without_one() -> None:
    plant = FakePlant()
    async with running(plant) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        seen: list[tuple[Quality, object]] = []
        table.watch(
            lambda batch: seen.extend((r.quality, r.value) for r in batch if r.point == SUPPLY)
        )
        plant.link_down = True
        await until(lambda: presence_of(acquisition) is Presence.OFFLINE)
        assert quality_of(table) is Quality.OFFLINE
    lost = [pair for pair in seen if pair[0] is not Quality.GOOD]
    assert lost == [(Quality.STALE, 71.5), (Quality.OFFLINE, None)]


async def test_a_lost_device_comes_back_by_itself_with_all_its_points() -> None:
    plant = FakePlant()
    async with running(plant) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        plant.link_down = True
        await until(lambda: presence_of(acquisition) is Presence.OFFLINE)
        plant.link_down = False
        await until(lambda: presence_of(acquisition) is Presence.ON)
        await until(lambda: quality_of(table, PointId("station-7.limit")) is Quality.GOOD)


async def test_one_line_in_the_log_for_the_loss_and_one_for_the_return(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "app.acquisition")
    plant = FakePlant()
    async with running(plant) as (acquisition, _):
        await until(lambda: presence_of(acquisition) is Presence.ON)
        plant.link_down = True
        await until(lambda: presence_of(acquisition) is Presence.OFFLINE)
        await asyncio.sleep(3 * CYCLE_S)
        plant.link_down = False
        await until(lambda: presence_of(acquisition) is Presence.ON)
    said = [r.getMessage() for r in caplog.records if "Station 7" in r.getMessage()]
    assert len(said) == 2
    assert said[0].startswith("Station 7 lost: ")
    assert said[1] == "Station 7 is back"


async def test_one_silent_unit_does_not_stall_the_others_on_its_line() -> None:
    plant = FakePlant(silent={"station-8"})
    both = (device(), device("station-8", unit=2))
    async with running(plant, both) as (acquisition, table):
        await until(lambda: presence_of(acquisition, DeviceId("station-8")) is Presence.OFFLINE)
        assert presence_of(acquisition) is Presence.ON
        assert quality_of(table) is Quality.GOOD


async def test_a_crash_inside_a_driver_restarts_that_line_alone() -> None:
    broken, healthy = FakePlant(), FakePlant()
    drivers = [broken.driver(), replace(healthy.driver(), kind="other")]
    links = (LINK, LinkConfig(LinkId("line-2"), "other", "Line 2"))
    devices = (device(), device("station-8", link=LinkId("line-2")))
    crashes: list[str] = []
    table = PointTable()
    chooser = ProfileChooser(profiles(), lambda profile, options: profile)
    acquisition = Acquisition(
        table, drivers, chooser, FakeClock(), lambda name, error: crashes.append(name)
    )
    await acquisition.apply(links, devices)
    try:
        await until(lambda: len(table.snapshot()) == 6)
        broken.crash = ZeroDivisionError("a bug in the driver")
        await until(lambda: crashes == ["link Line 1 (line-1)"])
        await until(lambda: broken.opened == 2)
        assert healthy.opened == 1
        assert broken.closed == 1
    finally:
        await acquisition.stop()


async def test_a_disabled_device_is_not_asked_and_says_so() -> None:
    plant = FakePlant()
    async with running(plant, (device(enabled=False),)) as (acquisition, _):
        assert presence_of(acquisition) is Presence.DISABLED
        with pytest.raises(BadInput, match="disabled"):
            await acquisition.read_now(DEVICE, ["supply"])
    assert not plant.polls


async def test_a_change_of_one_line_leaves_the_other_alone() -> None:
    plant = FakePlant()
    links = (LINK, LinkConfig(LinkId("line-2"), "fake", "Line 2"))
    devices = (device(), device("station-8", link=LinkId("line-2")))
    async with running(plant, devices, links) as (acquisition, table):
        await until(lambda: plant.opened == 2)
        await acquisition.apply(links, (devices[0], replace(devices[1], name="Other name")))
        await until(lambda: plant.opened == 3)
        assert plant.closed == 1
        await acquisition.apply(links, devices[:1])
        assert acquisition.standing_of(DeviceId("station-8")) is None
        assert table.latest(PointId("station-8.supply")) is None


async def test_a_change_in_a_plant_of_thousands_holds_up_nothing() -> None:
    links = tuple(replace(LINK, id=LinkId(f"l{nth}")) for nth in range(3000))
    devices = tuple(
        replace(device(), id=DeviceId(f"d{nth}"), link=link.id)
        for nth, link in enumerate(links)
    )
    async with running(FakePlant(), devices, links) as (acquisition, _table):
        taken = []
        for _change in range(3):
            begun = time.thread_time()
            await acquisition.apply(links, devices)
            taken.append(time.thread_time() - begun)
    assert min(taken) < 0.2


async def test_the_device_says_who_it_is_and_gets_its_profile() -> None:
    plant = FakePlant(identity=Identity("test.substation", "A266.1", {"serial": "71482036"}))
    async with running(plant, (device(profile=""),)) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        found = acquisition.profile_of(DEVICE)
        assert found is not None
        assert found.id == "test.substation"
        identity = acquisition.identity_of(DEVICE)
        assert identity is not None
        assert identity.facts["serial"] == "71482036"


async def test_an_unknown_device_gets_the_generic_view() -> None:
    plant = FakePlant(identity=Identity("", "X999.1"))
    async with running(plant, (device(profile=""),)) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        found = acquisition.profile_of(DEVICE)
        assert found is not None
        assert found.id == GENERIC


async def test_a_device_that_is_not_what_was_configured_is_faulty() -> None:
    known = profiles() | {"test.other": profile(CYCLE_S, id="test.other")}
    plant = FakePlant(identity=Identity("test.other", "A237.1"))
    async with running(plant, known=known) as (acquisition, _):
        await until(lambda: presence_of(acquisition) is Presence.FAULT)
        standing = acquisition.standing_of(DEVICE)
        assert standing is not None
        assert "the device says it is A237.1" in standing.faults[0]


async def test_reading_on_demand_reaches_a_device_that_was_lost() -> None:
    plant = FakePlant(silent={"station-7"})
    async with running(plant) as (acquisition, _):
        await until(lambda: presence_of(acquisition) is Presence.OFFLINE)
        with pytest.raises(DeviceUnreachable, match="Station 7"):
            await acquisition.read_now(DEVICE, ["supply"])
        plant.silent.clear()
        readings = await acquisition.read_now(DEVICE, [])
        assert {r.point for r in readings} >= {SUPPLY, PointId("station-7.comfort")}


async def test_standings_are_told_in_batches_and_at_once_when_presence_changes() -> None:
    plant = FakePlant()
    async with running(plant) as (acquisition, _):
        heard: list[Presence] = []
        acquisition.watch(lambda batch: heard.extend(s.presence for s in batch))
        await until(lambda: Presence.ON in heard)
        plant.link_down = True
        await until(lambda: heard[-1] is Presence.OFFLINE)
        assert Presence.LATE in heard


async def test_a_changed_plant_is_told_whole_and_that_it_is_another_now() -> None:
    async with running(FakePlant()) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        heard: list[int] = []
        stop = acquisition.watch(lambda batch: heard.append(len(batch)))
        await acquisition.apply((LINK,), (replace(device(), name="Station 7, north"),))
        assert heard == [1, 0], "how it does, and that it is to be asked for anew"
        stop()
        heard.clear()
        await acquisition.apply((LINK,), ())
        assert heard == []


async def test_a_link_nobody_can_drive_is_a_sentence_and_the_rest_goes_on() -> None:
    odd = LinkConfig(LinkId("line-2"), "carrier-pigeon", "Line 2")
    devices = (device(), device("station-8", link=odd.id))
    async with running(FakePlant(), devices, (LINK, odd)) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        standing = acquisition.standing_of(DeviceId("station-8"))
        assert standing is not None
        assert standing.presence is Presence.FAULT
        assert standing.last_error == "link Line 2: no driver of kind 'carrier-pigeon'"
        with pytest.raises(BadInput, match="carrier-pigeon"):
            await acquisition.read_now(DeviceId("station-8"), [])


async def test_a_profile_that_is_not_there_leaves_out_its_device_alone() -> None:
    devices = (device(), device("station-8", unit=2, profile="nope"))
    async with running(FakePlant(), devices) as (acquisition, table):
        await until(lambda: quality_of(table) is Quality.GOOD)
        standing = acquisition.standing_of(DeviceId("station-8"))
        assert standing is not None
        assert standing.last_error == "device Station 8: there is no profile 'nope'"


async def test_a_device_silent_from_the_start_is_offline_in_every_live_point() -> None:
    async with running(FakePlant(silent={"station-7"})) as (acquisition, table):
        await until(lambda: presence_of(acquisition) is Presence.OFFLINE)
        told = {r.point: (r.quality, r.value) for r in table.snapshot()}
        points = ("supply", "limit", "comfort")
        assert told == {f"station-7.{key}": (Quality.OFFLINE, None) for key in points}
