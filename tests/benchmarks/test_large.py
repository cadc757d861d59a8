"""The large plant is as large as its promises say, its devices answer, its windows work."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.compose.picture import page_names
from app.errors import DeviceUnreachable
from app.model.device import DeviceConfig, LinkId
from app.model.profile import Profile
from app.model.reading import DeviceId, Quality, point_id
from app.profiles.loader import load_all
from app.project.opening import open_project
from benchmarks.bench import Promise
from benchmarks.feed.feeddevice import SILENT, FeedDevice
from benchmarks.large import BENCH, judged
from benchmarks.largeplant import A266, LARGE, METER, SMALL, make_large, planned, polled_points
from benchmarks.largework import WORK, work
from benchmarks.longrun import fill_years

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def profiles() -> Mapping[str, Profile]:
    return load_all([]).profiles


def test_the_plant_has_five_thousand_devices_and_two_hundred_thousand_points() -> None:
    devices = list(planned(LARGE))
    assert len(devices) == LARGE.devices == 5000
    assert len({device.id for device in devices}) == 5000
    assert polled_points(devices) >= 200_000
    assert sum(device.serial.startswith(SILENT) for device in devices) == 25


def test_the_kinds_of_device_are_mixed_as_in_a_town() -> None:
    first = [device.profile for device in list(planned(LARGE))[:100]]
    assert 60 <= first.count(METER) <= 85
    assert 5 <= first.count(A266) <= 15


def device_of(profile: Profile, serial: str = "60000001") -> FeedDevice:
    config = DeviceConfig(
        DeviceId("d1"), "Havnegade 1", "Havnen", LinkId("l1"), 1, profile.id, serial=serial
    )
    return FeedDevice(config, profile, lambda: NOON)


@pytest.mark.parametrize("kind", [profile for profile, _count in LARGE.mix])
async def test_every_device_tells_all_it_is_asked_and_all_of_it_good(
    profiles: Mapping[str, Profile], kind: str
) -> None:
    profile = profiles[kind]
    keys = [key for key, spec in profile.points.items() if spec.live and key in profile.places]
    outcome = await device_of(profile).poll(keys)
    assert [each.point for each in outcome.readings] == [
        point_id(DeviceId("d1"), k) for k in keys
    ]
    assert {each.quality for each in outcome.readings} == {Quality.GOOD}
    assert all(each.value is not None for each in outcome.readings)


async def test_a_setting_keeps_what_was_written(profiles: Mapping[str, Profile]) -> None:
    profile = profiles[A266]
    key = next(key for key, spec in profile.points.items() if spec.write is not None)
    device = device_of(profile)
    await device.write(key, 21.5)
    assert [each.value for each in (await device.poll([key])).readings] == [21.5]


async def test_a_silent_device_never_answers(profiles: Mapping[str, Profile]) -> None:
    with pytest.raises(DeviceUnreachable):
        await device_of(profiles[A266], f"{SILENT}-1").poll(["s1"])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "small"
    make_large(folder, SMALL)
    return folder


def test_a_smaller_plant_is_made_alike_with_history_notes_and_audit(small: Path) -> None:
    with closing(open_project(small)) as project:
        plant = project.configuration.current().config
        assert len(plant.devices) == SMALL.devices == 30
        first = next(iter(planned(SMALL)))
        assert plant.devices[first.id] == first
        assert len(project.audit.entries(limit=1000)) >= SMALL.audit


def test_its_window_opens_on_the_dashboard(small: Path) -> None:
    figures = work("start", small)
    assert set(figures) == {"core_s", "painted_s"}
    assert figures["painted_s"] < 30


def holding(told: Mapping[str, Mapping[str, float]]) -> dict[str, Promise]:
    return {promise.name: promise for promise in judged(told, "a plant")}


def figures(page_ms: float) -> Mapping[str, Mapping[str, float]]:
    """Return what the processes might tell."""
    memory = {
        "standing_mb": 400.0,
        "walked_mb": 440.0,
        "all_open_mb": 500.0,
        "open_pages": 16.0,
    }
    busy = {f"{name}, busy": page_ms + 50 for name in page_names()}
    return {
        "pages": dict.fromkeys(page_names(), page_ms) | busy | memory,
        "start": {"core_s": 1.0, "painted_s": 0.6},
        "palette": {"opened_ms": 84.0, "typed_ms": 26.0},
        "table": {"cores": 0.08, "hz": 2.0},
        "years": {"seconds": 0.8, "first_s": 1.1, "samples": 3_504_000.0},
        "day": {"first_mb": 250.0, "last_mb": 255.0, "pens": 20.0},
    }


def test_every_page_is_promised_and_a_slow_one_breaks_its_promise() -> None:
    assert set(WORK) == set(figures(0))
    quick, slow = holding(figures(299.0)), holding(figures(301.0))
    assert {f"opening {name}" for name in page_names()} <= set(quick)
    assert all(promise.holds for promise in quick.values())
    broken = {name for name, promise in slow.items() if not promise.holds}
    assert broken == {f"opening {name}" for name in page_names()}
    assert BENCH.name == "large"


@pytest.mark.parametrize("name", ["standing_mb", "walked_mb", "all_open_mb"])
def test_the_memory_is_promised_whatever_was_opened(name: str) -> None:
    told = dict(figures(100.0))
    told["pages"] = {**told["pages"], name: 601.0}
    assert not holding(told)["memory of it all"].holds


@pytest.mark.campaign
def test_every_piece_of_work_ends_with_figures(small: Path, tmp_path: Path) -> None:
    fill_years(small)
    for name in ("pages", "palette", "years"):
        assert work(name, small)
    assert work("table", tmp_path / "rows")["hz"] > 1
