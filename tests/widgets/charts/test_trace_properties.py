"""Whatever came, in whatever order of loading and living: the same line, the same sums."""

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.reading import PointId, Quality, Reading
from app.series import CODE_OF, Series
from widgets.charts.envelope import Envelope, Floats
from widgets.charts.trace import Trace, gaps

S3 = PointId("a.s3")
T0 = datetime(2026, 1, 20, tzinfo=UTC).timestamp()
QUALITIES = [Quality.GOOD, Quality.UNCERTAIN, Quality.STALE, Quality.OFFLINE]

Sample = tuple[float, float | None, Quality]


@st.composite
def samples(draw: st.DrawFn, most: int = 60) -> list[Sample]:
    """Return samples in rising time: even stretches, gaps, doubt, loss."""
    count = draw(st.integers(0, most))
    steps = draw(
        st.lists(st.sampled_from([1.0, 10.0, 10.0, 900.0]), min_size=count, max_size=count)
    )
    times = np.cumsum(steps)
    found: list[Sample] = []
    for at in times:
        quality = draw(st.sampled_from(QUALITIES))
        value = draw(st.floats(-50, 120, allow_nan=False))
        found.append((float(at), None if quality is Quality.OFFLINE else value, quality))
    return found


def series(made: list[Sample]) -> Series:
    return Series(
        S3,
        np.array([round((T0 + at) * 1000) for at, _v, _q in made], dtype=np.int64),
        np.array([np.nan if value is None else value for _a, value, _q in made], dtype=float),
        np.array([CODE_OF[quality] for _a, _v, quality in made], dtype=np.uint8),
    )


def reading(sample: Sample) -> Reading:
    at, value, quality = sample
    return Reading(S3, value, quality, datetime.fromtimestamp(T0 + at, UTC))


def whole(made: list[Sample]) -> Trace:
    trace = Trace()
    trace.load(series(made))
    return trace


def grown(made: list[Sample], stored: int) -> Trace:
    """Load some, draw, and let the others arrive one by one."""
    trace = whole(made[:stored])
    trace.window(T0, T0 + 1e6, 100)
    for sample in made[stored:]:
        trace.append(reading(sample))
        trace.window(T0, T0 + 1e6, 100)
    return trace


def drawn(trace: Trace) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    lines = trace.window(T0 - 1, T0 + 1e7, 10**9)
    return points(lines.x, lines.good), points(lines.faded_x, lines.doubtful)


def points(x: Floats, y: Floats) -> list[tuple[float, float]]:
    known = np.isfinite(y)
    return list(zip(x[known].tolist(), y[known].tolist(), strict=True))


@settings(max_examples=60, deadline=None)
@given(samples(), st.integers(0, 60))
def test_what_arrived_live_is_drawn_as_if_it_had_been_stored(
    made: list[Sample], stored: int
) -> None:
    assert drawn(grown(made, min(stored, len(made)))) == drawn(whole(made))


@settings(max_examples=60, deadline=None)
@given(samples(), st.integers(0, 60))
def test_gaps_are_the_same_however_the_samples_came(made: list[Sample], stored: int) -> None:
    trace = grown(made, min(stored, len(made)))
    assert trace.gap_flags().tolist() == gaps(trace.times).tolist()


@settings(max_examples=80, deadline=None)
@given(samples(), st.floats(0, 2000), st.floats(0, 20_000))
def test_sums_are_those_of_the_good_samples_inside(
    made: list[Sample], begin: float, width: float
) -> None:
    trace = whole(made)
    told = trace.summary(T0 + begin, T0 + begin + width)
    inside = (trace.times >= T0 + begin) & (trace.times < T0 + begin + width)
    good = inside & np.isfinite(trace.values) & ~trace.doubtful
    if not good.any():
        assert (told.least, told.most, told.mean, told.good_s) == (None, None, None, 0.0)
        return
    values = trace.values[good]
    assert told.least == values.min()
    assert told.most == values.max()
    assert told.mean is not None
    assert values.min() - 1e-9 <= told.mean <= values.max() + 1e-9
    apart = trace.gap_flags()
    seconds = sum(
        b - a
        for nth, (a, b) in enumerate(pairwise(trace.times.tolist()))
        if good[nth] and good[nth + 1] and not apart[nth]
    )
    assert told.good_s == pytest.approx(seconds)


