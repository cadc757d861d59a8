"""Of a meter that is read in several ways each way is the resident's, and all count once."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.history.history import History
from app.history.store import EmbeddedHistory
from app.model.customer import Customer, Tenancy
from app.model.point import PointSpec
from app.model.reading import DeviceId, PointId, Quality, Reading
from app.model.version import Thing, ThingKind, ThingVersion
from app.personal.applying import Applying
from app.personal.formerways import FormerWay, ways_of
from app.personal.site import Site
from app.project.config import PlantConfig
from app.project.erasures import Tombstone, files_of
from app.project.folder import ProjectFolder
from app.project.opening import Administrator, create_project, open_project
from app.project.pathservice import rewired
from tests.app.project.sites import device, link, plant

METER, OWN, RADIO = (DeviceId(f"ahornvej-14{end}") for end in ("", "-own", "-radio"))
WAYS = (METER, OWN, RADIO)
NEXT_DOOR = DeviceId("ahornvej-16")
SINCE, UNTIL = (datetime(2026, month, 1, tzinfo=UTC) for month in (2, 4))
HIM = Customer("c-1", "Mads Riis", meters=(Tenancy(METER, SINCE, UNTIL),))
SPECS = {
    "energy": PointSpec("energy", "Energy", "kWh", role="meter.energy"),
    "power": PointSpec("power", "Power", "kW", role="meter.power"),
}


def specs(_device: str) -> Mapping[str, PointSpec]:
    return SPECS


def street() -> PlantConfig:
    """His meter, read by its own line and by radio, and a neighbour's."""
    air = link("air")
    made = plant().with_link(air).with_device(device(RADIO, link=air.id))
    return rewired(made.with_device(device(NEXT_DOOR, unit=2)), METER, [METER, RADIO])


def record(store: History) -> None:
    """Let everything tell its values every six hours of a winter, each day as much."""
    begin, step = datetime(2026, 1, 15, tzinfo=UTC), timedelta(hours=6)
    told = [
        Reading(PointId(f"{each}.{key}"), value, Quality.GOOD, begin + nth * step)
        for nth in range(4 * 100)
        for each in (*WAYS, NEXT_DOOR)
        for key, value in (("energy", 2.0 * nth), ("power", 8.0 + nth % 4))
    ]
    store.append(told, "quarter")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[History]:
    with closing(EmbeddedHistory(tmp_path / "history")) as made:
        record(made)
        yield made


def held(store: History, device: DeviceId) -> list[int]:
    """Return how many samples of a device are left of his time."""
    points = sorted(store.points_of(device))
    return [len(each) for each in store.ranges(points, SINCE, UNTIL, "quarter")]


def test_what_his_meter_told_by_any_way_is_his_and_nobody_elses(store: History) -> None:
    site = Site(street(), store, specs)
    found = site.meters_of(HIM, UNTIL + timedelta(days=30))
    assert [each.meter for each in found] == [*WAYS]
    assert {(each.since, each.until) for each in found} == {(SINCE, UNTIL)}
    assert [each.indexes for each in found] == [(f"{each}.energy",) for each in WAYS]
    assert [each.meter for each in site.once(found)] == [METER], "what he used, told once"


def test_no_way_keeps_his_days_and_the_sums_of_the_house_stay(
    store: History, tmp_path: Path
) -> None:
    site = Site(street(), store, specs)
    meters = site.meters_of(HIM, UNTIL)
    sums, digest = site.sums(meters)
    assert site.sums(meters, reduced=True)[1] == digest
    stone = Tombstone("e-1", UNTIL, HIM.id, str(site.zone), meters, ())
    before = held(store, NEXT_DOOR)
    hands = Applying(
        ProjectFolder(tmp_path), store, b"key", b"audit", lambda _finder, _stone: 0
    )
    assert hands.apply(stone, files_of(tmp_path)).counts["readings"] > 0
    for each in WAYS:
        energy, power = held(store, each)
        assert power == 0
        assert 0 < energy <= 4  # what the months' sums need
    assert held(store, NEXT_DOOR) == before
    assert site.sums(meters) == (sums, digest)


