"""What is stored is there when it is asked for, whichever file or form it has moved to."""

import math
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.errors import BadInput
from app.history.figures import days
from app.history.history import History
from app.model.reading import Origin, Quality, Reading
from app.series import CODE_OF
from tests.app.history.contract.engines import Opened
from tests.app.history.plant import (
    FAR_OFF,
    LONG_AGO,
    MIDNIGHT,
    QUARTER,
    RETURN,
    SUPPLY,
    all_of,
    always,
    moments,
    plant_points,
    quarters,
    reading,
    record_quarters,
)

NEXT_DAY = MIDNIGHT + timedelta(days=1, hours=1)
SECOND = timedelta(seconds=1)


def test_a_day_reads_the_same_before_and_after_it_is_put_together(
    store: History,
) -> None:
    points = plant_points(50)
    record_quarters(store, points, MIDNIGHT, 96)
    before = store.ranges(points, MIDNIGHT, NEXT_DAY, "quarter")
    assert store.compact(NEXT_DAY, always) == 1
    after = store.ranges(points, MIDNIGHT, NEXT_DAY, "quarter")
    for number, (ours, theirs) in enumerate(zip(before, after, strict=True)):
        assert ours.point == theirs.point == points[number]
        assert moments(ours) == moments(theirs) == list(quarters(MIDNIGHT, 96))
        assert ours.values.tolist() == theirs.values.tolist()
        assert ours.values[10] == number + 1.0
    assert store.compact(NEXT_DAY, always) == 0


def test_a_range_takes_its_begin_and_leaves_its_end(store: History) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT, 96)
    for _ in range(2):  # in batches, then in a chunk
        found = store.range(SUPPLY, MIDNIGHT + QUARTER, MIDNIGHT + 4 * QUARTER, "quarter")
        assert moments(found) == [MIDNIGHT + n * QUARTER for n in (1, 2, 3)]
        store.compact(NEXT_DAY, always)
    assert len(store.range(SUPPLY, MIDNIGHT, MIDNIGHT, "quarter")) == 0


def test_points_nobody_knows_have_no_samples(store: History) -> None:
    assert len(all_of(store, SUPPLY)) == 0
    record_quarters(store, [SUPPLY], MIDNIGHT, 2)
    found = store.ranges([RETURN, SUPPLY], LONG_AGO, FAR_OFF, "quarter")
    assert [(series.point, len(series)) for series in found] == [(RETURN, 0), (SUPPLY, 2)]


def test_late_samples_find_their_place_in_a_day_already_put_together(
    store: History,
) -> None:
    points = plant_points(5)
    record_quarters(store, points, MIDNIGHT, 40)
    store.compact(NEXT_DAY, always)
    late = [
        Reading(points[2], 99.0, Quality.GOOD, at, origin=Origin.BACK_FILLED)
        for at in quarters(MIDNIGHT + 38 * QUARTER, 6)
    ]
    for _ in range(2):  # sending it again changes nothing
        store.append(late, "quarter")
        for _ in range(2):
            found = all_of(store, points[2])
            assert moments(found) == list(quarters(MIDNIGHT, 44))
            assert found.values[37:].tolist() == [2 + 3.7, *[99.0] * 6]
            store.compact(NEXT_DAY, always)
    assert moments(all_of(store, points[3])) == list(quarters(MIDNIGHT, 40))


def test_back_fill_spares_good_samples_also_of_a_day_put_together(
    store: History,
) -> None:
    store.append([reading(SUPPLY, MIDNIGHT, 21.5)], "quarter", MIDNIGHT)
    store.append(
        [reading(SUPPLY, MIDNIGHT, None, Quality.OFFLINE)], "quarter", MIDNIGHT + QUARTER
    )
    store.compact(NEXT_DAY, always)
    guesses = [
        Reading(SUPPLY, 5.0, Quality.UNCERTAIN, at, origin=Origin.BACK_FILLED)
        for at in quarters(MIDNIGHT, 2)
    ]
    for _ in range(2):
        store.append(guesses, "quarter")
        assert all_of(store, SUPPLY).values.tolist() == [21.5, 5.0]
        store.compact(NEXT_DAY, always)
    assert all_of(store, SUPPLY).values.tolist() == [21.5, 5.0]


