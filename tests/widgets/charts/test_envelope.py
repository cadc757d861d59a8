"""A line drawn from fewer points is the same line: no peak lost, no gap bridged."""

import numpy as np
import pytest

from widgets.charts.envelope import Envelope, Floats

RANDOM = np.random.default_rng(310)


def reduced(
    x: Floats, y: Floats, start: float, end: float, pixels: int
) -> tuple[Floats, Floats]:
    return Envelope(x, y).window(start, end, pixels)


def day(step_s: float = 10.0) -> tuple[Floats, Floats]:
    x = np.arange(0.0, 86400.0, step_s)
    return x, 50 + 5 * np.sin(x / 4000) + RANDOM.normal(0, 0.2, len(x))


def test_few_samples_are_left_as_they_are() -> None:
    x, y = day(900)
    xs, ys = reduced(x, y, 0, 86400, 1000)
    assert list(xs) == list(x)
    assert list(ys) == list(y)


def test_many_samples_become_at_most_a_few_a_pixel() -> None:
    x, y = day(1)
    xs, _ys = reduced(x, y, 0, 86400, 500)
    assert len(xs) <= 8 * 501, "at most four groups of two extremes a column"
    assert (np.diff(xs) >= 0).all()


def test_no_extreme_is_lost() -> None:
    x, y = day(1)
    y[[777, 40_000]] = 99.0, -99.0
    xs, ys = reduced(x, y, 0, 86400, 500)
    assert (ys.max(), ys.min()) == (99.0, -99.0)
    assert abs(xs[np.argmax(ys)] - 777) <= 86400 / 500
    assert abs(xs[np.argmin(ys)] - 40_000) <= 86400 / 500


def test_each_column_keeps_its_lowest_and_highest_to_the_neighbouring_column() -> None:
    x, y = day(1)
    pixels = 300
    xs, ys = reduced(x, y, 0, 86400, pixels)
    width = 86400 / pixels
    for pixel in range(1, pixels - 1, 17):
        inside = (x >= pixel * width) & (x < (pixel + 1) * width)
        kept = (xs >= (pixel - 1) * width) & (xs < (pixel + 2) * width)
        assert ys[kept].min() <= y[inside].min()
        assert ys[kept].max() >= y[inside].max()


def test_every_point_left_is_a_sample_at_its_own_moment() -> None:
    x, y = day(1)
    xs, ys = reduced(x, y, 10_000, 80_000, 200)
    assert list(ys) == list(y[np.searchsorted(x, xs)])


def test_quarter_hours_beside_ten_second_samples_stay_where_they_were() -> None:
    old = np.arange(0.0, 43_200.0, 900.0)
    x = np.concatenate([old, np.arange(43_200.0, 86_400.0, 1.0)])
    y = np.concatenate([old / 900, np.sin(np.arange(43_200) / 50)])
    xs, ys = reduced(x, y, 0, 86400, 400)
    assert len(xs) < len(x)
    assert list(xs[: len(old)]) == list(old)
    assert list(ys[: len(old)]) == list(old / 900)


def test_a_gap_wider_than_a_column_stays_where_it_is() -> None:
    x, y = day(1)
    y[20_000:30_000] = np.nan
    xs, ys = reduced(x, y, 0, 86400, 400)
    before, after = xs[np.isfinite(ys) & (xs < 25_000)], xs[np.isfinite(ys) & (xs > 25_000)]
    column = 86_400 / 400
    assert 20_000 - before[-1] < column
    assert after[0] - 30_000 < column
    assert np.isnan(ys[(xs > before[-1]) & (xs < after[0])]).all()


def test_a_jump_in_time_within_a_group_is_looked_at_closely() -> None:
    x = np.concatenate([np.arange(0.0, 20_003.0), np.arange(60_000.0, 80_000.0)])
    y = np.sin(x / 50)
    broken = np.insert(y, 20_003, np.nan)
    xs, ys = reduced(np.insert(x, 20_003, x[20_002]), broken, 0, 80_000, 300)
    at = int(np.flatnonzero(np.isnan(ys))[0])
    assert (xs[at - 1], xs[at + 1]) == (20_002, 60_000)


def test_only_what_is_seen_is_kept_with_one_sample_beyond_either_end() -> None:
    x, y = day(10)
    xs, _ys = reduced(x, y, 3_605, 7_195, 1000)
    assert (xs[0], xs[-1]) == (3_600, 7_200)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_next_to_nothing_is_no_trouble(count: int) -> None:
    x = np.arange(count, dtype=float)
    for pixels in (1, 100):
        xs, ys = reduced(x, np.full(count, np.nan), 0, 10, pixels)
        assert len(xs) == len(ys) <= count
    assert len(reduced(x, x, 5, 5, 10)[0]) <= count


def test_a_period_without_samples_draws_only_towards_its_neighbours() -> None:
    x, y = day(10)
    xs, _ys = reduced(x, y, 100_000, 200_000, 1000)
    assert list(xs) == [86_390]
