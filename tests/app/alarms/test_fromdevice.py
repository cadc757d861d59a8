"""A controller's own alarm bits stand as alarms without anybody setting them up."""

from app.alarms.fromdevice import device_rules
from app.model.alarm import AlarmState
from app.model.profile import DeviceAlarmBit
from app.model.reading import Quality, Reading
from tests.app.alarms.test_service import Desk
from tests.plant import LUND, NOON, SUPPLY, device, profile

KNOWN = profile(alarms=(DeviceAlarmBit("supply", 3, 4, "Alarm 4", 2),))


def test_each_bit_of_each_device_is_a_rule_of_its_own() -> None:
    rules = list(device_rules([device(), device("station-8")], {KNOWN.id: KNOWN}))
    assert [rule.id for rule in rules] == ["station-7-own-4", "station-8-own-4"]
    assert [rule.name for rule in rules] == ["Alarm 4", "Alarm 4"]


def test_a_device_of_unknown_application_has_none() -> None:
    assert not list(device_rules([device(profile="")], {KNOWN.id: KNOWN}))


async def test_a_bit_that_is_set_stands_until_it_is_cleared_and_seen() -> None:
    desk = Desk(*device_rules([device()], {KNOWN.id: KNOWN}))
    desk.table.publish([Reading(SUPPLY, 8.0, Quality.GOOD, NOON)])
    (alarm,) = await desk.alarms.standing(LUND)
    assert (alarm.rule.name, alarm.rule.priority) == ("Alarm 4", 2)
    desk.table.publish([Reading(SUPPLY, 0.0, Quality.GOOD, NOON)])
    assert desk.states()[-1] is AlarmState.RETURNED
