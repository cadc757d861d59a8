"""A point that a device leaves out is told by what the device goes on telling."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.reading import PointId
from drivers.pointrhythm import LEAST, MISSED, TOLD_ONCE, PointRhythm, patience

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
POWER, SERIAL = PointId("m.power"), PointId("m.serial")
SECOND = timedelta(seconds=1)


def told(
    rhythm: PointRhythm, point: PointId, every_s: float, count: int, after_s: float = 0
) -> None:
    for nth in range(count):
        rhythm.hear(point, BEGIN + timedelta(seconds=after_s + nth * every_s))


@pytest.mark.parametrize("every_s", [10, 16, 900, 3600, 86_400])
def test_a_point_is_silent_after_several_of_its_own_intervals(every_s: float) -> None:
    rhythm, last_s = PointRhythm(), 9 * every_s
    told(rhythm, POWER, every_s, 10)
    patient_s = max(MISSED * every_s, LEAST.total_seconds())
    rhythm.hear(SERIAL, BEGIN + timedelta(seconds=last_s + patient_s))
    assert not rhythm.silent_of(POWER)
    rhythm.hear(SERIAL, BEGIN + timedelta(seconds=last_s + patient_s + 1))
    assert rhythm.silent_of(POWER)
    assert not rhythm.silent_of(SERIAL)
    rhythm.hear(POWER, BEGIN + timedelta(seconds=last_s + patient_s + 2))
    assert not rhythm.silent_of(POWER)


def test_a_device_that_says_nothing_at_all_is_silent_of_nothing() -> None:
    rhythm = PointRhythm()
    told(rhythm, POWER, 10, 5)
    assert not rhythm.silent_of(POWER)
    assert not rhythm.silent_of(PointId("m.never"))


def test_a_point_told_once_is_waited_for_a_day() -> None:
    rhythm = PointRhythm()
    rhythm.hear(SERIAL, BEGIN)
    told(rhythm, POWER, 10, 8640, after_s=10)
    assert not rhythm.silent_of(SERIAL)
    rhythm.hear(POWER, BEGIN + TOLD_ONCE + SECOND)
    assert rhythm.silent_of(SERIAL)


def test_an_hourly_point_among_quick_ones_keeps_its_own_time() -> None:
    rhythm = PointRhythm()
    told(rhythm, SERIAL, 3600, 3)
    told(rhythm, POWER, 16, 1800)  # the third hour and five more
    assert not rhythm.silent_of(SERIAL)


def test_a_night_the_device_was_away_is_forgotten_after_eight_intervals() -> None:
    rhythm = PointRhythm()
    told(rhythm, POWER, 10, 3)
    told(rhythm, POWER, 10, 8, after_s=30_000)
    rhythm.hear(SERIAL, BEGIN + timedelta(seconds=30_000 + 70 + 61))
    assert not rhythm.silent_of(POWER)  # it may be away for as long again
    told(rhythm, POWER, 10, 2, after_s=30_140)
    rhythm.hear(SERIAL, BEGIN + timedelta(seconds=30_150 + 1000))
    assert rhythm.silent_of(POWER)


@given(st.lists(st.integers(-5, 4000), min_size=1, max_size=40))
def test_moments_may_come_in_any_order_and_twice(seconds: list[int]) -> None:
    rhythm, again = PointRhythm(), PointRhythm()
    for each in seconds:
        rhythm.hear(POWER, BEGIN + each * SECOND)
        for _ in range(2):
            again.hear(POWER, BEGIN + each * SECOND)
        assert not rhythm.silent_of(POWER), "nothing else was told since"
    later = BEGIN + timedelta(days=3)
    rhythm.hear(SERIAL, later)
    again.hear(SERIAL, later)
    assert rhythm.silent_of(POWER)
    assert again.silent_of(POWER)
    assert patience([timedelta(seconds=each) for each in (1, 2)]) >= LEAST
