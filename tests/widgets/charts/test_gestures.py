"""A chart worked with a real mouse: drag, wheel, click, and the cursors themselves."""

from collections.abc import Callable, Iterator

import pyqtgraph
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import NOON
from tests.widgets.charts.test_chart import POWER, S1, S3, History, Stage, plot_of, row
from widgets.charts import Chart

LEFT, MIDDLE, NONE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.MiddleButton,
    Qt.MouseButton.NoButton,
)
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
HOUR = 3600.0


class Mouse:
    """A mouse over the lanes of a chart."""

    def __init__(self, chart: Chart) -> None:
        self.chart, self.plot = chart, plot_of(chart)
        ground = self.plot.area.viewport()
        assert isinstance(ground, QWidget)
        self.ground = ground

    def at(self, moment_s: float, lane: int = 0, up: float = 0.5) -> QPointF:
        """Return where a moment lies on the ground, at a height of a lane."""
        view = self.plot.lanes[lane].view
        low, high = view.viewRange()[1]
        return QPointF(view.mapViewToScene(QPointF(moment_s, low + up * (high - low))))

    def send(
        self,
        kind: QEvent.Type,
        at: QPointF,
        button: Qt.MouseButton,
        held: Qt.MouseButton,
        keys: Qt.KeyboardModifier = PLAIN,
    ) -> None:
        place = self.ground.mapToGlobal(at.toPoint())
        event = QMouseEvent(kind, at, QPointF(place), button, held, keys)
        QApplication.sendEvent(self.ground, event)
        QApplication.processEvents()

    def click(self, at: QPointF, keys: Qt.KeyboardModifier = PLAIN) -> None:
        self.send(QEvent.Type.MouseMove, at, NONE, NONE, keys)
        self.send(QEvent.Type.MouseButtonPress, at, LEFT, LEFT, keys)
        self.send(QEvent.Type.MouseButtonRelease, at, LEFT, NONE, keys)

    def drag(
        self,
        start: QPointF,
        end: QPointF,
        keys: Qt.KeyboardModifier = PLAIN,
        button: Qt.MouseButton = LEFT,
    ) -> None:
        self.send(QEvent.Type.MouseMove, start, NONE, NONE, keys)
        self.send(QEvent.Type.MouseButtonPress, start, button, button, keys)
        for part in (0.2, 0.5, 0.8, 1.0):
            at = start + (end - start) * part
            self.send(QEvent.Type.MouseMove, at, NONE, button, keys)
        self.send(QEvent.Type.MouseButtonRelease, end, button, NONE, keys)

    def wheel(self, at: QPointF, notches: int) -> None:
        place = QPointF(self.ground.mapToGlobal(at.toPoint()))
        event = QWheelEvent(
            at,
            place,
            QPoint(),
            QPoint(0, 120 * notches),
            NONE,
            PLAIN,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.ground, event)
        QApplication.processEvents()


@pytest.fixture
def mouse(make_desk: Callable[..., Desk], qtbot: QtBot) -> Iterator[Mouse]:
    stage = Stage(make_desk(FakeServices()), History(), qtbot)
    usual = pyqtgraph.getConfigOption("mouseRateLimit")
    pyqtgraph.setConfigOption("mouseRateLimit", -1)  # this hand is quicker than any
    yield Mouse(stage.chart(S1, S3, POWER))
    pyqtgraph.setConfigOption("mouseRateLimit", usual)


def test_a_drag_zooms_to_the_time_it_covers_in_every_lane(mouse: Mouse) -> None:
    noon = NOON.timestamp()
    mouse.drag(mouse.at(noon - 6 * HOUR), mouse.at(noon - 2 * HOUR))
    for lane in mouse.plot.lanes:
        start, end = lane.view.viewRange()[0]
        assert start == pytest.approx(noon - 6 * HOUR, abs=300)
        assert end == pytest.approx(noon - 2 * HOUR, abs=300)


def test_a_drag_to_the_left_zooms_as_one_to_the_right(mouse: Mouse) -> None:
    noon = NOON.timestamp()
    mouse.drag(mouse.at(noon - 2 * HOUR, lane=1), mouse.at(noon - 6 * HOUR, lane=1))
    assert mouse.plot.seen[0] == pytest.approx(noon - 6 * HOUR, abs=300)


