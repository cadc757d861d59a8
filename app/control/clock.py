"""Set a controller's own clock: which registers, in which order, and when not at all."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.errors import WriteRefused
from app.model.plantclock import (
    CLOCK_SHIFT,
    clock_writes,
    local_of,
    shift_wanted,
    shown_time,
    why_not_set,
)
from app.model.profile import ClockPlaces, Profile
from app.model.reading import Reading, split_point
from app.words import _

_HALF_A_MINUTE = timedelta(seconds=30)  # a clock without seconds is set to the nearest minute


def shift_key(profile: Profile) -> str:
    """Return which setting tells how far the clock is ahead of UTC, "" for none."""
    return next((s.key for s in profile.points.values() if s.role == CLOCK_SHIFT), "")


def wanted_shift(name: str, shown_min: float | None, at: datetime, zone: ZoneInfo) -> float:
    """Return how many minutes ahead of UTC such a clock is to be set.

    One that keeps standard time goes on doing so. Raises `WriteRefused` for a clock that
    could not be read.
    """
    if shown_min is None:
        raise WriteRefused(
            _("{name}: its clock cannot be read; nothing was sent").format(name=name)
        )
    return shift_wanted(shown_min, at, zone)[0]


def clock_keys(places: ClockPlaces) -> tuple[str, ...]:
    """Return the points to read before the clock is set."""
    named = (
        places.year,
        places.month,
        places.day,
        places.hour,
        places.minute,
        places.automatic_summer_time,
    )
    return tuple(key for key in named if key)


def planned_writes(
    name: str,
    places: ClockPlaces,
    readings: Sequence[Reading],
    at: datetime,
    zone: ZoneInfo,
) -> tuple[tuple[str, float], ...]:
    """Return (key, value) for each register to write, in order; raises `WriteRefused`.

    Args:
        name: The device's, for the sentence.
        places: Where its clock lies.
        readings: What it shows now.
        at: The true time (UTC).
        zone: Where the plant is.
    """
    shown = {
        split_point(reading.point)[1]: int(reading.value)
        for reading in readings
        if isinstance(reading.value, int | float)
    }
    follows = shown.get(places.automatic_summer_time)
    why = why_not_set(at, zone, follows_summer_time=None if follows is None else bool(follows))
    if why:
        raise WriteRefused(f"{name}: {why}")
    date = [places.year, places.month, places.day, places.hour, places.minute]
    before = shown_time(*(shown[key] for key in date)) if set(date) <= set(shown) else None
    target = local_of(at + _HALF_A_MINUTE, zone).replace(second=0, microsecond=0)
    return tuple(
        (getattr(places, write.part.value), float(write.value))
        for write in clock_writes(before, target)
    )