def test_everything_about_a_sample_is_kept(store: History) -> None:
    measured = MIDNIGHT - timedelta(seconds=7)
    written = [
        Reading(SUPPLY, None, Quality.BAD, measured, "sensor-open"),
        Reading(SUPPLY, "Winter", Quality.GOOD, measured, origin=Origin.ENTERED),
        Reading(SUPPLY, measured, Quality.GOOD, measured),
        Reading(
            SUPPLY, 3.5, Quality.GOOD, measured, "", Origin.LIVE, measured + timedelta(hours=1)
        ),
        Reading(SUPPLY, 70.0, Quality.STALE, measured, "device-late"),
    ]
    at = list(quarters(MIDNIGHT, len(written)))
    for moment, each in zip(at, written, strict=True):
        store.append([each], "quarter", moment)
    for _ in range(2):
        found = store.samples(SUPPLY, LONG_AGO, FAR_OFF, "quarter")
        assert [sample.at for sample in found] == at
        assert [sample.reading for sample in found] == written
        values = all_of(store, SUPPLY).values
        assert [math.isnan(value) for value in values] == [True, True, True, False, False]
        store.compact(NEXT_DAY, always)


def test_a_value_gone_stale_is_filed_when_it_went_stale(store: History) -> None:
    good = reading(SUPPLY, MIDNIGHT, 55.0)
    stale = Reading(
        SUPPLY, 55.0, Quality.STALE, MIDNIGHT, "device-late", received_at=MIDNIGHT + 20 * SECOND
    )
    store.append([good, stale], "fast")
    found = all_of(store, SUPPLY, "fast")
    assert moments(found) == [MIDNIGHT, MIDNIGHT + 20 * SECOND]
    assert found.quality.tolist() == [CODE_OF[Quality.GOOD], CODE_OF[Quality.STALE]]
    samples = store.samples(SUPPLY, LONG_AGO, FAR_OFF, "fast")
    assert [sample.reading for sample in samples] == [good, stale]


def test_fast_readings_are_put_together_by_the_quarter_hour_and_dropped(
    store: History,
) -> None:
    ten_s = [MIDNIGHT + n * timedelta(seconds=10) for n in range(1000)]
    for n in range(0, 1000, 50):
        store.append([reading(SUPPLY, at, n + 0.5) for at in ten_s[n : n + 50]], "fast")
    assert store.compact(MIDNIGHT + timedelta(hours=2), always) == 7  # the eighth is open
    assert moments(all_of(store, SUPPLY, "fast")) == ten_s
    store.drop_fast_before(MIDNIGHT + timedelta(minutes=50))
    assert moments(all_of(store, SUPPLY, "fast")) == ten_s[270:]
    store.drop_fast_before(FAR_OFF)
    assert len(all_of(store, SUPPLY, "fast")) == 0


def test_an_open_day_of_many_commits_is_put_together_but_the_newest(store: History) -> None:
    points = plant_points(30)
    record_quarters(store, points, MIDNIGHT, 15)
    evening = MIDNIGHT + timedelta(hours=20)
    assert store.compact(evening, always) == 0  # not yet worth it
    record_quarters(store, points, MIDNIGHT + 15 * QUARTER, 2)
    assert store.compact(evening, always) == 1
    assert store.compact(evening, always) == 0
    whole = list(quarters(MIDNIGHT, 17))
    for found in store.ranges(points, LONG_AGO, FAR_OFF, "quarter"):
        assert moments(found) == whole
    assert store.newest_moment("quarter", FAR_OFF) == whole[-1]
    assert {each.at for each in store.newest("quarter", FAR_OFF)} == {whole[-1]}
    record_quarters(store, points, MIDNIGHT + 17 * QUARTER, 1)  # joins what lies there
    store.append([reading(points[3], MIDNIGHT, 7.5)], "quarter")  # comes once more
    assert all_of(store, points[3]).values.tolist()[0] == 7.5
    assert store.compact(NEXT_DAY, always) == 1
    assert moments(all_of(store, points[3])) == [*whole, MIDNIGHT + 17 * QUARTER]
    assert sum(store.samples_per_point("quarter").values()) == 30 * 18


