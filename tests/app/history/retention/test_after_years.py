"""One reading a month: days are told by their figures, and limits learnt by the day."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from app.history.counters.rules import learnt_limit, validate
from app.history.counters.spreading import validated
from app.history.energydays import Step
from app.history.readings import to_ms
from app.history.retention.survivors import Month, Told, of_index
from app.history.samples import Ints
from app.model.counter import HOUR_MS, IndexRules, wraps_after
from app.model.reading import PointId, Quality
from app.model.retention import Stage
from app.series import CODE_OF, Series

ZONE = ZoneInfo("Europe/Copenhagen")
MONTH = Month(
    ZONE,
    to_ms(datetime(2026, 3, 1, tzinfo=UTC)),
    to_ms(datetime(2026, 4, 1, tzinfo=UTC)),
)
RULES = IndexRules("kWh", 0, wraps_at=wraps_after(8))
GOOD = CODE_OF[Quality.GOOD]


def series(times: Ints, counts: Ints) -> Series:
    return Series(
        PointId("m.energy"), times, counts.astype(float), np.full(len(times), GOOD, np.uint8)
    )


def daily() -> Series:
    """An index of which the reading at each midnight is left."""
    edges = MONTH.edges(Step.DAY)
    return series(edges, 1000 + np.arange(len(edges)) * 24)


def told(days: Ints) -> Told:
    """What figures of some days tell: the first reading, and the last of each."""
    index = daily()
    first = np.searchsorted(index.times_ms, days)
    times = np.concatenate([days, index.times_ms[first + 1] - 900_000])
    values = np.concatenate([index.values[first], index.values[first + 1]])
    order = np.argsort(times)
    return Told(days, times[order], values[order])


def test_where_figures_tell_every_day_one_reading_a_month_is_enough() -> None:
    index = daily()
    kept = of_index(index, MONTH, Stage.MONTHLY, RULES, told=told(index.times_ms[:-1]))
    left = index.times_ms[kept.stays & MONTH.inside(index.times_ms)]
    assert left.tolist() == [to_ms(datetime(2026, 3, 31, 22, tzinfo=UTC))]
    nothing = of_index(index, MONTH, Stage.NOTHING, RULES, told=told(index.times_ms[:-1]))
    assert not (nothing.stays & MONTH.inside(index.times_ms)).any()


def test_the_edges_of_a_day_that_no_figures_tell_stay() -> None:
    index = daily()
    days = index.times_ms[:-1]
    tenth = to_ms(datetime(2026, 3, 9, 23, tzinfo=UTC))
    kept = of_index(index, MONTH, Stage.MONTHLY, RULES, told=told(days[days != tenth]))
    left = index.times_ms[kept.stays & MONTH.inside(index.times_ms)].tolist()
    assert left[:2] == [tenth, tenth + 24 * HOUR_MS]
    assert len(left) == 3


def test_without_any_figures_nothing_of_the_days_goes() -> None:
    index = daily()
    assert of_index(index, MONTH, Stage.MONTHLY, RULES).stays.all()


@pytest.mark.parametrize("busy", [10, 40, 200])
def test_the_hours_that_are_left_of_a_summer_do_not_make_a_winter_a_jump(busy: int) -> None:
    """A year of one sample a day, and five whole summer days around an exchange."""
    day = 24 * HOUR_MS
    days = np.arange(365) * day
    hours = 180 * day + np.arange(5 * 24) * HOUR_MS
    times = np.union1d(days, hours)
    an_hour = np.where(np.abs(times - 180 * day) < 90 * day, 1, busy)
    counts = np.concatenate([[0], np.cumsum(an_hour[1:] * np.diff(times) // HOUR_MS)])
    limit = learnt_limit(validated(series(times, counts), RULES), RULES)
    assert limit is not None
    assert limit >= 4 * busy
    found = validate(series(times, counts), RULES)
    assert not found.marks.any()
    assert found.course.total == counts[-1]
