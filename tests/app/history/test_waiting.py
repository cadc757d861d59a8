"""Readings wait in their order; when there is no room the least precious ones go."""

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest

from app.history.latestcolumns import LatestColumns
from app.history.readings import to_readings
from app.history.samples import Named
from app.history.waiting import QuarterHour, Waiting
from app.model.reading import PointId, Reading
from tests.app.history.plant import MIDNIGHT, QUARTER, SUPPLY, reading


def some(count: int, begin: int = 0) -> list[Reading]:
    return [
        reading(SUPPLY, MIDNIGHT + timedelta(seconds=n), float(n))
        for n in range(begin, begin + count)
    ]


def quarter(number: int) -> QuarterHour:
    return QuarterHour(MIDNIGHT + number * QUARTER, (reading(SUPPLY, MIDNIGHT),))


def of_plant(number: int, points: int = 1) -> QuarterHour:
    return QuarterHour(MIDNIGHT + number * QUARTER, points=points)


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
    first, second = of_plant(1), of_plant(2)
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
    assert not any(part.given_up or part.everything for part in parts)
    assert [(part.readings, part.quarter) for part in queue.unread()] == [([], None)]
    assert queue.count == 10


def test_what_was_given_up_unread_is_known_at_the_quarter_hour_that_follows() -> None:
    queue = waiting(room=4)
    queue.offer(some(2))
    queue.offer_quarter(of_plant(1))  # three wait
    queue.offer(some(2, 2))  # the first two go
    queue.offer(some(2, 4))  # and these after the first quarter of an hour as well
    queue.offer_quarter(of_plant(2))
    parts = queue.unread()
    assert [part.readings for part in parts] == [[], some(2, 4), []]
    assert [list(part.given_up) for part in parts] == [some(2)[-1:], some(4)[-1:], []]
    queue.offer_quarter(of_plant(3))  # all between the second and this was read
    assert not any(part.given_up for part in queue.unread())


def test_of_quarter_hours_that_go_unread_what_was_known_stays_in_two_parts() -> None:
    queue, known = waiting(room=2), some(1, 500)
    for number in range(100):
        queue.offer(some(3, 3 * number))  # given up at once: there is room for two
        if number == 70:
            queue.know(known)
        queue.offer_quarter(of_plant(number))
    parts = queue.unread()
    assert len(parts) == 5  # what was known, what came since, the last two, nothing more
    assert [part.everything for part in parts] == [known, None, None, None, None]
    assert [list(part.given_up) for part in parts[1:4]] == [
        [some(3 * number)[-1]] for number in (98, 99, 100)
    ]
    assert queue.dropped_quarter_hours == 98


def test_all_that_is_known_is_told_where_it_became_known() -> None:
    queue = waiting(room=100)
    queue.offer(some(2))
    queue.know(some(1, 7))
    queue.offer(some(1, 8))
    queue.offer_quarter(of_plant(1))
    first, second, rest = queue.unread()
    assert (first.readings, first.everything, first.quarter) == (some(2), some(1, 7), None)
    assert (second.readings, second.everything) == (some(1, 8), None)
    assert second.quarter == of_plant(1)
    assert (rest.readings, rest.quarter, queue.count) == ([], None, 4)


@pytest.mark.parametrize("seed", range(20))
def test_a_quarter_hour_tells_what_was_said_last_whatever_is_given_up(seed: int) -> None:
    """Batches, quarter hours and points that go, in any order, held against a dictionary."""
    chance = random.Random(seed)
    queue, room = Waiting(chance.randrange(5, 60)), chance.randrange(2, 8)
    points = [PointId(f"house.p{nth}") for nth in range(6)]
    said: dict[PointId, Reading] = {}
    valid: dict[int, dict[PointId, Reading]] = {}
    latest, told = LatestColumns(), dict[int, dict[PointId, Reading]]()
    for step in range(400):
        at = MIDNIGHT + timedelta(seconds=step)
        match chance.randrange(room):
            case 0 if said:
                valid[step] = dict(said)
                queue.offer_quarter(QuarterHour(at, points=len(said)))
            case 1 if said and chance.random() < 0.3:
                del said[chance.choice(list(said))]
                queue.know(tuple(said.values()))
            case 2 if chance.random() < 0.1:
                latest = come_to(queue, latest, told)
            case _:
                batch = [reading(chance.choice(points), at, float(step)) for _ in range(3)]
                said |= {each.point: each for each in batch}
                queue.offer(batch)
    come_to(queue, latest, told)
    assert queue.dropped_quarter_hours + len(told) == len(valid)
    assert told
    assert all(found == valid[step] for step, found in told.items())


def come_to(
    queue: Waiting, latest: LatestColumns, told: dict[int, dict[PointId, Reading]]
) -> LatestColumns:
    """Read all there is as the writer does, and write the quarter hours."""
    for part in queue.unread():
        if part.given_up:
            latest.take(part.given_up)
        if part.readings:
            queue.put_fast(latest.take(part.readings))
        if part.everything is not None:
            latest = LatestColumns()
            latest.take(part.everything)
        if part.quarter is not None:
            columns = latest.at(0)
            found = to_readings(columns.told, columns.points)
            assert len(columns) == len(part.quarter)
            told[(part.quarter.at - MIDNIGHT).seconds] = {each.point: each for each in found}
    while (oldest := queue.oldest_quarter()) is not None:
        queue.quarter_done(oldest)
    taken(queue)
    return latest
