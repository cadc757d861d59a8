"""The weather over the simulated town: the same every time for the same seed and hour."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from app.errors import BadInput

_HOUR_S = 3600.0
_DAY_S = 24 * _HOUR_S
_SYNOPTIC_S = 56 * _HOUR_S  # fronts pass every two to three days
_RIPPLE_S = 7 * _HOUR_S  # clouds and showers in between
_SOLAR_NOON_S = 11.2 * _HOUR_S  # UTC, around 12° east
_WARMEST_S = 13.5 * _HOUR_S  # UTC, a good two hours after solar noon
_YEAR_DAYS = 365.25
_COLDEST_DAY = 25.0  # late January


class Season(Enum):
    """Which part of the year the simulation lives in, whatever the calendar says."""

    WINTER = "winter"
    SPRING = "spring"
    SUMMER = "summer"
    CALENDAR = "calendar"


_DAY_OF_YEAR = {Season.WINTER: 35.0, Season.SPRING: 110.0, Season.SUMMER: 200.0}


def season_of(name: str) -> Season:
    """Return the season called ``name``; raises `BadInput`."""
    try:
        return Season(name)
    except ValueError:
        known = ", ".join(each.value for each in Season)
        raise BadInput(f"season '{name}' is none of {known}") from None


def unit_noise(*keys: int) -> float:
    """Return a number in 0…1 that looks random and is always the same for the same keys.

    A counter-based mix (splitmix64): no state, so that a simulation may be
    stopped, restarted or asked in any order and still tell the same story.
    """
    mixed = 0x9E3779B97F4A7C15
    for key in keys:
        mixed = (mixed ^ (key & 0xFFFFFFFFFFFFFFFF)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        mixed ^= mixed >> 29
        mixed = mixed * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
        mixed ^= mixed >> 31
    return mixed / 2.0**64


def wander(seed: int, seconds: float, period_s: float) -> float:
    """Return a smooth random walk between about −1 and 1 that turns every ``period_s``."""
    position = seconds / period_s
    knot = math.floor(position)
    share = position - knot
    before = 2.0 * unit_noise(seed, knot) - 1.0
    after = 2.0 * unit_noise(seed, knot + 1) - 1.0
    return before + (after - before) * share * share * (3.0 - 2.0 * share)


@dataclass(frozen=True, slots=True)
class Weather:
    """Outdoor temperature and sun of one town in a maritime climate.

    Pure: every answer depends on the seed, the season and the hour asked for.
    """

    seed: int
    season: Season = Season.WINTER

    def outdoor_c(self, at: datetime) -> float:
        """Return the outdoor temperature in °C: season, day, fronts and showers together."""
        seconds = at.timestamp()
        summery = self._summery(at)
        mean_c = 8.5 - 8.0 * (1.0 - 2.0 * summery)
        swing_k = (2.4 + 3.0 * summery) * (1.0 - 0.6 * self.cloud(at))
        hour_angle = 2.0 * math.pi * ((seconds % _DAY_S) - _WARMEST_S) / _DAY_S
        daily_k = swing_k * math.cos(hour_angle)
        fronts_k = 6.5 * wander(self.seed, seconds, _SYNOPTIC_S)
        ripple_k = 1.1 * wander(self.seed + 1, seconds, _RIPPLE_S)
        return mean_c + daily_k + fronts_k + ripple_k

    def cloud(self, at: datetime) -> float:
        """Return how much of the sky is covered, 0…1."""
        return 0.5 + 0.5 * wander(self.seed + 2, at.timestamp(), 9 * _HOUR_S)

    def sun(self, at: datetime) -> float:
        """Return the sun's strength as a share of a clear summer noon, 0…1."""
        summery = self._summery(at)
        day_length_s = (7.2 + 10.2 * summery) * _HOUR_S
        from_noon_s = (at.timestamp() % _DAY_S) - _SOLAR_NOON_S
        if abs(from_noon_s) >= day_length_s / 2.0:
            return 0.0
        height = math.cos(math.pi * from_noon_s / day_length_s)
        return height * (0.3 + 0.7 * summery) * (1.0 - 0.85 * self.cloud(at))

    def _summery(self, at: datetime) -> float:
        """Return 0 in the depth of winter, 1 at midsummer."""
        day = _DAY_OF_YEAR.get(self.season)
        if day is None:
            in_utc = at.astimezone(UTC)
            day = in_utc.timetuple().tm_yday + in_utc.hour / 24.0
        return 0.5 - 0.5 * math.cos(2.0 * math.pi * (day - _COLDEST_DAY) / _YEAR_DAYS)
