"""A time that was thinned out reads as before: sums, means, figures, in another zone too."""

import asyncio
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.history import figures
from app.history.counters.asking import Facts
from app.history.dayparts import DayParts
from app.history.energydays import Step, bins
from app.history.readings import to_ms
from app.history.retention.job import Retention, kind_of, spans_of
from app.history.samples import Ints
from app.history.service import HistoryService
from app.history.store import EmbeddedHistory
from app.history.thinnedmonths import (
    OPEN,
    TOUCHED,
    covers,
    fuller,
    further,
    is_thinned,
    merged,
    state_of,
)
from app.history.thinnedout import day_begins, for_sums, means_told, thinned_span
from app.model.comparison import Compared, Period
from app.model.counter import (
    Edit,
    Entered,
    Shape,
    Spread,
    Statement,
    StatementId,
    TakenBack,
)
from app.model.point import PointSpec, ValueKind, WriteRules
from app.model.reading import DeviceId
from app.model.retention import DataKind, KeepRule, KeepRules, Stage
from app.verbs import administrator
from tests.app.history.aging import (
    BEGIN,
    ENERGY,
    OUTDOOR,
    SPECS,
    VOLUME,
    ZONE,
    Known,
    Stated,
    Years,
    months_from,
    settled_at,
)
from tests.app.history.plant import all_of, always

