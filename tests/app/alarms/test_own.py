"""What Heatdesk says of itself stands in the list of alarms, for who sees the whole plant."""

import pytest

from app.alarms.own import (
    BACKUP_FAILED,
    HISTORY_DAMAGED,
    SAMPLES_WAIT,
    own_rules,
)
from app.alarms.rules.own import own
from app.errors import BadInput
from app.model.alarm import PROGRAM, AlarmState
from app.model.exportplan import EXPORT_FAILED
from app.project.config import PlantConfig
from app.project.validation import faults_of
from app.verbs import Capability
from tests.app.alarms.test_service import Desk
from tests.people import assigned, person
from tests.plant import DEVICE, LINK, LUND, device, high_rule

SERVER = tuple(own_rules(on_server=True))
WAITS = frozenset({SAMPLES_WAIT})
NOTHING: frozenset[str] = frozenset()


def test_only_a_history_on_a_server_may_wait_for_it() -> None:
    anywhere = [rule.id for rule in own_rules(on_server=False)]
    assert anywhere == [HISTORY_DAMAGED, BACKUP_FAILED, EXPORT_FAILED]
    assert [rule.id for rule in SERVER] == [*anywhere, SAMPLES_WAIT]
    assert {rule.device for rule in SERVER} == {PROGRAM}


async def test_a_damaged_file_and_a_failed_backup_are_alarms_at_once() -> None:
    desk = Desk(*SERVER)
    desk.alarms.on_troubles({HISTORY_DAMAGED, BACKUP_FAILED})
    standing = await desk.alarms.standing(LUND)
    assert {each.rule.id for each in standing} == {HISTORY_DAMAGED, BACKUP_FAILED}
    assert any("salvage" in each.rule.name for each in standing)
    desk.alarms.on_troubles({BACKUP_FAILED})
    states = {each.rule.id: each.state for each in await desk.alarms.standing(LUND)}
    assert states[HISTORY_DAMAGED] is AlarmState.RETURNED
    assert states[BACKUP_FAILED] is AlarmState.UNACKNOWLEDGED


async def test_a_minute_without_the_server_is_an_alarm_and_its_return_ends_it() -> None:
    desk = Desk(*SERVER)
    desk.alarms.on_troubles(WAITS)
    desk.clock.go(59)
    desk.alarms.on_troubles(WAITS)
    assert desk.states() == []
    desk.clock.go(1)
    desk.alarms.on_troubles(WAITS)
    desk.alarms.on_troubles(WAITS)
    assert desk.states() == [AlarmState.UNACKNOWLEDGED]
    [alarm] = await desk.alarms.standing(LUND)
    assert "Samples wait on this computer" in alarm.rule.name
    desk.alarms.on_troubles(NOTHING)
    assert desk.states()[-1] is AlarmState.RETURNED


async def test_what_nobody_knows_yet_is_neither_raised_nor_taken_back() -> None:
    desk = Desk(*SERVER)
    desk.alarms.on_troubles({HISTORY_DAMAGED})
    desk.alarms.on_troubles(NOTHING, {HISTORY_DAMAGED, BACKUP_FAILED})
    assert desk.states() == [AlarmState.UNACKNOWLEDGED]
    desk.alarms.on_troubles({BACKUP_FAILED}, {HISTORY_DAMAGED, BACKUP_FAILED})
    assert desk.states() == [AlarmState.UNACKNOWLEDGED] * 2, "a trouble told is one"
    desk.alarms.on_troubles(NOTHING)
    assert desk.states()[2:] == [AlarmState.RETURNED] * 2


async def test_a_hiccup_is_none() -> None:
    desk = Desk(*SERVER)
    for _ in range(5):
        desk.alarms.on_troubles(WAITS)
        desk.clock.go(40)
        desk.alarms.on_troubles(NOTHING)
        desk.clock.go(40)
    assert desk.states() == []


async def test_it_is_acknowledged_like_any_other_and_stays_so_over_changes() -> None:
    desk = Desk(*SERVER, high_rule())
    desk.alarms.on_troubles(WAITS)
    desk.clock.go(60)
    desk.alarms.on_troubles(WAITS)
    await desk.alarms.acknowledge(LUND, [SAMPLES_WAIT], "the server is being moved")
    desk.alarms.apply((*SERVER, high_rule(60.0)))
    desk.alarms.on_troubles(WAITS)
    [alarm] = await desk.alarms.standing(LUND)
    assert alarm.state is AlarmState.ACKNOWLEDGED
    assert alarm.note == "the server is being moved"
    desk.alarms.on_troubles(NOTHING)
    assert list(await desk.alarms.standing(LUND)) == []


async def test_after_a_restart_it_stands_until_it_is_over() -> None:
    desk = Desk(*SERVER)
    desk.alarms.on_troubles(WAITS)
    desk.clock.go(60)
    desk.alarms.on_troubles(WAITS)
    again = Desk(*SERVER, journal=desk.journal)
    [alarm] = await again.alarms.standing(LUND)
    assert alarm.state is AlarmState.UNACKNOWLEDGED
    again.alarms.on_troubles(NOTHING)
    [alarm] = await again.alarms.standing(LUND)
    assert alarm.state is AlarmState.RETURNED


async def test_who_sees_some_devices_alone_does_not_see_it() -> None:
    desk = Desk(*SERVER)
    desk.alarms.on_troubles(WAITS)
    desk.clock.go(60)
    desk.alarms.on_troubles(WAITS)
    all_of_them = {Capability.SEE_ALARMS, Capability.SEE_PLANT, Capability.ACKNOWLEDGE}
    guest = assigned("guest", [DEVICE], all_of_them)
    assert list(await desk.alarms.standing(guest)) == []
    assert list(await desk.alarms.history(guest, 10)) == []
    with pytest.raises(BadInput, match="no alarm rule"):
        await desk.alarms.acknowledge(guest, [SAMPLES_WAIT], "")
    watched = person("berit", capabilities=all_of_them)
    assert len(await desk.alarms.standing(watched)) == 1


def test_a_trouble_nobody_knows_raises_nothing() -> None:
    assert own(SERVER[0], frozenset({"own-of-a-newer-program"}), held=False) is False


def test_no_device_can_be_called_like_the_program() -> None:
    plant = PlantConfig("Østerby", "Europe/Copenhagen").with_link(LINK)
    assert not any("Heatdesk" in said for said in faults_of(plant))
    called = plant.with_device(device(str(PROGRAM)))
    assert any("Heatdesk" in said for said in faults_of(called))
