"""Simulated time, and the clock inside a controller that people set wrong."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import BadInput

CLOCK_PNUS = (64045, 64046, 64047, 64048, 64049)  # hour, minute, day, month, year
_FIRST_YEAR, _LAST_YEAR = 2009, 2099


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone called ``name``; raises `BadInput` when nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput(f"time zone '{name}' is not known") from error


@dataclass(frozen=True, slots=True)
class SimulatedTime:
    """Time that runs ``speed`` times as fast as the wall clock since ``epoch``."""

    now: Callable[[], datetime]
    speed: float
    epoch: datetime  # UTC, on the wall
    story: datetime  # UTC, in the simulation, at ``epoch``

    @classmethod
    def starting(
        cls, now: Callable[[], datetime], speed: float, story: datetime | None = None
    ) -> "SimulatedTime":
        """Start now; ``story`` continues a simulation that had run ahead."""
        epoch = now()
        return cls(now, speed, epoch, epoch if story is None else max(story, epoch))

    def __call__(self) -> datetime:
        return self.story + (self.now() - self.epoch) * self.speed


@dataclass(slots=True)
class DeviceClock:
    """A controller's own clock: local time without a zone, off by whatever somebody set.

    The registers have no seconds; setting hour or minute lets the seconds run on.
    """

    zone: ZoneInfo
    shift: timedelta = field(default_factory=timedelta)  # device minus true local time
    summer_time: bool = True  # PNU 10198: follows daylight saving by itself

    def local(self, at: datetime) -> datetime:
        """Return what the display shows at ``at``, as a naive local time."""
        true = at.astimezone(self.zone)
        naive = true.replace(tzinfo=None) + self.shift
        return naive if self.summer_time else naive - (true.dst() or timedelta())

    def register(self, pnu: int, at: datetime) -> int:
        """Return one of the five clock registers."""
        shown = self.local(at)
        return (shown.hour, shown.minute, shown.day, shown.month, shown.year)[
            CLOCK_PNUS.index(pnu)
        ]

    def accept(self, pnu: int, value: int, at: datetime) -> bool:
        """Set one clock register; False when the date would not exist meanwhile."""
        shown = self.local(at)
        parts = [shown.hour, shown.minute, shown.day, shown.month, shown.year]
        parts[CLOCK_PNUS.index(pnu)] = value
        hour, minute, day, month, year = parts
        fits = (
            0 <= hour <= 23  # noqa: PLR2004
            and 0 <= minute <= 59  # noqa: PLR2004
            and 1 <= month <= 12  # noqa: PLR2004
            and _FIRST_YEAR <= year <= _LAST_YEAR
            and 1 <= day <= calendar.monthrange(year, month)[1]
        )
        if not fits:
            return False
        wished = shown.replace(year=year, month=month, day=day, hour=hour, minute=minute)
        self.shift += wished - shown
        return True


def utc_second(second: int) -> datetime:
    """Return the moment ``second`` seconds after 1970, UTC."""
    return datetime.fromtimestamp(second, UTC)
