"""Writing stands open for a quarter of an hour and never longer; what is locked stays so."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.clock import FakeClock
from tests.fakes.smallplant import NOON
from widgets.writelock import OPEN_FOR, WriteLock

ACTS = ("open", "close", "lock_all", "tick")


class Moments:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def moments() -> Moments:
    return Moments()


@pytest.fixture
def lock(moments: Moments) -> WriteLock:
    return WriteLock(moments)


def is_locked(lock: WriteLock) -> bool:
    """Ask anew: what is known of the answer before says nothing."""
    return lock.locked


def test_a_clock_set_back_keeps_it_open_no_longer() -> None:
    clock = FakeClock()
    lock = WriteLock(clock, seconds=clock.seconds)
    lock.open()
    clock.set_by(-24 * 3600)
    clock.go(OPEN_FOR.total_seconds() - 1)
    assert not is_locked(lock)
    assert lock.left_s() == 1
    clock.go(1)
    assert is_locked(lock)
    told = heard(lock)
    lock.tick()
    assert told == [True]


def heard(lock: WriteLock) -> list[bool]:
    """What the shell hears: whether it was locked each time something changed."""
    told: list[bool] = []
    lock.changed.connect(lambda: told.append(is_locked(lock)))
    return told


def test_it_is_locked_until_it_is_opened_and_again_when_the_time_is_over(
    lock: WriteLock, moments: Moments
) -> None:
    told = heard(lock)
    assert is_locked(lock)
    assert lock.left_s() == 0
    lock.open()
    assert not is_locked(lock)
    assert lock.left_s() == 900
    moments.now += OPEN_FOR - timedelta(seconds=1)
    lock.tick()
    assert not is_locked(lock)
    assert lock.left_s() == 1
    moments.now += timedelta(seconds=1)
    assert is_locked(lock), "even before the shell ticks"
    assert told == [False]
    lock.tick()
    lock.tick()
    assert told == [False, True], "told once"


def test_opening_again_begins_the_quarter_of_an_hour_anew(
    lock: WriteLock, moments: Moments
) -> None:
    lock.open()
    moments.now += timedelta(minutes=14)
    lock.open()
    moments.now += timedelta(minutes=14)
    lock.tick()
    assert not is_locked(lock)
    assert lock.left_s() == 60


def test_closing_what_is_closed_tells_nothing(lock: WriteLock) -> None:
    told = heard(lock)
    lock.close()
    assert told == []
    lock.open()
    lock.close()
    lock.close()
    assert told == [False, True]


@pytest.mark.parametrize("locked", [True, False])
def test_all_writing_is_locked_whatever_was_open_until_it_is_opened(
    moments: Moments, locked: bool
) -> None:
    lock = WriteLock(moments, locked=locked)
    told = heard(lock)
    lock.open()
    lock.lock_all()
    lock.lock_all()
    assert is_locked(lock)
    assert lock.left_s() == 0
    assert told == [False, True]
    lock.close()
    lock.tick()
    assert lock.all_locked, "closing settings does not loosen the rest"
    lock.open()
    assert not is_locked(lock)
    assert not lock.all_locked


def test_a_simulated_plant_is_never_locked_and_counts_no_seconds(moments: Moments) -> None:
    lock = WriteLock(moments, locked=False)
    assert not is_locked(lock)
    lock.open()
    assert lock.left_s() == 0
    moments.now += timedelta(days=1)
    lock.tick()
    assert not is_locked(lock)


def test_a_clock_set_back_does_not_say_it_is_over_yet(
    lock: WriteLock, moments: Moments
) -> None:
    lock.open()
    moments.now -= timedelta(seconds=5)
    lock.tick()
    assert not is_locked(lock)
    assert lock.left_s() == 900, "nor is it open for longer"


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1200)), max_size=30))
def test_it_is_open_only_within_a_quarter_of_an_hour_of_the_last_opening(
    acts: list[tuple[str, int]],
) -> None:
    moments = Moments()
    lock = WriteLock(moments)
    opened: datetime | None = None
    for name, passed_s in acts:
        getattr(lock, name)()
        opened = moments.now if name == "open" else None if name in ACTS[1:3] else opened
        moments.now += timedelta(seconds=passed_s)
        is_open = opened is not None and moments.now - opened < OPEN_FOR
        assert is_locked(lock) is not is_open
        assert (lock.left_s() > 0) is is_open


def test_who_meets_the_lock_is_taken_to_the_password(lock: WriteLock) -> None:
    asked: list[int] = []
    lock.wanted.connect(lambda: asked.append(1))
    lock.ask_unlock()
    assert asked == [1]
    assert is_locked(lock), "asking opens nothing"
