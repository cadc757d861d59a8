"""Many parts brought in one transaction are all there, or none, in every database."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import numpy as np
import pytest

from app.errors import BadInput
from app.history.history import History
from app.history.latestcolumns import LatestColumns
from app.history.readings import from_readings, to_ms
from app.history.samples import Bulk, Ints, Named, Samples
from app.history.schema import GROUP_SIZE
from app.history.schema import QUARTER as QUARTERS
from app.model.reading import Origin, PointId, Quality, Reading
from tests.app.history.contract.engines import Opened
from tests.app.history.plant import FAR_OFF, LONG_AGO, MIDNIGHT, QUARTER, always, reading

POINTS = tuple(PointId(f"device-{n}.p") for n in range(30))
STEP_MS = 900_000
SECOND = timedelta(seconds=1)


def bulk(first: int, count: int = 200) -> Bulk:
    """Samples of all points, one after the other."""
    times = to_ms(MIDNIGHT) + np.arange(first, first + count, dtype=np.int64) * STEP_MS
    which = np.repeat(np.arange(len(POINTS), dtype=np.int64), count)
    return Bulk(
        POINTS,
        which,
        np.tile(times, len(POINTS)),
        np.tile(times / STEP_MS, len(POINTS)) + which,
        np.zeros(count * len(POINTS), np.uint8),
        Origin.BACK_FILLED,
    )


def counts(store: History) -> list[int]:
    found = store.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")
    return [len(each) for each in found]


def test_parts_are_seen_when_the_last_is_there(store: History) -> None:
    with store.place_of(QUARTERS, 2026).bringing(POINTS) as bringing:
        for part in range(5):
            bringing.add(bulk(part * 200).samples)
        assert counts(store) == [0] * len(POINTS)
    assert counts(store) == [1000] * len(POINTS)


def test_given_up_in_the_middle_nothing_is_there_and_others_write_on(store: History) -> None:
    def part(numbers: Ints) -> Samples:
        raise BadInput(f"enough of {len(numbers)} points")

    def given_up() -> None:
        with store.place_of(QUARTERS, 2026).bringing(POINTS) as bringing:
            bringing.add(bulk(0).samples)
            bringing.add(part)

    with pytest.raises(BadInput, match="enough of 30"):
        given_up()
    assert counts(store) == [0] * len(POINTS)
    store.append([reading(POINTS[7], MIDNIGHT, 7.0)], "quarter", MIDNIGHT)
    assert counts(store)[7] == 1
    assert sum(counts(store)) == 1
    with store.place_of(QUARTERS, 2026).bringing(POINTS) as taking:
        taking.add(bulk(1).samples)
    assert sum(counts(store)) == 1 + 200 * len(POINTS)


def test_what_is_brought_is_put_together_with_what_was_there(
    opened: Opened, store: History
) -> None:
    for part in (0, 100):
        with store.place_of(QUARTERS, 2026).bringing(POINTS) as bringing:
            bringing.add(bulk(part).samples)
    before = store.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")
    assert store.compact(datetime(2026, 9, 1, tzinfo=UTC), always) > 0
    again = opened()
    after = again.ranges(POINTS, LONG_AGO, FAR_OFF, "quarter")
    for ours, theirs in zip(before, after, strict=True):
        assert len(ours) == 300
        assert np.array_equal(ours.times_ms, theirs.times_ms)
        assert np.array_equal(ours.values, theirs.values)


def test_words_and_reasons_come_in_the_same_transaction(store: History) -> None:
    readings = [reading(POINTS[n], MIDNIGHT, f"word {n}", reason="why") for n in range(3)]
    which = np.arange(3)

    def under(numbers: Ints) -> Samples:
        filed = np.full(3, to_ms(MIDNIGHT), np.int64)
        return from_readings(readings, numbers[which], filed)

    with store.place_of(QUARTERS, 2026).bringing(POINTS) as bringing:
        bringing.add(bulk(1).samples)
        bringing.add(partial(under))
    found = store.samples(POINTS[2], LONG_AGO, FAR_OFF, "quarter")
    assert (found[0].reading.value, found[0].reading.reason) == ("word 2", "why")
    assert len(found) == 201


def test_columns_of_named_points_come_with_all_that_is_known_of_them(store: History) -> None:
    told = [
        Reading(POINTS[2], "Winter", Quality.MANUAL, MIDNIGHT, "by hand", Origin.ENTERED),
        Reading(POINTS[1], None, Quality.OFFLINE, MIDNIGHT, "device-offline"),
        Reading(POINTS[0], 7.5, Quality.STALE, MIDNIGHT, received_at=MIDNIGHT + 3 * SECOND),
    ]
    store.append([reading(point, MIDNIGHT - QUARTER) for point in POINTS], "quarter")
    columns = LatestColumns()
    columns.take(told)
    for nth in range(3):  # the same points again and again, in an order that is not the store's
        store.bring(columns.at(to_ms(MIDNIGHT) + nth * STEP_MS), "quarter")
    for each in told:
        found = store.samples(each.point, MIDNIGHT, FAR_OFF, "quarter")
        assert [sample.reading for sample in found] == [each] * 3
        assert [sample.at for sample in found] == [MIDNIGHT + nth * QUARTER for nth in range(3)]


def test_a_tick_over_new_year_lies_in_both_years(store: History) -> None:
    columns, new_year = LatestColumns(), datetime(2027, 1, 1, tzinfo=UTC)
    columns.take([reading(point, new_year - SECOND, 1.0) for point in POINTS[:2]])
    columns.take([reading(point, new_year + SECOND, 2.0) for point in POINTS[1:3]])
    both = columns.at(to_ms(new_year))
    measured = both.times_ms - (both.told.lag_ms if both.told.lag_ms is not None else 0)
    store.bring(Named(POINTS[:3], replace(both.told, times_ms=measured)), "quarter")
    found = store.ranges(POINTS[:3], LONG_AGO, FAR_OFF, "quarter")
    assert [each.values.tolist() for each in found] == [[1.0], [2.0], [2.0]]
    assert len(store.there(QUARTERS)) == 2


def test_groups_of_a_tick_lie_together_whatever_order_their_points_came_in(
    store: History,
) -> None:
    many = [PointId(f"meter-{n}.heat") for n in range(GROUP_SIZE + 50)]
    store.append([reading(point, MIDNIGHT - QUARTER) for point in many], "quarter")
    mixed = random.Random(1).sample(many, len(many))
    columns = LatestColumns()
    columns.take([reading(point, MIDNIGHT, float(n)) for n, point in enumerate(mixed)])
    before = store.place_of(QUARTERS, 2026).contents().batches
    store.bring(columns.at(to_ms(MIDNIGHT)), "quarter")
    assert store.place_of(QUARTERS, 2026).contents().batches == before + 2
    found = store.ranges(mixed, MIDNIGHT, FAR_OFF, "quarter")
    assert [each.values.tolist() for each in found] == [[float(n)] for n in range(len(mixed))]