def test_a_house_counts_a_meter_once_however_it_is_read(store: History) -> None:
    site = Site(street(), store, specs)
    sums, _digest = site.sums(site.meters_of(HIM, UNTIL))
    march = next(each for each in sums if each.month == datetime(2026, 2, 28, 23, tzinfo=UTC))
    assert march.meters == 2  # his and the neighbour's
    assert march.value == 2 * 31 * 8.0


def test_without_paths_a_meter_stands_for_itself(store: History) -> None:
    site = Site(plant(), store, specs)
    assert [each.meter for each in site.meters_of(HIM, UNTIL)] == [METER]
    gone = Site(PlantConfig("Nordby", "Europe/Copenhagen"), store, specs)
    assert [each.meter for each in gone.meters_of(HIM, UNTIL)] == [METER]


def told_of(site: Site) -> list[tuple[str, datetime, datetime]]:
    found = site.meters_of(HIM, UNTIL + timedelta(days=30))
    return [(each.meter, each.since, each.until) for each in found]


def test_ways_that_were_taken_out_before_are_his_as_well(
    store: History, tmp_path: Path
) -> None:
    """As a project remembers them: by radio first, both ways, and then its own line alone."""
    folder = tmp_path / "project"
    who = Administrator("ole", "Ole", "warm water runs uphill")
    create_project(folder, title="Nordby", zone="UTC", administrator=who)
    with closing(open_project(folder)) as project:
        change = project.configuration.change
        change("Ole", "", lambda _old: street())
        alone = change("Ole", "", lambda old: rewired(old, METER, [OWN])).config
        change("Ole", "", lambda _old: alone.without_device(RADIO))
        ways = ways_of(project.stories.versions(Thing(ThingKind.DEVICE, METER)))
        never = ways_of(project.stories.versions(Thing(ThingKind.DEVICE, NEXT_DOOR)))
    assert ({way.device for way in ways}, never) == ({OWN, RADIO}, [])
    now = alone.without_device(RADIO)
    assert now.devices.keys() == {METER, NEXT_DOOR}
    site = Site(now, store, specs, lambda meter: ways if meter == METER else ())
    assert told_of(site) == [(each, SINCE, UNTIL) for each in WAYS]
    stone = Tombstone("e-1", UNTIL, HIM.id, "UTC", site.meters_of(HIM, UNTIL), ())
    hands = Applying(
        ProjectFolder(tmp_path), store, b"key", b"audit", lambda _finder, _stone: 0
    )
    hands.apply(stone, files_of(tmp_path))
    for way in (OWN, RADIO):
        assert held(store, way)[1] == 0, "nobody's power of his days is left"


def test_a_way_that_has_become_anothers_was_his_only_for_its_time(store: History) -> None:
    """The receiver's device was moved to the neighbour's meter in the middle of his tenancy."""
    moved = datetime(2026, 3, 1, tzinfo=UTC)
    ways = [FormerWay(RADIO, SINCE - timedelta(days=9), moved), FormerWay(OWN, None, None)]
    plant_now = street().with_device(device(METER))  # read by itself again
    site = Site(plant_now, store, specs, lambda _meter: ways)
    assert told_of(site) == [
        (METER, SINCE, UNTIL),
        (RADIO, SINCE, moved),
        (OWN, SINCE, UNTIL),
    ]
    over = FormerWay(RADIO, None, SINCE)
    assert told_of(Site(plant_now, store, specs, lambda _meter: [over])) == [
        (METER, SINCE, UNTIL)
    ]


def test_ways_end_where_the_next_version_begins_and_a_gone_meter_has_none() -> None:
    def version(number: int, content: str) -> ThingVersion:
        return ThingVersion(number, datetime(2026, 1, number, tzinfo=UTC), "", "", content)

    radio = '{"options": {"path_1": "m-own", "path_2": "m-radio"}}'
    found = ways_of(
        [version(4, ""), version(3, '{"options": {}}'), version(2, radio), version(1, "{}")]
    )
    times = datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
    assert found == [FormerWay(DeviceId(f"m-{each}"), *times) for each in ("own", "radio")]
