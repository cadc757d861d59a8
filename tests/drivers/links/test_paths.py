"""The line of meters with several paths, beside other devices that come and go."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import pytest

from app.acquisition.neighbours import Neighbours
from app.errors import BadInput
from app.model.device import DeviceConfig, DeviceStanding, LinkConfig, LinkId, Presence
from app.model.hearing import Around
from app.model.paths import KIND, LINE, PROFILE, source_of, with_paths
from app.model.point import PointSpec
from app.model.profile import Profile
from app.model.reading import DeviceId, Quality, Reading, point_id
from app.pointtable import PointTable
from app.ports import Heard
from drivers.links.paths import PathsLink
from drivers.paths import DRIVER
from tests.fakes.clock import FakeClock
from tests.plant import NOON, profile

WIRE, AIR, METER = (DeviceId(each) for each in ("m-wire", "m-air", "m"))
ENERGY = PointSpec("energy", "Energy", "kWh", 0, role="meter.energy")


class Book:
    """Keeps what came late."""

    def __init__(self) -> None:
        self.kept: list[Reading] = []

    def file(self, readings: Sequence[Reading]) -> None:
        self.kept += readings

    async def settled(self) -> bool:
        return True


class Street:
    """Two devices that are the paths of a meter, as the core knows them."""

    def __init__(self) -> None:
        self.table, self.clock, self.book = PointTable(), FakeClock(), Book()
        self.presence: dict[DeviceId, Presence] = {WIRE: Presence.ON, AIR: Presence.ON}
        self.points: dict[DeviceId, Mapping[str, PointSpec]] = {
            WIRE: {"energy": ENERGY},
            AIR: {"energy": ENERGY},
        }
        self.failed: list[Exception] = []
        self.others = Neighbours(
            self.table, self._profile, self._standing, lambda: self.book, self.failed.append
        )

    def _profile(self, device: DeviceId) -> Profile | None:
        points = self.points.get(device)
        return None if points is None else replace(profile(10.0), points=points)

    def _standing(self, device: DeviceId) -> DeviceStanding | None:
        found = self.presence.get(device)
        return None if found is None else DeviceStanding(device, found, NOON)

    def says(self, path: DeviceId, value: float) -> Reading:
        return Reading(point_id(path, "energy"), value, Quality.GOOD, self.clock())


def meter() -> DeviceConfig:
    plain = DeviceConfig(METER, "Meter", "", LINE, 0, PROFILE)
    return with_paths(plain, [WIRE, AIR])


def listening(street: Street) -> PathsLink:
    link = PathsLink(street.clock)
    assert link.attend([meter()], Around(others=street.others), {}) == ()
    return link


async def heard(link: PathsLink, holds: Callable[[Heard], object]) -> Heard:
    """Return the next of what is heard that holds."""
    async with asyncio.timeout(20):
        while not (found := [each for each in await link.hear() if holds(each)]):
            pass
        return found[0]


async def test_it_listens_from_opening_to_closing_and_both_may_come_twice() -> None:
    street = Street()
    link = listening(street)
    for _ in range(2):
        before = link.connected
        await link.open()
        await link.open()
        assert (before, link.connected) == (False, True)
        await link.close()
        await link.close()
    street.table.publish([street.says(WIRE, 1.0)])
    assert not link._now  # nobody listens any more
    assert (link.learned(), link.recent("1")) == ({}, ())
    assert not link.figures().meters


async def test_what_stands_is_taken_at_once_and_then_what_comes() -> None:
    street = Street()
    street.table.publish([street.says(WIRE, 5.0)])
    link = listening(street)
    await link.open()
    first = await heard(link, lambda each: each.readings)
    assert [each.value for each in first.readings] == [5.0]
    assert first.points == {"energy": ENERGY}
    street.clock.go(10)
    street.table.publish([street.says(AIR, 5.0), street.says(WIRE, 6.0)])
    next_one = await heard(link, lambda each: each.readings)
    assert [each.value for each in next_one.readings] == [6.0]
    assert next_one.points is None  # nothing new of those


async def test_a_path_that_goes_without_a_word_gives_way_within_a_second_or_two() -> None:
    street = Street()
    street.table.publish([street.says(WIRE, 5.0)])
    street.clock.go(10)
    street.table.publish([street.says(AIR, 6.0)])
    link = listening(street)
    await link.open()
    await heard(link, lambda each: each.readings)
    street.presence[WIRE] = Presence.LATE
    told = await heard(link, lambda each: each.readings)
    assert [(each.value, source_of(each.reason)) for each in told.readings] == [(6.0, AIR)]


async def test_without_any_path_it_says_so_once_and_how_far_they_are_gone() -> None:
    street = Street()
    link = listening(street)
    await link.open()
    street.presence = {WIRE: Presence.LATE, AIR: Presence.OFFLINE}
    late = await heard(link, lambda each: each.trouble)
    assert late.lost
    assert late.interval_s  # it is late, not gone
    assert await link.hear() == []
    street.presence = {WIRE: Presence.OFFLINE}  # and the other was taken out
    gone = await heard(link, lambda each: each.trouble)
    assert (gone.lost, gone.interval_s) == (True, 0.0)


async def test_what_comes_late_is_kept_and_passed_on_to_the_meter() -> None:
    street = Street()
    link = listening(street)
    await link.open()
    late = street.says(AIR, 4.0)
    street.others.file([late])
    assert street.book.kept == [late]
    told = await heard(link, lambda each: each.late)
    assert [(each.value, each.quality) for each in told.late] == [(4.0, Quality.UNCERTAIN)]
    assert not told.readings
    assert not street.failed


async def test_devices_nobody_knows_by_now_are_waited_for() -> None:
    street = Street()
    street.points, street.presence = {}, {}
    link = listening(street)
    await link.open()
    assert (await heard(link, lambda each: each.trouble)).points is None
    street.points[AIR], street.presence[AIR] = {"energy": ENERGY}, Presence.ON
    street.table.publish([street.says(AIR, 4.0)])
    told = await heard(link, lambda each: each.readings)
    assert told.points == {"energy": ENERGY}


def test_a_line_of_paths_takes_no_options_and_needs_others() -> None:
    config = LinkConfig(LinkId("l"), KIND, "Ways", {"host": "here"})
    with pytest.raises(BadInput, match=r"Ways.*takes no options: host"):
        DRIVER.link(config, FakeClock())
    link = DRIVER.link(replace(config, options={}), FakeClock())
    assert isinstance(link, PathsLink)
    with pytest.raises(BadInput, match="none is known here"):
        link.attend([meter()], Around(), {})
