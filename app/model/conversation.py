"""How a device has been answering: its presence over time, success, latency, errors, frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.model.device import Presence


@dataclass(frozen=True, slots=True)
class Spell:
    """A presence, and since when it held (UTC); it lasts until the next spell."""

    since: datetime
    presence: Presence


@dataclass(frozen=True, slots=True)
class Quarter:
    """What was asked in a quarter of an hour, and how it was answered."""

    at: datetime  # its beginning, UTC
    requests: int
    failures: int
    latency_ms: float | None  # mean of the answers
    worst_ms: float | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as it was told, and how often it came in a row."""

    at: datetime  # UTC, of the last time
    sentence: str
    times: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """The last 24 hours with one device, as far as this core has been running."""

    since: datetime  # UTC, when it began to be noted
    spells: Sequence[Spell]
    quarters: Sequence[Quarter]  # oldest first; quarters without a request are not there
    troubles: Sequence[Trouble]  # newest first
    # How long one readout of every device on its line takes, where the line can tell.
    round_s: float | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of what went over the wire."""

    at: datetime  # UTC
    sent: bool  # by us; else received
    data: bytes

    @property
    def hex(self) -> str:
        """The bytes as an engineer reads them: ``00 01 00 00 00 06 …``."""
        return self.data.hex(" ")


@dataclass(frozen=True, slots=True)
class Stay:
    """What a device or its line was for a while."""

    begin: datetime  # UTC
    end: datetime  # UTC
    presence: Presence


@dataclass(frozen=True, slots=True)
class Attendance:
    """When a device and its line were there; no stay where no core looked on.

    Stays too short to be drawn one by one are told together, as the worst of them; the
    seconds are exact.
    """

    since: datetime | None  # UTC, when the device was first noted; None: never
    stays: Sequence[Stay]  # of the device, oldest first
    line: Sequence[Stay]  # there while any device on it is
    noted_s: float  # how long somebody looked on
    there_s: float  # how long the device answered meanwhile
