"""Years of samples are thinned out in each database: counts by the rules, sums unchanged."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from app.history import figures
from app.history.counters.asking import Facts
from app.history.history import History
from app.history.retention.job import Retention
from app.history.service import HistoryService
from app.model.consumption import Consumption, Step
from app.model.counter import Break, Broken, Statement, StatementId
from app.model.reading import PointId, Quality, Reading
from app.model.retention import DataKind, KeepRule, KeepRules, Then
from app.verbs import administrator
from tests.app.history.aging import (
    BEGIN,
    ENERGY,
    MODE,
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
from tests.app.history.contract.engines import Opened
from tests.app.history.plant import all_of, always, moments

MONTHS = 17
SHORT = KeepRules({kind: KeepRule(3, 1) for kind in DataKind})
VIEWER = administrator("ann", "Ann", "desk")
QUARTER = timedelta(minutes=15)


@pytest.fixture(scope="module")
def years() -> Years:
    return Years(total=600 * 96)


def recorded(store: History, years: Years, months: int) -> datetime:
    """Record so many months; return a moment after the last of them."""
    begins = months_from(BEGIN, months)
    for begin, end in pairwise(begins):
        years.record(store, begin, end)
    now = settled_at(begins[-1])
    store.compact(now, always)
    return now


async def consumption(
    store: History, point: PointId, step: Step, begin: datetime, end: datetime, known: Known
) -> Consumption:
    facts = Facts(lambda: ZONE, SPECS.get, known.statements)
    service = HistoryService(store, facts, lambda: end)
    try:
        [found] = await service.consumption(VIEWER, [point], begin, end, step)
    finally:
        service.close()
    return found


def in_digits(found: Consumption, point: PointId) -> list[int]:
    amounts: Sequence[Decimal | None] = found.amounts
    return [-1 if each is None else int(each.scaleb(SPECS[point].decimals)) for each in amounts]


@pytest.mark.campaign
async def test_days_then_months_stay_and_every_sum_is_what_it_was(
    opened: Opened, years: Years
) -> None:
    store = opened()
    now = recorded(store, years, MONTHS)
    before = figures.days(store, [OUTDOOR], BEGIN.date(), now.date())
    outline = figures.outlines(store, [OUTDOOR], BEGIN, now)[0]
    retention = Retention(store, Known())
    would = retention.preview(SHORT, now, always)
    done = retention.run(SHORT, now, always)
    assert done == would
    assert done.complete
    # 17 months are over on 5 June 2021: since March 2021 all samples stay, for a year one a day
    assert (done.first, done.last) == (BEGIN, datetime(2021, 2, 1, tzinfo=UTC))
    kept = moments(all_of(store, OUTDOOR))
    old = [at.astimezone(ZONE) for at in kept if at < datetime(2021, 2, 28, 23, tzinfo=UTC)]
    months = [at for at in old if at < datetime(2020, 5, 31, 22, tzinfo=UTC).astimezone(ZONE)]
    assert [at.day for at in months[1:]] == [1] * 4  # February to May; the first is BEGIN's
    assert all((at.hour, at.minute) == (0, 0) for at in old[1:])
    assert len(old) - len(months) == 273  # days from 1 June 2020 to 28 February 2021
    for point in (ENERGY, VOLUME):
        begin, end = BEGIN + timedelta(days=1), now - timedelta(days=8)
        found = await consumption(store, point, Step.DAY, begin, end, Known())
        assert in_digits(found, point) == years.counted(point, Step.DAY, begin, end)
        assert all(found.complete)
        assert not found.unplaced
        begin = BEGIN + timedelta(days=31)
        found = await consumption(store, point, Step.MONTH, begin, end, Known())
        assert in_digits(found, point) == years.counted(point, Step.MONTH, begin, end)
    again = opened()
    after = figures.days(again, [OUTDOOR], BEGIN.date(), now.date())
    assert np.array_equal(before.figures, after.figures)
    assert np.array_equal(before.counts, after.counts)
    left = figures.outlines(again, [OUTDOOR], BEGIN, now)[0]
    assert np.array_equal(outline.values, left.values)
    assert not Retention(again, Known()).run(SHORT, now, always).gone  # again does nothing


async def test_what_statements_tenants_and_oddities_need_stays(
    opened: Opened, years: Years
) -> None:
    store = opened()
    exchanged = datetime(2020, 2, 10, 9, tzinfo=UTC)
    moved = datetime(2020, 3, 15, 11, tzinfo=UTC)
    wrong = datetime(2020, 1, 20, 23, tzinfo=UTC)  # midnight in Copenhagen
    now = recorded(store, years, 6)
    store.append([Reading(ENERGY, 999.9, Quality.GOOD, wrong)], "quarter", wrong)
    store.compact(now + timedelta(days=40), always)
    says = Broken(exchanged, Break.RESET, Decimal("50000.0"), Decimal("50000.0"))
    stated = Stated([Statement(StatementId("1"), ENERGY, says, "checked", "Ann", now)])
    known = Known(stated, {VOLUME: [moved]})
    begin, end = BEGIN + timedelta(days=1), now - timedelta(days=8)
    before = await consumption(store, ENERGY, Step.DAY, begin, end, known)
    months = await consumption(store, ENERGY, Step.MONTH, begin, end, known)
    done = Retention(store, known).run(SHORT, now + timedelta(days=40), always)
    kinds = {each.kind: each for each in done.kinds}
    assert kinds[DataKind.COUNTER].kept_for_sums > 0
    assert kinds[DataKind.MEASURED].kept_for_sums == 0
    energy, volume = set(moments(all_of(store, ENERGY))), set(moments(all_of(store, VOLUME)))
    for nth in range(-96, 97):
        assert exchanged + nth * QUARTER in energy
        assert moved + nth * QUARTER in volume
        assert wrong + nth * QUARTER in energy
    assert datetime(2020, 3, 15, 11, tzinfo=UTC) not in energy
    assert await consumption(store, ENERGY, Step.DAY, begin, end, known) == before
    assert await consumption(store, ENERGY, Step.MONTH, begin, end, known) == months


async def test_late_samples_of_a_thinned_month_leave_its_figures_and_are_thinned_too(
    store: History, years: Years
) -> None:
    now = recorded(store, years, 5)
    before = figures.days(store, [OUTDOOR, ENERGY], BEGIN.date(), now.date())
    retention = Retention(store, Known())
    assert retention.run(SHORT, now, always).gone
    count = len(all_of(store, ENERGY))
    begin = BEGIN + timedelta(days=3)
    years.record(store, begin, begin + timedelta(hours=6))  # sent once more
    store.compact(now + timedelta(days=1), always)
    late = now + timedelta(days=60)
    store.compact(late, always)
    after = figures.days(store, [OUTDOOR, ENERGY], BEGIN.date(), now.date())
    assert np.array_equal(before.figures, after.figures)
    assert np.array_equal(before.counts, after.counts)
    outlines = figures.outlines(store, [OUTDOOR], begin, begin + timedelta(hours=8))[0]
    assert outlines.values.min() == years.values(OUTDOOR)[3 * 96 : 3 * 96 + 32].min()
    only_january = KeepRules({kind: KeepRule(4) for kind in DataKind})
    retention.run(only_january, now + timedelta(days=20), always)
    assert len(all_of(store, ENERGY)) == count


def test_kinds_are_kept_by_their_own_rules(store: History, years: Years) -> None:
    now = recorded(store, years, 6)
    rules = KeepRules(
        {
            DataKind.COUNTER: KeepRule(0, 0),
            DataKind.MEASURED: KeepRule(2, 1),
            DataKind.STATE: KeepRule(2, 1, Then.NOTHING),
        }
    )
    all_kept = len(all_of(store, ENERGY))
    steps = iter(range(3))
    done = Retention(store, Known()).run(rules, now, lambda: next(steps, None) is not None)
    assert not done.complete
    done = Retention(store, Known()).run(rules, now, always)
    assert done.complete
    assert len(all_of(store, ENERGY)) == all_kept
    assert len(all_of(store, OUTDOOR)) < all_kept / 2
    Retention(store, Known()).run(rules, now + timedelta(days=400), always)
    assert len(all_of(store, MODE)) == 0
    assert len(all_of(store, OUTDOOR)) < 100


def test_a_month_that_waits_to_be_merged_is_left_for_later(
    store: History, years: Years
) -> None:
    years.record(store, BEGIN, BEGIN + timedelta(days=31))
    far = BEGIN + timedelta(days=900)
    assert Retention(store, Known()).run(SHORT, far, always).gone == 0