def test_a_hand_that_trembles_clicks(mouse: Mouse) -> None:
    at = mouse.at(NOON.timestamp() - 3 * HOUR)
    whole = mouse.plot.seen
    mouse.drag(at, at + QPointF(3, 1))
    assert mouse.plot.seen == whole


@pytest.mark.parametrize(("keys", "button"), [(SHIFT, LEFT), (PLAIN, MIDDLE)])
def test_with_shift_or_the_middle_button_a_drag_moves_along(
    mouse: Mouse, keys: Qt.KeyboardModifier, button: Qt.MouseButton
) -> None:
    noon = NOON.timestamp()
    mouse.plot.zoom(noon - 6 * HOUR, noon - 2 * HOUR)
    QApplication.processEvents()
    mouse.drag(mouse.at(noon - 4 * HOUR), mouse.at(noon - 3 * HOUR), keys, button)
    start, end = mouse.plot.seen
    assert end - start == pytest.approx(4 * HOUR, abs=30)
    assert start < noon - 6 * HOUR - 1200, "the paper went with the hand"


def test_the_wheel_zooms_where_the_pointer_is(mouse: Mouse) -> None:
    moment = NOON.timestamp() - 5 * HOUR
    before = mouse.plot.seen
    at = mouse.at(moment)
    mouse.wheel(at, 3)
    start, end = mouse.plot.seen
    assert end - start < before[1] - before[0]
    assert mouse.at(moment).x() == pytest.approx(at.x(), abs=3), "it stays under the pointer"
    for _nth in range(20):
        mouse.wheel(mouse.at(moment), -3)
    assert mouse.plot.seen == pytest.approx(before, abs=2), "no further than the period"


def test_nobody_zooms_in_beyond_a_minute(mouse: Mouse) -> None:
    moment = NOON.timestamp() - 5 * HOUR
    for _nth in range(60):
        mouse.wheel(mouse.at(moment), 3)
    start, end = mouse.plot.seen
    assert end - start >= 59


def test_a_click_places_a_and_with_shift_b(mouse: Mouse) -> None:
    noon = NOON.timestamp()
    mouse.click(mouse.at(noon - 4 * HOUR))
    mouse.click(mouse.at(noon - 2 * HOUR), SHIFT)
    at = mouse.plot.cursors.at
    assert at["a"] == pytest.approx(noon - 4 * HOUR, abs=200)
    assert at["b"] == pytest.approx(noon - 2 * HOUR, abs=200)
    assert row(mouse.chart, S3)["a"] == "40.0"
    assert row(mouse.chart, S3)["change"] == "0.0"
    assert "Δ" in mouse.chart.foot.at.text()


def test_a_placed_cursor_is_dragged_and_tells_at_every_step(mouse: Mouse) -> None:
    noon = NOON.timestamp()
    mouse.plot.cursors.place("a", noon - 4 * HOUR)
    QApplication.processEvents()
    whole = mouse.plot.seen
    mouse.drag(mouse.at(noon - 4 * HOUR), mouse.at(noon - 1 * HOUR))
    assert mouse.plot.cursors.at["a"] == pytest.approx(noon - 1 * HOUR, abs=300)
    assert mouse.plot.seen == whole, "the line moved, not the view"
    for lane in mouse.plot.cursors._lines["a"]:
        assert lane.value() == pytest.approx(noon - 1 * HOUR, abs=300), "in every lane"


def test_the_pointer_over_any_lane_is_heard(mouse: Mouse) -> None:
    noon = NOON.timestamp()
    for lane in range(len(mouse.plot.lanes)):
        mouse.send(QEvent.Type.MouseMove, mouse.at(noon - HOUR, lane), NONE, NONE)
        hover = mouse.plot.cursors.at["hover"]
        assert hover == pytest.approx(noon - HOUR, abs=200)
    mouse.send(QEvent.Type.MouseMove, QPointF(2, 2), NONE, NONE)
    assert mouse.plot.cursors.at["hover"] is None, "beside the lanes there is no time"
