"""Where a list is full it says so by name, and says what can be done: nothing goes unsaid."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PyQt6.QtWidgets import QMenu, QTableView, QWidget
from pytestqt.qtbot import QtBot

from app.asked import DeviceDetail
from app.model.point import PointSpec
from app.model.reading import PointId
from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.hands import click
from tests.fakes.smallplant import AHORNVEJ, NOON, view
from tests.widgets.charts.test_chart import History, Stage, point
from widgets.charts.penpicker import PenPicker
from widgets.charts.pens import Subject
from widgets.charts.penset import MOST_PENS
from widgets.charts.trendpanel import TrendPanel
from widgets.dashboard.board import MOST_PAGES, MOST_TILES, BoardPage, Place, Tile
from widgets.dashboard.pages import Boards
from widgets.dashboard.tools import Tools
from widgets.devicelist.chips import Chips
from widgets.devicetabs.livechart import LiveChartTab
from widgets.devicetabs.tabtype import Subject as OfTab
from widgets.models.devicefilter import Plant
from widgets.models.measured import Measurements
from widgets.pagetype import PageContext, Show
from widgets.palette.finder import MOST_FOUND
from widgets.palette.panel import Palette
from widgets.palette.sources import Sources
from widgets.shell.window import kinds_of_pages
from widgets.shell.worklist import WorkButton
from widgets.workcentre import WorkCentre

MakeDesk = Callable[..., Desk]


def pens(count: int) -> list[Subject]:
    specs = [PointSpec(f"p{nth}", f"Value {nth}", "°C", 1) for nth in range(count)]
    return [Subject(point(spec), spec, "Ahornvej 14") for spec in specs]


def no_diagram(_context: PageContext, _detail: DeviceDetail) -> None:
    """Make no live picture."""


class Full:
    """A trend of as many pens as there can be."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        stage = Stage(desk, History(), qtbot)
        self.pens = pens(MOST_PENS)
        self.panel = TrendPanel(stage.context, self.pens, AHORNVEJ)
        qtbot.addWidget(self.panel)
        self.panel.resize(1500, 800)
        stage.shown(self.panel.chart, self.panel.show)

    @property
    def drawn(self) -> Sequence[PointId]:
        return self.panel.chart.set.points


@pytest.fixture
def full(make_desk: MakeDesk, qtbot: QtBot) -> Full:
    desk = make_desk(FakeServices())
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    return Full(desk, qtbot)


def test_a_full_trend_names_the_pen_it_gave_up_and_brings_it_back(full: Full) -> None:
    new = Subject(PointId("birkevej-3.s3"), PointSpec("s3", "S3 Flow", "°C", 1), "Birkevej 3")
    full.panel.add(new)
    assert full.drawn[-1] == new.point
    assert full.pens[-1].point not in full.drawn
    told = full.panel.hint.says.text()
    assert "20 pens at most" in told
    assert "“S3 Flow, Birkevej 3” took the place of “Value 19, Ahornvej 14”" in told
    assert full.panel.hint.isVisible()
    click(full.panel.hint.act)
    assert list(full.drawn) == [each.point for each in full.pens]
    assert not full.panel.hint.isVisible()


def test_where_there_is_room_again_nothing_is_said_any_more(full: Full) -> None:
    assert not full.panel.more.isEnabled()
    assert "20 pens at most" in full.panel.more.toolTip()
    full.panel.add(
        Subject(PointId("birkevej-3.s3"), PointSpec("s3", "S3", "°C", 1), "Birkevej 3"),
        first=True,
    )
    assert full.panel.hint.isVisible()
    full.panel.chart.show_pens(*full.panel.chart.set.without(full.panel.chart.set.pens[0]))
    assert not full.panel.hint.isVisible()
    assert full.panel.more.isEnabled()
    assert full.panel.more.toolTip() == ""


