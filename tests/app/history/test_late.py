"""Readings that come late: filed at their own quarter of an hour, the latest of several."""

from datetime import UTC, datetime, timedelta

from app.history.late import Late
from app.model.reading import Origin, PointId, Quality, Reading

NOON = datetime(2026, 2, 3, 12, tzinfo=UTC)
POINT, OTHER = PointId("m-1.energy"), PointId("m-2.energy")


def reading(minutes: float, value: float = 1.0, point: PointId = POINT) -> Reading:
    at = NOON + timedelta(minutes=minutes)
    return Reading(point, value, Quality.GOOD, at, origin=Origin.BACK_FILLED)


def test_each_reading_is_filed_at_the_end_of_its_quarter_the_oldest_first() -> None:
    late = Late()
    now = NOON + timedelta(hours=2)
    assert late.take([reading(31), reading(-20), reading(0), reading(0.5)], now) == 4
    handed = late.hand_over()
    assert [(each.at - NOON) / timedelta(minutes=1) for each in handed] == [-15, 0, 15, 45]
    assert all(not each.missed and len(each.readings) == 1 for each in handed)
    assert late.hand_over() == []


def test_of_several_in_a_quarter_the_latest_counts_in_whatever_order_they_come() -> None:
    late, now = Late(), NOON + timedelta(hours=1)
    late.take([reading(14, 3.0), reading(2, 1.0)], now)
    assert late.take([reading(7, 2.0), reading(7, 5.0, OTHER)], now) == 2
    (quarter,) = late.hand_over()
    assert {(each.point, each.value) for each in quarter.readings} == {
        (POINT, 3.0),
        (OTHER, 5.0),
    }


def test_one_that_was_corrected_counts_as_it_came_last() -> None:
    late, now = Late(), NOON + timedelta(hours=1)
    late.take([reading(7, 2.0)], now)
    late.take([reading(7, 4.0)], now)
    assert [each.value for each in late.hand_over()[0].readings] == [4.0]


def test_a_quarter_that_is_not_over_is_left_to_those_who_record_it() -> None:
    late = Late()
    assert late.take([reading(7)], NOON + timedelta(minutes=14)) == 0
    assert late.take([reading(7)], NOON + timedelta(minutes=15)) == 1
