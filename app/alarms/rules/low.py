"""A value below its limit: too cold, pressure lost."""

from app.alarms.ruletype import RuleType
from app.alarms.trusted import trusted_number
from app.model.alarm import AlarmRule
from app.model.reading import Reading


def below(rule: AlarmRule, reading: Reading, held: bool) -> bool | None:
    """Hold below ``limit``, let go at ``limit + deadband`` or above."""
    value = trusted_number(reading)
    if value is None or rule.limit is None:
        return None
    return value < (rule.limit + rule.deadband if held else rule.limit)


RULE = RuleType("low", "value below a limit, with deadband and delays", by_reading=below)
