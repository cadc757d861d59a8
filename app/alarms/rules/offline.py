"""A device that no longer answers."""

from app.alarms.ruletype import RuleType
from app.model.alarm import AlarmRule
from app.model.device import DeviceStanding, Presence


def offline(rule: AlarmRule, standing: DeviceStanding, held: bool) -> bool | None:
    """Hold while the device is offline; a device that is only late says nothing yet."""
    if standing.presence is Presence.OFFLINE:
        return True
    if standing.presence in (Presence.ON, Presence.FAULT, Presence.DISABLED):
        return False
    return None


RULE = RuleType("offline", "a device does not answer", by_standing=offline)
