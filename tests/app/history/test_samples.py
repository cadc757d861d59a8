"""Readings become columns and come back; of two samples of a moment the right one holds."""

import math
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.history.readings import from_readings, to_moment, to_ms, to_readings
from app.history.samples import Named, Samples, joined, settled
from app.model.reading import Origin, PointId, Quality, Reading, Value

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
SUPPLY = PointId("ahornvej14.S3")

moments = st.integers(0, 220_000_000_000_000).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
values: st.SearchStrategy[Value] = st.one_of(
    st.floats(allow_nan=False), st.text(st.characters()), moments
)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    quality = draw(st.sampled_from(Quality))
    measured_at = draw(moments)
    delay = timedelta(milliseconds=draw(st.integers(1, 10**9)))
    return Reading(
        PointId(draw(st.sampled_from(["a.S1", "a.S2", "b.energy"]))),
        draw(values) if quality.believable else None,
        quality,
        measured_at,
        draw(st.sampled_from(["", "sensor-open", "out-of-range"])),
        draw(st.sampled_from(Origin)),
        draw(st.sampled_from([None, measured_at + delay])),
    )


def columns(kept: list[Reading], filed_ms: int | None = None) -> Samples:
    names = sorted({reading.point for reading in kept})
    series = np.array([names.index(reading.point) for reading in kept], np.int64)
    return from_readings(kept, series, filed_ms)


@given(st.lists(readings(), max_size=20))
def test_readings_come_back_whole(kept: list[Reading]) -> None:
    assert to_readings(columns(kept), [reading.point for reading in kept]) == kept


@given(st.lists(readings(), min_size=1, max_size=20), st.integers(0, 10**6))
def test_filed_at_a_quarter_hour_the_measuring_is_kept_to_the_second(
    kept: list[Reading], quarter: int
) -> None:
    filed = columns(kept, quarter * 900_000)
    assert set(filed.times_ms.tolist()) == {quarter * 900_000}
    found = to_readings(filed, [reading.point for reading in kept])
    for ours, theirs in zip(found, kept, strict=True):
        assert abs(ours.measured_at - theirs.measured_at) <= timedelta(seconds=0.5)
        assert (ours.value, ours.quality, ours.reason) == (
            theirs.value,
            theirs.quality,
            theirs.reason,
        )


@given(st.lists(st.lists(readings(), max_size=6), max_size=5))
def test_parts_are_joined_with_their_own_words(parts: list[list[Reading]]) -> None:
    whole = joined([columns(part) for part in parts])
    flat = [reading for part in parts for reading in part]
    assert to_readings(whole, [reading.point for reading in flat]) == flat


def test_a_text_that_looks_like_a_number_stays_a_text() -> None:
    kept = [
        Reading(SUPPLY, "12.5", Quality.GOOD, NOON),
        Reading(SUPPLY, 3.5, Quality.GOOD, NOON),
    ]
    found = columns(kept)
    assert [math.isnan(value) for value in found.values] == [True, False]
    assert to_readings(found, [SUPPLY, SUPPLY]) == kept


def test_a_whole_number_beyond_all_doubles_does_not_stop_the_recording() -> None:
    [found] = to_readings(columns([Reading(SUPPLY, 10**400, Quality.GOOD, NOON)]), [SUPPLY])
    assert found.value == np.finfo(np.float64).max


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert to_ms(there) == to_ms(NOON)
    assert to_moment(to_ms(there)) == NOON


def test_finer_than_a_millisecond_is_cut_off_also_before_1970() -> None:
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1
    assert to_ms(datetime(1970, 1, 1, 0, 0, 0, 999, tzinfo=UTC)) == 0


def at(
    value: float | None,
    minute: int = 0,
    quality: Quality = Quality.GOOD,
    origin: Origin = Origin.LIVE,
) -> Reading:
    return Reading(SUPPLY, value, quality, NOON + timedelta(minutes=minute), origin=origin)


def stood(*written: Reading) -> list[Value | None]:
    found = settled(columns(list(written)))
    return [reading.value for reading in to_readings(found, [SUPPLY] * len(found))]


def test_samples_that_came_late_stand_in_their_place() -> None:
    assert stood(at(1.0, 0), at(3.0, 30), at(2.0, 15)) == [1.0, 2.0, 3.0]


def test_the_later_written_sample_of_a_moment_holds() -> None:
    assert stood(at(1.0), at(2.0), at(9.0, 15), at(3.0)) == [3.0, 9.0]


def test_sending_everything_twice_changes_nothing() -> None:
    once = [at(1.0, 0), at(None, 15, Quality.OFFLINE), at(2.0, 30)]
    assert stood(*once, *once) == stood(*once)


@pytest.mark.parametrize(
    ("quality", "value"),
    [(Quality.OFFLINE, None), (Quality.UNCERTAIN, 5.0), (Quality.STALE, 5.0)],
)
def test_back_fill_never_overwrites_a_good_sample_with_a_worse_one(
    quality: Quality, value: float | None
) -> None:
    worse = at(value, 0, quality, Origin.BACK_FILLED)
    assert stood(at(1.0), worse) == [1.0]
    assert stood(at(1.0), worse, worse) == [1.0]
    assert stood(worse, at(1.0), worse) == [1.0]
    assert stood(at(4.0), at(1.0), worse) == [1.0]


def test_back_fill_replaces_what_was_missing_and_what_it_knows_as_well() -> None:
    good = at(7.0, 0, Quality.GOOD, Origin.BACK_FILLED)
    guess = at(6.0, 0, Quality.UNCERTAIN, Origin.BACK_FILLED)
    assert stood(at(None, 0, Quality.OFFLINE), guess) == [6.0]
    assert stood(at(None, 0, Quality.OFFLINE), guess, good) == [7.0]
    assert stood(at(1.0), good) == [7.0]


def test_what_a_person_enters_replaces_even_a_good_sample() -> None:
    assert stood(at(1.0), at(5.0, 0, Quality.MANUAL, Origin.ENTERED)) == [5.0]


@given(st.lists(readings(), max_size=30), st.integers(0, 30))
def test_settling_in_two_steps_is_settling_at_once(kept: list[Reading], cut: int) -> None:
    # Compaction settles what is there, and later what came after, any time it likes.
    few_moments = [
        Reading(
            r.point, r.value, r.quality, NOON + timedelta(minutes=i % 3), r.reason, r.origin
        )
        for i, r in enumerate(kept)
    ]
    names = sorted({reading.point for reading in few_moments})
    series = np.array([names.index(r.point) for r in few_moments], np.int64)
    whole = from_readings(few_moments, series)
    at_once = settled(whole)
    stepwise = settled(
        joined([settled(whole.take(slice(0, cut))), whole.take(slice(cut, None))])
    )
    points = [PointId(str(number)) for number in at_once.series]
    assert to_readings(stepwise, points) == to_readings(at_once, points)


def test_one_of_each_point_has_the_numbers_as_they_stand() -> None:
    points = (PointId("a.x"), PointId("a.y"), PointId("a.z"))
    told = Samples(np.arange(3), np.zeros(3, np.int64), np.arange(3.0), np.zeros(3, np.uint8))
    numbers = np.array([7, 2, 9])
    for each_once in (True, False):
        found = Named(points, told, each_once=each_once).samples(numbers)
        assert found.series.tolist() == [7, 2, 9]
    picked = Named(points, told, each_once=True).take(np.array([True, False, True]))
    assert picked.samples(numbers).series.tolist() == [7, 9]