@settings(max_examples=80, deadline=None)
@given(samples(), st.floats(0, 3000))
def test_the_value_under_a_cursor_is_a_sample_beside_it(made: list[Sample], at: float) -> None:
    trace = whole(made)
    found = trace.at(T0 + at)
    if found is None:
        return
    value, doubtful = found
    nearest = np.abs(trace.times - (T0 + at))
    beside = np.flatnonzero(nearest <= nearest.min() + 1e-6)
    assert any(
        trace.values[nth] == value and bool(trace.doubtful[nth]) is doubtful for nth in beside
    )


@settings(max_examples=60, deadline=None)
@given(samples(), st.floats(0, 5000))
def test_what_a_moving_chart_keeps_is_drawn_as_before(made: list[Sample], at: float) -> None:
    kept, other = whole(made), whole(made)
    kept.keep_from(T0 + at)
    seen_from = max(at, kept.times[0] - T0 if len(kept) else at)
    both = [
        [point for point in drawn(trace)[0] if point[0] >= T0 + seen_from + 20_000]
        for trace in (kept, other)
    ]
    assert both[0] == both[1]


@st.composite
def lines(draw: st.DrawFn) -> tuple[Floats, Floats]:
    count = draw(st.integers(1, 3000))
    seed = draw(st.integers(0, 10_000))
    random = np.random.default_rng(seed)
    x = np.cumsum(random.choice([1.0, 1.0, 5.0, 300.0], count))
    y = np.cumsum(random.normal(0, 1, count))
    y[random.random(count) < draw(st.sampled_from([0.0, 0.01, 0.5]))] = np.nan
    return x, y


@settings(max_examples=60, deadline=None)
@given(lines(), st.integers(1, 400))
def test_no_point_is_invented_and_none_moves(line: tuple[Floats, Floats], pixels: int) -> None:
    x, y = line
    xs, ys = Envelope(x, y).window(float(x[0]), float(x[-1]), pixels)
    place = np.searchsorted(x, xs)
    assert np.array_equal(x[place], xs)
    assert np.array_equal(y[place], ys, equal_nan=True)
    assert (np.diff(xs) > 0).all()


@settings(max_examples=60, deadline=None)
@given(lines(), st.integers(1, 400))
def test_the_highest_and_the_lowest_are_always_drawn(
    line: tuple[Floats, Floats], pixels: int
) -> None:
    x, y = line
    if not np.isfinite(y).any():
        return
    _xs, ys = Envelope(x, y).window(float(x[0]), float(x[-1]), pixels)
    assert np.nanmax(ys) == np.nanmax(y)
    assert np.nanmin(ys) == np.nanmin(y)


@settings(max_examples=60, deadline=None)
@given(lines(), st.integers(1, 400))
def test_never_many_more_points_than_columns(line: tuple[Floats, Floats], pixels: int) -> None:
    x, y = line
    xs, _ys = Envelope(x, y).window(float(x[0]), float(x[-1]), pixels)
    assert len(xs) <= 10 * pixels + 256, "so few are not worth a coarser level"


@settings(max_examples=40, deadline=None)
@given(lines(), st.floats(0, 1), st.floats(0, 1), st.integers(1, 300))
def test_a_part_is_drawn_from_its_own_samples_and_one_beyond_each_end(
    line: tuple[Floats, Floats], one: float, other: float, pixels: int
) -> None:
    x, y = line
    low, high = sorted((one, other))
    start, end = x[0] + low * (x[-1] - x[0]), x[0] + high * (x[-1] - x[0])
    if end <= start or not np.isfinite(y).any():
        return
    xs, _ys = Envelope(x, y).window(float(start), float(end), pixels)
    first = max(int(np.searchsorted(x, start)) - 1, 0)
    last = min(int(np.searchsorted(x, end, "right")), len(x) - 1)
    assert xs[0] == x[first]
    assert xs[-1] == x[last]
