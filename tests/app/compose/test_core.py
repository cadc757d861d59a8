"""A core begins and ends in order, and no part that fails keeps another from ending."""

import asyncio
import json
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.compose.core import Core, CoreOptions, open_core, utc_now
from app.compose.demoplant import demo_devices
from app.compose.kinds import driver_types, rule_types
from app.crash import CrashReports
from app.errors import BadInput, NotPermitted, StoreBroken
from app.logs import start_log, stop_log
from app.model.alarm import AlarmRule
from app.model.device import Presence
from app.model.reading import DeviceId
from app.project.config import PlantConfig
from app.project.lock import read_owner
from app.project.opening import Administrator, create_project, open_project
from app.settings.parts import Settings
from app.verbs import Viewer, administrator
from tests.plant import until

LOGIN, PASSWORD = "lund", "correct horse battery"
LUND = administrator(LOGIN, "K. Lund", "desk-1")


@pytest.fixture
def folder(home: Path) -> Path:
    """A project of two controllers nobody answers for, one with a broken profile."""
    folder = home / "site"
    create_project(
        folder,
        title="Østerby",
        zone="Europe/Copenhagen",
        administrator=Administrator(LOGIN, "K. Lund", PASSWORD),
    )
    (folder / "profiles" / "own.yaml").write_text("schema: 1\nprofile: [\n", encoding="utf-8")
    first, second = demo_devices(2)[:2]

    def fill(plant: PlantConfig) -> PlantConfig:
        for device in (first, replace(second, config=replace(second.config, profile="own"))):
            link = replace(device.link, options={"host": "127.0.0.1", "port": 1})
            plant = plant.with_link(link).with_device(device.config)
        odd = AlarmRule("odd", "of-a-plug-in", first.config.id, None, "Odd", 3)
        return plant.with_rule(odd)

    with closing(open_project(folder)) as project:
        project.configuration.change(LOGIN, "two devices", fill)
    return folder


@pytest.fixture
def crash(home: Path) -> CrashReports:
    return CrashReports(home / "faults")


@pytest.fixture
def core(folder: Path, crash: CrashReports) -> Iterator[Core]:
    core = open_core(folder, Settings(), CoreOptions(), crash)
    yield core
    core.project.close()


async def test_it_serves_what_it_can_and_says_what_it_cannot(core: Core, home: Path) -> None:
    handler = start_log(home / "logs")
    await core.start()
    try:
        broken = core.acquisition.standing_of(DeviceId("ahornvej-22"))
        assert broken is not None
        assert broken.presence is Presence.FAULT
        assert "own.yaml:" in broken.last_error
        await until(lambda: _failures(core) > 0, 30)
        assert "odd" not in {rule.id for rule in await core.asked.alarms.rules(LUND)}
    finally:
        await core.stop()
        stop_log(handler)
    log = (home / "logs" / "heatdesk.log").read_text(encoding="utf-8")
    told = [json.loads(line)["message"] for line in log.splitlines()]
    assert any(line.startswith("profile left out: own.yaml:") for line in told)
    assert any("alarm rule odd left out" in line for line in told)
    assert told[-1] == "core stopped"


def _failures(core: Core) -> int:
    standing = core.acquisition.standing_of(DeviceId("ahornvej-14"))
    return standing.failures if standing else 0


