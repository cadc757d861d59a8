"""The scales of a chart: round numbers with the unit once, times of the wall clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from PyQt6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from tests.fakes.desk import COPENHAGEN
from widgets.charts.axes import NumberAxis, TimeAxis, round_step

WINTER = datetime(2026, 1, 20, 23, tzinfo=UTC).timestamp() - 86_400
DAY_S = 86_400.0


@pytest.fixture(autouse=True)
def _application(qtbot: QtBot) -> None:
    """Start the application: an axis needs letters."""


@pytest.fixture
def numbers() -> NumberAxis:
    return NumberAxis("left", "°C")


@pytest.mark.parametrize(
    ("low", "high", "height"),
    [(0, 100, 300), (48.2, 51.7, 200), (-0.02, 0.03, 120), (1e5, 9e5, 400), (-40, -39, 90)],
)
def test_ticks_are_round_inside_and_not_too_close(
    numbers: NumberAxis, low: float, high: float, height: float
) -> None:
    ((step, ticks),) = numbers.tickValues(low, high, height)
    assert ticks, "at least one"
    assert all(low - step * 1e-6 <= tick <= high + step * 1e-6 for tick in ticks)
    assert all(abs(tick / step - round(tick / step)) < 1e-6 for tick in ticks)
    assert height / max(len(ticks) - 1, 1) >= 30, "room for figures"


def test_the_unit_stands_once_at_the_uppermost(numbers: NumberAxis) -> None:
    told = numbers.tickStrings([0.0, 10.0, 20.0], 1.0, 10.0)
    assert told == ["0", "10", "20 °C"]
    assert numbers.tickStrings([20.0, 0.0], 1.0, 10.0) == ["20 °C", "0"]
    assert numbers.tickStrings([], 1.0, 10.0) == []
    assert NumberAxis("left", "").tickStrings([5.0], 1.0, 5.0) == ["5"]


@pytest.mark.parametrize(
    ("spacing", "told"),
    [(10.0, "50"), (1.0, "50"), (0.5, "50.0"), (0.05, "50.00"), (0.002, "50.000")],
)
def test_figures_are_no_finer_than_the_step(
    numbers: NumberAxis, spacing: float, told: str
) -> None:
    assert numbers.tickStrings([50.0], 1.0, spacing) == [f"{told} °C"]


def test_a_minus_is_a_minus(numbers: NumberAxis) -> None:
    assert numbers.tickStrings([-5.0, 0.0], 1.0, 5.0) == ["−5", "0 °C"]


def test_figures_are_those_of_the_language(numbers: NumberAxis) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.Danish))
    assert numbers.tickStrings([0.5], 1.0, 0.5) == ["0,5 °C"]


@pytest.mark.parametrize("least", [1e-9, 0.0003, 0.7, 1.0, 4.99, 63, 1e7])
def test_a_step_is_one_two_or_five(least: float) -> None:
    step = round_step(least)
    assert step >= least * (1 - 1e-6)
    assert step <= least * 2.6
    digits = f"{step:.0e}"[0]
    assert digits in "125"


@pytest.mark.parametrize("days", [0.04, 0.5, 1, 7, 31, 92, 365, 3650])
def test_times_have_room_and_words(days: float) -> None:
    axis = TimeAxis(COPENHAGEN)
    width = 900.0
    ((step, ticks),) = axis.tickValues(WINTER, WINTER + days * DAY_S, width)
    told = axis.tickStrings(ticks, 1.0, step)
    assert ticks
    assert len(ticks) <= width / 70
    assert all(told)
    assert len(set(told)) > len(told) / 3, "days begin again, but words tell them apart"


def test_a_day_is_told_in_hours_and_begins_with_its_date() -> None:
    axis = TimeAxis(COPENHAGEN)
    ((step, ticks),) = axis.tickValues(WINTER, WINTER + DAY_S, 1000)
    told = axis.tickStrings(ticks, 1.0, step)
    assert told[0] == "Tue 20 Jan"
    assert told[1] == "02:00"
    assert told[-1] == "Wed 21 Jan"


def test_months_are_told_by_name_in_a_year() -> None:
    axis = TimeAxis(COPENHAGEN)
    begin = datetime(2026, 1, 1, tzinfo=COPENHAGEN).timestamp()
    ((step, ticks),) = axis.tickValues(begin, begin + 365 * DAY_S, 1100)
    told = axis.tickStrings(ticks, 1.0, step)
    assert told[:3] == ["Jan 2026", "Feb 2026", "Mar 2026"]


def test_on_the_day_the_clock_is_set_back_the_hour_has_both_its_ticks() -> None:
    axis = TimeAxis(COPENHAGEN)
    begin = datetime(2026, 10, 25, tzinfo=COPENHAGEN)
    ((step, ticks),) = axis.tickValues(
        begin.timestamp(), (begin + timedelta(hours=5)).timestamp() + 3600, 600
    )
    told = axis.tickStrings(ticks, 1.0, step)
    assert step == 3600
    assert [words for words in told if words.startswith("02:00")] == [
        *("02:00 UTC+2", "02:00 UTC+1"),
    ]


def test_a_plant_elsewhere_has_its_own_hours() -> None:
    axis = TimeAxis(ZoneInfo("Asia/Kathmandu"))
    ((step, ticks),) = axis.tickValues(WINTER, WINTER + 6 * 3600, 600)
    told = axis.tickStrings(ticks, 1.0, step)
    assert all(words.endswith(":00") for words in told), "whole hours there, not here"


def test_labels_at_the_ends_are_not_cut(numbers: NumberAxis) -> None:
    assert (
        numbers.boundingRect().height()
        >= super(NumberAxis, numbers).boundingRect().height() + 10
    )
    axis = TimeAxis(COPENHAGEN)
    assert axis.boundingRect().width() >= super(TimeAxis, axis).boundingRect().width() + 60
