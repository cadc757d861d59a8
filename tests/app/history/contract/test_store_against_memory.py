"""Whatever is written, put together or dropped: the answers are those of a plain list.

The store is driven by random work beside a model that keeps every sample in a Python
dictionary and follows the rules of the history in the plainest way.
"""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
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

from app.history.figures import days, months, openings, outlines
from app.history.history import History
from app.model.reading import Origin, PointId, Quality, Reading
from app.ports import Sample
from app.series import QUALITY_CODES
from tests.app.history.contract.engines import EMBEDDED, ZONE, Engine
from tests.app.history.plant import FAR_OFF, LONG_AGO, always, moments

EVE = datetime(2026, 12, 31, 20, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
EPOCH = date(1970, 1, 1)
POINTS = [PointId(f"station.p{n}") for n in range(4)]
NO_FIGURES = [np.nan] * (len(QUALITY_CODES) + 5)

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

    engine: Engine = EMBEDDED
    step = QUARTER  # between two moments at which something is recorded

    def __init__(self) -> None:
        super().__init__()
        self._all = ExitStack()
        folder = self._all.enter_context(tempfile.TemporaryDirectory())
        self._opened = self._all.enter_context(self.engine.kept(Path(folder)))
        self.store: History = self._opened()
        self.quarter, self.fast = Model(), Model()
        self.count = 0

    def teardown(self) -> None:
        self._all.close()

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
        at = EVE + number * self.step
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
        readings = [self._reading(point, EVE + n * self.step, quality, origin) for n in numbers]
        self.store.append(readings, "quarter")
        for reading in readings:
            self.quarter.file(reading, reading.measured_at)

    @rule(point=st.sampled_from(POINTS), number=quarter_numbers)
    def crowd_a_day(self, point: PointId, number: int) -> None:
        """Commit after commit for one day, put together while it is open."""
        at = EVE + number * self.step
        for minute in range(17):
            reading = self._reading(point, at + timedelta(minutes=minute % 5), Quality.GOOD)
            self.store.append([reading], "quarter")
            self.quarter.file(reading, reading.measured_at)
        self.store.compact(at, always)

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
        self.store.compact(EVE + number * self.step * 3, lambda: next(left, False))

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
        self.store = self._opened()

    @rule(start=quarter_numbers, length=st.integers(0, 40))
    def ask_for_a_part(self, start: int, length: int) -> None:
        begin, end = EVE + start * self.step, EVE + (start + length) * self.step
        for point in POINTS:
            expected = [s for s in self.quarter.samples(point) if begin <= s.at < end]
            assert list(self.store.samples(point, begin, end, "quarter")) == expected

    @precondition(lambda self: self.quarter.kept)
    @rule(number=st.integers(1, 41))
    def ask_for_the_newest(self, number: int) -> None:
        before = EVE + number * self.step
        found = {s.reading.point: s for s in self.store.newest("quarter", before)}
        expected = {
            point: early[-1]
            for point in POINTS
            if (early := [s for s in self.quarter.samples(point) if s.at < before])
        }
        assert found == expected
        moment = self.store.newest_moment("quarter", before)
        moments_there = {s.at for p in POINTS for s in self.quarter.samples(p)}
        if moment is None:
            assert not expected
        else:
            assert moment in moments_there
            assert moment <= max(sample.at for sample in expected.values())

    @rule(start=quarter_numbers, length=st.integers(1, 40))
    def ask_for_outlines(self, start: int, length: int) -> None:
        begin, end = EVE + start * self.step, EVE + (start + length) * self.step
        for series in outlines(self.store, POINTS, begin, end):
            assert dict(zip(moments(series), series.values.tolist(), strict=True)) == (
                outline_of(self.quarter.samples(series.point), begin, end)
            )

    @rule(start=quarter_numbers, length=st.integers(0, 40))
    def ask_for_days(self, start: int, length: int) -> None:
        first = (EVE + start * self.step).astimezone(ZONE).date()
        last = (EVE + (start + length) * self.step).astimezone(ZONE).date()
        found = days(self.store, POINTS, first, last)
        told = {
            (POINTS[number], EPOCH + timedelta(days=day)): [*counts, *figures]
            for number, day, counts, figures in zip(
                found.series.tolist(),
                found.days.tolist(),
                found.counts.T.tolist(),
                found.figures.T.tolist(),
                strict=True,
            )
        }
        expected = {
            (point, day): figures
            for point in POINTS
            for day, figures in days_of(self.quarter.samples(point)).items()
            if first <= day <= last
        }
        assert told.keys() == expected.keys()
        for key, figures in expected.items():
            assert told[key] == pytest.approx(figures, abs=1e-9, nan_ok=True)
        opening = openings(self.store, POINTS, last).tolist()
        first_of = [told.get((point, last), NO_FIGURES)[len(QUALITY_CODES)] for point in POINTS]
        assert opening == pytest.approx(first_of, abs=1e-9, nan_ok=True)

    @rule(first=st.integers(0, 2), count=st.integers(0, 2))
    def ask_for_months(self, first: int, count: int) -> None:
        begin = (2026 - 1970) * 12 + 11 + first
        found = months(self.store, POINTS, begin, begin + count)
        told = {
            (POINTS[number], month): counts
            for number, month, counts in zip(
                found.series.tolist(), found.days.tolist(), found.counts.T.tolist(), strict=True
            )
        }
        expected: dict[tuple[PointId, int], list[float]] = {}
        for point in POINTS:
            for day, figures in days_of(self.quarter.samples(point)).items():
                month = (day.year - 1970) * 12 + day.month - 1
                if begin <= month <= begin + count:
                    sums = expected.setdefault((point, month), [0] * len(QUALITY_CODES))
                    expected[point, month] = [
                        a + b for a, b in zip(sums, figures[: len(sums)], strict=True)
                    ]
        assert told == expected

    @invariant()
    def all_answers_are_right(self) -> None:
        for stream, model in (("quarter", self.quarter), ("fast", self.fast)):
            found = self.store.ranges(POINTS, LONG_AGO, FAR_OFF, stream)
            for series in found:
                expected = model.samples(series.point)
                assert moments(series) == [sample.at for sample in expected]
                assert alike(series.values.tolist(), [s.reading.value for s in expected])


def outline_of(
    samples: Sequence[Sample], begin: datetime, end: datetime
) -> dict[datetime, object]:
    """The smallest and the largest value of every eight hours, the plainest way."""
    eight = timedelta(hours=8)
    buckets: dict[datetime, list[float]] = {}
    for sample in samples:
        opening = LONG_AGO + (sample.at - LONG_AGO) // eight * eight
        if opening + eight > begin and opening < end:
            values = buckets.setdefault(opening, [])
            if isinstance(sample.reading.value, float):
                values.append(sample.reading.value)
    told: dict[datetime, object] = {}
    for opening, values in buckets.items():
        told[opening] = Same(min(values, default=np.nan))
        told[opening + eight / 2] = Same(max(values, default=np.nan))
    return told


class Same:
    """A value that NaN equals when it is one."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return other == self.value or (np.isnan(self.value) and bool(np.isnan(other)))  # type: ignore[call-overload]

    def __hash__(self) -> int:
        return 0


def days_of(samples: Sequence[Sample]) -> dict[date, list[float]]:
    """Counts by quality, first, last, smallest, largest and sum of local days."""
    by_day: dict[date, list[Sample]] = {}
    for sample in samples:
        by_day.setdefault(sample.at.astimezone(ZONE).date(), []).append(sample)
    told = {}
    for day, mine in by_day.items():
        counts = [sum(s.reading.quality is each for s in mine) for each in QUALITY_CODES]
        values = [s.reading.value for s in mine if isinstance(s.reading.value, float)]
        none = [np.nan] * 5
        figures = (
            [values[0], values[-1], min(values), max(values), sum(values)] if values else none
        )
        told[day] = [*map(float, counts), *figures]
    return told


def alike(found: Sequence[float], expected: Sequence[object]) -> bool:
    """Whether NaN stands where there is no value, and the values elsewhere."""
    plain = [np.nan if value is None else value for value in expected]
    return np.array_equal(np.array(found), np.array(plain, np.float64), equal_nan=True)


def machine(engine: Engine, step: timedelta) -> type[HistoryAgainstMemory]:
    fields = {"engine": engine, "step": step}
    return type("HistoryOfEngine", (HistoryAgainstMemory,), fields)


# Every quarter of an hour of ten hours, or moments of six weeks, in which months are merged.
STEPS = pytest.mark.parametrize(
    "step",
    [QUARTER, pytest.param(timedelta(hours=25, minutes=30), marks=pytest.mark.campaign)],
    ids=str,
)


@STEPS
def test_random_work_is_answered_like_memory(engine: Engine, step: timedelta) -> None:
    few = settings(max_examples=15, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine(engine, step), settings=few)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@STEPS
def test_much_random_work_is_answered_like_memory(engine: Engine, step: timedelta) -> None:
    many = settings(max_examples=300, stateful_step_count=40, deadline=None)
    run_state_machine_as_test(machine(engine, step), settings=many)
