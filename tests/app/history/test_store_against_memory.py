"""Whatever is written, put together or dropped: the answers are those of a plain list.

The store is driven by random work beside a model that keeps every sample in a Python
dictionary and follows the rules of the history in the plainest way.
"""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.history.store import EmbeddedHistory
from app.model.reading import Origin, PointId, Quality, Reading
from app.ports import Sample
from tests.app.history.plant import FAR_OFF, LONG_AGO, always, moments

EVE = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
POINTS = [PointId(f"station.p{n}") for n in range(4)]

quarter_numbers = st.integers(0, 40)  # from eve into the new year
qualities = st.sampled_from([Quality.GOOD, Quality.GOOD, *Quality])
origins = st.sampled_from([Origin.LIVE, Origin.LIVE, Origin.BACK_FILLED, Origin.ENTERED])
few_points = st.lists(st.sampled_from(POINTS), min_size=1, max_size=4, unique=True)


class Model:
    """What must be there, the plainest way."""

    def __init__(self) -> None:
        self.kept: dict[tuple[PointId, datetime], Reading] = {}

    def file(self, reading: Reading, at: datetime) -> None:
        holds = self.kept.get((reading.point, at))
        if (
            holds is not None
            and holds.quality is Quality.GOOD
            and reading.origin is Origin.BACK_FILLED
            and reading.quality is not Quality.GOOD
        ):
            return
        self.kept[reading.point, at] = reading

    def samples(self, point: PointId) -> list[Sample]:
        mine = [(at, each) for (owner, at), each in self.kept.items() if owner == point]
        return [Sample(at, each) for at, each in sorted(mine, key=lambda pair: pair[0])]


class HistoryAgainstMemory(RuleBasedStateMachine):
    """Random work on a real store; every answer is compared."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.store = EmbeddedHistory(Path(self._folder.name))
        self.quarter, self.fast = Model(), Model()
        self.count = 0

    def teardown(self) -> None:
        self.store.close()
        self._folder.cleanup()

    def _reading(
        self, point: PointId, at: datetime, quality: Quality, origin: Origin = Origin.LIVE
    ) -> Reading:
        self.count += 1
        value = self.count / 4 if quality.believable else None
        return Reading(point, value, quality, at, "" if value else "sensor-open", origin)

    @rule(points=few_points, number=quarter_numbers, quality=qualities)
    def record_a_quarter_hour(
        self, points: list[PointId], number: int, quality: Quality
    ) -> None:
        at = EVE + number * QUARTER
        readings = [self._reading(p, at - timedelta(seconds=7), quality) for p in points]
        self.store.append(readings, "quarter", at)
        for reading in readings:
            self.quarter.file(reading, at)

    @rule(
        point=st.sampled_from(POINTS),
        numbers=st.lists(quarter_numbers, min_size=1, max_size=6),
        quality=qualities,
        origin=origins,
    )
    def fill_in(
        self, point: PointId, numbers: list[int], quality: Quality, origin: Origin
    ) -> None:
        readings = [self._reading(point, EVE + n * QUARTER, quality, origin) for n in numbers]
        self.store.append(readings, "quarter")
        for reading in readings:
            self.quarter.file(reading, reading.measured_at)

    @rule(points=few_points, seconds=st.integers(0, 5000), quality=qualities)
    def poll(self, points: list[PointId], seconds: int, quality: Quality) -> None:
        at = EVE + timedelta(seconds=seconds)
        readings = [self._reading(p, at, quality) for p in points]
        self.store.append(readings, "fast")
        for reading in readings:
            self.fast.file(reading, at)

    @rule(number=quarter_numbers, steps=st.integers(1, 9))
    def put_together(self, number: int, steps: int) -> None:
        left = iter([True] * steps)
        self.store.compact(EVE + number * QUARTER * 3, lambda: next(left, False))

    @rule()
    def put_everything_together(self) -> None:
        self.store.compact(FAR_OFF, always)
        assert self.store.compact(FAR_OFF, always) == 0
        for stream, model in (("quarter", self.quarter), ("fast", self.fast)):
            counts = {p: n for p, n in self.store.samples_per_point(stream).items() if n}
            assert counts == {p: len(s) for p in POINTS if (s := model.samples(p))}

    @rule(number=st.integers(0, 6))
    def drop(self, number: int) -> None:
        end = EVE + number * QUARTER
        self.store.drop_fast_before(end + timedelta(seconds=59))
        self.fast.kept = {key: r for key, r in self.fast.kept.items() if key[1] >= end}

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = EmbeddedHistory(Path(self._folder.name))

    @rule(start=quarter_numbers, length=st.integers(0, 40))
    def ask_for_a_part(self, start: int, length: int) -> None:
        begin, end = EVE + start * QUARTER, EVE + (start + length) * QUARTER
        for point in POINTS:
            expected = [s for s in self.quarter.samples(point) if begin <= s.at < end]
            assert list(self.store.samples(point, begin, end, "quarter")) == expected

    @precondition(lambda self: self.quarter.kept)
    @rule(number=st.integers(1, 41))
    def ask_for_the_newest(self, number: int) -> None:
        before = EVE + number * QUARTER
        found = {s.reading.point: s for s in self.store.newest("quarter", before)}
        expected = {
            point: early[-1]
            for point in POINTS
            if (early := [s for s in self.quarter.samples(point) if s.at < before])
        }
        assert found == expected

    @invariant()
    def all_answers_are_right(self) -> None:
        for stream, model in (("quarter", self.quarter), ("fast", self.fast)):
            found = self.store.ranges(POINTS, LONG_AGO, FAR_OFF, stream)
            for series in found:
                expected = model.samples(series.point)
                assert moments(series) == [sample.at for sample in expected]
                assert alike(series.values.tolist(), [s.reading.value for s in expected])


def alike(found: Sequence[float], expected: Sequence[object]) -> bool:
    """Whether NaN stands where there is no value, and the values elsewhere."""
    plain = [np.nan if value is None else value for value in expected]
    return np.array_equal(np.array(found), np.array(plain, np.float64), equal_nan=True)


def test_random_work_is_answered_like_memory() -> None:
    few = settings(max_examples=20, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(HistoryAgainstMemory, settings=few)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_much_random_work_is_answered_like_memory() -> None:
    many = settings(max_examples=300, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(HistoryAgainstMemory, settings=many)