async def test_who_may_come_in_is_decided_by_name_and_password(core: Core) -> None:
    viewer = await core.authenticate(LOGIN, PASSWORD)
    assert isinstance(viewer, Viewer)
    assert viewer.name == "K. Lund"
    for login, password in ((LOGIN, "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(NotPermitted):
            await core.authenticate(login, password)


async def test_it_lets_others_in_only_when_it_stands_and_nobody_after_it_ended(
    core: Core, folder: Path
) -> None:
    owner = read_owner(folder)
    assert owner is not None
    assert owner.port is None
    await core.start()
    owner = read_owner(folder)
    assert owner is not None
    assert owner.port is not None
    port = owner.port
    await core.stop()
    assert read_owner(folder) is None
    with pytest.raises(OSError, match=r"refused|Connect"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_part_that_fails_at_the_end_keeps_no_other_from_ending(
    core: Core, folder: Path
) -> None:
    await core.start()

    async def broken() -> None:
        raise StoreBroken("fast.sqlite cannot be written: disk full")

    stop = core.recording.stop
    core.recording.stop = broken  # type: ignore[method-assign]
    with pytest.raises(StoreBroken, match="disk full"):
        await core.stop()
    assert read_owner(folder) is None
    await stop()
    names = {task.get_name() for task in asyncio.all_tasks()}
    assert not any(name.startswith("link ") for name in names)


async def test_it_may_end_before_it_began(core: Core, folder: Path) -> None:
    await core.stop()
    assert read_owner(folder) is None


async def test_changes_that_follow_each_other_end_in_the_last_one(core: Core) -> None:
    await core.start()
    try:
        config = core.services.config.devices[DeviceId("ahornvej-14")]
        for number in range(8):
            await core.services.put_device(LUND, replace(config, name=f"Name {number}"))

        async def name() -> str:
            detail = await core.asked.plant.device(LUND, config.id)
            return detail.view.config.name

        async with asyncio.timeout(20):
            while await name() != "Name 7":  # noqa: ASYNC110 - told by nothing but the answer
                await asyncio.sleep(0.02)
        assert core.acquisition.config_of(config.id).name == "Name 7"
    finally:
        await core.stop()


async def test_a_change_that_could_not_be_put_in_force_does_not_come_back_later(
    core: Core, crash: CrashReports, caplog: pytest.LogCaptureFixture
) -> None:
    """A change that crashed is tried again; by then a newer one may hold."""
    caplog.set_level(logging.CRITICAL)
    await core.start()
    apply, failing = core.alarms.apply, [True]

    def fails_once(rules: object) -> None:
        if failing:
            failing.clear()
            raise ZeroDivisionError("a bug")
        apply(rules)  # type: ignore[arg-type]

    core.alarms.apply = fails_once  # type: ignore[method-assign]
    try:
        config = core.services.config.devices[DeviceId("ahornvej-14")]
        await core.services.put_device(LUND, replace(config, name="Older"))
        await until(lambda: not failing)
        await core.services.put_device(LUND, replace(config, name="Newer"))

        def named(name: str) -> bool:
            return core.acquisition.config_of(config.id).name == name

        await until(lambda: named("Newer"), 20)
        await asyncio.sleep(1.0)  # the first try's pause is half a second
        assert named("Newer")
    finally:
        await core.stop()
    (report,) = (crash._folder).glob("crash-*.txt")
    assert "a bug" in report.read_text(encoding="utf-8")


async def test_what_is_served_alone_is_neither_recorded_nor_shared(
    folder: Path, crash: CrashReports
) -> None:
    options = CoreOptions(only={DeviceId("ahornvej-14")}, listen=False)
    core = open_core(folder, Settings(), options, crash)
    await core.start()
    try:
        views = await core.asked.plant.devices(LUND)
        assert [view.config.id for view in views] == ["ahornvej-14"]
        with pytest.raises(BadInput, match="no device"):
            await core.asked.plant.device(LUND, DeviceId("ahornvej-22"))
    finally:
        await core.stop()
    assert not list((folder / "history").iterdir())


def test_drivers_and_rules_are_found_once_each() -> None:
    drivers = [driver.kind for driver in driver_types()]
    rules = [rule.kind for rule in rule_types()]
    assert len(set(drivers)) == len(drivers)
    assert len(set(rules)) == len(rules)


async def test_a_damaged_book_of_presence_is_told_and_costs_no_device_its_polling(
    folder: Path, crash: CrashReports
) -> None:
    (folder / "history" / "presence.sqlite").write_bytes(b"no database at all" * 200)
    core = open_core(folder, Settings(), CoreOptions(listen=False), crash)
    await core.start()
    try:
        (said,) = await core.asked.plant.troubles(LUND)
        assert said.startswith("when devices come and go is not kept: ")
        assert "presence.sqlite" in said
        device = DeviceId("ahornvej-14")
        await until(lambda: _failures(core) > 0)
        now = utc_now()
        with pytest.raises(StoreBroken, match=r"presence\.sqlite"):
            await core.asked.plant.attendance(LUND, device, now - timedelta(hours=1), now)
        with pytest.raises(BadInput, match="a later end"):
            await core.asked.plant.attendance(LUND, device, now, now)
    finally:
        await core.stop()
