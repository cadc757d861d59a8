"""Alarm rules and the life of an alarm (states after IEC 62682)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.model.reading import DeviceId, PointId

# Whom alarms are of that are about Heatdesk itself. No device can be called so, for their
# ids have small letters: only who sees the whole plant sees these.
PROGRAM = DeviceId("Heatdesk")


class AlarmState(Enum):
    """Where an alarm stands between the plant and the operator."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"  # condition over, operator has not seen it yet


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """When to raise: ``kind`` names the rule file in ``app/alarms/rules``.

    ``point`` is None for rules about the device itself (offline).
    """

    id: str
    kind: str  # "high", "low", "offline", "device-bit", "unknown-state"
    device: DeviceId
    point: PointId | None
    name: str
    priority: int  # 1 (highest) … 4
    limit: float | None = None  # in the point's unit
    deadband: float = 0.0  # in the point's unit
    on_delay_s: float = 0.0
    off_delay_s: float = 0.0
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Alarm:
    """The current standing of one rule, and the story of its last occurrence."""

    rule: AlarmRule
    state: AlarmState
    since: datetime  # of the state
    occurred_at: datetime | None = None
    resolved_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    note: str = ""
    value: float | None = None  # that raised it, in the point's unit
    # Found in readings that came late: it is over, or nobody knows (no ``resolved_at``).
    historical: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A time in which a rule's condition held, as the journal knows it; ``end`` None: yet."""

    start: datetime
    end: datetime | None
    historical: bool = False


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """One line of the journal: what an alarm became, and when."""

    seq: int
    at: datetime
    alarm: Alarm
