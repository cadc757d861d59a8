"""A wish to change a setting, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from app.model.override import DEFAULT_MIN
from app.model.reading import DeviceId


class WriteState(Enum):
    """How a write ended."""

    CONFIRMED = "confirmed"  # the device reads back what was wished
    UNCONFIRMED = "unconfirmed"  # sent, but nobody knows whether it holds
    REFUSED = "refused"  # by us or by the device; nothing changed


@dataclass(frozen=True, slots=True)
class WriteRequest:
    """One intent of one person; ``intent`` makes a repeated click the same wish."""

    device: DeviceId
    key: str
    value: float  # in the point's unit
    intent: str
    expected: float | None = None  # what the person saw; a fresh read that differs refuses
    note: str = ""
    # How long an override lasts; None: until somebody takes it back. Means nothing else.
    lasts_min: int | None = DEFAULT_MIN


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What the one door answers; values in the point's unit."""

    device: DeviceId
    key: str
    old: float | None
    new: float
    read_back: float | None
    state: WriteState
    reason: str  # a sentence; empty when confirmed
    at: datetime
    by: str = ""  # the name of who wished it
