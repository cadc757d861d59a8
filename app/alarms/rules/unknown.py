"""A command was sent and nobody knows what became of it."""

from app.alarms.ruletype import RuleType
from app.alarms.trusted import trusted_number
from app.model.alarm import AlarmRule
from app.model.reading import Reading

_UNKNOWN = "state-unknown"


def unknown(rule: AlarmRule, reading: Reading, held: bool) -> bool | None:
    """Hold from the lost answer until the device itself tells the state again."""
    if reading.reason == _UNKNOWN:
        return True
    return False if trusted_number(reading) is not None else None


RULE = RuleType("unknown-state", "what became of a command is not known", by_reading=unknown)
