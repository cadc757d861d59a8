"""A clock that jumped is not believed for ten minutes when it comes to throwing away."""

from datetime import datetime

from app.history.steady import SteadyClock
from tests.app.history.plant import MIDNIGHT
from tests.fakes.clock import FakeClock


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_thrown_away_by_a_clock_that_just_jumped() -> None:
    wall, seconds = FakeClock(MIDNIGHT), Seconds()
    steady = SteadyClock(wall, seconds)

    def after(wall_s: float, seconds_s: float) -> datetime | None:
        wall.go(wall_s)
        seconds.now += seconds_s
        return steady()

    assert after(60, 60) is None  # just started
    assert after(500, 500) is None
    assert after(60, 60) == wall()
    assert after(3600, 60) is None  # an hour ahead
    assert after(540, 540) is None
    assert after(60, 60) == wall()
    assert after(-30, 60) is None  # back
    assert after(640, 600) == wall()  # a small correction is nothing


def test_a_clock_moved_a_little_at_a_time_is_believed() -> None:
    wall, seconds = FakeClock(MIDNIGHT), Seconds()
    steady = SteadyClock(wall, seconds)
    for _ in range(100):
        wall.go(62)  # a time server slows it down or speeds it up
        seconds.now += 60
        answer = steady()
    assert answer == wall()
