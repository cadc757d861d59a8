"""A core that hears meters by radio: what it learns outlives it, and own profiles speak."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.asked import DeviceDetail
from app.compose.checking import check
from app.compose.core import Core, CoreOptions, open_core, utc_now
from app.crash import CrashReports
from app.model.reading import DeviceId, PointId, Quality, Reading, point_id
from app.model.reception import MeterReception
from app.project.check import Severity
from app.settings.parts import Settings
from app.verbs import administrator
from drivers.simulators.street.traffic import Street
from tests.drivers.simulators.wire import running
from tests.drivers.wireless.street import device_of, radio_project
from tests.plant import until

ENG = administrator("eng", "Eng", "desk-1")
STREET = Street(31, 3, ("5",))
METERS = [STREET.meter(place) for place in range(3)]
HEAT = next(each for each in METERS if each.heat)
DEVICE = device_of(HEAT).id
VOLUME = point_id(DEVICE, "volume")
SPEAKING = ("--meters", "3", "--seed", "31", "--interval-s", "1", "--speed", "4")
OWN = """\
schema: 1
meter: {id: own.street, version: 1, vendor: Own, label: Meters of the street, status: draft}
models: [{manufacturer: KAM, versions: [27], media: [4], model: Street heat meter}]
points: [{quantity: volume, function: instantaneous, storage: 0, id: volume, name: Own volume}]
tests: [{records: "0414 01000000", expect: {volume: 0.01}}]
sources: [a test]
unknown: [{title: Storage 3, why: Nobody tells.}]
"""


@dataclass
class Told:
    """What a core said at one moment."""

    detail: DeviceDetail
    reception: dict[DeviceId, MeterReception]
    latest: dict[PointId, Reading]


async def told(core: Core, ready: Callable[[], object] = lambda: True) -> Told:
    """Start a core, wait until it is ready, and return what it says."""
    await core.start()
    try:
        await until(ready, 40)
        plant = core.asked.plant
        return Told(
            await plant.device(ENG, DEVICE),
            {each.device: each for each in await core.asked.radio.reception(ENG)},
            {each.point: each for each in await plant.latest(ENG, ())},
        )
    finally:
        await core.stop()


def opened(folder: Path, home: Path) -> Core:
    return open_core(folder, Settings(), CoreOptions(listen=False), CrashReports(home / "x"))


def all_heard(core: Core) -> Callable[[], bool]:
    """Tell when every meter was heard three times and something of it is stored."""

    def heard() -> bool:
        lines = core.acquisition.hearing.values()
        meters = [each for line in lines for each in line.figures().meters]
        return bool(meters) and all(each.telegrams > 2 for each in meters)

    return heard


@pytest.mark.timeout(120)
async def test_points_readings_and_figures_of_meters_stand_at_once_after_a_restart(
    home: Path,
) -> None:
    with running("wmbus", *SPEAKING) as simulator:
        folder = radio_project(home, STREET, f"roof=tcp:{simulator.addresses[0]}")
        core = opened(folder, home)
        before = await told(core, all_heard(core))
    began = utc_now()
    after = await told(opened(folder, home))  # nobody speaks any more
    assert after.detail.points == before.detail.points
    assert after.detail.identity == before.detail.identity
    assert after.detail.identity["serial"] == HEAT.number
    assert after.detail.identity["decoding"] == "not verified: generic reading"
    assert after.detail.unknown == ()
    assert after.detail.view.label == before.detail.view.label
    was, now = before.latest[VOLUME], after.latest[VOLUME]
    assert now.value is not None
    assert (now.quality, now.reason) == (Quality.STALE, "before-start")
    stored = was.measured_at.replace(microsecond=was.measured_at.microsecond // 1000 * 1000)
    assert stored <= now.measured_at < began  # history keeps milliseconds
    assert set(after.reception) == set(before.reception)
    for device, reception in after.reception.items():
        earlier = before.reception[device]
        assert reception.telegrams >= earlier.telegrams > 2
        assert reception.interval_s == pytest.approx(earlier.interval_s, rel=0.5)
        assert reception.missed_share == pytest.approx(0.0, abs=0.2)
        assert reception.last_at is not None
        assert began - timedelta(seconds=60) < reception.last_at < began
        assert [each.receiver for each in reception.receivers] == ["roof"]


@pytest.mark.timeout(120)
async def test_meter_profiles_of_the_project_reach_what_is_heard_and_broken_ones_are_named(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running("wmbus", *SPEAKING) as simulator:
        folder = radio_project(home, STREET, f"roof=tcp:{simulator.addresses[0]}")
        (folder / "meters").mkdir()
        (folder / "meters" / "own.street.yaml").write_text(OWN, encoding="utf-8")
        broken = OWN.replace("own.street", "own.broken").replace("[4]", "[4, 256]")
        (folder / "meters" / "own.broken.yaml").write_text(broken, encoding="utf-8")
        core = opened(folder, home)
        with caplog.at_level(logging.WARNING):
            heard = await told(core, all_heard(core))
    names = {each.key: each.name for each in heard.detail.points}
    assert names["volume"] == "Own volume"
    assert names["energy"] == "Energy"  # what the profile does not tell, the standard does
    assert heard.detail.view.label == "Street heat meter"
    assert heard.detail.identity["meter_profile"] == "own.street"
    assert heard.detail.identity["decoding"].startswith("not verified: its profile")
    assert [(each.title, each.why) for each in heard.detail.unknown] == [
        ("Storage 3", "Nobody tells.")
    ]
    assert all(each.telegrams for each in heard.reception.values())
    sentence = "models 1: media.2 256 is above 255"
    assert f"meter profile left out: own.broken.yaml:3: {sentence}" in caplog.messages
    found = [each for each in check(folder) if "own.broken" in each.place]
    assert [(each.severity, each.place, each.sentence) for each in found] == [
        (Severity.ERROR, "meters/own.broken.yaml:3", sentence)
    ]
