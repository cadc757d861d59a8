"""Which samples of a month stay: the edges sums stand on, and whatever is not plain."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.history.counters.rules import Checks, validate
from app.history.counters.sums import sums
from app.history.energydays import Step, bins
from app.history.readings import to_moment, to_ms
from app.history.retention.survivors import (
    AROUND_MS,
    DAY_MS,
    Kept,
    Month,
    of_index,
    of_measured,
    of_unknown,
)
from app.model.counter import IndexRules, wraps_after
from app.model.reading import PointId, Quality
from app.model.retention import Stage
from app.series import CODE_OF, Series

ZONE = ZoneInfo("Europe/Copenhagen")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)  # summer time begins in it
END = datetime(2026, 4, 1, tzinfo=UTC)
MONTH = Month(ZONE, to_ms(BEGIN), to_ms(END))
RULES = IndexRules("kWh", 1, wraps_at=wraps_after(8))
GOOD, BAD = CODE_OF[Quality.GOOD], CODE_OF[Quality.BAD]
HOUR_MS = 3_600_000


def index(every_ms: int = 900_000, offset_ms: int = 0, each: int = 3) -> Series:
    """An index that counts evenly, sampled from four days before the month to four after."""
    begin, end = MONTH.around
    times = np.arange(begin + offset_ms, end, every_ms)
    values = (100_000 + np.arange(len(times)) * each) / 10
    return Series(PointId("m.energy"), times, values, np.full(len(times), GOOD, np.uint8))


def left(series: Series, kept: Kept) -> list[datetime]:
    """Return the moments of the month that stay, by the plant's clock."""
    stays = kept.stays & MONTH.inside(series.times_ms)
    return [to_moment(ms).astimezone(ZONE) for ms in series.times_ms[stays].tolist()]


