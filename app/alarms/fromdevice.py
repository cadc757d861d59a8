"""The alarms devices raise themselves, as rules: nobody has to set them up."""

from collections.abc import Collection, Iterator, Mapping

from app.model.alarm import AlarmRule
from app.model.device import DeviceConfig
from app.model.profile import Profile
from app.model.reading import point_id


def device_rules(
    devices: Collection[DeviceConfig], profiles: Mapping[str, Profile]
) -> Iterator[AlarmRule]:
    """Yield a rule for each alarm bit of each device's configured profile.

    A device whose profile is found on connecting has none of these until the profile
    is configured: what its bits mean depends on it.
    """
    for config in devices:
        profile = profiles.get(config.profile)
        for alarm in profile.alarms if profile else ():
            yield AlarmRule(
                f"{config.id}-own-{alarm.number}",
                "device-bit",
                config.id,
                point_id(config.id, alarm.point),
                alarm.text,
                alarm.priority,
                limit=float(alarm.bit),
            )
