"""Long work is seen, estimated and ended from the top bar; messages go by themselves."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from PyQt6.QtCore import QPoint, QRect
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPushButton,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.fakes.hands import click
from tests.fakes.smallplant import NOON
from widgets.pagetype import Page, Show
from widgets.shell.pagetabs import PageTabs
from widgets.shell.rail import Rail
from widgets.shell.strip import AlarmStrip
from widgets.shell.topbar import TopBar
from widgets.shell.window import MainWindow
from widgets.shell.worklist import JobRow, Toasts, WorkButton, job_words
from widgets.workcentre import WorkCentre

OpenWindow = Callable[..., MainWindow]


class Moments:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def test_work_under_way_is_counted_in_the_top_bar(open_window: OpenWindow) -> None:
    window = open_window()
    button = window.findChild(WorkButton)
    assert isinstance(button, WorkButton)
    assert not button.isVisible()
    jobs = [window.context.work.begin("Export"), window.context.work.begin("Report")]
    assert (button.text(), button.accessibleName()) == ("2", "2 pieces of work")
    jobs[0].end("1,200 rows written")
    assert button.text() == "1"
    assert button.isVisible()


def test_a_piece_of_work_says_how_far_it_is_and_is_cancelled_by_a_press(qtbot: QtBot) -> None:
    moments, ended = Moments(), []
    job = WorkCentre(moments).begin("Export of readings", lambda: ended.append(1))
    row = JobRow(job)
    qtbot.addWidget(row)
    row.show()
    moments.now += timedelta(seconds=20)
    job.step(40, 100)
    assert job_words(job) == "40 of 100 · about 30 seconds left"
    cancel = row.findChild(QPushButton)
    assert isinstance(cancel, QPushButton)
    click(cancel)
    assert ended == [1]
    assert job_words(job) == "Being cancelled …"
    job.fail("Cancelled; 40 rows were written")
    assert job_words(job) == "Cancelled; 40 rows were written"
    assert not cancel.isVisible()


@pytest.mark.parametrize("words", ["Report filed", "<b>not bold</b> " + "long " * 100])
def test_a_message_is_shown_as_it_is_inside_the_window_and_goes(
    open_window: OpenWindow, qtbot: QtBot, words: str
) -> None:
    window = open_window()
    window.context.work.tell(words)
    toast = window.findChild(Toasts)
    assert isinstance(toast, Toasts)
    said = toast.findChild(QLabel)
    assert isinstance(said, QLabel)
    assert said.text() == words
    assert window.rect().contains(toast.geometry())
    click(toast)
    assert not toast.isVisible()


@pytest.mark.parametrize("size", [(1280, 800), (1920, 1080)])
@pytest.mark.parametrize("words", ["Report filed", "Written: /" + "a long folder/" * 30])
def test_a_message_covers_no_control(
    open_window: OpenWindow, size: tuple[int, int], words: str
) -> None:
    window = open_window()
    window.resize(*size)
    for page in ("devices", "alarms", "trend", "audit", "people"):
        window.show_page(Show(page))
    QApplication.processEvents()
    pages = window.findChild(PageTabs)
    assert isinstance(pages, PageTabs)
    seen = [each for each in pages.findChildren(QAbstractButton) if each.isVisible()]
    before = {each: placed(each, window) for each in seen}
    window.context.work.tell(words)
    QApplication.processEvents()
    toast = window.findChild(Toasts)
    assert isinstance(toast, Toasts)
    mine = placed(toast, window)
    assert window.rect().contains(mine)
    wide = toast.says.fontMetrics().horizontalAdvance(words)
    assert wide <= toast.says.width() <= wide + 8 or wide > 500 <= toast.width()
    for other in (Page, AlarmStrip, TopBar, Rail, QTabBar):
        for each in window.findChildren(other):
            assert not (each.isVisible() and placed(each, window).intersects(mine)), each
    moved = [each for each, place in before.items() if placed(each, window) != place]
    assert moved == []


def placed(part: QWidget, window: MainWindow) -> QRect:
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def test_the_end_of_long_work_is_told(open_window: OpenWindow) -> None:
    window = open_window()
    window.context.work.begin("Commissioning report").end("filed with Ahornvej 14")
    toast = window.findChild(Toasts)
    assert isinstance(toast, Toasts)
    assert toast.says.text() == "Commissioning report: filed with Ahornvej 14"
