"""Day by day: the plant's days, cut to the time asked for, the newest first."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.model.performance import Performance
from app.model.reading import PointId, Quality
from tests.fakes.desk import Desk
from widgets.charts.timescale import day_bounds
from widgets.received.days import (
    MOST_DAYS,
    DayRow,
    DaysCard,
    day_row,
    days_between,
    last_lacking,
)

ZONE = ZoneInfo("Europe/Copenhagen")
NOON = datetime(2026, 10, 27, 11, tzinfo=UTC)
MOMENTS = st.integers(0, 10 * 366 * 86_400).map(
    lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
MakeDesk = Callable[..., Desk]


def row(day: int, expected: int, received: int) -> DayRow:
    which = date(2026, 10, day)
    return DayRow(which, day_bounds(which, ZONE)[0], expected, received)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=90)))
def test_days_fill_the_newest_part_of_the_time_without_a_gap(
    start: datetime, long: timedelta
) -> None:
    end = start + long
    found = days_between(start, end, ZONE)
    assert len(found) <= MOST_DAYS
    if not found:
        assert start == end
        return
    assert found[-1][2] == end
    for (_day, begin, over), (_next, following, _end) in pairwise(found):
        assert begin < over == following
    for day, begin, _over in found:
        assert begin.astimezone(ZONE).date() == day
    if len(found) < MOST_DAYS:
        assert found[0][1] == start


def test_the_long_day_has_25_hours() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)
    (day, begin, over), *_others = days_between(start, NOON, ZONE)
    assert day == date(2026, 10, 25)
    assert over - begin == timedelta(hours=25)


def test_a_day_is_the_sum_of_the_devices_asked_for() -> None:
    found = [
        Performance(PointId("a.e"), NOON, NOON, 96, {Quality.GOOD: 90, Quality.OFFLINE: 6}),
        Performance(PointId("b.e"), NOON, NOON, 48, {Quality.UNCERTAIN: 48}),
    ]
    made = day_row(date(2026, 10, 27), NOON, found)
    assert (made.expected, made.received) == (144, 138)


@pytest.mark.feature("RD-39")
def test_the_last_day_that_lacks_something_is_known() -> None:
    whole, lacking, empty = row(27, 96, 96), row(25, 96, 95), row(26, 0, 0)
    assert last_lacking([lacking, empty, whole]) == lacking
    assert last_lacking([row(20, 96, 0), lacking]) == lacking
    assert last_lacking([whole, empty]) is None
    assert last_lacking([]) is None


@pytest.fixture
def card(make_desk: MakeDesk, qtbot: QtBot) -> DaysCard:
    made = DaysCard(make_desk().look, ZONE)
    qtbot.addWidget(made)
    made.resize(350, 400)
    made.show()
    return made


def shown(card: DaysCard) -> list[list[str]]:
    model = card.table.rows_model
    return [[column.cell(each).text for column in model.columns] for each in model.rows]


def test_the_newest_day_stands_first_and_the_last_gap_is_named(card: DaysCard) -> None:
    card.show_days([row(25, 100, 96), row(26, 0, 0), row(27, 96, 96)], "Ahornvej 14")
    assert shown(card) == [
        ["27 Oct 2026", "96", "96", "100.0"],
        ["26 Oct 2026", "0", "0", "–"],
        ["25 Oct 2026", "100", "96", "96.0"],
    ]
    assert card.subtitle.text() == "Ahornvej 14 · last lacking: 25 Oct 2026"


def test_a_time_without_a_gap_says_so_and_none_is_empty(card: DaysCard) -> None:
    card.show_days([row(27, 96, 96)], "Ahornvej 14")
    assert card.subtitle.text() == "Ahornvej 14 · nothing lacks"
    card.show_days([], "Choose devices to see their days.")
    assert card.subtitle.text() == "Choose devices to see their days."
    assert shown(card) == []
