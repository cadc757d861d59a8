"""A plant's many meters are asked together: as exact as one by one, and given up at will."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Event
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BadInput
from app.history.counters.asking import Facts, question
from app.history.performance import Due, performance
from app.history.readings import to_ms
from app.history.samples import Bulk
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.model.consumption import Step
from app.model.counter import Break as Why
from app.model.counter import Broken, Entered
from app.model.figures import runs
from app.model.performance import Performance
from app.model.point import PointSpec
from app.model.reading import PointId, Quality
from app.project.statements import SqlStatements
from app.series import CODE_OF, Series
from tests.app.history.counters.test_asking import book  # noqa: F401 - a fixture
from tests.plant import LUND

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 5, 31, 22, tzinfo=UTC)  # June, by the plant's clock
DAYS, MANY = 5, 260
END = BEGIN + timedelta(days=DAYS)
QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)
POINTS = [PointId(f"meter-{number:03d}.energy") for number in range(MANY)]
SPEC = PointSpec("energy", "Heat", "kWh", 1, role="meter.energy")
NOW = END + DAY
GOOD, GONE = CODE_OF[Quality.GOOD], CODE_OF[Quality.OFFLINE]


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[EmbeddedHistory]:
    """Five days and a day on both sides of 260 hourly meters, some hours lost."""
    store = EmbeddedHistory(tmp_path / "history", ZONE)
    chance = np.random.default_rng(3)
    hours = (DAYS + 2) * 24
    times = to_ms(BEGIN - DAY) + np.arange(hours) * 3_600_000
    values = np.round(np.cumsum(chance.integers(1, 4, (hours, MANY)), axis=0) / 10 + 100, 1)
    came = chance.random(values.shape) > 0.03
    hour, which = np.nonzero(came)
    quality = np.full(len(which), GOOD, np.uint8)
    store.bring(
        Bulk(tuple(POINTS), which, times[hour], values[hour, which], quality), "quarter"
    )
    store.compact(END + 5 * DAY, lambda: True)
    yield store
    store.close()


def service_of(store: EmbeddedHistory, book: SqlStatements) -> HistoryService:  # noqa: F811
    facts = Facts(lambda: ZONE, lambda _point: SPEC, book)
    return HistoryService(store, facts, lambda: NOW)


@pytest.mark.parametrize("step", [Step.DAY, Step.MONTH])
async def test_a_fleet_counts_as_each_of_its_meters_does(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
    step: Step,
) -> None:
    book.state(POINTS[7], Entered(BEGIN + HOUR, Decimal(110)), "read by hand", "ea")
    broken = Broken(BEGIN + DAY, Why.EXCHANGE, Decimal(200), Decimal(0))
    book.state(POINTS[9], broken, "exchanged", "ea")
    service = service_of(store, book)
    together = await service.consumption(LUND, POINTS, BEGIN, END, step)
    assert [each.point for each in together] == POINTS
    for first in range(0, MANY, 130):  # too few to be asked by days
        some = POINTS[first : first + 130]
        alone = await service.consumption(LUND, some, BEGIN, END, step)
        assert list(alone) == list(together[first : first + 130])
    service.close()


async def test_hours_of_a_fleet_are_of_all_samples_and_add_up_to_its_days(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> None:
    service = service_of(store, book)
    hours = await service.consumption(LUND, POINTS, BEGIN, END, Step.HOUR)
    days = await service.consumption(LUND, POINTS, BEGIN, END, Step.DAY)
    for hour, day in zip(hours, days, strict=True):
        lost = sum((each.amount for each in hour.unplaced), Decimal(0))
        lost -= sum((each.amount for each in day.unplaced), Decimal(0))
        assert sum(filter(None, hour.amounts)) + lost == sum(filter(None, day.amounts))
    service.close()


async def test_days_of_another_zone_than_the_figures_are_counted_from_samples(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> None:
    facts = Facts(lambda: ZoneInfo("Asia/Kolkata"), lambda _point: SPEC, book)
    service = HistoryService(store, facts, lambda: NOW)
    many = await service.consumption(LUND, POINTS, BEGIN, END, Step.DAY)
    few = await service.consumption(LUND, POINTS[:9], BEGIN, END, Step.DAY)
    assert list(many[:9]) == list(few)
    assert few[0].starts[0] == datetime(2026, 5, 31, 18, 30, tzinfo=UTC)
    service.close()


class Slow(EmbeddedHistory):
    """A store that waits before each answer until a test lets it go on."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, ZONE)
        self.begun, self.go_on, self.asked = Event(), Event(), 0

    def ranges(
        self, points: Sequence[PointId], start: datetime, end: datetime, stream: str
    ) -> Sequence[Series]:
        self.asked += 1
        self.begun.set()
        self.go_on.wait(30)
        return super().ranges(points, start, end, stream)


@pytest.mark.parametrize("verb", ["performance", "validation", "consumption"])
async def test_a_question_given_up_reads_no_further(
    tmp_path: Path,
    book: SqlStatements,  # noqa: F811 - the fixture
    verb: str,
) -> None:
    store = Slow(tmp_path / "slow")
    service = service_of(store, book)
    many = [PointId(f"m-{number}.energy") for number in range(7_000)]
    more: dict[str, Callable[[], Coroutine[object, object, object]]] = {
        "performance": lambda: service.performance(LUND, many, BEGIN, END, 3 * 3600),  # samples
        "validation": lambda: service.validation(LUND, many, BEGIN, END),
        "consumption": lambda: service.consumption(LUND, many[:180], BEGIN, END, Step.HOUR),
    }
    question = asyncio.ensure_future(more[verb]())
    assert await asyncio.to_thread(store.begun.wait, 30)
    question.cancel()
    with pytest.raises(asyncio.CancelledError):
        await question
    store.go_on.set()
    service.close()
    assert store.asked == 1
    store.close()


