"""The figures of a day come back from their row as they went in, whatever the values are."""

from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import StoreBroken
from app.history import dayrows
from app.history.codec import Codec
from app.history.dayparts import (
    ALONE_MS,
    DAY_MS,
    Cuts,
    month_cuts,
    parts_of,
    side_by_side,
    whole_days,
)
from app.history.samples import Samples

ZONE = ZoneInfo("Europe/Copenhagen")
SLOT = 20_600
CUTS = Cuts.of(ZONE, SLOT)

values = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 95),
        st.one_of(
            st.floats(allow_nan=False),
            st.integers(-99, 99).map(lambda n: n / 4),
            st.integers(0, 10**9).map(lambda n: n / 10),
        ),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=30,
    unique_by=lambda sample: sample[:2],
)


def samples_of(told: list[tuple[int, int, float, int]]) -> Samples:
    ordered = sorted(told)
    series, quarter, value, quality = (np.array(each) for each in zip(*ordered, strict=True))
    times = SLOT * DAY_MS + quarter.astype(np.int64) * 900_000
    return Samples(
        series.astype(np.int64), times, value.astype(np.float64), quality.astype(np.uint8)
    )


@given(values)
@example([(0, 1, 0.5, 0), (0, 2, 0.75, 0), (0, 3, 1.0, 0)])
@example([(0, 1, 0.1, 0), (0, 2, 0.2, 0)])
def test_figures_come_back_bit_for_bit(told: list[tuple[int, int, float, int]]) -> None:
    parts = parts_of(samples_of(told), CUTS)
    row = dayrows.packed(Codec(), parts, CUTS, 7, SLOT)
    found = dayrows.unpacked(Codec(), (7, SLOT, row), CUTS)
    assert found is not None
    for name in ("series", "days", "first_ms", "last_ms", "counts", "gaps_ms"):
        assert getattr(found, name).tolist() == getattr(parts, name).tolist()
    assert np.array_equal(found.figures, parts.figures, equal_nan=True)


def test_a_sum_is_not_rounded_to_the_places_of_the_first_and_the_last() -> None:
    parts = parts_of(samples_of([(0, 1, 0.5, 0), (0, 2, 0.75, 0), (0, 3, 1.0, 0)]), CUTS)
    assert parts.figures[4].tolist() == [2.25]


def test_the_noise_of_decimal_fractions_is_not_in_a_sum() -> None:
    parts = parts_of(samples_of([(0, 1, 0.1, 0), (0, 2, 0.2, 0)]), CUTS)
    assert parts.figures[4].tolist() == [0.3]


def test_two_parts_of_a_day_are_one_day() -> None:
    before, after = (parts_of(samples_of([(0, quarter, 1.5, 0)]), CUTS) for quarter in (87, 88))
    assert before.days.tolist() == [SLOT]
    assert after.days.tolist() == [SLOT + 1]  # 22:00 UTC in summer
    assert len(whole_days(before)) == 1


def test_the_least_time_between_samples_is_kept_over_parts_too() -> None:
    told = [(0, 1, 1.0, 0), (0, 9, 1.0, 0), (0, 11, 1.0, 5), (1, 3, 1.0, 0)]
    parts = parts_of(samples_of(told), CUTS)
    assert parts.gaps_ms.tolist() == [2 * 900_000, ALONE_MS]
    early, late = (parts_of(samples_of([(0, q, 1.5, 0)]), CUTS) for q in (40, 43))
    assert whole_days(side_by_side([early, late])).gaps_ms.tolist() == [3 * 900_000]
    row = dayrows.packed(Codec(), parts, CUTS, 7, SLOT)
    assert dayrows.unpacked_as_cut(Codec(), (7, SLOT, row))[1].gaps_ms.tolist() == (
        parts.gaps_ms.tolist()
    )


def test_a_row_in_another_place_or_damaged_is_told_and_one_cut_otherwise_is_left() -> None:
    parts = parts_of(samples_of([(0, 1, 1.0, 0)]), CUTS)
    row = dayrows.packed(Codec(), parts, CUTS, 7, SLOT)
    with pytest.raises(StoreBroken):
        dayrows.unpacked(Codec(), (8, SLOT, row), CUTS)
    with pytest.raises(StoreBroken):
        dayrows.unpacked(Codec(), (7, SLOT, row[:-1] + bytes([row[-1] ^ 1])), CUTS)
    tokyo = Cuts.of(ZoneInfo("Asia/Tokyo"), SLOT)
    assert dayrows.unpacked(Codec(), (7, SLOT, row), tokyo) is None


def test_a_local_month_touches_the_last_evening_of_the_month_before() -> None:
    january = (2026 - 1970) * 12
    cuts, slots = month_cuts(ZONE, january)
    assert cuts.days.tolist() == [january]
    assert len(slots) == 32
    assert slots[0] == int(np.datetime64("2025-12-31").astype(int))
