"""This week upon last week: weekday upon weekday, clock upon clock, summer and winter."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from app.model.reading import PointId
from app.series import Series
from tests.fakes.desk import COPENHAGEN
from widgets.charts.compare import SHIFTS_D, Compare, bounds_before, difference, moved_on
from widgets.charts.trace import Trace

S3 = PointId("ahornvej-14.s3")


def series(start: datetime, hours: int, step_s: int = 900) -> Series:
    times = start.timestamp() + np.arange(0, hours * 3600, step_s)
    values = np.arange(len(times), dtype=np.float64) * step_s
    return Series(S3, (times * 1000).astype(np.int64), values, np.zeros(len(times), np.uint8))


def wall(moment_ms: int) -> datetime:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).astimezone(COPENHAGEN)


def trace(*samples: tuple[float, float | None], quality: int = 0) -> Trace:
    made = Trace()
    times = np.array([at for at, _value in samples])
    values = np.array([np.nan if value is None else value for _at, value in samples])
    made.load(
        Series(
            S3, (times * 1000).astype(np.int64), values, np.full(len(times), quality, np.uint8)
        )
    )
    return made


@pytest.mark.parametrize("days", SHIFTS_D)
def test_a_sample_lies_on_the_same_time_of_the_clock(days: int) -> None:
    old = series(datetime(2026, 3, 25, 23, tzinfo=UTC), 24)  # before the clock is set
    new = moved_on(old, days, COPENHAGEN)
    assert len(new) == len(old)
    for one, other in zip(old.times_ms, new.times_ms, strict=True):
        assert wall(other).replace(tzinfo=None) - wall(one).replace(tzinfo=None) == timedelta(
            days=days
        )
    assert list(new.values) == list(old.values)


def test_all_but_yesterday_keep_the_weekday() -> None:
    assert [days % 7 for days in SHIFTS_D] == [1, 0, 0, 0]


def test_the_hour_that_is_not_there_is_left_out() -> None:
    old = series(datetime(2026, 3, 21, 23, tzinfo=UTC), 24)  # a week before 29 March
    new = moved_on(old, 7, COPENHAGEN)
    clocks = {(wall(at).hour, wall(at).minute) for at in new.times_ms}
    assert not [clock for clock in clocks if clock[0] == 2]
    assert len(new) == 23 * 4
    assert (np.diff(new.times_ms) > 0).all()


def test_the_hour_that_came_twice_is_drawn_once() -> None:
    old = series(datetime(2025, 10, 25, 22, tzinfo=UTC), 25)  # the clock is set back
    new = moved_on(old, 7, COPENHAGEN)
    assert len(new) == 24 * 4
    assert (np.diff(new.times_ms) == 900_000).all()


def test_the_time_before_begins_and_ends_at_the_same_clock() -> None:
    start, end = datetime(2026, 3, 29, 22, tzinfo=UTC), datetime(2026, 3, 30, 22, tzinfo=UTC)
    first, last = bounds_before(start, end, 7, COPENHAGEN)
    assert first == datetime(2026, 3, 22, 23, tzinfo=UTC), "local midnight, in winter"
    assert last - first == timedelta(hours=24)


def test_an_empty_time_stays_empty() -> None:
    nothing = series(datetime(2026, 1, 1, tzinfo=UTC), 0)
    assert len(moved_on(nothing, 7, COPENHAGEN)) == 0
    assert len(difference(trace((0, 1.0)), Trace(), S3)) == 0


def test_the_difference_is_now_minus_then_at_the_moments_of_now() -> None:
    now = trace((0, 50.0), (10, 51.0), (20, 52.0))
    then = trace((-5, 40.0), (5, 42.0), (15, 44.0), (25, 46.0))
    found = difference(now, then, S3)
    assert list(found.times_ms) == [0, 10_000, 20_000]
    assert list(found.values) == [50 - 41, 51 - 43, 52 - 45]


def test_no_difference_is_told_where_either_is_not_known() -> None:
    now = trace(*((nth * 10.0, 50.0 if nth != 3 else None) for nth in range(40)))
    then = trace(
        *((nth * 10.0, 40.0) for nth in range(10)),
        *((nth * 10.0, 40.0) for nth in range(30, 35)),
    )
    found = difference(now, then, S3)
    known = set(np.flatnonzero(np.isfinite(found.values)).tolist())
    assert known == {0, 1, 2, 4, 5, 6, 7, 8, 9, 30, 31, 32, 33, 34}


def test_a_doubtful_side_makes_the_difference_uncertain() -> None:
    now, then = trace((0, 5.0), (10, 5.0)), trace((0, 4.0), (10, 4.0), quality=1)
    found = difference(now, then, S3)
    assert list(found.quality) == [1, 1]


def test_how_far_back_is_said_in_days() -> None:
    assert Compare(7).words == "−7 d"
