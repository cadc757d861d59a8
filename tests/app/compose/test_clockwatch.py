"""A clock that is set is written down; one that runs, or is corrected a little, is not."""

import pytest

from app.compose.clockwatch import VERB, ClockWatch, seconds_since_start
from app.compose.core import utc_now
from tests.fakes.clock import FakeClock


@pytest.mark.parametrize("set_by_s", [0.0, 0.9, -0.9])
def test_a_clock_that_runs_or_is_corrected_a_little_is_no_news(set_by_s: float) -> None:
    clock = FakeClock()
    watch = ClockWatch(clock, clock.seconds)
    clock.go(3600)
    clock.set_by(set_by_s)
    assert watch.step() is None


@pytest.mark.parametrize(
    ("set_by_s", "says"),
    [(-86_400.0, "-86400 s"), (31_536_000.0, "+31536000 s"), (1.6, "+2 s")],
)
def test_a_step_is_told_once_with_both_times(set_by_s: float, says: str) -> None:
    clock = FakeClock()
    watch = ClockWatch(clock, clock.seconds)
    expected = clock.go(5)
    clock.set_by(set_by_s)
    deed = watch.step()
    assert deed is not None
    assert (deed["verb"], deed["name"], deed["result"]) == (VERB, "Heatdesk", says)
    assert deed["old"] == expected.isoformat(timespec="seconds")
    assert deed["new"] == clock().isoformat(timespec="seconds")
    clock.go(5)
    assert watch.step() is None


def test_the_computer_s_own_clock_runs_evenly() -> None:
    watch = ClockWatch(utc_now, seconds_since_start)
    assert watch.step() is None
