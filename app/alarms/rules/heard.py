"""A meter that cannot be read by radio, or a receiver that hears nothing."""

from collections.abc import Collection

from app.alarms.ruletype import RuleType
from app.model.alarm import AlarmRule


def heard(rule: AlarmRule, troubles: Collection[str], held: bool) -> bool | None:
    """Hold while the trouble that the rule is called by is told."""
    return rule.id in troubles


RULE = RuleType("heard", "a meter or a receiver by radio is in trouble", by_trouble=heard)
