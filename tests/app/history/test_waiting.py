"""Readings wait in their order; when there is no room the least precious ones go."""

from collections.abc import Sequence
from datetime import timedelta

from app.history.latestcolumns import LatestColumns
from app.history.readings import to_readings
from app.history.samples import Named
from app.history.waiting import QuarterHour, Waiting
from app.model.reading import Reading
from tests.app.history.plant import MIDNIGHT, QUARTER, SUPPLY, reading


def some(count: int, begin: int = 0) -> list[Reading]:
    return [
        reading(SUPPLY, MIDNIGHT + timedelta(seconds=n), float(n))
        for n in range(begin, begin + count)
    ]


def quarter(number: int) -> QuarterHour:
    return QuarterHour(MIDNIGHT + number * QUARTER, (reading(SUPPLY, MIDNIGHT),))


def of_plant(number: int, now: Reading) -> QuarterHour:
    return QuarterHour(MIDNIGHT + number * QUARTER, (now,), of_plant=True)


def waiting(room: int) -> Waiting:
    return Waiting(room)


def read(queue: Waiting) -> None:
    """Turn what was offered into columns, as the writer does."""
    for part in queue.unread():
        if part.readings:
            queue.put_fast(LatestColumns().take(part.readings))


def said(columns: Named | None) -> Sequence[Reading]:
    assert columns is not None
    return to_readings(columns.told, [SUPPLY] * len(columns))


def taken(queue: Waiting) -> list[Reading]:
    """Take all there is."""
    found: list[Reading] = []
    while (columns := queue.take_fast()) is not None:
        found += said(columns)
        queue.fast_done()
    return found


def test_too_many_waiting_lose_the_oldest_fast_readings_first() -> None:
    queue = waiting(room=10)
    queue.offer_quarter(quarter(1))
    for n in range(4):
        queue.offer(some(4, 4 * n))
        read(queue)
    assert queue.count == 9
    assert queue.dropped_readings == 8
    assert taken(queue) == some(8, 8)
    assert queue.oldest_quarter() == quarter(1)


def test_what_nobody_reads_is_given_up_as_well() -> None:
    queue = waiting(room=10)
    queue.offer_quarter(quarter(1))
    for n in range(4):
        queue.offer(some(4, 4 * n))
    assert (queue.count, queue.dropped_readings) == (9, 8)
    [unread] = queue.unread()
    assert unread.readings == some(8, 8)


def test_what_failed_comes_back_before_what_came_meanwhile() -> None:
    queue = waiting(room=100)
    queue.offer(some(3))
    read(queue)
    queue.take_fast()
    queue.offer(some(3, 3))
    queue.fast_failed()
    read(queue)
    assert taken(queue) == some(6)
    assert queue.count == 0


def test_what_failed_is_the_oldest_and_goes_first_when_there_is_no_room() -> None:
    queue = waiting(room=5)
    queue.offer(some(3))
    read(queue)
    queue.take_fast()
    queue.offer(some(4, 3))
    queue.fast_failed()
    read(queue)
    assert taken(queue) == some(4, 3)
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


def test_readings_on_their_way_need_no_room() -> None:
    queue = waiting(room=5)
    queue.offer(some(5))
    [being_read] = queue.unread()
    queue.offer(some(5, 5))
    assert queue.count == 10
    queue.put_fast(LatestColumns().take(being_read.readings))
    assert (queue.count, queue.dropped_readings) == (5, 5)
    read(queue)
    queue.take_fast()
    queue.offer(some(5, 10))
    assert queue.count == 10
    queue.fast_done()
    assert (queue.count, queue.dropped_readings) == (5, 5)


def test_what_failed_again_and_again_is_still_given_up_batch_by_batch() -> None:
    queue = waiting(room=6)
    for n in range(3):
        queue.offer(some(2, 2 * n))
        read(queue)
    for n in range(3, 5):
        queue.take_fast()
        queue.offer(some(2, 2 * n))
        queue.fast_failed()
        read(queue)
    assert taken(queue) == some(6, 4)
    assert queue.dropped_readings == 4


def test_a_quarter_hour_of_the_plant_comes_after_what_was_offered_before_it() -> None:
    queue = waiting(room=100)
    first, second = of_plant(1, some(3)[-1]), of_plant(2, some(6)[-1])
    queue.offer(some(2))
    queue.offer(some(1, 2))
    queue.offer_quarter(first)
    queue.offer_quarter(quarter(9))  # of earlier moments: it waits for nobody
    queue.offer(some(3, 3))
    queue.offer_quarter(second)
    queue.offer(some(1, 6))
    parts = queue.unread()
    assert [part.readings for part in parts] == [some(3), some(3, 3), some(1, 6)]
    assert [part.quarter for part in parts] == [first, second, None]
    assert not any(part.anew for part in parts)
    for part in parts:
        if part.quarter is not None:
            part.quarter.stand(LatestColumns().take(part.quarter.readings))
    assert [(part.readings, part.quarter) for part in queue.unread()] == [([], None)]
    assert queue.count == 10


def test_where_some_were_given_up_unread_each_later_quarter_tells_all_anew() -> None:
    queue = waiting(room=4)
    queue.offer(some(2))
    queue.offer_quarter(of_plant(1, some(2)[-1]))  # three wait
    queue.offer(some(2, 2))  # the first two go
    queue.offer(some(2, 4))  # and these after the first quarter of an hour as well
    queue.offer_quarter(of_plant(2, some(6)[-1]))
    parts = queue.unread()
    assert [part.readings for part in parts] == [[], some(2, 4), []]
    assert [part.anew for part in parts] == [True, True, False]
    queue.offer_quarter(of_plant(3, some(6)[-1]))  # all between the second and this was read
    assert [part.anew for part in queue.unread()][-2:] == [False, False]
