"""A setting taken out of automatic for a while, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime

from app.model.reading import DeviceId

DEFAULT_MIN = 240  # an override that nobody gave another end
MOST_MIN = 7 * 24 * 60


@dataclass(frozen=True, slots=True)
class Override:
    """Who took which setting out of automatic, why and until when; values in its unit."""

    id: str
    device: DeviceId
    key: str
    former: float  # what is written back
    value: float
    login: str
    name: str
    workstation: str
    reason: str
    since: datetime  # UTC
    until: datetime | None  # UTC; None: until somebody takes it back
