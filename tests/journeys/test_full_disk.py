"""A disk that fills up under a running plant: told, nothing unsaid is changed, all goes on."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.asked import Note
from app.errors import StoreBroken
from app.model.alarm import AlarmRule, AlarmState
from app.model.control import WriteRequest, WriteResult, WriteState
from app.model.device import Presence
from app.model.reading import DeviceId, PointId
from tests.journeys.product import wait_for
from tests.journeys.quicksite import ANSWERS_S, Operator, operator, quick_site
from tests.journeys.smallsite import NAME, Site
from tests.smalldisk import SmallDisk, mounted

DEVICE = DeviceId("ahornvej-14")
COMFORT = "c1_room_comfort"
TOLD_WITHIN_S = 10.0  # what is promised of a full disk
HOT = AlarmRule("hot", "high", DEVICE, PointId(f"{DEVICE}.s3"), "Flow hot", 2, limit=80.0)
pytestmark = [pytest.mark.campaign, pytest.mark.timeout(240), pytest.mark.campaign]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with mounted(tmp_path / "site") as disk:
        yield disk


@pytest.fixture
def site(tmp_path: Path, disk: SmallDisk) -> Iterator[Site]:
    with quick_site(tmp_path, 1) as site:
        site.stop_core()
        settings = disk.folder / "settings.toml"
        settings.write_text("[audit]\nkeep_free_mb = 1\n", encoding="utf-8")
        site.start_core()
        yield site


def troubles(engineer: Operator) -> Sequence[str]:
    return engineer.joined.ask(engineer.asked.plant.troubles(engineer.viewer))


def write(engineer: Operator, value: float, intent: str) -> WriteResult:
    request = WriteRequest(DEVICE, COMFORT, value, intent)
    return engineer.joined.ask(engineer.asked.control.write(engineer.viewer, request))


def standing(engineer: Operator) -> list[AlarmState]:
    alarms = engineer.joined.ask(engineer.asked.alarms.standing(engineer.viewer))
    return [each.state for each in alarms if each.rule.id == HOT.id]


def refusal(engineer: Operator) -> str:
    """What somebody is told who keeps a note now."""
    note = Note("", DEVICE, "the disk is full")
    with pytest.raises(StoreBroken) as caught:
        engineer.joined.ask(engineer.asked.project.keep_note(engineer.viewer, note))
    return str(caught.value)


def test_a_full_disk_stops_changes_tells_so_and_loses_nothing(
    site: Site, disk: SmallDisk
) -> None:
    controller = site.simulators[DEVICE]
    controller.say("set s3 60")
    with operator(site) as engineer:
        ask, project, viewer = engineer.joined.ask, engineer.asked.project, engineer.viewer
        ask(project.put_rule(viewer, HOT))
        engineer.wait_for(DEVICE, Presence.ON)
        assert write(engineer, 21.5, "before").state is WriteState.CONFIRMED
        disk.fill()
        wait_for(lambda: "disk of the activity" in " ".join(troubles(engineer)), TOLD_WITHIN_S)
        said = " ".join(troubles(engineer))
        assert "MB are free on the disk of the activity log: changes of settings" in said
        refused = write(engineer, 22.0, "while full")
        assert refused.state is WriteState.REFUSED
        assert "changes of settings, devices" in refused.reason
        assert "changes of settings, devices" in refusal(engineer)
        controller.say("set s3 91.5")
        wait_for(lambda: standing(engineer) == [AlarmState.UNACKNOWLEDGED], ANSWERS_S)
        seen = ask(engineer.asked.alarms.acknowledge(viewer, [HOT.id], "on my way"))
        assert [each.acknowledged_by for each in seen] == [NAME]
        assert ask(engineer.asked.plant.latest(viewer, [PointId(f"{DEVICE}.s3")]))
        disk.free()
        wait_for(lambda: not troubles(engineer), ANSWERS_S + 60)
        assert write(engineer, 22.5, "afterwards").state is WriteState.CONFIRMED
        assert ask(project.keep_note(viewer, Note("", DEVICE, "there is room"))).version == 1
        entries = ask(engineer.asked.audit.entries(viewer, 50))
        deeds = [(each.verb, each.result or each.new) for each in entries[::-1]]
        assert deeds.index(("write", "refused")) < deeds.index(("acknowledge", "done"))
        assert ("audit.storage", "stopped") in deeds
        assert ("audit.storage", "enough room") in deeds
        assert "on my way" in [each.reason for each in entries]
        assert ask(engineer.asked.audit.verify(viewer)) == ""
        records = ask(engineer.asked.alarms.history(viewer, 10))
        told = [each.alarm.state for each in records if each.alarm.rule.id == HOT.id]
        assert told == [AlarmState.ACKNOWLEDGED, AlarmState.UNACKNOWLEDGED]
    site.stop_core()
    assert asyncio.run(_gaps(site)) == 0


async def _gaps(site: Site) -> int:
    """How often the program, opening the project anew, missed something in its audit."""
    from app.project.opening import open_project

    project = await asyncio.to_thread(open_project, site.folder)
    try:
        return len([e for e in project.audit.entries(100) if e.verb == "audit.gap"])
    finally:
        project.close()
