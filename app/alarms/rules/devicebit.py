"""An alarm the device raises itself: one bit of a point it serves."""

from app.alarms.ruletype import RuleType
from app.alarms.trusted import trusted_number
from app.model.alarm import AlarmRule
from app.model.reading import Reading


def bit_set(rule: AlarmRule, reading: Reading, held: bool) -> bool | None:
    """Hold while the bit whose number is ``limit`` is set."""
    value = trusted_number(reading)
    if value is None or rule.limit is None:
        return None
    return bool(int(value) >> int(rule.limit) & 1)


RULE = RuleType("device-bit", "an alarm of the device itself", by_reading=bit_set)
