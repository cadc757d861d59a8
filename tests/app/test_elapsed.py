"""How long ago something was is told whatever the clock was set to meanwhile."""

from app.elapsed import Elapsed
from tests.fakes.clock import FakeClock

DAY_S = 24 * 3600.0


def test_it_goes_by_the_clock() -> None:
    clock = FakeClock()
    since = Elapsed(clock, clock.seconds)
    assert since.gone_s() == 0
    clock.go(90)
    assert since.gone_s() == 90


def test_a_clock_set_back_makes_nothing_younger() -> None:
    clock = FakeClock()
    since = Elapsed(clock, clock.seconds)
    clock.go(60)
    clock.set_by(-DAY_S)
    clock.go(30)
    assert since.gone_s() == 90


def test_a_computer_that_slept_did_not_stop_the_time() -> None:
    clock = FakeClock()
    since = Elapsed(clock, clock.seconds)
    clock.set_by(3600)  # no seconds were counted meanwhile
    assert since.gone_s() == 3600
