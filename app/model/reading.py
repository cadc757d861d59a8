"""One observation of one point."""

import sys
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

DeviceId = NewType("DeviceId", str)
PointId = NewType("PointId", str)
Value = float | str | datetime


def point_id(device: DeviceId, key: str) -> PointId:
    """Return the name of a device's point; ``key`` is the profile's name for it.

    The same name is the same object: every reading carries one, and tables, rules and
    screens keep them by hundreds of thousands.
    """
    return PointId(sys.intern(f"{device}.{key}"))


def split_point(point: PointId) -> tuple[DeviceId, str]:
    """Return the device and the profile's key; the inverse of `point_id`."""
    device, _, key = point.rpartition(".")
    return DeviceId(device), key


class Quality(Enum):
    """How far a reading may be trusted."""

    GOOD = "good"
    UNCERTAIN = "uncertain"  # estimated or interpolated
    STALE = "stale"  # was good; the link is lost or it is older than the point allows
    MANUAL = "manual"  # put in by a person
    BAD = "bad"  # the device answered and disowned the value
    OFFLINE = "offline"  # the device did not answer for longer than its limit

    @property
    def believable(self) -> bool:
        """Whether a value may be shown at all."""
        return self not in _NOTHING_TO_BELIEVE


_NOTHING_TO_BELIEVE = (Quality.BAD, Quality.OFFLINE)


class Origin(Enum):
    """How the reading came to us."""

    LIVE = "live"
    BACK_FILLED = "back-filled"
    ENTERED = "entered"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a device said about a point, and when it was true.

    ``value`` is in the point's unit; it is ``None`` exactly when there is nothing
    to believe, so nobody can mistake a lost device or a broken sensor for a number.
    Choices and bit fields are numbers too; the point's spec carries their words.
    """

    point: PointId
    value: Value | None
    quality: Quality
    measured_at: datetime  # UTC, from the device if it keeps time, else on arrival
    reason: str = ""  # a code such as "sensor-open" when the quality is not GOOD
    origin: Origin = Origin.LIVE
    received_at: datetime | None = None  # UTC; None when it is the same moment

    def __post_init__(self) -> None:
        if self.measured_at.tzinfo is None:
            raise ValueError(f"{self.point}: measured_at must carry a time zone")
        if (self.value is None) is not (self.quality in _NOTHING_TO_BELIEVE):
            raise ValueError(f"{self.point}: {self.quality} does not fit {self.value!r}")

    @property
    def arrived_at(self) -> datetime:
        """When we received it (UTC)."""
        return self.received_at or self.measured_at
