"""Readings wait in their order; when there is no room the least precious ones go."""

from datetime import timedelta

from app.history.waiting import QuarterHour, Waiting
from app.model.reading import PointId, Quality, Reading
from tests.app.history.plant import MIDNIGHT, QUARTER, RETURN, SUPPLY, reading


def some(count: int, begin: int = 0) -> list[Reading]:
    return [
        reading(SUPPLY, MIDNIGHT + timedelta(seconds=n), float(n))
        for n in range(begin, begin + count)
    ]


def quarter(number: int) -> QuarterHour:
    return QuarterHour(MIDNIGHT + number * QUARTER, (reading(SUPPLY, MIDNIGHT),))


def waiting(room: int) -> Waiting:
    return Waiting(room)


def test_too_many_waiting_lose_the_oldest_fast_readings_first() -> None:
    queue = waiting(room=10)
    queue.offer_quarter(quarter(1))
    for n in range(4):
        queue.offer(some(4, 4 * n))
    assert queue.count == 9
    assert queue.dropped_readings == 8
    assert queue.take_fast() == some(8, 8)
    assert queue.oldest_quarter() == quarter(1)


def test_what_failed_comes_back_before_what_came_meanwhile() -> None:
    queue = waiting(room=100)
    queue.offer(some(3))
    queue.take_fast()
    queue.offer(some(3, 3))
    queue.fast_failed()
    assert queue.take_fast() == some(6)
    queue.fast_done()
    assert queue.count == 0


def test_what_failed_is_the_oldest_and_goes_first_when_there_is_no_room() -> None:
    queue = waiting(room=5)
    queue.offer(some(3))
    queue.take_fast()
    queue.offer(some(4, 3))
    queue.fast_failed()
    assert queue.take_fast() == some(4, 3)
    assert queue.dropped_readings == 3


def test_quarter_hours_are_given_up_last_and_never_all() -> None:
    queue = waiting(room=2)
    for number in range(1, 6):
        queue.offer_quarter(quarter(number))
    assert queue.oldest_quarter() == quarter(4)
    assert queue.dropped_quarter_hours == 3
    big = QuarterHour(MIDNIGHT, tuple(some(50)))
    queue.offer_quarter(big)
    assert queue.oldest_quarter() is big


def test_a_quarter_hour_given_up_while_it_is_written_is_counted_once() -> None:
    queue = waiting(room=2)
    first = quarter(1)
    queue.offer_quarter(first)
    for number in (2, 3):
        queue.offer_quarter(quarter(number))
    queue.quarter_done(first)  # its commit returned after it was given up
    assert queue.count == 2
    assert queue.oldest_quarter() == quarter(2)


def test_a_missed_quarter_hour_is_offline_without_a_value() -> None:
    before = (
        reading(SUPPLY, MIDNIGHT, 55.0),
        Reading(RETURN, "Winter", Quality.GOOD, MIDNIGHT, "x"),
    )
    rows = QuarterHour(MIDNIGHT + QUARTER, before, missed=True).rows()
    assert rows == [
        Reading(PointId(point), None, Quality.OFFLINE, MIDNIGHT + QUARTER, "not-recorded")
        for point in (SUPPLY, RETURN)
    ]


def test_readings_on_their_way_need_no_room() -> None:
    queue = waiting(room=5)
    queue.offer(some(5))
    queue.take_fast()
    queue.offer(some(5, 5))
    assert queue.count == 10
    queue.fast_done()
    assert (queue.count, queue.dropped_readings) == (5, 0)


def test_what_failed_again_and_again_is_still_given_up_batch_by_batch() -> None:
    queue = waiting(room=6)
    for n in range(3):
        queue.offer(some(2, 2 * n))
    for n in range(3, 5):
        queue.take_fast()
        queue.offer(some(2, 2 * n))
        queue.fast_failed()
    assert queue.take_fast() == some(6, 4)
    assert queue.dropped_readings == 4


def test_a_quarter_hour_that_is_recorded_is_stored_as_it_was_read() -> None:
    readings = (reading(SUPPLY, MIDNIGHT, 55.0),)
    assert QuarterHour(MIDNIGHT + QUARTER, readings).rows() is readings
