"""Something that Heatdesk says of itself, and that somebody should look after."""

from collections.abc import Collection

from app.alarms.ruletype import RuleType
from app.model.alarm import AlarmRule


def own(rule: AlarmRule, troubles: Collection[str], held: bool) -> bool | None:
    """Hold while the trouble that the rule is called by is told."""
    return rule.id in troubles


RULE = RuleType("own", "Heatdesk itself is in trouble", by_trouble=own)
