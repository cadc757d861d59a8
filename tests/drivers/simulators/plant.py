"""What the simulator tests share: fixed winters, centrals at a known moment."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from drivers.simulators.central import Central
from drivers.simulators.weather import Season, Weather

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
TUESDAY_NOON = datetime(2026, 2, 3, 11, 0, tzinfo=UTC)  # 12:00 in Copenhagen


class Hands:
    """A wall clock that moves when the test says so."""

    def __init__(self, at: datetime = TUESDAY_NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def central(
    seed: int = 3, at: datetime = TUESDAY_NOON, season: Season = Season.WINTER
) -> Central:
    return Central(seed, Weather(1, season), COPENHAGEN, at)


def live(
    made: Central, seconds: int, look: Callable[[], object] = lambda: None, every_s: int = 1
) -> None:
    """Let a central live on, looking at it every so often."""
    start = made.at
    for passed in range(every_s, seconds + 1, every_s):
        made.advance(start + timedelta(seconds=passed))
        look()
