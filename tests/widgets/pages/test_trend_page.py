"""The trend page puts any devices side by side and remembers what."""

from collections.abc import Callable

from PyQt6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.fakes.asked import FakeServices
from tests.fakes.desk import Desk
from tests.fakes.smallplant import AHORNVEJ, NOON
from tests.widgets.charts.test_chart import S1, S3, subjects
from widgets.charts.period import Period, Span
from widgets.controls.card import MARGIN, Card
from widgets.pages.trend import PAGE, TrendPage
from widgets.pagetype import Show

MakeDesk = Callable[..., Desk]


def opened(desk: Desk, qtbot: QtBot) -> TrendPage:
    page = PAGE.build(desk.context, Show("trend"))
    assert isinstance(page, TrendPage)
    qtbot.addWidget(page)
    page.resize(1500, 800)
    page.show()
    return page


def test_an_empty_trend_says_what_belongs_there(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    assert page._empty.isVisible()
    assert not page.panel.chart.isVisible()
    assert page.heading() == "Trend"
    [card] = page._empty.findChildren(Card)  # a surface of its own, as any page's
    assert card.height() > page.height() / 2
    assert card.x() == page.width() - card.geometry().right() - 1 == MARGIN
    assert "up to 20 of them" in "\n".join(each.text() for each in page.findChildren(QLabel))
    page.panel.add(subjects(S1)[0])
    QApplication.processEvents()
    assert not page._empty.isVisible()
    assert page.panel.chart.isVisible()
    assert page.panel.geometry().bottom() == page.height() - 1, "no empty strip below it"


def test_a_trend_is_remembered_over_a_restart(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk(FakeServices())
    qtbot.waitUntil(lambda: desk.directory.is_listed, timeout=5000)
    page = opened(desk, qtbot)
    for subject in subjects(S1, S3):
        page.panel.add(subject)
    page.panel.chart.period_bar.choose(Period(Span.WEEK))
    again = opened(desk, qtbot)
    again.recall(page.memory())
    qtbot.waitUntil(lambda: len(again.panel.chart.set.subjects) == 2, timeout=5000)
    assert again.panel.chart.period == Period(Span.WEEK)


def test_the_page_is_called_after_its_preset(make_desk: MakeDesk, qtbot: QtBot) -> None:
    desk = make_desk()
    page = opened(desk, qtbot)
    page.panel.add(subjects(S1)[0])
    page.panel.presets.keep("Return check")
    qtbot.waitUntil(lambda: bool(desk.context.desk.presets("chart")), timeout=5000)
    with qtbot.waitSignal(page.renamed, timeout=1000):
        page.panel.presets.show_preset(desk.context.desk.presets("chart")[0])
    assert page.heading() == "Trend: Return check"


def test_a_trend_around_a_moment(make_desk: MakeDesk, qtbot: QtBot) -> None:
    page = opened(make_desk(), qtbot)
    page.panel.add(subjects(S1)[0])
    page.reveal(Show("trend", AHORNVEJ, around=NOON))
    plot = page.panel.chart.picture.plot
    assert plot is not None
    assert plot.cursors.at["a"] == NOON.timestamp()


def test_the_keys_find_the_first_pen_and_then_the_chart(
    make_desk: MakeDesk, qtbot: QtBot
) -> None:
    page = opened(make_desk(), qtbot)
    page.activateWindow()
    page.reveal(Show("trend"))
    assert page._first is not None
    assert page.focusWidget() is page._first
    page.panel.add(subjects(S1)[0])
    page.reveal(Show("trend"))
    assert page.focusWidget() is page.panel.chart
