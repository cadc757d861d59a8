"""How far a device's own clock is off."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.model.profile import ClockPlaces

Read = Callable[[str], tuple[int, datetime] | None]


def clock_standing(
    places: ClockPlaces, read: Read, zone: ZoneInfo
) -> tuple[float | None, str]:
    """Return (device minus true time in s, a note); None where it was not read yet."""
    keys = (places.year, places.month, places.day, places.hour, places.minute)
    found = [read(key) for key in keys]
    if any(part is None for part in found):
        return None, ""
    return None, ""
