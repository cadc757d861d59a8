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
from app.personal.applying import Applying
from app.personal.site import Site
from app.project.config import PlantConfig
from app.project.erasures import Tombstone, files_of
from app.project.folder import ProjectFolder
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
