"""F1 explains the page in front, offline, and the way around is shown once."""

from collections.abc import Callable

import pytest
from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QTextDocument
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.model.reading import DeviceId
from app.words import use_language
from tests.fakes.hands import key, type_text
from widgets.help.tour import KEY, stops
from widgets.help.window import HelpWindow
from widgets.pagetype import Show
from widgets.shell.window import MainWindow
from widgets.theme import Look

OpenWindow = Callable[..., MainWindow]
DEVICE = DeviceId("ahornvej-14")


def shown(window: MainWindow) -> HelpWindow:
    found = window.guide.help.window
    assert found is not None
    assert found.isVisible()
    return found


@pytest.mark.parametrize(
    ("show", "topic"),
    [
        (Show("devices"), "devices"),
        (Show("alarms"), "alarms"),
        (Show("device", DEVICE, part="settings"), "device-settings"),
        (Show("device", DEVICE, part="communication"), "device-communication"),
    ],
)
def test_f1_explains_the_page_in_front(
    open_window: OpenWindow, qtbot: QtBot, show: Show, topic: str
) -> None:
    window = open_window()
    window.show_page(show)
    front = window.front
    assert front is not None
    qtbot.waitUntil(front.settled)
    with qtbot.waitActive(window):
        window.activateWindow()
    key(window, Qt.Key.Key_F1)
    assert shown(window).topic == topic
    assert shown(window).text.hasFocus() or not shown(window).isActiveWindow()


def test_f1_explains_a_page_in_a_window_of_its_own(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    window.show_page(Show("devices"))
    window.show_page(Show("alarms"))
    torn = window.places.tear(window.pages[0])
    assert torn is not None
    torn.show()
    with qtbot.waitActive(torn):
        torn.activateWindow()
    window.guide.explain()
    assert shown(window).topic == "devices"


def test_without_a_page_the_help_begins_at_its_beginning(open_window: OpenWindow) -> None:
    window = open_window()
    window.guide.explain()
    assert shown(window).topic == "start"


@pytest.fixture
def opened(qtbot: QtBot) -> HelpWindow:
    made = HelpWindow(Look("day"))
    qtbot.addWidget(made)
    made.go("device")
    made.show()
    return made


def test_links_lead_on_and_alt_left_leads_back(opened: HelpWindow) -> None:
    opened.text.anchorClicked.emit(QUrl("help:device-chart"))
    assert opened.topic == "device-chart"
    assert "cursors" in opened.text.toPlainText()
    opened.go_back()
    assert opened.topic == "device"
    assert not opened.back.isEnabled()


def test_the_contents_follow_and_lead(opened: HelpWindow) -> None:
    item = opened.contents.currentItem()
    assert item is not None
    assert item.text() == "A device"
    opened.contents.setFocus()
    key(opened.contents, Qt.Key.Key_Down)
    assert opened.topic == "device-overview"


def test_searching_lists_what_holds_the_words(opened: HelpWindow) -> None:
    type_text(opened.search, "comfort period")
    assert opened.contents.count() == 1
    assert opened.topic == "device-schedules"
    key(opened.search, Qt.Key.Key_Escape)
    assert opened.contents.count() > 10


def test_pictures_come_from_the_program_and_fit_the_page(opened: HelpWindow) -> None:
    kind = QTextDocument.ResourceType
    opened.resize(700, 500)
    QApplication.processEvents()
    found = opened.text.loadResource(kind.ImageResource.value, QUrl("device-overview.png"))
    room = opened.text.viewport()
    assert room is not None
    assert 80 < found.width() <= room.width()
    for wanted in ("http://127.0.0.1/x.png", "file:///etc/passwd"):
        assert opened.text.loadResource(kind.ImageResource.value, QUrl(wanted)).isNull()
    assert opened.text.loadResource(kind.StyleSheetResource.value, QUrl("x.css")) is None


def test_the_help_speaks_the_language_of_the_screen(qtbot: QtBot) -> None:
    use_language("de")
    try:
        made = HelpWindow(Look("day"))
        qtbot.addWidget(made)
        made.go("alarms")
        assert "Quittieren" in made.text.toPlainText()
    finally:
        use_language("en")


def test_the_way_around_is_shown_once_and_lights_what_it_explains(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    window = open_window()
    window.show_page(Show("devices"))
    window.guide.lead_around_once()
    tour = window.guide.tour
    assert tour is not None
    for at, stop in enumerate(stops()):
        assert tour.at == at
        assert stop.place == "" or not tour._lit().isNull(), stop.place
        assert tour.rect().contains(tour._box.geometry())
        key(tour, Qt.Key.Key_Return)
    assert window.guide.tour is None
    assert window.context.desk.value(KEY) is True
    window.guide.lead_around_once()
    assert window.guide.tour is None


def test_esc_ends_the_way_around_and_left_goes_back(open_window: OpenWindow) -> None:
    window = open_window()
    window.guide.lead_around()
    tour = window.guide.tour
    assert tour is not None
    key(tour, Qt.Key.Key_Right)
    key(tour, Qt.Key.Key_Left)
    assert tour.at == 0
    window.resize(1000, 640)
    assert tour.geometry() == window.rect()
    key(tour, Qt.Key.Key_Escape)
    assert window.guide.tour is None


def test_every_stop_is_about_something_that_is_there(open_window: OpenWindow) -> None:
    window = open_window()
    for stop in stops():
        assert stop.place == "" or window.findChild(QWidget, stop.place) is not None
        assert stop.title()
        assert stop.says()
