"""A line is drawn only where something was measured; what is doubtful is drawn faintly."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

import numpy as np
import pytest

from app.model.reading import PointId, Quality, Reading
from app.series import CODE_OF, Series
from widgets.charts.envelope import Floats
from widgets.charts.trace import Lines, Summary, Trace, gaps, integral, sample_count

S3 = PointId("ahornvej-14.s3")
START = datetime(2026, 1, 20, tzinfo=UTC)
T0 = START.timestamp()


def series(samples: Sequence[tuple[float, float | None, Quality]]) -> Series:
    return Series(
        S3,
        np.array([round((T0 + at) * 1000) for at, _, _ in samples], dtype=np.int64),
        np.array([np.nan if value is None else value for _, value, _ in samples]),
        np.array([CODE_OF[quality] for _, _, quality in samples], dtype=np.uint8),
    )


def good(*values: float | None, step_s: float = 10.0, at: float = 0.0) -> Series:
    """Return samples at equal steps; None is a value nobody believes."""
    return series(
        [
            (at + nth * step_s, value, Quality.GOOD if value is not None else Quality.OFFLINE)
            for nth, value in enumerate(values)
        ]
    )


def loaded(stored: Series) -> Trace:
    trace = Trace()
    trace.load(stored)
    return trace


def live(at_s: float, value: float | None, quality: Quality = Quality.GOOD) -> Reading:
    return Reading(S3, value, quality, START + timedelta(seconds=at_s))


def stretches(x: Floats, y: Floats) -> list[list[float]]:
    """Return the seconds of each unbroken stretch of a line."""
    found: list[list[float]] = [[]]
    for at, value in zip(x, y, strict=True):
        if np.isfinite(value):
            found[-1].append(float(at - T0))
        elif found[-1]:
            found.append([])
    return [stretch for stretch in found if stretch]


def every(trace: Trace) -> Lines:
    """Return every sample as it is drawn, none left out."""
    return trace.window(T0 - 1e9, T0 + 1e9, 10**9)


def test_good_samples_are_one_line() -> None:
    lines = every(loaded(good(1, 2, 3, 4)))
    assert stretches(lines.x, lines.good) == [[0, 10, 20, 30]]
    assert stretches(lines.faded_x, lines.doubtful) == []
    assert len(lines.lone_x) == 0
    assert lines.last() == (T0 + 30, 4.0)


def test_no_line_runs_over_what_was_bad_or_offline() -> None:
    lines = every(loaded(good(1, 2, None, None, 5, 6)))
    assert stretches(lines.x, lines.good) == [[0, 10], [40, 50]]


def test_no_line_runs_over_a_time_nobody_measured() -> None:
    samples = [(at, 1.0, Quality.GOOD) for at in (0, 10, 20, 30, 330, 340, 350, 360)]
    stored = series([(float(at), value, q) for at, value, q in samples])
    lines = every(loaded(stored))
    assert stretches(lines.x, lines.good) == [[0, 10, 20, 30], [330, 340, 350, 360]]


def test_quarter_hours_before_ten_second_samples_are_no_gaps() -> None:
    times = [*range(0, 9000, 900), *range(8110, 9000, 10)]
    steps = gaps(np.array(sorted(set(times)), dtype=float))
    assert not steps.any()


def test_a_missing_hour_among_quarter_hours_is_a_gap() -> None:
    times = np.array([0, 900, 1800, 2700, 6300, 7200, 8100], dtype=float)
    assert list(np.flatnonzero(gaps(times))) == [3]


def test_irregular_polls_are_not_torn_apart() -> None:
    times = np.cumsum([10, 11, 9, 20, 10, 12, 21, 10, 9, 10], dtype=float)
    assert not gaps(times).any()


def test_a_device_just_back_is_not_joined_to_the_time_before() -> None:
    times = np.array([0, 10, 20, 30, 40, 50, 900], dtype=float)
    assert list(np.flatnonzero(gaps(times))) == [5]


def is_gap(steps: Sequence[float], at: int) -> bool:
    """Whether a step is a gap, said as the words of `gaps` say it, step by step."""
    sides = [steps[max(at - 5, 0) : at], steps[at + 1 : at + 6]]
    expected = [
        (median(side) if side else 0.0) if len(other) >= 2 else max(side, default=0.0)
        for side, other in (sides, sides[::-1])
    ]
    return steps[at] > 2.5 * max(expected)


@pytest.mark.parametrize("seed", range(40))
def test_gaps_are_found_wherever_steps_change(seed: int) -> None:
    random = np.random.default_rng(seed)
    kinds: list[list[float]] = [
        [10.0],
        [900.0],
        [10.0, 10.0, 10.0, 60.0, 900.0],
        [1.0, 2.0, 5.0],
    ]
    steps = [
        float(random.choice(kinds[random.integers(len(kinds))]))
        for _stretch in range(int(random.integers(2, 8)))
        for _step in range(int(random.integers(1, 12)))
    ]
    times = START.timestamp() + np.concatenate([[0.0], np.cumsum(steps)])
    told = gaps(times)
    assert list(told) == [len(steps) > 1 and is_gap(steps, at) for at in range(len(steps))]


def test_two_or_fewer_samples_have_no_gaps() -> None:
    for count in range(3):
        assert not gaps(np.arange(count, dtype=float) * 1e6).any()


def test_stale_samples_are_drawn_faintly_and_joined_to_the_good_ones() -> None:
    stale = Quality.STALE
    mixed = [Quality.GOOD, Quality.GOOD, stale, stale, Quality.GOOD, Quality.GOOD]
    samples = [(nth * 10.0, float(nth), quality) for nth, quality in enumerate(mixed)]
    lines = every(loaded(series(samples)))
    assert stretches(lines.x, lines.good) == [[0, 10], [40, 50]]
    assert stretches(lines.faded_x, lines.doubtful) == [[10, 20, 30, 40]]


def test_a_sample_with_nothing_beside_it_is_a_dot() -> None:
    lines = every(loaded(good(None, 2, None, None, 5, 6)))
    assert list(lines.lone_x - T0) == [10]
    assert list(lines.lone_y) == [2.0]


def test_readings_grow_the_line_at_its_end() -> None:
    trace = loaded(good(1, 2, 3))
    assert trace.append(live(30, 4.0))
    assert not trace.append(live(25, 9.0)), "what is older than the line's end is known already"
    assert not trace.append(live(30, 4.0)), "the same reading twice is one sample"
    assert list(trace.values) == [1, 2, 3, 4]


def test_thousands_of_readings_keep_their_order_and_values() -> None:
    trace = Trace()
    for nth in range(5000):
        trace.append(live(nth * 10.0, float(nth)))
    assert len(trace) == 5000
    assert list(trace.values[[0, 1023, 1024, 2048, 4999]]) == [0, 1023, 1024, 2048, 4999]
    assert (np.diff(trace.times) > 0).all()


def test_the_last_value_that_turns_stale_turns_faint() -> None:
    trace = loaded(good(1, 2, 3))
    assert trace.append(live(20, 3.0, Quality.STALE))
    lines = every(trace)
    assert stretches(lines.x, lines.good) == [[0, 10]]
    assert stretches(lines.faded_x, lines.doubtful) == [[10, 20]]


def test_a_lost_device_ends_the_line() -> None:
    trace = loaded(good(1, 2, 3))
    trace.append(live(30, None, Quality.OFFLINE))
    trace.append(live(40, 5.0))
    trace.append(live(50, 6.0))
    lines = every(trace)
    assert stretches(lines.x, lines.good) == [[0, 10, 20], [40, 50]]


def test_stored_samples_do_not_swallow_what_came_meanwhile() -> None:
    trace = Trace()
    trace.append(live(25, 7.0))
    trace.append(live(10, 9.0))
    trace.load(good(1, 2, 3))
    assert list(trace.values) == [1, 2, 3, 7]
    trace.forget()
    assert len(trace) == 0
    trace.append(live(1, 1.0))
    assert list(trace.values) == [1.0]


def test_the_mean_weighs_by_time() -> None:
    samples = [(0.0, 10.0), (900.0, 10.0), (1800.0, 10.0), (1810.0, 40.0), (1820.0, 40.0)]
    trace = loaded(series([(at, value, Quality.GOOD) for at, value in samples]))
    told = trace.summary(T0, T0 + 3600)
    assert (told.least, told.most) == (10, 40)
    assert told.mean == pytest.approx((1800 * 10 + 10 * 25 + 10 * 40) / 1820)


def test_doubtful_and_lost_samples_count_for_nothing() -> None:
    samples = [
        (0.0, 10.0, Quality.GOOD),
        (10.0, 20.0, Quality.GOOD),
        (20.0, 500.0, Quality.STALE),
        (30.0, None, Quality.BAD),
        (40.0, -400.0, Quality.UNCERTAIN),
    ]
    assert loaded(series(samples)).summary(T0, T0 + 60) == Summary(10, 20, 15, 10.0)


def test_only_the_period_is_summed_up() -> None:
    trace = loaded(good(1, 2, 3, 4, 5))
    assert trace.summary(T0 + 10, T0 + 30) == Summary(2, 3, 2.5, 10.0)
    assert trace.summary(T0 + 100, T0 + 200) == Summary()
    assert trace.span(T0 + 10, T0 + 30) == (2, 3)
    assert trace.span(T0 + 100, T0 + 200) is None


def test_one_sample_is_its_own_mean() -> None:
    assert loaded(good(7)).summary(T0, T0 + 60) == Summary(7, 7, 7)


def test_an_integral_sums_value_times_hours_and_leaves_gaps_out() -> None:
    """10 kW for an hour, an outage of an hour, 20 kW for an hour: 30 kWh."""
    trace = Trace()
    minutes = [*range(0, 61, 10), *range(120, 181, 10)]
    values = [10.0] * 7 + [20.0] * 7
    times = np.array(minutes, dtype=np.int64) * 60_000
    quality = np.zeros(len(times), dtype=np.uint8)
    trace.load(Series(PointId("a.power"), times, np.array(values), quality))
    assert integral(trace, 0, 3600) == pytest.approx(10.0)
    assert integral(trace, 0, 10_800) == pytest.approx(30.0)
    assert integral(trace, 0, 1800) == pytest.approx(5.0)
    assert integral(trace, 4000, 7000) is None, "nothing was measured"
    assert integral(trace, 0, 0) is None
    assert integral(Trace(), 0, 3600) is None
    assert (sample_count(trace, 0, 3600), sample_count(trace, 3601, 7199)) == (7, 0)


def test_the_cursor_reads_the_nearest_sample() -> None:
    trace = loaded(good(1, 2, 3))
    assert trace.at(T0 + 4) == (1.0, False)
    assert trace.at(T0 + 6) == (2.0, False)
    assert trace.at(T0 + 20) == (3.0, False)


def test_the_cursor_reads_nothing_in_a_gap_or_far_behind_the_end() -> None:
    times = (0, 10, 20, 30, 330, 340, 350, 360)
    trace = loaded(series([(float(at), float(at), Quality.GOOD) for at in times]))
    assert trace.at(T0 + 100) is None
    assert trace.at(T0 + 30) == (30.0, False)
    assert trace.at(T0 + 365) == (360.0, False)
    assert trace.at(T0 + 5000) is None
    assert trace.at(T0 - 5000) is None
    assert Trace().at(T0) is None


def test_the_cursor_says_that_a_value_is_doubtful_and_nothing_where_it_is_lost() -> None:
    samples = [(0.0, 1.0, Quality.GOOD), (10.0, 2.0, Quality.STALE), (20.0, None, Quality.BAD)]
    trace = loaded(series(samples))
    assert trace.at(T0 + 10) == (2.0, True)
    assert trace.at(T0 + 20) is None


def test_a_text_has_no_place_on_a_line() -> None:
    trace = Trace()
    trace.append(Reading(S3, "2.45", Quality.GOOD, START))
    assert np.isnan(trace.values).all()
    assert every(trace).last() is None


def drawn(trace: Trace, start: float = T0, end: float = T0 + 1e7) -> list[list[float]]:
    lines = trace.window(start, end, 10_000_000)
    return stretches(lines.x, lines.good)


def test_what_came_live_is_drawn_with_what_was_settled_before() -> None:
    trace = loaded(good(*range(100)))
    assert drawn(trace) == [[10.0 * nth for nth in range(100)]]
    for nth in range(100, 130):
        trace.append(live(nth * 10, 5.0))
    trace.append(live(5000, 6.0))
    trace.append(live(5010, 6.0))
    trace.append(live(5020, None, Quality.OFFLINE))
    assert trace._settled is not None
    assert trace._settled.count < 100, "the settled samples were not worked out again"
    assert drawn(trace) == stretches(every(trace).x, every(trace).good)
    assert [part[-1] for part in drawn(trace)] == [1290.0, 5010.0]
    assert list(trace.gap_flags()) == list(gaps(trace.times))


def test_a_long_run_of_live_samples_is_settled_now_and_then() -> None:
    trace = Trace()
    for nth in range(10_000):
        trace.append(live(nth, float(nth % 7)))
        if nth % 1000 == 0:
            trace.window(T0, T0 + nth, 500)
    lines = trace.window(T0, T0 + 10_000, 500)
    assert trace._settled is not None
    assert trace._settled.count > 4000
    assert len(lines.x) < 8000
    assert lines.last() == (T0 + 9999, 9999 % 7)


def test_doubtful_samples_stay_doubtful_when_settled() -> None:
    doubtful = [
        (nth * 10.0, 1.0, Quality.STALE if nth > 30 else Quality.GOOD) for nth in range(60)
    ]
    lines = loaded(series(doubtful)).window(T0, T0 + 600, 1000)
    assert stretches(lines.x, lines.good) == [[10.0 * nth for nth in range(31)]]
    assert stretches(lines.faded_x, lines.doubtful)[0][0] == 300.0
    assert lines.last() == (T0 + 590, 1.0)


def test_a_moving_chart_drops_what_it_left_behind() -> None:
    trace = loaded(good(*range(100)))
    trace.keep_from(T0 + 100)
    assert len(trace) == 100, "dropping a tenth costs more than keeping it"
    trace.keep_from(T0 + 700)
    assert list(trace.times - T0) == [10.0 * nth for nth in range(70, 100)]
    assert drawn(trace) == [[10.0 * nth for nth in range(70, 100)]]


def test_a_year_is_summed_up_like_its_samples_one_by_one() -> None:
    stored = good(*np.sin(np.arange(35_000) / 40).tolist(), step_s=900)
    trace = loaded(stored)
    trace.window(T0, T0 + 1, 10)
    found = trace.summary(T0 + 900 * 1000, T0 + 900 * 20_000)
    assert found.least == stored.values[1000:20_000].min()
    assert found.good_s == 900.0 * 18_999
    assert found.mean == pytest.approx(stored.values[1000:20_000].mean(), abs=1e-4)
