"""Around the chart: presets, comparison, more pens, full screen, what is remembered."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from PyQt6.QtCore import QLocale, Qt, QTimer
from PyQt6.QtWidgets import QApplication, QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from app.model.reading import PointId, point_id
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import key
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.charts.test_chart import POWER, S1, S3, History, Stage, point, subjects
from widgets.charts.compare import Compare
from widgets.charts.penpicker import PenPicker, subject_of
from widgets.charts.period import Period, Span
from widgets.charts.trendpanel import TrendPanel
from widgets.charts.xyplot import XYWindow, straight, together


class Panel:
    """A panel on the stage of a chart."""

    def __init__(self, stage: Stage, qtbot: QtBot) -> None:
        self.stage, self.qtbot = stage, qtbot
        self.panel = TrendPanel(stage.context, subjects(S1, S3, POWER), AHORNVEJ)
        qtbot.addWidget(self.panel)
        self.panel.resize(1500, 800)
        self.chart = self.panel.chart
        stage.shown(self.chart, self.panel.show)

    def keys(self) -> list[str]:
        return [subject.spec.key for subject in self.chart.set.subjects]


@pytest.fixture
def on(make_desk: Callable[..., Desk], qtbot: QtBot) -> Panel:
    desk = make_desk(FakeServices())
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    return Panel(Stage(desk, History(), qtbot), qtbot)


@pytest.fixture(autouse=True)
def no_menu_left() -> Iterator[None]:
    yield
    assert QApplication.activePopupWidget() is None


def choose(words: str) -> None:
    """Choose an entry of the next menu."""

    def work() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        found = [action for action in menu.actions() if action.text() == words]
        assert found, [action.text() for action in menu.actions()]
        menu.setActiveAction(found[0])
        key(menu, Qt.Key.Key_Return)

    QTimer.singleShot(0, work)


def test_any_number_of_days_may_lie_between(on: Panel) -> None:
    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QInputDialog):
            QTimer.singleShot(20, answer)
            return
        dialog.setIntValue(3)
        dialog.accept()

    choose("Another number of days…")
    QTimer.singleShot(20, answer)
    on.stage.shown(on.chart, on.panel.compare.click)
    assert on.chart.set.compare == Compare(3)
    assert on.panel.compare.text() == "Compare −3 d"
    other = Panel(on.stage, on.qtbot)
    on.stage.shown(other.chart, lambda: other.panel.recall(on.panel.memory()))
    assert other.chart.set.compare == Compare(3), "found again after a restart"


def test_last_week_is_one_click_away(on: Panel) -> None:
    choose("A week before, same weekday")
    on.stage.shown(on.chart, on.panel.compare.click)
    assert on.chart.set.compare == Compare(7)
    assert on.panel.compare.text() == "Compare −7 d"
    choose("Draw the difference too")
    on.stage.shown(on.chart, on.panel.compare.click)
    assert on.chart.set.compare == Compare(7, difference=True)
    choose("Compare with nothing")
    on.stage.shown(on.chart, on.panel.compare.click)
    assert on.panel.compare.text() == "Compare…"


def test_a_chart_is_remembered_whole(on: Panel, qtbot: QtBot) -> None:
    on.chart.stand_alone(on.chart.set.pens[1])
    on.stage.shown(on.chart, lambda: on.chart.show_pens(compare=Compare(28)))
    on.stage.shown(on.chart, lambda: on.chart.period_bar.choose(Period(Span.WEEK, 1)))
    kept = on.panel.memory()
    other = TrendPanel(on.stage.context, subjects(S1), AHORNVEJ)
    qtbot.addWidget(other)
    other.recall(kept)
    qtbot.waitUntil(lambda: len(other.chart.set.subjects) == 3, timeout=5000)
    assert other.chart.period == Period(Span.WEEK, 1)
    assert other.chart.set.compare == Compare(28)
    assert other.chart.set.points == on.chart.set.points


@pytest.mark.parametrize(
    "rubbish",
    [{}, {"pens": 3, "period": [], "compare": "x"}, {"compare": -5, "pens": [None, 7]}],
)
def test_a_memory_nobody_can_read_changes_nothing(
    on: Panel, rubbish: dict[str, object]
) -> None:
    on.panel.recall(rubbish)  # type: ignore[arg-type]
    assert on.keys() == ["s1", "s3", "power"]
    assert on.chart.set.compare == Compare()


def test_pens_of_a_device_that_is_gone_are_left_out(on: Panel, qtbot: QtBot) -> None:
    on.panel.recall({"pens": [str(point(S3)), "nowhere.s9"]})
    qtbot.waitUntil(lambda: on.keys() == ["s3"], timeout=5000)


def test_a_preset_keeps_and_brings_back_the_chart(on: Panel, qtbot: QtBot) -> None:
    presets = on.panel.presets
    on.stage.shown(on.chart, lambda: on.chart.period_bar.choose(Period(Span.MONTH)))
    presets.keep("Return check & <b>more</b>")
    desk = on.stage.context.desk
    qtbot.waitUntil(lambda: len(desk.presets("chart")) == 1, timeout=5000)
    on.stage.shown(on.chart, lambda: on.chart.period_bar.choose(Period()))
    presets.show_preset(desk.presets("chart")[0])
    assert on.chart.period == Period(Span.MONTH)
    menu = presets.menu_now()
    words = [action.text() for action in menu.actions()]
    assert words[0] == "Return check && <b>more</b>", "shown as it is, no mnemonic, no markup"
    assert "Keep in “Return check && <b>more</b>”" in words
    menu.deleteLater()
    presets._remove(desk.presets("chart")[0])
    qtbot.waitUntil(lambda: not desk.presets("chart"), timeout=5000)


def test_more_pens_are_found_as_one_types(on: Panel, qtbot: QtBot) -> None:
    picker = PenPicker(on.stage.context, AHORNVEJ, on.panel)
    qtbot.addWidget(picker)
    qtbot.waitUntil(lambda: picker.table.rows_model.total > 5, timeout=5000)
    picker.search.setText("outd")
    assert [row.spec.key for row in picker.table.rows_model.rows] == ["s1"]
    picker.table.selectAll()
    assert [each.point for each in picker.picked()] == [point_id(AHORNVEJ, "s1")]
    for each in picker.picked():
        on.panel.add(each)
    assert on.keys() == ["s1", "s3", "power"], "what is drawn already is not drawn twice"


def test_the_same_point_is_known_to_the_whole_plant(on: Panel, qtbot: QtBot) -> None:
    wanted = point_id(AHORNVEJ, "s1")
    qtbot.waitUntil(lambda: subject_of(on.stage.context, wanted) is not None, timeout=5000)
    assert subject_of(on.stage.context, PointId("nowhere.s1")) is None


def test_the_chart_fills_the_screen_and_comes_back(on: Panel, qtbot: QtBot) -> None:
    on.panel.full.click()
    assert on.chart.window() is not on.panel.window()
    assert on.chart.isVisible()
    screen = on.chart.window()
    assert screen is not None
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow, timeout=5000)
    key(screen, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: on.chart.window() is on.panel.window(), timeout=5000)
    assert on.chart.isVisible()


def test_one_value_is_drawn_against_another(on: Panel, qtbot: QtBot) -> None:
    window = XYWindow(on.stage.context, on.chart.set.pens, on.panel)
    qtbot.addWidget(window)
    x, y = window.dots.getData()
    assert len(x) == len(y) == 48
    assert set(x) == {20.0}
    assert set(y) == {40.0}
    assert window.says.text().startswith("48 pairs")
    ticks = window._axes["left"].tickStrings([0.5, 1.0], 1.0, 0.5)
    assert ticks == [f"0{QLocale().decimalPoint()}5", f"1{QLocale().decimalPoint()}0"]
    bare = XYWindow(on.stage.context, (), on.panel)
    qtbot.addWidget(bare)
    assert bare._axes["left"].tickValues(0.0, 1.0, 400.0) == [], "nothing measured, no figures"
    window.up.setCurrentIndex(2)
    assert set(window.dots.getData()[1]) == {60.0}
    assert together(on.chart.set.pens[0], on.chart.set.pens[1])[0].shape == (48,)


def test_a_straight_line_is_told_with_its_fit() -> None:
    import numpy as np

    x = np.arange(10.0)
    line = straight(x, 3 * x + 1)
    assert line is not None
    assert line == pytest.approx((3.0, 1.0, 1.0))
    assert straight(x, np.full(10, 2.0)) is None
    assert straight(x[:2], x[:2]) is None


def test_a_note_is_begun_at_the_cursor(on: Panel) -> None:
    moment = NOON - timedelta(hours=2)
    on.chart.measure.put(moment.timestamp())
    on.panel.note.click()
    show = on.stage.desk.shown[-1]
    assert (show.device, show.point, show.part) == (AHORNVEJ, point(S1), "documents:note")
    assert show.around == moment
    on.chart.table.go_to(lambda pen: pen.spec is S3)
    on.panel.note.click()
    assert on.stage.desk.shown[-1].point == point(S3), "about the pen one looks at"


def test_without_pens_there_is_nothing_to_note(on: Panel, qtbot: QtBot) -> None:
    bare = TrendPanel(on.stage.context, [])
    qtbot.addWidget(bare)
    bare.note.click()
    assert on.stage.desk.shown == []
