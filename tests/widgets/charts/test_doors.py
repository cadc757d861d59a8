"""A line of a chart leads to its point, at the moment one points at."""

from collections.abc import Callable
from datetime import UTC, datetime

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QContextMenuEvent
from PyQt6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.model.reading import PointId, point_id
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ, READINGS
from widgets.charts.chart import Chart
from widgets.charts.pens import Subject
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot) -> Chart:
    specs = {spec.key: spec for spec in READINGS}
    chart = Chart(
        desk.context,
        [Subject(point_id(AHORNVEJ, each), specs[each], "Ahornvej 14") for each in _PENS],
    )
    qtbot.addWidget(chart)
    chart.resize(1200, 800)
    with qtbot.waitSignal(chart.loaded):
        chart.show()
    QApplication.processEvents()
    return chart


_PENS = ("s3", "s5", "power")


def trend_of(widget: QWidget, desk: Desk) -> Show:
    [menu] = [each for each in widget.findChildren(QMenu) if each.isVisible()]
    next(each for each in menu.actions() if each.text() == "Trend").trigger()
    menu.close()
    return desk.shown[-1]


def right_click(widget: QWidget, at: QPoint) -> None:
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))


def point(key_of: str) -> PointId:
    return point_id(AHORNVEJ, key_of)


def test_a_row_below_the_chart_is_a_door(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    chart = opened(desk, qtbot)
    chart.table.setCurrentIndex(chart.table.rows_model.index(1, 2))
    key(chart.table, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    assert trend_of(chart.table, desk).point == point("s5")


def test_the_lane_pointed_at_gives_its_pen_and_the_moment(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    chart = opened(desk, qtbot)
    plot = chart.picture.plot
    assert plot is not None
    start, end = (datetime.fromtimestamp(at, UTC) for at in plot.seen)
    for lane, wanted in zip(plot.lanes, ("s3", "power"), strict=True):
        middle = lane.view.sceneBoundingRect().center()
        ground = plot.area.viewport()
        assert ground is not None
        right_click(ground, plot.area.mapFromScene(middle))
        shown = trend_of(plot.area, desk)
        assert shown.point == point(wanted)
        assert shown.around is not None
        assert abs(shown.around - (start + (end - start) / 2)).total_seconds() < 600


def test_the_pen_picked_in_the_table_comes_first_on_its_lane(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    chart = opened(desk, qtbot)
    plot = chart.picture.plot
    assert plot is not None
    chart.table.setCurrentIndex(chart.table.rows_model.index(1, 2))
    ground = plot.area.viewport()
    assert ground is not None
    right_click(ground, plot.area.mapFromScene(plot.lanes[0].view.sceneBoundingRect().center()))
    assert trend_of(plot.area, desk).point == point("s5")
    key(plot.area, Qt.Key.Key_Menu)
    assert trend_of(plot.area, desk).point == point("s5")


def test_beside_the_lanes_there_is_no_value(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    chart = opened(desk, qtbot)
    plot = chart.picture.plot
    assert plot is not None
    ground = plot.area.viewport()
    assert ground is not None
    right_click(ground, QPoint(1, 1))
    assert [each for each in plot.area.findChildren(QMenu) if each.isVisible()] == []
