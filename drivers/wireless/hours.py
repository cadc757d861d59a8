"""When a receiver is expected to hear anything: outside of these hours silence is no fault.

``Mon-Fri 06:00-22:00, Sat 08:00-12:00 Europe/Copenhagen``: days and hours of one civil zone,
several windows apart by commas; without days every day; one that ends before it begins ends on
the next day.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.clipped import clipped
from app.errors import BadInput
from app.words import _

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(
    r"(?:(?P<first>[a-z]{3})(?:-(?P<last>[a-z]{3}))? +)?"
    r"(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d)\Z",
    re.ASCII,
)
_MINUTES_OF_DAY = 1440


@dataclass(frozen=True, slots=True)
class _Window:
    days: frozenset[int]  # 0 is Monday
    start_min: int  # of the civil day
    end_min: int  # … and above 1440 of the next one

    def holds(self, day: int, minute: float) -> bool:
        """Whether a minute of a day lies in it."""
        today = day in self.days and self.start_min <= minute < self.end_min
        before = (day - 1) % 7 in self.days
        return today or (before and minute < self.end_min - _MINUTES_OF_DAY)


@dataclass(frozen=True, slots=True)
class Hours:
    """Windows of the week, by the clock of one zone; none of them: always."""

    windows: Sequence[_Window] = ()
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def expects(self, now: datetime) -> bool:
        """Whether something should be heard at a moment (aware)."""
        if not self.windows:
            return True
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute + local.second / 60
        return any(each.holds(local.weekday(), minute) for each in self.windows)


def hours_of(text: str) -> Hours:
    """Return what a text says; "" is always. Raises `BadInput`."""
    if not text.strip():
        return Hours()
    said, _blank, zone = text.strip().rpartition(" ")
    windows = tuple(_window(part.strip(), text) for part in said.split(","))
    try:
        return Hours(windows, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise _wrong(text) from None


def _window(part: str, text: str) -> _Window:
    said = _WINDOW.match(part.lower())
    if said is None:
        raise _wrong(text)
    try:
        first = _DAYS.index(said["first"]) if said["first"] else 0
        last = _DAYS.index(said["last"]) if said["last"] else first
    except ValueError:
        raise _wrong(text) from None
    if not said["first"]:
        last = len(_DAYS) - 1
    count = (last - first) % len(_DAYS) + 1
    start, end = _minutes(said["start"], text), _minutes(said["end"], text)
    days = frozenset((first + step) % len(_DAYS) for step in range(count))
    return _Window(days, start, end if end > start else end + _MINUTES_OF_DAY)


def _minutes(clock: str, text: str) -> int:
    hours, minutes = int(clock[:2]), int(clock[3:])
    total = timedelta(hours=hours, minutes=minutes) // timedelta(minutes=1)
    if minutes > 59 or total > _MINUTES_OF_DAY:  # noqa: PLR2004 - the last of an hour
        raise _wrong(text)
    return total


def _wrong(text: str) -> BadInput:
    return BadInput(
        _("{text!r} are no hours: write Mon-Fri 06:00-22:00 Europe/Copenhagen").format(
            text=clipped(text)
        )
    )