def counted(found: Performance) -> tuple[int, int, int]:
    return found.expected, found.received, found.missing


@given(
    gone=st.sets(st.integers(0, 287), max_size=40),
    lost=st.sets(st.integers(0, 287), max_size=40),
    begin=st.integers(0, 40),
    length=st.integers(0, 250),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_performance_by_figures_of_days_is_that_of_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory,
    gone: set[int],
    lost: set[int],
    begin: int,
    length: int,
) -> None:
    store = EmbeddedHistory(tmp_path_factory.mktemp("counted"), ZONE)
    point = PointId("meter-1.flow")
    kept = [n for n in range(288) if n not in lost]
    quality = np.array([GONE if n in gone else GOOD for n in kept], np.uint8)
    values = np.where(quality == GOOD, 1.0, np.nan)
    times = np.array([to_ms(BEGIN + n * QUARTER) for n in kept], np.int64)
    many = np.zeros(len(kept), np.int64)
    store.bring(Bulk((point,), many, times, values, quality), "quarter")
    store.compact(BEGIN + 9 * DAY, lambda: True)
    start, end = BEGIN + begin * QUARTER, BEGIN + (begin + length) * QUARTER
    [found] = performance(store, ZONE, [point], Due(start, end, QUARTER), {})
    inside = [n for n in kept if begin <= n < begin + length]
    came = sum(n not in gone for n in inside)
    assert counted(found) == (length, came, length - len(inside))
    store.close()


async def test_too_many_points_at_once_are_refused(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> None:
    service = service_of(store, book)
    far_too_many = POINTS * 200
    for verb in (
        service.performance(LUND, far_too_many, BEGIN, END),
        service.validation(LUND, far_too_many, BEGIN, END),
        service.consumption(LUND, far_too_many, BEGIN, END, Step.MONTH),
    ):
        with pytest.raises(BadInput, match="at most"):
            await verb
    service.close()


@pytest.mark.campaign
async def test_ten_years_of_one_meter_take_less_than_a_second(
    tmp_path: Path,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> None:
    """350,000 quarter hours with an exchange in the middle; its figures stand in docs/."""
    store = EmbeddedHistory(tmp_path / "history", ZONE)
    start = datetime(2016, 1, 1, tzinfo=UTC)
    many = 10 * 35_064
    times = to_ms(start) + np.arange(many) * 900_000
    values = np.round(np.cumsum(np.full(many, 0.2)), 1)
    half = many // 2
    values[half:] = np.round(values[half:] - values[half - 1], 1)
    one = np.zeros(many, np.int64)
    good = np.full(many, GOOD, np.uint8)
    store.bring(Bulk((POINTS[0],), one, times, values, good), "quarter")
    store.compact(start + timedelta(days=3700), lambda: True)
    at = start + half * QUARTER - timedelta(minutes=1)
    says = Broken(at, Why.EXCHANGE, Decimal(str(values[half - 1])), Decimal(0))
    book.state(POINTS[0], says, "exchanged", "ea")
    service = service_of(store, book)
    taken = []
    for step in (Step.YEAR, Step.MONTH, Step.YEAR, Step.MONTH):
        begun = time.process_time()
        end = start + timedelta(days=3652)
        [found] = await service.consumption(LUND, POINTS[:1], start, end, step)
        taken.append(time.process_time() - begun)
        assert sum(filter(None, found.amounts)) == pytest.approx(Decimal(many) / 5, abs=10)
    service.close()
    store.close()
    sys.stdout.write(f"ten years of one meter: {[round(each, 2) for each in taken]} s\n")
    assert min(taken) < 1.0, taken


def test_a_device_s_readings_are_due_from_its_coming_on() -> None:
    due = Due(BEGIN, END, HOUR)
    assert due.expected(due.since(None)) == DAYS * 24
    assert due.since(BEGIN - DAY) == BEGIN
    assert due.expected(due.since(BEGIN + DAY)) == (DAYS - 1) * 24
    assert due.expected(due.since(END + DAY)) == 0


async def test_indexes_alike_share_the_rules_they_count_by(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
) -> None:
    """So that they are summed as one kind: thousands of kinds cost more than their samples."""
    other = replace(SPEC, unit="MWh", decimals=3)

    def spec_of(point: PointId) -> PointSpec:
        return other if point in POINTS[:3] else SPEC

    asked = await question(Facts(lambda: ZONE, spec_of, book), POINTS, BEGIN, END, Step.DAY)
    assert len({id(each) for each in asked.rules.values()}) == 2
    assert asked.rules[POINTS[0]].unit == "MWh"
    assert asked.rules[POINTS[3]].unit == "kWh"


@pytest.mark.parametrize("many", [MANY, 3])
async def test_a_part_that_runs_is_told_from_one_that_lacks_its_begin(
    store: EmbeddedHistory,
    book: SqlStatements,  # noqa: F811 - the fixture
    many: int,
) -> None:
    """Of a fleet by figures of days, of a few by their samples: the same is said."""
    service, some = service_of(store, book), POINTS[:many]
    for first, so_far in ((BEGIN, True), (BEGIN - 40 * DAY, False)):
        end = BEGIN + DAY if so_far else BEGIN
        [told, *_] = await service.consumption(LUND, some, first, end, Step.MONTH)
        last = len(told) - 1
        assert not told.complete[last]
        assert told.so_far[last] is so_far, "June runs; of May there is one day alone"
        assert runs(told) is so_far
    days = await service.consumption(LUND, some, BEGIN, END, Step.DAY)
    for each in days:
        both = zip(each.so_far, each.complete, strict=True)
        assert all(told or not whole for told, whole in both)
    service.close()
