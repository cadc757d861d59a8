"""How far a device's own clock is off, from what was read of it."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.model.plantclock import MINUTE_S, clock_drift, shift_wanted, shown_time
from app.model.profile import ClockPlaces
from app.words import _

Read = Callable[[str], tuple[int, datetime] | None]


def clock_standing(places: ClockPlaces, read: Read, zone: ZoneInfo) -> tuple[float | None, str]:
    """Return (device minus true time in s, a note); None where it was not read yet.

    ``read`` gives a point's newest number and when it was measured (UTC).
    """
    keys = (places.year, places.month, places.day, places.hour, places.minute)
    found = [part for part in map(read, keys) if part is not None]
    if len(found) < len(keys):
        return None, ""
    shown = shown_time(*(number for number, _at in found))
    if shown is None:
        return None, _("The device shows a date that does not exist.")
    drift = clock_drift(shown, found[-1][1], zone)
    return drift.drift_s, drift.note


def shift_standing(
    shown: tuple[int, datetime] | None, zone: ZoneInfo
) -> tuple[float | None, str]:
    """Return the same of a clock that is told in minutes ahead of UTC, and when (UTC)."""
    if shown is None:
        return None, ""
    minutes, at = shown
    wanted, keeps_standard = shift_wanted(minutes, at, zone)
    note = _("The device keeps standard time all year.") if keeps_standard else ""
    return (minutes - wanted) * MINUTE_S, note
