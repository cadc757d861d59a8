"""How a kind of alarm rule introduces itself."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.model.alarm import AlarmRule
from app.model.device import DeviceStanding
from app.model.reading import Reading

ByReading = Callable[[AlarmRule, Reading, bool], bool | None]
ByStanding = Callable[[AlarmRule, DeviceStanding, bool], bool | None]
ByTrouble = Callable[[AlarmRule, Collection[str], bool], bool | None]


@dataclass(frozen=True, slots=True)
class RuleType:
    """One per file of ``app.alarms.rules``, named ``RULE``.

    Exactly one of the three judges is given. It answers whether the condition holds
    (the third argument: whether it held before, for the deadband) or None for "this
    says nothing", which leaves everything as it was.
    """

    kind: str
    summary: str
    by_reading: ByReading | None = None
    by_standing: ByStanding | None = None
    by_trouble: ByTrouble | None = None  # of what the core says of itself, by name