MONTHS = 16
SHORT = KeepRules({kind: KeepRule(2, 1) for kind in DataKind})
VIEWER = administrator("ann", "Ann", "desk")
YEARS = Years(total=520 * 96)
NOW = settled_at(months_from(BEGIN, MONTHS)[-1])


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixteen months of a house, put together as the night leaves them."""
    folder = tmp_path_factory.mktemp("recorded")
    store = EmbeddedHistory(folder, ZONE)
    for begin, end in pairwise(months_from(BEGIN, MONTHS)):
        YEARS.record(store, begin, end)
    store.compact(NOW, always)
    store.close()
    return folder


@pytest.fixture
def whole(recorded: Path) -> Iterator[EmbeddedHistory]:
    """The history as it was recorded; nothing is ever taken out of it."""
    store = EmbeddedHistory(recorded, ZONE)
    yield store
    store.close()


@pytest.fixture
def thinned(recorded: Path, tmp_path: Path) -> Iterator[EmbeddedHistory]:
    """The same after the retention."""
    store = EmbeddedHistory(Path(shutil.copytree(recorded, tmp_path / "thinned")), ZONE)
    assert Retention(store, Known()).run(SHORT, NOW, always).gone
    yield store
    store.close()


def compared(store: EmbeddedHistory, step: Step, first: Period, second: Period) -> Compared:
    facts = Facts(lambda: ZONE, SPECS.get, Stated())
    service = HistoryService(store, facts, lambda: NOW)
    [found] = asyncio.run(service.comparison(VIEWER, [OUTDOOR], first, second, step))
    service.close()
    return found


@pytest.mark.parametrize("step", [Step.DAY, Step.MONTH])
def test_this_year_beside_the_year_before_looks_as_it_did(
    whole: EmbeddedHistory, thinned: EmbeddedHistory, step: Step
) -> None:
    january, later = (
        Period(datetime(year, 1, 31, 23, tzinfo=UTC), datetime(year, 3, 31, 22, tzinfo=UTC))
        for year in (2020, 2021)
    )
    before = compared(whole, step, january, later)
    assert compared(thinned, step, january, later) == before
    assert all(value is not None for value in before.sides[0].values)
    assert all(before.sides[0].complete)


def test_hours_of_a_thinned_time_are_gone_and_nobody_pretends(
    thinned: EmbeddedHistory,
) -> None:
    day = Period(datetime(2020, 6, 1, 22, tzinfo=UTC), datetime(2020, 6, 2, 22, tzinfo=UTC))
    told = compared(thinned, Step.HOUR, day, day)
    assert sum(value is not None for value in told.sides[0].values) == 1
    assert not any(told.sides[0].complete)
    parts = bins(ZONE, Step.HOUR, day.start, day.end)
    assert means_told(thinned, [OUTDOOR], parts) is None


def test_where_every_sample_is_there_nothing_else_is_asked(whole: EmbeddedHistory) -> None:
    begin, end = BEGIN, NOW
    assert thinned_span(whole, begin, end) is None
    assert means_told(whole, [OUTDOOR], bins(ZONE, Step.DAY, begin, end)) is None
    [plain] = for_sums(whole, [ENERGY], begin, end)
    assert len(plain) == len(whole.range(ENERGY, begin, end, "quarter"))


def test_sums_get_readings_back_that_once_were_there_and_no_others(
    whole: EmbeddedHistory, thinned: EmbeddedHistory
) -> None:
    span = thinned_span(thinned, BEGIN, NOW)
    assert span == (BEGIN, datetime(2021, 3, 1, tzinfo=UTC))
    [told] = for_sums(thinned, [ENERGY], BEGIN, NOW)
    [once] = whole.ranges([ENERGY], BEGIN, NOW, "quarter")
    left = thinned.range(ENERGY, BEGIN, NOW, "quarter")
    assert len(left) < len(told) < len(once)
    known = dict(zip(once.times_ms.tolist(), once.values.tolist(), strict=True))
    for at, value in zip(told.times_ms.tolist(), told.values.tolist(), strict=True):
        assert known[at] == value
    assert (np.diff(told.times_ms) > 0).all()


def test_a_plant_that_moves_to_another_zone_keeps_the_figures_of_its_past(
    thinned: EmbeddedHistory,
) -> None:
    days = datetime(2020, 3, 10, tzinfo=UTC).date(), datetime(2020, 3, 20, tzinfo=UTC).date()
    before = figures.days(thinned, [OUTDOOR], *days)
    thinned.zone = ZoneInfo("Europe/Athens")
    after = figures.days(thinned, [OUTDOOR], *days)
    assert np.array_equal(before.figures, after.figures)
    assert np.array_equal(before.counts, after.counts)
    late = BEGIN + timedelta(days=72)
    YEARS.record(thinned, late, late + timedelta(hours=2))
    thinned.compact(NOW + timedelta(days=1), always)
    again = figures.days(thinned, [OUTDOOR], *days)
    assert np.array_equal(before.figures, again.figures)


def test_a_month_that_was_never_cut_by_this_zone_gets_its_figures_before_samples_go(
    recorded: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(recorded, tmp_path / "moved"))
    athens = ZoneInfo("Europe/Athens")
    store = EmbeddedHistory(folder, athens)
    days = datetime(2020, 2, 3, tzinfo=UTC).date(), datetime(2020, 3, 20, tzinfo=UTC).date()
    before = figures.days(store, [OUTDOOR, VOLUME], *days)  # from samples: nothing kept holds
    assert Retention(store, Known()).run(SHORT, NOW, always).gone
    after = figures.days(store, [OUTDOOR, VOLUME], *days)
    store.close()
    assert np.array_equal(before.figures, after.figures)
    assert np.array_equal(before.counts, after.counts)


def test_whoever_is_erased_is_erased_from_a_thinned_time_as_well(
    thinned: EmbeddedHistory,
) -> None:
    since, until = datetime(2020, 2, 1, tzinfo=UTC), datetime(2020, 9, 1, tzinfo=UTC)
    points = thinned.points_of(DeviceId("house"))
    kept = {ENERGY: np.array([to_ms(datetime(2020, 5, 1, tzinfo=UTC))], np.int64)}
    gone = thinned.forget(points, since, until, kept)
    assert gone > 0
    ends = since.date() + timedelta(days=1), until.date() - timedelta(days=2)
    days = figures.days(thinned, points, *ends)
    outlines = figures.outlines(thinned, points, since, until - timedelta(days=1))
    assert {int(each) for each in days.samples} <= {1}  # of what was to stay, and no more
    assert sum(len(each) for each in outlines if each.point != ENERGY) == 0
    before = thinned.range(OUTDOOR, BEGIN, since, "quarter")
    assert len(before) > 0
    assert len(all_of(thinned, OUTDOOR)) > 1000


def test_days_begin_by_the_plant_s_clock() -> None:
    first = datetime(2020, 3, 28, 23, tzinfo=UTC)
    numbers: Ints = np.array([18350, 18351], np.int64)  # 29 March 2020: of 23 hours
    begins = day_begins(ZONE, numbers)
    assert begins.tolist() == [to_ms(first), to_ms(first + timedelta(hours=23))]
    assert len(day_begins(ZONE, numbers[:0])) == 0


def parts(counts: int, value: float, day: int = 1) -> DayParts:
    one = np.array([7], np.int64)
    many = np.zeros((6, 1), np.int64)
    many[0] = counts
    return DayParts(one, np.array([day]), one, one, np.full((5, 1), value), many, one)


def test_the_fuller_figures_hold_and_of_equals_the_fresh_ones() -> None:
    assert fuller(parts(3, 1.0), parts(96, 2.0)).figures[0].tolist() == [2.0]
    assert fuller(parts(96, 1.0), parts(96, 2.0)).figures[0].tolist() == [1.0]
    assert fuller(parts(97, 1.0), parts(96, 2.0)).figures[0].tolist() == [1.0]
    both = fuller(parts(3, 1.0, day=2), parts(96, 2.0))
    assert both.days.tolist() == [1, 2]
    none = parts(1, 1.0).take(np.zeros(1, np.bool_))
    assert len(fuller(none, none)) == 0


def test_the_state_of_a_month_is_one_small_number() -> None:
    every = dict.fromkeys(DataKind, Stage.ALL)
    daily, monthly = (
        {**every, kind: Stage(nth + 1)} for nth, kind in enumerate(list(DataKind)[:2])
    )
    assert state_of(every) == 0
    assert not is_thinned(0)
    assert not is_thinned(OPEN)
    for stages in (daily, monthly, dict.fromkeys(DataKind, Stage.NOTHING)):
        state = state_of(stages)
        assert is_thinned(state)
        assert is_thinned(state | OPEN)
        assert 0 < state < TOUCHED
        assert not state & OPEN
        assert covers(state, state)
        assert covers(state, 0)
        assert not covers(TOUCHED, state)
        assert not covers(0, state)
        assert further(TOUCHED, state) == state
        assert merged(state | OPEN) == TOUCHED
    both = further(state_of(daily), state_of(monthly))
    assert covers(both, state_of(daily))
    assert covers(both, state_of(monthly))
    assert merged(OPEN) == merged(0) == 0


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        (None, DataKind.COUNTER),  # nobody knows: it may be one
        (SPECS[ENERGY], DataKind.COUNTER),
        (SPECS[OUTDOOR], DataKind.MEASURED),
        (PointSpec("mode", "Mode", kind=ValueKind.CHOICE), DataKind.STATE),
        (PointSpec("comfort", "Comfort", "°C", write=WriteRules(5, 30, 1)), DataKind.STATE),
        (PointSpec("limit", "Limit", "°C", listed=True), DataKind.STATE),
    ],
)
def test_each_point_is_of_one_kind(spec: PointSpec | None, kind: DataKind) -> None:
    assert kind_of(spec) is kind


def test_statements_keep_their_time_taken_back_or_not() -> None:
    at = datetime(2020, 3, 1, tzinfo=UTC)
    day = timedelta(days=1)
    says: list[Edit | TakenBack] = [
        Entered(at, Decimal("5.0")),
        Spread(at, at + day),
        Spread(at, at + day, Shape.WEEK_BEFORE),
        TakenBack(StatementId("0")),
    ]
    stated = [
        Statement(StatementId(str(nth)), ENERGY, each, "so it was", "Ann", at)
        for nth, each in enumerate(says)
    ]
    entered, spread, week = spans_of(stated)
    assert entered == (to_ms(at - 2 * day), to_ms(at + 2 * day))
    assert spread == (to_ms(at - 2 * day), to_ms(at + 3 * day))
    assert week == (to_ms(at - 59 * day), to_ms(at + 3 * day))  # eight weeks, the gap, two days