def test_putting_together_may_be_interrupted_after_any_step(store: History) -> None:
    points = plant_points(20)
    for day in range(4):
        record_quarters(store, points, MIDNIGHT + timedelta(days=day), 3)
    later = MIDNIGHT + timedelta(days=9)
    before = all_of(store, points[7]).values.tolist()
    for _ in range(4):
        once = iter([True, False]).__next__
        assert store.compact(later, once) == 1
        assert all_of(store, points[7]).values.tolist() == before
    assert store.compact(later, always) == 0


def test_more_points_than_one_group_holds(store: History) -> None:
    points = plant_points(7000)
    record_quarters(store, points, MIDNIGHT, 2)
    assert store.compact(NEXT_DAY, always) == 3
    found = store.ranges(points, LONG_AGO, FAR_OFF, "quarter")
    assert [series.values.tolist() for series in found] == [[n, n + 0.1] for n in range(7000)]


def test_the_newest_samples_are_found_wherever_they_are(store: History) -> None:
    eve = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    gone, there, new = plant_points(3)
    record_quarters(store, [gone, there], eve, 4)
    store.compact(eve + timedelta(days=1), always)
    record_quarters(store, [there, new], eve + timedelta(days=1), 4)
    last = eve + 3 * QUARTER
    found = {s.reading.point: s.at for s in store.newest("quarter", FAR_OFF)}
    assert found == {
        gone: last,
        there: last + timedelta(days=1),
        new: last + timedelta(days=1),
    }
    found = {s.reading.point: s.at for s in store.newest("quarter", last)}
    assert found == {gone: last - QUARTER, there: last - QUARTER}


def test_the_newest_before_a_moment_is_found_behind_a_day_that_began_later(
    store: History,
) -> None:
    record_quarters(store, [SUPPLY], MIDNIGHT - timedelta(days=3), 4)
    record_quarters(store, [SUPPLY], MIDNIGHT + timedelta(hours=12), 4)
    store.compact(NEXT_DAY, always)
    [found] = store.newest("quarter", MIDNIGHT + timedelta(hours=6))
    assert found.at == MIDNIGHT - timedelta(days=3) + 3 * QUARTER


def test_of_many_years_each_point_is_found_in_the_last_that_knows_it(store: History) -> None:
    """What waits of late in an older year is not mistaken for what came last."""
    points = plant_points(4)
    years = [datetime(year, 5, 1, tzinfo=UTC) for year in (2023, 2024, 2025, 2026)]
    for nth, begin in enumerate(years):
        record_quarters(store, points[nth:], begin, 3, lambda n, quarter: n + quarter)
        store.compact(begin + timedelta(days=40), always)
    late = years[1] + 5 * QUARTER
    store.append([reading(each, late, 9.0) for each in points], "quarter", late)
    found = {each.reading.point: each for each in store.newest("quarter", FAR_OFF)}
    assert [found[each].at for each in points] == [
        late,  # it was never heard again, and that came a year later
        late,
        years[2] + 2 * QUARTER,
        years[3] + 2 * QUARTER,
    ]
    assert [found[each].reading.value for each in points] == [9.0, 9.0, 2.0, 2.0]


def test_the_newest_moment_is_found_wherever_it_is(store: History) -> None:
    eve = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
    gone, there = plant_points(2)
    last, next_year = eve + 3 * QUARTER, eve + timedelta(days=1)
    assert store.newest_moment("quarter", FAR_OFF) is None
    record_quarters(store, [gone, there], eve, 4)
    assert store.newest_moment("quarter", FAR_OFF) == last
    store.compact(FAR_OFF, always)
    assert store.newest_moment("quarter", FAR_OFF) == last
    record_quarters(store, [there], next_year, 4)
    for before, moment in (
        (FAR_OFF, next_year + 3 * QUARTER),
        (next_year + QUARTER, next_year),
        (next_year, last),
        (last, last - QUARTER),
        (eve + SECOND, eve),
        (eve, None),
    ):
        assert store.newest_moment("quarter", before) == moment
    for second in (0, 1000, 2):
        store.append([reading(SUPPLY, MIDNIGHT + second * SECOND)], "fast")
    assert store.newest_moment("fast", FAR_OFF) == MIDNIGHT + 1000 * SECOND
    store.compact(FAR_OFF, always)
    assert store.newest_moment("fast", FAR_OFF) == MIDNIGHT + 1000 * SECOND
    assert store.newest_moment("fast", MIDNIGHT + 1000 * SECOND) == MIDNIGHT + 2 * SECOND


