"""What a building used stays what it was, whatever of a resident's readings goes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.history.readings import to_ms
from app.model.reading import PointId
from app.personal.meterindex import (
    building_sums,
    digest_of,
    kept_moments,
    months,
    used_between,
    without,
)
from app.series import Series

ZONE = ZoneInfo("Europe/Copenhagen")
ENERGY, VOLUME = PointId("flat-2.energy_e1"), PointId("flat-2.volume_v1")
BEGIN = datetime(2026, 1, 20, tzinfo=UTC)
NAN = float("nan")


def series(stands: dict[datetime, float], point: PointId = ENERGY) -> Series:
    """An index as it was read."""
    times = np.array([to_ms(at) for at in stands], np.int64)
    values = np.array([*stands.values()], np.float64)
    return Series(point, times, values, np.zeros(len(stands), np.uint8))


def local(month: int, day: int = 1, year: int = 2026) -> datetime:
    """A midnight by the clock of the plant."""
    return datetime(year, month, day, tzinfo=ZONE)


def test_months_begin_by_the_clock_of_the_plant_across_summer_time_and_the_year() -> None:
    found = months(local(12, 24, 2025), local(4, 2), ZONE)
    assert found == [local(12, year=2025), *(local(month) for month in range(1, 6))]
    assert found[3] == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert found[4] == datetime(2026, 3, 31, 22, tzinfo=UTC)  # an hour earlier by then


@pytest.mark.parametrize("end", [local(2), local(1, 31), local(1, 1) + timedelta(hours=1)])
def test_a_contract_that_ends_with_the_month_touches_no_other(end: datetime) -> None:
    assert months(local(1), end, ZONE) == [local(1), local(2)]


def test_what_is_not_known_is_not_counted_as_nothing() -> None:
    held = series({local(1, 10): 5.0, local(2, 1): 9.0, local(2, 20): 12.0})
    bounds = [local(month) for month in range(1, 5)]
    assert used_between(held, bounds) == [4.0, 3.0, None]
    assert used_between(series({}), bounds) == [None, None, None]
    assert used_between(series({local(1, 10): NAN}), bounds) == [None, None, None]


def test_a_month_without_readings_counts_with_the_one_before_it() -> None:
    held = series({local(1): 10.0, local(3, 2): 25.0, local(4): 30.0})
    bounds = [local(month) for month in range(1, 5)]
    assert used_between(held, bounds) == [15.0, 0.0, 5.0]


def test_readings_nobody_believes_are_no_stand_of_a_meter() -> None:
    held = series({local(1): NAN, local(1, 2): 10.0, local(2): NAN, local(2, 2): 14.0})
    assert used_between(held, [local(1), local(2)]) == [4.0]
    kept = kept_moments(held, local(1), local(2), ZONE)
    assert kept.tolist() == [to_ms(local(1, 2))]


def test_the_end_of_a_contract_is_the_next_ones() -> None:
    held = series({local(1, day): float(day) for day in range(1, 32)})
    kept = kept_moments(held, local(1, 5), local(1, 20), ZONE)
    assert kept.tolist() == [to_ms(local(1, 5)), to_ms(local(1, 19))]
    rest = without(held, local(1, 5), local(1, 20), kept)
    assert len(rest) == 31 - 15 + 2
    assert to_ms(local(1, 20)) in rest.times_ms


@st.composite
def indexes(draw: st.DrawFn) -> Series:
    """An index that was read now and then over five months, not always believably."""
    hours = draw(st.lists(st.integers(0, 3600), min_size=1, max_size=60, unique=True))
    stand, stands = 0.0, {}
    for hour in sorted(hours):
        stand += draw(st.integers(0, 50)) / 8
        stands[BEGIN + timedelta(hours=hour)] = draw(st.sampled_from((stand, stand, NAN)))
    return series(stands)


PERIODS = st.tuples(st.integers(0, 3600), st.integers(1, 3600)).map(
    lambda given: (
        BEGIN + timedelta(hours=given[0]),
        BEGIN + timedelta(hours=given[0] + given[1]),
    )
)


@given(indexes(), PERIODS)
@example(series({BEGIN: NAN}), (BEGIN, BEGIN + timedelta(hours=1)))
def test_whatever_period_is_erased_every_months_sum_stays(
    held: Series, period: tuple[datetime, datetime]
) -> None:
    kept = kept_moments(held, *period, ZONE)
    rest = without(held, *period, kept)
    bounds = months(BEGIN, BEGIN + timedelta(hours=3700), ZONE)
    assert used_between(rest, bounds) == used_between(held, bounds)
    # … and what each who lived there used in all can be told as before.
    assert used_between(rest, period) == used_between(held, period)


@given(indexes(), PERIODS)
def test_of_each_month_no_more_stays_than_its_sum_needs(
    held: Series, period: tuple[datetime, datetime]
) -> None:
    kept = kept_moments(held, *period, ZONE).tolist()
    assert kept == sorted(set(kept))
    assert all(to_ms(period[0]) <= at < to_ms(period[1]) for at in kept)
    begun = months(*period, ZONE)
    for nth, (start, end) in enumerate(pairwise(begun)):
        inside = [at for at in kept if to_ms(start) <= at < to_ms(end)]
        assert len(inside) <= (2 if nth == len(begun) - 2 else 1) + 1
    assert len(kept) <= len(begun) + 1


def test_the_meters_of_a_building_count_together_each_quantity_for_itself() -> None:
    bounds = [local(1), local(2), local(3)]
    one = series({local(1): 10.0, local(2): 14.0, local(3): 15.0})
    other = series({local(1): 1.0, local(2): 3.0}, PointId("flat-3.energy_e1"))
    water = series({local(1): 0.0, local(2): 7.0}, VOLUME)
    sums = building_sums({"Vej 14": [one, other, water], "Vej 9": []}, bounds)
    told = [
        (each.building, each.month, each.quantity, each.value, each.meters) for each in sums
    ]
    assert told == [
        ("Vej 14", local(1), "energy_e1", 6.0, 2),
        ("Vej 14", local(1), "volume_v1", 7.0, 1),
        ("Vej 14", local(2), "energy_e1", 1.0, 2),
        ("Vej 14", local(2), "volume_v1", 0.0, 1),  # it stands still, as far as is known
    ]


def test_a_digest_tells_any_sum_that_is_another() -> None:
    bounds = [local(1), local(2)]
    before = building_sums({"Vej 14": [series({local(1): 10.0, local(2): 14.0})]}, bounds)
    less = building_sums({"Vej 14": [series({local(1): 10.0, local(2): 13.9})]}, bounds)
    elsewhere = building_sums({"Vej 9": [series({local(1): 10.0, local(2): 14.0})]}, bounds)
    digests = {digest_of(each) for each in (before, less, elsewhere, [])}
    assert len(digests) == 4
    assert digest_of([*before]) == digest_of(before)
