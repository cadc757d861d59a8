"""A value above its limit: too hot, too much flow."""

from app.alarms.ruletype import RuleType
from app.alarms.trusted import trusted_number
from app.model.alarm import AlarmRule
from app.model.reading import Reading


def above(rule: AlarmRule, reading: Reading, held: bool) -> bool | None:
    """Hold above ``limit``, let go at ``limit − deadband`` or below."""
    value = trusted_number(reading)
    if value is None or rule.limit is None:
        return None
    return value > (rule.limit - rule.deadband if held else rule.limit)


RULE = RuleType("high", "value above a limit, with deadband and delays", by_reading=above)