def test_the_latest_reading_is_the_newer_of_both_streams(store: History) -> None:
    store.append([reading(SUPPLY, MIDNIGHT, 1.0), reading(RETURN, MIDNIGHT, 2.0)], "fast")
    noon = MIDNIGHT + timedelta(hours=12)
    store.append(
        [reading(SUPPLY, MIDNIGHT, 1.0), reading(RETURN, noon - SECOND, 3.0)], "quarter", noon
    )
    store.append([reading(SUPPLY, noon + SECOND, 4.0)], "fast")
    latest = {each.point: (each.value, each.measured_at) for each in store.latest()}
    assert latest == {SUPPLY: (4.0, noon + SECOND), RETURN: (3.0, noon - SECOND)}


def test_the_store_counts_what_it_holds(store: History) -> None:
    assert store.stats().bytes_per_sample is None
    assert store.stats().oldest is None
    points = plant_points(10)
    record_quarters(store, points, MIDNIGHT, 96)
    store.compact(NEXT_DAY, always)
    record_quarters(store, points[:5], MIDNIGHT + timedelta(days=1), 2)
    store.append([reading(SUPPLY, MIDNIGHT + timedelta(days=1, hours=2))], "fast")
    stats = store.stats()
    assert stats.points == 10
    assert stats.samples == {"quarter": 970, "fast": 1}
    assert stats.oldest == MIDNIGHT
    assert stats.newest == MIDNIGHT + timedelta(days=1, hours=2)
    assert stats.size_bytes > 0
    assert stats.bytes_per_sample == stats.size_bytes / 971
    assert len(stats.places) == 2  # one of each stream
    assert all(stats.places)
    assert store.samples_per_point("quarter") == {
        point: 98 if n < 5 else 96 for n, point in enumerate(points)
    }


def test_a_stream_nobody_keeps_is_named(store: History) -> None:
    with pytest.raises(BadInput, match="'hourly'"):
        store.append([reading(SUPPLY, MIDNIGHT)], "hourly")


def test_a_reader_sees_every_moment_once_while_days_are_put_together(
    store: History,
) -> None:
    from threading import Event, Thread

    points = plant_points(200)
    for day in range(6):
        record_quarters(store, points, MIDNIGHT + timedelta(days=day), 8)
    whole = [m for day in range(6) for m in quarters(MIDNIGHT + timedelta(days=day), 8)]
    stop, seen = Event(), []

    def look() -> None:
        while not stop.is_set():
            seen.append(moments(all_of(store, points[150])) == whole)

    reader = Thread(target=look)
    reader.start()
    store.compact(MIDNIGHT + timedelta(days=9), always)
    stop.set()
    reader.join()
    assert seen
    assert all(seen)


def test_figures_of_days_cut_in_another_zone_are_worked_out_anew(
    opened: Opened, store: History
) -> None:
    record_quarters(store, [SUPPLY, RETURN], MIDNIGHT, 3 * 96)
    store.compact(NEXT_DAY + timedelta(days=3), always)
    tokyo = opened()
    tokyo.zone = ZoneInfo("Asia/Tokyo")
    for late in range(2):  # with the figures of the other zone, then with some of its own
        found = days(tokyo, [SUPPLY, RETURN], date(2026, 7, 1), date(2026, 7, 4))
        assert found.series.tolist() == 4 * [0] + 4 * [1]
        assert found.samples.tolist() == 2 * [60, 96, 96, 36]
        tokyo.append([reading(SUPPLY, MIDNIGHT + QUARTER, 1000.0 + late)], "quarter")
        tokyo.compact(NEXT_DAY + timedelta(days=3), always)
    found = days(tokyo, [SUPPLY], date(2026, 7, 1), date(2026, 7, 1))
    assert found.figures[3].tolist() == [1001.0]