def test_more_values_than_there_is_room_for_are_not_taken(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk(FakeServices())
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    over = QWidget()
    qtbot.addWidget(over)
    picker = PenPicker(desk.context, AHORNVEJ, over)
    picker.show()
    qtbot.waitUntil(lambda: len(picker.table.rows_model.rows) > 3, timeout=5000)
    rows = picker.table.rows_model.rows
    picker.leave_room(5, [rows[0].point, PointId("other.a"), PointId("other.b")])
    picker.table.selectAll()
    wanted = len(rows) - 1
    assert picker.says.text() == f"There is room for 2 values, {wanted} are chosen."
    picker.accept()
    assert picker.isVisible()
    picker.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
    picker.table.selectRow(1)
    assert picker.says.text() == ""
    picker.accept()
    assert not picker.isVisible()


def test_a_full_live_chart_names_the_pen_it_gave_up(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    specs = tuple(PointSpec(f"p{nth}", f"Value {nth}", "°C", 1) for nth in range(30))
    detail = desk.core.submit(services.plant.device(desk.viewer, AHORNVEJ)).result(timeout=10)
    tab = LiveChartTab(OfTab(desk.context, replace(detail, points=specs), no_diagram))
    qtbot.addWidget(tab)
    tab.resize(1200, 700)
    tab.show()
    for nth in range(29, 8, -1):
        tab.reveal(Show("device", AHORNVEJ, PointId(f"{AHORNVEJ}.p{nth}"), part="live"))
    chart = tab.chart
    assert chart is not None
    assert len(chart.set.points) == MOST_PENS
    assert "“Value 9, Ahornvej 14” took the place of" in tab.hint.says.text()
    before = len(chart.set.points)
    chart.table.removed.emit(chart.set.pens[0])
    assert tab.chart is not None
    assert len(tab.chart.set.points) == before - 1
    assert not tab.hint.isVisible()


def test_a_full_dashboard_says_why_nothing_can_be_added(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    desk = make_desk()
    pages = tuple(BoardPage(f"k{nth}", f"Page {nth}") for nth in range(MOST_PAGES))
    boards = Boards(desk.context.desk, desk.viewer.login, pages, desk.directory)
    tools = Tools(desk.context, boards, lambda: "k0")
    qtbot.addWidget(tools)
    tiles = tuple(Tile(f"t{nth}", "note", Place(0, nth, 1, 1)) for nth in range(MOST_TILES))
    tools.show_state(replace(pages[0], tiles=tiles), editing=True)
    assert not tools.add.isEnabled()
    assert "60 tiles at most" in tools.add.toolTip()
    tools.show_state(replace(pages[0], tiles=tiles[1:]), editing=True)
    assert tools.add.isEnabled()
    assert tools.add.toolTip() == ""
    menu = tools.pages.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "There are 20 pages, no more can be: remove one first."


def test_the_palette_says_how_many_more_there_are(make_desk: MakeDesk, qtbot: QtBot) -> None:
    services = FakeServices()
    services.plant.views = [view(f"Langvej {nth}", "North") for nth in range(200)]
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    window = QWidget()
    window.resize(1200, 800)
    qtbot.addWidget(window)
    sources = Sources(desk.context, kinds_of_pages(desk.viewer), [])
    palette = Palette(sources, desk.look, desk.context.desk, window)
    window.show()
    palette.open()
    palette.field.setText("langvej")
    assert palette.list.count() == MOST_FOUND
    assert palette.more.text() == "The best 60 of 200. Type more to find fewer."
    assert palette.more.isVisible()
    palette.field.setText("langvej 199")
    assert not palette.more.isVisible()


def test_a_long_menu_of_filters_says_what_it_leaves_out(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    services = FakeServices()
    services.plant.views = [view(f"Langvej {nth}", "North", number=nth) for nth in range(75)]
    desk = make_desk(services)
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    values = Measurements(desk.directory, desk.feed, desk.now, None)
    chips = Chips(desk.look, Plant(desk.directory, values, desk.now))
    qtbot.addWidget(chips)
    menu = chips.menu_now()
    lines = next(each for each in menu.actions() if each.text() == "Gateway").menu()
    assert isinstance(lines, QMenu)
    last = lines.actions()[-1]
    assert last.text() == "and 15 more: type the name into the search"
    assert not last.isEnabled()


def test_work_that_runs_stands_before_what_has_ended(make_desk: MakeDesk, qtbot: QtBot) -> None:
    work = WorkCentre(lambda: NOON)
    long_one = work.begin("The long one", lambda: None)
    for nth in range(12):
        work.begin(f"Export {nth}").end()
    button = WorkButton(work, make_desk().look)
    qtbot.addWidget(button)
    menu = button.menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    shown = [each for each in menu.actions() if not each.text()]
    rows = [each.defaultWidget() for each in shown]  # type: ignore[attr-defined]
    assert rows[0]._job is long_one
    assert menu.actions()[-1].text() == "5 older pieces of work are not shown"