def day_sums(series: Series, stays: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> object:
    part = Series(
        series.point, series.times_ms[stays], series.values[stays], series.quality[stays]
    )
    days = bins(ZONE, Step.DAY, BEGIN, END)
    told = sums(validate(part, RULES, Checks()).course, days)
    return told.counts.tolist(), told.complete.tolist(), told.unplaced


def test_of_a_plain_index_the_readings_at_midnight_stay() -> None:
    series = index()
    kept = of_index(series, MONTH, Stage.DAILY, RULES)
    moments = left(series, kept)
    assert len(moments) == 31  # 2 March to 1 April by the plant's clock
    assert {(at.hour, at.minute) for at in moments} == {(0, 0)}
    assert kept.for_sums == 0


def test_where_no_reading_lies_on_the_edge_both_around_it_stay() -> None:
    series = index(HOUR_MS, 7 * 60_000)
    moments = left(series, of_index(series, MONTH, Stage.DAILY, RULES))
    assert {at.hour for at in moments} == {23, 0}
    assert {at.minute for at in moments} == {7}
    assert len(moments) == 2 * 31


def test_samples_beside_the_month_always_stay() -> None:
    series = index()
    for kept in (
        of_index(series, MONTH, Stage.DAILY, RULES),
        of_measured(series, MONTH, Stage.NOTHING),
        of_unknown(series, MONTH, Stage.MONTHLY),
    ):
        assert kept.stays[~MONTH.inside(series.times_ms)].all()


@pytest.mark.parametrize("stage", list(Stage))
def test_a_protected_time_stays_whatever_is_kept_of_the_rest(stage: Stage) -> None:
    series = index()
    noon = to_ms(datetime(2026, 3, 10, 12, tzinfo=UTC))
    span = (noon - AROUND_MS, noon + AROUND_MS)
    kept = of_index(series, MONTH, stage, RULES, protected=[span])
    inside = (series.times_ms >= span[0]) & (series.times_ms <= span[1])
    assert kept.stays[inside].all()
    if stage is not Stage.ALL:
        assert not kept.stays.all()
        assert kept.for_sums == inside.sum()


def test_around_a_wrong_figure_whole_days_stay() -> None:
    series = index()
    wrong = to_ms(datetime(2026, 3, 10, 12, tzinfo=UTC))
    values = series.values.copy()
    values[series.times_ms == wrong] = 12.0
    series = Series(series.point, series.times_ms, values, series.quality)
    kept = of_index(series, MONTH, Stage.DAILY, RULES)
    near = np.abs(series.times_ms - wrong) <= AROUND_MS
    assert kept.stays[near].all()
    assert day_sums(series, kept.stays) == day_sums(series, np.ones(len(series), np.bool_))


def test_what_nobody_can_count_stays_whole() -> None:
    series = index()
    huge = Series(series.point, series.times_ms, series.values * 1e15, series.quality)
    assert of_index(huge, MONTH, Stage.DAILY, RULES).stays.all()


def test_of_what_is_measured_the_first_of_each_day_stays() -> None:
    series = index()
    assert len(left(series, of_measured(series, MONTH, Stage.DAILY))) == 31
    [only] = left(series, of_measured(series, MONTH, Stage.MONTHLY))
    assert (only.month, only.day, only.hour) == (4, 1, 0)  # March's own lies in February (UTC)
    assert left(series, of_measured(series, MONTH, Stage.NOTHING)) == []


def test_a_day_that_begins_badly_keeps_its_first_good_reading() -> None:
    series = index()
    bad = to_ms(datetime(2026, 3, 9, 23, tzinfo=UTC))
    quality = series.quality.copy()
    quality[(series.times_ms >= bad) & (series.times_ms < bad + HOUR_MS)] = BAD
    series = Series(series.point, series.times_ms, series.values, quality)
    tenth = [at for at in left(series, of_measured(series, MONTH, Stage.DAILY)) if at.day == 10]
    assert [(at.hour, at.minute) for at in tenth] == [(1, 0)]


def test_what_no_profile_knows_may_be_an_index() -> None:
    series = index()
    assert len(left(series, of_unknown(series, MONTH, Stage.DAILY))) == 31
    values = series.values.copy()
    exchanged = to_ms(datetime(2026, 3, 12, 10, tzinfo=UTC))
    values[series.times_ms >= exchanged] -= values[0]
    fell = Series(series.point, series.times_ms, values, series.quality)
    kept = of_unknown(fell, MONTH, Stage.MONTHLY)
    assert kept.stays[np.abs(series.times_ms - exchanged) <= AROUND_MS].all()
    swings = Series(series.point, series.times_ms, np.sin(values), series.quality)
    assert len(left(swings, of_unknown(swings, MONTH, Stage.DAILY))) == 31
    assert of_unknown(series, MONTH, Stage.ALL).stays.all()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_happened_to_an_index_its_days_come_out_the_same(data: st.DataObject) -> None:
    chance = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    series = index(900_000, int(chance.integers(0, 900_000)))
    counted = np.cumsum(chance.poisson(chance.uniform(0.2, 8), len(series))) + 50_000
    for _fault in range(data.draw(st.integers(0, 4))):
        at, many = int(chance.integers(0, len(series))), int(chance.integers(1, 6))
        kind = data.draw(st.sampled_from(["fall", "leap", "still", "exchange", "jump"]))
        if kind == "fall":
            counted[at : at + many] //= 3
        elif kind == "leap":
            counted[at : at + many] += 20_000
        elif kind == "still":
            counted[at : at + 40] = counted[at]
        elif kind == "exchange":
            counted[at:] -= counted[at]
        else:
            counted[at:] += 900
    there = np.ones(len(series), np.bool_)
    for _gap in range(data.draw(st.integers(0, 3))):
        at = int(chance.integers(0, len(series)))
        there[at : at + int(chance.integers(5, 400))] = False
    quality = np.where(chance.random(len(series)) < 0.01, BAD, GOOD).astype(np.uint8)
    sent = Series(series.point, series.times_ms[there], counted[there] / 10, quality[there])
    kept = of_index(sent, MONTH, Stage.DAILY, RULES)
    assert day_sums(sent, kept.stays) == day_sums(sent, np.ones(len(sent), np.bool_))
    again = Series(
        sent.point,
        sent.times_ms[kept.stays],
        sent.values[kept.stays],
        sent.quality[kept.stays],
    )
    twice = of_index(again, MONTH, Stage.DAILY, RULES)
    assert day_sums(again, twice.stays) == day_sums(sent, kept.stays)


def test_a_month_has_its_edges_by_the_plant_s_clock() -> None:
    days = MONTH.edges(Step.DAY)
    assert len(days) == 35
    assert (np.diff(days) == DAY_MS - HOUR_MS).sum() == 1  # the day of 23 hours
    assert MONTH.around[0] == MONTH.begin_ms - 2 * AROUND_MS
    assert timedelta(milliseconds=AROUND_MS) == timedelta(days=2)
