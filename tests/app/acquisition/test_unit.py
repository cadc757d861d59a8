"""A device's values fade with it: stale with their last value, then nothing at all."""

from dataclasses import replace
from datetime import timedelta

from app.acquisition.unit import Unit
from app.model.device import Presence
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.pointtable import PointTable
from tests.fakes.clock import FakeClock
from tests.fakes.driver import FakeDevice, FakeLink, FakePlant
from tests.plant import DEVICE, LINK, NOON, SUPPLY, device, place, profile

LIMIT = PointId("station-7.limit")


class Bench:
    """One unit with its table, on duty since noon."""

    def __init__(self) -> None:
        self.clock, self.table, self.plant = FakeClock(), PointTable(), FakePlant()
        self.told: list[Reading] = []
        self.table.watch(self.told.extend)
        self.unit = Unit(device(), self.table, self.clock, now_s=0.0)
        self.unit.expect(profile(10.0))
        self.equip()

    def equip(self, **changes: object) -> None:
        known = profile(10.0, **changes)
        link = FakeLink(self.plant, LINK)
        driver = FakeDevice(self.plant, link, self.unit.config, known, self.clock)
        self.unit.equip(known, driver, now_s=0.0)

    def answers(
        self,
        *readings: Reading,
        now_s: float = 0.0,
        group: str = "fast",
        faults: tuple[str, ...] = (),
    ) -> bool:
        return self.unit.publish(group, readings, faults, now_s=now_s, took_s=0.1, requests=1)

    def presence(self) -> Presence:
        return self.unit.keeper.presence

    def silent(self, now_s: float, *, link_lost: bool = False) -> bool:
        self.clock.now = NOON
        self.clock.go(now_s)
        return self.unit.failed(now_s, "no answer", link_lost=link_lost)

    def held(self) -> dict[PointId, tuple[Quality, object]]:
        return {r.point: (r.quality, r.value) for r in self.table.snapshot()}


def good(value: float = 71.5, point: PointId = SUPPLY) -> Reading:
    return Reading(point, value, Quality.GOOD, NOON)


def bad(point: PointId = LIMIT) -> Reading:
    return Reading(point, None, Quality.BAD, NOON, "refused")


def test_a_late_device_s_values_are_kept_and_called_stale_once() -> None:
    bench = Bench()
    bench.answers(good())
    bench.told.clear()
    assert not bench.silent(10.0)
    assert not bench.told
    assert bench.silent(20.0)
    assert not bench.silent(25.0)
    (faded,) = bench.told
    assert (faded.value, faded.quality, faded.reason) == (71.5, Quality.STALE, "device-late")
    assert faded.measured_at == NOON
    assert faded.arrived_at == FakeClock(NOON).go(20.0)


def test_an_offline_device_has_no_values_and_says_so_once() -> None:
    bench = Bench()
    bench.answers(good())
    for now_s in (20.0, 30.0, 40.0, 48.0, 56.0):
        bench.silent(now_s)
    supply = [r for r in bench.told if r.point == SUPPLY]
    assert [r.quality for r in supply] == [Quality.GOOD, Quality.STALE, Quality.OFFLINE]
    gone = supply[-1]
    assert (gone.value, gone.reason) == (None, "device-offline")
    assert gone.measured_at == FakeClock(NOON).go(40.0)


def test_what_the_device_disowned_is_no_better_for_its_silence() -> None:
    bench = Bench()
    bench.answers(good(), bad())
    bench.silent(20.0)
    assert bench.held() == {SUPPLY: (Quality.STALE, 71.5), LIMIT: (Quality.BAD, None)}
    bench.silent(40.0)
    assert set(bench.held().values()) == {(Quality.OFFLINE, None)}


def test_a_device_that_never_answered_says_once_of_all_it_should_tell_that_it_is_offline() -> (
    None
):
    bench = Bench()
    for now_s in (20.0, 40.0, 60.0):
        bench.silent(now_s)
    assert bench.presence() is Presence.OFFLINE
    assert set(bench.held().values()) == {(Quality.OFFLINE, None)}
    assert len(bench.told) == len(bench.held()) == 3


def test_it_fades_anew_after_each_return() -> None:
    bench = Bench()
    for start_s in (0.0, 100.0):
        bench.answers(good(), now_s=start_s)
        bench.silent(start_s + 20.0)
        bench.silent(start_s + 40.0)
    assert [r.quality for r in bench.told if r.point == SUPPLY] == 2 * [
        Quality.GOOD,
        Quality.STALE,
        Quality.OFFLINE,
    ]


def test_a_lost_link_fades_before_two_cycles_are_over() -> None:
    bench = Bench()
    bench.answers(good())
    assert bench.silent(1.0, link_lost=True)
    assert bench.held()[SUPPLY] == (Quality.STALE, 71.5)


def test_the_clock_alone_makes_it_late_too() -> None:
    bench = Bench()
    bench.answers(good())
    assert not bench.unit.aged(19.9)
    assert bench.unit.aged(20.0)
    assert bench.held()[SUPPLY] == (Quality.STALE, 71.5)


def test_faults_of_one_group_stand_until_that_group_is_read_without() -> None:
    bench = Bench()
    bench.answers(bad(), group="slow", faults=("register 1 refused",))
    assert bench.presence() is Presence.FAULT
    bench.answers(good())
    assert bench.unit.keeper.faults == ("register 1 refused",)
    bench.answers(good(50.0, LIMIT), group="")  # on demand: says nothing of the cycles
    assert bench.presence() is Presence.FAULT
    bench.answers(good(50.0, LIMIT), group="slow")
    assert bench.presence() is Presence.ON


