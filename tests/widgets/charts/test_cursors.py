"""Cursors A and B and the line under the pointer, across every lane."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QColor, QKeyEvent
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from tests.widgets.charts.test_chart import POWER, S1, S3, History, Stage, plot_of, row
from widgets.charts import Chart
from widgets.charts.cursors import Cursors

HOUR = timedelta(hours=1)


@pytest.fixture
def stage(make_desk: Callable[..., Desk], qtbot: QtBot) -> Stage:
    return Stage(make_desk(FakeServices()), History(), qtbot)


@pytest.fixture
def chart(stage: Stage) -> Chart:
    return stage.chart(S1, S3, POWER)


def cursors(chart: Chart) -> Cursors:
    return plot_of(chart).cursors


def lines(chart: Chart, name: str) -> list[tuple[bool, float]]:
    return [(line.isVisible(), line.value()) for line in cursors(chart)._lines[name]]


def key_of(which: Qt.Key, *, shift: bool = False, control: bool = False) -> QKeyEvent:
    keys = Qt.KeyboardModifier.NoModifier
    if shift:
        keys |= Qt.KeyboardModifier.ShiftModifier
    if control:
        keys |= Qt.KeyboardModifier.ControlModifier
    return QKeyEvent(QEvent.Type.KeyPress, which, keys)


def stamp(moment: datetime) -> float:
    return moment.timestamp()


def test_nothing_stands_at_first(chart: Chart) -> None:
    assert set(cursors(chart).at.values()) == {None}
    for name in ("a", "b", "hover"):
        assert {shown for shown, _at in lines(chart, name)} == {False}


def test_a_cursor_stands_in_every_lane_at_once(chart: Chart) -> None:
    at = stamp(NOON - HOUR)
    cursors(chart).place("a", at)
    assert lines(chart, "a") == [(True, at)] * 2
    cursors(chart).place("a", None)
    assert {shown for shown, _at in lines(chart, "a")} == {False}


def test_only_the_lowest_lane_carries_the_flag_with_the_time(chart: Chart) -> None:
    cursors(chart).place("a", stamp(NOON - HOUR))
    cursors(chart).place("b", stamp(NOON))
    flags = cursors(chart)._flags
    assert (flags["a"].format, flags["b"].format) == ("A 11:00", "B 12:00")
    assert set(flags) == {"a", "b"}


def test_the_one_placed_last_is_the_one_that_walks(chart: Chart) -> None:
    cursors(chart).place("a", stamp(NOON - 2 * HOUR))
    cursors(chart).place("b", stamp(NOON - HOUR))
    assert chart.measure.key(key_of(Qt.Key.Key_Left))
    assert cursors(chart).at["a"] == stamp(NOON - 2 * HOUR)
    assert cursors(chart).at["b"] == stamp(NOON - HOUR) - 900
    cursors(chart).place("a", stamp(NOON - 2 * HOUR))
    chart.measure.key(key_of(Qt.Key.Key_Right, shift=True))
    assert cursors(chart).at["a"] == stamp(NOON - 2 * HOUR) + 8 * 900 - 900, "the last sample"


def test_the_line_under_the_pointer_never_becomes_the_one_that_walks(chart: Chart) -> None:
    cursors(chart).place("hover", stamp(NOON))
    assert cursors(chart).active == "a"


def test_escape_takes_both_away_and_then_belongs_to_others(chart: Chart) -> None:
    cursors(chart).place("a", stamp(NOON))
    cursors(chart).place("b", stamp(NOON))
    assert chart.measure.key(key_of(Qt.Key.Key_Escape))
    assert cursors(chart).at["a"] is None
    assert cursors(chart).at["b"] is None
    assert not chart.measure.key(key_of(Qt.Key.Key_Escape)), "nothing left to take away"


@pytest.mark.parametrize("which", [Qt.Key.Key_Q, Qt.Key.Key_Up, Qt.Key.Key_F5])
def test_other_keys_are_left_to_others(chart: Chart, which: Qt.Key) -> None:
    assert not chart.measure.key(key_of(which))


def test_control_a_is_not_the_cursor_a(chart: Chart) -> None:
    assert not chart.measure.key(key_of(Qt.Key.Key_A, control=True))
    assert cursors(chart).at["a"] is None


def test_a_cursor_is_placed_under_the_pointer_when_it_is_over_the_chart(chart: Chart) -> None:
    chart.measure.point(stamp(NOON - 3 * HOUR))
    chart.measure.key(key_of(Qt.Key.Key_B))
    assert cursors(chart).at["b"] == stamp(NOON - 3 * HOUR)


def test_slope_is_told_an_hour(stage: Stage) -> None:
    chart = stage.chart(S3)
    pen = chart.set.pens[0]
    values = pen.trace.values
    values[:] = 20 + (pen.trace.times - pen.trace.times[0]) / 3600  # one degree an hour
    cursors(chart).place("a", float(pen.trace.times[4]))
    cursors(chart).place("b", float(pen.trace.times[12]))
    chart.measure.tell()
    told = row(chart, S3)
    assert (told["a"], told["b"], told["change"]) == ("21.0", "23.0", "+2.0")
    assert told["slope"] == "+1.00"


def test_cursors_wear_the_theme(stage: Stage, chart: Chart) -> None:
    for name in ("night", "day"):
        stage.desk.look.use(name)
        accent = QColor(stage.desk.look.theme.accent).name()
        assert {line.pen.color().name() for line in cursors(chart)._lines["a"]} == {accent}
        styles = {cursors(chart)._lines[each][0].pen.style() for each in ("a", "b", "hover")}
        assert len(styles) == 3, "told apart without colour"


def test_another_period_takes_the_cursors_away(stage: Stage, chart: Chart) -> None:
    cursors(chart).place("a", stamp(NOON - HOUR))
    stage.shown(chart, chart.period_bar.before.click)
    assert cursors(chart).at["a"] is None
    assert chart.foot.at.text() == ""