def test_a_device_of_another_kind_is_faulty_however_well_it_answers() -> None:
    bench = Bench()
    bench.unit.mismatch = "Station 7: configured as A, but the device says it is B"
    bench.answers(good())
    assert bench.presence() is Presence.FAULT
    assert bench.unit.keeper.faults == (bench.unit.mismatch,)


def test_a_new_profile_forgets_the_points_of_the_old_one() -> None:
    bench = Bench()
    bench.answers(good(), bad())
    point = PointSpec("flow", "Flow", "l/h", 0, poll_group="fast")
    bench.equip(id="test.meter", points={"flow": point}, places={"flow": place(9)})
    assert not bench.table.snapshot()
    assert bench.unit.keeper.profile == "test.meter"
    assert bench.unit.placed() == ("flow",)
    assert bench.unit.groups() == {"fast": (10.0, ("flow",))}


def test_the_same_profile_again_keeps_what_is_known() -> None:
    bench = Bench()
    bench.answers(good())
    known, driver = bench.unit.profile, bench.unit.driver
    assert known is not None
    assert driver is not None
    bench.unit.equip(known, driver, now_s=50.0)
    assert bench.held() == {SUPPLY: (Quality.GOOD, 71.5)}


def test_a_removed_device_leaves_nothing_behind_and_others_alone() -> None:
    bench = Bench()
    other = Reading(point_id(DeviceId("station-8"), "supply"), 60.0, Quality.GOOD, NOON)
    bench.table.publish([other])
    bench.answers(good(), bad())
    bench.unit.forget()
    assert bench.table.snapshot() == [other]


def test_points_without_a_place_and_those_read_on_demand_are_not_polled() -> None:
    bench = Bench()
    points = dict(profile().points)
    points["serial"] = replace(points["supply"], key="serial", live=False)
    points["unknown"] = replace(points["supply"], key="unknown")
    places = {key: place(n) for n, key in enumerate(points) if key != "unknown"}
    bench.equip(points=points, places=places)
    assert bench.unit.groups()["fast"] == (10.0, ("supply",))
    assert "serial" in bench.unit.placed()
    assert "unknown" not in bench.unit.placed()


def test_before_it_has_a_profile_there_is_nothing_to_ask() -> None:
    fresh = Unit(device(), PointTable(), FakeClock(), now_s=0.0)
    assert fresh.groups() == {}
    assert fresh.placed() == ()
    assert fresh.latest(["supply"]) == []


def test_the_latest_of_some_points_are_those_there_are() -> None:
    bench = Bench()
    bench.answers(good())
    assert bench.unit.latest(["supply", "limit"]) == [good()]
    assert bench.unit.config.id == DEVICE


def test_what_an_earlier_run_stored_stands_as_old_as_it_is_until_the_device_speaks() -> None:
    bench = Bench()
    before = NOON - timedelta(minutes=5)
    bench.unit.recall([Reading(SUPPLY, 70.0, Quality.GOOD, before)])
    [held] = bench.table.snapshot()
    assert (held.value, held.quality, held.reason) == (70.0, Quality.STALE, "before-start")
    assert held.measured_at == before
    assert bench.unit.keeper.last_answer_at == before
    assert bench.told == [], "it is no news: neither history nor alarms hear of it"
    bench.answers(good())
    assert bench.held() == {SUPPLY: (Quality.GOOD, 71.5)}
    assert bench.unit.keeper.last_answer_at == NOON


def test_nothing_stored_stands_over_what_the_device_said() -> None:
    bench = Bench()
    bench.answers(good())
    bench.unit.recall([Reading(SUPPLY, 70.0, Quality.GOOD, NOON - timedelta(minutes=5))])
    assert bench.held() == {SUPPLY: (Quality.GOOD, 71.5)}
    assert bench.unit.keeper.last_answer_at == NOON


def test_of_what_was_stored_nothing_is_made_up() -> None:
    """No value that was none, no point that the profile does not know, no better quality."""
    bench = Bench()
    unknown = point_id(bench.unit.config.id, "of-another-profile")
    stored = [bad(), Reading(unknown, 1.0, Quality.GOOD, NOON)]
    bench.unit.recall([*stored, Reading(SUPPLY, 70.0, Quality.STALE, NOON, "device-late")])
    [held] = bench.table.snapshot()
    assert (held.point, held.quality, held.reason) == (SUPPLY, Quality.STALE, "device-late")


def test_what_was_stored_goes_when_the_device_is_known_to_be_silent() -> None:
    bench = Bench()
    bench.unit.recall([Reading(SUPPLY, 70.0, Quality.GOOD, NOON - timedelta(minutes=5))])
    bench.silent(25.0, link_lost=True)
    assert bench.held()[SUPPLY] == (Quality.STALE, 70.0)
    bench.silent(60.0, link_lost=True)
    assert bench.presence() is Presence.OFFLINE
    assert bench.held()[SUPPLY] == (Quality.OFFLINE, None)


def test_what_was_stored_survives_the_device_saying_who_it_is() -> None:
    clock, table = FakeClock(), PointTable()
    unit, known = Unit(device(), table, clock, now_s=0.0), profile(10.0)
    unit.expect(known)
    unit.recall([Reading(SUPPLY, 70.0, Quality.GOOD, NOON)])
    plant = FakePlant()
    driver = FakeDevice(plant, FakeLink(plant, LINK), unit.config, known, clock)
    unit.equip(known, driver, now_s=1.0)
    assert [each.value for each in table.snapshot()] == [70.0]
